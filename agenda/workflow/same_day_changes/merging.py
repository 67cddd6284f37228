"""Merge a same-day change into texts that are not live, wherever they still have the value that readers saw.

A time and its day are one value, and so are the state of an item and its note. The source document decides for all
languages: a translation is not another value. A delay of the whole programme also applies to points that readers have
not seen.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from agenda.models import AgendaItem, MediaLink
from agenda.models import Result as ItemResult
from agenda.workflow.same_day_changes.alerts import (
    MAX_TITLE_LENGTH,
    format_point_date,
    format_point_name,
    format_time_of_point,
)
from agenda.workflow.same_day_changes.changes import (
    DATE_FIELDS,
    ITEM_FIELDS,
    NOT_STARTED_STATES,
    OUTCOME,
    TIME_AND_PLACE_FIELDS,
    FactValues,
    ResolvedChange,
    get_value,
)
from agenda.workflow.same_day_changes.delays import compute_delayed_starts, get_point_date
from agenda.workflow.same_day_changes.resolution import complete_time_values
from meetings.documents.choices import ItemState, MeetingStatus, Outcome, PointKind, PointState, TimePrecision
from meetings.documents.encoding import compute_digest
from meetings.documents.plain_text import cut_text
from meetings.documents.schema import Item, MeetingDocument, Point, Result
from meetings.documents.traversal import walk_items
from meetings.models import Alert, Meeting, ProgrammePoint, SubjectType, Translation

TIME_FIELDS = {"date", "time", "time_precision", "time_text"}


def adapt_change(change: ResolvedChange, document: MeetingDocument) -> ResolvedChange:
    """Return the part of the change that applies to the text with this source document."""
    live = change.get_live_document(document.language)
    points = shift_hidden_points(change, document, live)
    for key, (point, old) in match_parts(get_points_by_id(document), get_points_by_id(live), change.points).items():
        same_time = get_point_clock(point, document) == get_point_clock(old, live)
        points[key] = adapt_point_values(change.points[key], point, old, same_time=same_time)
    pairs = match_parts(get_items_by_id(document), get_items_by_id(live), change.items)
    items = {key: adapt_item_values(change.items[key], *pair) for key, pair in pairs.items()}
    return replace(change, points=points, items=items, meeting=adapt_status_values(change.meeting, document, live))


def shift_hidden_points(
    change: ResolvedChange, document: MeetingDocument, live: MeetingDocument
) -> dict[UUID, FactValues]:
    """Return delayed times of the points that readers have not seen. Their state does not become “delayed”."""
    points = get_points_by_id(document)
    starts = compute_delayed_starts(document, change.delay_minutes, change.now) if change.delay_minutes else {}
    return {
        key: complete_time_values(points[key], {"time": f"{start:%H:%M}"})
        | ({"date": start.date()} if start.date() != get_point_date(points[key], document) else {})
        for key, start in starts.items()
        if key not in get_points_by_id(live)
    }


def get_points_by_id(document: MeetingDocument) -> dict[UUID, Any]:
    return {point.id: point for point in document.programme}


def get_items_by_id(document: MeetingDocument) -> dict[UUID, Any]:
    return {item.id: item for item, _parent in walk_items(document.agenda)}


def match_parts(
    own: Mapping[UUID, Any], live: Mapping[UUID, Any], changed_ids: Collection[UUID]
) -> dict[UUID, tuple[Any, Any]]:
    """Return each changed part that both documents have, as a pair."""
    return {key: (own[key], live[key]) for key in changed_ids if key in own}


def get_point_clock(point: Point, document: MeetingDocument) -> tuple[Any, str]:
    """Return what makes up the time of a point: another precision or printed form is no other time."""
    return get_point_date(point, document), point.time or point.time_text


def adapt_point_values(new: FactValues, own: Point, old: Point, *, same_time: bool) -> FactValues:
    lost: set[str] = set() if same_time else set(TIME_FIELDS)
    # A text with another “live” than readers saw has the new value already.
    lost |= {name for name in ("place", "speakers") if getattr(own, name) != getattr(old, name)}
    adopted = exclude_fields(new, lost)
    return adopted if is_state_adopted(new, adopted, own.state, old.state) else exclude_fields(adopted, {"state"})


def is_state_adopted(new: FactValues, adopted: FactValues, own: PointState, old: PointState) -> bool:
    """Return True if the text takes over the new state.

    “Delayed” and “moved” follow from time and place, so they go with these. All other states apply to every point that
    has not started.
    """
    if "state" in new and {new["state"], old}.issubset(NOT_STARTED_STATES):
        moved = new.keys() & set(TIME_AND_PLACE_FIELDS)
        return own == old and (not moved or not moved.isdisjoint(adopted))
    return own == old or {own, old}.issubset(NOT_STARTED_STATES)


def adapt_item_values(new: FactValues, own: Item, old: Item) -> FactValues:
    same_state = own.state == old.state and ("state" in new or own.state_note == old.state_note)
    lost = set() if same_state else {*ITEM_FIELDS}
    if get_outcome(own) != get_outcome(old):
        lost.add(OUTCOME)
    return exclude_fields(new, lost)


def get_outcome(item: Item) -> tuple[UUID, str] | None:
    """Return the id of the item's result and its outcome, or None without a result."""
    return (item.result.id, item.result.outcome) if item.result else None


