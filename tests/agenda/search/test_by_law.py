"""On PostgreSQL the public role searches by one function, which tells of what is live and of nothing else."""

import datetime as dt
import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from agenda.search import finding
from meetings.law import searching
from meetings.law.roles import run
from meetings.law.searching import SEARCH
from meetings.models import Edition, SearchRow
from meetings.search.question import MOST
from tests.agenda.search.finding import page, titles
from tests.cast import DAY, named
from tests.law import Roles, Session
from tests.meetings.test_law import editions, sleep_past, withdrawn, written
from tests.publicity import Visitor, guards_lifted

pytestmark = pytest.mark.postgresql
SECOND = dt.timedelta(seconds=1)
ALWAYS = ("0001-01-01", "9999-12-31")
LIVE = {"Second", "Back", "Open", "After it", "Going"}
__all__ = ["editions"]


def asked(
    reader: Session,
    words: str,
    language: str = "en",
    *,
    kind: str = "",
    configuration: str = "",
    at: dt.datetime | None = None,
) -> set[str]:
    """The editions that the function names."""
    question = f"SELECT edition_id::text FROM {SEARCH}(%s, %s, %s, %s, %s, %s, %s)"
    found = reader.ask(question, words, language, kind, configuration, *ALWAYS, at or timezone.now())
    return {edition for (edition,) in found}


def test_nothing_is_found_of_what_is_hidden(editions: dict[str, Edition], reader: Session) -> None:
    """Neither by its own words nor by those that it shares with what is live."""
    for title in ("First", "Third", "New", "Gone", "Reopened", "Twice"):
        assert asked(reader, f"'en{title.lower()}'") == set(), title
    live = {str(editions[name].pk) for name in ("live", "came back", "in its place", "after it")}
    live |= {str(editions["live until its withdrawal"].pk)}
    assert asked(reader, "'endublin'") == live
    assert asked(reader, "!'enzanzibar'") == live


def test_a_language_that_an_edition_has_hides_its_others(editions: dict[str, Edition], reader: Session) -> None:
    """And where it has not, it is found in the source language, whatever is asked for."""
    assert asked(reader, "'endublin'", "fi") == asked(reader, "'endublin'")
    assert asked(reader, "'endublin'", kind="topic") == set()
    assert asked(reader, "'endublin'", configuration="env") == set()
    assert asked(reader, "'endublin'", language="x' OR ''='") == asked(reader, "'endublin'")


def test_words_that_are_no_query_are_refused_and_tell_nothing(editions: dict[str, Edition], reader: Session) -> None:
    said = reader.refused(f"SELECT * FROM {SEARCH}('a b', 'en', '', '', %s, %s, now())", *ALWAYS)
    assert "syntax error in tsquery" in said


def test_the_words_themselves_cannot_be_read(editions: dict[str, Edition], reader: Session, editor: Session) -> None:
    assert "permission denied" in reader.refused(f"SELECT words FROM {SearchRow._meta.db_table}")
    assert "permission denied" in reader.refused(f"SELECT count(*) FROM {SearchRow._meta.db_table}")
    assert "permission denied" in editor.refused(f"SELECT {SEARCH}('x', 'en', '', '', %s, %s, now())", *ALWAYS)


def test_no_table_or_operator_of_the_callers_own_gets_into_it(editions: dict[str, Edition], reader: Session) -> None:
    reader.ask("SET search_path = pg_temp, public")
    assert asked(reader, "'enzanzibar'") == set()
    [(held,)] = reader.ask("SELECT proconfig::text FROM pg_proc WHERE proname = %s", SEARCH)
    assert "search_path=pg_catalog, pg_temp" in held


def test_a_word_that_only_hidden_texts_have_takes_the_same_steps(editions: dict[str, Edition], reader: Session) -> None:
    """So no time tells of it: whatever is found first, the one question that may answer is asked."""
    [(body,)] = reader.ask("SELECT prosrc FROM pg_proc WHERE proname = %s", SEARCH)
    assert body.count("RETURN QUERY SELECT") == body.count("RETURN") == 2
    assert "ELSE" in body.partition("RETURN QUERY")[2]


