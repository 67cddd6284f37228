"""A translator submits one spelling after the other, hundreds of times: this makes nothing slow for others."""

import tracemalloc
from typing import Any

import pytest
from msgspec.structs import replace

from agenda.models import AgendaItem, Revision, RevisionDocument
from agenda.workflow.authors import find_authors
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import find_approved_review, load_documents
from agenda.workflow.translation_submission import submit_translation
from meetings.editions.freezing import store_documents
from meetings.models import Meeting
from tests.admin_forms import sign_in
from tests.agenda.workflow.translations import (
    FRENCH,
    People,
    approve_english_text,
    approve_french_translation,
    create_translators,
    get_document,
    save_translation,
)
from tests.agenda.workflow.users import get_shown, save_changes
from tests.factories import MINUTE
from tests.processor_time import within

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return create_translators()


def submit_spellings(meeting: Meeting, people: People, count: int, spellings: int) -> None:
    """Submit so many French translations, with these many notices in turn. All but one are written at once."""
    save_translation(meeting, people, notice="Essai")
    last = submit_translation(meeting, "fr", by=people["theo"])
    digests = dict(last.documents.values_list("language", "document__digest"))
    [french] = load_documents([digests.pop("fr")])
    written = [store_documents([replace(french, notice=f"Essai {number}")])[0] for number in range(spellings)]
    fields = {
        field.attname: getattr(last, field.attname) for field in Revision._meta.concrete_fields if not field.primary_key
    }
    copies = Revision.objects.bulk_create(Revision(**fields) for _number in range(count))
    RevisionDocument.objects.bulk_create(
        RevisionDocument(revision=copy, language=language, document_id=digest)
        for number, copy in enumerate(copies)
        for language, digest in [*digests.items(), ("fr", written[number % spellings])]
    )


def test_approval_of_the_original_reads_few_translations(people: People, clock: Any) -> None:
    """All were loaded at once, while the note was locked: some 450 of a long note ended the process.

    The words that were approved before still go out with the new original.
    """
    meeting = approve_english_text(people)
    approve_french_translation(meeting, people)
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, title=f"Item {number}", position=number) for number in range(10, 60)
    )
    meeting = save_changes(meeting, notice="Corrected.")
    submit(meeting, by=people["anna"], languages=())
    submit_spellings(meeting, people, 200, spellings=200)
    shown = get_shown(meeting)
    tracemalloc.start()
    try:
        approve(meeting, by=people["paul"], shown=shown, languages=["en"])
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    [edition] = publish(meeting, by=people["paul"], note="The notice.")
    french = get_document(edition, "fr")
    assert (french.lead, french.notice) == (FRENCH, "Corrected.")


def test_act_that_waits_for_a_colleague_does_not_slow_down_the_first_page(people: People, clock: Any) -> None:
    """The authors of its text were looked for once for each submission, among all submissions."""
    meeting = approve_english_text(people)
    [older] = find_approved_texts(meeting)
    clock.shift(MINUTE)
    submit(save_changes(meeting, notice="Newer."), by=people["anna"])
    approve(meeting, by=people["petra"], shown=get_shown(meeting))
    send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="A comma.")
    [edition] = publish(meeting, by=people["paul"], shown=[older])
    clock.move_to(edition.available_from)
    submit_spellings(meeting, people, 1_500, spellings=2)
    client = sign_in("petra")
    with within(1):
        page = client.get("/admin/").content.decode()
    assert f"/admin/meetings/meeting/{meeting.pk}/confirm/" in page


def find_approved_texts(meeting: Meeting) -> list[str]:
    review = find_approved_review(meeting)
    assert review
    return review.get_approved_texts()[1]


def test_authors_of_many_translations_are_found_one_by_one(people: People, clock: Any) -> None:
    """All texts of the translations on the first page were decoded at once: a hundred of a long note took 140 MB."""
    meeting = approve_english_text(people)
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, title=f"Item {number} " * 8, position=number) for number in range(10, 60)
    )
    meeting = save_changes(meeting, notice="Corrected.")
    submit(meeting, by=people["anna"], languages=())
    submit_spellings(meeting, people, 100, spellings=100)
    submissions = [*Revision.objects.filter(why="submitted").order_by("-pk")[:100]]
    find_authors([(submissions[0], "fr")])
    tracemalloc.start()
    try:
        found = find_authors((each, "fr") for each in submissions)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert {*map(len, found.values())} == {1}
