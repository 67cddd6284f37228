"""Environment; agriculture and fisheries."""

import datetime as dt
from typing import Any

from council.samples.diary import Days, Diary
from council.samples.drafting import (
    OPEN,
    Chair,
    Strand,
    a_items,
    changed,
    debate,
    footnote,
    law,
    link,
    meal,
    meeting,
    named,
    other_business,
    paper,
    point,
    press_office,
    procedure,
    result,
    told,
)
from council.samples.stories import Story
from meetings.clock import BRUSSELS
from meetings.documents.shape import Alert, EarlierTime, MeetingDocument, Point, Speaker
from meetings.vocabulary import AgendaStatus, ItemState, MeetingStatus, PointState, PublicBasis, PublicSession

RESULTS = "Results added."
EARLIEST, LATEST = dt.time(10), dt.time(18, 30)  # of what a day's programme is laid around


def stories(diary: Diary, now: dt.datetime) -> list[Story]:
    return [
        environment_today(diary, now),
        farm_ministers(diary),
        postponed_fisheries(diary),
        fishing_opportunities(diary),
    ]


def around(now: dt.datetime, minutes: int) -> str:
    """A clock so many minutes from now, on the quarter, as far as a working day allows."""
    local = now.astimezone(BRUSSELS)
    hour = min(max(local.time(), EARLIEST), LATEST)
    past_midnight = hour.hour * 60 + hour.minute + minutes
    return f"{past_midnight // 60:02}:{past_midnight % 60 // 15 * 15:02}"


def environment_today(diary: Diary, now: dt.datetime) -> Story:
    days, year = diary.day(0), diary.today.year
    minister = Chair("Alex Sample", "Minister for the Environment")
    first = meeting(
        "environment today",
        "env",
        days,
        number="9878",
        document_number=paper(97800, year),
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[minister],
        lead="""
            <p>Ministers will aim for a general approach on <strong>clean rivers</strong>, the first law that would
            limit residues of medicines in waste water.</p>
            <p>In a public debate they will ask how farms and towns can get through <strong>dry summers</strong>, and
            they will adopt conclusions on the Union's position for the next conference on biodiversity.</p>
            <p>Over lunch, ministers will discuss how to pay for nature restoration.</p>""",
        agenda=[
            a_items("1", paper(97801, year), f"{paper(97802, year)} ADD 1 REV 1"),
            law(
                "Residues of medicines in waste water",
                """<p>Large towns would have to add a fourth stage to their treatment plants by 2040. The main open
                points are:</p>
                <ul><li>who pays: producers alone, or producers and users of water</li>
                <li>the size of towns from which the duty applies</li>
                <li>how long islands and mountain regions may take</li></ul>
                <p>The presidency hopes to close them with the text that it sent to delegations last week.</p>""",
                "2",
                procedure(9931, year - 1),
                "General approach",
                documents=[f"{paper(97810, year)} REV 2", paper(97811, year)],
                legal_basis="Article 192(1) TFEU",
                on=["water-resilience"],
                links=[link("background", "Clean rivers: what the law would change", "background/rivers", "en")],
            ),
            law(
                "Soil monitoring in forests",
                "<p>Progress report. Delegations still differ on how often samples have to be taken.</p>",
                "3",
                procedure(9932, year - 2),
                "Progress report",
                public=PublicSession.POSSIBLY,
                documents=[paper(97820, year)],
            ),
            debate(
                "Dry summers: water for farms, towns and nature",
                """<p>The presidency asks ministers which measures have worked at home, and what the Union should pay
                for. The debate is public.</p>""",
                "4",
                "Policy debate",
                public=PublicSession.YES,
                public_basis=PublicBasis.DEBATE,
                documents=[paper(97830, year)],
                on=["water-resilience"],
            ),
            debate(
                "Conference on biodiversity: the Union's position (*)",
                "<p>The draft conclusions are the mandate of the Union's negotiators.</p>",
                "5",
                "Conclusions",
                documents=[f"{paper(97840, year)} REV 1"],
            ),
            other_business(
                "6",
                told(
                    "Noise under water: recommendations of a regional meeting",
                    "Finland",
                    "Sweden",
                    supported_by=["Estonia", "Denmark", "Latvia"],
                    documents=[paper(97851, year)],
                ),
                told(
                    "Προστασία των υγροτόπων της Μεσογείου: πρωτοβουλία «Καθαρές ακτές» (Protection of Mediterranean "
                    "wetlands: the “Clean shores” initiative)",
                    "Greece",
                    supported_by=["Cyprus", "Malta", "Italy", "Spain"],
                    documents=[paper(97852, year)],
                ),
                told(
                    "Hydrogen grids and protected sites",
                    "Commission",
                    text="<p>At the request of two delegations.</p>",
                    on=["power-grids"],
                ),
                told("Urban trees", "Portugal", state=ItemState.WITHDRAWN, state_note="To be raised in spring."),
            ),
            meal("Working lunch: paying for nature", "<p>With a member of the Commission.</p>"),
        ],
        programme=programme_of_today(now),
        links=[
            link("live_stream", "Public session, live", "video/environment"),
            link("broadcast", "Arrivals in broadcast quality", "broadcast/environment"),
            link("photos", "Photographs of the day", "photos/environment"),
            link("infographic", "From tap to river in five pictures"),
        ],
        contacts=[press_office("Environment"), press_office("Accreditation")],
        footnotes=[footnote("(*)", "<p>A vote may be requested on this item.</p>")],
    )
    delayed = next(point for point in first.programme if point.state)
    first.alerts = [
        Alert(id=OPEN, text=f"The press conference is now expected about {delayed.time}.", at=ago(now, 20)),
        Alert(id=OPEN, text="The item on urban trees has been withdrawn from the agenda.", at=ago(now, 95)),
    ]
    return Story(named(first))


