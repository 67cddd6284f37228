"""What came before an edition, read with it in one column, and what an envelope says by it.

All editions of a subject up to this one are looked at in one subquery: each question of its own (how many, since when,
unchanged since when) would take PostgreSQL as long again (decision 69).
"""

import datetime as dt
from typing import Any, NamedTuple, Self

import msgspec
from django.db.models import Aggregate, JSONField

BEFORE_ALL = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
NEVER: tuple[Any, Any] = (None, None)


class History(NamedTuple):
    """`number` is the edition's place among those of its subject. Instants are in UTC.

    A meeting was published when the first edition after its last tombstone appeared (`hidden_until`, or before all).
    A document was modified when the unbroken run of editions began that hold the same digest in its language. For a
    tombstone, the last two are None.
    """

    number: int
    hidden_until: dt.datetime
    published_at: dt.datetime
    modified_at: dt.datetime

    @classmethod
    def of(cls, appeared: list[tuple[dt.datetime, bool, bool]]) -> Self:
        """Of each edition up to this one, itself included and in any order: its instant, whether it is a tombstone, and
        whether it holds the same document."""
        hidden, published, modified = BEFORE_ALL, *NEVER
        for at, is_tombstone, is_same in sorted(appeared):
            if is_tombstone:
                hidden, published, modified = at, *NEVER
            else:
                published = published or at
                modified = (modified or at) if is_same else None
        return cls(len(appeared), hidden, published, modified)


APPEARED = msgspec.json.Decoder(list[tuple[dt.datetime, bool, bool]], strict=False)  # SQLite has 0 and 1


class HistoryField(JSONField):
    def from_db_value(self, value: Any, expression: Any, connection: Any) -> History:
        appeared = APPEARED.decode(value)
        if connection.vendor == "sqlite":  # which keeps instants without their zone, in UTC
            appeared = [(at.replace(tzinfo=dt.UTC), gone, same) for at, gone, same in appeared]
        return History.of(appeared)


class Appeared(Aggregate):
    """The arguments of `History.of` from a row's instant, whether it is a tombstone, and whether the document is the
    same."""

    output_field = HistoryField()
    arity = 3

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="JSONB_AGG(JSONB_BUILD_ARRAY(%(expressions)s))", **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="JSON_GROUP_ARRAY(JSON_ARRAY(%(expressions)s))", **extra)
