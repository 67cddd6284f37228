"""The page that approvers read has every text of the document, whatever the states of its parts: else readers would
find words in files, search and the API that nobody has approved.
"""

from collections.abc import Iterator
from enum import Enum
from itertools import count
from typing import Any

import pytest
from django.test import RequestFactory
from msgspec import Struct

from agenda.preview.views import build_publication, render_page_to_review
from meetings.documents.choices import MeetingStatus, PointState
from meetings.documents.members import PersonName, Text, get_members
from meetings.documents.schema import MeetingDocument
from meetings.documents.traversal import convert_to_list
from tests.factories import PRESS_DAY, make_full_document


def number_texts(owner: Struct, numbers: Iterator[int]) -> list[str]:
    """Give each text in a document or part a word of its own. Return the words."""
    words = []
    for name, member in get_members(type(owner)).items():
        value = getattr(owner, name)
        if isinstance(member, Text | PersonName) and value:
            words.append(word := f"word{next(numbers)}x")
            one = f"<p>{word}</p>" if member.is_html else word
            setattr(owner, name, [one] if isinstance(value, list) else one)
        for part in convert_to_list(value):
            words += number_texts(part, numbers) if isinstance(part, Struct) else []
    return words


def leave_choices_blank(owner: Struct) -> None:
    for name in get_members(type(owner)):
        value = getattr(owner, name)
        if isinstance(value, Enum) and "" in {choice.value for choice in type(value)}:
            setattr(owner, name, type(value)(""))
        for part in convert_to_list(value):
            if isinstance(part, Struct):
                leave_choices_blank(part)


def call_off(document: MeetingDocument) -> None:
    document.status = MeetingStatus.CANCELLED
    for point in document.programme:
        point.state = PointState.CANCELLED


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("change", [lambda document: None, leave_choices_blank, call_off])
def test_page_to_approve_has_every_text(change: Any) -> None:
    document = make_full_document()
    change(document)
    words = number_texts(document, count())
    publication = build_publication(document, "0" * 64, at=PRESS_DAY, number=1, languages=["en"])
    page = render_page_to_review(RequestFactory().get("/"), publication, PRESS_DAY)
    assert len(words) > 40
    assert [word for word in words if word not in page] == []
