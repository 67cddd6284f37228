"""Check a document: what prevents submission or publication, and what merely looks odd.

One list of checks feeds the note editor, and the submit, review and release screens. Each check names the part and the
member that it is about, so that a screen can link it to its field. The functions here are pure. What they cannot know
from the document is an argument: `agenda.workflow.document_checks` loads it.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from agenda.documents.translations.status import list_source_texts
from agenda.documents.translations.translated_document import TranslatedText, TranslatedTexts
from agenda.notes.language_detection import load_phrases_of_notes
from meetings.clock import BRUSSELS, ClockChange, build_local_datetime, find_clock_change
from meetings.documents.choices import (
    CALLED_OFF_STATUSES,
    Form,
    ItemKind,
    Language,
    MeetingStatus,
    PointKind,
    PointState,
)
from meetings.documents.document_numbers import (
    find_document_numbers,
    find_procedure_codes,
    get_base_number,
    is_doubtful_number,
    normalize_document_number,
    parse_procedure_code,
)
from meetings.documents.document_urls import find_address
from meetings.documents.plain_text import cut_text, html_to_words
from meetings.documents.schema import Item, MeetingDocument, Point, TopicDocument
from meetings.documents.traversal import (
    collect_images,
    collect_links,
    get_part_kind,
    is_part,
    list_repeated_parts,
    walk_items,
)
from meetings.forms.fields import check_year, shorten_for_message
from meetings.i18n.printed_times import parse_printed_clocks
from meetings.i18n.text_folding import fold_words
from meetings.models import SubjectType
from meetings.models.base import MAX_DISTANCE_FROM_MEETING, format_days
from meetings.models.programme import KINDS_ON_OTHER_DAYS
from meetings.reference.configurations import FIRST_YEAR
from meetings.reference.delegations import get_country_name
from meetings.reference.places import MONTHS_IN_LUXEMBOURG, TIME_ZONES, find_english_place_name

MAX_TIME_AHEAD = dt.timedelta(days=5 * 365)
PROVISIONAL_UNTIL = dt.timedelta(days=14)
"""How long before a meeting its date is usually certain."""
OUTSIDE_SESSIONS = (ItemKind.A_ITEMS, ItemKind.MEAL)
MAX_LISTED_NAMES = 5
MAX_LISTED_NUMBERS = 10  # of an item, and of those in its text that are not among them
MAX_NAME_LENGTH = 80
PRESS_KINDS = (PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING, PointKind.REGISTRATION)
STARTING_KINDS = (PointKind.START, PointKind.SESSION, PointKind.ROUND_TABLE)

SubjectDocument = MeetingDocument | TopicDocument


class CheckLevel(StrEnum):
    """The step that a check prevents: submission (and so publication too), only publication, or none."""

    SUBMIT = "submit"
    PUBLISH = "publish"
    ODD = "odd"


class Check(Struct, frozen=True):
    """A message about one member of a part. `kind` is one of `PART_KINDS`, or “meeting” or “topic”."""

    level: CheckLevel
    kind: str
    id: str
    member: str
    message: str


@dataclass(frozen=True)
class Appearance:
    """A room or a speaker at a time, in the programme of another meeting on the same day.

    `place` and `speakers` are in the source language of that meeting.
    """

    meeting: str
    title: str
    date: dt.date
    time: str
    place: str
    speakers: tuple[str, ...]


def build_check(level: CheckLevel, part: Any, member: str, message: str) -> Check:
    """Return a check about a part or about the document itself."""
    kind = get_part_kind(part) if is_part(part) else get_document_kind(part)
    return Check(level, kind, str(part.id), member, message)


def get_document_kind(document: SubjectDocument) -> str:
    return str(SubjectType.MEETING if isinstance(document, MeetingDocument) else SubjectType.TOPIC)


def find_odd_checks(
    document: SubjectDocument,
    now: dt.datetime,
    *,
    elsewhere: Iterable[Appearance] = (),
    saved: SubjectDocument | None = None,
    translations: Mapping[str, TranslatedTexts] | None = None,
) -> list[Check]:
    """Return the checks for everything that looks odd but prevents nothing.

    `elsewhere` are the programmes of other meetings on the same days. `saved` is the document as it was last saved, and
    `translations` are the texts of the working copy in other languages; without both, no translation is checked.
    """
    checks = [*check_oversights(document, now)]
    if isinstance(document, MeetingDocument):
        checks += chain(
            check_weekend(document),
            check_days_of_parts(document),
            check_city(document),
            check_time_zone(document),
            check_provisional_status(document, now),
            check_presidency(document),
            check_press_conferences(document),
            check_clock_changes(document),
            check_item_titles(document),
            check_double_bookings(document, elsewhere),
            check_document_numbers(document),
            check_numbers_in_texts(document),
        )
    if saved and translations:
        checks += check_translations(document, saved, translations)
    return checks


# What prevents submission


def check_errors(document: SubjectDocument) -> Iterator[Check]:
    """Yield a check for each error that prevents submission and publication."""

    def refuse(member: str, message: str, part: Any = document) -> Check:
        return build_check(CheckLevel.SUBMIT, part, member, message)

    if not document.title.strip():
        yield refuse("title", _("The title is missing."))
    for link, image in collect_images(document):
        if not image.alt.strip():
            message = _("The picture of “%s” has no alternative text. Describe what it shows.")
            yield refuse("image", message % shorten_name(link.title), link)
    yield from (refuse(member, message, part) for part, member, message in find_unpublishable_keys(document))
    if not isinstance(document, MeetingDocument):
        return
    if not find_address(document):
        message = _(
            "The meeting has no date and never had one, so its page cannot have an address. Enter the first day."
        )
        yield refuse("start_date", message)
    if document.status in CALLED_OFF_STATUSES and not document.status_reason:
        yield refuse("status_reason", _("Enter the public reason why the meeting is postponed or cancelled."))
    for part, member, message in chain(find_reasons_without_state(document), find_wrong_years(document)):
        yield refuse(member, message, part)


def find_unpublishable_keys(document: SubjectDocument) -> Iterator[tuple[Any, str, str]]:
    """Yield part, member and message for each id that occurs twice, and for an address that no page can have."""
    for part in list_repeated_parts(document):
        yield part, "id", _("Another part has the same id. Delete this one and add it again.")
    if not re.fullmatch(r"[-\w/]*", find_address(document), re.ASCII):
        member = "address_word" if isinstance(document, MeetingDocument) else "slug"
        message = _("No page can have this web address. Use only letters, digits and hyphens in it.")
        yield document, member, message


def find_reasons_without_state(meeting: MeetingDocument) -> Iterator[tuple[Any, str, str]]:
    """Yield item, member and message for each item with a public reason that explains nothing."""
    message = _("Select what happened to the item (added, withdrawn, postponed), or delete the public reason.")
    for item, _parent in walk_items(meeting.agenda):
        if item.state_note and not item.state:
            yield item, "state_note", message


def find_wrong_years(meeting: MeetingDocument) -> Iterator[tuple[Any, str, str]]:
    """Yield part, member and message for each day whose year the note editor would refuse, each message once.

    Imports do not check years, and calendars calculate beyond the days of a document. Earlier dates are not checked:
    they were published, right or wrong, and a wrong year could otherwise never be corrected.
    """
    days: list[tuple[Any, str, dt.date | None]] = [(meeting, "start_date", meeting.start_date)]
    days.append((meeting, "end_date", meeting.end_date))
    days += ((point, "date", point.date) for point in meeting.programme)
    days += ((alert, "at", alert.at.date()) for alert in meeting.alerts)
    seen = set()
    for part, member, day in days:
        try:
            if day:
                check_year(day)
        except ValidationError as error:
            if error.messages[0] not in seen:
                seen.add(error.messages[0])
                yield part, member, error.messages[0]


# Possible oversights


def build_odd_check(part: Any, member: str, message: str) -> Check:
    return build_check(CheckLevel.ODD, part, member, message)


def check_oversights(document: SubjectDocument, now: dt.datetime) -> Iterator[Check]:
    """Yield the checks for what is missing or contradictory, so that readers would notice it."""
    for _owner_type, _owner, link in collect_links(document):
        if not link.url and not link.image:
            message = _("The link “%s” has no web address and will not be shown as a link.") % link.title
            yield build_odd_check(link, "url", message)
    if isinstance(document, MeetingDocument):
        if not document.chairs:
            yield build_odd_check(document, "chairs", _("The meeting has no chair."))
        if not document.agenda:
            yield build_odd_check(document, "agenda", _("The agenda is empty."))
        yield from check_likely_year(document, now)
        yield from check_sessions(document)
        yield from check_point_dates(document)
        yield from check_printed_times(document)


def check_likely_year(meeting: MeetingDocument, now: dt.datetime) -> Iterator[Check]:
    day = meeting.start_date
    if day and (day.year < FIRST_YEAR or day > now.date() + MAX_TIME_AHEAD):
        message = _("The meeting is on %s. Check the year.") % date_format(day, "j F Y")
        yield build_odd_check(meeting, "start_date", message)


def check_sessions(meeting: MeetingDocument) -> Iterator[Check]:
    """Find items without a session and sessions without items, if other items have a session.

    Lists of A items and meals usually have none.
    """
    used = {item.session for item, *_place in walk_items(meeting.agenda) if item.session}
    if not used:
        return
    if unassigned := [item for item in meeting.agenda if not item.session and item.kind not in OUTSIDE_SESSIONS]:
        message = ngettext(
            "%(n)d item is not in a session: %(names)s", "%(n)d items are not in a session: %(names)s", len(unassigned)
        )
        values = {"n": len(unassigned), "names": format_names([item.title for item in unassigned])}
        yield build_odd_check(unassigned[0], "session", message % values)
    if empty := [session for session in meeting.sessions if session.id not in used]:
        message = ngettext(
            "%(n)d session has no items: %(names)s", "%(n)d sessions have no items: %(names)s", len(empty)
        )
        values = {"n": len(empty), "names": format_names([session.title for session in empty])}
        yield build_odd_check(empty[0], "title", message % values)


def check_point_dates(meeting: MeetingDocument) -> Iterator[Check]:
    if meeting.start_date == meeting.end_date:
        return
    if points := [point for point in meeting.programme if point.date is None]:
        message = ngettext(
            "The meeting lasts several days, and %(n)d programme event has no date: %(names)s",
            "The meeting lasts several days, and %(n)d programme events have no date: %(names)s",
            len(points),
        )
        values = {"n": len(points), "names": format_names([get_point_name(point) for point in points])}
        yield build_odd_check(points[0], "date", message % values)


def check_printed_times(meeting: MeetingDocument) -> Iterator[Check]:
    """Find points whose printed time differs from the time itself: readers see one, programs use the other."""
    for point in meeting.programme:
        printed = [f"{clock:%H:%M}" for clock in parse_printed_clocks(point.time_text)]
        if point.time and printed and point.time not in printed:
            values = {"point": get_point_name(point), "time": point.time, "printed": point.time_text}
            message = _("“%(point)s” is at %(time)s, but its time as printed says “%(printed)s”.") % values
            yield build_odd_check(point, "time_text", message)


def get_point_name(point: Point) -> str:
    return point.title or str(point.kind.label)


def format_names(names: list[str]) -> str:
    """Return the names in quotation marks; “…” stands for those after the first `MAX_LISTED_NAMES`."""
    return join_first([f"“{name}”" for name in names], MAX_LISTED_NAMES)


def join_first(texts: Sequence[str], most: int) -> str:
    """Return the first texts with commas, and “…” for the others."""
    return ", ".join([*texts[:most], *["…"] * (len(texts) > most)])


# What looks odd while somebody writes


def shorten_name(name: str) -> str:
    return cut_text(name, MAX_NAME_LENGTH)


def check_weekend(meeting: MeetingDocument) -> Iterator[Check]:
    days = {"start_date": meeting.start_date, "end_date": meeting.end_date}
    for member, day in days.items():
        if day and day.weekday() >= 5 and (member == "start_date" or day != meeting.start_date):
            values = {"day": date_format(day, "j F Y"), "weekday": date_format(day, "l")}
            message = _("%(day)s is a %(weekday)s. Check that the meeting is at the weekend.") % values
            yield build_odd_check(meeting, member, message)


def check_days_of_parts(meeting: MeetingDocument) -> Iterator[Check]:
    """Find days of parts that are not days of the meeting. Registration and events in its margins may be on others.

    `check_press_conferences` reports press conferences before the meeting.
    """
    start, end = meeting.start_date, meeting.end_date or meeting.start_date
    if not start or not end or end < start:
        return
    results = [item.result for item, _parent in walk_items(meeting.agenda) if item.result]
    parts: list[Any] = [*meeting.chairs, *meeting.sessions, *meeting.programme, *meeting.results, *results]
    for part in parts:
        if isinstance(part, Point) and is_before_meeting(meeting, part):
            continue
        can_differ = isinstance(part, Point) and (part.in_margins or part.kind in KINDS_ON_OTHER_DAYS)
        before, after = MAX_DISTANCE_FROM_MEETING if can_differ else (dt.timedelta(0), dt.timedelta(0))
        if part.date and (start - part.date > before or part.date - end > after):
            values = {"day": date_format(part.date, "j F Y"), "days": format_days(start, end)}
            message = _("%(day)s is outside the meeting (%(days)s). Check the date.") % values
            yield build_odd_check(part, "date", message)


def check_city(meeting: MeetingDocument) -> Iterator[Check]:
    """Question a formal meeting in Brussels in a month in which the Council meets in Luxembourg.

    The city may be written in the document's language or in English.
    """
    day = meeting.start_date
    is_in_brussels = find_english_place_name(meeting.place.city, meeting.source_language) == "Brussels"
    if meeting.form == Form.FORMAL and is_in_brussels and day and day.month in MONTHS_IN_LUXEMBOURG:
        message = _("The Council meets in Luxembourg in April, June and October. Check that “Brussels” is right.")
        yield build_odd_check(meeting, "place.city", message)


def check_time_zone(meeting: MeetingDocument) -> Iterator[Check]:
    """Question a time zone that has another time than the city on the first day, if the city is known."""
    day, city = meeting.start_date, find_english_place_name(meeting.place.city, meeting.source_language)
    if not day or city not in TIME_ZONES:
        return
    noons = [build_local_datetime(day, "12:00", zone) for zone in (TIME_ZONES[city], meeting.timezone)]
    if noons[0].utcoffset() != noons[1].utcoffset():
        values = {"city": meeting.place.city, "right": TIME_ZONES[city], "zone": meeting.timezone}
        message = _(
            "The times of this note are those of %(zone)s, but %(city)s has the time of %(right)s. Check the time zone."
        )
        yield build_odd_check(meeting, "timezone", message % values)


def check_provisional_status(meeting: MeetingDocument, now: dt.datetime) -> Iterator[Check]:
    """Question a status that is still provisional shortly before the meeting: new meetings begin with it."""
    day, today = meeting.start_date, now.astimezone(BRUSSELS).date()
    if meeting.status == MeetingStatus.PROVISIONAL and day and today <= day <= today + PROVISIONAL_UNTIL:
        message = _("The meeting is on %s and still provisional. If the date is certain, set the status to confirmed.")
        yield build_odd_check(meeting, "status", message % date_format(day, "j F Y"))


def check_presidency(meeting: MeetingDocument) -> Iterator[Check]:
    presidency = meeting.presidency
    for chair in meeting.chairs:
        if presidency and chair.country and chair.country != presidency.country:
            countries = [get_country_name(code) for code in (chair.country, presidency.country)]
            values = {"chair": chair.name, "country": countries[0], "presidency": countries[1]}
            message = _(
                "The chair “%(chair)s” is from %(country)s, but %(presidency)s holds the presidency on that date. "
                "Check the chair and the date."
            )
            yield build_odd_check(chair, "country", message % values)


def get_point_date(meeting: MeetingDocument, point: Point) -> dt.date | None:
    return point.date or meeting.start_date


def is_before_meeting(meeting: MeetingDocument, point: Point) -> bool:
    """Return whether the point is a press conference of the meeting before the meeting's first day."""
    is_press_conference = point.kind == PointKind.PRESS_CONFERENCE and not point.in_margins
    return bool(is_press_conference and point.date and meeting.start_date and point.date < meeting.start_date)