def adapt_status_values(new: FactValues, document: MeetingDocument, live: MeetingDocument) -> FactValues:
    """Return the new status values that apply to the text.

    A text with a reason or date of its own keeps it, and so does one that has no date.
    """
    own_date = (document.start_date, document.end_date) != (live.start_date, live.end_date)
    stays_without = document.start_date is None and own_date and new.get("status") != MeetingStatus.POSTPONED
    if "status" in new and (document.status != live.status or stays_without):
        return {}
    lost = set(DATE_FIELDS) if own_date else set()
    lost |= set() if document.status_reason in ("", live.status_reason) else {"status_reason"}
    return exclude_fields(new, lost)


def exclude_fields(values: FactValues, names: Collection[str]) -> FactValues:
    return {name: value for name, value in values.items() if name not in names}


def describe_conflicts(change: ResolvedChange, document: MeetingDocument) -> str:
    """Describe the values that the text keeps, for example “Press conference: 16:00”; "" if there are none."""
    live, adapted = change.get_live_document(document.language), adapt_change(change, document)
    conflicts = [
        format_status(
            get_conflicting_fields(change.meeting, adapted.meeting, document).difference(DATE_FIELDS), document
        )
    ]
    for key, (point, old) in match_parts(get_points_by_id(document), get_points_by_id(live), change.points).items():
        names = get_conflicting_fields(change.points[key], adapted.points[key], point)
        texts = ", ".join(format_point_values(names, point, old, document, live))
        conflicts.append(texts and f"{format_point_name(point, document)}: {texts}")
    for key, (item, _old) in match_parts(get_items_by_id(document), get_items_by_id(live), change.items).items():
        conflicts.append(
            format_item(item) if get_conflicting_fields(change.items[key], adapted.items[key], item) else ""
        )
    return "; ".join(filter(None, conflicts))


def get_conflicting_fields(new: FactValues, adopted: FactValues, part: Any) -> set[str]:
    return {name for name in new.keys() - adopted.keys() if new[name] != get_value(part, name)}


def format_status(names: Collection[str], document: MeetingDocument) -> str:
    status = str(document.status.label) if "status" in names else ""
    reason = f"“{document.status_reason}”" if names and document.status_reason else ""
    text = ", ".join(filter(None, (status, reason)))
    return text and _("The meeting: %s") % text


def format_point_values(
    names: Collection[str], point: Point, old: Point, document: MeetingDocument, live: MeetingDocument
) -> Iterator[str]:
    if not TIME_FIELDS.isdisjoint(names):
        another_day = (
            format_point_date(point, document) if get_point_date(point, document) != get_point_date(old, live) else ""
        )
        yield " ".join(filter(None, (another_day, format_time_of_point(point)))) or _("no time")
    if "place" in names:
        yield point.place or _("no place")
    if "speakers" in names:
        yield (
            _("with %s") % ", ".join(speaker.name for speaker in point.speakers) if point.speakers else _("no speaker")
        )
    if "state" in names and point.state != old.state:
        yield str(point.state.label)


