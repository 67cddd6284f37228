"""On PostgreSQL, the public role searches through one function, which returns live texts only."""

import datetime as dt
import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from agenda.search import queries, time_limit
from meetings.clock import CHANGES_AT, get_instant
from meetings.database import search_function
from meetings.database.search_function import SEARCH_FUNCTION
from meetings.models import Edition, SearchRow
from meetings.search.search_sql import MAX_RANKED_PARTS
from tests.agenda.search.search_page import fetch_search_page, list_result_titles
from tests.database_roles import DatabaseRoles, RoleSession
from tests.factories import DAY, make_uuid
from tests.meetings.database.test_public_role import (
    create_meeting_edition,
    create_withdrawal,
    editions,
    sleep_past,
)
from tests.public_requests import Visitor, lifted_guards

pytestmark = pytest.mark.postgresql
SECOND = dt.timedelta(seconds=1)
ALWAYS = ("0001-01-01", "9999-12-31")
LIVE = {"Second", "Back", "Open", "After it", "Going"}
__all__ = ["editions"]


def search_as_reader(
    reader: RoleSession,
    words: str,
    language: str = "en",
    *,
    kind: str = "",
    configuration: str = "",
    at: dt.datetime | None = None,
) -> set[str]:
    """Return the ids of the editions that the function finds."""
    question = f"SELECT edition_id::text FROM {SEARCH_FUNCTION}(%s, %s, %s, %s, %s, %s, %s)"
    found = reader.execute(question, words, language, kind, configuration, *ALWAYS, at or timezone.now())
    return {edition for (edition,) in found}


def test_hidden_editions_are_not_found(editions: dict[str, Edition], reader: RoleSession) -> None:
    """They are found neither by their own words nor by those that they share with live editions."""
    for title in ("First", "Third", "New", "Gone", "Reopened", "Twice"):
        assert search_as_reader(reader, f"'en{title.lower()}'") == set(), title
    live = {str(editions[name].pk) for name in ("live", "came back", "in its place", "after it")}
    live |= {str(editions["live until its withdrawal"].pk)}
    assert search_as_reader(reader, "'endublin'") == live
    assert search_as_reader(reader, "!'enzanzibar'") == live


def test_only_the_requested_language_is_searched(editions: dict[str, Edition], reader: RoleSession) -> None:
    """An edition that does not have the requested language is found in the source language."""
    assert search_as_reader(reader, "'endublin'", "fi") == search_as_reader(reader, "'endublin'")
    assert search_as_reader(reader, "'endublin'", kind="topic") == set()
    assert search_as_reader(reader, "'endublin'", configuration="env") == set()
    assert search_as_reader(reader, "'endublin'", language="x' OR ''='") == search_as_reader(reader, "'endublin'")


def test_invalid_query_is_refused(editions: dict[str, Edition], reader: RoleSession) -> None:
    error = reader.get_refusal(f"SELECT * FROM {SEARCH_FUNCTION}('a b', 'en', '', '', %s, %s, now())", *ALWAYS)
    assert "syntax error in tsquery" in error


def test_index_table_cannot_be_read(editions: dict[str, Edition], reader: RoleSession, editor: RoleSession) -> None:
    assert "permission denied" in reader.get_refusal(f"SELECT words FROM {SearchRow._meta.db_table}")
    assert "permission denied" in reader.get_refusal(f"SELECT count(*) FROM {SearchRow._meta.db_table}")
    assert "permission denied" in editor.get_refusal(
        f"SELECT {SEARCH_FUNCTION}('x', 'en', '', '', %s, %s, now())", *ALWAYS
    )


def test_function_ignores_the_search_path_of_the_caller(editions: dict[str, Edition], reader: RoleSession) -> None:
    reader.execute("SET search_path = pg_temp, public")
    assert search_as_reader(reader, "'enzanzibar'") == set()
    [(config,)] = reader.execute("SELECT proconfig::text FROM pg_proc WHERE proname = %s", SEARCH_FUNCTION)
    assert "search_path=pg_catalog, pg_temp" in config


def test_later_instants_are_not_searched(editions: dict[str, Edition], reader: RoleSession) -> None:
    """Nor for one long past, though what was withdrawn since was live then."""
    now = timezone.now()
    words = "'endublin' | 'enthird' | 'enzanzibar'"
    assert search_as_reader(reader, words, at=now + DAY) == search_as_reader(reader, words)
    assert search_as_reader(reader, words, at=now - DAY) == search_as_reader(reader, words)
    assert search_as_reader(reader, words, at=dt.datetime.min.replace(tzinfo=dt.UTC)) == search_as_reader(reader, words)


def test_an_instant_that_the_database_passed_already_is_still_before_it(committed: None, reader: RoleSession) -> None:
    instant = timezone.now().replace(microsecond=0) + SECOND
    with lifted_guards(), transaction.atomic():
        coming = create_meeting_edition("coming", "Coming", instant)
    sleep_past(instant)
    assert search_as_reader(reader, "'encome'", at=instant - SECOND / 2) == set()
    assert search_as_reader(reader, "'encome'", at=instant) == {str(coming.pk)}


