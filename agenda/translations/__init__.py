"""Translations as rows: saving them, what they were made from, where else the same was translated, how ready they are.

What follows from documents alone is in `agenda.translating`.
"""

from agenda.translations.confirming import confirm, digest_of_difference, unconfirmed
from agenda.translations.correcting import Corrected, NotCorrected, correct_everywhere
from agenda.translations.everywhere import Found, Hit, Unlike, find_everywhere
from agenda.translations.memory import Offer, offers
from agenda.translations.readiness import Readiness, Stage, readiness_of, sent_back_in_words
from agenda.translations.saving import Given, Kept, fingerprint, save_translations, typed_field
from agenda.translations.sentences import Begun, begun, sentences_translated
from agenda.translations.sources import source_texts_then

__all__ = [
    "Begun",
    "Corrected",
    "Found",
    "Given",
    "Hit",
    "Kept",
    "NotCorrected",
    "Offer",
    "Readiness",
    "Stage",
    "Unlike",
    "begun",
    "confirm",
    "correct_everywhere",
    "digest_of_difference",
    "find_everywhere",
    "fingerprint",
    "offers",
    "readiness_of",
    "save_translations",
    "sent_back_in_words",
    "sentences_translated",
    "source_texts_then",
    "typed_field",
    "unconfirmed",
]
