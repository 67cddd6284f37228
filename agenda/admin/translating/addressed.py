"""Screens of one language, which their address names."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.screens import go_to
from agenda.drafts import Subject
from meetings.vocabulary import Language

Screen = Callable[[ModelAdmin, HttpRequest, Subject, str], HttpResponse]


def of_another_language(screen: Screen) -> Screen:
    """Nothing is translated into the language that it is written in, nor into an unknown one: both lead to all."""

    @wraps(screen)
    def found(desk: ModelAdmin, request: HttpRequest, subject: Subject, language: str) -> HttpResponse:
        if language not in Language.values:
            messages.error(request, _("There is no official language “%s”: choose one of these.") % language)
        elif language == subject.source_language:
            told = _("%s is the language that it is written in: it is translated from that, into one of the others.")
            messages.warning(request, told % Language(language).label)
        else:
            return screen(desk, request, subject, language)
        return go_to(desk, "languages", subject.pk)

    return found
