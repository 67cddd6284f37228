"""Prepared queries: querysets that are compiled once per process and planned once per connection.

Django needs longer to build and compile a queryset than PostgreSQL needs to execute it, and PostgreSQL needs longer to
plan it than to execute it (decision 69). The queries are still querysets, built with the same methods as all others.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import NotSupportedError, OperationalError, connection
from django.db.models import BigIntegerField, DateField, DateTimeField, Field, QuerySet, TextField, UUIDField
from django.db.models.query import ModelIterable
from psycopg2.errors import DuplicatePreparedStatement
from psycopg2.extensions import AsIs

Key = TypeVar("Key")
# The names of prepared statements by connection of the driver, with which they end.
PREPARED_NAMES: MutableMapping[Any, set[str]] = WeakKeyDictionary()
# PostgreSQL's error codes for a statement that must be prepared again: a pooler gave us another connection, or a
# migration has altered a column during the connection.
UNKNOWN_STATEMENT, CHANGED_COLUMNS = "26000", "0A000"


class PreparedQuery:
    """A queryset that is prepared for repeated execution with different parameters.

    `build` returns the queryset for given placeholders, ending in `values_list` for `fetch_rows`; `fields` are the
    types of the parameters. `build` must pass the placeholders on to the query and must not use their values otherwise.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **fields: Field) -> None:
        self.build, self.fields = build, fields

    def fetch_rows(self, **values: Any) -> list[Any]:
        """Execute the query with a value for each parameter, in one statement, and return all rows as Django would."""
        if self.is_empty:
            return []
        parameters = {name: field.get_db_prep_value(values[name], connection) for name, field in self.fields.items()}
        with connection.cursor() as cursor:
            self.execute(cursor, parameters)
            rows = cursor.fetchall()
        converters = self.compiled.converters
        return list(self.compiled.compiler.apply_converters(rows, converters)) if converters else rows

    def fetch_objects(self, **values: Any) -> list[Any]:
        """Execute the query of a queryset without `values_list`, and return its objects as Django would."""
        rows = self.fetch_rows(**values)
        executed: Any = ExecutedQuery(self.compiled.compiler, rows) if rows else None
        return list(ModelIterable(executed)) if rows else []

    def execute(self, cursor: Any, parameters: dict[str, Any]) -> None:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            try:
                self.execute_prepared(cursor, parameters)
                return
            except (OperationalError, NotSupportedError) as error:
                code = getattr(error.__cause__, "pgcode", "")
                if code not in (UNKNOWN_STATEMENT, CHANGED_COLUMNS):
                    raise
                self.forget_statement(cursor, code)
        cursor.execute(self.compiled.sql, self.compiled.fill_parameters(parameters))

    def execute_prepared(self, cursor: Any, parameters: dict[str, Any]) -> None:
        known = PREPARED_NAMES.setdefault(connection.connection, set())
        if self.name not in known:
            # Use the driver's own cursor, because this is not a query. If a pooler gave us a connection that another
            # process has used, the statement may exist already; a statement of the same name is the same.
            driver = connection.connection
            with connection.wrap_database_errors, driver.cursor() as plain, suppress(DuplicatePreparedStatement):
                plain.execute(self.build_prepare_statement(plain))
            known.add(self.name)
        arguments = f"({', '.join(['%s'] * len(parameters))})" if parameters else ""
        cursor.execute(f"EXECUTE {self.name} {arguments}", list(parameters.values()))

    def forget_statement(self, cursor: Any, code: str) -> None:
        PREPARED_NAMES[connection.connection].discard(self.name)
        if code == CHANGED_COLUMNS:
            with suppress(OperationalError):  # a pooler has given us another connection, which never had it
                cursor.execute(f"DEALLOCATE {self.name}")

    @cached_property
    def name(self) -> str:
        """The name of the prepared statement: a hash of it, so that it is unambiguous on a shared connection."""
        content = repr((self.compiled.sql, self.compiled.parts, self.parameter_types))
        return f"question_{hashlib.blake2b(content.encode(), digest_size=16).hexdigest()}"

    @cached_property
    def parameter_types(self) -> str:
        return ", ".join(str(field.db_type(connection)) for field in self.fields.values())

    def build_prepare_statement(self, cursor: Any) -> str:
        positions = {name: AsIs(f"${number}") for number, name in enumerate(self.fields, 1)}
        statement = cursor.mogrify(self.compiled.sql, self.compiled.fill_parameters(positions)).decode()
        types = f"({self.parameter_types})" if self.fields else ""
        return f"PREPARE {self.name} {types} AS {statement}"

    @cached_property
    def is_empty(self) -> bool:
        """True if no row can match, for example one of a list of no keys. Then there is nothing to execute."""
        try:
            self.compiled  # noqa: B018 (it is computed once)
        except EmptyResultSet:
            return True
        return False

    @cached_property
    def compiled(self) -> "CompiledQuery":
        placeholders = {
            name: build_placeholder(field, number) for number, (name, field) in enumerate(self.fields.items())
        }
        compiler = self.build(**placeholders).query.get_compiler(connection.alias)
        sql, parameters = compiler.as_sql()
        prepared = {
            self.fields[name].get_db_prep_value(value, connection): name for name, value in placeholders.items()
        }
        parts = [(prepared.get(value, ""), value) for value in parameters]
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return CompiledQuery(sql, parts, compiler, converters)


