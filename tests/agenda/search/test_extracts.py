"""Extracts of the search results: where the words are, and the labels of the texts."""

import re
from typing import Any

import pytest

from agenda.models import AgendaItem, MediaLink
from tests.agenda.search.search_page import list_results, strip_html
from tests.factories import make_meeting, make_topic, publish_now
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db


def get_extracts(visitor: Visitor, typed: str, **more: Any) -> list[str]:
    """Return the extracts of the first result, with the highlighted words in brackets."""
    html = re.sub("<mark>(.*?)</mark>", r"[\1]", list_results(visitor, typed, **more)[0].html)
    return [strip_html(extract) for extract in re.findall(r'<p class="extract">(.*?)</p>', html, re.DOTALL)]


def test_list_entries_and_headings_are_separated(visitor: Visitor, clock: Any) -> None:
    entries = "<li>water</li><li>energy<ul><li>wind</li></ul></li><li>air</li>"
    lead = f"<h3>Nature</h3><p>Of these:</p><ul>{entries}</ul><p>That is all.</p>"
    publish_now(clock, make_meeting(lead=lead))
    assert get_extracts(visitor, "energy") == ["Nature Of these: • water • [energy] • wind • air – That is all."]


def test_short_texts_have_a_label(visitor: Visitor, clock: Any) -> None:
    topic, meeting = make_topic("whales", title="Whales"), make_meeting()
    item = AgendaItem.objects.get(meeting=meeting)
    item.topics.add(topic)
    MediaLink.objects.create(item=item, kind="web", title="Counting dolphins", url="https://sea.example/")
    publish_now(clock, topic, meeting)
    found = {"in": "items"}
    assert get_extracts(visitor, "whales", **found) == ["State of play.", "Topic: [Whales]"]
    assert get_extracts(visitor, "dolphins", **found) == ["State of play.", "Link: Counting [dolphins]"]


def test_facts_that_are_not_shown_have_a_label(visitor: Visitor, clock: Any) -> None:
    publish_now(clock, make_meeting(venue="Europa building", number="3560"))
    lead = "Ministers will discuss migration."
    assert get_extracts(visitor, "Europa") == [lead, "Venue: [Europa] building"]
    assert get_extracts(visitor, "3560") == [lead, "Number: [3560]"]
    assert get_extracts(visitor, "Anvelt") == [lead, "Chair: Andres [Anvelt]"]
    assert get_extracts(visitor, "JHA") == [lead]


def test_nested_item_shows_its_parent(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting()
    above = AgendaItem.objects.create(meeting=meeting, title="Other business", position=5)
    AgendaItem.objects.create(meeting=meeting, parent=above, title="Letter of a minister", position=6)
    publish_now(clock, meeting)
    assert get_extracts(visitor, "letter business") == ["Part of: Other [business]"]


def test_words_in_two_texts_give_two_extracts(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting(lead="<p>Ministers talk about water in all of the rivers of the Union.</p>")
    MediaLink.objects.create(meeting=meeting, kind="web", title="Energy from it", url="https://sea.example/")
    publish_now(clock, meeting)
    assert get_extracts(visitor, "water energy") == [
        "Ministers talk about [water] in all of the rivers of the Union.",
        "Link: [Energy] from it",
    ]
