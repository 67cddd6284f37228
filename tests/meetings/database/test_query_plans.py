"""The main public queries use the indexes of readers' tables (PostgreSQL)."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from agenda.presentation.next_steps import find_later_rows, find_next_meeting
from agenda.search.results import RESULTS_QUERY, build_results_query
from meetings.api.changes import CHANGES_ORDERING
from meetings.api.filters import build_item_condition
from meetings.database.prepared_query import PreparedQuery
from meetings.database.reader_tables import READERS_COMPLETE
from meetings.editions.edition_history import get_appeared_editions
from meetings.editions.index_rows import build_called_off_condition
from meetings.editions.keyset import LATEST_FIRST, MEETINGS_ORDERING, Ordering
from meetings.editions.live_rows import get_page_query
from meetings.feeds.views import CORRECTION_REASONS, MEETING_EDITIONS, select_newest
from meetings.models import (
    INDEX_MODELS,
    Edition,
    EditionDocument,
    IndexedDelegation,
    IndexedEarlierDays,
    IndexedEffect,
    IndexedFile,
    IndexedImage,
    IndexedItem,
    IndexedLink,
    IndexedPoint,
    IndexedReference,
    IndexedTopic,
    IndexRow,
    StoredDocument,
    StoredSearchResult,
    SubjectType,
    Suppression,
)
from meetings.models.edition import get_superseding_editions, has_address
from meetings.reference.configurations import CONFIGURATIONS
from tests.database_roles import DatabaseRoles, RoleSession
from tests.factories import DAY, MINUTE, PRESS_DATE, PRESS_DAY, make_uuid
from tests.public_requests import delete_editions, lifted_guards

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db, pytest.mark.usefixtures("reads_as_public_process")]
NOW = timezone.now()


def live() -> QuerySet[EditionDocument]:
    return EditionDocument.objects.live(NOW).in_language("en").with_history()


def meetings() -> QuerySet[EditionDocument]:
    return live().filter(edition__subject_type="meeting")


def items() -> QuerySet[IndexedItem]:
    return IndexedItem.objects.live(NOW)


def links() -> QuerySet[IndexedLink]:
    return IndexedLink.objects.live(NOW)


REFERENCES = IndexedReference.objects.filter(kind="procedure", reference="17/0133(COD)")
TOPICS = IndexedTopic.objects.filter(topic_id=make_uuid("topic 17"))
DATES = (PRESS_DATE, PRESS_DATE)
QUERIES: dict[str, tuple[Callable[[], QuerySet[Any]], str, str]] = {
    "a meeting by its address": (
        lambda: meetings().filter(has_address("meetings/17/", edition="edition__"))[:1],
        "edition_by_address",
        "address",
    ),
    "a meeting by its id": (
        lambda: meetings().filter(edition__subject_id=make_uuid("meeting 17"))[:1],
        "one_edition_of_a_subject_an_instant",
        "subject_id",
    ),
    "what stood at an address": (
        lambda: Edition.objects.visible(NOW).filter(has_address("meetings/17/")).order_by("-available_from", "id"),
        "edition_by_address",
        "address",
    ),
    "the list by date": (
        lambda: meetings().order_by(*LATEST_FIRST)[:21],
        "edition_by_date",
        "subject_type",
    ),
    "a year of the list": (
        lambda: meetings().filter(edition__listed_on__range=DATES).order_by("-edition__listed_on")[:21],
        "edition_by_date",
        "listed_on",
    ),
    "a configuration's list": (
        lambda: meetings().filter(edition__configuration="jha").order_by("-edition__listed_on")[:21],
        "edition_by_configuration",
        "configuration",
    ),
    "an item by its id": (lambda: items().filter(item_id=make_uuid("item 17"))[:1], "item_by_id", "item_id"),
    "a link by its id": (
        lambda: IndexedLink.objects.live(NOW).filter(link_id=make_uuid("link 17"))[:1],
        "link_by_id",
        "link_id",
    ),
    "links by kind": (lambda: links().filter(kind="photos"), "link_by_kind", "kind"),
    "points of a day": (lambda: IndexedPoint.objects.live(NOW).filter(date=PRESS_DATE), "point_by_date", "date"),
    "a point by its id": (
        lambda: IndexedPoint.objects.live(NOW).filter(point_id=make_uuid("point 17"))[:1],
        "point_by_id",
        "point_id",
    ),
    "points in the order of time": (
        lambda: IndexedPoint.objects.live(NOW).filter(sorted_at__gte=PRESS_DAY).order_by("sorted_at")[:20],
        "point_by_time",
        "sorted_at",
    ),
    "points of a day in editions that others took the place of": (
        lambda: IndexedPoint.objects.filter(
            Exists(get_superseding_editions(NOW, "edition__")), date=PRESS_DATE
        ).readable(),
        "point_by_date",
        "date",
    ),
    "what left some days": (
        lambda: IndexedEarlierDays.objects.live(NOW).filter(start_date__range=DATES, end_date__gte=PRESS_DATE),
        "earlier_days_by_date",
        "start_date",
    ),
    "items of a day": (lambda: items().filter(date=PRESS_DATE, public=""), "item_by_date", "date"),
    "items by reference": (lambda: items().filter(build_item_condition(REFERENCES)), "item_by_reference", "reference"),
    "items by topic": (lambda: items().filter(build_item_condition(TOPICS)), "item_by_topic", "topic_id"),
    "a topic's meetings": (
        lambda: meetings().filter(edition__in=TOPICS.values("edition")),
        "item_by_topic",
        "topic_id",
    ),
    "the meetings of a file": (
        lambda: meetings().filter(edition__in=IndexedFile.objects.filter(slug="2060-0017-cod").values("edition")),
        "file_by_slug",
        "slug",
    ),
    "the next meeting of a configuration": (
        lambda: find_next_meeting("jha", make_uuid("meeting"), PRESS_DATE, PRESS_DATE - 14 * DAY, NOW),
        "edition_by_configuration",
        "configuration",
    ),
    "later meetings on the files of a meeting": (
        lambda: find_later_rows(make_uuid("edition"), PRESS_DATE, NOW),
        "file_by_slug",
        "slug",
    ),
    "the newest editions of the meetings that take place": (
        lambda: select_newest(meetings().filter(~build_called_off_condition("edition__"))),
        "edition_by_instant",
        "available_from",
    ),
    "the files of coming meetings": (
        lambda: IndexedFile.objects.live(NOW).filter(date__gte=PRESS_DATE).order_by("date")[:200],
        "file_by_date",
        "date",
    ),
    "all that a delegation asked for": (
        lambda: IndexedDelegation.objects.live(NOW).filter(code="PL", role="request"),
        "delegation_by_code",
        "code",
    ),
    "meetings by reference": (
        lambda: meetings().filter(edition__in=REFERENCES.values("edition")),
        "item_by_reference",
        "reference",
    ),
    "topics that meetings take up": (
        lambda: (
            EditionDocument.objects.live(NOW)
            .filter(Exists(IndexedTopic.objects.live(NOW).filter(topic_id=OuterRef("edition__subject_id"))))
            .filter(edition__subject_type="topic")
        ),
        "item_by_topic",
        "topic_id",
    ),
    "an edition's documents": (
        lambda: EditionDocument.objects.filter(edition=make_uuid("edition")),
        "(meetings_editiondocument_edition_id|one_document_of_an_edition_a_language)",
        "edition_id",
    ),
    "a document by its key": (
        lambda: StoredDocument.objects.filter(pk=make_uuid("document 17")),
        "meetings_storeddocument",
        "id",
    ),
    "editions with a text": (
        lambda: EditionDocument.objects.filter(document=make_uuid("document 17")),
        "meetings_editiondocument_document_id",
        "document_id",
    ),
    "a picture by its digest": (
        lambda: IndexedImage.objects.visible(NOW).filter(key=f"{17:064}").values("width"),
        "image_by_key",
        "key",
    ),
    "what appeared since": (
        lambda: Edition.objects.filter(available_from__gt=NOW).order_by("available_from", "id")[:21],
        "edition_by_instant",
        "available_from",
    ),
    "the meetings of some days": (
        lambda: Edition.objects.live(NOW).filter(
            ~Q(end_date__lt=PRESS_DATE), subject_type="meeting", listed_on__range=DATES
        ),
        "edition_by_date",
        "listed_on",
    ),
    "the notices of some days": (
        lambda: Edition.objects.current(NOW).filter(subject_type="meeting", is_tombstone=True, listed_on__range=DATES),
        "tombstone_by_instant",
        "available_from",
    ),
    "the newest editions": (
        lambda: (
            get_appeared_editions(NOW, NOW)
            .filter(MEETING_EDITIONS, is_tombstone=False)
            .order_by("-available_from", "-id")[:5]
        ),
        "edition_by_instant",
        "available_from",
    ),
    "corrections": (
        lambda: (
            get_appeared_editions(NOW, NOW)
            .filter(MEETING_EDITIONS, reason__in=CORRECTION_REASONS)
            .order_by("-available_from", "-id")[:21]
        ),
        "edition_by_instant",
        "available_from",
    ),
    "a page of the change feed": (
        lambda: (
            get_appeared_editions(NOW, NOW)
            .filter(CHANGES_ORDERING.build_condition_after((NOW - DAY - 300 * MINUTE, make_uuid("x")), backwards=False))
            .order_by("available_from", "id")[:101]
        ),
        "edition_by_instant",
        "available_from",
    ),
}


@pytest.fixture
def reader(reader: RoleSession) -> RoleSession:
    """Read copies only, as the public process does while nothing pending has appeared."""
    reader.execute("SET search_path = readers, public")
    return reader


@pytest.fixture(scope="module")
def calendar(request: pytest.FixtureRequest, roles: DatabaseRoles, django_db_blocker: Any) -> Iterator[None]:
    """Enough editions for an index to be worthwhile, each of its own meeting, with a row in each table."""
    with django_db_blocker.unblock():
        with lifted_guards():
            create_rows(getattr(request, "param", 2000))
        with connection.cursor() as cursor:
            cursor.execute("SELECT council_copy_appeared()")
            cursor.execute("ANALYZE")
        yield
        with lifted_guards():
            delete_editions()


def create_rows(number: int) -> None:
    slugs = [facts.slug for facts in CONFIGURATIONS]
    editions = [
        Edition(
            subject_type="meeting",
            subject_id=make_uuid(f"meeting {n}"),
            available_from=NOW - n * MINUTE - DAY,
            address=f"meetings/{n}/",
            source_language="en",
            configuration=slugs[n % len(slugs)],
            start_date=PRESS_DATE - n * DAY,
            end_date=PRESS_DATE - n * DAY,
            listed_on=PRESS_DATE - n * DAY,
            sorted_at=PRESS_DAY - n * DAY,
        )
        for n in range(number)
    ]
    rows: list[list[Any]] = [
        [StoredDocument(pk=make_uuid(f"document {n}"), digest=f"{n:064}", text="{}") for n in range(number)],
        [
            EditionDocument(edition=edition, language="en", document_id=make_uuid(f"document {n}"))
            for n, edition in enumerate(editions)
        ],
    ]
    builders: dict[type[IndexRow], Callable[[int], dict[str, Any]]] = {
        IndexedItem: lambda n: {"item_id": make_uuid(f"item {n}"), "position": 0, "date": PRESS_DATE - n * DAY},
        IndexedReference: lambda n: {
            "item_id": make_uuid(f"item {n}"),
            "kind": "procedure",
            "reference": f"{n}/0133(COD)",
        },
        IndexedFile: lambda n: {
            "item_id": make_uuid(f"item {n}"),
            "position": 0,
            "slug": f"2060-{n % 400:04}-cod",
            "year": 2060,
            "number": n % 400,
            "date": PRESS_DATE - n * DAY,
        },
        IndexedDelegation: lambda n: {
            "code": "PL" if n % 50 == 0 else "IT",
            "role": "request",
        },
        IndexedTopic: lambda n: {"item_id": make_uuid(f"item {n}"), "topic_id": make_uuid(f"topic {n // 5}")},
        IndexedPoint: lambda n: {
            "point_id": make_uuid(f"point {n}"),
            "position": 0,
            "date": PRESS_DATE - n * DAY,
            "live": False,
            "sorted_at": PRESS_DAY - n * DAY,
            "is_timed": True,
            "takes_place": True,
        },
        IndexedEarlierDays: lambda n: {"start_date": PRESS_DATE - n * DAY, "end_date": PRESS_DATE - n * DAY},
        IndexedLink: lambda n: {
            "link_id": make_uuid(f"link {n}"),
            "owner_id": make_uuid(f"item {n}"),
            "position": 0,
            "kind": "photos" if n % 50 == 0 else "web",
            "has_address": True,
        },
        IndexedImage: lambda n: {"key": f"{n:064}", "width": 1200},
        IndexedEffect: lambda n: {"kind": "results" if n % 50 == 0 else "other"},
        StoredSearchResult: lambda n: {"id": make_uuid(f"result {n}"), "language": "en", "content": "[]"},
    }
    assert set(builders) == set(INDEX_MODELS)
    for model, build in builders.items():
        rows.append([model(edition=edition, **build(n)) for n, edition in enumerate(editions)])
    # Where nothing was ever removed, the planner sorts a few hundred rows, which takes no longer.
    rows.append([Suppression(edition=edition, at=NOW, reason="A wrong name.") for edition in editions[-2:]])
    with transaction.atomic():
        for some in [*rows, editions]:
            type(some[0])._default_manager.bulk_create(some)


@pytest.mark.parametrize("name", QUERIES)
def test_public_role_uses_the_index(calendar: None, reader: RoleSession, name: str) -> None:
    build, index, column = QUERIES[name]
    sql, parameters = build().query.sql_with_params()
    plan = [line.strip() for (line,) in reader.execute(f"EXPLAIN (COSTS OFF) {sql}", *parameters)]
    scans = [line for line in pairwise(plan) if re.search(rf"(using|on) {index}", line[0])]
    assert any("Index Cond" in after and column in after for _scan, after in scans), "\n".join(plan)


@pytest.mark.usefixtures("reads_as_public_process")
def test_shown_texts_are_read_by_their_key(calendar: None, reader: RoleSession) -> None:
    query = PreparedQuery(build_results_query, **RESULTS_QUERY.fields)
    with connection.cursor() as cursor:
        reader.execute(query.build_prepare_statement(cursor.cursor))
    ids = [make_uuid(f"result {n}") for n in range(len(query.fields))]
    statement = f"EXPLAIN (COSTS OFF) EXECUTE {query.name} ({', '.join(['%s'] * len(ids))})"
    plan = [line for (line,) in reader.execute(statement, *ids)]
    assert any("using meetings_storedsearchresult_pkey" in line for line in plan), "\n".join(plan)


@pytest.mark.parametrize("calendar", [400, 2000], indirect=True)
@pytest.mark.parametrize("way", ["first", "next", "previous"])
def test_prepared_page_query_uses_the_index(calendar: None, reader: RoleSession, way: str) -> None:
    """It is planned without knowing the parameters, and must not sort all rows that they might select."""
    plan = explain_page_query(reader, MEETINGS_ORDERING, way)
    assert "using edition_by_date on meetings_edition" in plan, plan
    assert "Sort" not in plan, plan


@pytest.mark.parametrize("calendar", [2000], indirect=True)  # fewer take no longer when all are sorted
@pytest.mark.parametrize("way", ["next", "previous"])
def test_page_of_an_old_cursor_sorts_only_meetings_of_the_same_day(
    calendar: None, reader: RoleSession, way: str
) -> None:
    assert MEETINGS_ORDERING.earlier
    plan = explain_page_query(reader, MEETINGS_ORDERING.earlier, way)
    assert "using edition_by_date on meetings_edition" in plan, plan
    assert "Presorted Key: meetings_edition.listed_on" in plan, plan


def explain_page_query(reader: RoleSession, ordering: Ordering, way: str) -> str:
    query = get_page_query(SubjectType.MEETING, 21, ordering, way)
    with connection.cursor() as cursor:
        reader.execute(query.build_prepare_statement(cursor.cursor))
    position = {
        "edition__listed_on": PRESS_DATE - 200 * DAY,
        "edition__sorted_at": PRESS_DAY - 200 * DAY,
        "edition__subject_id": make_uuid("meeting"),
    }
    values = {"at": NOW, "now": NOW, "language": "en", **position}
    parameters = [values[name] for name in query.fields]
    statement = f"EXPLAIN (COSTS OFF) EXECUTE {query.name} ({', '.join(['%s'] * len(parameters))})"
    return "\n".join(line for (line,) in reader.execute(statement, *parameters))


@pytest.mark.parametrize(
    "name", ["the list by date", "a meeting by its address", "the newest editions", "points of a day"]
)
def test_what_a_tombstone_withdrew_is_asked_once_a_query(calendar: None, reader: RoleSession, name: str) -> None:
    """Once a row, a query of three thousand editions took seven seconds."""
    reader.execute(f"SET search_path = {READERS_COMPLETE}, readers, public")
    sql, parameters = QUERIES[name][0]().query.sql_with_params()
    plan = [line for (line,) in reader.execute(f"EXPLAIN (VERBOSE, COSTS OFF) {sql}", *parameters)]
    calls = [line for line in plan if "council_withdrawn_editions()" in line]
    assert calls
    assert not [line for line in calls if "Filter" in line or "Cond" in line]
