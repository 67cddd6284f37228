"""Stored translations: save them, replace text in them, remember earlier ones, and tell how ready each language is.

Whatever needs only documents, and no database, is in `agenda.documents.translations`.
"""

from agenda.translation.find_and_replace import (
    FindResult,
    ReplacementError,
    ReplacementResult,
    TextHit,
    TranslationWithoutHit,
    find_everywhere,
    replace_everywhere,
)
from agenda.translation.memory import (
    MemoryMatch,
    PartialTranslation,
    build_partial_translation,
    find_memory_matches,
    load_sentence_memory,
)
from agenda.translation.readiness import LanguageReadiness, TranslationStage, format_sent_back, get_readiness
from agenda.translation.save import (
    SaveResult,
    TranslationInput,
    build_text_field,
    compute_fingerprint,
    save_translations,
)
from agenda.translation.source_history import find_past_source_texts
from agenda.workflow.confirmed_differences import (
    compute_difference_digest,
    confirm_differences,
    find_unconfirmed_differences,
)
