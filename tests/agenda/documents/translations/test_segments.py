"""The texts of a document that can be translated, and rich text in blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.documents.translations.segments import Segment, TextBlock, list_segments, replace_block_texts, split_blocks
from agenda.models import MediaLink
from agenda.workflow.drafts import build_draft
from meetings.fields.richtext import clean_html
from tests.factories import (
    PRESS_DAY,
    make_configuration,
    make_full_document,
    make_meeting_document,
    make_topic,
    make_uuid,
    restore,
)

NESTED = "<p>One <strong>bold</strong></p><ul><li>two<ul><li>three</li></ul>four</li></ul><h3>five</h3>"


class TestSegments:
    def test_an_empty_document_has_no_segments(self) -> None:
        assert list(list_segments(make_meeting_document(title=""))) == []

    def test_segments_have_document_order_paths_and_kinds(self) -> None:
        found = list(list_segments(make_full_document()))
        item, part = make_uuid("item"), make_uuid("part")
        paths = [segment.path for segment in found]
        assert paths[:5] == ["title", "status_reason", "place.city", "place.venue", "previous.0.city"]
        in_item = [
            f"agenda.{item}.title",
            f"agenda.{item}.text",
            f"agenda.{item}.state_note",
            f"agenda.{item}.outcome_sought",
            f"agenda.{item}.information_from.0",
            f"agenda.{item}.supported_by.0",
            f"agenda.{item}.supported_by.1",
            f"agenda.{item}.legal_basis",
            f"links.{make_uuid('link item')}.title",
            f"agenda.{part}.title",
        ]
        assert [path for path in paths if path in in_item] == in_item
        notice = "This note has been drawn up under the responsibility of the press office."
        assert Segment("notice", False, notice, make_full_document().id, "notice") in found
        alert, result = make_uuid("alert"), make_uuid("item result")
        assert Segment(f"alerts.{alert}.text", False, "Press conference about 13:00.", alert, "text") in found
        assert Segment(f"results.{result}.text", True, "<p>Yes.</p>", result, "text") in found

    def test_entries_without_a_row_have_their_index_in_the_field(self) -> None:
        found = {segment.path: segment for segment in list_segments(make_full_document())}
        point, item = make_uuid("point"), make_uuid("item")
        assert (found[f"programme.{point}.speakers.0.role"].row, found[f"programme.{point}.speakers.0.role"].field) == (
            point,
            "speakers.0.role",
        )
        assert found[f"agenda.{item}.information_from.0"].text == "Presidency"

    @pytest.mark.django_db
    def test_segments_are_the_fallbacks_of_an_untranslated_document(self) -> None:
        make_configuration()
        document = build_draft(restore(make_full_document()), PRESS_DAY, language="fr")
        borrowed = {path for path in document.fallbacks if not path.startswith(("topics.", "configuration."))}
        assert {segment.path for segment in list_segments(document)} - borrowed == {
            *("title", "place.city", "place.venue", "previous.0.city", "previous.0.venue", "notice"),
            *(
                f"agenda.{make_uuid('item')}.{field}"
                for field in ("supported_by.0", "supported_by.1", "information_from.0")
            ),
            f"agenda.{make_uuid('item')}.outcome_sought",
            f"sessions.{make_uuid('session')}.title",
        }
        topic = make_topic(text="<p>Text.</p>")
        MediaLink.objects.create(topic=topic, title="Link")
        translated = build_draft(topic, PRESS_DAY, language="fr")
        assert sorted(segment.path for segment in list_segments(translated)) == translated.fallbacks


class TestBlocks:
    @pytest.mark.parametrize("html", ["", " ", "<p></p>", "<ul><li></li></ul>"])
    def test_empty_text_has_no_blocks(self, html: str) -> None:
        assert split_blocks(html) == []
        assert replace_block_texts(html, []) == html

    def test_paragraphs_list_items_and_headings_are_blocks(self) -> None:
        assert split_blocks(NESTED) == [
            TextBlock("p", "One <strong>bold</strong>"),
            TextBlock("li", "two"),
            TextBlock("li", "three"),
            TextBlock("li", "four"),
            TextBlock("h3", "five"),
        ]

    def test_block_texts_are_replaced(self) -> None:
        translated = replace_block_texts(NESTED, ["un", "deux", "trois", "quatre", "cinq"])
        assert translated == "<p>un</p><ul><li>deux<ul><li>trois</li></ul>quatre</li></ul><h3>cinq</h3>"

    def test_a_wrong_number_of_block_texts_is_refused(self) -> None:
        for texts in (["un"], ["un", "deux", "trois", "quatre", "cinq", "six"]):
            with pytest.raises(ValueError, match="argument 2"):
                replace_block_texts(NESTED, texts)

    @given(
        st.lists(
            st.sampled_from(["<p>", "</p>", "<li>", "</ul>", '<ol start="2">', "<br>", "<", ">", " ", "ά", "\0", "a"])
        )
    )
    def test_splitting_and_replacing_loses_nothing(self, pieces: list[str]) -> None:
        for html in ("".join(pieces), clean_html("".join(pieces))):
            assert replace_block_texts(html, [block.text for block in split_blocks(html)]) == html

    def test_plain_text_block_has_no_element(self) -> None:
        assert split_blocks("Words.") == [TextBlock("", "Words.")]
        assert not [segment for segment in list_segments(make_meeting_document()) if segment.rich]
        assert [segment.rich for segment in list_segments(make_meeting_document(lead="<p>x</p>"))] == [False, True]
