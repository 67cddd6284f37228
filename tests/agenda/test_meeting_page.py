"""The meeting page by the clock: what stands on top before, on and after the day, and what changed, in words."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from msgspec.structs import replace

from meetings.documents import shape
from meetings.documents.shape import MeetingDocument
from meetings.editions import freeze
from meetings.models import Edition, EditionReason, Suppression
from meetings.vocabulary import (
    ItemState,
    Language,
    LinkKind,
    MeetingStatus,
    Outcome,
    PointKind,
    PointState,
    TimePrecision,
)
from tests.cast import DAY, MINUTE, PRESS_DATE, PRESS_DAY, SECOND, make_configuration, meeting_document, named
from tests.meetings.day_sheet.press_days import words
from tests.publicity import Visitor

PAGE = "/en/meetings/jha/2060/09/14/"
HOUR = dt.timedelta(hours=1)  # the clock stands at 10:00 in Brussels
WAS = [shape.EarlierTime(date=PRESS_DATE, time="13:00", time_text="13:00", place="Press room 1")]
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
def _who_meets(db: None) -> None:
    make_configuration()


def point(name: str = "press", **values: Any) -> shape.Point:
    return shape.Point(id=named(name), **values)


def session(title: str, time: str, **values: Any) -> shape.Point:
    return point(
        title, kind=PointKind.SESSION, title=title, time=time, time_text=time, time_precision="exact", **values
    )


def item(title: str, **values: Any) -> shape.Item:
    return shape.Item(id=named(title), title=title, **values)


def link(kind: LinkKind, title: str) -> shape.Link:
    return shape.Link(id=named(title), kind=kind, title=title, url="https://video.example/")


def alert(text: str, at: dt.datetime = PRESS_DAY, name: str = "alert") -> shape.Alert:
    return shape.Alert(id=named(name), text=text, at=at)


def result(outcome: Outcome = Outcome.NOT_STATED, **values: Any) -> shape.Result:
    return shape.Result(id=named(f"result {outcome}"), outcome=outcome, **values)


class Shown:
    """The page of the document, published now and read after a time."""

    def __init__(self, visitor: Visitor, clock: Any) -> None:
        self.visitor, self.clock, self.html = visitor, clock, ""

    def __call__(self, document: MeetingDocument | None = None, after: dt.timedelta = MINUTE, **values: Any) -> str:
        return self.both([document or meeting_document(**values)], after)

    def both(self, documents: list[MeetingDocument], after: dt.timedelta = MINUTE, **more: Any) -> str:
        """One note in its languages."""
        at = timezone.now() + SECOND
        freeze(documents, available_from=at, **more)
        self.clock.move_to(at + after)
        return self.read()

    def read(self, address: str = PAGE) -> str:
        response = self.visitor.get(address)
        assert response.status_code == 200
        html = str(response.content.decode())
        self.html = html[html.index("<main") : html.index("</main>")]
        return words(self.html)

    def part(self, name: str) -> str:
        """What stands in the section with the heading."""
        found = re.search(rf'(?s)<section[^>]*aria-labelledby="{name}".*?</section>', self.html)
        return words(found[0]).replace(" ,", ",").replace("( ", "(").replace(" )", ")") if found else ""

    @property
    def headings(self) -> list[str]:
        return [words(text) for text in re.findall(r"(?s)<h2[^>]*>(.*?)</h2>", self.html)]


@pytest.fixture
def show(visitor: Visitor, clock: Any) -> Shown:
    return Shown(visitor, clock)


class TestWhatIsNotSaid:
    def test_that_something_is_under_way_by_the_clock(self, show: Shown) -> None:
        page = show(programme=[session("Asylum", "10:00")], after=HOUR)
        assert "Under way" not in page
        assert "Expected 10:00" in page

    def test_that_the_meeting_is_because_ministers_arrive(self, show: Shown) -> None:
        page = show(programme=[point(kind=PointKind.ARRIVALS, state=PointState.UNDER_WAY)])
        assert "Status Confirmed" in page

    @pytest.mark.parametrize("status", [MeetingStatus.CANCELLED, MeetingStatus.POSTPONED])
    def test_of_what_is_called_off_that_it_ended_or_is_expected(self, show: Shown, status: MeetingStatus) -> None:
        off: dict[str, Any] = {"status": status, "status_reason": "Strike.", "programme": [point(**MOVED)]}
        for after in (MINUTE, 6 * HOUR, 2 * DAY):
            page = show(after=after, **off)
            assert f"Status {status.label.capitalize()}" in page
            assert "As it was planned." in page
            for said in ("Ended", "Expected", "Latest changes", "Where to watch", "Add to your calendar"):
                assert said not in page

    def test_that_a_note_was_changed_which_was_not(self, show: Shown, visitor: Visitor) -> None:
        assert "What changed" not in show()
        assert len(visitor.statements) == 3

    def test_nothing_that_is_as_it_was_counts_as_a_change(self, show: Shown) -> None:
        as_now = [shape.EarlierTime(date=PRESS_DATE, time="14:15", time_text="+/- 14:15", place="Press room 2")]
        assert "Latest changes" not in show(programme=[point(**PRESS, previous=as_now)])

    def test_what_an_alert_tells_in_full_is_not_told_again(self, show: Shown) -> None:
        show(programme=[point(**MOVED)], agenda=[item("Asylum", state="withdrawn")], alerts=[alert(IN_FULL)])
        assert show.part("alerts") == f"Latest changes Changed 10:00 : {IN_FULL} As it stands now: Asylum : withdrawn"

    def test_times_as_notes_print_them(self, show: Shown) -> None:
        was = [shape.EarlierTime(time="13:30", time_text="+/- 13:30")]
        page = show(programme=[point(**PRESS | {"previous": was})])
        assert "+/-" not in page
        assert "was about 13:30" in page


class TestWhatChanged:
    def test_stands_on_top_with_what_was(self, show: Shown) -> None:
        show(programme=[point(**MOVED)], alerts=[alert("The press conference is later.")], lead="<p>In brief.</p>")
        assert show.headings[:2] == ["Latest changes", "At a glance"]
        assert show.part("alerts") == (
            "Latest changes Changed 10:00 : The press conference is later. As it stands now: "
            "Press conference : about 14:15, Press room 2 (was 13:00, Press room 1)"
        )

    def test_and_at_its_place(self, show: Shown) -> None:
        show(programme=[point(**MOVED)])
        for part in ("facts", "programme"):
            assert "Moved was 13:00, Press room 1" in show.part(part)

    def test_half_of_it_told_is_not_told(self, show: Shown) -> None:
        show(programme=[point(**MOVED)], alerts=[alert("Press conference: about 14:15 instead of 13:00")])
        assert "(was 13:00, Press room 1)" in show.part("alerts")

    def test_nor_is_what_is_told_in_another_language(self, show: Shown) -> None:
        document = meeting_document(programme=[point(**MOVED)], alerts=[alert(IN_FULL)])
        borrowed = replace(document, language=Language.FR, fallbacks=[f"alerts.{named('alert')}.text"])
        show.both([document, borrowed])
        assert "(was" not in show.part("alerts")
        show.read(PAGE.replace("/en/", "/fr/"))
        assert "(was 13:00, Press room 1)" in show.part("alerts")

    def test_nor_what_newer_alerts_have_put_away(self, show: Shown) -> None:
        newer = [alert(f"Arrivals {n}.", PRESS_DAY - n * MINUTE, f"alert {n}") for n in range(3)]
        show(programme=[point(**MOVED)], alerts=[*newer, alert(IN_FULL, PRESS_DAY - HOUR)])
        told, _summary, earlier = show.part("alerts").partition("Earlier changes")
        assert "(was 13:00, Press room 1)" in told
        assert earlier.strip() == f"Changed 09:00 : {IN_FULL}"

    def test_it_is_cancelled(self, show: Shown) -> None:
        show(programme=[point(**PRESS | {"state": PointState.CANCELLED})])
        assert show.part("alerts") == "Latest changes Press conference : cancelled, about 14:15, Press room 2"

    def test_items_with_why(self, show: Shown) -> None:
        show(agenda=[item("Asylum", number="8 b", state=ItemState.POSTPONED, state_note="To be heard in May.")])
        assert show.part("alerts") == "Latest changes 8 b Asylum : postponed – To be heard in May."

    def test_of_many_those_of_the_press(self, show: Shown) -> None:
        late = [session(f"Part {n}", "12:00", state=PointState.DELAYED) for n in range(8)]
        show(programme=[*late, point(**MOVED)])
        told = show.part("alerts")
        assert "Part 1" not in told
        assert told.endswith("More has changed: it is marked in the programme and in the agenda.")
        assert "Press conference : about 14:15" in told

    def test_on_another_day_or_of_a_longer_meeting_with_the_day(self, show: Shown) -> None:
        show(alerts=[alert("Later.", PRESS_DAY - DAY)])
        assert "Changed 13 September, 10:00 : Later." in show.part("alerts")

    def test_on_another_day_than_the_point_had(self, show: Shown) -> None:
        was = [shape.EarlierTime(date=PRESS_DATE - DAY, time="13:00", time_text="13:00")]
        show(programme=[point(**PRESS | {"previous": was})])
        assert "(was Monday 13 September 2060, 13:00)" in show.part("alerts")


class TestTheDay:
    def test_status_follows_what_the_office_says(self, show: Shown) -> None:
        said = session("Asylum", "10:00", state=PointState.UNDER_WAY, live=True)
        page = show(programme=[said, point(**PRESS, live=True)])
        assert "Status Under way Asylum" in page
        assert "Live now: Asylum" in page

    def test_what_is_live_next(self, show: Shown) -> None:
        programme = [session("Asylum", "09:00", live=True), session("Returns", "11:00", live=True), point(**PRESS)]
        assert "Next live: 11:00 , Returns" in show(programme=programme)

    def test_what_has_come_is_expected(self, show: Shown) -> None:
        assert "Expected about 14:15" not in show(programme=[point(**PRESS)])
        assert show(programme=[point(**PRESS)], after=5 * HOUR).count("Expected about 14:15") == 2

    def test_where_clocks_show_another_time(self, show: Shown) -> None:
        page = show(programme=[point(**PRESS)], timezone="Europe/Tallinn")
        assert "Tallinn time; 13:15 in Brussels" in page

    def test_what_is_printed_beside_the_time(self, show: Shown) -> None:
        page = show(programme=[point(**PRESS | {"time_text": "14:15 or when the Eurogroup ends"})])
        assert "about 14:15 14:15 or when the Eurogroup ends" in page

    def test_the_results_of_the_morning_come_after_the_facts(self, show: Shown) -> None:
        show(agenda=[item("Asylum", result=result(Outcome.DEBATE_HELD))])
        assert show.headings[:2] == ["At a glance", "Results"]


class TestAfterwards:
    def test_the_results_come_first(self, show: Shown) -> None:
        page = show(
            results=[result(Outcome.CONCLUSIONS, title="Ministers agree")],
            alerts=[alert("Later.")],
            programme=[point(**MOVED)],
            place=shape.Place(city="Luxembourg"),
            after=DAY,
        )
        assert show.headings[:3] == ["Results", "At a glance", "What changed on the day"]
        assert "Ended: Tuesday 14 September 2060 , Luxembourg" in page
        assert "Status Ended" in page
        assert "As it stands now" not in page
        assert "was 13:00 , Press room 1" in page

    def test_without_a_text_the_outcome_of_each_item(self, show: Shown) -> None:
        nested = item("Returns", number="8 b", result=result(Outcome.GENERAL_APPROACH))
        agenda = [item("Asylum", items=[nested, item("Visas")]), item("PNR", result=result(title="Agreed"))]
        show(agenda=agenda, after=DAY)
        assert show.part("results") == "Results 8 b Returns General approach PNR Agreed"
        assert f'<a href="#item-{named("Returns")}">8 b ' in show.html
        assert f'id="item-{named("Returns")}"' in show.html

    def test_both_where_there_are_both(self, show: Shown) -> None:
        agenda = [item("PNR", result=result(Outcome.ADOPTED))]
        show(results=[result(title="Ministers agree")], agenda=agenda, after=DAY)
        assert show.part("results") == "Results Ministers agree Item by item PNR Adopted"

    @pytest.mark.parametrize(
        ("states", "said"),
        [
            (["ended", "cancelled"], "Ended"),
            (["cancelled"], "Confirmed"),
            (["ended", ""], "Confirmed"),
            ([], "Confirmed"),
        ],
    )
    def test_on_the_day_itself_where_the_office_says_so_of_all(self, show: Shown, states: list[str], said: str) -> None:
        programme = [session(f"Part {n}", "12:00", state=PointState(state)) for n, state in enumerate(states)]
        assert f"Status {said}" in show(programme=programme)

    def test_recordings_come_first_and_streams_have_ended(self, show: Shown) -> None:
        links = [link(LinkKind.LIVE_STREAM, "Live"), link(LinkKind.PHOTOS, "Photos"), link(LinkKind.RECORDING, "Video")]
        programme = [point(**PRESS, live=True)]
        assert "Live Live stream Photos" in show(links=links, programme=programme)
        page = show(links=links, programme=programme, after=DAY)
        assert "Where to watch Video Recording Photos Photo gallery Live Live stream (ended)" in page
        assert "Was streamed live" in page
        assert "Next live" not in page


class TestItsTopics:
    def test_stand_together_once_each(self, show: Shown) -> None:
        names = [shape.TopicName(id=named(slug), slug=slug, title=slug.capitalize()) for slug in ("visas", "asylum")]
        show(agenda=[item("A", topics=names[:1], items=[item("B", topics=names)])], lead="<p>Brief.</p>")
        assert show.part("topics") == "Topics Visas Asylum"
        assert show.headings[-2:] == ["Topics", "About this note"]


class TestItsLastChange:
    def versions(self, show: Shown, *leads: str, **more: Any) -> str:
        page = ""
        for lead in leads:
            page = show(meeting_document(lead=f"<p>{lead}</p>", number=lead), **more)
        return page

    def test_leads_to_what_changed(self, show: Shown, visitor: Visitor) -> None:
        page = self.versions(show, "One", "Two")
        assert f'href="{PAGE}editions/1..2/">What changed in edition 2</a>' in show.html
        assert "Text last changed: 14 September 2060, 10:01 . What changed in edition 2" in page
        assert len(visitor.statements) == 4
        assert visitor.get(f"{PAGE}editions/1..2/").status_code == 200

    def test_not_to_an_edition_that_only_adds_a_language(self, show: Shown) -> None:
        self.versions(show, "One", "Two")
        document = meeting_document(lead="<p>Two</p>", number="Two")
        show.both([document, replace(document, language=Language.FR)], reason=EditionReason.TRANSLATION)
        assert "editions/1..2/" in (show.read() and show.html)
        assert "editions/2..3/" not in show.html
        show.read(PAGE.replace("/en/", "/fr/"))
        assert "editions/" in show.html
        assert ".." not in "".join(re.findall(r'href="([^"]*editions[^"]*)"', show.html))

    def test_not_to_a_text_that_was_taken_out(self, show: Shown) -> None:
        self.versions(show, "One", "Two", "Three")
        suppress(2)
        show.read()
        assert "editions/1..3/" in show.html
        suppress(1)
        show.read()
        assert ".." not in "".join(re.findall(r'href="([^"]*editions[^"]*)"', show.html))


def suppress(number: int) -> None:
    edition = Edition.objects.order_by("available_from")[number - 1]
    Suppression.objects.create(edition=edition, at=PRESS_DAY + MINUTE, reason="A private number.")


class TestGreekWords:
    TITLE = "Καθαρές ακτές: «Ελλάς» (Clean shores) of α and ΔΤ"

    def test_are_marked_in_a_title(self, show: Shown) -> None:
        show(agenda=[item(self.TITLE)])
        assert '<span lang="el">Καθαρές ακτές: «Ελλάς</span>» (Clean shores) of α and ΔΤ</span>' in show.html

    def test_not_in_a_greek_note(self, show: Shown) -> None:
        show(meeting_document(language=Language.EL, source_language=Language.EL, agenda=[item(self.TITLE)]))
        assert f'<span lang="el">{self.TITLE}</span>' in show.html

    def test_what_could_be_markup_is_none(self, show: Shown) -> None:
        show(agenda=[item("<b>Καθαρές</b>")])
        assert '&lt;b&gt;<span lang="el">Καθαρές</span>&lt;/b&gt;' in show.html


@pytest.mark.parametrize(("path", "is_told"), [(f"topics.{UUID(int=1)}.title", False), ("lead", True)])
def test_only_texts_of_its_own_make_it_partly_translated(show: Shown, path: str, is_told: bool) -> None:
    document = meeting_document(lead="<p>Brief.</p>")
    show.both([document, replace(document, language=Language.FR, fallbacks=[path])])
    page = show.read(PAGE.replace("/en/", "/fr/"))
    assert ("Parts of this text have not been translated" in page) is is_told
