"""Why there will be an edition, whether readers get a note on it, and which translations may join it without one."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import timezone

from agenda.documents.translations.translated_document import TranslatedText, build_document_in_language
from agenda.workflow.unsaved_editions import (
    ChangeNote,
    get_reason_and_note,
    is_change_for_readers,
    merge_languages,
)
from meetings.documents.encoding import compute_digest, encode_document
from meetings.documents.schema import Item, MeetingDocument
from meetings.editions.freezing import create_edition, store_documents
from meetings.models import Edition, Erasure, StoredDocument
from tests.edition_publisher import EditionPublisher, appears
from tests.factories import DAY, PRESS_DAY, make_meeting_document, make_uuid

__all__ = ["appears"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]

SOURCE = make_meeting_document(lead="<p>Ministers meet.</p>", agenda=[Item(id=make_uuid("item"), title="Asylum")])
LEAD, ITEM = {(SOURCE.id, "lead"): "<p>Les ministres.</p>"}, {(make_uuid("item"), "title"): "Asile"}
OTHER_LEAD = {(SOURCE.id, "lead"): "<p>Les ministres se réunissent.</p>"}


@pytest.mark.parametrize(
    ("acts", "text", "reason", "minor"),
    [
        ("", "new", "publication", "publication"),
        ("schedule", "new", "publication", "publication"),
        ("publish", "new", "correction", "editorial"),
        ("publish", "live", "translation", "translation"),
        ("publish schedule", "live", "translation", "translation"),
        ("publish withdraw", "new", "again", "again"),
        ("publish withdraw publish", "new", "correction", "editorial"),
    ],
)
def test_first_editions_and_minor_corrections_have_no_note(
    appears: EditionPublisher, acts: str, text: str, reason: str, minor: str
) -> None:
    for act in acts.split():
        if act == "schedule":
            create_edition([make_meeting_document("Scheduled")], available_from=PRESS_DAY + DAY)
        elif act == "withdraw":
            appears.withdraw(Edition.objects.latest("available_from"))
        else:
            appears(SOURCE)
    digest = compute_digest(encode_document(SOURCE if text == "live" else make_meeting_document("New")))
    for is_editorial, expected in ((False, reason), (True, minor)):
        note = ChangeNote("The chair.", is_editorial)
        found = get_reason_and_note(SOURCE.id, {"en": digest}, timezone.now(), note)
        has_note = not is_editorial and reason != "publication"
        assert found == {"reason": expected, "change_note": "The chair." if has_note else ""}


def translate(source: MeetingDocument, texts: Mapping[Any, str]) -> MeetingDocument:
    """Return the French document; texts without a translation are fallbacks."""
    old = {(SOURCE.id, "lead"): source.lead, (make_uuid("item"), "title"): source.agenda[0].title}
    known = {key: TranslatedText(text, compute_digest(old[key])) for key, text in texts.items()}
    document = build_document_in_language(source, "fr", known)
    assert isinstance(document, MeetingDocument)
    return document


@pytest.mark.parametrize(
    ("known", "new", "facts", "joins"),
    [
        (LEAD, LEAD | ITEM, {}, True),
        ({}, LEAD | ITEM, {}, True),
        (LEAD, OTHER_LEAD | ITEM, {}, False),
        (LEAD, OTHER_LEAD, {}, False),
        (LEAD, ITEM, {}, False),
        (LEAD | ITEM, LEAD, {}, False),
        (ITEM, ITEM, {"lead": "<p>Ministers do not meet.</p>"}, False),
        (LEAD, LEAD | ITEM, {"document_number": "1/60"}, False),
    ],
)
def test_only_a_translation_of_fallbacks_joins_without_a_note(
    known: Mapping[Any, str], new: Mapping[Any, str], facts: dict[str, Any], joins: bool
) -> None:
    changed = make_meeting_document(**{"lead": SOURCE.lead, "agenda": SOURCE.agenda} | facts)
    before, after = store_documents([translate(SOURCE, known), translate(changed, new)])
    assert is_change_for_readers({"en": "a", "fr": before}, {"en": "a", "fr": after}) is not joins
    assert merge_languages({"fr": before}, {"fr": after}) == {"fr": after if joins else before}


def test_translation_of_an_erased_text_needs_a_note(appears: EditionPublisher) -> None:
    edition = appears(SOURCE, translate(SOURCE, LEAD))
    before = edition.documents.get(language="fr").document.digest
    [after] = store_documents([translate(SOURCE, LEAD | ITEM)])
    assert not is_change_for_readers({"fr": before}, {"fr": after})
    appears(make_meeting_document("In its place"))
    appears.suppress(edition)
    Erasure.objects.create(digest=before, at=PRESS_DAY, reason="Court order.")
    StoredDocument.objects.filter(digest=before).update(text="")
    assert is_change_for_readers({"fr": before}, {"fr": after})


@pytest.mark.parametrize(
    ("known", "texts", "is_change"),
    [
        ({"en": "a", "fr": "b"}, {"en": "a", "fr": "b"}, False),
        ({"en": "a"}, {"en": "a", "fr": "b"}, False),
        ({"en": "a", "fr": "b"}, {"en": "a"}, True),
        ({"en": "a"}, {"en": "b"}, True),
        ({}, {"en": "a"}, False),
    ],
)
def test_readers_notice_another_text_or_none(known: dict[str, str], texts: dict[str, str], is_change: bool) -> None:
    assert is_change_for_readers(known, texts) is is_change


def test_edition_keeps_its_texts_and_takes_new_languages(django_assert_num_queries: Any) -> None:
    current = {"de": "a", "en": "b", "fr": "c"}
    assert [*merge_languages(current, {"fr": "c", "en": "x", "bg": "d"}).items()] == [
        ("fr", "c"), ("bg", "d"), ("de", "a"), ("en", "b"),
    ]  # fmt: skip
    with django_assert_num_queries(0):
        assert merge_languages(current, current) == current
