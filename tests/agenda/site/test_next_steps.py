"""What happens next, below a meeting that is over."""

import re
from typing import Any

import pytest

from meetings.documents.choices import ItemState, LinkKind, MeetingStatus, Outcome
from meetings.documents.schema import Item, Link, MeetingDocument, Result
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version
from tests.factories import DAY, PRESS_DATE, make_configuration, make_uuid
from tests.public_requests import Visitor, get_visible_text

__all__ = ["appears"]
HEADING = "What happens next"
CODE, FILE = "2059/0133 (COD)", "/en/files/2059-0133-cod/"


@pytest.fixture(autouse=True)
def _configuration(db: None) -> None:
    make_configuration()


def make_item(name: str = "item", **values: Any) -> Item:
    return Item(id=make_uuid(name), **{"title": "Passports", "procedures": [CODE]} | values)


def make_meeting_on(days: int, name: str = "meeting", *items: Item, **values: Any) -> MeetingDocument:
    """Return a meeting some days from the day of the tests."""
    day = PRESS_DATE + days * DAY
    members: dict[str, Any] = {"start_date": day, "end_date": day, "agenda": list(items)}
    return make_meeting_version(name, **members | values)


def read_section(visitor: Visitor, address: str) -> tuple[str, str]:
    """Return the text and the HTML of the section; empty if there is none."""
    response = visitor.get(f"/en/{address}")
    assert response.status_code == 200
    section = re.search(r'<section class="next-steps".*?</section>', response.content.decode(), re.DOTALL)
    html = section[0] if section else ""
    text = get_visible_text(response).rpartition(HEADING)[2] if html else ""
    return text, html


def test_meeting_that_is_over_names_the_next_meeting(visitor: Visitor, appears: EditionPublisher) -> None:
    past = appears(make_meeting_on(-30, "past"))
    appears(make_meeting_on(-20, "between"))
    appears(make_meeting_on(5, "off", status=MeetingStatus.CANCELLED))
    following = appears(make_meeting_on(40, "later"))
    appears(make_meeting_on(60, "last"))
    text, html = read_section(visitor, past.address)
    assert "Next meeting of this configuration Justice and Home Affairs , Sunday 24 October 2060" in text
    assert f'href="/en/{following.address}"' in html


@pytest.mark.parametrize("days", [0, 10])
def test_meeting_that_is_not_over_says_nothing(visitor: Visitor, appears: EditionPublisher, days: int) -> None:
    edition = appears(make_meeting_on(days, "meeting", make_item()))
    appears(make_meeting_on(40, "later"))
    assert HEADING not in get_visible_text(visitor.get(f"/en/{edition.address}"))


def test_nothing_known_gives_no_heading(visitor: Visitor, appears: EditionPublisher) -> None:
    edition = appears(make_meeting_on(-1))
    assert HEADING not in get_visible_text(visitor.get(f"/en/{edition.address}"))


def test_documents_to_come_are_those_that_the_office_announced(visitor: Visitor, appears: EditionPublisher) -> None:
    def make_link(name: str, kind: LinkKind, url: str = "") -> Link:
        return Link(id=make_uuid(name), kind=kind, title=name, url=url)

    result = Result(id=make_uuid("result"), links=[make_link("Conclusions on fish", LinkKind.CONCLUSIONS)])
    item = make_item(links=[make_link("Press release on fish", LinkKind.PRESS_RELEASE)], result=result, procedures=[])
    links = [
        make_link("Recording", LinkKind.RECORDING, "https://video.example/"),
        make_link("Old stream", LinkKind.LIVE_STREAM),
        make_link("Background", LinkKind.BACKGROUND),
        make_link("Photos", LinkKind.PHOTOS),
    ]
    text, html = read_section(visitor, appears(make_meeting_on(-1, "meeting", item, links=links)).address)
    assert "Documents to come Photos Photo gallery Press release on fish Press release Passports" in text
    assert "Conclusions on fish Conclusions Passports" in text
    assert f'<a href="#item-{item.id}">Passports</a>' in html
    for words in ("Recording", "Old stream", "Background"):
        assert words not in html


