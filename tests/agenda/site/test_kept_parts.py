"""Parts of pages are rendered once for a document, and follow everything that they depend on."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from meetings.documents import schema
from meetings.documents.choices import Language, LinkKind, PointKind, TimePrecision
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import create_edition
from meetings.site.kept_parts import kept_parts
from tests.admin_forms import create_client_with_role
from tests.council.middleware.test_time_travel import RETURN_TO_NOW, start_time_travel
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_configuration,
    make_meeting_document,
    make_uuid,
)
from tests.meetings.site.kept_parts import record_rendered_parts, render_all_parts
from tests.public_requests import Visitor, get_visible_text

__all__ = ["appears"]
PAGE, LATER = "/en/meetings/jha/2060/09/14/", PRESS_DATE + 2 * DAY
NEXT_DAY = LATER + DAY
ENV = schema.ConfigurationName(code="ENVI", slug="env", name="Environment")
TRAVEL_BANNER = "This is the site as it will be"
STREAM = schema.Link(id=make_uuid("link"), kind=LinkKind.LIVE_STREAM, title="Debate", url="https://video.example/")
TOPIC = schema.TopicName(id=make_uuid("topic"), slug="migration", title="Migration")


def make_note(title: str = "Asylum", **values: Any) -> MeetingDocument:
    result = schema.Result(id=make_uuid("result"), title="Agreed", date=PRESS_DATE)
    item = schema.Item(id=make_uuid("item"), title=title, links=[STREAM], topics=[TOPIC], result=result)
    point = schema.Point(
        id=make_uuid("point"), kind=PointKind.DOORSTEP, time="10:30", time_precision=TimePrecision.EXACT
    )
    return make_meeting_document(agenda=[item], programme=[point], **values)


def make_item(title: str = "Passports", **values: Any) -> schema.Item:
    return schema.Item(id=make_uuid("file item"), title=title, procedures=["2059/0133 (COD)"], **values)


def make_result(title: str) -> schema.Result:
    return schema.Result(id=make_uuid("result"), title=title, date=PRESS_DATE)


def make_point(days: int, time: str | None = None) -> schema.Point:
    """Return a doorstep some days after LATER."""
    precision = TimePrecision.EXACT if time else TimePrecision.RELATIVE
    facts: dict[str, Any] = {"id": make_uuid(f"point {days}"), "kind": PointKind.DOORSTEP, "date": LATER + days * DAY}
    return schema.Point(time=time, time_precision=precision, **facts)


def make_meeting_on(days: int, name: str, **values: Any) -> MeetingDocument:
    day = PRESS_DATE + days * DAY
    return make_meeting_version(name, start_date=day, end_date=day, **values)


def read_agenda(response: Any) -> str:
    return get_visible_text(response).partition("Link to “Asylum”")[2].partition("About this page")[0]


@pytest.fixture
def rendered(db: None, clock: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    make_configuration()
    create_edition([make_note()], available_from=PRESS_DAY)
    return record_rendered_parts(monkeypatch)


class TestMeetingPage:
    def test_second_request_renders_nothing(self, rendered: list[str], visitor: Visitor) -> None:
        first = visitor.get(PAGE).content
        assert visitor.get(PAGE).content == first
        assert rendered == ["agenda/meeting.html"]

    def test_page_is_rendered_again_when_a_meeting_beside_it_appears(
        self, rendered: list[str], visitor: Visitor, clock: Any
    ) -> None:
        assert "Next meeting" not in get_visible_text(visitor.get(PAGE))
        later = make_note(id=make_uuid("later"), start_date=LATER, end_date=LATER)
        create_edition([later], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        assert "Next meeting Thursday 16 September 2060" in get_visible_text(visitor.get(PAGE))

    def test_links_of_a_kept_page_lead_to_the_host_that_was_asked(
        self, rendered: list[str], visitor: Visitor, settings: Any
    ) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        for host in ("agendas.example", "agendas.example:8000"):
            assert f'rel="canonical" href="http://{host}{PAGE}"' in visitor.get(PAGE, headers={"host": host}).text

    def test_publication_of_another_text_shows_it(self, rendered: list[str], visitor: Visitor, clock: Any) -> None:
        visitor.get(PAGE)
        create_edition([make_note("Borders")], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        assert "Borders" in get_visible_text(visitor.get(PAGE))

    def test_dates_are_in_the_language_of_the_page(self, rendered: list[str], visitor: Visitor) -> None:
        assert "Tuesday 14 September 2060" in read_agenda(visitor.get(PAGE))
        assert "mardi 14 septembre 2060" in read_agenda(visitor.get(PAGE.replace("/en/", "/fr/")))

    def test_live_streams_end_with_the_meeting(self, rendered: list[str], visitor: Visitor, clock: Any) -> None:
        assert "(ended)" not in get_visible_text(visitor.get(PAGE))
        clock.move_to(PRESS_DAY + 2 * DAY)
        assert "live stream (ended)" in get_visible_text(visitor.get(PAGE)).casefold()

    def test_programme_follows_the_clock(self, rendered: list[str], visitor: Visitor, clock: Any) -> None:
        expected = []
        for at in (PRESS_DAY + 29 * MINUTE, PRESS_DAY + 30 * MINUTE, PRESS_DAY + DAY):
            clock.move_to(at)
            expected.append("Planned for 10:30" in get_visible_text(visitor.get(PAGE)))
        assert expected == [False, True, False]

    def test_translation_has_its_own_parts(self, rendered: list[str], visitor: Visitor, clock: Any) -> None:
        visitor.get(PAGE.replace("/en/", "/fr/"))
        create_edition([make_note(), make_note("Asile", language=Language.FR)], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        assert "Asile" in get_visible_text(visitor.get(PAGE.replace("/en/", "/fr/")))


class TestState:
    """Each test changes one thing, and compares the page with one that is rendered anew."""

    @pytest.fixture(autouse=True)
    def _configurations(self, db: None) -> None:
        make_configuration()
        make_configuration("env")

    @pytest.mark.parametrize(
        ("values", "days"),
        [
            pytest.param({}, (0, 1), id="meeting is over"),
            pytest.param({}, (-1, 0), id="meeting is today"),
            pytest.param({"programme": [make_point(1, "10:30")], "end_date": NEXT_DAY}, (0, 1), id="entry is next"),
            pytest.param({"programme": [make_point(0, "10:30")]}, (0, 1 / 24), id="entry is expected"),
            pytest.param(
                {"programme": [make_point(0), make_point(1)], "end_date": NEXT_DAY}, (0, 1), id="entry is over"
            ),
            pytest.param({"agenda": [make_item()]}, (2, 9), id="later meeting on a file is over"),
        ],
    )
    def test_page_of_a_meeting_follows_the_clock(
        self, visitor: Visitor, appears: EditionPublisher, clock: Any, values: dict[str, Any], days: tuple[float, float]
    ) -> None:
        address = appears(make_meeting_version("a", **{"start_date": LATER, "end_date": LATER} | values)).address
        appears(make_meeting_on(8, "b", configuration=ENV, agenda=[make_item()]))
        assert_page_follows(
            visitor, f"/en/{address}", *(partial(clock.move_to, PRESS_DAY + 2 * DAY + day * DAY) for day in days)
        )

    def test_page_of_a_meeting_follows_an_earlier_item_of_a_file(
        self, visitor: Visitor, appears: EditionPublisher
    ) -> None:
        address = appears(make_meeting_on(0, "a", agenda=[make_item()])).address
        earlier = [
            make_meeting_on(-9, "b", configuration=ENV, agenda=[make_item(result=make_result(title))])
            for title in ("Agreed", "Adopted")
        ]
        assert_page_follows(visitor, f"/en/{address}", *(partial(appears, document) for document in earlier))

    def test_page_of_a_meeting_follows_the_edition_before_its_last_change(
        self, visitor: Visitor, appears: EditionPublisher
    ) -> None:
        first, _second = (
            appears(make_meeting_on(0, "a", agenda=[make_item(title)])) for title in ("Fish", "Fisheries")
        )
        address = f"/en/{first.address}"
        assert_page_follows(visitor, address, partial(visitor.get, address), partial(appears.suppress, first))

    def test_page_of_a_meeting_follows_the_meetings_beside_it_and_the_next_ones(
        self, visitor: Visitor, appears: EditionPublisher
    ) -> None:
        address = appears(make_meeting_on(-9, "a", agenda=[make_item()])).address
        others = [
            make_meeting_on(-11, "first"),
            make_meeting_on(-8, "after"),
            make_meeting_on(8, "next"),
            make_meeting_on(7, "file", configuration=ENV, agenda=[make_item()]),
            make_meeting_on(6, "sooner"),
            make_meeting_on(-10, "before"),
        ]
        assert_page_follows(visitor, f"/en/{address}", *(partial(appears, document) for document in others))

    def test_list_follows_the_day_and_the_number_of_meetings_to_come(
        self, visitor: Visitor, appears: EditionPublisher, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("meetings.site.meeting_list.views.MAX_UPCOMING", 2)
        changes = [partial(appears, make_meeting_on(days, f"m{days}")) for days in (1, 2, 3)]
        assert_page_follows(visitor, "/en/meetings/", *changes, partial(clock.move_to, PRESS_DAY + DAY))


def assert_page_follows(visitor: Visitor, address: str, *changes: Callable[[], Any]) -> None:
    """Ask for a page after each change, and expect another page than before, as it would be rendered anew."""
    pages = []
    for change in changes:
        change()
        pages.append(visitor.get(address).text)
        with render_all_parts():
            assert pages[-1] == visitor.get(address).text
    assert len({*pages}) == len(changes)


class TestStores:
    @pytest.mark.parametrize("address", [PAGE, "/en/meetings/"])
    def test_nothing_is_kept_and_nothing_kept_is_used_during_time_travel(
        self, visitor: Visitor, rendered: list[str], address: str
    ) -> None:
        client = start_time_travel(create_client_with_role("Publishers"), "2060-09-14 10:01")
        for _request in range(2):
            assert TRAVEL_BANNER in get_visible_text(client.get(address))
        assert not rendered
        assert TRAVEL_BANNER not in get_visible_text(visitor.get(address))
        assert rendered
        assert TRAVEL_BANNER in get_visible_text(client.get(address))
        client.post(RETURN_TO_NOW)
        assert TRAVEL_BANNER not in get_visible_text(client.get(address))

    def test_page_with_a_query_takes_no_room_of_others(self, visitor: Visitor, rendered: list[str]) -> None:
        visitor.get(f"{PAGE}?x=1")
        assert rendered == ["agenda/meeting.html"]
        assert kept_parts.size == 0


class TestTopicPage:
    def test_meeting_is_marked_on_its_day_and_not_afterwards(
        self, rendered: list[str], visitor: Visitor, clock: Any
    ) -> None:
        topic = schema.TopicDocument(
            id=TOPIC.id, slug="migration", title="Migration", language=Language.EN, source_language=Language.EN
        )
        create_edition([topic], available_from=PRESS_DAY)
        assert "Today" in get_visible_text(visitor.get("/en/topics/migration/")).partition("Meetings on this topic")[2]
        clock.move_to(PRESS_DAY + DAY)
        page = get_visible_text(visitor.get("/en/topics/migration/")).partition("Meetings on this topic")[2]
        assert "Asylum" in page
        assert "Today" not in page
