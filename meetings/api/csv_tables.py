"""Write lists as CSV (RFC 4180), with columns chosen for people who use a spreadsheet.

The values come from the same answer that is sent as JSON.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework.renderers import BaseRenderer

from meetings.api.form_fields import find_nearest
from meetings.api.parameters import build_value_problem
from meetings.api.sparse_fields import Members
from meetings.documents.members import get_members
from meetings.documents.plain_text import html_to_lines

VALUE_SEPARATOR = "; "  # between several values in a cell
FORMULA_START = re.compile(
    r"(?:^|(?<=[;\t\n\r]))(?P<ignored>(?:[^\S\n\r]|['\"\u00ad\u200b-\u200f\u2060-\u2064\ufeff])*+)"
    r"(?P<sign>[=+\-@﹢﹣﹦﹫＋－＝＠]?)"
)
"""The place before what a spreadsheet may run as a formula: at the start of a cell, or after a semicolon or a tab, at
which some spreadsheets split a line, or after a line break, which ends their row then. Some ignore white space,
quotation marks and what cannot be seen before a formula, and take small and full-width signs for those of ASCII.

What follows may have apostrophes, so that the one `escape_formula` adds can always be removed again. A row of tabs is
read once: each of them is such a place, and can be ignored before the next.
"""


@dataclass(frozen=True)
class Column:
    """A column of a CSV table. `path` leads to its value in the JSON answer, through lists too; `rich` means HTML."""

    name: str
    path: str = ""
    rich: bool = False

    @property
    def source(self) -> str:
        return self.path or self.name

    def is_within(self, member: str) -> bool:
        """Return True if the column's value is this member of the answer, or is within it."""
        return f"{self.source}.".startswith(f"{member}.")

    def render_cell(self, answer: Any) -> str:
        values = (
            html_to_lines(value or "", bullet="• ") if self.rich else format_value(value)
            for value in find_values(answer, self.source)
        )
        return escape_formula(VALUE_SEPARATOR.join(filter(None, values)))


def build_columns(*names: str) -> tuple[Column, ...]:
    """Return columns for texts like `name` or `name=path.in.the.answer`."""
    return tuple(Column(name, path) for name, _is, path in (name.partition("=") for name in names))


def build_configuration_columns(path: str) -> tuple[Column, ...]:
    """Return columns for the members that a configuration has in JSON, `configuration_code` and so on."""
    return build_columns(*(f"configuration_{name}={path}.{name}" for name in ("code", "slug", "name")))


def build_member_columns(shape: type[msgspec.Struct], first: Sequence[str] = ()) -> tuple[Column, ...]:
    """Return the columns that the schema declares for a document or part: the `first` ones, then all others."""
    found = [
        Column(name, path, member.is_html)
        for member in get_members(shape).values()
        for name, _is, path in (column.partition("=") for column in member.csv.split())
    ]
    return tuple(sorted(found, key=lambda column: first.index(column.name) if column.name in first else len(first)))


def select_columns(columns: Sequence[Column], members: Members) -> Sequence[Column]:
    """Return the columns for these members, or all columns if there are none.

    Raise a Problem (400) for a member that has no column.
    """
    paths = list(list_leaf_paths(members))
    for member in paths:
        if not any(column.is_within(member) for column in columns):
            sources = list(dict.fromkeys(column.source for column in columns))
            params = {"choices": sources, "nearest": find_nearest(member, sources, cutoff=0.7)}
            message = _("the CSV table has no column for “%(value)s”.")
            raise build_value_problem("fields", ValidationError(message, "no_column", params), member)
    return [column for column in columns if not paths or any(map(column.is_within, paths))]


def list_leaf_paths(members: Members, prefix: str = "") -> Iterator[str]:
    for name, within in members.items():
        yield from list_leaf_paths(within, f"{prefix}{name}.") if within else (prefix + name,)


def find_values(value: Any, path: str) -> Iterator[Any]:
    """Yield the values at a path of a JSON value, through lists too."""
    name, _dot, rest = path.partition(".")
    if isinstance(value, list):
        for entry in value:
            yield from find_values(entry, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and name in value:
        yield from find_values(value[name], rest)


def format_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def escape_formula(cell: str) -> str:
    """Return the cell with an apostrophe before each text that a spreadsheet might run as a formula."""
    return FORMULA_START.sub(add_apostrophes, cell)


def add_apostrophes(found: re.Match[str]) -> str:
    if not found["sign"]:
        return found[0]
    return "'" + found["ignored"].replace("\t", "\t'") + found["sign"]


class CsvRenderer(BaseRenderer):
    """Renders the results of a page as CSV, in the view's columns. Errors are always JSON."""

    media_type = "text/csv; charset=utf-8; header=present"
    format = "csv"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        view = (renderer_context or {})["view"]
        page = msgspec.json.decode(msgspec.json.encode(data))
        columns, file = view.get_table_columns(), StringIO(newline="")
        writer = csv.writer(file)  # follows RFC 4180: CRLF, quotes only where needed
        writer.writerow([column.name for column in columns])
        writer.writerows([column.render_cell(result) for column in columns] for result in page["results"])
        return file.getvalue().encode()
