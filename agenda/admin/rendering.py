"""Helpers shared by the publication screens of the admin."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agenda.models import BackgroundTopic
from agenda.workflow import WorkflowError
from agenda.workflow.drafts import Subject
from meetings.access import Right, find_users_with_right, format_refusal, format_user_names, has_right
from meetings.documents.choices import Language
from meetings.i18n.page_paths import get_page_path
from meetings.models import Meeting, User


def render_screen(
    model_admin: ModelAdmin,
    request: HttpRequest,
    subject: Any,
    template: str,
    title: str,
    *,
    status: int = HTTPStatus.OK,
    **context: Any,
) -> HttpResponse:
    """Render an admin screen about a meeting, topic or release."""
    page_context = model_admin.admin_site.each_context(request) | {
        "opts": model_admin.opts,
        "subject": subject,
        "title": title,
    }
    return render(request, f"admin/agenda/{template}", page_context | context, status=status)


def render_refusal(
    model_admin: ModelAdmin, request: HttpRequest, right: Right, subject: Any, about: Any = None
) -> HttpResponse:
    """Render a refusal that says which right is missing, for what, and who has it.

    `subject` is that of the page; `about` is what the right is missing for, if it is not the same.
    """
    message, title = format_refusal(right, about or subject), _("Not allowed")
    return render_screen(
        model_admin, request, subject, "not_allowed.html", title, status=HTTPStatus.FORBIDDEN, message=message
    )


def find_refused(request: HttpRequest, right: Right, subjects: Iterable[Subject]) -> Subject | None:
    return next((subject for subject in subjects if not has_right(request.user, right, subject)), None)


def name_others_with_right(request: HttpRequest, right: Right, subject: Subject) -> str:
    """Return the names of others who have the right, or else of other superusers; may be empty."""
    me = request.user.get_username()
    return format_user_names(find_users_with_right(right, subject).exclude(username=me)) or format_user_names(
        get_superusers().exclude(username=me)
    )


def get_superusers() -> QuerySet[User]:
    """Return the superusers. They may do everything, but are named only if nobody else has the right."""
    return User.objects.filter(is_superuser=True, is_active=True, is_staff=True).order_by("username")


@dataclass(frozen=True)
class PublicationSummary:
    """A text that is about to be published: its note for readers, its languages and the URL of its preview."""

    title: str
    note: str = ""
    editorial: bool = False
    languages: Sequence[Language] = ()
    preview_url: str = ""


def render_confirmation(
    model_admin: ModelAdmin,
    request: HttpRequest,
    subject: Any,
    parts: Sequence[PublicationSummary],
    *,
    message: str = "",
) -> HttpResponse:
    """Render a confirmation page that carries all submitted values: one click never publishes anything."""
    posted = [(name, value) for name, values in request.POST.lists() for value in values]
    return render_screen(
        model_admin,
        request,
        subject,
        "confirm_publication.html",
        _("Publish now"),
        parts=parts,
        message=message,
        carried=[(name, value) for name, value in posted if name != "csrfmiddlewaretoken"],
        here=request.get_full_path(),
    )


def get_subjects(request: HttpRequest, subject: Subject) -> list[Subject]:
    """Return the meeting or topic and those that `?with=` names, each once. Raise Http404 for an unknown one.

    `more` in the form adds one, `without` removes one.
    """
    keys = set()
    for typed in [*request.GET.getlist("with"), *request.POST.getlist("more")]:
        with suppress(ValueError):
            keys.add(UUID(typed))
    keys -= {subject.pk}
    keys = {key for key in keys if str(key) not in request.POST.getlist("without")}
    meetings: list[Subject] = list(Meeting.objects.filter(pk__in=keys).select_related("configuration"))
    found = [*meetings, *BackgroundTopic.objects.filter(pk__in=keys)]
    if len(found) < len(keys):
        raise Http404
    return [subject, *found]


def refresh_subjects(*subjects: Subject) -> None:
    """Reload the subjects, which may have been saved since this request read them.

    Raise WorkflowError if one is deleted.
    """
    for subject in subjects:
        try:
            subject.refresh_from_db()
        except ObjectDoesNotExist as error:
            raise WorkflowError(_("“%s” has been deleted.") % subject) from error


def get_admin_url(model_admin: ModelAdmin, name: str, *arguments: Any) -> str:
    return reverse(admin_urlname(model_admin.opts, SafeString(name)), args=arguments)


def redirect_to(model_admin: ModelAdmin, name: str, *arguments: Any) -> HttpResponse:
    return HttpResponseRedirect(get_admin_url(model_admin, name, *arguments))


def get_anchor(subject: Any) -> str:
    return f"text-{subject.pk}"


def get_public_path(address: str) -> str:
    return get_page_path(address, "en")