def check_press_conferences(meeting: MeetingDocument) -> Iterator[Check]:
    """Find press conferences before the meeting: before its first day, or its first programme event that has a time.

    The first event is the start of the meeting if the programme says it.
    """
    planned = [point for point in meeting.programme if point.state != PointState.CANCELLED]
    others = [point for point in planned if point.time and point.kind not in PRESS_KINDS and not point.in_margins]
    starts = [point for point in others if point.kind in STARTING_KINDS] or others
    moments = [(day, point.time or "", point) for point in starts if (day := get_point_date(meeting, point))]
    first = min(moments, key=lambda moment: moment[:2], default=None)
    for point in planned:
        day = get_point_date(meeting, point)
        if point.kind != PointKind.PRESS_CONFERENCE or point.in_margins or not day:
            continue
        values = {"point": get_point_name(point), "day": date_format(day, "j F Y"), "time": point.time}
        if is_before_meeting(meeting, point):
            message = _("The press conference “%(point)s” is on %(day)s, before the meeting. Check its date.")
            yield build_odd_check(point, "date", message % values)
        elif first and point.time and (day, point.time) < first[:2]:
            values |= {"first": get_point_name(first[2]), "start": first[1]}
            message = _(
                "The press conference “%(point)s” is at %(time)s, before the first programme event “%(first)s” at "
                "%(start)s. Check the two times."
            )
            yield build_odd_check(point, "time", message % values)