def test_files_lead_to_the_next_meeting_on_them(visitor: Visitor, appears: EditionPublisher) -> None:
    edition = appears(
        make_meeting_on(-30, "past", make_item(), make_item("other", title="Visas", procedures=["2059/0134 (COD)"]))
    )
    appears(make_meeting_on(-60, "before", make_item("item before")))
    appears(make_meeting_on(8, "postponed", make_item("put off", state=ItemState.POSTPONED)))
    later = appears(make_meeting_on(10, "later", make_item("again")))
    text, html = read_section(visitor, edition.address)
    assert '<li data-body="jha">' in html
    assert f"Where its files go JHA Friday 24 September 2060 {CODE} Passports" in text
    assert f'href="/en/{later.address}#item-{make_uuid("again")}"' in html
    assert "No later meeting is published on: 2059/0134 (COD)" in text
    assert f'href="{FILE}"' in html


def test_what_is_over_is_told_in_the_past_with_its_outcome(visitor: Visitor, appears: EditionPublisher) -> None:
    edition = appears(make_meeting_on(-30, "past", make_item()))
    result = Result(id=make_uuid("result"), outcome=Outcome.GENERAL_APPROACH)
    later = appears(make_meeting_on(-10, "later", make_item("again", result=result)))
    text, html = read_section(visitor, edition.address)
    day = "Saturday 4 September 2060"
    assert f"What happened to its files afterwards JHA General approach , {day} {CODE} Passports" in text
    assert f'href="/en/{later.address}#item-{make_uuid("again")}"' in html
    assert "Where its files go" not in text


def test_file_with_a_past_and_a_coming_meeting_shows_both(visitor: Visitor, appears: EditionPublisher) -> None:
    edition = appears(make_meeting_on(-30, "past", make_item()))
    for name, days in (("since", -10), ("today", 0), ("later", 10)):
        appears(make_meeting_on(days, name, make_item(f"item {name}")))
    text, _html = read_section(visitor, edition.address)
    assert f"Where its files go JHA Tuesday 14 September 2060 {CODE} Passports" in text
    assert f"What happened to its files afterwards JHA Saturday 4 September 2060 {CODE} Passports" in text
    assert "24 September" not in text


def test_only_what_is_live_counts(visitor: Visitor, appears: EditionPublisher) -> None:
    edition = appears(make_meeting_on(-30, "past", make_item()))
    later = appears(make_meeting_on(10, "later", make_item("again")))
    appears.withdraw(later)
    text, html = read_section(visitor, edition.address)
    assert f"No later meeting is published on: {CODE}" in text
    assert later.address not in html
    assert "Next meeting" not in html


@pytest.mark.parametrize("number", [1, 8])
def test_query_count_does_not_depend_on_the_amount_of_data(
    visitor: Visitor, appears: EditionPublisher, number: int
) -> None:
    codes = [f"2059/{n:04} (COD)" for n in range(number)]
    items = [make_item(code, procedures=[code]) for code in codes]
    edition = appears(make_meeting_on(-30, "past", *items))
    for n in range(number):
        appears(make_meeting_on(n + 1, f"later {n}", make_item(f"item {n}", procedures=codes)))
    visitor.get(f"/en/{edition.address}")
    assert len(visitor.queries) == 6  # the document, the meetings before and after, earlier items, the next two steps


def test_next_meeting_follows_the_day(visitor: Visitor, appears: EditionPublisher, clock: Any) -> None:
    past, following = appears(make_meeting_on(-30, "past")), appears(make_meeting_on(1, "later"))
    assert following.address in read_section(visitor, past.address)[1]
    clock.move_to(appears.instant + 2 * DAY)
    assert following.address not in read_section(visitor, past.address)[1]
