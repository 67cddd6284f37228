"""The status of each translated text: computed from the texts, and never stored."""

from typing import Any

from agenda.documents.translations.status import (
    TextState,
    TranslationCounts,
    get_translation_statuses,
    list_source_texts,
)
from agenda.documents.translations.translated_document import TranslatedText
from meetings.documents.encoding import compute_digest
from tests.factories import make_full_document, make_meeting_document, make_uuid

ITEM = make_uuid("item"), "title"


def build_texts(text: str, source: str = "Dublin regulation") -> dict[Any, TranslatedText]:
    return {ITEM: TranslatedText(text, compute_digest(source))}


def get_state(texts: Any, approved: Any = None, key: Any = ITEM, language: str = "fr") -> str:
    found = get_translation_statuses(make_full_document(), language, texts, approved or {})
    return next(str(status.state.value) for status in found if status.source.segment.key == key)


def test_state_of_a_text() -> None:
    assert get_state({}) == "missing"
    assert get_state(build_texts("")) == "missing"
    assert get_state(build_texts("Règlement de Dublin")) == "draft"
    assert get_state(build_texts("Règlement de Dublin", "Dublin rules")) == "out_of_date"
    assert get_state(build_texts("Règlement de Dublin"), build_texts("Règlement de Dublin")) == "reviewed"


def test_reviewed_needs_the_same_text_and_the_same_source() -> None:
    assert get_state(build_texts("Règlement de Dublin"), build_texts("Règlement Dublin")) == "draft"
    assert get_state(build_texts("Règlement de Dublin"), build_texts("Règlement de Dublin", "Dublin rules")) == "draft"
    stale = build_texts("Règlement de Dublin", "Dublin rules")
    assert get_state(stale, stale) == "out_of_date"


LEFT = "Ministers will discuss the state of play."


def get_text_with_sentence(text: str, is_confirmed: bool = False, approved: str = "") -> Any:
    """Return the status of a lead of one English sentence, translated as `text`."""
    document = make_meeting_document(lead=f"<p>{LEFT}</p>")
    key = document.id, "lead"
    digest = compute_digest(document.lead)
    stored = {key: TranslatedText(text, digest)}
    known = {key: TranslatedText(approved, digest)} if approved else {}
    statuses = get_translation_statuses(document, "fr", stored, known, is_confirmed=lambda path, digest: is_confirmed)
    return next(str(status.state.value) for status in statuses if status.source.segment.key == key)


def test_text_with_a_sentence_of_the_source_is_not_translated() -> None:
    text = f"<p>Bonjour. {LEFT}</p>"
    assert get_text_with_sentence(text) == "partial"
    assert get_text_with_sentence(text, is_confirmed=True) == "draft"
    assert get_text_with_sentence(text, approved=text) == "reviewed"
    assert get_text_with_sentence("<p>Les ministres feront le point.</p>") == "draft"
    counts = TranslationCounts(partial=1, draft=2)
    assert (counts.done, counts.total, counts.is_complete) == (2, 3, False)
    assert counts.summary == "2 of 3 translated, 1 partly in the original language"


def test_known_text_is_translated_automatically_unless_stored() -> None:
    city = make_uuid("meeting"), "city"
    assert get_state({}, key=city) == "known"
    assert get_state({city: TranslatedText("Luxembourg-ville", compute_digest("Luxembourg"))}, key=city) == "draft"


def test_url_of_a_link_is_optional() -> None:
    address = make_uuid("link item"), "url"
    assert get_state({}, key=address) == "optional"
    own = {address: TranslatedText("https://example.eu/fr", compute_digest("https://example.eu/item"))}
    assert get_state(own, key=address) == "draft"


def test_urls_follow_the_texts_of_their_links() -> None:
    paths = [status.segment.path for status in list_source_texts(make_full_document())]
    for name, texts in (("link item", ["title", "image.alt", "url"]), ("link point", ["title", "url"])):
        link = make_uuid(name)
        first = paths.index(f"links.{link}.title")
        assert paths[first : first + len(texts)] == [f"links.{link}.{text}" for text in texts]


def test_optional_and_automatic_texts_are_not_counted() -> None:
    source = make_full_document()
    before = TranslationCounts.count(get_translation_statuses(source, "fr", {}, {}))
    assert (before.done, before.total, before.is_started, before.is_complete) == (0, before.missing, False, False)
    texts = {
        status.source.segment.key: TranslatedText("Mot", status.source.digest)
        for status in get_translation_statuses(source, "fr", {}, {})
        if status.state == TextState.MISSING
    }
    complete = TranslationCounts.count(get_translation_statuses(source, "fr", texts, texts | build_texts("Autre")))
    assert (complete.total, complete.is_complete, complete.is_reviewed) == (before.total, True, False)
    assert complete.summary == f"{before.total} of {before.total} translated, {before.total - 1} reviewed"


def test_a_document_may_have_nothing_to_translate() -> None:
    assert (TranslationCounts().summary, TranslationCounts().is_complete, TranslationCounts().is_started) == (
        "nothing to translate",
        True,
        False,
    )
