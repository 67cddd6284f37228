"""Apply a same-day change to the rows of the working copy. Unfinished text stays as it is, and unpublished."""

import datetime as dt
from typing import Any
from uuid import UUID

from agenda.models import AgendaItem
from agenda.publishing.facts.changes import FactValues, ResolvedChange
from agenda.publishing.facts.taking import adapt_change, build_document_from_rows
from meetings.documents.text import compute_digest
from meetings.models import Alert, Meeting, ProgrammePoint, SubjectType, Translation


def update_working_copy(meeting: Meeting, change: ResolvedChange) -> None:
    """Write the new values to the existing rows, and increase the version, so that open forms report a conflict."""
    change = adapt_change(change, build_document_from_rows(meeting, change))
    for point in ProgrammePoint.objects.filter(meeting=meeting, pk__in=change.points):
        update_point(point, change)
    for item in AgendaItem.objects.filter(meeting=meeting, pk__in=change.items):
        update_row(item, change.items[item.pk])
    update_row(meeting, change.meeting)
    translations = Translation.objects.filter(subject_type=SubjectType.MEETING, subject_id=meeting.pk)
    languages = set(translations.values_list("language", flat=True))
    add_alerts(meeting, change, languages)
    meeting.increase_version()


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
    row.save(update_fields=list(values))


def add_alerts(meeting: Meeting, change: ResolvedChange, languages: set[str]) -> None:
    source = meeting.source_language
    Alert.objects.bulk_create(
        Alert(pk=alert.id, meeting=meeting, text=alert.get_text(source), at=alert.at) for alert in change.alerts
    )
    Translation.objects.bulk_create(
        build_alert_translation(meeting, alert.id, language, text, alert.get_text(source))
        for alert in change.alerts
        for language, text in alert.texts.items()
        if language in languages - {source}
    )


def build_alert_translation(meeting: Meeting, row: UUID, language: str, text: str, source: str) -> Translation:
    return Translation(
        subject_type=SubjectType.MEETING,
        subject_id=meeting.pk,
        row_id=row,
        field="text",
        language=language,
        text=text,
        source_digest=compute_digest(source),
    )
