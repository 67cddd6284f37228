"""Translations: the texts of a document to be translated, the document that they make, and where they disagree with
their source."""

from agenda.translating.agreeing import Disagreement, disagreements, disagreements_in
from agenda.translating.deriving import (
    URL,
    Made,
    Texts,
    addresses_of,
    current_texts,
    in_any_language,
    in_language,
    texts_in,
    topics_named,
)
from agenda.translating.facts import Kind
from agenda.translating.occurrences import Correction, Occurrence, occurrences, with_corrections
from agenda.translating.segments import Block, Key, Segment, blocks, owned_segments, segments, with_texts, with_texts_of
from agenda.translating.standing import Counts, SourceText, Standing, TextState, standing, standings, texts_of_source

__all__ = [
    "URL",
    "Block",
    "Correction",
    "Counts",
    "Disagreement",
    "Key",
    "Kind",
    "Made",
    "Occurrence",
    "Segment",
    "SourceText",
    "Standing",
    "TextState",
    "Texts",
    "addresses_of",
    "blocks",
    "current_texts",
    "disagreements",
    "disagreements_in",
    "in_any_language",
    "in_language",
    "occurrences",
    "owned_segments",
    "segments",
    "standing",
    "standings",
    "texts_in",
    "texts_of_source",
    "topics_named",
    "with_corrections",
    "with_texts",
    "with_texts_of",
]
