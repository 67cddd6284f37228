"""The same facts in the rows of the working copy. What is unfinished there stays as it is, and unpublished."""

import datetime as dt
from typing import Any
from uuid import UUID

from agenda.models import AgendaItem
from agenda.publishing.facts.changes import Facts, Values
from agenda.publishing.facts.taking import said_by_rows, taken_over
from meetings.documents.text import digest_of
from meetings.models import Alert, Meeting, ProgrammePoint, SubjectType, Translation


def change_rows(meeting: Meeting, facts: Facts) -> None:
    """Writes the facts into the rows that are there, and moves the version: whoever has the form open is told."""
    facts = taken_over(facts, said_by_rows(meeting, facts))
    for point in ProgrammePoint.objects.filter(meeting=meeting, pk__in=facts.points):
        change_point(point, facts)
    for item in AgendaItem.objects.filter(meeting=meeting, pk__in=facts.items):
        change(item, facts.items[item.pk])
    change(meeting, facts.meeting)
    translations = Translation.objects.filter(subject_type=SubjectType.MEETING, subject_id=meeting.pk)
    languages = set(translations.values_list("language", flat=True))
    add_alerts(meeting, facts, languages)
    meeting.move_version()


def change_point(point: ProgrammePoint, facts: Facts) -> None:
    values: dict[str, Any] = dict(facts.points[point.pk])
    if earlier := facts.earlier.get(point.pk):
        values["previous"] = [*point.previous, earlier]
    if values.get("time"):
        values["time"] = dt.time.fromisoformat(values["time"])
    change(point, values)


def change(row: Any, values: Values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def add_alerts(meeting: Meeting, facts: Facts, languages: set[str]) -> None:
    source = meeting.source_language
    Alert.objects.bulk_create(
        Alert(pk=alert.id, meeting=meeting, text=alert.text(source), at=alert.at) for alert in facts.alerts
    )
    Translation.objects.bulk_create(
        translation(meeting, alert.id, language, text, alert.text(source))
        for alert in facts.alerts
        for language, text in alert.texts.items()
        if language in languages - {source}
    )


def translation(meeting: Meeting, row: UUID, language: str, text: str, source: str) -> Translation:
    return Translation(
        subject_type=SubjectType.MEETING,
        subject_id=meeting.pk,
        row_id=row,
        field="text",
        language=language,
        text=text,
        source_digest=digest_of(source),
    )
