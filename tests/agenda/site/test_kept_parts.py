"""Parts of pages are rendered once for a document, and follow everything that they depend on."""

from typing import Any

import pytest

from meetings.documents import schema
from meetings.documents.choices import Language, LinkKind, PointKind, TimePrecision
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import create_edition
from meetings.site.kept_parts import kept_parts
from tests.admin_forms import create_client_with_role
from tests.council.middleware.test_time_travel import RETURN_TO_NOW, start_time_travel
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_configuration,
    make_meeting_document,
    make_uuid,
)
from tests.meetings.site.kept_parts import record_rendered_parts
from tests.public_requests import Visitor, get_visible_text

PAGE, LATER = "/en/meetings/jha/2060/09/14/", PRESS_DATE + 2 * DAY
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
