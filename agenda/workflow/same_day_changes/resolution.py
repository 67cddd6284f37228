"""Validate a requested change, and resolve it against the edition that readers see."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agenda.documents.checks import check_errors
from agenda.models import AgendaItem
from agenda.models import Result as ItemResult
from agenda.workflow.drafts import build_earlier_date, explain_missing_reason
from agenda.workflow.errors import WorkflowError
from agenda.workflow.removed_places import find_removed_words
from agenda.workflow.same_day_changes.alerts import build_alert_texts, format_point_name
from agenda.workflow.same_day_changes.changes import (
    ITEM_FIELDS,
    MEETING_FIELDS,
    NOT_STARTED_STATES,
    OUTCOME,
    POINT_FIELDS,
    TIME_AND_PLACE_FIELDS,
    FactValues,
    NewAlert,
    ResolvedChange,
    SameDayChange,
    get_value,
)
from agenda.workflow.same_day_changes.delays import build_delayed_times, get_local_date, get_point_date, get_press_days
from meetings.documents.choices import CALLED_OFF_STATUSES, MeetingStatus, PointState, TimePrecision
from meetings.documents.schema import EarlierTime, Item, MeetingDocument, Point, Result
from meetings.documents.traversal import walk_items
from meetings.i18n.printed_times import format_printed_time
from meetings.models import Alert, Meeting, ProgrammePoint, UUIDModel
from meetings.models.programme import PRECISIONS_WITH_CLOCK


@dataclass(frozen=True)
class FieldProblem:
    """One problem. `part_id` and `part_name` identify the point or item; `field` is its field, or of the meeting."""

    part_id: UUID | None
    part_name: str
    field: str
    message: str


class SameDayChangeError(WorkflowError):
    """All problems of a change. The message has them one after the other."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        messages = [f"{wrong.part_name}: {wrong.message}" if wrong.part_name else wrong.message for wrong in problems]
        super().__init__(" ".join(messages), field=problems[0].field)
        self.every = problems


@contextmanager
def collect_problem(problems: list[FieldProblem], part_id: UUID | None = None, part_name: str = "") -> Iterator[None]:
    try:
        yield
    except WorkflowError as error:
        problems.append(FieldProblem(part_id, part_name, error.field, str(error)))


def resolve_change(
    change: SameDayChange, live: Sequence[MeetingDocument], now: dt.datetime, at: dt.datetime
) -> ResolvedChange:
    """Return the change to the live documents (the source first), with the alerts for readers.

    Raise SameDayChangeError with all problems, or WorkflowError.
    """
    source, problems = live[0], list[FieldProblem]()
    delayed: Mapping[UUID, dict[str, Any]] = {}
    with collect_problem(problems):
        delayed = build_delayed_times(source, change.delay_minutes, now) if change.delay_minutes else {}
    delayed = {key: values for key, values in delayed.items() if "time" not in change.points.get(key, {})}
    requested = {key: {**delayed.get(key, {}), **change.points.get(key, {})} for key in {**delayed, **change.points}}
    points = require_known_parts({point.id: point for point in source.programme}, requested)
    items = require_known_parts({item.id: item for item, _parent in walk_items(source.agenda)}, change.items)
    new_points: dict[UUID, FactValues] = {}
    new_items: dict[UUID, FactValues] = {}
    meeting: FactValues = {}
    alert = ""
    with collect_problem(problems):
        alert = clean_values(Alert, {"text": " ".join(change.alert.split())})["text"] if change.alert.strip() else ""
    for key, values in requested.items():
        with collect_problem(problems, key, format_point_name(points[key], source)):
            new_points[key] = clean_point_values(points[key], values, source)
    for key, item_values in change.items.items():
        with collect_problem(problems, key, f"{items[key].number} {items[key].title}".strip()):
            new_items[key] = clean_item_values(items[key], item_values)
    with collect_problem(problems):
        meeting = clean_meeting_values(source, change.meeting)
    if problems:
        raise SameDayChangeError(problems)
    resolved = ResolvedChange(
        live_documents=live,
        points={key: values for key, values in new_points.items() if values},
        earlier_times={
            key: build_earlier_time(points[key], source)
            for key, values in new_points.items()
            if not values.keys().isdisjoint(TIME_AND_PLACE_FIELDS)
        },
        items={key: values for key, values in new_items.items() if values},
        new_results={
            key: Result(id=uuid4(), date=get_local_date(source, now), outcome=values[OUTCOME])
            for key, values in new_items.items()
            if values.get(OUTCOME) and items[key].result is None
        },
        meeting=meeting,
        alerts=(),
        delay_minutes=change.delay_minutes,
        now=now,
        removed_words=find_removed_words(source, now),
    )
    if not (resolved.points or resolved.items or resolved.meeting or alert):
        raise WorkflowError(_("You have not changed anything."))
    texts = build_alert_texts(resolved, live, alert, change.delay_minutes, delayed.keys() - change.points.keys())
    ids = sorted(uuid4() for _text in texts)  # alerts of one instant are ordered by id
    alerts = (NewAlert(key, at, source.language, text) for key, text in zip(ids, texts, strict=True))
    return replace(resolved, alerts=tuple(alerts))


