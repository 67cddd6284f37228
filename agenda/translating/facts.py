"""Facts that must be the same in every language: times, dates, numbers, and the numbers of documents.

A fact has several readings if its words are ambiguous: “13.00” may be a time or a number, “10 heures” a time or a
duration, “14.9.” a day or a number. Two texts agree if each fact shares a reading with the other text. A month that we
do not recognise, or a number in words, is therefore no disagreement; a wrong month or number is.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

FactReading = tuple[str, int | str]
"""The type (`time` in minutes, `month`, `weekday`, `number`, `document` or `procedure`) and the value."""


class FactKind(TextChoices):
    TIME = "time", _("time of day")
    DATE = "date", _("date")
    NUMBER = "number", _("number")
    DOCUMENT = "document", _("document number")
    PROCEDURE = "procedure", _("interinstitutional code")
    LINK = "link", _("link")
    MARKUP = "markup", _("paragraphs, lists and bold")
    WORDS = "words", _("words")


class Fact(NamedTuple):
    """A fact as printed in a text.

    `loose` readings count only if the other text, too, has a fact that matches nothing. `is_small`: the other text may
    spell out the number.
    """

    kind: FactKind
    printed: str
    readings: frozenset[FactReading]
    loose: frozenset[FactReading] = frozenset()
    is_small: bool = False

    def has_reading(self, reading_type: str) -> bool:
        return any(read == reading_type for read, _value in self.readings)


@dataclass(frozen=True)
class TextFacts:
    """The facts of a text. `optional` readings may match facts of the other text, but need not match anything."""

    all: tuple[Fact, ...]
    optional: frozenset[FactReading]

    @property
    def readings(self) -> frozenset[FactReading]:
        return self.optional.union(*(fact.readings for fact in self.all))
