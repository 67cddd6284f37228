"""Translations as pure functions of documents: their texts, their status, and how they differ from their source.

Nothing here reads the database; `agenda.translations` does.
"""

from agenda.translating.agreeing import Disagreement, find_disagreements, find_text_disagreements
from agenda.translating.deriving import (
    URL_FIELD,
    TranslatedText,
    TranslatedTexts,
    build_document_in_language,
    collect_link_urls,
    collect_topic_names,
    extract_translated_texts,
    select_current_texts,
    translate_document,
)
from agenda.translating.facts import FactKind
from agenda.translating.occurrences import Occurrence, Replacement, find_occurrences, replace_occurrences
from agenda.translating.segments import (
    Segment,
    TextBlock,
    TextKey,
    list_segments,
    list_segments_with_owner,
    replace_block_texts,
    replace_texts,
    split_blocks,
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
    "Occurrence",
    "Replacement",
    "Segment",
    "SourceText",
    "TextBlock",
    "TextKey",
    "TextState",
    "TranslatedText",
    "TranslatedTexts",
    "TranslationCounts",
    "TranslationStatus",
    "build_document_in_language",
    "collect_link_urls",
    "collect_topic_names",
    "extract_translated_texts",
    "find_disagreements",
    "find_occurrences",
    "find_text_disagreements",
    "get_translation_status",
    "get_translation_statuses",
    "list_segments",
    "list_segments_with_owner",
    "list_source_texts",
    "replace_block_texts",
    "replace_occurrences",
    "replace_texts",
    "select_current_texts",
    "split_blocks",
    "translate_document",
]