def require_known_parts(parts: Mapping[UUID, Any], wanted: Collection[UUID]) -> Mapping[UUID, Any]:
    if set(wanted) - parts.keys():
        raise WorkflowError(_("Something that you changed is no longer in the published edition. Reload the page."))
    return parts


def clean_point_values(point: Point, requested: FactValues, meeting: MeetingDocument) -> FactValues:
    values = get_differing_values(point, clean_values(ProgrammePoint, require_allowed_fields(POINT_FIELDS, requested)))
    if values.get("date") in (None, get_point_date(point, meeting)):  # the day of the meeting is implied already
        values.pop("date", None)
    if not values.keys().isdisjoint(("time", "time_precision")):
        values |= complete_time_values(point, values)
    check_day(values.get("date"), meeting)
    if not values.keys().isdisjoint(("date", "time")):
        check_clock(values.get("date") or get_point_date(point, meeting), values.get("time", point.time), meeting)
    if "state" not in values and (state := derive_point_state(point, values)) != point.state:
        values["state"] = state
    return values


def complete_time_values(point: Point, values: FactValues) -> dict[str, Any]:
    """Return time, precision and printed time together, so that they never contradict each other."""
    time, precision = values.get("time", point.time), values.get("time_precision", point.time_precision)
    if "time_precision" not in values:
        if precision not in (*PRECISIONS_WITH_CLOCK, TimePrecision.TO_BE_CONFIRMED):
            precision = TimePrecision.EXACT
        elif time is None:
            precision = TimePrecision.TO_BE_CONFIRMED
    if precision == TimePrecision.RELATIVE:
        message = _("A time in words (“at the end of the meeting”) is text. Enter a time, or publish a correction.")
        raise WorkflowError(message, field="time")
    if time is None and precision in PRECISIONS_WITH_CLOCK:
        raise WorkflowError(_("Enter a time, or mark it as to be confirmed."), field="time")
    if time and not precision:
        raise WorkflowError(_("Select the precision of the time."), field="time")
    printed = format_printed_time(dt.time.fromisoformat(time), precision) if time else ""
    return {"time": time, "time_precision": precision, "time_text": printed}


def derive_point_state(point: Point, values: FactValues) -> PointState:
    """Return the state that follows from the new values: delayed if only the time is later, otherwise moved."""
    new_time, old_time = values.get("time", point.time), point.time
    if point.state not in NOT_STARTED_STATES:
        return point.state
    if "date" in values or (values.get("place", point.place) != point.place and point.place):
        return PointState.MOVED
    if not (new_time and old_time) or new_time == old_time:
        return point.state
    return PointState.DELAYED if new_time > old_time else PointState.MOVED


def build_earlier_time(point: Point, meeting: MeetingDocument) -> EarlierTime:
    return EarlierTime(
        date=get_point_date(point, meeting), time=point.time, time_text=point.time_text, place=point.place
    )


def clean_item_values(item: Item, requested: FactValues) -> FactValues:
    require_allowed_fields((*ITEM_FIELDS, OUTCOME), requested)
    of_item = {name: value for name, value in requested.items() if name != OUTCOME}
    of_result = {name: requested[name] for name in requested.keys() & {OUTCOME}}
    values = get_differing_values(item, clean_values(AgendaItem, of_item) | clean_values(ItemResult, of_result))
    if values.get("state") == "" and item.state_note:
        values.setdefault("state_note", "")
    if not values.get("state", item.state) and values.get("state_note"):
        message = _("Select what happened to the item (added, withdrawn, postponed) as well as the reason.")
        raise WorkflowError(message, field="state")
    return values


