"""Check the language in the URL of a translation screen."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.screens import redirect_to
from agenda.drafts import Subject
from meetings.vocabulary import Language

TranslationScreen = Callable[[ModelAdmin, HttpRequest, Subject, str], HttpResponse]


def require_target_language(screen: TranslationScreen) -> TranslationScreen:
    """Redirect to the list of languages if the language is unknown, or is the source language."""

    @wraps(screen)
    def check_language(model_admin: ModelAdmin, request: HttpRequest, subject: Subject, language: str) -> HttpResponse:
        if language not in Language.values:
            messages.error(request, _("“%s” is not an official language. Choose a language from this list.") % language)
        elif language == subject.source_language:
            message = _("%s is the original language. Choose a language to translate into.")
            messages.warning(request, message % Language(language).label)
        else:
            return screen(model_admin, request, subject, language)
        return redirect_to(model_admin, "languages", subject.pk)

    return check_language
