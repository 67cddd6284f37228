"""Fixtures for the public site: a visitor whose requests can read public tables only, and the clock."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from math import inf
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.module_loading import import_string

from agenda.models import ApprovalEnd, PreviewLink, ReleaseEntry, Revision, RevisionDocument, Verdict
from agenda.site import downloads
from council.middleware.limits import counts
from meetings.api.kept_answers import kept_answers, kept_details
from meetings.database.append_only import guard, unguard
from meetings.editions.kept_texts import kept_texts
from meetings.editions.published_version import get_published_version, known_versions
from meetings.models import (
    INDEX_MODELS,
    ActConfirmation,
    AuditEntry,
    Edition,
    EditionDocument,
    Erasure,
    SearchRow,
    StoredDocument,
    Suppression,
)
from meetings.models.public_tables import PUBLIC_TABLES
from meetings.site import published_cache
from meetings.site.kept_parts import kept_parts, kept_query_pages
from tests.factories import SECOND
from tests.worlds import get_start

# PostgreSQL's public role reads search rows through a function that reads live rows only.
READABLE_TABLES = PUBLIC_TABLES | {SearchRow._meta.db_table}
ALL_TABLES = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
# The only address for strangers that writes to the audit log; only the editors' process has it.
PREVIEW_ADDRESS = "/preview/"
# Addresses whose ETag or whose filters follow from the published version, which is read before.
CACHED_BY_PUBLISHED_VERSION = r"^/api/|\.(atom|ics|xml)$|^/[a-z]{2}/(meetings|search)/"
# Tables to which rows are only ever added, in the order in which they can be deleted.
APPEND_ONLY: tuple[Any, ...] = (Verdict, RevisionDocument, Revision, AuditEntry, ActConfirmation)


class ForbiddenReadError(AssertionError):
    """Public code has read or written a table that it must not use."""


class PublicReadGuard:
    """Allow only statements that read public tables, and record them."""

    def __init__(self, *, can_use_audit_log: bool) -> None:
        self.statements: list[str] = []
        self.audit_table = AuditEntry._meta.db_table if can_use_audit_log else ""

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(sql)
        touched = set(re.findall(r'"(\w+)"', sql)) & ALL_TABLES
        if touched == {self.audit_table}:
            return execute(sql, params, many, context)
        if touched - READABLE_TABLES or not re.match(
            r"[\s(]*(SELECT|EXECUTE|PRAGMA|SET|SAVEPOINT|RELEASE|ROLLBACK TO)\b", sql
        ):
            raise ForbiddenReadError(f"{sorted(touched - READABLE_TABLES)}: {sql}")
        return execute(sql, params, many, context)


@contextmanager
def allow_public_reads(*, can_use_audit_log: bool = False) -> Iterator[PublicReadGuard]:
    """Allow only reads of public tables. With `can_use_audit_log`, the audit log can be read and written as well."""
    read_guard = PublicReadGuard(can_use_audit_log=can_use_audit_log)
    with connection.execute_wrapper(read_guard):
        yield read_guard


def get_visible_text(response: Any) -> str:
    """Return the visible text of a page, without tags and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


class Visitor(Client):
    """A test client for the public site. `statements` are the SQL statements of the last request."""

    statements: list[str]

    @property
    def queries(self) -> list[str]:
        """The statements of the last request without savepoints and settings."""
        return [sql for sql in self.statements if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO", "SET "))]

    def request(self, **request: Any) -> Any:
        """Make a request in a process that has just read the published version, so that query counts are stable."""
        if re.search(CACHED_BY_PUBLISHED_VERSION, request["PATH_INFO"]):
            with allow_public_reads():
                for margin in (0, 1):
                    get_published_version(timezone.now() - margin * SECOND)
        is_preview = request["PATH_INFO"].startswith(PREVIEW_ADDRESS)
        with (
            patch("meetings.editions.published_version.MAX_AGE", inf),
            allow_public_reads(can_use_audit_log=is_preview) as read_guard,
        ):
            response = super().request(**request)
        self.statements = read_guard.statements
        return response

    def get_json(self, address: str, **headers: str) -> Any:
        """Return the data of an API address, which is relative to `/api/v1/`."""
        response = self.get(f"/api/v1/{address}", headers=headers)
        assert response.status_code == 200, response.content
        assert response["Content-Type"] == "application/json"
        return response.json()

    def get_problem(self, address: str, status: int, **headers: str) -> Any:
        """Return the problem details of an API address that is expected to fail with `status`."""
        response = self.get(f"/api/v1/{address}", headers=headers)
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
        body = response.json()
        assert body["status"] == status
        assert body["type"].startswith("/api/problems/")
        assert body["title"]
        assert body["detail"]
        assert body.pop("request_id") == response["X-Request-Id"]
        return body


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once() -> Iterator[None]:
    """Let WhiteNoise search the folders of static files once, not again for each test client."""
    white_noise = import_string("whitenoise.middleware.WhiteNoiseMiddleware")
    list_files = white_noise.add_files_from_finders
    known: dict[Any, dict[str, Any]] = {}

    def add_known_files(middleware: Any) -> None:
        if middleware.static_root not in known:
            list_files(middleware)
            known[middleware.static_root] = dict(middleware.files)
        middleware.files.update(known[middleware.static_root])

    with patch.object(white_noise, "add_files_from_finders", add_known_files):
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_rate_limit() -> Iterator[None]:
    """Lift the rate limit, which refuses everything while the clock stands still."""
    with override_settings(API_RATE=""):
        yield


@pytest.fixture(autouse=True)
def _fresh_process_state() -> None:
    """Clear the caches of the process."""
    known_versions.clear()
    counts.clear()
    downloads.clear_file_cache()
    published_cache.entries.clear()
    for store in (kept_parts, kept_query_pages, kept_texts, kept_answers, kept_details):
        store.clear()


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


@pytest.fixture
def clock() -> Iterator[Any]:
    """The application's clock. It stands at ten o'clock Brussels time on the tests' day until a test moves it.

    In a module with a world (tests/worlds.py), it stands where the world left it.
    """
    with time_machine.travel(get_start(), tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """Let transactions be committed. Afterwards the rows are deleted with the guards lifted.

    On PostgreSQL they are deleted without any triggers (tests/conftest.py).
    """
    yield
    if connection.vendor == "sqlite":
        with lifted_guards():
            delete_editions()


def delete_editions() -> None:
    """Delete all editions, with all rows that refer to them or to their documents."""
    Verdict.objects.update(carried_from=None)
    parts: tuple[Any, ...] = (Suppression, SearchRow, EditionDocument, *INDEX_MODELS)
    for model in (PreviewLink, ReleaseEntry, ApprovalEnd, *APPEND_ONLY, *parts, Edition, StoredDocument, Erasure):
        model._default_manager.all().delete()


@contextmanager
def lifted_guards() -> Iterator[None]:
    """Lift the triggers of the tables. This needs the owner of the tables, and must not run in a transaction."""
    guards = import_module("meetings.migrations.0048_document_keys")
    added_only = [model._meta.db_table for model in APPEND_ONLY]
    with connection.schema_editor() as editor:
        guards.remove(None, editor)
        unguard(editor, *added_only)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            guards.install(None, editor)
            guard(editor, *added_only)
