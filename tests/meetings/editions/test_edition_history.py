"""The last change of a live text, its past editions by number, and what a suppressed edition shows of its change."""

import datetime as dt
from typing import Any

import pytest

from meetings.editions.edition_history import (
    ChangeBuilder,
    EditionHistory,
    build_changes,
    find_last_change,
    get_appeared_editions,
    load_document_keys,
)
from meetings.editions.freezing import create_edition
from meetings.models import Edition, EditionDocument, Erasure, StoredDocument
from tests.edition_publisher import FR, EditionPublisher, appears, make_meeting_version, translate_to_french
from tests.factories import MINUTE, PRESS_DAY, make_meeting_document

__all__ = ["appears"]
pytestmark = pytest.mark.django_db


def get_live(at: Any) -> EditionDocument:
    return EditionDocument.objects.live(at).with_history().get()


def test_text_as_first_published_has_no_change_and_costs_no_query(django_assert_num_queries: Any, clock: Any) -> None:
    create_edition([make_meeting_document()], available_from=PRESS_DAY + MINUTE)
    live = get_live(PRESS_DAY + MINUTE)
    with django_assert_num_queries(0):
        assert find_last_change(live) is None


def test_change_is_between_the_last_two_different_texts(django_assert_num_queries: Any, clock: Any) -> None:
    for number, title in enumerate(("One", "Two", "Two"), 1):
        create_edition([make_meeting_document(title)], available_from=PRESS_DAY + number * MINUTE)
    live = get_live(PRESS_DAY + 3 * MINUTE)
    with django_assert_num_queries(1):
        change = find_last_change(live)
    assert change
    assert change.range == "1..2"


def test_suppressed_edition_is_passed_over(appears: EditionPublisher) -> None:
    _first, second, third = (appears(make_meeting_version(title=title)) for title in ("One", "Two", "Three"))
    appears.suppress(second)
    change = find_last_change(get_live(third.available_from))
    assert change
    assert change.range == "1..3"


def test_change_of_a_suppressed_text_cannot_be_shown(appears: EditionPublisher) -> None:
    first, second = appears(make_meeting_version(title="One")), appears(make_meeting_version(title="Two"))
    appears.suppress(first)
    assert find_last_change(get_live(second.available_from)) is None


def test_first_text_in_a_language_is_no_change(appears: EditionPublisher) -> None:
    appears(make_meeting_version(title="One"))
    for lead in ("<p>Ministers meet.</p>", ""):
        document = make_meeting_version(title="One", lead=lead)
        edition = appears(document, translate_to_french(document, "Un"))
        live = EditionDocument.objects.live(edition.available_from).with_history().get(language="fr")
        change = find_last_change(live)
        assert (change and change.range) == ("2..3" if not lead else None)


class TestPastEditions:
    """A meeting is withdrawn after two editions, and then appears four times. Another meeting is withdrawn, too."""

    @pytest.fixture
    def editions(self, appears: EditionPublisher) -> list[Edition]:
        other = appears(make_meeting_version("other"))
        editions = [appears(make_meeting_version(title=title)) for title in ("One", "Two")]
        editions.append(appears.withdraw(editions[-1]))
        editions += [appears(make_meeting_version(title=title)) for title in ("Four", "Five", "Six", "Seven")]
        appears.withdraw(other)
        return editions

    @pytest.fixture
    def history(self, editions: list[Edition]) -> EditionHistory:
        live = EditionDocument.objects.live(editions[-1].available_from).filter(edition=editions[-1])
        return EditionHistory(live.with_history().get(), "en")

    def test_editions_before_the_withdrawal_are_closed(self, history: EditionHistory) -> None:
        assert history.get_by_number(1, 2) == {}
        listed = history.list_below(7, 10)
        assert [(past.number, past.is_readable) for past in listed] == [(6, True), (5, True), (4, True), (3, False)]

    def test_only_the_numbers_asked_for_are_returned(self, history: EditionHistory, editions: list[Edition]) -> None:
        found = history.get_by_number(4, 6, 8)
        assert {number: past.edition for number, past in found.items()} == {4: editions[3], 6: editions[5]}

    def test_only_the_newest_editions_below_a_number_are_listed(self, history: EditionHistory) -> None:
        assert [past.number for past in history.list_below(6, 1)] == [5]

    def test_suppressed_edition_is_listed_with_the_reason(
        self, history: EditionHistory, editions: list[Edition], appears: EditionPublisher
    ) -> None:
        appears.suppress(editions[4])
        listed = history.list_below(7, 2)
        assert [(past.is_readable, past.suppressed_because) for past in listed] == [
            (True, ""),
            (False, "A private number stood in it."),
        ]

    def test_edition_is_closed_by_the_next_withdrawal_of_its_subject(
        self, history: EditionHistory, editions: list[Edition]
    ) -> None:
        found = [history.find_withdrawal(number) for number in range(1, 8)]
        assert found == [editions[2], editions[2], editions[2], None, None, None, None]

    def test_edition_is_closed_by_the_first_withdrawal_after_it(
        self, history: EditionHistory, editions: list[Edition], appears: EditionPublisher
    ) -> None:
        second = appears.withdraw(editions[-1])
        found = [history.find_withdrawal(number) for number in (2, 4, 7)]
        assert found == [editions[2], second, second]