def check_clock_changes(meeting: MeetingDocument) -> Iterator[Check]:
    """Find times that do not exist, or exist twice, because the clocks change at the place of the meeting."""
    for point in meeting.programme:
        day = get_point_date(meeting, point)
        change = find_clock_change(day, point.time, meeting.timezone) if day and point.time else None
        if day and change:
            message = (
                _("%(time)s does not exist on %(day)s, because the clocks go forward. Correct the time of “%(point)s”.")
                if change == ClockChange.SKIPPED
                else _(
                    "%(time)s occurs twice on %(day)s, because the clocks go back. Say in the text of “%(point)s” "
                    "which one you mean, or change its time."
                )
            )
            values = {"point": get_point_name(point), "time": point.time, "day": date_format(day, "j F Y")}
            yield build_odd_check(point, "time", message % values)


def check_item_titles(meeting: MeetingDocument) -> Iterator[Check]:
    """Find items with the title of an earlier item that is part of the same item, or of none either."""
    seen: dict[tuple[Any, ...], Item] = {}
    for item, parent in walk_items(meeting.agenda):
        words = fold_words(item.title)
        key = (parent and parent.id, *words)
        if words and key in seen:
            earlier = seen[key].number
            title = shorten_name(item.title)
            message = _("Another item also has the title “%(title)s”. Delete one of them, or change its title.")
            if earlier:
                message = _("Item %(n)s also has the title “%(title)s”. Delete one of them, or change its title.")
            yield build_odd_check(item, "title", message % {"n": earlier, "title": title})
        seen.setdefault(key, item)


