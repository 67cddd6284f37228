"""Test that lists use their indexes, whatever the parameters, by counting the rows that they examine.

It runs on PostgreSQL as the public role, with years of meetings, and explains the statements of real requests.
"""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from meetings.documents.encoding import encode_document
from meetings.documents.schedule import get_start_instant
from meetings.models import (
    Configuration,
    Edition,
    EditionDocument,
    IndexedItem,
    IndexedLink,
    IndexedPoint,
    IndexedReference,
    IndexedTopic,
    Presidency,
    StoredDocument,
)
from meetings.reference.configurations import CONFIGURATIONS
from tests.database_roles import DatabaseRoles, RoleSession
from tests.factories import DAY, MINUTE, make_meeting_document, make_uuid
from tests.public_requests import Visitor, delete_editions, lifted_guards

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db, pytest.mark.usefixtures("reads_as_public_process")]
# Midnight, because it is in the names of tests, which must be the same in all workers.
NOW = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
TODAY = NOW.date()
MEETINGS = 2500
ITEMS = 4  # a meeting
ENOUGH = 2000  # the rows that a page of twenty may examine, out of some hundred thousand
# PostgreSQL sorts all points of a presidency.
SORTED = {"programme/?presidency=EE": 6000}
SLUGS = [facts.slug for facts in CONFIGURATIONS][:10]


def day_of(n: int) -> dt.date:
    """Return the day of the n-th meeting. The first is in a month, and they are two days apart."""
    return TODAY + (15 - n) * 2 * DAY


def code_of(n: int) -> str:
    """Return the code of an interinstitutional file; five meetings share one, and there are a hundred per year."""
    return f"{2000 + n // 500}/{n // 5 % 100:04}(COD)"


def is_rare(n: int) -> bool:
    return n % 500 == 250


