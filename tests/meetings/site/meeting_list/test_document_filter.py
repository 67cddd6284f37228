"""The filter of the list of meetings by the number of a document: a bare number finds all its revisions."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest

from agenda.models import AgendaItem
from meetings.models import IndexedReference, Meeting
from tests.factories import make_meeting, publish_now
from tests.meetings.site.meeting_list.test_filters import list_days
from tests.public_requests import Visitor
from tests.worlds import share_world


def make_meeting_with_item(day: int, **facts: Any) -> Meeting:
    """Create a meeting in September with one item that has these values."""
    meeting = make_meeting(start_date=dt.date(2060, 9, day))
    AgendaItem.objects.create(meeting=meeting, title="Paper", position=9, **facts)
    return meeting


@share_world
def documents(clock: Any) -> None:
    """Publish a meeting on each of these days, with an item that has the document."""
    numbers = {
        1: "97810/26",
        2: "97810/1/26 REV 1",
        3: "97810/26 REV 2",
        4: "ST 97810/26 COR 1",
        5: "97810/2/26 REV 2 ADD 1",
        6: "97810/27",
        7: "97810/1/27 REV 1",
        8: "97810/261",
        9: "9781/26",
        10: "197810/26",
        11: "97810/26/17",
        12: "97810/26 INIT",
    }
    publish_now(clock, *(make_meeting_with_item(day, documents=[number]) for day, number in numbers.items()))


@pytest.mark.usefixtures("documents")
@pytest.mark.parametrize("asked", ["97810/26", " 97810 / 26", "ST 97810/26", "st-97810-2026", "97810/2026"])
def test_bare_number_finds_every_revision_and_no_other_document(visitor: Visitor, asked: str) -> None:
    assert list_days(visitor, f"document={asked}") == [1, 2, 3, 4, 5, 12]


@pytest.mark.usefixtures("documents")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("97810/1/26 REV 1", [2]),
        ("97810/26 REV 1", [2]),
        ("97810/26 REV 2", [3]),
        ("97810/26 COR 1", [4]),
        ("97810/26 INIT", [1, 12]),
        ("97810/3/26 REV 3", []),
    ],
)
def test_number_with_revision_finds_that_revision(visitor: Visitor, asked: str, found: list[int]) -> None:
    assert list_days(visitor, f"document={asked}") == found


@pytest.mark.usefixtures("documents")
def test_api_finds_exact_document_only(visitor: Visitor) -> None:
    found = visitor.get_json("meetings/?document=97810/26")["results"]
    assert sorted(meeting["start_date"][-2:] for meeting in found) == ["01", "12"]


@pytest.mark.once
def test_words_in_the_place_of_a_number_are_found_but_not_stored(visitor: Visitor, clock: Any, db: None) -> None:
    """The public role can read what an index has of texts that are not public yet."""
    written = [
        "Letter of Ruritania 7/26",
        "Iran.deal 12/26",
        "Consent 3/26",
        "COM(2026) 12 final",
        "PE-CONS 5/26 REV 1",
    ]
    publish_now(clock, make_meeting_with_item(20, documents=written))
    references = IndexedReference.objects.filter(kind="document", edition__start_date=dt.date(2060, 9, 20))
    found = set(references.values_list("reference", flat=True))
    assert {"COM(2026)12FINAL", "PE-CONS5/26REV1"} < found
    assert len(found) == 5
    assert not [reference for reference in found for word in ("RURIT", "IRAN", "CONSENT") if word in reference]
    assert [list_days(visitor, urlencode({"document": each})) for each in written] == [[20]] * 5
    assert list_days(visitor, urlencode({"document": "Letter of Ruritania 8/26"})) == []
