"""Environment; agriculture and fisheries."""

import datetime as dt
from typing import Any

from council.demo.drafting import (
    UNASSIGNED_ID,
    SampleChair,
    SampleSession,
    assign_ids,
    copy_with_changes,
    draft_a_items,
    draft_debate,
    draft_footnote,
    draft_information,
    draft_legislative_item,
    draft_link,
    draft_meal,
    draft_meeting,
    draft_other_business,
    draft_point,
    draft_press_office,
    draft_result,
    format_document_number,
    format_procedure_code,
)
from council.demo.sample_meeting import SampleMeeting
from council.demo.working_days import Diary, MeetingDays
from meetings.clock import BRUSSELS
from meetings.documents.choices import AgendaStatus, ItemState, MeetingStatus, PointState, PublicBasis, PublicSession
from meetings.documents.schema import Alert, EarlierTime, MeetingDocument, Point, Speaker

RESULTS_NOTE = "Results added."
EARLIEST_TIME, LATEST_TIME = dt.time(10), dt.time(18, 30)  # limits for the middle of today's programme


def draft_nature_meetings(diary: Diary, now: dt.datetime) -> list[SampleMeeting]:
    return [
        draft_environment_today(diary, now),
        draft_farm_ministers(diary),
        draft_postponed_fisheries(diary),
        draft_fishing_opportunities(diary),
    ]


def format_time_near(now: dt.datetime, minutes: int) -> str:
    """Return the time `minutes` from now, rounded down to a quarter of an hour and kept within a working day."""
    local = now.astimezone(BRUSSELS)
    hour = min(max(local.time(), EARLIEST_TIME), LATEST_TIME)
    past_midnight = hour.hour * 60 + hour.minute + minutes
    return f"{past_midnight // 60:02}:{past_midnight % 60 // 15 * 15:02}"


def draft_environment_today(diary: Diary, now: dt.datetime) -> SampleMeeting:
    days, year = diary.pick_day(0), diary.today.year
    minister = SampleChair("Alex Sample", "Minister for the Environment")
    first = draft_meeting(
        "environment today",
        "env",
        days,
        number="9878",
        document_number=format_document_number(97800, year),
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[minister],
        lead="""
            <p>Ministers will aim for a general approach on <strong>clean rivers</strong>, the first law that would
            limit residues of medicines in waste water.</p>
            <p>In a public debate they will ask how farms and towns can get through <strong>dry summers</strong>, and
            they will adopt conclusions on the Union's position for the next conference on biodiversity.</p>
            <p>Over lunch, ministers will discuss how to pay for nature restoration.</p>""",
        agenda=[
            draft_a_items(
                "1", format_document_number(97801, year), f"{format_document_number(97802, year)} ADD 1 REV 1"
            ),
            draft_legislative_item(
                "Residues of medicines in waste water",
                """<p>Large towns would have to add a fourth stage to their treatment plants by 2040. The main open
                points are:</p>
                <ul><li>who pays: producers alone, or producers and users of water</li>
                <li>the size of towns from which the duty applies</li>
                <li>how long islands and mountain regions may take</li></ul>
                <p>The presidency hopes to close them with the text that it sent to delegations last week.</p>""",
                "2",
                format_procedure_code(9931, year - 1),
                "General approach",
                documents=[f"{format_document_number(97810, year)} REV 2", format_document_number(97811, year)],
                legal_basis="Article 192(1) TFEU",
                topic_slugs=["water-resilience"],
                links=[draft_link("background", "Clean rivers: what the law would change", "background/rivers", "en")],
            ),
            draft_legislative_item(
                "Soil monitoring in forests",
                "<p>Progress report. Delegations still differ on how often samples have to be taken.</p>",
                "3",
                format_procedure_code(9932, year - 2),
                "Progress report",
                public=PublicSession.POSSIBLY,
                documents=[format_document_number(97820, year)],
            ),
            draft_debate(
                "Dry summers: water for farms, towns and nature",
                """<p>The presidency asks ministers which measures have worked at home, and what the Union should pay
                for. The debate is public.</p>""",
                "4",
                "Policy debate",
                public=PublicSession.YES,
                public_basis=PublicBasis.DEBATE,
                documents=[format_document_number(97830, year)],
                topic_slugs=["water-resilience"],
            ),
            draft_debate(
                "Conference on biodiversity: the Union's position (*)",
                "<p>The draft conclusions are the mandate of the Union's negotiators.</p>",
                "5",
                "Conclusions",
                documents=[f"{format_document_number(97840, year)} REV 1"],
            ),
            draft_other_business(
                "6",
                draft_information(
                    "Noise under water: recommendations of a regional meeting",
                    "Finland",
                    "Sweden",
                    supported_by=["Estonia", "Denmark", "Latvia"],
                    documents=[format_document_number(97851, year)],
                ),
                draft_information(
                    "Προστασία των υγροτόπων της Μεσογείου: πρωτοβουλία «Καθαρές ακτές» (Protection of Mediterranean "
                    "wetlands: the “Clean shores” initiative)",
                    "Greece",
                    supported_by=["Cyprus", "Malta", "Italy", "Spain"],
                    documents=[format_document_number(97852, year)],
                ),
                draft_information(
                    "Hydrogen grids and protected sites",
                    "Commission",
                    text="<p>At the request of two delegations.</p>",
                    topic_slugs=["power-grids"],
                ),
                draft_information(
                    "Urban trees", "Portugal", state=ItemState.WITHDRAWN, state_note="To be raised in spring."
                ),
            ),
            draft_meal("Working lunch: paying for nature", "<p>With a member of the Commission.</p>"),
        ],
        programme=draft_programme_of_today(now),
        links=[
            draft_link("live_stream", "Public session, live", "video/environment"),
            draft_link("broadcast", "Arrivals in broadcast quality", "broadcast/environment"),
            draft_link("photos", "Photographs of the day", "photos/environment"),
            draft_link("infographic", "From tap to river in five pictures"),
        ],
        contacts=[draft_press_office("Environment"), draft_press_office("Accreditation")],
        footnotes=[draft_footnote("(*)", "<p>A vote may be requested on this item.</p>")],
    )
    delayed = next(point for point in first.programme if point.state)
    first.alerts = [
        Alert(
            id=UNASSIGNED_ID,
            text=f"The press conference is now expected about {delayed.time}.",
            at=subtract_minutes(now, 20),
        ),
        Alert(
            id=UNASSIGNED_ID,
            text="The item on urban trees has been withdrawn from the agenda.",
            at=subtract_minutes(now, 95),
        ),
    ]
    return SampleMeeting(assign_ids(first))


