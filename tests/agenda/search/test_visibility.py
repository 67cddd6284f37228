"""Search shows what is live and nothing else: neither a word, nor a count, nor that there would be something."""

import datetime as dt
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from agenda import suppressing
from agenda.models import AgendaItem
from agenda.suppressing import edition_numbered
from meetings.documents.legible import legible
from meetings.models import EditionDocument, Meeting, SearchRow
from tests.agenda.search.finding import approved, page, shown, titles
from tests.cast import (
    COMMAND,
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    make_meeting,
    make_topic,
    publish,
    published,
    translate,
    withdraw,
)
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db


def nothing_of(visitor: Visitor, word: str) -> bool:
    """The page is what it is for a word that nobody ever wrote."""
    told = page(visitor, word).replace(word, "·")
    return told == page(visitor, "Zanzibaq").replace("Zanzibaq", "·")


def make_item(meeting: Meeting, title: str, **facts: Any) -> AgendaItem:
    return AgendaItem.objects.create(meeting=meeting, title=title, **facts)


def test_a_draft_is_not_found(visitor: Visitor, clock: Any) -> None:
    make_meeting(lead="<p>Zanzibar</p>")
    make_topic(lead="<p>Zanzibar</p>")
    assert nothing_of(visitor, "Zanzibar")


def test_what_is_to_come_is_not_found_before_its_second(visitor: Visitor, clock: Any) -> None:
    publish(make_meeting(lead="<p>Zanzibar</p>"), at=PRESS_DAY + DAY)
    clock.move_to(PRESS_DAY + DAY - dt.timedelta(milliseconds=1))
    assert nothing_of(visitor, "Zanzibar")
    clock.move_to(PRESS_DAY + DAY)
    assert titles(visitor, "Zanzibar") == ["Justice and Home Affairs Council"]


def test_a_correction_to_come_changes_nothing_before_its_second(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting(lead="<p>Madagascar</p>")
    published(clock, meeting)
    before = page(visitor, "Madagascar")
    meeting.lead = "<p>Zanzibar</p>"
    meeting.save()
    publish(meeting, at=PRESS_DAY + DAY)
    assert nothing_of(visitor, "Zanzibar")
    assert page(visitor, "Madagascar") == before
    clock.move_to(PRESS_DAY + DAY)
    assert nothing_of(visitor, "Madagascar")
    assert len(shown(visitor, "Zanzibar")) == 1


def test_what_is_withdrawn_is_not_found(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting(lead="<p>Zanzibar</p>")
    published(clock, meeting)
    clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
    assert nothing_of(visitor, "Zanzibar")


def test_a_suppressed_edition_is_not_found_nor_an_erased_one_kept(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting(lead="<p>Zanzibar</p>")
    published(clock, meeting)
    meeting.lead = "<p>Madagascar</p>"
    meeting.save()
    published(clock, meeting)
    edition = edition_numbered(meeting, 1)
    suppressing.suppress(meeting, edition, by=COMMAND, reason="A number.")
    assert nothing_of(visitor, "Zanzibar")
    assert SearchRow.objects.filter(edition=edition).exists()
    suppressing.erase(meeting, edition, by=COMMAND, reason="A number.")
    assert not SearchRow.objects.filter(edition=edition).exists()
    assert len(shown(visitor, "Madagascar")) == 1


def test_the_text_of_another_language_is_not_found(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting(lead="<p>Whales</p>")
    translate(meeting, lead="<p>Baleines</p>")
    approved(clock, meeting)
    assert len(titles(visitor, "Baleines", "fr")) == 1
    assert titles(visitor, "Baleines") == []
    assert titles(visitor, "Whales", "fr") == []


def test_where_a_language_is_not_there_the_source_text_is_found(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting(lead="<p>Whales</p>")
    translate(meeting, lead="<p>Baleines</p>")
    approved(clock, meeting)
    [found] = shown(visitor, "whale", "fi", **{"in": "meetings"})
    assert found.path == f"/fi/meetings/jha/{PRESS_DATE:%Y/%m/%d}/"


def test_a_text_that_borrows_the_source_is_found_by_the_words_of_that(visitor: Visitor, clock: Any) -> None:
    """With their endings as the source language has them."""
    meeting = make_meeting(lead="<p>Whales</p>")
    make_item(meeting, "Fishing in stormy seas")
    translate(meeting, lead="<p>Baleines</p>")
    approved(clock, meeting)
    [found] = shown(visitor, "stormy sea", "fr")
    assert found.title == "Fishing in stormy seas"


class TestRows:
    def rows(self, clock: Any) -> Any:
        meeting = make_meeting()
        translate(meeting, lead="<p>Baleines</p>")
        return SearchRow.objects.filter(edition=approved(clock, meeting))

    def test_there_is_one_for_each_part_of_each_document(self, clock: Any) -> None:
        rows = self.rows(clock)
        assert sorted(rows.values_list("language", "kind")) == [
            ("en", "item"),
            ("en", "meeting"),
            ("fr", "item"),
            ("fr", "meeting"),
        ]

    def test_they_are_never_changed_added_to_or_taken_away(self, clock: Any) -> None:
        row = self.rows(clock).first()
        for act in (
            lambda: SearchRow.objects.update(title_words="x"),
            lambda: SearchRow.objects.all().delete(),
            lambda: SearchRow.objects.create(edition=row.edition, part_id=row.part_id, date=row.date, words="enx"),
        ):
            with pytest.raises(IntegrityError, match=r"never changed|sealed"), transaction.atomic():
                act()

    @pytest.mark.sqlite
    def test_they_are_not_replaced(self, clock: Any) -> None:
        self.rows(clock)
        columns = ", ".join(f'"{field.column}"' for field in SearchRow._meta.fields)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"REPLACE INTO meetings_searchrow ({columns}) SELECT {columns} FROM meetings_searchrow")

    def test_they_go_with_an_edition_that_is_called_off(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(lead="<p>Zanzibar</p>")
        publish(meeting, at=PRESS_DAY + DAY)
        assert SearchRow.objects.exists()
        publish(meeting, at=PRESS_DAY + 2 * DAY, pending="replace")
        assert SearchRow.objects.values("edition").distinct().count() == 1
        clock.move_to(PRESS_DAY + 2 * DAY)
        assert len(shown(visitor, "Zanzibar")) == 1

    def test_they_are_as_the_migration_writes_them(self, clock: Any) -> None:
        rows = self.rows(clock)
        migration = import_module("meetings.migrations.0019_search_rows_of_what_is_published")
        columns = ("language", "kind", "part_id", "configuration", "date", "title_words", "reference_words")
        written = sorted(rows.values_list(*columns))
        made = [
            tuple(facts[name] for name in columns)
            for held in EditionDocument.objects.select_related("document", "edition")
            for facts in migration.facts_of(legible(held.document.text, held.document_id), held.edition.listed_on)
        ]
        assert sorted(made) == written
