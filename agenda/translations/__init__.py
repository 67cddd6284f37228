"""Stored translations: save them, replace text in them, remember earlier ones, and tell how ready each language is.

Whatever needs only documents, and no database, is in `agenda.translating`.
"""

from agenda.translations.confirming import compute_difference_digest, confirm_differences, find_unconfirmed_differences
from agenda.translations.correcting import ReplacementError, ReplacementResult, replace_everywhere
from agenda.translations.everywhere import FindResult, TextHit, TranslationWithoutHit, find_everywhere
from agenda.translations.memory import MemoryMatch, find_memory_matches
from agenda.translations.readiness import Readiness, Stage, readiness_of, sent_back_in_words
from agenda.translations.saving import Given, SaveResult, build_text_field, compute_fingerprint, save_translations
from agenda.translations.sentences import PartialTranslation, build_partial_translation, load_sentence_memory
from agenda.translations.sources import find_past_source_texts

__all__ = [
    "FindResult",
    "Given",
    "MemoryMatch",
    "PartialTranslation",
    "Readiness",
    "ReplacementError",
    "ReplacementResult",
    "SaveResult",
    "Stage",
    "TextHit",
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
    "load_sentence_memory",
    "readiness_of",
    "replace_everywhere",
    "save_translations",
    "sent_back_in_words",
]
