"""Two people who save at the same moment."""

import threading

import pytest
from django.db import connections
from django.utils import timezone

from agenda.models import AgendaItem, Revision
from agenda.translating import Replacement, Segment
from agenda.translations import (
    Given,
    ReplacementError,
    SaveResult,
    compute_fingerprint,
    find_everywhere,
    replace_everywhere,
    save_translations,
)
from meetings.documents.text import digest_of
from meetings.models import Meeting, Translation
from tests.agenda.translators.desk import a_meeting
from tests.cast import COMMAND, translate

pytestmark = pytest.mark.postgresql


def test_no_text_is_overwritten_and_no_language_waits_for_another(committed: None) -> None:
    meeting: Meeting = a_meeting()
    item: AgendaItem = meeting.agenda.get()
    nothing = compute_fingerprint(Segment("", False, "", item.pk, "title"), "")
    start, told = threading.Barrier(3), dict[str, SaveResult]()

    def save(language: str, text: str) -> None:
        given = {(item.pk, "title"): Given(text, digest_of("Migration policy"), nothing)}
        try:
            start.wait(10)
            told[text] = save_translations(meeting, language, given, by=COMMAND, now=timezone.now())
        finally:
            connections.close_all()

    saves = [("fr", "Politique migratoire"), ("fr", "Politique de migration"), ("fi", "Maahanmuuttopolitiikka")]
    threads = [threading.Thread(target=save, args=each) for each in saves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    refused = [text for text, kept in told.items() if kept.errors]
    assert len(told) == 3
    assert len(refused) == 1
    assert set(Translation.objects.values_list("text", flat=True)) == {text for _language, text in saves} - {*refused}
    assert {one.language for one in Revision.objects.first().documents.all()} == {"en", "fi", "fr"}  # type: ignore[union-attr]


def test_of_two_who_correct_the_same_one_is_told_to_look_again(committed: None) -> None:
    meeting = a_meeting()
    translate(meeting, meeting.agenda.get(), title="Migration policy, en français")
    corrections = [Replacement("Migration policy", "Migration policies")]
    found = find_everywhere(meeting, corrections, COMMAND)
    hits = [hit.id for place in found.places for hit in place.hits]
    start, told = threading.Barrier(2), list[str]()

    def correct() -> None:
        try:
            start.wait(10)
            done = replace_everywhere(meeting, corrections, hits, by=COMMAND, now=timezone.now())
            told.append(f"{done.places} places")
        except ReplacementError as error:
            told.append(str(error)[:31])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=correct) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == ["2 places", "Nothing was changed, because so"]
    assert meeting.agenda.get().title == "Migration policies"
