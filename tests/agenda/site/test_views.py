"""The public pages of meetings and topics: addresses, content and numbers of queries."""

import datetime as dt
import re
from typing import Any

import pytest
from msgspec.structs import replace

from agenda.documents.building import build_topic
from agenda.models import AgendaItem
from meetings.documents import schema
from meetings.documents.choices import Language, PointKind
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.editions.freezing import create_edition
from meetings.models import Edition, Meeting, ProgrammePoint, Session
from meetings.models.edition import ADDRESS_KEY_LENGTH
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DAY,
    make_configuration,
    make_documents,
    make_full_document,
    make_meeting,
    make_meeting_document,
    make_topic,
    make_uuid,
    publish,
    publish_now,
    restore,
    withdraw,
)
from tests.public_requests import Visitor, get_visible_text

PAGE = "/en/meetings/jha/2060/09/14/"


def find_words_with_one_key() -> tuple[str, str]:
    """Return two words that make addresses of meetings with the same key."""
    known: dict[str, str] = {}
    for number in range(2 * 16**ADDRESS_KEY_LENGTH):
        edition = Edition(address=f"meetings/jha/2060/09/14-word-{number}/")
        key = Edition._meta.get_field("address_key").pre_save(edition, add=True)
        first = known.setdefault(key, f"word-{number}")
        if first != f"word-{number}":
            return first, f"word-{number}"
    raise AssertionError("No key was found twice.")