def clean_meeting_values(meeting: MeetingDocument, requested: FactValues) -> FactValues:
    values = get_differing_values(meeting, clean_values(Meeting, require_allowed_fields(MEETING_FIELDS, requested)))
    back = meeting.status in CALLED_OFF_STATUSES and values.get("status", meeting.status) not in CALLED_OFF_STATUSES
    if back and "status_reason" not in values:
        values["status_reason"] = ""  # it was the reason for calling it off
    with_date = add_dates(values, meeting)
    if missing := explain_missing_values(msgspec.structs.replace(meeting, **with_date), meeting):
        raise WorkflowError(missing, field="status_reason")
    return with_date


def add_dates(values: FactValues, meeting: MeetingDocument) -> FactValues:
    """Add the dates that follow from the status.

    A meeting that is postponed on the day has no date until somebody gives it one; if it takes place after all, it has
    its old date again.
    """
    status = values.get("status", meeting.status)
    if status == meeting.status:
        return values
    if status == MeetingStatus.POSTPONED:
        previous = [*meeting.previous, build_earlier_date(meeting)]
        undated = {"start_date": None, "end_date": None, "previous": previous}
        return {**values, **undated} if meeting.start_date else values
    if meeting.start_date is None:  # it had one, or it would have no address
        *earlier, last = meeting.previous
        return {**values, "start_date": last.start_date, "end_date": last.end_date, "previous": earlier}
    return values


def explain_missing_values(meeting: MeetingDocument, before: MeetingDocument) -> str:
    """Return what a meeting with another status lacks to be published, or an empty string.

    What was published before with an error of an older rule does not keep anybody from changing something else.
    """
    known = {(check.id, check.member) for check in check_errors(before)}
    new = [check.message for check in check_errors(meeting) if (check.id, check.member) not in known]
    return " ".join(new) or explain_missing_reason(meeting, before)


def require_allowed_fields(allowed: Collection[str], requested: FactValues) -> FactValues:
    for name in requested:
        if name not in allowed:
            raise WorkflowError(_("“%s” cannot be changed on the day. Publish a correction instead.") % name)
    return requested


def clean_values(model: type[UUIDModel], requested: FactValues) -> dict[str, Any]:
    """Clean the values by the fields of `model`. Return them as the document has them. Raise WorkflowError."""
    values = {}
    for name, raw in requested.items():
        field: Any = model._meta.get_field(name)
        try:
            value = field.clean(raw, None)
        except ValidationError as error:
            details = {"what": capfirst(field.verbose_name), "why": " ".join(error.messages)}
            raise WorkflowError(_("%(what)s: %(why)s") % details, field=name) from error
        values[name] = f"{value:%H:%M}" if isinstance(value, dt.time) else value
    return values


def get_differing_values(part: Any, values: FactValues) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != get_value(part, name)}


def check_clock(day: dt.date | None, time: str | None, meeting: MeetingDocument) -> None:
    """Raise WorkflowError for a local time that the clocks skip. One that comes twice is valid."""
    if day is None or time is None:
        return
    zone, clock = ZoneInfo(meeting.timezone), dt.datetime.combine(day, dt.time.fromisoformat(time))
    either = [clock.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC).astimezone(zone) for fold in (0, 1)]
    if clock not in [instant.replace(tzinfo=None) for instant in either]:
        before, other = (f"{instant:%H:%M}" for instant in either)
        message = _("%(time)s does not exist on %(day)s (%(zone)s): the clocks go forward. Enter %(one)s or %(other)s.")
        details = {"day": date_format(day, "j F Y"), "zone": meeting.timezone, "one": before, "other": other}
        raise WorkflowError(message % ({"time": time} | details), field="time")


def check_day(day: dt.date | None, meeting: MeetingDocument) -> None:
    first, last = get_press_days(meeting)
    if day and not first <= day <= last:
        raise WorkflowError(
            _("That day is more than one day before or after the meeting. Correct the dates of the meeting instead."),
            field="date",
        )
