"""Economic and financial affairs; competitiveness."""

from council.demo.drafting import (
    SampleChair,
    SampleSession,
    assign_ids,
    copy_with_changes,
    draft_a_items,
    draft_debate,
    draft_footnote,
    draft_information,
    draft_item,
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
from council.demo.sample_meeting import SampleMeeting, SampleStatus
from council.demo.working_days import Diary
from meetings.documents.choices import AgendaStatus, Form, MeetingStatus, PublicBasis, PublicSession

RESULTS_NOTE = "Results added."


def draft_economy_meetings(diary: Diary) -> list[SampleMeeting]:
    return [
        draft_finance_ministers(diary),
        draft_industry_and_research(diary),
        draft_informal_finance(diary),
        draft_next_budget(diary),
        draft_research_without_date(diary),
    ]


def draft_finance_ministers(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_day(-15), diary.today.year
    first = draft_meeting(
        "finance ministers",
        "ecofin",
        days,
        number="9871",
        document_number=format_document_number(97014, year),
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[SampleChair("Robin Sample", "Minister for Finance")],
        lead="""
            <p>Ministers will seek a general approach on <strong>simpler prospectuses</strong> for small and
            medium-sized companies, a first step of the work on savings and investments.</p>
            <p>They will also take stock of the <strong>economic outlook</strong>, adopt conclusions on statistics, and
            discuss how far national promotional banks can share the risk of new ventures.</p>""",
        agenda=[
            draft_a_items("1", format_document_number(97101, year), format_document_number(97102, year)),
            draft_legislative_item(
                "Prospectuses of small and medium-sized companies",
                """<p>The proposal limits a prospectus to 50 pages and gives it one layout in all languages. The
                presidency's text keeps the liability rules of the member states and adds a review after five
                years.</p>""",
                "2",
                format_procedure_code(9911, year - 1),
                "General approach",
                documents=[format_document_number(97120, year), f"{format_document_number(97120, year)} ADD 1"],
                legal_basis="Article 114 TFEU",
                topic_slugs=["savings-and-investments"],
            ),
            draft_legislative_item(
                "Electronic invoices in cross-border trade",
                """<p>Ministers will hear how far the talks have come. What is open is the date from which small traders
                have to take part.</p>""",
                "3",
                format_procedure_code(9912, year - 1, "CNS"),
                "Progress report",
                documents=[format_document_number(97131, year)],
                legal_basis="Article 113 TFEU",
            ),
            draft_debate(
                "Economic outlook and fiscal policy",
                """<p>On the basis of the autumn figures, ministers will discuss whether public investment is
                sufficiently protected when budgets are consolidated.</p>""",
                "4",
                public=PublicSession.NO,
            ),
            draft_debate(
                "European statistics: quality and burden",
                """<p>The draft conclusions ask for fewer surveys of households and for better use of administrative
                records.</p>""",
                "5",
                "Conclusions",
                documents=[f"{format_document_number(97140, year)} REV 1"],
            ),
            draft_other_business(
                "6",
                draft_information(
                    "Current financial services proposals",
                    "Presidency",
                    documents=[format_document_number(97150, year)],
                ),
                draft_information(
                    "Counterfeit coins: an exhibition",
                    "Austria",
                    "Croatia",
                    supported_by=["Slovenia", "Hungary", "Slovakia"],
                ),
            ),
            draft_meal("Working breakfast", "<p>Ministers will exchange views on the economic situation.</p>"),
        ],
        programme=[
            draft_point("meal", "08:30", title="Working breakfast"),
            draft_point("start", "10:00", live=True),
            draft_point("press_conference", "13:15", "approximate", live=True, place="Press room, Europa building"),
        ],
        links=[
            draft_link("live_stream", "Public session, live", "video/finance"),
            draft_link("photos", "Photographs", "photos/1"),
        ],
        footnotes=[draft_footnote("*", "<p>A vote may be requested on items marked in this way.</p>")],
    )
    second = copy_with_changes(first)
    _a, prospectuses, invoices, outlook, statistics, *_rest = second.agenda
    prospectuses.result = draft_result(
        "general_approach",
        """<p>All delegations but one supported the text. Talks with the European Parliament can begin as soon as it has
        settled its own position.</p>""",
        links=[
            draft_link("press_release", "Shorter prospectuses: Council agrees its position", "press/prospectuses", "en")
        ],
    )
    invoices.result = draft_result("no_decision", "<p>Two delegations need more time for their traders' software.</p>")
    outlook.result = draft_result(
        "debate_held", "<p>Ministers asked for an analysis of investment in defence by spring.</p>"
    )
    statistics.result = draft_result(
        "conclusions",
        "<p>The Council adopted conclusions.</p>",
        links=[draft_link("conclusions", "Council conclusions on European statistics", "conclusions/statistics", "en")],
    )
    second.results = [
        draft_result(
            "general_approach",
            """<p>Ministers agreed their position on <strong>shorter prospectuses</strong>, which should save a company
            that goes public about a third of the cost of its documents.</p>""",
            "Finance ministers agree on shorter prospectuses",
            days.first,
        )
    ]
    return SampleMeeting(first, assign_ids(second), RESULTS_NOTE)


def draft_industry_and_research(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_two_days(-12), diary.today.year
    first = draft_meeting(
        "industry and research",
        "compet",
        days,
        number="9872",
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[
            SampleChair("Maria Sample", "Minister for Enterprise", date=days.first),
            SampleChair("Jan Sample", "Minister for Research", date=days.last),
        ],
        lead="""
            <p>On the first day ministers will hold a policy debate on <strong>affordable energy for industry</strong>
            and aim for a political agreement on the safety of toys sold online.</p>
            <p>The second day is about research: conclusions on <strong>careers of researchers</strong>, and a debate
            on how results find their way into companies.</p>""",
        agenda=[
            SampleSession(
                "Internal market and industry",
                [
                    draft_legislative_item(
                        "Safety of products sold online",
                        """<p>Marketplaces would have to name a person in the Union who answers for each product. The
                        presidency proposes to leave out second-hand goods.</p>""",
                        "1",
                        format_procedure_code(9921, year - 1),
                        "Political agreement",
                        documents=[format_document_number(97210, year)],
                    ),
                    draft_debate(
                        "Affordable energy for industry",
                        "<p>Ministers will discuss long-term contracts, grids and the permits that both need.</p>",
                        "2",
                        "Policy debate",
                        public=PublicSession.YES,
                        public_basis=PublicBasis.DEBATE,
                        topic_slugs=["power-grids"],
                    ),
                ],
                date=days.first,
            ),
            SampleSession(
                "Research",
                [
                    draft_debate(
                        "Careers of researchers",
                        """<p>The draft conclusions recommend contracts of at least three years and the recognition of
                        time spent in companies.</p>""",
                        "3",
                        "Conclusions",
                        documents=[format_document_number(97230, year), f"{format_document_number(97230, year)} COR 1"],
                        topic_slugs=["skills-and-fair-jobs"],
                    ),
                    draft_debate(
                        "From results to companies",
                        "<p>What keeps young companies from growing? The presidency has put two questions.</p>",
                        "4",
                        "Policy debate",
                        topic_slugs=["savings-and-investments"],
                    ),
                    draft_other_business(
                        "5", draft_information("Work programme of the incoming presidency", "Incoming presidency")
                    ),
                ],
                date=days.last,
            ),
        ],
        programme=[
            draft_point("start", "09:30", date=days.first, live=True),
            draft_point("press_conference", "17:00", "approximate", "Internal market", date=days.first, live=True),
            draft_point("start", "10:00", date=days.last, live=True),
            draft_point("press_conference", "at the end of the meeting", title="Research", date=days.last, live=True),
        ],
        links=[draft_link("live_stream", "Public sessions, live", "video/competitiveness")],
        contacts=[draft_press_office("Internal market"), draft_press_office("Research")],
    )
    second = copy_with_changes(first)
    online, energy, careers, companies, _business = second.agenda
    online.result = draft_result("political_agreement", "<p>Second-hand goods stay outside, with a review in 2032.</p>")
    energy.result = draft_result("debate_held", "<p>Most ministers asked for faster permits before new funds.</p>")
    careers.result = draft_result("conclusions", "<p>The Council adopted its conclusions without a debate.</p>")
    companies.result = draft_result("debate_held", "<p>The presidency will send a summary to all delegations.</p>")
    second.results = [
        draft_result(
            "political_agreement", "<p>Online marketplaces will answer for what they sell.</p>", "", days.first
        ),
        draft_result("conclusions", "<p>Researchers should have contracts that they can plan with.</p>", "", days.last),
    ]
    return SampleMeeting(first, assign_ids(second), RESULTS_NOTE)


def draft_informal_finance(diary: Diary) -> SampleMeeting:
    days = diary.pick_days_across_months(17)
    first = draft_meeting(
        "informal finance",
        "ecofin",
        days,
        form=Form.INFORMAL,
        title="Informal meeting of economic and finance ministers",
        status=MeetingStatus.PROVISIONAL,
        chairs=[SampleChair("Robin Sample", "Minister for Finance")],
        lead="""
            <p>At the invitation of the presidency, ministers and governors of central banks will talk about
            <strong>household savings</strong> and about what ageing societies mean for public finances.</p>
            <p>Informal meetings take no decisions.</p>""",
        agenda=[
            draft_debate(
                "Working session I: where Europeans put their savings",
                "<p>A third of household savings lies in accounts that bear little interest. What would move it?</p>",
                "",
                topic_slugs=["savings-and-investments"],
            ),
            draft_debate(
                "Working session II: ageing and public finances", "<p>With the governors of central banks.</p>", ""
            ),
        ],
        programme=[
            draft_point("arrivals", "16:00", "from", date=days.first),
            draft_point("meal", "19:30", title="Dinner hosted by the minister", date=days.first),
            draft_point("round_table", "09:00", title="Working session I", date=days.last),
            draft_point("press_conference", "13:00", "to_be_confirmed", date=days.last),
        ],
        links=[draft_link("registration", "Registration of journalists", "registration/informal-finance")],
    )
    return SampleMeeting(first)


def draft_next_budget(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_day(22), diary.today.year
    first = draft_meeting(
        "next budget",
        "ecofin",
        days,
        title="Economic and Financial Affairs Council (Budget)",
        status=MeetingStatus.PROVISIONAL,
        chairs=[SampleChair("Nora Sample", "Minister for the Budget")],
        lead="<p>Ministers will prepare the conciliation with the European Parliament on next year's budget.</p>",
        agenda=[
            draft_legislative_item(
                "General budget for the coming year",
                "<p>Draft: the amounts are still being checked and must not be quoted.</p>",
                "1",
                format_procedure_code(9913, year, "BUD"),
                "Preparation of the conciliation committee",
                topic_slugs=["savings-and-investments"],
            )
        ],
        programme=[draft_point("start", "09:30")],
    )
    return SampleMeeting(first, status=SampleStatus.DRAFT)


def draft_research_without_date(diary: Diary) -> SampleMeeting:
    days = diary.pick_day(10)
    first = draft_meeting(
        "space",
        "compet",
        days,
        title="Competitiveness Council (Space)",
        status=MeetingStatus.PROVISIONAL,
        chairs=[SampleChair("Jan Sample", "Minister for Research")],
        lead="""<p>Ministers will discuss the next generation of <strong>navigation satellites</strong> and who may use
            their most precise signals.</p>""",
        agenda=[
            draft_debate(
                "Navigation satellites: the next generation", "<p>Orientation debate on cost and timing.</p>", "1"
            ),
            draft_item("Space traffic: state of play", "<p>Information from the Commission.</p>", "2"),
        ],
        programme=[draft_point("press_conference", "time to be confirmed", "to_be_confirmed")],
    )
    second = copy_with_changes(
        first,
        status=MeetingStatus.POSTPONED,
        status_reason="The report on which the debate rests is not ready. A new date will be announced.",
        start_date=None,
        end_date=None,
    )
    return SampleMeeting(first, assign_ids(second), "The meeting is postponed; it has no new date yet.")
