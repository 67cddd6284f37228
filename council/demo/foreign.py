"""Foreign affairs; general affairs."""

from typing import Any

from council.demo.drafting import (
    SampleChair,
    assign_ids,
    clean_source_html,
    copy_with_changes,
    draft_debate,
    draft_information,
    draft_item,
    draft_legislative_item,
    draft_link,
    draft_meal,
    draft_meeting,
    draft_other_business,
    draft_point,
    draft_result,
    format_document_number,
    format_procedure_code,
    get_sample_id,
)
from council.demo.sample_meeting import SampleMeeting, SampleStatus
from council.demo.working_days import Diary, MeetingDays
from meetings.documents.choices import AgendaStatus, MeetingStatus, PublicSession
from meetings.documents.schema import MeetingDocument

HIGH_REPRESENTATIVE = SampleChair(
    "Ariel Sample", "High Representative of the Union for Foreign Affairs and Security Policy", of_presidency=False
)
EUROPE = SampleChair("Ruth Sample", "Minister for European Affairs")


def draft_foreign_meetings(diary: Diary) -> list[SampleMeeting]:
    return [
        draft_corrected_general_affairs(diary),
        draft_foreign_ministers(diary),
        draft_trade_ministers(diary),
        draft_moved_general_affairs(diary),
        draft_embargoed_foreign_affairs(diary),
    ]