def subtract_minutes(now: dt.datetime, minutes: int) -> dt.datetime:
    return now.astimezone(dt.UTC).replace(second=0, microsecond=0) - dt.timedelta(minutes=minutes)


def draft_programme_of_today(now: dt.datetime) -> list[Point]:
    press_room = "Press room, main"
    speakers = [
        Speaker(name="Alex Sample", role="Minister for the Environment"),
        Speaker(name="Dominique Sample", role="Member of the Commission"),
    ]
    was = format_time_near(now, 60)
    points = [
        draft_point("arrivals", "08:00", "from", live=True, place="VIP entrance"),
        draft_point("doorstep", "08:15", "approximate", "The minister in the chair", live=True, place="VIP entrance"),
        draft_point("start", "08:45", live=True),
        draft_point("session", format_time_near(now, -45), title="Medicines in waste water: public session", live=True),
        draft_point("session", format_time_near(now, 30), title="Dry summers: public debate", live=True),
        draft_point(
            "press_conference",
            format_time_near(now, 105),
            "approximate",
            "Environment Council",
            live=True,
            place=press_room,
            speakers=speakers,
            state=PointState.DELAYED,
            previous=[EarlierTime(time=was, time_text=f"+/- {was}", place=press_room)],
        ),
        draft_point("meal", "13:00", "approximate", "Working lunch: paying for nature"),
        draft_point("press_briefing", "21:30", "to_be_confirmed", "Results in detail", place="Briefing room 2"),
    ]
    timed = sorted(points, key=lambda one: one.time or "")
    last = "after the last item"
    return [*timed, draft_point("doorstep", last, title="Delegations of Finland and Sweden", in_margins=True)]