def check_double_bookings(meeting: MeetingDocument, elsewhere: Iterable[Appearance]) -> Iterator[Check]:
    """Find programme events at the same time in the same room or with the same speaker, also in other meetings."""
    known: dict[tuple[Any, ...], str] = {}
    for each in elsewhere:
        name = _("“%(point)s” (%(meeting)s)") % {"point": shorten_name(each.title), "meeting": each.meeting}
        for booking in list_bookings(each.date, each.time, each.place, each.speakers):
            known.setdefault(booking, name)
    for point in meeting.programme:
        day = get_point_date(meeting, point)
        if not day or not point.time or point.state == PointState.CANCELLED:
            continue
        bookings = list_bookings(day, point.time, point.place, [speaker.name for speaker in point.speakers])
        point_name = f"“{shorten_name(get_point_name(point))}”"
        for booking, shown in bookings.items():
            if booking in known:
                is_room = booking[0] == "place"
                values = {"point": point_name, "other": known[booking], "what": shown, "time": point.time}
                message = (
                    _("%(point)s and %(other)s are both in “%(what)s” at %(time)s. Check the room and the times.")
                    if is_room
                    else _("%(what)s speaks at %(point)s and at %(other)s, both at %(time)s. Check the times.")
                )
                yield build_odd_check(point, "place" if is_room else "speakers", message % values)
        for booking in bookings:
            known.setdefault(booking, point_name)


