"""Fixtures for all tests.

tests/external_tools.py has those for external tools; tests/report.py reports skipped tests.
"""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Permission
from django.core.management.sql import emit_post_migrate_signal
from django.core.signals import setting_changed
from django.db import DataError, connection
from django.db.models import CharField
from django.dispatch import receiver
from django.template.autoreload import reset_loaders
from django.test import override_settings
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from meetings.database.reader_tables import EDITION_RELATIONS, PENDING_EDITIONS, READERS
from meetings.database.search_function import LIVE_TABLE, PENDING_TABLE
from meetings.i18n.languages import read_interface_language
from meetings.templatetags.documents import build_term_link
from tests.pictures import store_files_of_full_document
from tests.postgres import TEMPLATE_VARIABLE
from tests.sqlite_file import MIGRATED_VARIABLE, copy_database, load_migrated_file

FILLED_TABLES = {"auth_permission", "django_content_type"}

pytest_plugins = [
    "tests.external_tools",
    "tests.worlds",
    "tests.database_roles",
    "tests.ordering",
    "tests.public_requests",
    "tests.report",
    "tests.whole_tables",
]

# The same examples each time, so that nobody's change fails because of a fault that is older. `make soak` tries others.
# A test that suppresses another check of its own has to name `too_slow` again.
settings.register_profile(
    "tests", deadline=None, derandomize="SOAK" not in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")


def pytest_collection_finish() -> None:
    """Collect garbage less often, because Django creates many short-lived objects. This saves a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)


@receiver(setting_changed)
def forget_translations(setting: str, **_others: object) -> None:
    """Forget what is kept in the languages of the interface, for tests with a catalogue of their own."""
    if setting == "LOCALE_PATHS":
        reset_loaders()
        for kept in (read_interface_language, build_term_link):
            kept.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_hashed_quickly() -> Iterator[None]:
    """Hash passwords at once. The real hasher takes half a second, and its strength has no part in these tests."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _columns_refuse_longer_texts() -> Iterator[None]:
    """Refuse on SQLite, too, what is longer than its column on PostgreSQL."""
    prepare = CharField.get_db_prep_save

    def prepare_short_text(self: Any, value: Any, connection: Any) -> Any:
        if isinstance(value, str) and len(value) > (self.max_length or len(value)):
            raise DataError(f"{self} takes {self.max_length} characters, not {len(value)}.")
        return prepare(self, value, connection)

    with patch.object(CharField, "get_db_prep_save", prepare_short_text):
        yield


@pytest.fixture(scope="session", autouse=True)
def _sessions_last_for_years() -> Iterator[None]:
    """Let sessions outlast the clock of the tests, which moves on by years. Their own tests set the real times."""
    age = 50 * 365 * 24 * 3_600
    with override_settings(SESSION_COOKIE_AGE=age, SESSION_IDLE_AGE=age):
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_not_collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Serve the style sheets and scripts of the apps, not those that an earlier `make demo` has collected."""
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static"), WHITENOISE_USE_FINDERS=True):
        yield


@pytest.fixture(scope="session", autouse=True)
def _media_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Store pictures in a folder of the tests. Their names come from their content, so tests can share it.

    The picture of the full document is there, so that its pages are complete.
    """
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        store_files_of_full_document()
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let pytest-django copy the database that `make test` has migrated, if there is one."""
    if template := os.environ.get(TEMPLATE_VARIABLE):
        connection.settings_dict["TEST"]["TEMPLATE"] = template
    if file := os.environ.get(MIGRATED_VARIABLE):
        load_migrated_file(file)


def delete_rows(style: Any, tables: list[str], **options: bool) -> list[str]:
    """Return the SQL that empties tables after a test that commits, but those that migrations fill (`FILLED_TABLES`).

    On PostgreSQL it does so without the triggers of the tables: Django's TRUNCATE writes new files for each table and
    index, which takes a third of a second.
    """
    emptied = [table for table in tables if table not in FILLED_TABLES]
    if connection.vendor == "sqlite":
        return type(connection.ops).sql_flush(connection.ops, style, emptied, **options)
    deletions = [f"DELETE FROM {connection.ops.quote_name(table)}" for table in (*emptied, LIVE_TABLE, PENDING_TABLE)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [PENDING_EDITIONS])
        if cursor.fetchone() != (None,):
            copies = [f"{READERS}.{relation.name}" for relation in EDITION_RELATIONS]
            deletions += [f"DELETE FROM {table}" for table in (PENDING_EDITIONS, *copies)]
    return ["SET session_replication_role = replica", *deletions, "RESET session_replication_role"]


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path | None]:
    """On SQLite, return a file with all tables, for processes that a test starts: migrating takes them seconds."""
    with django_db_blocker.unblock():
        connection.ops.sql_flush = delete_rows  # type: ignore[method-assign,assignment]
        permissions = Permission.objects.count()
        file = None
        if connection.vendor == "sqlite":
            file = copy_database(tmp_path_factory.mktemp("migrated") / "db.sqlite3")

    def create_deleted_permissions(*arguments: Any) -> None:
        """Do not create all permissions again after each test that commits, because `delete_rows` has kept them."""
        if Permission.objects.count() < permissions:
            emit_post_migrate_signal(*arguments)

    with patch("django.core.management.commands.flush.emit_post_migrate_signal", create_deleted_permissions):
        yield file