def ago(now: dt.datetime, minutes: int) -> dt.datetime:
    return now.astimezone(dt.UTC).replace(second=0, microsecond=0) - dt.timedelta(minutes=minutes)


def programme_of_today(now: dt.datetime) -> list[Point]:
    press_room = "Press room, main"
    speakers = [
        Speaker(name="Alex Sample", role="Minister for the Environment"),
        Speaker(name="Dominique Sample", role="Member of the Commission"),
    ]
    was = around(now, 60)
    points = [
        point("arrivals", "08:00", "from", live=True, place="VIP entrance"),
        point("doorstep", "08:15", "approximate", "The minister in the chair", live=True, place="VIP entrance"),
        point("start", "08:45", live=True),
        point("session", around(now, -45), title="Medicines in waste water: public session", live=True),
        point("session", around(now, 30), title="Dry summers: public debate", live=True),
        point(
            "press_conference",
            around(now, 105),
            "approximate",
            "Environment Council",
            live=True,
            place=press_room,
            speakers=speakers,
            state=PointState.DELAYED,
            previous=[EarlierTime(time=was, time_text=f"+/- {was}", place=press_room)],
        ),
        point("meal", "13:00", "approximate", "Working lunch: paying for nature"),
        point("press_briefing", "21:30", "to_be_confirmed", "Results in detail", place="Briefing room 2"),
    ]
    timed = sorted(points, key=lambda one: one.time or "")
    last = "after the last item"
    return [*timed, point("doorstep", last, title="Delegations of Finland and Sweden", in_margins=True)]


