"""Write the alerts for a same-day change from the old and new values, in each language that has phrases."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from msgspec.structs import replace

from agenda.workflow.same_day_changes.changes import ITEM_FIELDS, OUTCOME, FactValues, ResolvedChange
from agenda.workflow.same_day_changes.delays import STARTED_STATES, get_point_date
from meetings.documents.called_off import find_move
from meetings.documents.choices import ItemState, MeetingStatus, Outcome, PointKind, PointState
from meetings.documents.encoding import convert_data
from meetings.documents.plain_text import cut_text
from meetings.documents.schema import Item, MeetingDocument, Point
from meetings.documents.traversal import walk_items
from meetings.i18n.date_formats import format_weekday_and_day
from meetings.i18n.event_texts import describe_status
from meetings.i18n.languages import get_interface_language, has_catalogue
from meetings.i18n.point_times import format_point_time
from meetings.models import Alert

MAX_ALERT_LENGTH: int = Alert._meta.get_field("text").max_length  # type: ignore[assignment]
MAX_TITLE_LENGTH = 120
SENTENCE_ENDS = (".", "!", "?", "…", ";", ":")


def build_alert_texts(
    change: ResolvedChange, live: Sequence[MeetingDocument], alert: str, delay_minutes: int, shifted: Collection[UUID]
) -> list[dict[str, str]]:
    """Return the texts of each alert, by language.

    The alert that the duty officer wrote comes first, in the source language. Points in `shifted` share one alert.
    Languages without phrases are left out: there, the source text is the fallback.
    """
    source = live[0]
    spoken: dict[str, list[str]] = {}
    for document in live:
        if document is source or has_catalogue(document.language):
            with override(document.language if has_catalogue(document.language) else settings.LANGUAGE_CODE):
                spoken[document.language] = list(build_sentences(change, document, delay_minutes, shifted))
    written: list[dict[str, str]] = [{source.language: alert}] if alert else []
    by_itself = [
        {language: cut_text(texts[number], MAX_ALERT_LENGTH) for language, texts in spoken.items()}
        for number in range(len(spoken[source.language]))
    ]
    return written + by_itself


def build_change_note(change: ResolvedChange, language: str, max_length: int) -> str:
    """Return the public note of the edition: all alerts, cut to `max_length`."""
    texts = [alert.get_text(language) for alert in change.alerts]
    ended = [text if text.endswith(SENTENCE_ENDS) else f"{text};" for text in texts[:-1]]
    return cut_text(" ".join([*ended, *texts[-1:]]), max_length)


def build_sentences(
    change: ResolvedChange, document: MeetingDocument, delay_minutes: int, shifted: Collection[UUID]
) -> Iterator[str]:
    if change.meeting:
        yield format_status_sentence(change.meeting, document)
    together = [point for point in document.programme if point.id in shifted & change.points.keys()]
    others = find_other_points(together, change, document)
    if together and not others:
        yield format_delay_sentence(together, change, document, delay_minutes)
    for point in document.programme:
        if point.id in change.points and point not in together:
            changes = format_point_changes(point, change.points[point.id], document)
            yield f"{format_point_name(point, document)}: {', '.join(changes)}"
    if together and others:
        yield format_delay_sentence(together, change, document, delay_minutes, everything_else=True)
    for item, _parent in walk_items(document.agenda):
        if item.id in change.items:
            yield format_item_sentence(item, change.items[item.id])


def format_status_sentence(values: FactValues, document: MeetingDocument) -> str:
    sentences_by_status = {
        MeetingStatus.PROVISIONAL: _("The meeting is provisional."),
        MeetingStatus.CONFIRMED: _("The meeting takes place."),
        MeetingStatus.POSTPONED: _("The meeting is postponed."),
        MeetingStatus.CANCELLED: _("The meeting is cancelled."),
    }
    sentence = sentences_by_status[MeetingStatus(values.get("status", document.status))]
    after = replace(document, **values)
    if after.status == MeetingStatus.POSTPONED and find_move(after):  # it has a new date, so it takes place
        sentence = describe_status(after)
    return f"{sentence} {values.get('status_reason', document.status_reason)}".strip()


def find_other_points(together: Sequence[Point], change: ResolvedChange, document: MeetingDocument) -> list[Point]:
    """Return the points with a time of their own besides the delayed ones: a new time, or the announced one."""
    first = min((get_start_key(point, document) for point in together), default=None)
    return [
        point
        for point in document.programme
        if point not in together
        and (
            "time" in change.points.get(point.id, {})
            or (first and point.state not in STARTED_STATES and is_after(point, first, document))
        )
    ]


def is_after(point: Point, first: tuple[dt.date, str], document: MeetingDocument) -> bool:
    """Return True if the point is later on the same day."""
    day, time = get_start_key(point, document)
    return day == first[0] and time > first[1]


def get_start_key(point: Point, document: MeetingDocument) -> tuple[dt.date, str]:
    return get_point_date(point, document) or dt.date.min, point.time or ""


def format_delay_sentence(
    points: Sequence[Point],
    change: ResolvedChange,
    document: MeetingDocument,
    delay_minutes: int,
    *,
    everything_else: bool = False,
) -> str:
    template = _("Everything is %s later than announced")
    if everything_else:
        template = _("Everything else is %s later than announced")
    sentence = template % format_length(delay_minutes)
    times = []
    for point in points:
        new = apply_values(point, change.points[point.id])
        if new.kind == PointKind.PRESS_CONFERENCE or is_on_other_day(new, point, document):
            day = f"{format_point_date(new, document)}, " if is_on_other_day(new, point, document) else ""
            times.append(f"{format_point_name(point, document)} {day}{format_time_of_point(new)}")
    return f"{sentence}: {'; '.join(times)}" if times else sentence


def format_length(minutes: int) -> str:
    """Format a length of time: “40 minutes”, “90 minutes”, “2 hours”, “2 hours 30 minutes”."""
    hours, rest = divmod(minutes, 60)
    if hours > 1 or not rest:
        in_hours = ngettext("%d hour", "%d hours", hours) % hours
        return f"{in_hours} {format_length(rest)}" if rest else in_hours
    return ngettext("%d minute", "%d minutes", minutes) % minutes


def is_on_other_day(new: Point, point: Point, document: MeetingDocument) -> bool:
    return get_point_date(new, document) != get_point_date(point, document)


def format_point_changes(point: Point, values: FactValues, document: MeetingDocument) -> Iterator[str]:
    new = apply_values(point, values)
    before, now = format_time_of_point(point), format_time_of_point(new)
    if is_on_other_day(new, point, document):
        before, now = f"{format_point_date(point, document)}, {before}", f"{format_point_date(new, document)}, {now}"
    if "state" in values and new.state in (PointState.CANCELLED, PointState.UNDER_WAY, PointState.ENDED):
        yield str(new.state.label)
    elif point.state == PointState.CANCELLED and "state" in values:
        yield _("takes place after all")
    if now != before:
        yield format_replacement(now, before)
    if "place" in values:
        yield format_replacement(new.place, point.place) if new.place else _("no longer in %s") % point.place
    if "live" in values:
        yield _("streamed live") if new.live else _("not streamed live")
    if "speakers" in values:
        names = ", ".join(speaker.name for speaker in new.speakers)
        yield _("with %s") % names if names else _("without the speakers who were announced")
    if values.keys() == {"state"} and new.state in (PointState.PLANNED, PointState.DELAYED, PointState.MOVED):
        yield str(new.state.label)


def format_item_sentence(item: Item, values: FactValues) -> str:
    phrases = {
        ItemState.UNCHANGED: _("on the agenda again"),
        ItemState.ADDED: _("added to the agenda"),
        ItemState.WITHDRAWN: _("withdrawn from the agenda"),
        ItemState.POSTPONED: _("postponed"),
    }
    name, changes = f"{item.number} {item.title}".strip(), []
    if not values.keys().isdisjoint(ITEM_FIELDS):
        note = values.get("state_note", item.state_note)
        changes.append(phrases[ItemState(values.get("state", item.state))] + (f" ({note})" if note else ""))
    if OUTCOME in values:
        outcome = Outcome(values[OUTCOME])
        changes.append(str(outcome.label) if outcome else _("no result yet"))
    return f"“{cut_text(name, MAX_TITLE_LENGTH)}”: {', '.join(changes)}"


def apply_values(point: Point, values: FactValues) -> Point:
    return convert_data(msgspec.to_builtins(point) | dict(values), Point)


def format_point_name(point: Point, document: MeetingDocument) -> str:
    """Return a name such as “Press conference”, with the title if there are several of the kind."""
    title = cut_text(point.title, MAX_TITLE_LENGTH)
    if point.kind == PointKind.OTHER:
        return title or str(point.kind.label)
    alone = sum(other.kind == point.kind for other in document.programme) == 1
    return str(point.kind.label) if alone or not title else f"{point.kind.label} ({title})"


def format_time_of_point(point: Point) -> str:
    return format_point_time(point) or (_("time to be confirmed") if point.time_precision else "")


def format_point_date(point: Point, document: MeetingDocument) -> str:
    date = get_point_date(point, document)
    return format_weekday_and_day(date, get_interface_language()) if date else ""


def format_replacement(new: str, old: str) -> str:
    new = new or _("no time")
    return _("%(new)s instead of %(old)s") % {"new": new, "old": old} if old else new
