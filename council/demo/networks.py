"""Transport, telecommunications and energy."""

from council.demo.drafting import (
    SampleChair,
    assign_ids,
    copy_with_changes,
    draft_debate,
    draft_information,
    draft_legislative_item,
    draft_link,
    draft_meeting,
    draft_other_business,
    draft_point,
    format_document_number,
    format_procedure_code,
)
from council.demo.sample_meeting import SampleMeeting, SampleStatus
from council.demo.working_days import Diary
from meetings.documents.choices import AgendaStatus, MeetingStatus, PublicBasis, PublicSession


def draft_network_meetings(diary: Diary) -> list[SampleMeeting]:
    return [draft_energy(diary), draft_cancelled_transport(diary), draft_withdrawn_telecommunications(diary)]


def draft_energy(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_day(1), diary.today.year
    first = draft_meeting(
        "energy",
        "tte",
        days,
        title="Transport, Telecommunications and Energy Council (Energy)",
        document_number=format_document_number(97880, year),
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[SampleChair("Olga Sample", "Minister for Energy")],
        lead="""
            <p>Ministers will try to reach a general approach on <strong>permits for power grids</strong> and review
            how well homes and hospitals are prepared for a cold winter.</p>""",
        agenda=[
            draft_legislative_item(
                "Permits for power grids",
                """<p>A line of European interest would have its permit within three years. Ministers will decide
                whether silence of an authority means consent.</p>""",
                "1",
                format_procedure_code(9991, year - 1),
                "General approach",
                documents=[f"{format_document_number(97881, year)} REV 3"],
                legal_basis="Article 194(2) TFEU",
                topic_slugs=["power-grids"],
            ),
            draft_debate(
                "Winter outlook",
                "<p>Storage stands above the target in all but two member states.</p>",
                "2",
                public=PublicSession.YES,
                public_basis=PublicBasis.DEBATE,
            ),
            draft_other_business(
                "3",
                draft_information("Tidal power", "France", supported_by=["Ireland", "Portugal"]),
                draft_information("Training of electricians", "Commission", topic_slugs=["skills-and-fair-jobs"]),
            ),
        ],
        programme=[
            draft_point("arrivals", "08:30", "from", live=True),
            draft_point("start", "10:00", live=True),
            draft_point("press_conference", "15:00", "approximate", live=True, place="Press room, main"),
        ],
        links=[
            draft_link("live_stream", "Public session, live", "video/energy"),
            draft_link("infographic", "Grids in figures", "infographics/grids"),
        ],
    )
    return SampleMeeting(first)


def draft_cancelled_transport(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_day(5), diary.today.year
    first = draft_meeting(
        "transport",
        "tte",
        days,
        title="Transport, Telecommunications and Energy Council (Transport)",
        chairs=[SampleChair("Marek Sample", "Minister for Transport")],
        lead="<p>Ministers will discuss <strong>night trains</strong> and tickets valid in several countries.</p>",
        agenda=[
            draft_legislative_item(
                "One ticket for several railways",
                "<p>A traveller who misses a connection could take the next train of any company.</p>",
                "1",
                format_procedure_code(9992, year - 1),
                "Progress report",
            ),
            draft_debate("Night trains", "<p>Exchange of views on sleeping cars.</p>", "2"),
        ],
        programme=[draft_point("start", "10:00"), draft_point("press_conference", "14:30", "approximate", live=True)],
        links=[draft_link("live_stream", "Press conference, live", "video/transport")],
    )
    second = copy_with_changes(
        first,
        status=MeetingStatus.CANCELLED,
        status_reason="Its two items will be settled by ambassadors, so that ministers need not travel.",
    )
    return SampleMeeting(first, assign_ids(second), "The meeting is cancelled.")


def draft_withdrawn_telecommunications(diary: Diary) -> SampleMeeting:
    days = diary.pick_day(15)
    first = draft_meeting(
        "telecommunications",
        "tte",
        days,
        title="Transport, Telecommunications and Energy Council (Telecommunications)",
        chairs=[SampleChair("Ida Sample", "Minister for Digital Affairs")],
        lead="<p>Ministers will discuss <strong>sea cables</strong> and who repairs them.</p>",
        agenda=[draft_debate("Sea cables", "<p>Policy debate.</p>", "1", "Policy debate")],
        programme=[draft_point("start", "10:00")],
    )
    reason = "A sample of a withdrawal: the note went out before its agenda had been approved."
    return SampleMeeting(first, note=reason, status=SampleStatus.WITHDRAWN)
