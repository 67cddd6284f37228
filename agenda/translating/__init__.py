"""Translations as pure functions of documents: their texts, their status, and how they differ from their source.

Nothing here reads the database; `agenda.translations` does.
"""

from agenda.translating.agreeing import Disagreement, disagreements, find_text_disagreements
from agenda.translating.deriving import (
    URL_FIELD,
    Made,
    Texts,
    collect_link_urls,
    in_any_language,
    in_language,
    select_current_texts,
    texts_in,
    topics_named,
)
from agenda.translating.facts import FactKind
from agenda.translating.occurrences import Occurrence, Replacement, find_occurrences, replace_occurrences
from agenda.translating.segments import (
    Key,
    Segment,
    TextBlock,
    list_segments_with_owner,
    replace_block_texts,
    segments,
    split_blocks,
    with_texts_of,
)
from agenda.translating.standing import (
    SourceText,
    TextState,
    TranslationCounts,
    TranslationStatus,
    get_translation_status,
    get_translation_statuses,
    list_source_texts,
)

__all__ = [
    "URL_FIELD",
    "Disagreement",
    "FactKind",
    "Key",
    "Made",
    "Occurrence",
    "Replacement",
    "Segment",
    "SourceText",
    "TextBlock",
    "TextState",
    "Texts",
    "TranslationCounts",
    "TranslationStatus",
    "collect_link_urls",
    "disagreements",
    "find_occurrences",
    "find_text_disagreements",
    "get_translation_status",
    "get_translation_statuses",
    "in_any_language",
    "in_language",
    "list_segments_with_owner",
    "list_source_texts",
    "replace_block_texts",
    "replace_occurrences",
    "segments",
    "select_current_texts",
    "split_blocks",
    "texts_in",
    "topics_named",
    "with_texts_of",
]
