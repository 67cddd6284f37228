"""How each text of a document stands in another language: worked out from the texts, and never stored."""

from typing import Any

from agenda.translating import Made, TextState, TranslationCounts, get_translation_statuses, list_source_texts
from meetings.documents.text import digest_of
from tests.cast import full_document, named

ITEM = named("item"), "title"


def made(text: str, source: str = "Dublin regulation") -> dict[Any, Made]:
    return {ITEM: Made(text, digest_of(source))}


def state(texts: Any, approved: Any = None, key: Any = ITEM, language: str = "fr") -> str:
    found = get_translation_statuses(full_document(), language, texts, approved or {})
    return next(str(one.state.value) for one in found if one.source.segment.key == key)


def test_a_text_is_missing_a_draft_reviewed_or_out_of_date() -> None:
    assert state({}) == "missing"
    assert state(made("")) == "missing"
    assert state(made("Règlement de Dublin")) == "draft"
    assert state(made("Règlement de Dublin", "Dublin rules")) == "out_of_date"
    assert state(made("Règlement de Dublin"), made("Règlement de Dublin")) == "reviewed"


def test_reviewed_is_the_very_text_beside_the_very_source() -> None:
    assert state(made("Règlement de Dublin"), made("Règlement Dublin")) == "draft"
    assert state(made("Règlement de Dublin"), made("Règlement de Dublin", "Dublin rules")) == "draft"
    stale = made("Règlement de Dublin", "Dublin rules")
    assert state(stale, stale) == "out_of_date"


def test_what_reference_data_know_follows_by_itself_and_may_be_said_otherwise() -> None:
    city = named("meeting"), "city"
    assert state({}, key=city) == "known"
    assert state({city: Made("Luxembourg-ville", digest_of("Luxembourg"))}, key=city) == "draft"


def test_the_address_of_a_link_need_not_be_another_one() -> None:
    address = named("link item"), "url"
    assert state({}, key=address) == "optional"
    own = {address: Made("https://example.eu/fr", digest_of("https://example.eu/item"))}
    assert state(own, key=address) == "draft"


def test_addresses_stand_after_the_titles_of_their_links() -> None:
    paths = [one.segment.path for one in list_source_texts(full_document())]
    link = named("link item")
    assert paths[paths.index(f"links.{link}.title") + 1] == f"links.{link}.url"


def test_counts_leave_out_what_need_not_be_there() -> None:
    source = full_document()
    before = TranslationCounts.count(get_translation_statuses(source, "fr", {}, {}))
    assert (before.done, before.total, before.is_begun, before.is_complete) == (0, before.missing, False, False)
    texts = {
        one.source.segment.key: Made("Mot", one.source.digest)
        for one in get_translation_statuses(source, "fr", {}, {})
        if one.state == TextState.MISSING
    }
    complete = TranslationCounts.count(get_translation_statuses(source, "fr", texts, texts | made("Autre")))
    assert (complete.total, complete.is_complete, complete.is_reviewed) == (before.total, True, False)
    assert complete.summary == f"{before.total} of {before.total} translated, {before.total - 1} reviewed"


def test_a_document_may_have_nothing_to_translate() -> None:
    assert (TranslationCounts().summary, TranslationCounts().is_complete, TranslationCounts().is_begun) == (
        "nothing to translate",
        True,
        False,
    )
