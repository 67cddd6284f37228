"""A meeting or topic in all languages: how far each is, and the way to its desk."""

from dataclasses import dataclass

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.screens import show
from agenda.desk.ways import way_to
from agenda.drafts import Subject
from agenda.translations import Readiness, readiness_of
from meetings.clock import instant_of
from meetings.rights import Right, may


@dataclass(frozen=True)
class Line:
    """`way` leads to the desk, which is for looking only where `is_own` is not so; none for the source."""

    readiness: Readiness
    way: str
    is_own: bool


def languages_screen(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """The source first, then what is begun, then the others; each in the order of the languages."""
    found = readiness_of([subject], instant_of(request))[subject.pk].values()
    ordered = sorted(found, key=lambda one: (not one.is_source, not one.counts.is_begun))
    lines = [
        Line(
            one,
            "" if one.is_source else way_to(subject, "translate", one.language),
            may(request.user, Right.TRANSLATE, subject, one.language),
        )
        for one in ordered
    ]
    return show(desk, request, subject, "translating/languages.html", _("Languages"), lines=lines)
