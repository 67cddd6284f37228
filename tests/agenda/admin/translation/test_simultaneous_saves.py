"""Two people who save at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from django.utils import timezone

from agenda.documents.translations.occurrences import Replacement
from agenda.documents.translations.segments import Segment
from agenda.models import AgendaItem, Revision
from agenda.translation.find_and_replace import ReplacementError, find_everywhere, replace_everywhere
from agenda.translation.save import SaveResult, TranslationInput, compute_fingerprint, save_translations
from agenda.workflow.errors import WorkflowError
from meetings.documents.encoding import compute_digest
from meetings.models import Meeting, Translation
from tests.agenda.admin.translation.editor import create_meeting
from tests.factories import COMMAND, translate
from tests.locks import run_and_disconnect, wait_for_blocked_query

pytestmark = pytest.mark.postgresql


def test_simultaneous_saves_overwrite_no_text(committed: None) -> None:
    meeting: Meeting = create_meeting()
    item: AgendaItem = meeting.agenda.get()
    nothing = compute_fingerprint(Segment("", False, "", item.pk, "title"), "")
    start, results = threading.Barrier(3), dict[str, SaveResult]()

    def save(language: str, text: str) -> None:
        inputs = {(item.pk, "title"): TranslationInput(text, compute_digest("Migration policy"), nothing)}
        try:
            start.wait(10)
            results[text] = save_translations(meeting, language, inputs, by=COMMAND, now=timezone.now())
        finally:
            connections.close_all()

    saves = [("fr", "Politique migratoire"), ("fr", "Politique de migration"), ("fi", "Maahanmuuttopolitiikka")]
    threads = [threading.Thread(target=save, args=each) for each in saves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with_error = [text for text, result in results.items() if result.errors]
    assert len(results) == 3
    assert len(with_error) == 1
    assert set(Translation.objects.values_list("text", flat=True)) == {text for _language, text in saves} - {
        *with_error
    }
    assert {document.language for document in Revision.objects.first().documents.all()} == {"en", "fi", "fr"}  # type: ignore[union-attr]


def test_of_two_simultaneous_replacements_one_is_refused(committed: None) -> None:
    meeting = create_meeting()
    translate(meeting, meeting.agenda.get(), title="Migration policy, en français")
    corrections = [Replacement("Migration policy", "Migration policies")]
    found = find_everywhere(meeting, corrections, COMMAND)
    hits = [hit.id for place in found.places for hit in place.hits]
    start, results = threading.Barrier(2), list[str]()

    def correct() -> None:
        try:
            start.wait(10)
            done = replace_everywhere(meeting, corrections, hits, by=COMMAND, now=timezone.now())
            results.append(f"{done.places} places")
        except ReplacementError as error:
            results.append(str(error)[:31])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=correct) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == ["2 places", "Nothing was changed, because so"]
    assert meeting.agenda.get().title == "Migration policies"


def test_translation_of_a_note_that_a_colleague_deletes_is_refused(committed: None) -> None:
    meeting = create_meeting()
    with ThreadPoolExecutor() as threads:
        with transaction.atomic():
            Meeting.objects.all().delete()
            saving = threads.submit(
                run_and_disconnect, lambda: save_translations(meeting, "fr", {}, by=COMMAND, now=timezone.now())
            )
            wait_for_blocked_query()
        with pytest.raises(WorkflowError, match="has been deleted"):
            saving.result(10)