def draft_corrected_general_affairs(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_day(-4), diary.today.year
    first = draft_meeting(
        "general affairs corrected",
        "gac",
        days,
        number="9876",
        document_number=format_document_number(97601, year),
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[EUROPE],
        lead="""
            <p>Ministers will prepare the next <strong>European Council</strong> and hold their yearly dialogue on the
            <strong>rule of law</strong>, this time on four member states.</p>
            <p>They will also hear how far the talks with candidate countries have come.</p>""",
        agenda=[
            draft_debate(
                "Preparation of the European Council",
                "<p>The draft agenda names competitiveness, security and migration.</p>",
                "1",
                documents=[format_document_number(97610, year)],
                topic_slugs=["migration-policy"],
            ),
            draft_debate("Rule of law: dialogue on four member states", "<p>In alphabetical order.</p>", "2"),
            draft_debate(
                "Enlargement: conclusions", "<p>A chapter for each candidate country.</p>", "3", "Conclusions"
            ),
        ],
        programme=[
            draft_point("doorstep", "08:50", "approximate", "The minister in the chair", live=True),
            draft_point("start", "09:30"),
            draft_point("press_conference", "15:45", live=True),
        ],
        links=[draft_link("live_stream", "Press conference, live", "video/general-affairs")],
    )
    second = copy_with_changes(first)
    second.agenda[0].documents = [f"{format_document_number(97610, year)} REV 1"]
    second.programme[-1].time, second.programme[-1].time_text = "14:45", "14:45"
    second.agenda[2].result = draft_result(
        "conclusions",
        "<p>The Council adopted its conclusions on enlargement.</p>",
        links=[draft_link("conclusions", "Conclusions on enlargement", "conclusions/enlargement", "en")],
    )
    note = "Corrected: the press conference began at 14:45, and the first item rests on a revised document."
    return SampleMeeting(first, assign_ids(second), note)


def draft_foreign_ministers(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_day(3), diary.today.year
    first = draft_meeting(
        "foreign ministers",
        "fac",
        days,
        chairs=[HIGH_REPRESENTATIVE],
        lead="""
            <p>Ministers will discuss <strong>safe passage for merchant ships</strong> and the Union's training missions
            abroad. Under current affairs they may touch on other crises.</p>
            <p>An informal lunch with guests from the Western Balkans follows.</p>""",
        agenda=[
            draft_debate("Current affairs", "<p>Proposed by the High Representative at the meeting.</p>", "1"),
            draft_debate(
                "Safe passage for merchant ships",
                "<p>Two of the Union's naval missions end in spring. Should one follow them?</p>",
                "2",
                documents=[format_document_number(97901, year)],
                public=PublicSession.NO,
            ),
            draft_debate(
                "Partnerships along migration routes",
                "<p>Ministers will review five agreements with countries of origin and transit.</p>",
                "3",
                topic_slugs=["migration-policy"],
            ),
            draft_meal(
                "Informal lunch with the Western Balkans", "<p>On roaming, energy and common foreign policy.</p>"
            ),
        ],
        programme=[
            draft_point("arrivals", "08:00", "from", live=True),
            draft_point("doorstep", "08:40", "approximate", "The High Representative", live=True),
            draft_point("start", "09:15"),
            draft_point("press_conference", "16:00", "approximate", live=True, place="Press room, main"),
        ],
        links=[
            draft_link("live_stream", "Doorstep and press conference, live", "video/foreign"),
            draft_link("photos", "Family photo"),
        ],
    )
    return SampleMeeting(first)


def draft_trade_ministers(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_day(3), diary.today.year
    first = draft_meeting(
        "trade ministers",
        "fac",
        days,
        address_word="trade",
        title="Foreign Affairs Council (Trade)",
        chairs=[SampleChair("Sofia Sample", "Minister for Trade")],
        lead="""<p>Trade ministers meet in the afternoon, beside those for foreign affairs. They will prepare the
            next <strong>ministerial conference on world trade</strong> and ask how agreements are put to use.</p>""",
        agenda=[
            draft_debate(
                "Ministerial conference on world trade",
                "<p>Preparation.</p>",
                "1",
                documents=[format_document_number(97911, year)],
            ),
            draft_legislative_item(
                "Safeguards against sudden imports",
                "<p>The proposal shortens an inquiry from eleven to seven months.</p>",
                "2",
                format_procedure_code(9951, year - 1),
                "Progress report",
                legal_basis="Article 207(2) TFEU",
            ),
            draft_other_business("3", draft_information("Agreements in use: the yearly report", "Commission")),
        ],
        programme=[
            draft_point("start", "14:30"),
            draft_point("press_conference", "18:30", "to_be_confirmed", live=True, place="Briefing room 1"),
        ],
    )
    second = copy_with_changes(first)
    conference, safeguards, other = second.agenda
    safeguards.number, conference.number = "1", "2"
    safeguards.text = clean_source_html(
        "<p>The proposal shortens an inquiry from eleven to six months, and to for in urgent cases.</p>"
    )
    seeds = draft_information("Tariffs on seeds", "Danish delegation", number="3 a")
    seeds.id = get_sample_id(
        "meeting trade ministers, tariffs on seeds"
    )  # else it gets the id of the one that it replaces
    other.items = [seeds]
    second.agenda = [safeguards, conference, other]
    second.programme[1] = draft_point("press_conference", "19:15", "approximate", live=True, place="Briefing room 1")
    second = assign_ids(second)
    third = copy_with_changes(second)
    third.agenda[0].text = third.agenda[0].text.replace("to for in", "to four in")
    note = "The law comes first, the press conference is later, and one point of other business is another."
    return SampleMeeting(first, second, note, third=third)


def draft_moved_general_affairs(diary: Diary) -> SampleMeeting:
    reason = "The presidents of the institutions sign the declaration three days later than planned."
    second = draft_general_affairs_on(diary.pick_day(12), status_reason=reason)
    return SampleMeeting(draft_general_affairs_on(diary.pick_day(9)), second, "The meeting has moved.")


def draft_general_affairs_on(days: MeetingDays, **members: Any) -> MeetingDocument:
    return draft_meeting(
        "general affairs moved",
        "gac",
        days,
        chairs=[EUROPE],
        lead="""<p>Ministers will adopt the list of the Council's priorities with the other institutions and discuss
            <strong>cohesion</strong>: how regions without a university keep their young people.</p>""",
        agenda=[
            draft_item("Common priorities of the institutions", "<p>Approval of a joint declaration.</p>", "1"),
            draft_debate(
                "Cohesion: keeping the young", "<p>Policy debate.</p>", "2", topic_slugs=["skills-and-fair-jobs"]
            ),
        ],
        programme=[draft_point("start", "10:00"), draft_point("press_conference", "15:00", "approximate", live=True)],
        **members,
    )


def draft_embargoed_foreign_affairs(diary: Diary) -> SampleMeeting:
    days = diary.pick_day(11)
    first = draft_meeting(
        "development ministers",
        "fac",
        days,
        title="Foreign Affairs Council (Development)",
        status=MeetingStatus.PROVISIONAL,
        chairs=[HIGH_REPRESENTATIVE],
        lead="<p>Ministers will decide how to fund <strong>vaccines made in Africa</strong> over six years.</p>",
        agenda=[
            draft_debate("Vaccines made in Africa", "<p>The amounts become public together with this note.</p>", "1"),
            draft_debate("Humanitarian aid: access for helpers", "<p>Exchange of views with an agency.</p>", "2"),
        ],
        programme=[draft_point("start", "09:00"), draft_point("press_conference", "13:00", "approximate", live=True)],
    )
    return SampleMeeting(first, status=SampleStatus.EMBARGOED)