def list_bookings(day: dt.date, time: str, place: str, speakers: Iterable[str]) -> dict[tuple[Any, ...], str]:
    """Return the room and the speakers of an event as written, by keys that equal those of the same time and name."""
    named = [("place", place), *(("speakers", speaker) for speaker in speakers)]
    return {(what, day, time, *words): name for what, name in named if (words := fold_words(name))}


def check_numbers_in_texts(meeting: MeetingDocument) -> Iterator[Check]:
    """Find numbers in the text of an item that are not among the item's numbers, if it has others of that kind.

    Revisions and addenda of a document share its number. A procedure without its kind is not compared.
    """
    phrases = load_phrases_of_notes(meeting.source_language)
    for item, _parent in walk_items(meeting.agenda):
        if not (item.documents or item.procedures) or not re.search(r"\d/", f"{item.title}{item.text}"):
            continue
        text = f"{item.title} . {html_to_words(item.text)}"
        documents = find_document_numbers(text, phrases.agenda.act_reference) if item.documents else []
        procedures = find_procedure_codes(text) if item.procedures else []
        for member, found, expected, get_key in (
            ("documents", documents, item.documents, get_document_key),
            ("procedures", procedures, item.procedures, get_procedure_key),
        ):
            keys = {get_key(number) for number in expected}
            odd = (number for number in found if get_key(number) not in keys)
            shown = join_first(expected, MAX_LISTED_NUMBERS)
            for number in islice(odd, MAX_LISTED_NUMBERS):
                values = {"number": number, "item": shorten_name(item.title), "numbers": shown}
                message = _(
                    "The text of “%(item)s” has the number %(number)s, but the item has %(numbers)s. Check which "
                    "one is right, or add the number to the item."
                )
                yield build_odd_check(item, member, message % values)


