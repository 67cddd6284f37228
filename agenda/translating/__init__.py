"""Translations: the texts of a document to be translated, and where a translation disagrees with its source."""

from agenda.translating.agreeing import Disagreement, disagreements, disagreements_in
from agenda.translating.facts import Kind
from agenda.translating.segments import Block, Segment, blocks, segments, with_texts

__all__ = [
    "Block",
    "Disagreement",
    "Kind",
    "Segment",
    "blocks",
    "disagreements",
    "disagreements_in",
    "segments",
    "with_texts",
]
