"""Translations as rows: saving them, what they were made from, where else the same was translated, how ready they are.

What follows from documents alone is in `agenda.translating`.
"""

from agenda.translations.confirming import confirm, digest_of_difference, unconfirmed
from agenda.translations.memory import Offer, offers
from agenda.translations.readiness import Readiness, Stage, readiness_of
from agenda.translations.saving import Given, Kept, fingerprint, save_translations, typed_field
from agenda.translations.sources import source_texts_then

__all__ = [
    "Given",
    "Kept",
    "Offer",
    "Readiness",
    "Stage",
    "confirm",
    "digest_of_difference",
    "fingerprint",
    "offers",
    "readiness_of",
    "save_translations",
    "source_texts_then",
    "typed_field",
    "unconfirmed",
]
