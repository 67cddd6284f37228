"""Refuse statements of the core that take all rows of a table which grows with the number of meetings.

A statement without a condition, or one of its subqueries, reads or changes what belongs to other meetings, and takes
longer the more there are. A test with a single meeting does not show it.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from types import FrameType
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from tests.paths import ROOT

CORE = tuple(f"{ROOT}/{package}/" for package in ("agenda/workflow", "meetings/access", "meetings/editions"))
# These look for a picture in all texts, and print the audit log.
READ_EVERYTHING = (f"{ROOT}/agenda/workflow/unused_images.py", f"{ROOT}/meetings/access/audit.py")
# These execute statements for the rest.
HELPERS = tuple(f"{ROOT}/{package}/" for package in (".venv", "meetings/database", "meetings/models"))
# Reference data and roles have few rows.
SMALL_TABLES = {"meetings_configuration", "meetings_presidency", "meetings_user", "meetings_membership"}
INNERMOST_PARENTHESES = re.compile(r"\(([^()]*)\)")
ROWS = re.compile(r'\s*(?:SELECT\b.*?\bFROM|UPDATE|DELETE FROM) "(\w+)"', re.DOTALL)


class WholeTableError(AssertionError):
    """A statement takes all rows of a table."""


@cache
def list_growing_tables() -> set[str]:
    models = [model for app in ("agenda", "meetings") for model in apps.get_app_config(app).get_models()]
    return {model._meta.db_table for model in models} - SMALL_TABLES


@cache
def find_whole_tables(sql: str) -> set[str]:
    """Return the growing tables from which the statement or one of its subqueries takes rows without a condition."""
    found: set[str] = set()

    def check(part: str) -> str:
        if (rows := ROWS.match(part)) and " WHERE " not in part:
            found.add(rows[1])
        return " "

    while INNERMOST_PARENTHESES.search(sql):
        sql = INNERMOST_PARENTHESES.sub(lambda inner: check(inner[1]), sql)
    check(sql)
    return found & list_growing_tables()


def is_caller(file: str) -> bool:
    return file.startswith(f"{ROOT}/") and not file.startswith(HELPERS)


def is_executed_by_core() -> bool:
    """Return whether the statement that is being executed is one of the core, and not of a screen or a test."""
    frame: FrameType | None = sys._getframe(2)
    while frame and not is_caller(frame.f_code.co_filename):
        frame = frame.f_back
    file = frame.f_code.co_filename if frame else ""
    return file.startswith(CORE) and file not in READ_EVERYTHING


def refuse_whole_tables(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if (whole := find_whole_tables(sql)) and is_executed_by_core():
        raise WholeTableError(f"{sorted(whole)}: {sql}")
    return execute(sql, params, many, context)


@pytest.fixture(autouse=True)
def _no_whole_tables() -> Iterator[None]:
    with connection.execute_wrapper(refuse_whole_tables):
        yield
