"""Foreign affairs; general affairs."""

from typing import Any

from council.samples.diary import Days, Diary
from council.samples.drafting import (
    Chair,
    changed,
    debate,
    html,
    item,
    law,
    link,
    meal,
    meeting,
    named,
    other_business,
    paper,
    point,
    procedure,
    result,
    sample_id,
    told,
)
from council.samples.stories import Fate, Story
from meetings.documents.shape import MeetingDocument
from meetings.vocabulary import AgendaStatus, MeetingStatus, PublicSession

HIGH_REPRESENTATIVE = Chair(
    "Ariel Sample", "High Representative of the Union for Foreign Affairs and Security Policy", of_presidency=False
)
EUROPE = Chair("Ruth Sample", "Minister for European Affairs")


def stories(diary: Diary) -> list[Story]:
    return [
        corrected_general_affairs(diary),
        foreign_ministers(diary),
        trade_ministers(diary),
        moved_general_affairs(diary),
        embargoed_foreign_affairs(diary),
    ]


def corrected_general_affairs(diary: Diary) -> Story:
    days, year = diary.day(-4), diary.today.year
    first = meeting(
        "general affairs corrected",
        "gac",
        days,
        number="9876",
        document_number=paper(97601, year),
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[EUROPE],
        lead="""
            <p>Ministers will prepare the next <strong>European Council</strong> and hold their yearly dialogue on the
            <strong>rule of law</strong>, this time on four member states.</p>
            <p>They will also hear how far the talks with candidate countries have come.</p>""",
        agenda=[
            debate(
                "Preparation of the European Council",
                "<p>The draft agenda names competitiveness, security and migration.</p>",
                "1",
                documents=[paper(97610, year)],
                on=["migration-policy"],
            ),
            debate("Rule of law: dialogue on four member states", "<p>In alphabetical order.</p>", "2"),
            debate("Enlargement: conclusions", "<p>A chapter for each candidate country.</p>", "3", "Conclusions"),
        ],
        programme=[
            point("doorstep", "08:50", "approximate", "The minister in the chair", live=True),
            point("start", "09:30"),
            point("press_conference", "15:45", live=True),
        ],
        links=[link("live_stream", "Press conference, live", "video/general-affairs")],
    )
    second = changed(first)
    second.agenda[0].documents = [f"{paper(97610, year)} REV 1"]
    second.programme[-1].time, second.programme[-1].time_text = "14:45", "14:45"
    second.agenda[2].result = result(
        "conclusions",
        "<p>The Council adopted its conclusions on enlargement.</p>",
        links=[link("conclusions", "Conclusions on enlargement", "conclusions/enlargement", "en")],
    )
    note = "Corrected: the press conference began at 14:45, and the first item rests on a revised document."
    return Story(first, named(second), note)


def foreign_ministers(diary: Diary) -> Story:
    days, year = diary.day(3), diary.today.year
    first = meeting(
        "foreign ministers",
        "fac",
        days,
        chairs=[HIGH_REPRESENTATIVE],
        lead="""
            <p>Ministers will discuss <strong>safe passage for merchant ships</strong> and the Union's training missions
            abroad. Under current affairs they may touch on other crises.</p>
            <p>An informal lunch with guests from the Western Balkans follows.</p>""",
        agenda=[
            debate("Current affairs", "<p>Proposed by the High Representative at the meeting.</p>", "1"),
            debate(
                "Safe passage for merchant ships",
                "<p>Two of the Union's naval missions end in spring. Should one follow them?</p>",
                "2",
                documents=[paper(97901, year)],
                public=PublicSession.NO,
            ),
            debate(
                "Partnerships along migration routes",
                "<p>Ministers will review five agreements with countries of origin and transit.</p>",
                "3",
                on=["migration-policy"],
            ),
            meal("Informal lunch with the Western Balkans", "<p>On roaming, energy and common foreign policy.</p>"),
        ],
        programme=[
            point("arrivals", "08:00", "from", live=True),
            point("doorstep", "08:40", "approximate", "The High Representative", live=True),
            point("start", "09:15"),
            point("press_conference", "16:00", "approximate", live=True, place="Press room, main"),
        ],
        links=[
            link("live_stream", "Doorstep and press conference, live", "video/foreign"),
            link("photos", "Family photo"),
        ],
    )
    return Story(first)