@pytest.mark.django_db
class TestAddresses:
    def test_unknown_address_is_404(self, visitor: Visitor, clock: Any) -> None:
        make_configuration("env")
        publish_now(clock, make_meeting())
        for address in (
            "/en/meetings/jha/2060/09/15/",
            "/en/meetings/env/2060/09/14/",
            "/en/meetings/jha/2060/09/14-15/",
            "/en/meetings/jha/2060/09/14%00/",
            "/en/meetings/nobody/",
            "/en/topics/nothing/",
            "/fi/meetings/jha/2060/09/15/",
        ):
            assert visitor.get(address).status_code == 404, address

    def test_meeting_address_contains_its_dates(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        addresses: dict[str, Any] = {
            "/en/meetings/jha/2060/09/14/": {},
            "/en/meetings/jha/2060/09/14-15/": {"end_date": dt.date(2060, 9, 15)},
            "/en/meetings/jha/2060/11/30-01/": {
                "start_date": dt.date(2060, 11, 30),
                "end_date": dt.date(2060, 12, 1),
            },
            "/en/meetings/jha/2060/12/31-01/": {
                "start_date": dt.date(2060, 12, 31),
                "end_date": dt.date(2061, 1, 1),
            },
            "/en/meetings/jha/2060/09/14-informal/": {"address_word": "informal"},
        }
        for address, values in addresses.items():
            document = make_meeting_document(f"Meeting at {address}", id=make_uuid(address), **values)
            create_edition([document], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        for address in addresses:
            assert f"Meeting at {address}" in get_visible_text(visitor.get(address))

    def move(self, clock: Any) -> Any:
        meeting = make_meeting()
        publish_now(clock, meeting)
        meeting.start_date = meeting.end_date = PRESS_DAY.date() + DAY
        meeting.status_reason = "The airport is closed."
        meeting.save()
        publish_now(clock, meeting)
        return meeting

    def test_old_address_of_a_moved_meeting_redirects(self, visitor: Visitor, clock: Any) -> None:
        self.move(clock)
        response = visitor.get(PAGE)
        assert (response.status_code, response["Location"]) == (302, "/en/meetings/jha/2060/09/15/")
        assert "The airport is closed." in get_visible_text(visitor.get(response["Location"]))
        assert visitor.get(PAGE.replace("/en/", "/mt/"))["Location"] == "/mt/meetings/jha/2060/09/15/"

    def test_other_meeting_may_take_over_an_old_address(self, visitor: Visitor, clock: Any) -> None:
        self.move(clock)
        publish_now(clock, make_meeting(lead="<p>The other one.</p>"))
        assert "The other one." in get_visible_text(visitor.get(PAGE))

    def test_meeting_postponed_without_a_date_keeps_its_address(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        meeting.start_date = meeting.end_date = None
        meeting.status, meeting.status_reason = "postponed", "The airport is closed."
        meeting.save()
        publish_now(clock, meeting)
        assert "The airport is closed." in get_visible_text(visitor.get(PAGE))
        assert visitor.get("/en/").status_code == visitor.get("/en/meetings/").status_code == 200

    def test_withdrawn_meeting_shows_the_notice_only(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(venue="Zanzibar")
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        response = visitor.get(PAGE)
        assert response.status_code == 410
        assert "Sent too early." in get_visible_text(response)
        assert "Zanzibar" not in get_visible_text(response)
        for page in ("/en/", "/en/meetings/", "/en/meetings/jha/"):
            assert PAGE not in visitor.get(page).content.decode()

    def test_address_with_the_key_of_another_is_not_found(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        words = find_words_with_one_key()
        create_edition([make_meeting_document(address_word=words[0])], available_from=PRESS_DAY)
        addresses = [f"{PAGE[:-1]}-{word}/{below}" for word in words for below in ("", "meeting.ics")]
        assert [visitor.get(address).status_code for address in addresses] == [200, 200, 404, 404]


@pytest.mark.django_db
class TestMeetingPage:
    def test_every_member_of_the_document_is_shown(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        topic = make_topic()
        document = make_full_document()
        document.agenda[0].topics = [schema.TopicName(id=topic.pk, slug=topic.slug, title=topic.title)]
        publish_now(clock, restore(document), topic)
        response = visitor.get("/en/meetings/jha/2060/09/14-15-second/")
        page = get_visible_text(response)
        for phrase in (
            *("3560", "The airport was closed.", "Luxembourg", "European Convention Center", "Justus Lipsius"),
            *("12644/60", "OJ CONS 57", "Andres Anvelt", "Lead with a", "Home Affairs", "Room 1", "Session text."),
            *("8 b", "Dublin regulation", "nested", "To be taken up in October.", "General approach", "Presidency"),
            *("Greece", "Malta", "14996/1/22 REV 1", "2016/0133 (COD)", "Article 78(2) TFEU", "Migration policy"),
            *(
                "Agreed",
                "Resettlement",
                "In the press room.",
                "about 13:00",
                "Press room 2",
                "was 12:00 , Press room 1",
            ),
            *(
                "Main result",
                "Press officer on duty",
                "+32 2 555 00 00",
                "press@example.eu",
                "A vote may be requested.",
            ),
            *("Press conference about 13:00.", "drawn up under the responsibility of the press office", "Done."),
            *(f"Link of the {owner}" for owner in ("meeting", "item", "point", "result", "item result")),
        ):
            assert phrase in page, phrase
        html = response.content.decode()
        assert "<strong>bold</strong>" in html
        assert "<li>nested</li>" in html
        assert f'id="item-{make_uuid("item")}"' in html

    def test_link_without_an_address_is_plain_text(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        html = visitor.get(PAGE).content.decode()
        assert "Migratory pressures" in html
        assert 'href=""' not in html
        assert 'href="#"' not in html

    def test_called_off_meeting_has_no_link_to_watch(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(status="cancelled", status_reason="Strike."))
        html = visitor.get(PAGE).content.decode()
        assert "Strike." in html
        assert "Where to watch" not in html
        assert "Live stream" in html  # The link itself is still shown.

    def test_session_without_items_keeps_its_place(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        later = Session.objects.create(meeting=meeting, title="Other matters", text="<p>Nothing yet.</p>")
        Session.objects.create(meeting=meeting, title="Empty heading")
        publish_now(clock, meeting)
        page = get_visible_text(visitor.get(PAGE))
        assert page.index("Migration policy") < page.index(later.title) < page.index("Nothing yet.")
        assert "Empty heading" not in page

    def test_items_without_a_session_have_their_own_heading(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        AgendaItem.objects.create(meeting=meeting, title="Any other matter")
        publish_now(clock, meeting)
        assert "Other items Any other matter" in get_visible_text(visitor.get(PAGE)).replace("# ", "")
        alone = make_meeting("env")
        alone.sessions.all().delete()
        publish_now(clock, alone)
        assert "Other items" not in get_visible_text(visitor.get("/en/meetings/env/2060/09/14/"))

    def test_text_in_another_language_is_marked(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(source_language="el", lead="<p>Οι υπουργοί θα συζητήσουν.</p>"))
        html = visitor.get(PAGE).content.decode()
        assert "Οι υπουργοί θα συζητήσουν." in html
        assert 'lang="el"' in html

    def test_correction_is_shown_with_its_note(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        meeting.lead = "<p>Corrected.</p>"
        meeting.save()
        publish_now(clock, meeting, note="The lead was wrong.")
        page = get_visible_text(visitor.get(PAGE))
        assert "Corrected." in page
        assert "The lead was wrong." in page
        assert re.search(r"[Ee]dition 2", page)


@pytest.mark.django_db
class TestListsAndHomePage:
    def test_home_lists_meetings_without_a_date_last(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(start_date=PRESS_DAY.date() + DAY)
        publish_now(clock, meeting)
        Meeting.objects.update(
            start_date=None, end_date=None, status="postponed", status_reason="The hall was flooded."
        )
        publish_now(clock, meeting)
        publish_now(clock, make_meeting("env", start_date=PRESS_DAY.date() + 9 * DAY))
        html = visitor.get("/en/").content.decode().partition('<h2 id="next"')[2]  # without the week list
        assert html.index("/en/meetings/env/2060/09/23/") < html.index("/en/meetings/jha/2060/09/15/")
        assert "No date yet" in html
        assert "Press conference" not in html.partition("No date yet")[2].partition("</li>")[0]
        clock.move_to(PRESS_DAY + 40 * DAY)
        assert "No date yet" not in visitor.get("/en/").content.decode()

    def test_home_does_not_announce_a_called_off_meeting(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(status="cancelled", status_reason="Nobody could travel."))
        html = visitor.get("/en/").content.decode()
        assert "Cancelled" in html
        assert "Press conference:" not in html

    def test_home_shows_today_then_next_then_latest_meetings(self, visitor: Visitor, clock: Any) -> None:
        today = PRESS_DAY.date()
        for slug, day in (("jha", today), ("env", today + DAY), ("fac", today - DAY)):
            publish_now(clock, make_meeting(slug, start_date=day))
        html = visitor.get("/en/").content.decode()
        positions = [
            html.index(f'href="/en/meetings/{slug}/2060/09/{day}/"')
            for slug, day in (("jha", 14), ("env", 15), ("fac", 13))
        ]
        assert positions == sorted(positions)
        assert "about 13:00" in html

    def test_today_is_the_date_in_brussels(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(start_date=PRESS_DAY.date() + DAY))
        clock.move_to(dt.datetime(2060, 9, 14, 21, 59, 59, tzinfo=dt.UTC))
        before = visitor.get("/en/").content
        clock.move_to(dt.datetime(2060, 9, 14, 22, 0, tzinfo=dt.UTC))  # midnight in Brussels
        assert b"There are no meetings today." in before
        assert b"Next today" in visitor.get("/en/").content

    def test_list_is_filtered_by_configuration_and_year(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(), make_meeting("env", start_date=dt.date(2017, 6, 1)))
        for query, shown in (
            ("", {"jha", "env"}),
            ("?configuration=env", {"env"}),
            ("?year=2060", {"jha"}),
            ("?year=x", {"jha", "env"}),
        ):
            html = visitor.get(f"/en/meetings/{query}").content.decode()
            assert set(re.findall(r'href="/en/meetings/(\w+)/20\d\d/', html)) == shown

    def test_configuration_page_shows_its_own_meetings_only(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(), make_meeting("env"))
        html = visitor.get("/en/meetings/env/").content.decode()
        assert "/en/meetings/env/2060/09/14/" in html
        assert "/en/meetings/jha/2060/09/14/" not in html

    def test_list_is_paginated(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        for number in range(1, 22):
            day = PRESS_DAY.date() - number * DAY
            document = make_meeting_document(id=make_uuid(f"{day}"), start_date=day, end_date=day)
            create_edition([document], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + MINUTE)
        html = visitor.get("/en/meetings/").content.decode()
        older = re.search(r'href="(\?cursor=[^"]+)"', html)
        assert older
        html = visitor.get(f"/en/meetings/{older[1]}").content.decode()
        assert html.count('href="/en/meetings/jha/2060/08/24/"') == 1

    def test_topic_lists_its_meetings(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic()
        meetings = [make_meeting(start_date=PRESS_DAY.date() + n * DAY) for n in range(3)]
        for item in AgendaItem.objects.exclude(meeting=meetings[1]):
            item.topics.add(topic)
        publish_now(clock, *meetings, topic)
        html = visitor.get("/en/topics/migration-policy/").content.decode()
        assert "About migration-policy." in html
        assert [f"/en/meetings/jha/2060/09/{day}/" in html for day in (14, 15, 16)] == [True, False, True]

    def test_topic_has_number_of_meetings_with_the_last_and_the_next(self, visitor: Visitor, clock: Any) -> None:
        topic, other = make_topic(lead="<p>About <strong>migration</strong>.</p>"), make_topic("bees")
        publish_now(clock, topic, other)
        for days, values in ((-9, {}), (-2, {"status": "cancelled", "status_reason": "Snow."}), (5, {}), (8, {})):
            meeting = make_meeting(start_date=PRESS_DAY.date() + days * DAY, **values)
            AgendaItem.objects.get(meeting=meeting).topics.add(topic)
            publish_now(clock, meeting)
        hidden = make_meeting(start_date=PRESS_DAY.date() + 2 * DAY)
        for item in AgendaItem.objects.filter(meeting=hidden):
            item.topics.add(topic, other)
        publish(hidden, at=PRESS_DAY + 30 * DAY)
        shown = get_visible_text(visitor.get("/en/topics/"))
        assert "Bees About bees. No meeting yet Migration policy About migration. " in shown
        assert "Next: 19 September 2060 Last: 5 September 2060 4 meetings" in shown
        shown = get_visible_text(visitor.get("/en/topics/migration-policy/"))
        council = "Justice and Home Affairs Council"
        assert f"Next meeting Sunday 19 September 2060 , {council} Last meeting Sunday 5 September 2060 , " in shown
        assert f"{council} Meetings 4" in shown


def get_neighbours_nav(html: str) -> str:
    return html.partition('<nav class="neighbours"')[2].partition("</nav>")[0]


@pytest.mark.django_db
class TestNeighbours:
    def others(self, clock: Any, *days: int, **values: Any) -> None:
        for day in days:
            start = PRESS_DAY.date() + day * DAY
            publish_now(clock, make_meeting(**{"start_date": start, "end_date": start} | values))

    def test_previous_and_next_meeting_of_the_configuration(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        self.others(clock, -9, -1, 2, 30)
        self.others(clock, 1, configuration="env")
        page = get_visible_text(visitor.get(PAGE))
        assert "Previous meeting Monday 13 September 2060" in page
        assert "Next meeting Thursday 16 September 2060" in page

    def test_withdrawn_and_scheduled_meetings_are_not_neighbours(self, visitor: Visitor, clock: Any) -> None:
        gone = make_meeting(start_date=PRESS_DAY.date() + DAY, end_date=PRESS_DAY.date() + DAY)
        publish_now(clock, make_meeting(), gone)
        clock.move_to(withdraw(gone, reason="Too early.").available_from)
        before = PRESS_DAY.date() - DAY
        create_edition(
            [make_meeting_document("Before", id=make_uuid("before"), start_date=before, end_date=before)],
            available_from=PRESS_DAY + DAY,
        )
        page = get_visible_text(visitor.get(PAGE))
        assert "Next meeting" not in page
        assert "Previous meeting" not in page

    def test_meetings_on_one_day_link_to_each_other_in_turn(self, visitor: Visitor, clock: Any) -> None:
        """In the order of their start, and those without one by their id."""
        meetings = [make_meeting(address_word=word) for word in ("", "informal", "second", "early", "late")]
        for meeting, hour in zip(meetings[-2:], (8, 16), strict=True):
            ProgrammePoint.objects.create(
                meeting=meeting, kind=PointKind.START, time=dt.time(hour), time_precision="exact"
            )
        publish_now(clock, *meetings)
        by_id = sorted(meetings[:-2], key=lambda meeting: meeting.pk)
        words = ["early", "late", *(meeting.address_word for meeting in by_id)]
        paths = [f"/en/meetings/jha/2060/09/14{'-' * bool(word)}{word}/" for word in words]
        for place, path in enumerate(paths):
            found = re.findall(r'<a href="([^"]+/2060/[^"]+)"', get_neighbours_nav(visitor.get(path).content.decode()))
            assert found == [*paths[:place][-1:], *paths[place + 1 :][:1]]

    def test_cancelled_meeting_is_not_the_next_meeting(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        self.others(clock, 1, status="cancelled", status_reason="The airport is closed.")
        self.others(clock, 5)
        assert "Next meeting Sunday 19 September 2060" in get_visible_text(visitor.get(PAGE))

    def test_meeting_without_a_date_has_no_neighbours(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        self.others(clock, 1)
        meeting.start_date = meeting.end_date = None
        meeting.status, meeting.status_reason = "postponed", "The airport is closed."
        meeting.save()
        publish_now(clock, meeting)
        assert "Next meeting" not in get_visible_text(visitor.get(PAGE))


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "language"), [(2, "fi"), (25, "mt")])
def test_query_counts_do_not_depend_on_the_amount_of_data(
    visitor: Visitor, clock: Any, number: int, language: str
) -> None:
    """The pages of lists have fewer than 25 rows. There is a text in Finnish, but none in Maltese."""
    make_configuration()
    topic = build_topic(make_topic(pk=make_uuid("topic")))
    documents: list[MeetingDocument | TopicDocument] = [*make_documents(number), topic]
    for document in documents:
        create_edition([document, replace(document, language=Language.FI)], available_from=PRESS_DAY + MINUTE)
    clock.move_to(PRESS_DAY + 2 * MINUTE)
    moved, gone = make_meeting(address_word="before"), make_meeting(address_word="gone")
    publish_now(clock, moved, gone)
    moved.address_word = "after"
    moved.save()
    publish_now(clock, moved)
    clock.move_to(withdraw(gone, reason="Too early.").available_from)
    expected = {
        # points and meetings of the week; those to come, those without a date, those before; the newest editions, those
        # before them, what both hold, their texts and effects, what is live of them; configurations; notices to come
        "": 13,
        # points of past editions, which meetings, their texts; the next day with a meeting, with a point
        "day/2060-09-14/": 5,
        "day/2060-02-30/": 0,
        "meetings/corrections/": 6,  # corrections, those before them, what both hold, their texts, effects, live ones
        "meetings/": 8,  # those to come, notices, past ones, texts, configurations, half-years, topics, counts
        "meetings/?configuration=jha&year=2060": 4,  # those that match, notices, and that there is the configuration
        "meetings/2060/09/": 4,  # that; those that match, which left a day of it, the notices
        "meetings/jha/": 6,  # configurations, the presidency, the next meeting, notices, the years, a page of meetings
        "meetings/jha/2060/09/14/": 4,  # the document with its edition, the meetings before and after, earlier items
        "meetings/jha/2060/09/14/editions/": 4,  # that, the editions, the digests of their documents, their effects
        "meetings/jha/2060/09/14/editions/1/": 3,  # the first two, the document
        "meetings/jha/2060/09/14/editions/1..1/": 1,  # leads to that
        "meetings/jha/2060/09/14-before/": 3,  # nothing; what was there, where it is now
        "meetings/jha/2060/09/14-gone/": 4,  # likewise; the notice
        "meetings/jha/2060/09/14-nothing/": 5,  # likewise nothing; who meets, the nearest meetings on either side
        "topics/": 2,  # the topics, and the days of the meetings on them
        "topics/migration-policy/": 2,  # the topic, the meetings that took it up
        "topics/migration-policy/editions/": 4,
        "topics/migration-policy/editions/1/": 3,
    }
    for address, count in expected.items():
        visitor.get(f"/{language}/{address}")
        assert (address, len(visitor.statements)) == (address, count)
