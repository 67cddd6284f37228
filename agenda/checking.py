"""What keeps a document from being published, and what an editor should look at before."""

import datetime as dt
import re
from collections.abc import Collection, Iterator
from itertools import chain
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.models import BackgroundTopic
from meetings.addresses import NoAddress, address_of
from meetings.documents.shape import (
    Chair,
    Contact,
    Item,
    Link,
    MeetingDocument,
    Point,
    Result,
    Session,
    TopicDocument,
)
from meetings.indexing import links_of, walk
from meetings.models import Edition, Meeting, SubjectType
from meetings.reference.configurations import FIRST_YEAR
from meetings.typed import check_year
from meetings.vocabulary import CALLED_OFF, ItemKind

FAR_AHEAD = dt.timedelta(days=5 * 365)
OUTSIDE_SESSIONS = (ItemKind.A_ITEMS, ItemKind.MEAL)
CLOCK = re.compile(r"\b([01]?\d|2[0-3])[.:h]([0-5]\d)\b(?: *(p\.?m))?", re.IGNORECASE)
MOST_NAMED = 5
OF_MEETING = ("status", "start_date", "end_date", "timezone", "place")
PARTS: dict[type, tuple[str, ...]] = {
    Point: ("date", "time", "time_precision", "place", "live", "speakers", "state"),
    Item: ("state", "public", "session"),
    Session: ("date", "place"),
    Chair: ("name", "country", "session", "date"),
    Contact: ("phones", "email", "url"),
    Result: ("date", "outcome"),
    Link: ("kind", "url"),
}
"""What somebody would act on, by kind of part."""


def errors_in(document: MeetingDocument | TopicDocument) -> list[str]:
    """Why the document cannot be published, in words; empty where it can."""
    errors = []
    if not document.title.strip():
        errors.append(_("The title is missing."))
    if isinstance(document, MeetingDocument):
        try:
            address_of(document)
        except NoAddress:
            errors.append(
                _("The meeting has no date and never had one, so it cannot have an address: give the first day.")
            )
        if document.status in CALLED_OFF and not document.status_reason:
            errors.append(_("Give the public reason why the meeting is postponed or cancelled."))
        errors += wrong_years(document)
    return errors


def wrong_years(meeting: MeetingDocument) -> list[str]:
    """By the rule that holds for what is typed. What is imported passes no form, and calendars reckon beyond a day.

    Earlier dates were published, right or wrong, and stand: else a wrong year could not be corrected.
    """
    days = [meeting.start_date, meeting.end_date, *(point.date for point in meeting.programme)]
    wrong: dict[str, None] = {}
    for day in filter(None, days):
        try:
            check_year(day)
        except ValidationError as error:
            wrong |= dict.fromkeys(error.messages)
    return list(wrong)


def warnings_in(document: MeetingDocument | TopicDocument, now: dt.datetime) -> list[str]:
    """What may be an oversight."""
    warnings = [
        _("The link “%s” has no address and will not be shown as a link.") % link.title
        for _owner_type, _owner, link in links_of(document)
        if not link.url
    ]
    if isinstance(document, MeetingDocument):
        if not document.chairs:
            warnings.append(_("Nobody is named who chairs the meeting."))
        if not document.agenda:
            warnings.append(_("The agenda is empty."))
        checks = unlikely_year(document, now), unlike_the_others(document), without_a_day(document), two_times(document)
        warnings += chain.from_iterable(checks)
    return warnings


def unlikely_year(meeting: MeetingDocument, now: dt.datetime) -> Iterator[str]:
    day = meeting.start_date
    if day and (day.year < FIRST_YEAR or day > now.date() + FAR_AHEAD):
        yield _("The meeting is on %s: is the year right?") % date_format(day, "j F Y")


