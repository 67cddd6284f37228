"""Lists as tables: CSV (RFC 4180) of columns that are chosen for people with a spreadsheet.

A cell is taken from the very answer that a program gets as JSON.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from io import StringIO
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from rest_framework.renderers import BaseRenderer

from meetings.fields import Members
from meetings.parameters import nearest
from meetings.problems import Problem, bad_parameter

BETWEEN = "; "  # the values of a cell that has several
RUNS = re.compile(r"'*[=+\-@\t\r]")
"""Cells that begin so may be run as a formula; the apostrophes keep what `harmless` adds from being ambiguous."""
POINT = re.compile(r"<li>")
END = re.compile(r"</(?:p|li|h3|h4|blockquote)>|<(?:br|ul|ol)>")
TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Column:
    """`path` is where the value stands in the JSON answer, through lists as well; `rich`: it is HTML."""

    name: str
    path: str = ""
    rich: bool = False

    @property
    def where(self) -> str:
        return self.path or self.name

    def is_within(self, member: str) -> bool:
        """It is taken from this member of the answer, or from something in it."""
        return f"{self.where}.".startswith(f"{member}.")

    def cell(self, answer: Any) -> str:
        values = [text_of(value) if self.rich else as_text(value) for value in found(answer, self.where)]
        return harmless(BETWEEN.join(filter(None, values)))


def columns(*names: str, rich: Sequence[str] = ()) -> tuple[Column, ...]:
    """Each as `name`, or as `name=path.in.the.answer`."""
    pairs = (name.partition("=") for name in names)
    return tuple(Column(name, path, rich=name in rich) for name, _is, path in pairs)


def chosen(columns: Sequence[Column], members: Members) -> Sequence[Column]:
    """The columns that are taken from these members, all where none is named. Raises a 400 for one without a column."""
    asked = list(leaves(members))
    for member in asked:
        if not any(column.is_within(member) for column in columns):
            raise no_column(member, list(dict.fromkeys(column.where for column in columns)))
    return [column for column in columns if not asked or any(map(column.is_within, asked))]


def leaves(members: Members, prefix: str = "") -> Iterator[str]:
    for name, within in members.items():
        yield from leaves(within, f"{prefix}{name}.") if within else (prefix + name,)


def no_column(member: str, known: list[str]) -> Problem:
    likely = nearest(member, known, cutoff=0.7)
    hint = _("Did you mean “%s”?") % likely["nearest"] if likely else _("It has: %s.") % ", ".join(known)
    detail = _("fields: the table has no “%(member)s”. %(hint)s") % {"member": member, "hint": hint}
    return bad_parameter("fields", detail, allowed=known, **likely)


def found(value: Any, path: str) -> Iterator[Any]:
    name, _dot, rest = path.partition(".")
    if isinstance(value, list):
        for one in value:
            yield from found(one, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and name in value:
        yield from found(value[name], rest)


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def text_of(html: str) -> str:
    """Rich text without its markup: a line a paragraph, and points of lists with their mark."""
    text = TAG.sub("", END.sub("\n", POINT.sub("• ", html or "")))
    return re.sub(r"\s*\n\s*", "\n", unescape(text)).strip()


def harmless(cell: str) -> str:
    """The cell as no spreadsheet takes it for a formula: with an apostrophe in front, where it might."""
    return f"'{cell}" if RUNS.match(cell) else cell


class TableRenderer(BaseRenderer):
    """The view's columns of the results. Errors are never rendered by it."""

    media_type = "text/csv; charset=utf-8; header=present"
    format = "csv"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        view = (renderer_context or {})["view"]
        page = msgspec.json.decode(msgspec.json.encode(data))
        return table(view.table_columns(), page["results"])


def table(wanted: Sequence[Column], results: Sequence[Any]) -> bytes:
    file = StringIO(newline="")
    writer = csv.writer(file)  # as RFC 4180 has it: CRLF, quotes where they are needed
    writer.writerow([column.name for column in wanted])
    writer.writerows([column.cell(one) for column in wanted] for one in results)
    return file.getvalue().encode()
