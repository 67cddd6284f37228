"""Stored translations: save them, replace text in them, remember earlier ones, and tell how ready each language is.

Whatever needs only documents, and no database, is in `agenda.translating`.
"""

from agenda.translations.confirming import compute_difference_digest, confirm_differences, find_unconfirmed_differences
from agenda.translations.correcting import ReplacementError, ReplacementResult, replace_everywhere
from agenda.translations.everywhere import FindResult, TextHit, TranslationWithoutHit, find_everywhere
from agenda.translations.memory import MemoryMatch, find_memory_matches
from agenda.translations.readiness import LanguageReadiness, TranslationStage, format_sent_back, get_readiness
from agenda.translations.saving import (
    SaveResult,
    TranslationInput,
    build_text_field,
    compute_fingerprint,
    save_translations,
)
from agenda.translations.sentences import PartialTranslation, build_partial_translation, load_sentence_memory
from agenda.translations.sources import find_past_source_texts

__all__ = [
    "FindResult",
    "LanguageReadiness",
    "MemoryMatch",
    "PartialTranslation",
    "ReplacementError",
    "ReplacementResult",
    "SaveResult",
    "TextHit",
    "TranslationInput",
    "TranslationStage",
    "TranslationWithoutHit",
    "build_partial_translation",
    "build_text_field",
    "compute_difference_digest",
    "compute_fingerprint",
    "confirm_differences",
    "find_everywhere",
    "find_memory_matches",
    "find_past_source_texts",
    "find_unconfirmed_differences",
    "format_sent_back",
    "get_readiness",
    "load_sentence_memory",
    "replace_everywhere",
    "save_translations",
]
