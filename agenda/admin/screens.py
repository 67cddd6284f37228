"""What the screens around publishing have in common."""

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

from agenda.drafts import Subject
from agenda.models import BackgroundTopic
from agenda.publishing import Refused
from meetings.answers import html_path
from meetings.models import Meeting, User
from meetings.rights import Right, may, names_of, refusal, who_may
from meetings.vocabulary import Language


def show(
    desk: ModelAdmin,
    request: HttpRequest,
    subject: Any,
    template: str,
    title: str,
    *,
    status: int = HTTPStatus.OK,
    **context: Any,
) -> HttpResponse:
    """A screen of the admin about one meeting or topic, or about a release."""
    facts = desk.admin_site.each_context(request) | {"opts": desk.opts, "subject": subject, "title": title}
    return render(request, f"admin/agenda/{template}", facts | context, status=status)


def refused(desk: ModelAdmin, request: HttpRequest, right: Right, subject: Any, about: Any = None) -> HttpResponse:
    """Says which right is missing, for what, and who has it. `subject` is that of the page."""
    told, title = refusal(right, about or subject), _("Not allowed")
    return show(desk, request, subject, "not_allowed.html", title, status=HTTPStatus.FORBIDDEN, told=told)


def first_refused(request: HttpRequest, right: Right, subjects: Iterable[Subject]) -> Subject | None:
    return next((one for one in subjects if not may(request.user, right, one)), None)


def others_who_may(request: HttpRequest, right: Right, subject: Subject) -> str:
    """Their names; where nobody has the right there, those of superusers; empty for nobody else."""
    me = request.user.get_username()
    return names_of(who_may(right, subject).exclude(username=me)) or names_of(last_resort().exclude(username=me))


def last_resort() -> QuerySet[User]:
    """Superusers may everything, and are asked only where nobody else may."""
    return User.objects.filter(is_superuser=True, is_active=True, is_staff=True).order_by("username")


@dataclass(frozen=True)
class GoingOut:
    """What is about to be public: its note for readers, its languages, and where it can be read as it will be."""

    title: str
    note: str = ""
    editorial: bool = False
    languages: Sequence[Language] = ()
    page: str = ""


def confirm_now(
    desk: ModelAdmin, request: HttpRequest, subject: Any, parts: Sequence[GoingOut], *, told: str = ""
) -> HttpResponse:
    """Asks once more, with all that was typed: nothing goes out at once by one press of a button."""
    given = [(name, value) for name, values in request.POST.lists() for value in values]
    return show(
        desk,
        request,
        subject,
        "now.html",
        _("Publish now"),
        parts=parts,
        told=told,
        carried=[(name, value) for name, value in given if name != "csrfmiddlewaretoken"],
        here=request.get_full_path(),
    )


def together_with(request: HttpRequest, subject: Subject) -> list[Subject]:
    """The meeting or topic and those that `?with=` names, each once; `more` is added, and `without` taken away."""
    keys = set()
    for given in [*request.GET.getlist("with"), *request.POST.getlist("more")]:
        with suppress(ValueError):
            keys.add(UUID(given))
    keys -= {subject.pk}
    keys = {key for key in keys if str(key) not in request.POST.getlist("without")}
    meetings: list[Subject] = list(Meeting.objects.filter(pk__in=keys).select_related("configuration"))
    found = [*meetings, *BackgroundTopic.objects.filter(pk__in=keys)]
    if len(found) < len(keys):
        raise Http404
    return [subject, *found]


def read_anew(*subjects: Subject) -> None:
    """As they are by now: they may have been saved since this request read them. Raises Refused for a deleted one."""
    for subject in subjects:
        try:
            subject.refresh_from_db()
        except ObjectDoesNotExist as error:
            raise Refused(_("“%s” has been deleted.") % subject) from error


def address_in(desk: ModelAdmin, name: str, *arguments: Any) -> str:
    return reverse(admin_urlname(desk.opts, SafeString(name)), args=arguments)


def go_to(desk: ModelAdmin, name: str, *arguments: Any) -> HttpResponse:
    return HttpResponseRedirect(address_in(desk, name, *arguments))


def anchor_of(subject: Any) -> str:
    return f"text-{subject.pk}"


def public_path(address: str) -> str:
    return html_path(address, "en")
