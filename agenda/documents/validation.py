"""Find errors that prevent a document from being published, and warnings that an editor should check first."""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from agenda.models import BackgroundTopic
from meetings.documents.choices import CALLED_OFF_STATUSES, ItemKind
from meetings.documents.document_urls import NoAddressError, build_address
from meetings.documents.members import get_members
from meetings.documents.schema import MeetingDocument, Point, TopicDocument
from meetings.documents.traversal import collect_links, convert_to_list, is_part, walk_items, walk_parts
from meetings.forms.fields import check_year
from meetings.i18n.printed_times import parse_printed_clocks
from meetings.models import Edition, Meeting, SubjectType
from meetings.reference.configurations import FIRST_YEAR

MAX_TIME_AHEAD = dt.timedelta(days=5 * 365)
OUTSIDE_SESSIONS = (ItemKind.A_ITEMS, ItemKind.MEAL)
MAX_LISTED_NAMES = 5


def find_errors(document: MeetingDocument | TopicDocument) -> list[str]:
    """Return messages that say why the document cannot be published. The list is empty if it can be."""
    errors = []
    if not document.title.strip():
        errors.append(_("The title is missing."))
    if isinstance(document, MeetingDocument):
        try:
            build_address(document)
        except NoAddressError:
            errors.append(
                _("The meeting has no date and never had one, so its page cannot have an address. Enter the first day.")
            )
        if document.status in CALLED_OFF_STATUSES and not document.status_reason:
            errors.append(_("Enter the public reason why the meeting is postponed or cancelled."))
        errors += find_wrong_years(document)
    return errors


def find_wrong_years(meeting: MeetingDocument) -> list[str]:
    """Return a message for each day whose year no form would accept.

    Imported documents pass no form, and calendars calculate beyond the days of a document. Earlier dates are not
    checked: they were published, right or wrong, and a wrong year could otherwise never be corrected.
    """
    days = [meeting.start_date, meeting.end_date, *(point.date for point in meeting.programme)]
    messages: dict[str, None] = {}
    for day in filter(None, days):
        try:
            check_year(day)
        except ValidationError as error:
            messages |= dict.fromkeys(error.messages)
    return list(messages)


def find_warnings(document: MeetingDocument | TopicDocument, now: dt.datetime) -> list[str]:
    """Return messages about possible oversights. They do not prevent publication."""
    warnings = [
        _("The link “%s” has no web address and will not be shown as a link.") % link.title
        for _owner_type, _owner, link in collect_links(document)
        if not link.url
    ]
    if isinstance(document, MeetingDocument):
        if not document.chairs:
            warnings.append(_("The meeting has no chair."))
        if not document.agenda:
            warnings.append(_("The agenda is empty."))
        warnings += [*warn_of_unlikely_year(document, now), *warn_of_unassigned_items(document)]
        warnings += [*warn_of_points_without_day(document), *warn_of_contradicting_times(document)]
    return warnings


def warn_of_unlikely_year(meeting: MeetingDocument, now: dt.datetime) -> Iterator[str]:
    day = meeting.start_date
    if day and (day.year < FIRST_YEAR or day > now.date() + MAX_TIME_AHEAD):
        yield _("The meeting is on %s. Check the year.") % date_format(day, "j F Y")


def warn_of_unassigned_items(meeting: MeetingDocument) -> Iterator[str]:
    """Warn of items without a session and sessions without items, if other items have a session.

    Lists of A items and meals usually have none.
    """
    used = {item.session for item, *_place in walk_items(meeting.agenda) if item.session}
    if not used:
        return
    if unassigned := [item.title for item in meeting.agenda if not item.session and item.kind not in OUTSIDE_SESSIONS]:
        message = ngettext(
            "%(n)d item is not in a session: %(names)s", "%(n)d items are not in a session: %(names)s", len(unassigned)
        )
        yield message % {"n": len(unassigned), "names": format_names(unassigned)}
    if empty := [session.title for session in meeting.sessions if session.id not in used]:
        message = ngettext(
            "%(n)d session has no items: %(names)s", "%(n)d sessions have no items: %(names)s", len(empty)
        )
        yield message % {"n": len(empty), "names": format_names(empty)}


def warn_of_points_without_day(meeting: MeetingDocument) -> Iterator[str]:
    if meeting.start_date == meeting.end_date:
        return
    if points := [get_point_name(point) for point in meeting.programme if point.date is None]:
        message = ngettext(
            "The meeting lasts several days, and %(n)d programme event has no date: %(names)s",
            "The meeting lasts several days, and %(n)d programme events have no date: %(names)s",
            len(points),
        )
        yield message % {"n": len(points), "names": format_names(points)}


def warn_of_contradicting_times(meeting: MeetingDocument) -> Iterator[str]:
    """Warn of points whose printed time differs from the time itself: readers see one, programs use the other."""
    for point in meeting.programme:
        printed = [f"{clock:%H:%M}" for clock in parse_printed_clocks(point.time_text)]
        if point.time and printed and point.time not in printed:
            values = {"point": get_point_name(point), "time": point.time, "printed": point.time_text}
            yield _("“%(point)s” is at %(time)s, but its time as printed says “%(printed)s”.") % values


def get_point_name(point: Point) -> str:
    return point.title or str(point.kind.label)


def format_names(names: list[str]) -> str:
    """Return the names in quotation marks; “…” stands for those after the first `MAX_LISTED_NAMES`."""
    return ", ".join([f"“{name}”" for name in names[:MAX_LISTED_NAMES]] + ["…"] * (len(names) > MAX_LISTED_NAMES))


def find_unpublished_topics(meeting: Meeting, at: dt.datetime, released_together: Collection[UUID] = ()) -> list[str]:
    """Return a warning for each topic of the meeting's items that has no live edition: the document cannot mention it.

    `released_together` has the ids of topics that are released with the meeting; the document can mention these.
    """
    published = Edition.objects.live(at).filter(subject_type=SubjectType.TOPIC).values("subject_id")
    topics = BackgroundTopic.objects.filter(items__meeting=meeting).exclude(pk__in=published).distinct()
    topics = topics.exclude(pk__in=released_together)
    return [_("The topic “%s” is not published, so it is left out.") % topic.title for topic in topics]


def find_changed_facts(old: MeetingDocument | TopicDocument, new: MeetingDocument | TopicDocument) -> Iterator[str]:
    """Yield the names of parts that differ in a fact, as the schema declares them, and of those that only one has.

    Texts are not facts, except those that say where something is. Both documents must be in the same language, because
    translated facts, such as a room, differ between languages.
    """
    if list(collect_facts(old)) != list(collect_facts(new)):
        yield new.title
    before, after = ({(type(part), part.id): part for part in walk_parts(document)} for document in (old, new))
    for key, part in (before | after).items():
        facts = [list(collect_facts(parts[key])) if key in parts else [] for parts in (before, after)]
        if facts[0] != facts[1]:
            name = getattr(part, "title", "") or getattr(part, "name", "") or new.title
            yield get_point_name(part) if isinstance(part, Point) else name


def collect_facts(owner: Struct) -> Iterator[Any]:
    """Yield the facts of a document or part, including those of structures without an id, such as a place."""
    for name, member in get_members(type(owner)).items():
        value = getattr(owner, name)
        if member.fact:
            yield value
        elif member.part:
            for entry in convert_to_list(value):
                if not is_part(entry):
                    yield from collect_facts(entry)
