"""The editions before an edition, read with it in one column, and what follows from them for the API's envelope.

One subquery reads all editions of the subject up to this one. Separate subqueries (how many, since when, unchanged
since when) would each take PostgreSQL as long again (decision 69).
"""

import datetime as dt
from typing import Any, NamedTuple, Self

import msgspec
from django.db.models import Aggregate, JSONField

BEFORE_ALL_EDITIONS = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
NEVER: tuple[Any, Any] = (None, None)


class PublicationHistory(NamedTuple):
    """The history of an edition, for one of its documents. Instants are in UTC.

    `number` is the edition's position among those of its subject. `hidden_until` is the instant of the last tombstone,
    or BEFORE_ALL_EDITIONS. `published_at` is the instant of the first edition after that. `modified_at` is the instant
    at which the unbroken run of editions began that have the same digest in the document's language. For a tombstone,
    the last two are None.
    """

    number: int
    hidden_until: dt.datetime
    published_at: dt.datetime
    modified_at: dt.datetime

    @classmethod
    def from_appearances(cls, appeared: list[tuple[dt.datetime, bool, bool]]) -> Self:
        """Return the history that follows from the editions up to and including this one, in any order.

        Each is given by its instant, whether it is a tombstone, and whether it contains the same document.
        """
        hidden, published, modified = BEFORE_ALL_EDITIONS, *NEVER
        for at, is_tombstone, is_same in sorted(appeared):
            if is_tombstone:
                hidden, published, modified = at, *NEVER
            else:
                published = published or at
                modified = (modified or at) if is_same else None
        return cls(len(appeared), hidden, published, modified)


APPEARANCES_DECODER = msgspec.json.Decoder(list[tuple[dt.datetime, bool, bool]], strict=False)  # SQLite has 0 and 1


class HistoryField(JSONField):
    def from_db_value(self, value: Any, expression: Any, connection: Any) -> PublicationHistory:
        appeared = APPEARANCES_DECODER.decode(value)
        if connection.vendor == "sqlite":  # which stores instants in UTC, without a time zone
            appeared = [(at.replace(tzinfo=dt.UTC), is_tombstone, is_same) for at, is_tombstone, is_same in appeared]
        return PublicationHistory.from_appearances(appeared)


class HistoryAggregate(Aggregate):
    """Aggregate editions to the argument of `PublicationHistory.from_appearances`.

    The expressions are the instant, whether it is a tombstone, and whether the document is the same.
    """

    output_field = HistoryField()
    arity = 3

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="JSONB_AGG(JSONB_BUILD_ARRAY(%(expressions)s))", **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="JSON_GROUP_ARRAY(JSON_ARRAY(%(expressions)s))", **extra)
