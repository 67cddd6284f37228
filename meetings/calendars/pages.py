"""Addresses of calendars: of all meetings, and of a configuration's. `?points=1` adds points with a clock."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.calendars.entries import Entry, entries, latest, standing_meetings
from meetings.calendars.event import Happening
from meetings.calendars.keeping import kept_text
from meetings.calendars.meeting_event import meeting_event, page_of
from meetings.calendars.point_events import Points
from meetings.calendars.programmes import Past, pasts
from meetings.calendars.rendering import About, answer, text_of
from meetings.calendars.words import words_in
from meetings.clock import instant_of
from meetings.conditional import View, by_day, conditional, confirmed, stamped
from meetings.documents.shape import MeetingDocument
from meetings.languages import language_of_words, page_language
from meetings.licence import licence
from meetings.models import Configuration, EditionDocument
from meetings.pages import today_of
from meetings.problems import bad_parameter
from meetings.reference.delegations import DEFAULT_LANGUAGE

POINTS, YES, NO = "points", ("1", "true", "yes"), ("0", "false", "no")
REMEMBERED = dt.timedelta(days=365)


def everything(request: HttpRequest) -> HttpResponse:
    about = about_of(request, _("Council meetings"), language_of_words(), reverse("meetings"), "council")
    return of_the_day(request, about, lately(request))


def configuration(request: HttpRequest, slug: str) -> HttpResponse:
    shown = Configuration.objects.filter(slug=slug).first()
    if shown is None:
        raise Http404
    language = page_language() if shown.named_in(page_language()) else DEFAULT_LANGUAGE
    about = about_of(request, shown.title_in(language), language, reverse("configuration", args=[slug]), slug)
    return of_the_day(request, about, lately(request).filter(edition__configuration=slug))


def of_the_day(request: HttpRequest, about: About, found: QuerySet[EditionDocument]) -> HttpResponse:
    points = asks_for_points(request)
    known = by_day(request, about.name, by_date=not points)
    if unchanged := confirmed(request, known):
        return unchanged
    text = kept_text(request, known, lambda: told(request, about, latest(found)), tells_of_the_past=points)
    return stamped(answer(about, text), known)


def by_tag_or_date(view: View) -> View:
    """Points are told of past texts, too, and one that is opened again is no newer by any date."""
    by_tag, by_date = conditional(view, by_date=False), conditional(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (by_tag if asks_for_points(request) else by_date)(request, *args, **kwargs)

    return answer


def asks_for_points(request: HttpRequest) -> bool:
    """Raises a 400 for a word that means neither yes nor no."""
    said = request.GET.get(POINTS, NO[0])
    if said.casefold() in (*YES, *NO):
        return said.casefold() in YES
    allowed = [*YES, *NO]
    raise bad_parameter(POINTS, _("points is one of: %s.") % ", ".join(allowed), allowed=allowed)


def lately(request: HttpRequest) -> QuerySet[EditionDocument]:
    """From a year ago on, as far ahead as there are any."""
    return standing_meetings(request).filter(edition__listed_on__gte=today_of(request) - REMEMBERED)


def about_of(request: HttpRequest, name: str, language: str, path: str, file: str) -> About:
    terms = licence()
    said = _("Agendas of the meetings of the Council of the European Union, published by its press office.")
    return About(
        name=name,
        description=f"{said} {terms.attribution}, {terms.name}: {terms.url}",
        described_in=language_of_words(),
        language=language,
        source=request.build_absolute_uri(),
        url=request.build_absolute_uri(path),
        file=file,
    )


def calendar(request: HttpRequest, about: About, found: Sequence[EditionDocument]) -> HttpResponse:
    return answer(about, told(request, about, found))


def told(request: HttpRequest, about: About, found: Sequence[EditionDocument]) -> bytes:
    at, site = instant_of(request), request.build_absolute_uri("/")
    meetings = entries(found, at)
    past = pasts(meetings, at) if asks_for_points(request) else {}
    return text_of(about, [happening for entry in meetings for happening in happenings(entry, past, site)])


def happenings(entry: Entry, past: Mapping[UUID, Past], site: str) -> list[Happening]:
    """The meeting's own, and those of its points where they are asked for. A notice is in the reader's language."""
    document, page = entry.document, page_of(entry.held.edition, site)
    if document is None:
        return []
    with words_in(document.language if isinstance(document, MeetingDocument) else page_language()):
        events = [meeting_event(entry, document, page)]
        if subject := past.get(entry.held.edition.subject_id):
            events += Points(entry, document, subject, page)
    return events
