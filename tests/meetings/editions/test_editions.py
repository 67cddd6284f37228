"""Editions: the database itself forbids changing them, and queries know which one is live at an instant."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from msgspec.structs import replace

from meetings.clock import get_next_instant
from meetings.documents.choices import Language, MeetingStatus
from meetings.documents.encoding import compute_digest, encode_document
from meetings.documents.schema import EarlierDate, EarlierTime, Place, Tombstone, TopicName
from meetings.editions import freezing
from meetings.editions.freezing import (
    compose_edition,
    create_edition,
    create_tombstone,
    delete_pending_editions,
    store_documents,
)
from meetings.models import (
    INDEX_MODELS,
    Edition,
    EditionDocument,
    IndexedEarlierDays,
    IndexedItem,
    IndexedLink,
    IndexedPoint,
    IndexedReference,
    IndexedTopic,
    SearchRow,
    StoredDocument,
)
from tests.factories import DAY, MINUTE, PRESS_DAY, make_documents, make_full_document, make_meeting_document, make_uuid

topic = TopicName(id=make_uuid("topic"), slug="migration-policy", title="Migration policy")


@contextmanager
def expect_refusal(why: str) -> Iterator[None]:
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        yield


def build_tombstone() -> Tombstone:
    return Tombstone(id=make_uuid("meeting"), language=Language.EN, title="JHA", reason="Sent too early.", address="x/")


@pytest.mark.django_db
def test_edition_has_the_facts_of_its_source_document() -> None:
    """Whatever the order of the documents. A translation can name the city in its language."""
    source = make_meeting_document(place=Place(city="Brussels"))
    french = replace(source, language=Language.FR, place=Place(city="Bruxelles"))
    assert compose_edition([french, source], available_from=PRESS_DAY).edition.city == "Brussels"


@pytest.mark.django_db
class TestGuards:
    @pytest.mark.parametrize("model", [Edition, StoredDocument, EditionDocument, SearchRow, *INDEX_MODELS])
    def test_editions_cannot_be_changed(self, model: Any) -> None:
        document = make_full_document()
        document.agenda[0].topics, document.status = [topic], MeetingStatus.CANCELLED
        create_edition([document], available_from=PRESS_DAY)
        with expect_refusal("never changed"):  # not even to the same value
            model.objects.update(**{model._meta.pk.name: model.objects.values_list("pk", flat=True)[0]})

    @pytest.mark.parametrize("model", [EditionDocument, SearchRow, *INDEX_MODELS])
    def test_parts_of_sealed_editions_cannot_be_deleted(self, model: Any) -> None:
        document = make_full_document()
        document.agenda[0].topics, document.status = [topic], MeetingStatus.CANCELLED
        create_edition([document], available_from=PRESS_DAY)
        with expect_refusal("sealed"):
            model.objects.all().delete()

    def test_parts_cannot_be_added_to_sealed_editions(self) -> None:
        edition = create_edition([make_meeting_document()], available_from=PRESS_DAY)
        document = edition.documents.get().document
        with expect_refusal("sealed"):
            EditionDocument.objects.create(edition=edition, language="fr", document=document)
        with expect_refusal("sealed"):
            IndexedTopic.objects.create(edition=edition, topic_id=make_uuid("topic"), item_id=make_uuid("item"))

    def test_past_instant_is_refused(self) -> None:
        with expect_refusal("passed"):
            create_edition([make_meeting_document()], available_from=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
            if connection.vendor == "postgresql":  # it looks at the commit
                connection.check_constraints()
        assert not Edition.objects.exists()

    def test_second_edition_at_the_same_instant_is_refused(self) -> None:
        create_edition([make_meeting_document()], available_from=PRESS_DAY)
        with expect_refusal("(?i)unique|never changed"):
            create_edition([make_meeting_document("Another")], available_from=PRESS_DAY)

    @pytest.mark.sqlite
    @pytest.mark.parametrize("model", [Edition, StoredDocument, EditionDocument, IndexedLink])
    def test_replacing_rows_is_refused(self, model: Any) -> None:
        create_edition([make_full_document()], available_from=PRESS_DAY)
        table, columns = model._meta.db_table, [field.column for field in model._meta.fields]
        changed = {"text": "'{}'", "language": "'fr'", "change_note": "'x'", "kind": "'web'"}
        values = ", ".join(changed.get(column, column) for column in columns)
        with expect_refusal("never changed|sealed"), connection.cursor() as cursor:
            cursor.execute(f"REPLACE INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}")

    def test_pending_edition_is_deleted_with_its_parts(self) -> None:
        edition = create_edition([make_full_document()], available_from=PRESS_DAY)
        delete_pending_editions(edition)
        models: tuple[Any, ...] = (Edition, EditionDocument, SearchRow, *INDEX_MODELS)
        for model in models:
            assert not model.objects.exists()


@pytest.mark.usefixtures("committed")
class TestCommitComesBeforeTheInstant:
    def test_late_commit_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        instant = get_next_instant(timezone.now())
        monkeypatch.setattr(freezing, "encode_document", delay_function(encode_document, until=instant))
        with pytest.raises(IntegrityError, match="passed before it was committed"), transaction.atomic():
            create_edition([make_meeting_document()], available_from=instant)
        assert not Edition.objects.exists()
        assert not EditionDocument.objects.exists()

    @pytest.mark.postgresql
    def test_late_commit_is_refused_after_timely_writing(self) -> None:
        instant = get_next_instant(timezone.now())
        with pytest.raises(IntegrityError, match="passed before it was committed"), transaction.atomic():
            create_edition([make_meeting_document()], available_from=instant)
            sleep_past(instant)
        assert not Edition.objects.exists()

    def test_past_edition_cannot_be_deleted(self) -> None:
        edition = create_edition([make_meeting_document()], available_from=get_next_instant(timezone.now()))
        sleep_past(edition.available_from)
        with pytest.raises(IntegrityError, match="no longer be deleted"):
            delete_pending_editions(edition)
        with pytest.raises(IntegrityError, match="no longer be deleted"):
            Edition.objects.all().delete()
        assert edition.documents.count() == 1

    @pytest.mark.postgresql
    def test_part_cannot_be_added_by_another_session(self) -> None:
        instant = get_next_instant(timezone.now())
        edition = Edition(id=make_uuid("edition"), available_from=instant)
        document = StoredDocument.objects.create(digest="0" * 64, text="{}")
        beside = connection.copy()
        try:
            with pytest.raises(IntegrityError, match="passed before"), transaction.atomic():
                EditionDocument.objects.create(edition_id=edition.pk, language="fr", document=document)
                with beside.cursor() as cursor:  # another session seals the edition meanwhile
                    cursor.execute(
                        "INSERT INTO meetings_edition VALUES (%s, 'meeting', %s, %s, false, '', 'x/', 'en', '[]', "
                        "'', NULL, NULL, '2060-09-14', '', '', '', '', 'publication', %s, '')",
                        [edition.pk, make_uuid("meeting"), instant, instant],
                    )
                sleep_past(instant)
        finally:
            beside.close()
        assert not EditionDocument.objects.exists()

    @pytest.mark.postgresql
    def test_tables_cannot_be_truncated(self) -> None:
        edition = create_edition([make_meeting_document()], available_from=get_next_instant(timezone.now()))
        sleep_past(edition.available_from)
        with pytest.raises(IntegrityError, match="no longer be deleted"), connection.cursor() as cursor:
            cursor.execute("TRUNCATE meetings_edition CASCADE")


def sleep_past(instant: dt.datetime) -> None:
    time.sleep(max(0.0, (instant - timezone.now()).total_seconds()) + 0.05)


def delay_function(function: Any, until: dt.datetime) -> Any:
    def slow(*args: Any) -> Any:
        sleep_past(until)
        return function(*args)

    return slow


@pytest.mark.django_db
class TestLive:
    """`live` at an instant: the latest edition from that instant on, unless it is a tombstone."""

    def list_titles(self, at: dt.datetime) -> list[tuple[str, int]]:
        documents = EditionDocument.objects.live(at).in_language("en").with_history()
        return [
            (row.document.text.partition('"title":"')[2].partition('"')[0], row.history.number) for row in documents
        ]

    def test_nothing_is_live_before_the_first_edition(self) -> None:
        create_edition([make_meeting_document("One")], available_from=PRESS_DAY)
        assert self.list_titles(PRESS_DAY - dt.timedelta(microseconds=1)) == []

    def test_edition_is_live_from_its_instant(self) -> None:
        create_edition([make_meeting_document("One")], available_from=PRESS_DAY)
        assert self.list_titles(PRESS_DAY) == [("One", 1)]

    def test_later_edition_supersedes_earlier_one(self) -> None:
        create_edition([make_meeting_document("One")], available_from=PRESS_DAY)
        create_edition([make_meeting_document("Two")], available_from=PRESS_DAY + MINUTE)
        assert self.list_titles(PRESS_DAY + MINUTE) == [("Two", 2)]

    def test_editions_are_numbered_by_instant(self) -> None:
        create_edition([make_meeting_document("Two")], available_from=PRESS_DAY + DAY)
        create_edition([make_meeting_document("One")], available_from=PRESS_DAY)
        assert self.list_titles(PRESS_DAY + DAY) == [("Two", 2)]

    def test_tombstone_hides_earlier_editions(self) -> None:
        first = create_edition([make_meeting_document("One")], available_from=PRESS_DAY)
        create_tombstone(first, [build_tombstone()], available_from=PRESS_DAY + MINUTE)
        assert self.list_titles(PRESS_DAY + MINUTE) == []
        assert Edition.objects.current(PRESS_DAY + MINUTE).get().is_tombstone

    def test_new_edition_ends_a_withdrawal(self) -> None:
        first = create_edition([make_meeting_document("One")], available_from=PRESS_DAY)
        create_tombstone(first, [build_tombstone()], available_from=PRESS_DAY + MINUTE)
        create_edition([make_meeting_document("One")], available_from=PRESS_DAY + DAY)
        assert self.list_titles(PRESS_DAY + DAY) == [("One", 3)]
        history = EditionDocument.objects.live(PRESS_DAY + DAY).with_history().get().history
        assert (history.published_at, history.modified_at) == (PRESS_DAY + DAY, PRESS_DAY + DAY)


@pytest.mark.django_db
class TestModified:
    """`modified_at` is the start of the unbroken run of editions with the same digest in that language."""

    def get_modified_at(self, at: dt.datetime, language: str = "en") -> dt.datetime:
        live = EditionDocument.objects.live(at).in_language(language)
        modified = live.with_history().get().history.modified_at
        assert live.modified_since(modified).exists()
        assert not live.modified_since(modified + dt.timedelta(microseconds=1)).exists()
        return modified

    def test_same_document_keeps_modified_at(self) -> None:
        create_edition([make_meeting_document()], available_from=PRESS_DAY)
        create_edition([make_meeting_document()], available_from=PRESS_DAY + DAY)
        assert self.get_modified_at(PRESS_DAY + DAY) == PRESS_DAY

    def test_changed_document_updates_modified_at(self) -> None:
        create_edition([make_meeting_document("One")], available_from=PRESS_DAY)
        create_edition([make_meeting_document("Two")], available_from=PRESS_DAY + DAY)
        assert self.get_modified_at(PRESS_DAY + DAY) == PRESS_DAY + DAY

    def test_returning_text_counts_as_modified(self) -> None:
        for day, title in enumerate(["One", "Two", "One"]):
            create_edition([make_meeting_document(title)], available_from=PRESS_DAY + day * DAY)
        assert self.get_modified_at(PRESS_DAY + 2 * DAY) == PRESS_DAY + 2 * DAY

    def test_added_language_changes_no_other(self) -> None:
        french = make_meeting_document("Conseil", language=Language.FR)
        create_edition([make_meeting_document()], available_from=PRESS_DAY)
        create_edition([make_meeting_document(), french], available_from=PRESS_DAY + DAY)
        assert self.get_modified_at(PRESS_DAY + DAY, "en") == PRESS_DAY
        assert self.get_modified_at(PRESS_DAY + DAY, "fr") == PRESS_DAY + DAY


@pytest.mark.django_db
class TestEditionContents:
    def test_documents_are_shared_by_digest(self) -> None:
        for day in range(3):
            create_edition([make_meeting_document()], available_from=PRESS_DAY + day * DAY)
        stored = StoredDocument.objects.get()
        assert stored.text == encode_document(make_meeting_document())
        assert stored.digest == compute_digest(stored.text)

    def test_texts_are_not_stored_in_the_order_of_their_digests(self) -> None:
        """The public role sees after which of its rows a hidden one was stored, which would tell part of a digest."""
        store_documents(make_documents(20))
        place = {"sqlite": "rowid", "postgresql": "ctid"}[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT digest FROM meetings_storeddocument ORDER BY {place}")
            digests = [digest for (digest,) in cursor.fetchall()]
        assert len(digests) == 20
        assert digests != sorted(digests)

    def test_edition_has_one_document_per_language(self) -> None:
        edition = create_edition(
            [make_meeting_document(), make_meeting_document(language=Language.EL)], available_from=PRESS_DAY
        )
        assert edition.languages == ["el", "en"]
        shown = EditionDocument.objects.live(PRESS_DAY)
        assert [row.language for row in shown.in_language("el")] == ["el"]
        assert [row.language for row in shown.in_language("fi")] == ["en"]  # the source stands in

    def test_columns_repeat_the_source_document(self) -> None:
        edition = create_edition([make_full_document()], available_from=PRESS_DAY)
        facts = (
            edition.address,
            edition.configuration,
            edition.start_date,
            edition.end_date,
            edition.status,
            edition.city,
        )
        day = PRESS_DAY.date()
        assert facts == ("meetings/jha/2060/09/14-15-second/", "jha", day, day + DAY, "confirmed", "Luxembourg")

    def test_meeting_is_listed_by_its_date_or_else_by_the_last_one(self) -> None:
        day = PRESS_DAY.date()
        previous = [EarlierDate(start_date=day + DAY), EarlierDate(start_date=day + 2 * DAY)]
        for start, listed_on in ((day + 3 * DAY, day + 3 * DAY), (None, day + 2 * DAY)):
            document = make_meeting_document(id=uuid4(), start_date=start, end_date=start, previous=previous)
            assert create_edition([document], available_from=PRESS_DAY).listed_on == listed_on

    def test_item_has_the_day_of_its_session_and_a_point_its_own(self) -> None:
        document = make_full_document()
        start, day = document.start_date, PRESS_DAY.date() + DAY
        document.sessions[0].date, document.agenda[0].session = day, document.sessions[0].id
        document.programme[0].date = day
        document.programme.append(replace(document.programme[0], id=make_uuid("next"), date=None))
        create_edition([document], available_from=PRESS_DAY)
        assert [*IndexedItem.objects.order_by("position").values_list("date", flat=True)] == [day, start]
        assert [*IndexedPoint.objects.order_by("position").values_list("date", flat=True)] == [day, start]

    def test_earlier_days_of_a_meeting_and_of_its_points_are_indexed(self) -> None:
        document, day = make_full_document(), PRESS_DAY.date()
        document.previous = [EarlierDate(start_date=day - DAY), EarlierDate(start_date=day, end_date=day + DAY)]
        document.programme[0].previous = [EarlierTime(date=day), EarlierTime(time="10:00"), EarlierTime(date=day)]
        create_edition([document], available_from=PRESS_DAY)
        rows = IndexedEarlierDays.objects.order_by("point_id", "start_date").values_list("start_date", "end_date")
        assert {*rows.filter(point_id=None)} == {(day - DAY, day - DAY), (day, day + DAY)}
        assert [*rows.exclude(point_id=None)] == [(day, day)]

    def test_index_rows_cover_all_parts(self) -> None:
        document = make_full_document()
        document.agenda[0].topics, document.status = [topic], MeetingStatus.CANCELLED
        create_edition([document], available_from=PRESS_DAY)
        items = IndexedItem.objects.order_by("position")
        assert [(row.item_id, row.public, row.outcome, row.parent_id) for row in items] == [
            (make_uuid("item"), "yes", "general_approach", None),
            (make_uuid("part"), "", "", make_uuid("item")),
        ]
        assert set(IndexedReference.objects.values_list("kind", "reference")) == {
            ("document", "14996/1/22REV1"),
            ("whole_number", "14996/22"),
            ("procedure", "2016/0133(COD)"),
        }
        assert list(IndexedPoint.objects.values_list("kind", "time", "live")) == [
            ("press_conference", dt.time(13), True)
        ]
        assert list(IndexedLink.objects.order_by("position").values_list("owner_type", flat=True)) == [
            "meeting",
            "item",
            "result",
            "point",
            "result",
        ]
        assert list(IndexedTopic.objects.values_list("topic_id", "item_id")) == [
            (make_uuid("topic"), make_uuid("item"))
        ]