def check_document_numbers(meeting: MeetingDocument) -> Iterator[Check]:
    for item, _parent in walk_items(meeting.agenda):
        for message in filter(None, map(explain_doubtful_number, item.documents)):
            yield build_odd_check(item, "documents", message)


def explain_doubtful_number(number: str) -> str:
    """Return a question if the document number looks wrong; otherwise ""."""
    if not is_doubtful_number(number):
        return ""
    message = _("“%(text)s” does not look like a document number such as 14996/1/22 REV 1. Check it.")
    return message % {"text": shorten_for_message(number)}


def get_document_key(number: str) -> str:
    return get_base_number(number) or normalize_document_number(number)


def get_procedure_key(code: str) -> str:
    return str(parse_procedure_code(code) or code)


def check_translations(
    document: SubjectDocument, saved: SubjectDocument, translations: Mapping[str, TranslatedTexts]
) -> Iterator[Check]:
    """Find changed texts whose translations are up to date now, and will be out of date when the change is saved."""
    before = {text.segment.key: text.digest for text in list_source_texts(saved)}
    for text in list_source_texts(document):
        segment, old = text.segment, before.get(text.segment.key)
        languages = [
            str(Language(language).label)
            for language, texts in translations.items()
            if old and old != text.digest and is_current(texts.get(segment.key), old)
        ]
        if languages:
            kind, _dot, rest = segment.path.partition(f".{segment.row}.")
            kind, member = (kind, rest) if rest else (get_document_kind(document), kind)
            message = ngettext(
                "If you save this text, its translation will be out of date: %(languages)s.",
                "If you save this text, its translations will be out of date: %(languages)s.",
                len(languages),
            )
            values = {"languages": ", ".join(languages)}
            yield Check(CheckLevel.ODD, kind, str(segment.row), member, message % values)


def find_outdated_languages(
    document: SubjectDocument, translations: Mapping[str, TranslatedTexts]
) -> dict[str, list[str]]:
    """Return the languages, by id of a part, in which one of its texts is translated from an older text."""
    found: dict[str, set[str]] = defaultdict(set)
    for text in list_source_texts(document):
        for language, texts in translations.items():
            translated = texts.get(text.segment.key)
            if translated and not is_current(translated, text.digest):
                found[str(text.segment.row)].add(language)
    return {key: sorted(languages) for key, languages in found.items()}


def is_current(translated: TranslatedText | None, source_digest: str) -> bool:
    return bool(translated and translated.text and translated.source_digest == source_digest)