def farm_ministers(diary: Diary) -> Story:
    days, year = diary.day(-6), diary.today.year
    first = meeting(
        "farm ministers",
        "agrifish",
        days,
        number="9875",
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[Chair("Paul Sample", "Minister for Agriculture")],
        lead="""
            <p>Ministers will try to agree on the <strong>labelling of honey blends</strong> and will discuss how young
            farmers can take over a holding.</p>
            <p>They will also hear how member states prepare for droughts.</p>""",
        agenda=[
            law(
                "Labelling of honey blends",
                """<p>Every country of origin would be named with its share. Packers ask for a tolerance of five
                percentage points; beekeepers want two.</p>""",
                "1",
                procedure(9941, year - 1),
                "General approach",
                documents=[paper(97510, year)],
            ),
            debate(
                "Young farmers: taking over a holding",
                "<p>Half of all holdings will change hands within ten years. Who can afford one?</p>",
                "2",
                "Policy debate",
                public=PublicSession.YES,
                public_basis=PublicBasis.DEBATE,
                on=["skills-and-fair-jobs"],
            ),
            debate("Preparing for droughts", "<p>Information by the Commission.</p>", "3", on=["water-resilience"]),
            other_business("4", told("Prices of fertilisers", "Poland", supported_by=["Lithuania", "Romania"])),
        ],
        programme=[
            point("start", "10:00", live=True),
            point("meal", "13:30", "approximate", "Lunch"),
            point("press_conference", "18:00", "approximate", live=True),
        ],
        links=[link("recording", "Recording of the public session", "video/agriculture")],
    )
    second = changed(first)
    honey, young, droughts, _business = second.agenda
    honey.result = result(
        "no_decision",
        "<p>A blocking minority held that two percentage points cannot be measured. The presidency will try again.</p>",
    )
    young.result = result("debate_held", "<p>Seventeen ministers spoke. Most want loans before premiums.</p>")
    droughts.result = result("debate_held", "<p>The Commission will report again in spring.</p>")
    return Story(first, named(second), RESULTS)


def postponed_fisheries(diary: Diary) -> Story:
    reason = "The coastal states have asked for a week more to prepare the talks."
    second = fisheries_on(diary.day(14), status=MeetingStatus.POSTPONED, status_reason=reason)
    return Story(fisheries_on(diary.day(7)), second, "The meeting is postponed by a week.")


def fisheries_on(days: Days, **members: Any) -> MeetingDocument:
    return meeting(
        "fisheries talks",
        "agrifish",
        days,
        title="Agriculture and Fisheries Council (Fisheries)",
        chairs=[Chair("Paul Sample", "Minister for Agriculture")],
        lead="""<p>Ministers will prepare the yearly talks with coastal states on <strong>shared stocks</strong> in the
            North Sea, and discuss how reservoirs on land affect river fish.</p>""",
        agenda=[
            debate("Shared stocks in the North Sea", "<p>Mandate for the talks.</p>", "1", public=PublicSession.NO),
            debate("River fish and reservoirs", "<p>Exchange of views.</p>", "2", on=["water-resilience"]),
        ],
        programme=[point("start", "09:30"), point("press_conference", "16:00", "to_be_confirmed")],
        **members,
    )


def fishing_opportunities(diary: Diary) -> Story:
    days, year = diary.in_luxembourg(24), diary.today.year
    first = meeting(
        "fishing opportunities",
        "agrifish",
        days,
        status=MeetingStatus.PROVISIONAL,
        agenda_status=AgendaStatus.PROVISIONAL,
        chairs=[
            Chair("Paul Sample", "Minister for Agriculture", on=days.first),
            Chair("Ingrid Sample", "Minister for Fisheries", on=days.last),
        ],
        lead="""
            <p>The two days are devoted to <strong>seeds and soils</strong> and to the <strong>catches allowed in the
            Baltic Sea</strong> next year.</p>
            <p>As always in April, June and October, ministers meet in Luxembourg.</p>""",
        agenda=[
            Strand(
                "Agriculture",
                [
                    law(
                        "Conservation varieties of seeds",
                        "<p>Gardeners could exchange seeds of old varieties without registration.</p>",
                        "1",
                        procedure(9942, year - 1),
                        "Progress report",
                    )
                ],
                on=days.first,
            ),
            Strand(
                "Fisheries",
                [
                    debate(
                        "Baltic Sea: catches allowed next year",
                        "<p>Scientists advise a pause for cod and less herring in the west.</p>",
                        "2",
                        "Political agreement",
                        legal_basis="Article 43(3) TFEU",
                    )
                ],
                on=days.last,
                text="<p>Talks usually last into the night.</p>",
            ),
        ],
        programme=[
            point("start", "11:00", date=days.first),
            point("press_conference", "at the end of the talks", title="Fisheries", date=days.last, live=True),
        ],
    )
    return Story(first)
