"""Querysets that are asked many times a second: put together once a process, and planned once a connection.

To build and compile a queryset takes Django longer than PostgreSQL needs to answer it, and to plan it takes PostgreSQL
longer than to look (decision 69). What is asked stays a queryset, made of the same methods as everything else.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, OperationalError, connection
from django.db.models import DateField, DateTimeField, Field, QuerySet, UUIDField
from psycopg2.errors import DuplicatePreparedStatement
from psycopg2.extensions import AsIs

PREPARED_NAMES: MutableMapping[Any, set[str]] = (
    WeakKeyDictionary()
)  # by connection of the driver's, which ends with them
# PostgreSQL's codes, of a statement that has to be prepared anew: a pooler gave us another connection, or a migration
# has altered a column while the connection lasted.
UNKNOWN_STATEMENT, CHANGED_COLUMNS = "26000", "0A000"


class PreparedQuery:
    """`make` makes the queryset, of `values_list`, of stand-ins for the parameters; `fields` say what each of them is.

    The stand-ins go where parameters of the statement go and nowhere else: `make` must not look at them.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **fields: Field) -> None:
        self.make, self.fields = build, fields

    def fetch_rows(self, **values: Any) -> list[Any]:
        """All rows of the answer, as Django reads them, in one statement. `values` has one for each parameter."""
        given = {name: field.get_db_prep_value(values[name], connection) for name, field in self.fields.items()}
        with connection.cursor() as cursor:
            self.execute(cursor, given)
            found = cursor.fetchall()
        converters = self.compiled.converters
        return list(self.compiled.compiler.apply_converters(found, converters)) if converters else found

    def execute(self, cursor: Any, given: dict[str, Any]) -> None:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            try:
                self.execute_prepared(cursor, given)
                return
            except (OperationalError, NotSupportedError) as error:
                code = getattr(error.__cause__, "pgcode", "")
                if code not in (UNKNOWN_STATEMENT, CHANGED_COLUMNS):
                    raise
                self.forget_statement(cursor, code)
        cursor.execute(self.compiled.sql, self.compiled.fill_parameters(given))

    def execute_prepared(self, cursor: Any, given: dict[str, Any]) -> None:
        known = PREPARED_NAMES.setdefault(connection.connection, set())
        if self.name not in known:
            # By the driver's own cursor: to prepare is not to ask. It is there already where a pooler shares out a
            # connection that another process had; the name says that it is the same.
            driver = connection.connection
            with connection.wrap_database_errors, driver.cursor() as plain, suppress(DuplicatePreparedStatement):
                plain.execute(self.build_prepare_statement(plain))
            known.add(self.name)
        cursor.execute(f"EXECUTE {self.name} ({', '.join(['%s'] * len(given))})", list(given.values()))

    def forget_statement(self, cursor: Any, code: str) -> None:
        PREPARED_NAMES[connection.connection].discard(self.name)
        if code == CHANGED_COLUMNS:
            with suppress(OperationalError):  # a pooler gave us another connection by now, which never had it
                cursor.execute(f"DEALLOCATE {self.name}")

    @cached_property
    def name(self) -> str:
        """Made of the statement itself, so that on a shared connection it never stands for another one."""
        told = repr((self.compiled.sql, self.compiled.parts, self.parameter_types))
        return f"question_{hashlib.blake2b(told.encode(), digest_size=16).hexdigest()}"

    @cached_property
    def parameter_types(self) -> str:
        return ", ".join(str(field.db_type(connection)) for field in self.fields.values())

    def build_prepare_statement(self, cursor: Any) -> str:
        places = {name: AsIs(f"${number}") for number, name in enumerate(self.fields, 1)}
        statement = cursor.mogrify(self.compiled.sql, self.compiled.fill_parameters(places)).decode()
        return f"PREPARE {self.name} ({self.parameter_types}) AS {statement}"

    @cached_property
    def compiled(self) -> "CompiledQuery":
        stand_ins = {name: build_placeholder(field, number) for number, (name, field) in enumerate(self.fields.items())}
        compiler = self.make(**stand_ins).query.get_compiler(connection.alias)
        sql, parameters = compiler.as_sql()
        prepared = {self.fields[name].get_db_prep_value(value, connection): name for name, value in stand_ins.items()}
        parts = [(prepared.get(value, ""), value) for value in parameters]
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return CompiledQuery(sql, parts, compiler, converters)


def build_placeholder(field: Field, number: int) -> Any:
    """A value of the field's kind that no queryset holds as a constant."""
    if isinstance(field, DateTimeField):  # which is a DateField too
        return dt.datetime(1999, 12, 31, microsecond=number + 1, tzinfo=dt.UTC)
    if isinstance(field, DateField):
        return dt.date(1000, 1, number + 1)
    return UUID(int=number + 1) if isinstance(field, UUIDField) else f"\x1f{number}"


@dataclass(frozen=True)
class CompiledQuery:
    """`parts` are the statement's parameters in their order: the name of a stand-in, or none and a constant value."""

    sql: str
    parts: Sequence[tuple[str, Any]]
    compiler: Any
    converters: Any

    def fill_parameters(self, given: Mapping[str, Any]) -> list[Any]:
        return [given[name] if name else value for name, value in self.parts]