def rows_of(n: int) -> Iterator[Any]:
    """Return the rows of a meeting. One in ten has an earlier edition, and one in five hundred has rare values."""
    day, corrected = day_of(n), n % 10 == 0
    document = make_meeting_document(id=make_uuid(f"meeting {n}"), start_date=day, end_date=day)
    text = encode_document(document)
    for version in range(2 if corrected else 1):
        digest = f"{n:060}{version:04}"
        edition = Edition(
            id=make_uuid(f"edition {n} {version}"),
            subject_type="meeting",
            subject_id=document.id,
            available_from=NOW - (2 * n + 2 - version) * MINUTE,
            address=f"meetings/{n}/",
            source_language="en",
            languages=["en"],
            configuration=SLUGS[n % len(SLUGS)],
            start_date=day,
            end_date=day,
            listed_on=day,
            sorted_at=get_start_instant(document, day),
            status="cancelled" if is_rare(n) else "confirmed",
            form="informal" if n % 7 == 0 else "formal",
            presidency=("EE", "BG", "AT", "RO", "FI")[n // 90 % 5],
            city="Luxembourg" if n % 12 == 0 else "Brussels",
        )
        yield edition
        yield (stored := StoredDocument(digest=digest, text=text))
        yield EditionDocument(edition=edition, language="en", document=stored)
        for place in range(ITEMS):
            item = make_uuid(f"item {n} {place}")
            rare = is_rare(n) and place == 0
            yield IndexedItem(
                edition=edition,
                item_id=item,
                position=place,
                date=day,
                kind="meal" if rare else "item",
                state="withdrawn" if rare else "",
                public="possibly" if rare else "yes" if place == 1 else "",
                procedure_type="legislative" if place == 1 else "non_legislative",
                outcome="no_decision" if rare else "adopted" if place == 2 else "",
            )
            yield IndexedReference(edition=edition, item_id=item, kind="procedure", reference=code_of(n))
            yield IndexedTopic(edition=edition, item_id=item, topic_id=make_uuid(f"topic {n % 400}"))
        for place in range(2):
            point = make_uuid(f"point {n} {place}")
            yield IndexedPoint(
                edition=edition,
                point_id=point,
                position=place,
                date=day,
                kind="press_conference" if place else "other",
                live=place == 0,
                sorted_at=dt.datetime.combine(day, dt.time(9 + place), dt.UTC),
                is_timed=True,
                takes_place=not is_rare(n),
                configuration=edition.configuration,
            )
            yield IndexedLink(
                edition=edition,
                link_id=make_uuid(f"link {n} {place}"),
                position=place,
                owner_type="point" if place else "meeting",
                owner_id=point if place else document.id,
                kind="infographic" if is_rare(n) else "live_stream" if place else "web",
                has_address=True,
            )


@pytest.fixture
def reader(reader: RoleSession) -> RoleSession:
    """Read copies only, as the public process does while nothing pending has appeared."""
    reader.execute("SET search_path = readers, public")
    return reader


@pytest.fixture(scope="module")
def years(roles: DatabaseRoles, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with lifted_guards(), transaction.atomic():
            rows_by_model: dict[type, list[Any]] = {}
            for n in range(MEETINGS):
                for row in rows_of(n):
                    rows_by_model.setdefault(type(row), []).append(row)
            for model in sorted(rows_by_model, key=lambda model: model is Edition):
                model._default_manager.bulk_create(rows_by_model[model], batch_size=1000)  # type: ignore[attr-defined]
            call_command("load_reference", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT council_copy_appeared()")
            cursor.execute("ANALYZE")
        yield
        with lifted_guards():
            delete_editions()
        for model in (Presidency, Configuration, Group):  # what load_reference made
            model._default_manager.all().delete()


def capture_statements(visitor: Visitor, address: str) -> list[tuple[str, Any]]:
    """Return the SQL statements of a request, with their parameters."""
    statements: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        statements.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(keep):
        assert visitor.get(f"/api/v1/{address}").status_code == 200
    return [(sql, parameters) for sql, parameters in statements if sql.startswith("SELECT")]


def count_examined_rows(plan: Any) -> float:
    """Return the number of rows that all scans of a plan read, including those that a condition removed."""
    aside = sum(plan.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
    own = (plan["Actual Rows"] + aside) * plan["Actual Loops"] if "Relation Name" in plan else 0
    return float(own + sum(count_examined_rows(part) for part in plan.get("Plans", ())))


PAST, NEAR = day_of(3000), day_of(20)
WEEK = f"date_from={PAST}&date_to={PAST + 6 * DAY}"
SINCE = f"{NOW - 60 * MINUTE:%Y-%m-%dT%H:%M:%SZ}"
LONG_AGO = f"{NOW - 9000 * MINUTE:%Y-%m-%dT%H:%M:%SZ}"
COMMON = [
    "",
    "ordering=date",
    "ordering=-appeared",
    "ordering=appeared",
    "configuration=jha",
    f"configuration=jha&{WEEK}",
    WEEK,
    f"date_from={NEAR}",
    f"date_from={TODAY + 20 * DAY}",
    f"date_to={PAST}",
    f"ordering=date&date_from={TODAY}",
    "presidency=EE",
    "presidency=2014-2",
    f"modified_since={SINCE}",
    f"modified_since={LONG_AGO}",
    f"modified_since={SINCE}&ordering=-appeared",
    f"as_of={SINCE}",
]
ITEMS_AND_MEETINGS = [
    f"procedure={code_of(3000)}",
    f"procedure={code_of(3000).removesuffix('(COD)')}",
    "document=14996/22",
    f"topic={make_uuid('topic 17')}",
    f"topic={make_uuid('topic 17')}&presidency=EE",
    "public=yes",
    "public=possibly",
    f"public=yes&{WEEK}",
]
QUERIES = {
    "meetings": [
        *COMMON,
        *ITEMS_AND_MEETINGS,
        "status=cancelled",
        "status=confirmed",
        "status=confirmed,provisional",
        "status=cancelled,postponed",
        "form=informal",
        "place=luxembourg",
    ],
    "agenda-items": [
        *COMMON,
        *ITEMS_AND_MEETINGS,
        f"meeting={make_uuid('meeting 3000')}",
        "status=confirmed,provisional",
        "status=cancelled",
        f"status=confirmed,provisional&{WEEK}",
        "kind=meal",
        "kind=item",
        "state=withdrawn",
        "procedure_type=legislative",
        "outcome=any",
        "outcome=adopted",
        "outcome=no_decision",
    ],
    "programme": [
        *(query for query in COMMON if LONG_AGO not in query),  # the earliest meetings, which come first, are older
        "ordering=-date",
        f"meeting={make_uuid('meeting 3000')}",
        "kind=press_conference",
        f"kind=press_conference,press_briefing&{WEEK}",
        "live=true",
        f"live=true&{WEEK}",
        "takes_place=true",
        "takes_place=false",
        f"takes_place=true&kind=press_conference&date_from={TODAY}",
        "status=cancelled",
    ],
    "media-links": [
        *COMMON,
        f"meeting={make_uuid('meeting 3000')}",
        f"owner={make_uuid('meeting 3000')}",
        "status=confirmed,provisional",
        "status=cancelled",
        f"status=confirmed,provisional&{WEEK}",
        "kind=live_stream",
        "kind=infographic",
        "live=yes",
        f"live=yes&{WEEK}",
        f"kind=live_stream&{WEEK}",
    ],
}


@pytest.mark.parametrize("address", [f"{name}/?{query}" for name, queries in QUERIES.items() for query in queries])
def test_page_examines_few_rows(visitor: Visitor, years: None, reader: RoleSession, address: str) -> None:
    seen = 0.0
    plans = []
    for sql, parameters in capture_statements(visitor, address):
        [[[plan]]] = reader.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", *parameters)
        seen += count_examined_rows(plan["Plan"])
        plans.append(f"{plan['Execution Time']:.0f} ms\n{sql}\n{json.dumps(plan['Plan'], indent=1)}")
    assert seen <= SORTED.get(address, ENOUGH), "\n".join([address, *plans])