PARAMETER_FIELDS: Mapping[type, type[Field]] = {
    str: TextField,
    dt.datetime: DateTimeField,  # before date, of which it is a subclass
    dt.date: DateField,
    UUID: UUIDField,
    int: BigIntegerField,
}


@cache
def get_prepared_query(
    build: Callable[..., QuerySet[Any, Any]], *kinds: type, limit: int | None = None
) -> PreparedQuery:
    """Return the prepared query of a function, for parameters of these types, with at most `limit` rows.

    The same function is prepared once for each limit. So never pass a function that was just defined, but one of a
    module, or of a function with `cache`.
    """

    def build_query(**values: Any) -> QuerySet[Any, Any]:
        return build(*values.values())[:limit]

    return PreparedQuery(
        build_query, **{f"value{number}": PARAMETER_FIELDS[kind]() for number, kind in enumerate(kinds)}
    )


def fetch_rows(build: Callable[..., QuerySet[Any, Any]], *values: Any) -> list[Any]:
    """Return the rows of `build(*values)`, which ends in `values_list`, with a prepared query."""
    return get_prepared_query(build, *map(find_kind, values)).fetch_rows(**name_values(values))


def fetch_objects(build: Callable[..., QuerySet[Any, Any]], *values: Any, limit: int | None = None) -> list[Any]:
    """Return the objects of `build(*values)`, the first `limit` of them, with a prepared query."""
    return get_prepared_query(build, *map(find_kind, values), limit=limit).fetch_objects(**name_values(values))


def find_kind(value: Any) -> type:
    """Return the type of a parameter. Raise TypeError if no field is declared for it."""
    for kind in PARAMETER_FIELDS:
        if isinstance(value, kind):
            return kind
    raise TypeError(f"No prepared query has a parameter like {value!r}.")


def name_values(values: Sequence[Any]) -> dict[str, Any]:
    return {f"value{number}": value for number, value in enumerate(values)}


def pad_keys(keys: Iterable[Key]) -> list[Key]:
    """Return the keys, with the last one repeated up to a power of two, so that few queries differ in their number."""
    padded = list(keys)
    missing = (1 << (len(padded) - 1).bit_length()) - len(padded) if padded else 0
    return padded + padded[-1:] * missing


class ExecutedQuery:
    """What Django's ModelIterable needs of a queryset, with rows that were read already. It is its own compiler."""

    _known_related_objects: Mapping[Any, Any] = {}

    def __init__(self, compiler: Any, rows: Sequence[Any]) -> None:
        self.compiler, self.rows, self.db = compiler, rows, connection.alias

    @property
    def query(self) -> "ExecutedQuery":  # not an attribute: a circle would keep the rows until Python looks for circles
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self.compiler, name)  # the columns and their place in the models

    def get_compiler(self, using: str) -> "ExecutedQuery":
        return self

    def execute_sql(self, **options: Any) -> Sequence[Any]:
        return self.rows

    def results_iter(self, results: Sequence[Any]) -> Sequence[Any]:
        return results


def build_placeholder(field: Field, number: int) -> Any:
    """Return a value of the field's type that no queryset contains as a constant."""
    if isinstance(field, DateTimeField):  # a subclass of DateField
        return dt.datetime(1999, 12, 31, microsecond=number + 1, tzinfo=dt.UTC)
    if isinstance(field, DateField):
        return dt.date(1000, 1, 1) + dt.timedelta(number)
    if isinstance(field, BigIntegerField):
        return 32_000 + number  # within the range of the smallest column: else Django finds that no row can match
    return UUID(int=number + 1) if isinstance(field, UUIDField) else f"\x1f{number}"


@dataclass(frozen=True)
class CompiledQuery:
    """A compiled query.

    `parts` are the statement's parameters in their order: the name of a placeholder, or an empty name and a constant.
    """

    sql: str
    parts: Sequence[tuple[str, Any]]
    compiler: Any
    converters: Any

    def fill_parameters(self, parameters: Mapping[str, Any]) -> list[Any]:
        return [parameters[name] if name else value for name, value in self.parts]