def test_it_is_asked_for_the_instant_of_the_request_and_never_for_a_later_one(
    editions: dict[str, Edition], reader: Session
) -> None:
    """Nor for one long past, though what was withdrawn since was live then."""
    now = timezone.now()
    words = "'endublin' | 'enthird' | 'enzanzibar'"
    assert asked(reader, words, at=now + DAY) == asked(reader, words)
    assert asked(reader, words, at=now - DAY) == asked(reader, words)
    assert asked(reader, words, at=dt.datetime.min.replace(tzinfo=dt.UTC)) == asked(reader, words)


def test_an_instant_that_the_database_passed_already_is_still_before_it(committed: None, reader: Session) -> None:
    instant = timezone.now().replace(microsecond=0) + SECOND
    with guards_lifted(), transaction.atomic():
        coming = written("coming", "Coming", instant)
    sleep_past(instant)
    assert asked(reader, "'encome'", at=instant - SECOND / 2) == set()
    assert asked(reader, "'encome'", at=instant) == {str(coming.pk)}


def test_time_passes_by_the_databases_clock(committed: None, reader: Session) -> None:
    instant = timezone.now().replace(microsecond=0) + 2 * SECOND
    with guards_lifted(), transaction.atomic():
        going = written("going", "Going", instant - DAY)
    coming = written("coming", "Coming", instant)
    withdrawn(going, instant)
    if timezone.now() < instant - SECOND / 2:
        assert (asked(reader, "'encome'"), asked(reader, "'engo'")) == (set(), {str(going.pk)})
    sleep_past(instant)
    assert (asked(reader, "'encome'"), asked(reader, "'engo'")) == ({str(coming.pk)}, set())


def test_there_is_a_limit_inside(committed: None, roles: Roles, reader: Session) -> None:
    now = timezone.now().replace(microsecond=0)
    with guards_lifted(), transaction.atomic():
        edition = written("large", "Large", now - DAY)
        row = SearchRow.objects.filter(edition=edition).values("kind", "configuration", "date").first()
        assert row
        parts: list[Any] = [
            SearchRow(edition=edition, language="en", part_id=named(f"{n}"), words="enmany", **row)
            for n in range(MOST + 50)
        ]
        SearchRow.objects.bulk_create(parts)
    [(count,)] = reader.ask(f"SELECT count(*) FROM {SEARCH}('enmany', 'en', '', '', %s, %s, now())", *ALWAYS)
    assert count == MOST + 1


def test_common_words_find_the_same_on_the_other_way(
    editions: dict[str, Edition], roles: Roles, reader: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = ("'endublin'", "'enluxembourg'", "'enthird'", "'endublin' | 'encouncil'", "!'enzanzibar'")
    few = [asked(reader, words) for words in questions]
    assert any(few)
    with monkeypatch.context() as patch:
        patch.setattr(searching, "FEW", 0)
        make_function(roles)
    try:
        assert [asked(reader, words) for words in questions] == few
    finally:
        make_function(roles)


def make_function(roles: Roles) -> None:
    with connection.cursor() as cursor:
        run(cursor, [*searching.removal(), *searching.law(roles.public, roles.editor)])


def test_the_page_shows_the_same_by_law_and_without(
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
        without = page(visitor, typed)
        settings.READS_BY_LAW = True
        assert page(visitor, typed) == without, typed
        settings.READS_BY_LAW = False
    assert set(titles(visitor, "Luxembourg", **{"in": "meetings"})) == LIVE


def test_what_a_word_was_meant_for_is_looked_for_a_second_at_most(
    db: None, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the page is shown without it."""
    monkeypatch.setattr(finding, "MAX_SUGGESTION_TIME", SECOND / 10)
    monkeypatch.setattr(finding, "build_statement", lambda words: f"SELECT pg_sleep(5) WHERE {words} <> ''")
    request: Any = RequestFactory().get("/en/search/")
    request.instant = timezone.now()
    begun = time.monotonic()
    assert finding.fetch_rows_briefly(request, "fish", "en", finding.SearchScope()) == []
    assert time.monotonic() - begun < 4
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() != ("100ms",)
