"""Transport, telecommunications and energy."""

from council.samples.diary import Diary
from council.samples.drafting import (
    Chair,
    changed,
    debate,
    law,
    link,
    meeting,
    named,
    other_business,
    paper,
    point,
    procedure,
    told,
)
from council.samples.stories import Fate, Story
from meetings.vocabulary import AgendaStatus, MeetingStatus, PublicBasis, PublicSession


def stories(diary: Diary) -> list[Story]:
    return [energy(diary), transport_cancelled(diary), telecommunications_withdrawn(diary)]


def energy(diary: Diary) -> Story:
    days, year = diary.day(1), diary.today.year
    first = meeting(
        "energy",
        "tte",
        days,
        title="Transport, Telecommunications and Energy Council (Energy)",
        document_number=paper(97880, year),
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[Chair("Olga Sample", "Minister for Energy")],
        lead="""
            <p>Ministers will try to reach a general approach on <strong>permits for power grids</strong> and review
            how well homes and hospitals are prepared for a cold winter.</p>""",
        agenda=[
            law(
                "Permits for power grids",
                """<p>A line of European interest would have its permit within three years. Ministers will decide
                whether silence of an authority means consent.</p>""",
                "1",
                procedure(9991, year - 1),
                "General approach",
                documents=[f"{paper(97881, year)} REV 3"],
                legal_basis="Article 194(2) TFEU",
                on=["power-grids"],
            ),
            debate(
                "Winter outlook",
                "<p>Storage stands above the target in all but two member states.</p>",
                "2",
                public=PublicSession.YES,
                public_basis=PublicBasis.DEBATE,
            ),
            other_business(
                "3",
                told("Tidal power", "France", supported_by=["Ireland", "Portugal"]),
                told("Training of electricians", "Commission", on=["skills-and-fair-jobs"]),
            ),
        ],
        programme=[
            point("arrivals", "08:30", "from", live=True),
            point("start", "10:00", live=True),
            point("press_conference", "15:00", "approximate", live=True, place="Press room, main"),
        ],
        links=[
            link("live_stream", "Public session, live", "video/energy"),
            link("infographic", "Grids in figures", "infographics/grids"),
        ],
    )
    return Story(first)


def transport_cancelled(diary: Diary) -> Story:
    days, year = diary.day(5), diary.today.year
    first = meeting(
        "transport",
        "tte",
        days,
        title="Transport, Telecommunications and Energy Council (Transport)",
        chairs=[Chair("Marek Sample", "Minister for Transport")],
        lead="<p>Ministers will discuss <strong>night trains</strong> and tickets valid in several countries.</p>",
        agenda=[
            law(
                "One ticket for several railways",
                "<p>A traveller who misses a connection could take the next train of any company.</p>",
                "1",
                procedure(9992, year - 1),
                "Progress report",
            ),
            debate("Night trains", "<p>Exchange of views on sleeping cars.</p>", "2"),
        ],
        programme=[point("start", "10:00"), point("press_conference", "14:30", "approximate", live=True)],
        links=[link("live_stream", "Press conference, live", "video/transport")],
    )
    second = changed(
        first,
        status=MeetingStatus.CANCELLED,
        status_reason="Its two items will be settled by ambassadors, so that ministers need not travel.",
    )
    return Story(first, named(second), "The meeting is cancelled.")


def telecommunications_withdrawn(diary: Diary) -> Story:
    days = diary.day(15)
    first = meeting(
        "telecommunications",
        "tte",
        days,
        title="Transport, Telecommunications and Energy Council (Telecommunications)",
        chairs=[Chair("Ida Sample", "Minister for Digital Affairs")],
        lead="<p>Ministers will discuss <strong>sea cables</strong> and who repairs them.</p>",
        agenda=[debate("Sea cables", "<p>Policy debate.</p>", "1", "Policy debate")],
        programme=[point("start", "10:00")],
    )
    reason = "A sample of a withdrawal: the note went out before its agenda had been approved."
    return Story(first, note=reason, fate=Fate.WITHDRAWN)