def unlike_the_others(meeting: MeetingDocument) -> Iterator[str]:
    """Items and sessions that are left over where others belong together; lists of A items and meals may well be."""
    used = {item.session for item, *_place in walk(meeting.agenda) if item.session}
    if not used:
        return
    if alone := [x.title for x in meeting.agenda if not x.session and x.kind not in OUTSIDE_SESSIONS]:
        told = ngettext(
            "%(n)d item belongs to no session: %(names)s", "%(n)d items belong to no session: %(names)s", len(alone)
        )
        yield told % {"n": len(alone), "names": named(alone)}
    if empty := [session.title for session in meeting.sessions if session.id not in used]:
        told = ngettext("%(n)d session has no items: %(names)s", "%(n)d sessions have no items: %(names)s", len(empty))
        yield told % {"n": len(empty), "names": named(empty)}


def without_a_day(meeting: MeetingDocument) -> Iterator[str]:
    if meeting.start_date == meeting.end_date:
        return
    if points := [name_of(point) for point in meeting.programme if point.date is None]:
        told = ngettext(
            "The meeting has several days, and %(n)d point of the programme names none: %(names)s",
            "The meeting has several days, and %(n)d points of the programme name none: %(names)s",
            len(points),
        )
        yield told % {"n": len(points), "names": named(points)}


def two_times(meeting: MeetingDocument) -> Iterator[str]:
    """Points whose printed time tells another time of day than their value: readers see the one, programs the other."""
    for point in meeting.programme:
        printed = [clock(*found.groups()) for found in CLOCK.finditer(point.time_text)]
        if point.time and printed and point.time not in printed:
            facts = {"point": name_of(point), "time": point.time, "printed": point.time_text}
            yield _("“%(point)s” is at %(time)s, and its printed time says “%(printed)s”.") % facts


def clock(hour: str, minute: str, half: str | None) -> str:
    return f"{int(hour) % 12 + 12 if half else int(hour):02}:{minute}"


def name_of(point: Point) -> str:
    return point.title or str(point.kind.label)


def named(names: list[str]) -> str:
    """As “one”, “two”, “three”, …"""
    return ", ".join([f"“{name}”" for name in names[:MOST_NAMED]] + ["…"] * (len(names) > MOST_NAMED))


def topics_left_out(meeting: Meeting, at: dt.datetime, together: Collection[UUID] = ()) -> list[str]:
    """A warning for each topic of the meeting's items that has no edition yet, so that its document cannot name it.

    `together`: what is released with the meeting, which it can name.
    """
    published = Edition.objects.live(at).filter(subject_type=SubjectType.TOPIC).values("subject_id")
    topics = BackgroundTopic.objects.filter(items__meeting=meeting).exclude(pk__in=published).exclude(pk__in=together)
    topics = topics.distinct()
    return [_("The topic “%s” is not published and is left out.") % topic.title for topic in topics]


def facts_differing(old: MeetingDocument | TopicDocument, new: MeetingDocument | TopicDocument) -> Iterator[str]:
    """The names of what differs in a fact: when, where, who, what is called off, where a link leads. Words are none.

    Both are in one language: what is translated, as a room, is another fact in each.
    """
    if any(getattr(old, name, None) != getattr(new, name, None) for name in OF_MEETING):
        yield new.title
    before, after = parts_with_facts(old), parts_with_facts(new)
    for key, part in (before | after).items():
        facts = PARTS[type(part)]
        if not (key in before and key in after) or any(getattr(before[key], x) != getattr(part, x) for x in facts):
            yield name_of(part) if isinstance(part, Point) else getattr(part, "title", "") or getattr(part, "name", "")


def parts_with_facts(document: MeetingDocument | TopicDocument) -> dict[tuple[type, UUID], Any]:
    links = (link for _owner_type, _owner, link in links_of(document))
    parts: Iterator[Any] = links
    if isinstance(document, MeetingDocument):
        items = [item for item, _parent in walk(document.agenda)]
        results = [*document.results, *(item.result for item in items if item.result)]
        persons = [*document.chairs, *document.contacts]
        parts = chain(links, document.programme, items, document.sessions, results, persons)
    return {(type(part), part.id): part for part in parts}
