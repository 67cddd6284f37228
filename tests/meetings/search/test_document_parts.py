"""Test that search finds the texts that the schema declares as searched, each in its language."""

from collections.abc import Iterator

from msgspec import Struct

from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.documents.members import TextRole, get_members
from meetings.documents.plain_text import html_to_search_text
from meetings.documents.traversal import walk_parts
from meetings.search.document_parts import build_search_parts
from tests.factories import make_full_document


def list_searched_texts(document: schema.MeetingDocument) -> Iterator[tuple[str, TextRole]]:
    owners: list[Struct] = [document, document.place, document.configuration, *document.programme[0].speakers]
    owners += [part for part in walk_parts(document) if part not in document.programme[0].links]
    for owner in owners:
        for name, member in get_members(type(owner)).items():
            value = getattr(owner, name)
            if member.search is not None:
                for text in value if isinstance(value, list) else [value]:
                    yield html_to_search_text(text), member.search


def test_every_searched_member_is_found_with_its_role() -> None:
    parts = list(build_search_parts(make_full_document()))
    found = {
        (text.text, text.role)
        for part in parts
        for text in (part.title, *part.references, *part.texts, *part.key_facts, *part.context)
    }
    expected = {(text, role) for text, role in list_searched_texts(make_full_document()) if text}
    assert expected - found == set()
    assert len(expected) > 30


def test_name_of_a_configuration_without_translation_is_in_the_source_language() -> None:
    document = make_full_document(language=Language.FI, fallbacks=["configuration.name"])
    [code, name, *_others] = next(iter(build_search_parts(document))).key_facts
    assert (code.text, code.language, name.text, name.language) == ("JHA", "fi", "Justice and Home Affairs", "en")


def test_links_of_programme_events_are_not_searched() -> None:
    texts = [text.text for part in build_search_parts(make_full_document()) for text in part.texts]
    assert "Link of the meeting" in texts
    assert "Link of the point" not in texts
