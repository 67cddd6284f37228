"""What a text says that must be the same in every language: hours, dates, numbers, and the numbers of documents.

A fact has readings, since many expressions have several: “13.00” may be an hour or a number, “10 heures” an hour or a
length of time, “14.9.” a day or a number. Two texts agree where a reading of each fact of the one is among those of the
other. So a month's name that is not recognised, or a number in words, is no disagreement; a wrong one is.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

Reading = tuple[str, int | str]
"""What it is (`time` in minutes, `month`, `weekday`, `number`, `document`, `procedure`), and which."""


class Kind(TextChoices):
    TIME = "time", _("time of day")
    DATE = "date", _("date")
    NUMBER = "number", _("number")
    DOCUMENT = "document", _("document number")
    PROCEDURE = "procedure", _("interinstitutional code")
    LINK = "link", _("link")
    MARKUP = "markup", _("paragraphs, lists and bold")
    WORDS = "words", _("words")


class Fact(NamedTuple):
    """`loose` readings are enough where the other text, too, has something that agrees with nothing."""

    kind: Kind
    printed: str
    readings: frozenset[Reading]
    loose: frozenset[Reading] = frozenset()
    small: bool = False

    def reads(self, what: str) -> bool:
        return any(read == what for read, _value in self.readings)


@dataclass(frozen=True)
class Facts:
    """`also`: what the text says as well, by one way to read it, and need not agree with anything."""

    all: tuple[Fact, ...]
    also: frozenset[Reading]

    @property
    def readings(self) -> frozenset[Reading]:
        return self.also.union(*(fact.readings for fact in self.all))
