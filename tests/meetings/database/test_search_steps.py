"""Search reads the same, whether a hidden text has the word or nobody ever wrote it (decision 94).

The attacker has the public role and sends any statement. PostgreSQL tells every role how many rows and blocks its own
statements read, so words that are compared before the row is known to be public can be guessed one after the other.
"""

import datetime as dt
from collections import Counter
from itertools import product

import pytest
from django.db import connection, transaction
from django.utils import timezone

from meetings.database.search_function import SEARCH_FUNCTION, WORD_INDEX
from meetings.models import Edition, SearchRow, Suppression
from tests.database_roles import DatabaseRoles, RoleSession
from tests.factories import DAY
from tests.meetings.database.test_public_role import create_meeting_edition, create_withdrawal, sleep_past
from tests.public_requests import lifted_guards

pytestmark = pytest.mark.postgresql
SECOND = dt.timedelta(seconds=1)
COUNTERS = """
    SELECT relname, pg_stat_get_xact_tuples_fetched(oid) AS fetched, pg_stat_get_xact_tuples_returned(oid) AS returned,
        pg_stat_get_xact_blocks_fetched(oid) AS blocks
    FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace)
"""
SEARCH_STATEMENT = f"SELECT edition_id::text FROM {SEARCH_FUNCTION}(%s, 'en', '', '', '0001-01-01', '9999-12-31', %s)"
DAY_STATEMENT = f"SELECT count(*) FROM {SEARCH_FUNCTION}(%s, 'en', '', '', %s, %s, %s)"
UNKNOWN_WORD = "quagga"
HIDDEN_WORDS = ("zanzibar", "madagascar", "comoros", "seychelles", "mayotte")


def search(reader: RoleSession, words: str, *, at: dt.datetime | None = None) -> list[str]:
    return [edition for (edition,) in reader.execute(SEARCH_STATEMENT, words, at or timezone.now())]


def read_counters(reader: RoleSession) -> Counter[str]:
    return Counter({
        f"{table}: {kind}": number
        for table, *numbers in reader.execute(COUNTERS)
        for kind, number in zip(("rows fetched", "rows returned", "blocks"), numbers, strict=True)
    })  # fmt: skip


def count_steps(reader: RoleSession, words: str) -> Counter[str]:
    """Return the rows and blocks that a search reads, as PostgreSQL tells them to the public role."""
    search(reader, words)  # once before, so that the catalogue is in the caches of the session
    reader.execute("BEGIN")
    before = read_counters(reader)
    search(reader, words)
    steps = read_counters(reader) - before
    reader.execute("ROLLBACK")
    steps["buffers"] = min(count_buffers(reader, words) for _attempt in range(3))  # a vacuum may interfere with one
    return steps


def count_buffers(reader: RoleSession, words: str) -> int:
    explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {SEARCH_STATEMENT}"
    [([plan],)] = reader.execute(explain, words, timezone.now())
    return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])


def compare_steps(reader: RoleSession, words: str, others: str) -> dict[str, tuple[int, int]]:
    """Return the steps whose number differs between two searches, which both find the same."""
    assert search(reader, words) == search(reader, others)
    first, second = (count_steps(reader, each) for each in (words, others))
    return {step: (first[step], second[step]) for step in first | second if first[step] != second[step]}


@pytest.fixture
def hidden(committed: None, roles: DatabaseRoles) -> dict[str, Edition]:
    """Editions that are hidden, each with a word of its own in its title, and live ones.

    Some of the hidden ones were live and searched, others never. The index of words is built again before: it keeps
    removed words until the night, also those of other tests, and one that ends a page of the index takes a step more
    (docs/operations.md, “Search”).
    """
    with connection.cursor() as cursor:
        cursor.execute(f"REINDEX INDEX {WORD_INDEX}")
    now = timezone.now().replace(microsecond=0)
    hidden = {}
    with lifted_guards():
        with transaction.atomic():
            for number in range(20):
                create_meeting_edition(f"live {number}", f"Live {number}", now - DAY)
            hidden["withdrawn"] = create_meeting_edition("gone", "Secret madagascar talks", now - 2 * DAY)
            hidden["withdrawn at once"] = create_meeting_edition("back", "Secret comoros talks", now - 2 * DAY)
            create_withdrawal(hidden["withdrawn at once"], now - DAY)
            hidden["suppressed"] = create_meeting_edition("closed", "Secret seychelles talks", now - 2 * DAY)
        with transaction.atomic():
            hidden["scheduled"] = create_meeting_edition("new", "Secret zanzibar talks", now + DAY)
            hidden["scheduled correction"] = create_meeting_edition("live 3", "Secret mayotte talks", now + DAY)
            create_withdrawal(hidden["withdrawn"], now - DAY)
            create_meeting_edition("closed", "Open talks", now - DAY)
            Suppression.objects.create(edition=hidden["suppressed"], at=now, reason="A leaked number")
    vacuum()
    return hidden