def test_database_clock_is_used(committed: None, reader: RoleSession) -> None:
    instant = timezone.now().replace(microsecond=0) + 2 * SECOND
    with lifted_guards(), transaction.atomic():
        going = create_meeting_edition("going", "Going", instant - DAY)
    coming = create_meeting_edition("coming", "Coming", instant)
    create_withdrawal(going, instant)
    if timezone.now() < instant - SECOND / 2:
        assert (search_as_reader(reader, "'encome'"), search_as_reader(reader, "'engo'")) == (set(), {str(going.pk)})
    sleep_past(instant)
    assert (search_as_reader(reader, "'encome'"), search_as_reader(reader, "'engo'")) == ({str(coming.pk)}, set())


def test_number_of_rows_is_limited(committed: None, roles: DatabaseRoles, reader: RoleSession) -> None:
    now = timezone.now().replace(microsecond=0)
    with lifted_guards(), transaction.atomic():
        edition = create_meeting_edition("large", "Large", now - DAY)
        row = SearchRow.objects.filter(edition=edition).values("kind", "configuration", "date").first()
        assert row
        parts: list[Any] = [
            SearchRow(edition=edition, language="en", part_id=make_uuid(f"{n}"), words="enmany", **row)
            for n in range(MAX_RANKED_PARTS + 50)
        ]
        SearchRow.objects.bulk_create(parts)
    [(count,)] = reader.execute(
        f"SELECT count(*) FROM {SEARCH_FUNCTION}('enmany', 'en', '', '', %s, %s, now())", *ALWAYS
    )
    assert count == MAX_RANKED_PARTS + 1


def test_both_query_plans_find_the_same(
    editions: dict[str, Edition], roles: DatabaseRoles, reader: RoleSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = ("'endublin'", "'enluxembourg'", "'enthird'", "'endublin' | 'encouncil'", "!'enzanzibar'")
    few = [search_as_reader(reader, words) for words in questions]
    assert any(few)
    with monkeypatch.context() as patch:
        patch.setattr(search_function, "MAX_PARTS_READ_SINGLY", "0")
        make_function(roles)
    try:
        assert [search_as_reader(reader, words) for words in questions] == few
    finally:
        make_function(roles)


def make_function(roles: DatabaseRoles) -> None:
    call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())


def test_page_is_the_same_with_and_without_the_function(
    editions: dict[str, Edition], visitor: Visitor, settings: Any
) -> None:
    for typed in (
        "Dublin",
        "regulation JHA",
        "Third",
        "2016/0133 (COD)",
        "Luxembourg",
        "resettl",
        "Dubln",
        "Dublin whales jha",
    ):
        without = fetch_search_page(visitor, typed)
        settings.READS_READER_TABLES = True
        assert fetch_search_page(visitor, typed) == without, typed
        settings.READS_READER_TABLES = False
    assert set(list_result_titles(visitor, "Luxembourg", **{"in": "meetings"})) == LIVE


def search_slowly(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, statement: str, path: str = "/en/search/"
) -> tuple[Any, float]:
    """Return the response to a search with this statement, and the seconds that it took."""
    monkeypatch.setattr(time_limit, "MAX_SECONDS", 0.1)
    monkeypatch.setattr(queries, "build_statement", lambda words: statement.format(words=words))
    begun = time.monotonic()
    response = visitor.get(path, {"q": "fish net"})
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() != ("100ms",)
    return response, time.monotonic() - begun


def test_search_has_a_time_limit(db: None, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six phrases of frequent words took PostgreSQL two seconds and more, and the site as many connections as came."""
    response, seconds = search_slowly(visitor, monkeypatch, "SELECT pg_sleep(5) WHERE {words} <> ''")
    assert seconds < 4
    assert (response.status_code, "This search takes too long" in response.content.decode()) == (200, True)
    assert response.wsgi_request.META[CHANGES_AT] == get_instant(response.wsgi_request)


@pytest.mark.parametrize("path", ["/api/v1/meetings/", "/en/search/calendar.ics", "/en/search/feed.atom"])
def test_program_is_told_that_its_search_takes_too_long(
    db: None, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    response, seconds = search_slowly(visitor, monkeypatch, "SELECT pg_sleep(5) WHERE {words} <> ''", path)
    assert seconds < 4
    assert (response.status_code, "takes too long" in response.content.decode()) == (400, True)


def test_limit_is_for_all_statements_of_a_search(db: None, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """It searches for all words, beginnings, and any word: each of them within the limit."""
    response, _seconds = search_slowly(visitor, monkeypatch, "SELECT pg_sleep(0.06) WHERE {words} <> '' OFFSET 1")
    assert "This search takes too long" in response.content.decode()