def draft_farm_ministers(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_day(-6), diary.today.year
    first = draft_meeting(
        "farm ministers",
        "agrifish",
        days,
        number="9875",
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[SampleChair("Paul Sample", "Minister for Agriculture")],
        lead="""
            <p>Ministers will try to agree on the <strong>labelling of honey blends</strong> and will discuss how young
            farmers can take over a holding.</p>
            <p>They will also hear how member states prepare for droughts.</p>""",
        agenda=[
            draft_legislative_item(
                "Labelling of honey blends",
                """<p>Every country of origin would be named with its share. Packers ask for a tolerance of five
                percentage points; beekeepers want two.</p>""",
                "1",
                format_procedure_code(9941, year - 1),
                "General approach",
                documents=[format_document_number(97510, year)],
            ),
            draft_debate(
                "Young farmers: taking over a holding",
                "<p>Half of all holdings will change hands within ten years. Who can afford one?</p>",
                "2",
                "Policy debate",
                public=PublicSession.YES,
                public_basis=PublicBasis.DEBATE,
                topic_slugs=["skills-and-fair-jobs"],
            ),
            draft_debate(
                "Preparing for droughts", "<p>Information by the Commission.</p>", "3", topic_slugs=["water-resilience"]
            ),
            draft_other_business(
                "4", draft_information("Prices of fertilisers", "Poland", supported_by=["Lithuania", "Romania"])
            ),
        ],
        programme=[
            draft_point("start", "10:00", live=True),
            draft_point("meal", "13:30", "approximate", "Lunch"),
            draft_point("press_conference", "18:00", "approximate", live=True),
        ],
        links=[draft_link("recording", "Recording of the public session", "video/agriculture")],
    )
    second = copy_with_changes(first)
    honey, young, droughts, _business = second.agenda
    honey.result = draft_result(
        "no_decision",
        "<p>A blocking minority held that two percentage points cannot be measured. The presidency will try again.</p>",
    )
    young.result = draft_result("debate_held", "<p>Seventeen ministers spoke. Most want loans before premiums.</p>")
    droughts.result = draft_result("debate_held", "<p>The Commission will report again in spring.</p>")
    return SampleMeeting(first, assign_ids(second), RESULTS_NOTE)


def draft_postponed_fisheries(diary: Diary) -> SampleMeeting:
    reason = "The coastal states have asked for a week more to prepare the talks."
    second = draft_fisheries_on(diary.pick_day(14), status=MeetingStatus.POSTPONED, status_reason=reason)
    return SampleMeeting(draft_fisheries_on(diary.pick_day(7)), second, "The meeting is postponed by a week.")


def draft_fisheries_on(days: MeetingDays, **members: Any) -> MeetingDocument:
    return draft_meeting(
        "fisheries talks",
        "agrifish",
        days,
        title="Agriculture and Fisheries Council (Fisheries)",
        chairs=[SampleChair("Paul Sample", "Minister for Agriculture")],
        lead="""<p>Ministers will prepare the yearly talks with coastal states on <strong>shared stocks</strong> in the
            North Sea, and discuss how reservoirs on land affect river fish.</p>""",
        agenda=[
            draft_debate(
                "Shared stocks in the North Sea", "<p>Mandate for the talks.</p>", "1", public=PublicSession.NO
            ),
            draft_debate(
                "River fish and reservoirs", "<p>Exchange of views.</p>", "2", topic_slugs=["water-resilience"]
            ),
        ],
        programme=[draft_point("start", "09:30"), draft_point("press_conference", "16:00", "to_be_confirmed")],
        **members,
    )


def draft_fishing_opportunities(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_days_in_luxembourg(24), diary.today.year
    first = draft_meeting(
        "fishing opportunities",
        "agrifish",
        days,
        status=MeetingStatus.PROVISIONAL,
        agenda_status=AgendaStatus.PROVISIONAL,
        chairs=[
            SampleChair("Paul Sample", "Minister for Agriculture", date=days.first),
            SampleChair("Ingrid Sample", "Minister for Fisheries", date=days.last),
        ],
        lead="""
            <p>The two days are devoted to <strong>seeds and soils</strong> and to the <strong>catches allowed in the
            Baltic Sea</strong> next year.</p>
            <p>As always in April, June and October, ministers meet in Luxembourg.</p>""",
        agenda=[
            SampleSession(
                "Agriculture",
                [
                    draft_legislative_item(
                        "Conservation varieties of seeds",
                        "<p>Gardeners could exchange seeds of old varieties without registration.</p>",
                        "1",
                        format_procedure_code(9942, year - 1),
                        "Progress report",
                    )
                ],
                date=days.first,
            ),
            SampleSession(
                "Fisheries",
                [
                    draft_debate(
                        "Baltic Sea: catches allowed next year",
                        "<p>Scientists advise a pause for cod and less herring in the west.</p>",
                        "2",
                        "Political agreement",
                        legal_basis="Article 43(3) TFEU",
                    )
                ],
                date=days.last,
                text="<p>Talks usually last into the night.</p>",
            ),
        ],
        programme=[
            draft_point("start", "11:00", date=days.first),
            draft_point("press_conference", "at the end of the talks", title="Fisheries", date=days.last, live=True),
        ],
    )
    return SampleMeeting(first)