def vacuum() -> None:
    """Remove what was deleted, as PostgreSQL's own process does within a minute or two."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


COSTS = "random_page_cost", "seq_page_cost", "cpu_tuple_cost", "cpu_operator_cost", "cpu_index_tuple_cost"
NOTHING_COSTS_ANYTHING = "; ".join(f"SET {name} = 0" for name in COSTS)
FORMS = (
    "'en{}'",
    "'en{:.5}':*",
    "'ensecret' <-> 'en{}'",
    "'entalk' & 'en{}'",
    "'endublin' | 'en{}'",
    "!'enlive' & 'en{}'",
)


def test_hidden_word_takes_the_steps_of_an_unknown_one(hidden: dict[str, Edition], reader: RoleSession) -> None:
    for form, word in product(FORMS, HIDDEN_WORDS):
        assert compare_steps(reader, form.format(word), form.format(UNKNOWN_WORD)) == {}, (form, word)


def test_no_setting_of_the_planner_changes_that(hidden: dict[str, Edition], reader: RoleSession) -> None:
    for name in ("seqscan", "indexscan", "bitmapscan", "nestloop", "hashjoin", "sort"):
        reader.execute(f"SET enable_{name} = off")
        for word in HIDDEN_WORDS:
            assert compare_steps(reader, f"'en{word}'", f"'en{UNKNOWN_WORD}'") == {}, (name, word)


@pytest.mark.parametrize("settings", ["SELECT 1", "SET cpu_tuple_cost = 1e200"])
def test_live_text_with_a_scheduled_correction_takes_the_steps_of_another(
    hidden: dict[str, Edition], reader: RoleSession, settings: str
) -> None:
    """Along an index without the instant, the counters told how many corrections are scheduled."""
    reader.execute(settings)
    steps = [count_steps(reader, f"'en{number}'") for number in (3, 4)]
    assert steps[0]["meetings_livesearchrow: rows fetched"]
    assert steps[0] == steps[1]


@pytest.mark.parametrize("settings", ["SELECT 1", NOTHING_COSTS_ANYTHING])
def test_day_of_a_hidden_text_takes_the_steps_of_a_day_without_any(
    hidden: dict[str, Edition], reader: RoleSession, settings: str
) -> None:
    """The counters of the index of dates told how many rows a day has, hidden ones too."""
    secret_day, free_day = dt.date(2031, 5, 6), dt.date(2031, 5, 7)
    with lifted_guards():
        assert SearchRow.objects.filter(edition=hidden["scheduled"]).update(date=secret_day)
    vacuum()
    reader.execute(settings)

    def count_steps_on(day: dt.date) -> Counter[str]:
        reader.execute("BEGIN")
        before = read_counters(reader)
        reader.execute(DAY_STATEMENT, f"'en{UNKNOWN_WORD}'", day, day, timezone.now())
        steps = read_counters(reader) - before
        reader.execute("ROLLBACK")
        return steps

    count_steps_on(free_day)
    assert count_steps_on(secret_day) == count_steps_on(free_day)


def test_words_are_not_found_for_a_minute_after_a_withdrawal(committed: None, reader: RoleSession) -> None:
    """But for one second, because a page needs several queries (decision 32)."""
    instant = timezone.now().replace(microsecond=0) + 2 * SECOND
    with lifted_guards(), transaction.atomic():
        going = create_meeting_edition("going", "Going", instant - DAY)
    create_withdrawal(going, instant)
    sleep_past(instant + SECOND)
    for seconds in (1, 10, 59):
        assert search(reader, "'engo'", at=instant - seconds * SECOND) == []
