"""Querysets that are asked many times a second: put together once a process, and planned once a connection.

To build and compile a queryset takes Django longer than PostgreSQL needs to answer it, and to plan it takes PostgreSQL
longer than to look (decision 69). What is asked stays a queryset, made of the same methods as everything else.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import OperationalError, connection
from django.db.models import DateField, DateTimeField, Field, QuerySet, UUIDField
from psycopg2.extensions import AsIs

NAMES = itertools.count(1)
PREPARED: MutableMapping[Any, set[str]] = WeakKeyDictionary()  # by connection of the driver's, which ends with them
NO_SUCH_STATEMENT = "26000"  # PostgreSQL's code: something between it and us gave us another connection


class Question:
    """`make` makes the queryset, of `values_list`, of stand-ins for the parameters; `fields` say what each of them is.

    The stand-ins go where parameters of the statement go and nowhere else: `make` must not look at them.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], **fields: Field) -> None:
        self.make, self.fields = make, fields
        self.name = f"question_{next(NAMES)}"

    def rows(self, **values: Any) -> list[Any]:
        """All rows of the answer, as Django reads them, in one statement. `values` has one for each parameter."""
        given = {name: field.get_db_prep_value(values[name], connection) for name, field in self.fields.items()}
        with connection.cursor() as cursor:
            self.ask(cursor, given)
            found = cursor.fetchall()
        converters = self.compiled.converters
        return list(self.compiled.compiler.apply_converters(found, converters)) if converters else found

    def ask(self, cursor: Any, given: dict[str, Any]) -> None:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            try:
                self.ask_prepared(cursor, given)
                return
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") != NO_SUCH_STATEMENT:
                    raise
        cursor.execute(self.compiled.sql, self.compiled.filled(given))

    def ask_prepared(self, cursor: Any, given: dict[str, Any]) -> None:
        known = PREPARED.setdefault(connection.connection, set())
        if self.name not in known:
            with connection.connection.cursor() as plain:  # the driver's: to prepare is not to ask
                plain.execute(self.prepare(plain))
            known.add(self.name)
        cursor.execute(f"EXECUTE {self.name} ({', '.join(['%s'] * len(given))})", list(given.values()))

    def prepare(self, cursor: Any) -> str:
        places = {name: AsIs(f"${number}") for number, name in enumerate(self.fields, 1)}
        types = ", ".join(str(field.db_type(connection)) for field in self.fields.values())
        statement = cursor.mogrify(self.compiled.sql, self.compiled.filled(places)).decode()
        return f"PREPARE {self.name} ({types}) AS {statement}"

    @cached_property
    def compiled(self) -> "Compiled":
        stand_ins = {name: stand_in(field, number) for number, (name, field) in enumerate(self.fields.items())}
        compiler = self.make(**stand_ins).query.get_compiler(connection.alias)
        sql, parameters = compiler.as_sql()
        prepared = {self.fields[name].get_db_prep_value(value, connection): name for name, value in stand_ins.items()}
        parts = [(prepared.get(value, ""), value) for value in parameters]
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return Compiled(sql, parts, compiler, converters)


def stand_in(field: Field, number: int) -> Any:
    """A value of the field's kind that no queryset holds as a constant."""
    if isinstance(field, DateTimeField):  # which is a DateField too
        return dt.datetime(1999, 12, 31, microsecond=number + 1, tzinfo=dt.UTC)
    if isinstance(field, DateField):
        return dt.date(1000, 1, number + 1)
    return UUID(int=number + 1) if isinstance(field, UUIDField) else f"\x1f{number}"


@dataclass(frozen=True)
class Compiled:
    """`parts` are the statement's parameters in their order: the name of a stand-in, or none and a constant value."""

    sql: str
    parts: Sequence[tuple[str, Any]]
    compiler: Any
    converters: Any

    def filled(self, given: Mapping[str, Any]) -> list[Any]:
        return [given[name] if name else value for name, value in self.parts]
