"""A same-day change as plain data, and the function that applies it to documents."""

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agenda.documents.translations.translated_document import (
    TranslatedText,
    build_document_in_language,
    collect_topic_names,
    extract_translated_texts,
)
from agenda.workflow.removed_places import remove_words
from meetings.documents.choices import Outcome, PointState
from meetings.documents.encoding import compute_digest, validate_document
from meetings.documents.schema import Alert, EarlierTime, Item, MeetingDocument, Result
from meetings.documents.traversal import walk_items

FactValues = Mapping[str, Any]

POINT_FIELDS = ("date", "time", "time_precision", "place", "live", "speakers", "state")
ITEM_FIELDS = ("state", "state_note")
OUTCOME = "outcome"
"""The outcome of an item: a value of its result, which is created if the item has none."""
MEETING_FIELDS = ("status", "status_reason")
DATE_FIELDS = ("start_date", "end_date", "previous")  # follow from a status
TIME_AND_PLACE_FIELDS = ("date", "time", "place")
NOT_STARTED_STATES = (PointState.PLANNED, PointState.DELAYED, PointState.MOVED)


@dataclass(frozen=True)
class SameDayChange:
    """The change that the duty officer asks for.

    It has new values by the id of the point or item, in the format of the document. Readers see `alert` before the
    generated alerts. `delay_minutes` delays all points of the day that have a time and have not started.
    """

    points: Mapping[UUID, FactValues] = field(default_factory=dict)
    items: Mapping[UUID, FactValues] = field(default_factory=dict)
    meeting: FactValues = field(default_factory=dict)
    alert: str = ""
    delay_minutes: int = 0


@dataclass(frozen=True)
class NewAlert:
    """An alert for readers.

    `texts` has it by language; other languages show the text in `language`, the source of the live edition.
    """

    id: UUID
    at: dt.datetime
    language: str
    texts: Mapping[str, str]

    def get_text(self, language: str) -> str:
        return self.texts.get(language) or self.texts[self.language]


@dataclass(frozen=True)
class ResolvedChange:
    """A change that was validated against the live documents, the source first."""

    live_documents: Sequence[MeetingDocument]
    points: Mapping[UUID, FactValues]
    earlier_times: Mapping[UUID, EarlierTime]
    """The published time and place of each point that moves."""
    items: Mapping[UUID, FactValues]
    new_results: Mapping[UUID, Result]
    """The result of each item that gets its first outcome: the same in every text and in the working copy."""
    meeting: FactValues
    alerts: tuple[NewAlert, ...]
    delay_minutes: int
    now: dt.datetime
    removed_words: Set[str] = frozenset()
    """Those of earlier places that readers can no longer read (`find_removed_words`)."""

    def get_live_document(self, language: str) -> MeetingDocument:
        """Return the live document in this language, or in the source language."""
        return next(
            (document for document in self.live_documents if document.language == language), self.live_documents[0]
        )


def apply_change(documents: Sequence[MeetingDocument], change: ResolvedChange) -> list[MeetingDocument]:
    """Return the documents of one text, the source first, with the changed values and nothing else.

    Points and items that a document does not have are skipped. New texts are fallbacks until somebody translates them.

    Raise InvalidDocument.
    """
    source, *others = documents
    changed = apply_to_source(source, change)
    texts = [changed, *(apply_to_translation(document, source, changed, change) for document in others)]
    return [remove_words(text, changed, change.removed_words) for text in texts]


def apply_to_source(document: MeetingDocument, change: ResolvedChange) -> MeetingDocument:
    changed = validate_document(document)  # a copy
    points = {point.id: point for point in changed.programme}
    items = {item.id: item for item, _parent in walk_items(changed.agenda)}
    for parts, wanted in ((points, change.points), (items, change.items)):
        for key in parts.keys() & wanted.keys():
            set_values(parts[key], wanted[key])
    for key in items.keys() & change.items.keys():
        if OUTCOME in change.items[key]:
            set_outcome(items[key], change.items[key][OUTCOME], change.new_results.get(key))
    for key in points.keys() & change.earlier_times.keys():
        points[key].previous = [*points[key].previous, change.earlier_times[key]]
    set_values(changed, change.meeting)
    alerts = [Alert(id=new.id, at=new.at, text=new.get_text(changed.language)) for new in change.alerts]
    changed.alerts = sorted([*alerts, *changed.alerts], key=lambda alert: (-alert.at.timestamp(), alert.id))
    return validate_document(changed)


def set_values(part: Any, values: FactValues) -> None:
    for name, value in values.items():
        if name != OUTCOME:
            setattr(part, name, value)


def get_value(part: Any, name: str) -> Any:
    """Return a value of a point, an item or the meeting; the outcome of an item without a result is not stated."""
    if name != OUTCOME:
        return getattr(part, name)
    return part.result.outcome if part.result else Outcome.NOT_STATED


def set_outcome(item: Item, outcome: Outcome, new: Result | None) -> None:
    """Set the outcome of an item. A result that would then be empty is removed."""
    if item.result is None:
        item.result = new
    elif outcome or item.result.title or item.result.text or item.result.links:
        item.result.outcome = outcome
    else:
        item.result = None


def apply_to_translation(
    document: MeetingDocument, source: MeetingDocument, changed: MeetingDocument, change: ResolvedChange
) -> MeetingDocument:
    language = document.language
    texts = extract_translated_texts(source, document) | {
        (alert.id, "text"): TranslatedText(alert.texts[language], compute_digest(alert.get_text(changed.language)))
        for alert in change.alerts
        if language in alert.texts
    }
    translated = build_document_in_language(changed, language, texts, collect_topic_names(document))
    assert isinstance(translated, MeetingDocument)
    return translated
