"""Search rows: the words of a part of an edition's document, in one language (decision 71).

They are written with the edition, sealed with it, and stay when another takes its place: the site can be looked at as
it was. Only with an erased text they go. The public role of PostgreSQL does not read this table; it calls a function
that reads what is live (`meetings.law.searching`).
"""

from itertools import count
from typing import Any

from django.db import models

from meetings.models.index import IndexRow
from meetings.vocabulary import PartKind

LAST_POSITION = 16_383  # PostgreSQL counts no further
BREAK = "¶"


class SearchWords(models.TextField):
    """Words and breaks, between spaces, in their order: as they are on SQLite, whose FTS5 reads them by a trigger; on
    PostgreSQL as a `tsvector`, put together here, so that no parser of PostgreSQL's takes them apart otherwise.
    """

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return as_vector(value) if connection.vendor == "postgresql" else value


def as_vector(words: str) -> str:
    """The text of a `tsvector`: `'enmigrat':1,7 'enpolici':2`."""
    positions: dict[str, list[int]] = {}
    for position, word in zip(count(1), words.split(), strict=False):
        if word != BREAK:
            positions.setdefault(word, []).append(min(position, LAST_POSITION))
    return " ".join(f"'{word}':{','.join(map(str, places[:255]))}" for word, places in positions.items())


class SearchRow(IndexRow):
    """`title_words` and `reference_words` hold the words that count more, `words` all of them.

    Ids are numbers since FTS5 needs them; no reader sees one.
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