def format_item(item: Item) -> str:
    note = f" ({item.state_note})" if item.state_note else ""
    outcome = f", {item.result.outcome.label}" if item.result and item.result.outcome else ""
    name = cut_text(f"{item.number} {item.title}".strip(), MAX_TITLE_LENGTH)
    return f"“{name}”: {item.state.label}{note}{outcome}"


def build_document_from_rows(meeting: Meeting, change: ResolvedChange) -> MeetingDocument:
    """Build a document from the rows of the working copy, with only the values that a same-day change may affect."""
    results = {
        row.item_id: Result(id=row.pk, date=row.date, outcome=Outcome(row.outcome))
        for row in ItemResult.objects.filter(meeting=meeting, item__isnull=False)
    }
    return msgspec.structs.replace(
        change.get_live_document(meeting.source_language),
        status=MeetingStatus(meeting.status),
        status_reason=meeting.status_reason,
        start_date=meeting.start_date,
        timezone=meeting.time_zone,
        programme=[build_point_from_row(row) for row in ProgrammePoint.objects.filter(meeting=meeting)],
        agenda=[
            Item(
                id=row.pk,
                number=row.number,
                title=row.title,
                state=ItemState(row.state),
                state_note=row.state_note,
                result=results.get(row.pk),
            )
            for row in AgendaItem.objects.filter(meeting=meeting)
        ],
    )


def build_point_from_row(row: ProgrammePoint) -> Point:
    values = {name: getattr(row, name) for name in ("title", "date", "time_text", "live", "place", "speakers")}
    return Point(
        id=row.pk,
        kind=PointKind(row.kind),
        time=f"{row.time:%H:%M}" if row.time else None,
        time_precision=TimePrecision(row.time_precision),
        state=PointState(row.state),
        **values,
    )


def update_working_copy(meeting: Meeting, change: ResolvedChange) -> None:
    """Write the new values to the existing rows, and increase the version, so that open forms report a conflict."""
    change = adapt_change(change, build_document_from_rows(meeting, change))
    for point in ProgrammePoint.objects.filter(meeting=meeting, pk__in=change.points):
        update_point(point, change)
    for item in AgendaItem.objects.filter(meeting=meeting, pk__in=change.items):
        update_row(item, exclude_fields(change.items[item.pk], {OUTCOME}))
        if OUTCOME in change.items[item.pk]:
            update_outcome(item, change.items[item.pk][OUTCOME], change.new_results.get(item.pk))
    update_row(meeting, change.meeting)
    translations = Translation.objects.filter(subject_type=SubjectType.MEETING, subject_id=meeting.pk)
    languages = set(translations.values_list("language", flat=True))
    add_alerts(meeting, change, languages)
    meeting.increase_version()


def update_outcome(item: AgendaItem, outcome: str, new: Result | None) -> None:
    """Write the outcome of an item, as `set_outcome` does in documents."""
    row = ItemResult.objects.filter(item=item).first()
    if row is None:
        assert new  # the item gets its first outcome
        ItemResult.objects.create(pk=new.id, meeting=item.meeting, item=item, date=new.date, outcome=outcome)
    elif outcome or row.title or row.text or MediaLink.objects.filter(result=row).exists():
        update_row(row, {OUTCOME: outcome})
    else:
        row.delete()


def update_point(point: ProgrammePoint, change: ResolvedChange) -> None:
    values: dict[str, Any] = dict(change.points[point.pk])
    if earlier := change.earlier_times.get(point.pk):
        values["previous"] = [*point.previous, earlier]
    if values.get("time"):
        values["time"] = dt.time.fromisoformat(values["time"])
    update_row(point, values)


def update_row(row: Any, values: FactValues) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    if values:
        row.save(update_fields=list(values))


def add_alerts(meeting: Meeting, change: ResolvedChange, languages: set[str]) -> None:
    source = meeting.source_language
    Alert.objects.bulk_create(
        Alert(pk=alert.id, meeting=meeting, text=alert.get_text(source), at=alert.at) for alert in change.alerts
    )
    Translation.objects.bulk_create(
        Translation(
            subject_type=SubjectType.MEETING,
            subject_id=meeting.pk,
            row_id=alert.id,
            field="text",
            language=language,
            text=text,
            source_digest=compute_digest(alert.get_text(source)),
        )
        for alert in change.alerts
        for language, text in alert.texts.items()
        if language in languages - {source}
    )
