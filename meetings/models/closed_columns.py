"""Columns that the public role may not mention (`meetings.models.public_tables.CLOSED_COLUMNS`), as fields of Django's.

Queries of the public process have a function in their place, which returns the value if its row is visible (decisions
140 and 159). So no condition can be asked about a value that is not. All others read the column.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.expressions import Col

from meetings.models.public_tables import (
    ADDRESS_FUNCTION,
    CHANGE_NOTE_FUNCTION,
    REASON_FUNCTION,
    SEARCH_RESULT_FUNCTION,
    TEXT_FUNCTION,
)


class ClosedColumn(Col):
    """The column in a query."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not settings.READS_BY_LAW:
            return super().as_sql(compiler, connection)
        quote = compiler.quote_name_unless_alias
        field: Any = self.target
        return field.build_substitute(f"{quote(self.alias)}.", quote), []


class ClosedField:
    """The first base of a class of fields. `migrated_as` is the class of Django's in migrations.

    `function` returns the value by the key of the row; without one, the public process reads nothing in its place.
    """

    migrated_as = "CharField"
    function = ""

    def deconstruct(self) -> Any:
        name, _path, *arguments = super().deconstruct()  # type: ignore[misc]
        return name, f"django.db.models.{self.migrated_as}", *arguments

    def get_col(self: Any, alias: str, output_field: Any = None) -> ClosedColumn:
        return ClosedColumn(alias, self, output_field)

    def build_substitute(self, row: str, quote: Callable[[str], str]) -> str:
        """Return the SQL for the public process. `row` is the name of the table, with a point, as the query has it."""
        return f"public.{self.function}({row}{quote('id')})" if self.function else "NULL"


class ClosedCharField(ClosedField, models.CharField):
    """The public process reads nothing in its place."""


class DocumentTextField(ClosedField, models.TextField):
    migrated_as = "TextField"
    function = TEXT_FUNCTION


class ResultContentField(ClosedField, models.TextField):
    migrated_as = "TextField"
    function = SEARCH_RESULT_FUNCTION


class ReasonField(ClosedField, models.CharField):
    """The reason of a suppression."""

    function = REASON_FUNCTION


class AddressField(ClosedField, models.CharField):
    """The address of an edition. Those of topics have words of their titles."""

    function = ADDRESS_FUNCTION


class ChangeNoteField(ClosedField, models.CharField):
    """A note on what changed."""

    function = CHANGE_NOTE_FUNCTION

    def build_substitute(self, row: str, quote: Callable[[str], str]) -> str:
        return f"CASE WHEN {row}{quote('has_change_note')} THEN {super().build_substitute(row, quote)} ELSE '' END"
