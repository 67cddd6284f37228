"""The meeting page before, on and after the day, and the changes that it describes."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from msgspec.structs import replace

from meetings.documents import schema
from meetings.documents.choices import (
    ItemState,
    Language,
    LinkKind,
    MeetingStatus,
    Outcome,
    PointKind,
    PointState,
    TimePrecision,
)
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import create_edition
from meetings.models import Edition, EditionReason, Suppression
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    make_configuration,
    make_meeting_document,
    make_uuid,
)
from tests.meetings.site.daily_schedule.press_days import extract_text
from tests.public_requests import Visitor

PAGE = "/en/meetings/jha/2060/09/14/"
HOUR = dt.timedelta(hours=1)  # the clock stands at 10:00 in Brussels
WAS = [schema.EarlierTime(date=PRESS_DATE, time="13:00", time_text="13:00", place="Press room 1")]
PRESS: dict[str, Any] = {
    "kind": PointKind.PRESS_CONFERENCE,
    "time": "14:15",
    "time_text": "+/- 14:15",
    "time_precision": TimePrecision.APPROXIMATE,
    "place": "Press room 2",
}
MOVED = PRESS | {"state": PointState.MOVED, "previous": WAS}
IN_FULL = "Press conference: about 14:15 instead of 13:00, Press room 2 instead of Press room 1"


@pytest.fixture(autouse=True)
def _configuration(db: None) -> None:
    make_configuration()


def make_point(name: str = "press", **values: Any) -> schema.Point:
    return schema.Point(id=make_uuid(name), **values)


def make_session(title: str, time: str, **values: Any) -> schema.Point:
    return make_point(
        title, kind=PointKind.SESSION, title=title, time=time, time_text=time, time_precision="exact", **values
    )


def make_item(title: str, **values: Any) -> schema.Item:
    return schema.Item(id=make_uuid(title), title=title, **values)


def make_link(kind: LinkKind, title: str) -> schema.Link:
    return schema.Link(id=make_uuid(title), kind=kind, title=title, url="https://video.example/")


def make_alert(text: str, at: dt.datetime = PRESS_DAY, name: str = "alert") -> schema.Alert:
    return schema.Alert(id=make_uuid(name), text=text, at=at)


def make_result(outcome: Outcome = Outcome.NOT_STATED, **values: Any) -> schema.Result:
    return schema.Result(id=make_uuid(f"result {outcome}"), outcome=outcome, **values)


class PageReader:
    """Publishes a document and reads its page after some time."""

    def __init__(self, visitor: Visitor, clock: Any) -> None:
        self.visitor, self.clock, self.html = visitor, clock, ""

    def __call__(self, document: MeetingDocument | None = None, after: dt.timedelta = MINUTE, **values: Any) -> str:
        return self.publish_languages([document or make_meeting_document(**values)], after)

    def publish_languages(self, documents: list[MeetingDocument], after: dt.timedelta = MINUTE, **more: Any) -> str:
        """Publish one meeting in several languages."""
        at = timezone.now() + SECOND
        create_edition(documents, available_from=at, **more)
        self.clock.move_to(at + after)
        return self.read()

    def read(self, address: str = PAGE) -> str:
        response = self.visitor.get(address)
        assert response.status_code == 200
        html = str(response.content.decode())
        self.html = html[html.index("<main") : html.index("</main>")]
        return extract_text(self.html)

    def get_section(self, name: str) -> str:
        """Return the text of the section with the heading."""
        found = re.search(rf'(?s)<section[^>]*aria-labelledby="{name}".*?</section>', self.html)
        return extract_text(found[0]).replace(" ,", ",").replace("( ", "(").replace(" )", ")") if found else ""

    @property
    def headings(self) -> list[str]:
        return [extract_text(text) for text in re.findall(r"(?s)<h2[^>]*>(.*?)</h2>", self.html)]


@pytest.fixture
def show(visitor: Visitor, clock: Any) -> PageReader:
    return PageReader(visitor, clock)


class TestHiddenStates:
    def test_clock_alone_does_not_mark_a_point_as_under_way(self, show: PageReader) -> None:
        page = show(programme=[make_session("Asylum", "10:00")], after=HOUR)
        assert "Under way" not in page
        assert "Planned for 10:00" in page

    def test_point_that_begins_from_a_time_was_planned_from_it(self, show: PageReader) -> None:
        arrivals = make_point(**PRESS | {"kind": PointKind.ARRIVALS, "time_precision": TimePrecision.FROM})
        assert "Planned from 14:15" in show(programme=[arrivals], after=5 * HOUR)

    def test_arrivals_do_not_mark_the_meeting_as_under_way(self, show: PageReader) -> None:
        page = show(programme=[make_point(kind=PointKind.ARRIVALS, state=PointState.UNDER_WAY)])
        assert "Status Confirmed" in page

    @pytest.mark.parametrize("status", [MeetingStatus.CANCELLED, MeetingStatus.POSTPONED])
    def test_called_off_meeting_is_neither_ended_nor_expected(self, show: PageReader, status: MeetingStatus) -> None:
        off: dict[str, Any] = {"status": status, "status_reason": "Strike.", "programme": [make_point(**MOVED)]}
        for after in (MINUTE, 6 * HOUR, 2 * DAY):
            page = show(after=after, **off)
            assert f"Status {status.label.capitalize()}" in page
            assert "This was the programme as planned." in page
            for phrase in ("Ended", "Planned for", "Latest changes", "Where to watch", "Add to your calendar"):
                assert phrase not in page

    @pytest.mark.parametrize("status", [MeetingStatus.CANCELLED, MeetingStatus.POSTPONED])
    def test_called_off_meeting_has_no_live_stream(self, show: PageReader, status: MeetingStatus) -> None:
        links: dict[str, Any] = {"links": [make_link(LinkKind.LIVE_STREAM, "Webcast")]}
        page = show(
            status=status, **links, programme=[make_point(**links)], agenda=[make_item("Asylum", **links)], after=MINUTE
        )
        assert page.count("Live stream (does not take place)") == page.count("Live stream") == 3

    def test_first_edition_shows_no_changes(self, show: PageReader, visitor: Visitor) -> None:
        assert "What changed" not in show()
        assert len(visitor.statements) == 3

    def test_unchanged_earlier_time_is_not_a_change(self, show: PageReader) -> None:
        unchanged = [schema.EarlierTime(date=PRESS_DATE, time="14:15", time_text="+/- 14:15", place="Press room 2")]
        assert "Latest changes" not in show(programme=[make_point(**PRESS, previous=unchanged)])

    def test_change_described_by_an_alert_is_not_repeated(self, show: PageReader) -> None:
        show(
            programme=[make_point(**MOVED)],
            agenda=[make_item("Asylum", state="withdrawn")],
            alerts=[make_alert(IN_FULL)],
        )
        assert (
            show.get_section("alerts")
            == f"Latest changes Changed 10:00 : {IN_FULL} Current details: Asylum : withdrawn"
        )

    def test_printed_time_marks_are_replaced_by_words(self, show: PageReader) -> None:
        was = [schema.EarlierTime(time="13:30", time_text="+/- 13:30")]
        page = show(programme=[make_point(**PRESS | {"previous": was})])
        assert "+/-" not in page
        assert "was about 13:30" in page


class TestRecentChanges:
    def test_changes_come_first_with_the_earlier_details(self, show: PageReader) -> None:
        show(
            programme=[make_point(**MOVED)],
            alerts=[make_alert("The press conference is later.")],
            lead="<p>In brief.</p>",
        )
        assert show.headings[:2] == ["Latest changes", "At a glance"]
        assert show.get_section("alerts") == (
            "Latest changes Changed 10:00 : The press conference is later. Current details: "
            "Press conference : about 14:15, Press room 2 (was 13:00, Press room 1)"
        )

    def test_changes_are_also_shown_in_place(self, show: PageReader) -> None:
        show(programme=[make_point(**MOVED)])
        for name in ("facts", "programme"):
            assert "Moved was 13:00, Press room 1" in show.get_section(name)

    def test_incomplete_alert_does_not_hide_the_change(self, show: PageReader) -> None:
        show(programme=[make_point(**MOVED)], alerts=[make_alert("Press conference: about 14:15 instead of 13:00")])
        assert "(was 13:00, Press room 1)" in show.get_section("alerts")

    def test_untranslated_alert_does_not_hide_the_change(self, show: PageReader) -> None:
        document = make_meeting_document(programme=[make_point(**MOVED)], alerts=[make_alert(IN_FULL)])
        borrowed = replace(document, language=Language.FR, fallbacks=[f"alerts.{make_uuid('alert')}.text"])
        show.publish_languages([document, borrowed])
        assert "(was" not in show.get_section("alerts")
        show.read(PAGE.replace("/en/", "/fr/"))
        assert "(was 13:00, Press room 1)" in show.get_section("alerts")

    def test_folded_alert_does_not_hide_the_change(self, show: PageReader) -> None:
        newer = [make_alert(f"Arrivals {n}.", PRESS_DAY - n * MINUTE, f"alert {n}") for n in range(3)]
        show(programme=[make_point(**MOVED)], alerts=[*newer, make_alert(IN_FULL, PRESS_DAY - HOUR)])
        section_text, _summary, earlier = show.get_section("alerts").partition("Earlier changes")
        assert "(was 13:00, Press room 1)" in section_text
        assert earlier.strip() == f"Changed 09:00 : {IN_FULL}"

    def test_cancelled_point(self, show: PageReader) -> None:
        show(programme=[make_point(**PRESS | {"state": PointState.CANCELLED})])
        assert show.get_section("alerts") == "Latest changes Press conference : cancelled, about 14:15, Press room 2"

    def test_changed_items_show_the_reason(self, show: PageReader) -> None:
        show(agenda=[make_item("Asylum", number="8 b", state=ItemState.POSTPONED, state_note="To be heard in May.")])
        assert show.get_section("alerts") == "Latest changes 8 b Asylum : postponed – To be heard in May."

    def test_press_points_come_first_if_there_are_many_changes(self, show: PageReader) -> None:
        late = [make_session(f"Part {n}", "12:00", state=PointState.DELAYED) for n in range(8)]
        show(programme=[*late, make_point(**MOVED)])
        section_text = show.get_section("alerts")
        assert "Part 1" not in section_text
        assert section_text.endswith("There are more changes. They are marked in the programme and the agenda.")
        assert "Press conference : about 14:15" in section_text

    def test_alert_from_another_day_shows_the_day(self, show: PageReader) -> None:
        show(alerts=[make_alert("Later.", PRESS_DAY - DAY)])
        assert "Changed 13 September, 10:00 : Later." in show.get_section("alerts")

    def test_point_moved_to_another_day_shows_the_earlier_day(self, show: PageReader) -> None:
        was = [schema.EarlierTime(date=PRESS_DATE - DAY, time="13:00", time_text="13:00")]
        show(programme=[make_point(**PRESS | {"previous": was})])
        assert "(was Monday 13 September 2060, 13:00)" in show.get_section("alerts")

    def test_point_after_midnight_has_its_day_wherever_it_is_shown(self, show: PageReader, visitor: Visitor) -> None:
        night = {"time": "02:10", "date": PRESS_DATE + DAY, "state": PointState.DELAYED, "previous": WAS, "live": True}
        page = show(programme=[make_point(**PRESS | night)]).replace(" ,", ",")
        moment = "Wednesday 15 September, about 02:10"
        assert f"delayed, {moment}, Press room 2" in show.get_section("alerts")
        assert f"Press conference {moment}" in page
        assert f"Next live stream: {moment}" in page
        listed = extract_text(visitor.get("/en/meetings/").content.decode()).replace(" ,", ",")
        assert f"Press conference: {moment}" in listed


class TestTheDay:
    def test_status_follows_the_press_office(self, show: PageReader) -> None:
        phrase = make_session("Asylum", "10:00", state=PointState.UNDER_WAY, live=True)
        page = show(programme=[phrase, make_point(**PRESS, live=True)])
        assert "Status Under way Asylum" in page
        assert "Live now: Asylum" in page

    def test_next_live_stream(self, show: PageReader) -> None:
        programme = [
            make_session("Asylum", "09:00", live=True),
            make_session("Returns", "11:00", live=True),
            make_point(**PRESS),
        ]
        assert "Next live stream: 11:00 , Returns" in show(programme=programme)

    def test_point_past_its_time_is_expected(self, show: PageReader) -> None:
        assert "Planned for about 14:15" not in show(programme=[make_point(**PRESS)])
        assert show(programme=[make_point(**PRESS)], after=5 * HOUR).count("Planned for about 14:15") == 1

    def test_brussels_time_is_shown_for_other_time_zones(self, show: PageReader) -> None:
        page = show(programme=[make_point(**PRESS)], timezone="Europe/Tallinn")
        assert "Tallinn time; 13:15 in Brussels" in page

    def test_printed_time_is_shown_beside_the_time(self, show: PageReader) -> None:
        page = show(programme=[make_point(**PRESS | {"time_text": "14:15 or when the Eurogroup ends"})])
        assert "about 14:15 14:15 or when the Eurogroup ends" in page

    def test_results_during_the_meeting_come_after_the_facts(self, show: PageReader) -> None:
        show(agenda=[make_item("Asylum", result=make_result(Outcome.DEBATE_HELD))])
        assert show.headings[:2] == ["At a glance", "Results"]


class TestAfterTheMeeting:
    def test_results_come_first(self, show: PageReader) -> None:
        page = show(
            results=[make_result(Outcome.CONCLUSIONS, title="Ministers agree")],
            alerts=[make_alert("Later.")],
            programme=[make_point(**MOVED)],
            place=schema.Place(city="Luxembourg"),
            after=DAY,
        )
        assert show.headings[:3] == ["Results", "At a glance", "Changes on the day"]
        assert "Tuesday 14 September 2060 Ended, Luxembourg" in page
        assert "Status Ended" in page
        assert "Current details:" not in page
        assert "was 13:00 , Press room 1" in page

    def test_outcomes_of_items_without_a_result_text(self, show: PageReader) -> None:
        nested = make_item("Returns", number="8 b", result=make_result(Outcome.GENERAL_APPROACH))
        agenda = [
            make_item("Asylum", items=[nested, make_item("Visas")]),
            make_item("PNR", result=make_result(title="Agreed")),
        ]
        show(agenda=agenda, after=DAY)
        assert show.get_section("results") == "Results 8 b Returns General approach PNR Agreed"
        assert f'<a href="#item-{make_uuid("Returns")}">8 b ' in show.html
        assert f'id="item-{make_uuid("Returns")}"' in show.html

    def test_result_text_and_outcomes_of_items(self, show: PageReader) -> None:
        agenda = [make_item("PNR", result=make_result(Outcome.ADOPTED))]
        show(results=[make_result(title="Ministers agree")], agenda=agenda, after=DAY)
        assert show.get_section("results") == "Results Ministers agree Results by item PNR Adopted"

    @pytest.mark.parametrize(
        ("states", "phrase"),
        [
            (["ended", "cancelled"], "Ended"),
            (["cancelled"], "Confirmed"),
            (["ended", ""], "Confirmed"),
            ([], "Confirmed"),
        ],
    )
    def test_meeting_has_ended_if_the_office_ended_all_points(
        self, show: PageReader, states: list[str], phrase: str
    ) -> None:
        programme = [make_session(f"Part {n}", "12:00", state=PointState(state)) for n, state in enumerate(states)]
        assert f"Status {phrase}" in show(programme=programme)

    def test_recordings_come_first_and_streams_last(self, show: PageReader) -> None:
        links = [
            make_link(LinkKind.LIVE_STREAM, "Live"),
            make_link(LinkKind.PHOTOS, "Photos"),
            make_link(LinkKind.RECORDING, "Video"),
        ]
        programme = [make_point(**PRESS, live=True)]
        assert "Live Live stream Photos" in show(links=links, programme=programme)
        page = show(links=links, programme=programme, after=DAY)
        assert "Where to watch Video Recording Photos Photo gallery Live Live stream (ended)" in page
        assert "Was streamed live" in page
        assert "Next live" not in page


class TestTopicList:
    def test_each_topic_is_listed_once(self, show: PageReader) -> None:
        names = [
            schema.TopicName(id=make_uuid(slug), slug=slug, title=slug.capitalize()) for slug in ("visas", "asylum")
        ]
        show(agenda=[make_item("A", topics=names[:1], items=[make_item("B", topics=names)])], lead="<p>Brief.</p>")
        assert show.get_section("topics") == "Topics Visas Asylum"
        assert show.headings[-2:] == ["Topics", "About this page"]


class TestLatestChange:
    def versions(self, show: PageReader, *leads: str, **more: Any) -> str:
        page = ""
        for lead in leads:
            page = show(make_meeting_document(lead=f"<p>{lead}</p>", number=lead), **more)
        return page

    def test_page_links_to_the_latest_change(self, show: PageReader, visitor: Visitor) -> None:
        page = self.versions(show, "One", "Two")
        assert f'href="{PAGE}editions/1..2/">What changed in edition 2</a>' in show.html
        assert "Last updated: 14 September 2060, 10:01 . What changed in edition 2" in page
        assert len(visitor.statements) == 4
        assert visitor.get(f"{PAGE}editions/1..2/").status_code == 200

    def test_new_language_is_not_the_latest_change(self, show: PageReader) -> None:
        self.versions(show, "One", "Two")
        document = make_meeting_document(lead="<p>Two</p>", number="Two")
        show.publish_languages([document, replace(document, language=Language.FR)], reason=EditionReason.TRANSLATION)
        assert "editions/1..2/" in (show.read() and show.html)
        assert "editions/2..3/" not in show.html
        show.read(PAGE.replace("/en/", "/fr/"))
        assert "editions/" in show.html
        assert ".." not in "".join(re.findall(r'href="([^"]*editions[^"]*)"', show.html))

    def test_suppressed_text_is_not_linked(self, show: PageReader) -> None:
        self.versions(show, "One", "Two", "Three")
        suppress(2)
        show.read()
        assert "editions/1..3/" in show.html
        suppress(1)
        show.read()
        assert ".." not in "".join(re.findall(r'href="([^"]*editions[^"]*)"', show.html))


def suppress(number: int) -> None:
    edition = Edition.objects.order_by("available_from")[number - 1]
    Suppression.objects.create(edition=edition, at=PRESS_DAY + DAY, reason="A private number.")


class TestGreekPhrases:
    TITLE = "Καθαρές ακτές: «Ελλάς» (Clean shores) of α and ΔΤ"

    def test_greek_words_in_a_title_are_marked(self, show: PageReader) -> None:
        show(agenda=[make_item(self.TITLE)])
        assert '<span lang="el">Καθαρές ακτές: «Ελλάς</span>» (Clean shores) of α and ΔΤ</span>' in show.html

    def test_greek_words_in_a_greek_text_are_not_marked(self, show: PageReader) -> None:
        show(make_meeting_document(language=Language.EL, source_language=Language.EL, agenda=[make_item(self.TITLE)]))
        assert f'<span lang="el">{self.TITLE}</span>' in show.html

    def test_titles_are_escaped(self, show: PageReader) -> None:
        show(agenda=[make_item("<b>Καθαρές</b>")])
        assert '&lt;b&gt;<span lang="el">Καθαρές</span>&lt;/b&gt;' in show.html


@pytest.mark.parametrize(("path", "is_notice_shown"), [(f"topics.{UUID(int=1)}.title", False), ("lead", True)])
def test_topic_titles_do_not_count_as_untranslated(show: PageReader, path: str, is_notice_shown: bool) -> None:
    document = make_meeting_document(lead="<p>Brief.</p>")
    show.publish_languages([document, replace(document, language=Language.FR, fallbacks=[path])])
    page = show.read(PAGE.replace("/en/", "/fr/"))
    assert ("Parts of this text have not been translated" in page) is is_notice_shown