def trade_ministers(diary: Diary) -> Story:
    days, year = diary.day(3), diary.today.year
    first = meeting(
        "trade ministers",
        "fac",
        days,
        address_word="trade",
        title="Foreign Affairs Council (Trade)",
        chairs=[Chair("Sofia Sample", "Minister for Trade")],
        lead="""<p>Trade ministers meet in the afternoon, beside those for foreign affairs. They will prepare the
            next <strong>ministerial conference on world trade</strong> and ask how agreements are put to use.</p>""",
        agenda=[
            debate("Ministerial conference on world trade", "<p>Preparation.</p>", "1", documents=[paper(97911, year)]),
            law(
                "Safeguards against sudden imports",
                "<p>The proposal shortens an inquiry from eleven to seven months.</p>",
                "2",
                procedure(9951, year - 1),
                "Progress report",
                legal_basis="Article 207(2) TFEU",
            ),
            other_business("3", told("Agreements in use: the yearly report", "Commission")),
        ],
        programme=[
            point("start", "14:30"),
            point("press_conference", "18:30", "to_be_confirmed", live=True, place="Briefing room 1"),
        ],
    )
    second = changed(first)
    conference, safeguards, other = second.agenda
    safeguards.number, conference.number = "1", "2"
    safeguards.text = html(
        "<p>The proposal shortens an inquiry from eleven to six months, and to for in urgent cases.</p>"
    )
    seeds = told("Tariffs on seeds", "Danish delegation", number="3 a")
    seeds.id = sample_id("meeting trade ministers, tariffs on seeds")  # or it would be named like the one it replaces
    other.items = [seeds]
    second.agenda = [safeguards, conference, other]
    second.programme[1] = point("press_conference", "19:15", "approximate", live=True, place="Briefing room 1")
    second = named(second)
    third = changed(second)
    third.agenda[0].text = third.agenda[0].text.replace("to for in", "to four in")
    note = "The law comes first, the press conference is later, and one point of other business is another."
    return Story(first, second, note, third=third)


def moved_general_affairs(diary: Diary) -> Story:
    reason = "The presidents of the institutions sign the declaration three days later than planned."
    second = general_affairs_on(diary.day(12), status_reason=reason)
    return Story(general_affairs_on(diary.day(9)), second, "The meeting has moved.")


def general_affairs_on(days: Days, **members: Any) -> MeetingDocument:
    return meeting(
        "general affairs moved",
        "gac",
        days,
        chairs=[EUROPE],
        lead="""<p>Ministers will adopt the list of the Council's priorities with the other institutions and discuss
            <strong>cohesion</strong>: how regions without a university keep their young people.</p>""",
        agenda=[
            item("Common priorities of the institutions", "<p>Approval of a joint declaration.</p>", "1"),
            debate("Cohesion: keeping the young", "<p>Policy debate.</p>", "2", on=["skills-and-fair-jobs"]),
        ],
        programme=[point("start", "10:00"), point("press_conference", "15:00", "approximate", live=True)],
        **members,
    )


def embargoed_foreign_affairs(diary: Diary) -> Story:
    days = diary.day(11)
    first = meeting(
        "development ministers",
        "fac",
        days,
        title="Foreign Affairs Council (Development)",
        status=MeetingStatus.PROVISIONAL,
        chairs=[HIGH_REPRESENTATIVE],
        lead="<p>Ministers will decide how to fund <strong>vaccines made in Africa</strong> over six years.</p>",
        agenda=[
            debate("Vaccines made in Africa", "<p>The amounts become public together with this note.</p>", "1"),
            debate("Humanitarian aid: access for helpers", "<p>Exchange of views with an agency.</p>", "2"),
        ],
        programme=[point("start", "09:00"), point("press_conference", "13:00", "approximate", live=True)],
    )
    return Story(first, fate=Fate.EMBARGOED)
