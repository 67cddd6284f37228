"""Search rows: the words of a part of an edition's document in one language (decision 71).

They are written and sealed with the edition, and stay when it is superseded, because the site can be viewed as of an
earlier time. They are deleted only when the text is erased. PostgreSQL's public role cannot read this table; it calls a
function that reads live rows only (`meetings.law.searching`).
"""

from itertools import count
from typing import Any

from django.db import models

from meetings.models.index import IndexRow
from meetings.vocabulary import PartKind

MAX_POSITION = 16_383  # PostgreSQL counts no further
TEXT_BREAK = "¶"


class SearchWords(models.TextField):
    """Words and breaks in their order, separated by spaces.

    SQLite stores them unchanged, and a trigger copies them to FTS5. PostgreSQL stores a `tsvector` that is built here,
    so that its own parser does not split the words differently.
    """

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return format_tsvector(value) if connection.vendor == "postgresql" else value


def format_tsvector(words: str) -> str:
    """Return the text of a `tsvector`: `'enmigrat':1,7 'enpolici':2`."""
    positions: dict[str, list[int]] = {}
    for position, word in zip(count(1), words.split(), strict=False):
        if word != TEXT_BREAK:
            positions.setdefault(word, []).append(min(position, MAX_POSITION))
    return " ".join(f"'{word}':{','.join(map(str, numbers[:255]))}" for word, numbers in positions.items())


class SearchRow(IndexRow):
    """A searchable part of an edition in one language.

    `title_words` and `reference_words` contain the words that rank higher, `words` contains all. The ids are numbers
    because FTS5 needs them; readers never see them.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    language = models.CharField(max_length=2)
    kind = models.CharField(max_length=8, choices=PartKind.choices)
    part_id = models.UUIDField()
    configuration = models.CharField(max_length=16)
    date = models.DateField()
    title_words = models.TextField()
    reference_words = models.TextField()
    words = SearchWords()

    class Meta:
        indexes = [models.Index(fields=("-date", "part_id"), name="searched_by_date")]