def test_changes_of_withdrawn_editions_are_left_out(appears: EditionPublisher) -> None:
    withdrawal = appears.withdraw(appears(make_meeting_version(title="One")))
    again = appears(make_meeting_version(title="Two"))
    at = again.available_from
    assert [*get_appeared_editions(at, at).order_by("available_from")] == [withdrawal, again]


def test_suppressed_correction_does_not_show_in_which_languages_it_differed(appears: EditionPublisher) -> None:
    appears(make_meeting_version(title="One"))
    suppressed = appears(make_meeting_version(title="Two"))
    last = appears(make_meeting_version(title="Three"))
    appears.suppress(suppressed)
    at = last.available_from
    changes = build_changes(get_appeared_editions(at, at).order_by("available_from"), "en", at)
    assert [(change.number, change.suppressed_because, change.languages) for change in changes] == [
        (1, "", ["en"]),
        (2, "A private number stood in it.", []),
        (3, "", ["en"]),
    ]


def test_suppressed_edition_shows_languages_and_address_of_the_live_one_only(appears: EditionPublisher) -> None:
    """While it is itself live for somebody who travels in time, it shows neither."""
    edition, document = appears(make_meeting_version("one")), make_meeting_version("one", address_word="two")
    live = appears(document, translate_to_french(document, "Deux"))
    appears.suppress(edition)

    def look(at: dt.datetime) -> tuple[str, str]:
        (change,) = build_changes(get_appeared_editions(at, at).filter(pk=edition.pk), "fr", at)
        return change.language, change.edition.address

    assert look(live.available_from) == ("fr", live.address)
    assert look(edition.available_from) == ("en", "meetings/")


def test_text_erased_while_the_response_is_built_counts_as_suppressed(appears: EditionPublisher) -> None:
    edition = appears(make_meeting_version(title="One"))
    at = appears(make_meeting_version(title="Two")).available_from
    editions = list(get_appeared_editions(at, at).order_by("available_from"))
    appears.suppress(edition)
    digest = edition.documents.get().document.digest
    Erasure.objects.create(digest=digest, at=PRESS_DAY, reason="Court order.")
    StoredDocument.objects.filter(digest=digest).update(text="")
    assert [change.is_suppressed for change in build_changes(editions, "en", at)] == [True, False]


def test_text_in_another_source_language_has_no_changed_members(appears: EditionPublisher) -> None:
    appears(make_meeting_version(title="One"))
    at = appears(make_meeting_version(title="Un", language=FR, source_language=FR)).available_from
    changes = build_changes(get_appeared_editions(at, at).order_by("available_from"), "en", at)
    assert [(change.languages, change.changed_members) for change in changes] == [(["en"], []), (["en", "fr"], [])]


def test_documents_and_live_editions_are_those_asked_for(appears: EditionPublisher) -> None:
    edition = appears(make_meeting_version())
    at = appears(make_meeting_version("other")).available_from
    assert load_document_keys([edition]) == {edition.pk: {"en": edition.documents.get().document_id}}
    assert ChangeBuilder([edition], "en", at).live == {edition.subject_id: edition}
