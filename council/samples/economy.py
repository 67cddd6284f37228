"""Economic and financial affairs; competitiveness."""

from council.samples.diary import Diary
from council.samples.drafting import (
    Chair,
    Strand,
    a_items,
    changed,
    debate,
    footnote,
    item,
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
from council.samples.stories import Fate, Story
from meetings.vocabulary import AgendaStatus, Form, MeetingStatus, PublicBasis, PublicSession

RESULTS = "Results added."


def stories(diary: Diary) -> list[Story]:
    return [
        finance_ministers(diary),
        industry_and_research(diary),
        informal_finance(diary),
        next_budget(diary),
        research_without_a_date(diary),
    ]


def finance_ministers(diary: Diary) -> Story:
    days, year = diary.day(-15), diary.today.year
    first = meeting(
        "finance ministers",
        "ecofin",
        days,
        number="9871",
        document_number=paper(97014, year),
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[Chair("Robin Sample", "Minister for Finance")],
        lead="""
            <p>Ministers will seek a general approach on <strong>simpler prospectuses</strong> for small and
            medium-sized companies, a first step of the work on savings and investments.</p>
            <p>They will also take stock of the <strong>economic outlook</strong>, adopt conclusions on statistics, and
            discuss how far national promotional banks can share the risk of new ventures.</p>""",
        agenda=[
            a_items("1", paper(97101, year), paper(97102, year)),
            law(
                "Prospectuses of small and medium-sized companies",
                """<p>The proposal limits a prospectus to 50 pages and gives it one layout in all languages. The
                presidency's text keeps the liability rules of the member states and adds a review after five
                years.</p>""",
                "2",
                procedure(9911, year - 1),
                "General approach",
                documents=[paper(97120, year), f"{paper(97120, year)} ADD 1"],
                legal_basis="Article 114 TFEU",
                on=["savings-and-investments"],
            ),
            law(
                "Electronic invoices in cross-border trade",
                """<p>Ministers will hear how far the talks have come. What is open is the date from which small traders
                have to take part.</p>""",
                "3",
                procedure(9912, year - 1, "CNS"),
                "Progress report",
                documents=[paper(97131, year)],
                legal_basis="Article 113 TFEU",
            ),
            debate(
                "Economic outlook and fiscal policy",
                """<p>On the basis of the autumn figures, ministers will discuss whether public investment is
                sufficiently protected when budgets are consolidated.</p>""",
                "4",
                public=PublicSession.NO,
            ),
            debate(
                "European statistics: quality and burden",
                """<p>The draft conclusions ask for fewer surveys of households and for better use of administrative
                records.</p>""",
                "5",
                "Conclusions",
                documents=[f"{paper(97140, year)} REV 1"],
            ),
            other_business(
                "6",
                told("Current financial services proposals", "Presidency", documents=[paper(97150, year)]),
                told(
                    "Counterfeit coins: an exhibition",
                    "Austria",
                    "Croatia",
                    supported_by=["Slovenia", "Hungary", "Slovakia"],
                ),
            ),
            meal("Working breakfast", "<p>Ministers will exchange views on the economic situation.</p>"),
        ],
        programme=[
            point("meal", "08:30", title="Working breakfast"),
            point("start", "10:00", live=True),
            point("press_conference", "13:15", "approximate", live=True, place="Press room, Europa building"),
        ],
        links=[link("live_stream", "Public session, live", "video/finance"), link("photos", "Photographs", "photos/1")],
        footnotes=[footnote("*", "<p>A vote may be requested on items marked in this way.</p>")],
    )
    second = changed(first)
    _a, prospectuses, invoices, outlook, statistics, *_rest = second.agenda
    prospectuses.result = result(
        "general_approach",
        """<p>All delegations but one supported the text. Talks with the European Parliament can begin as soon as it has
        settled its own position.</p>""",
        links=[link("press_release", "Shorter prospectuses: Council agrees its position", "press/prospectuses", "en")],
    )
    invoices.result = result("no_decision", "<p>Two delegations need more time for their traders' software.</p>")
    outlook.result = result("debate_held", "<p>Ministers asked for an analysis of investment in defence by spring.</p>")
    statistics.result = result(
        "conclusions",
        "<p>The Council adopted conclusions.</p>",
        links=[link("conclusions", "Council conclusions on European statistics", "conclusions/statistics", "en")],
    )
    second.results = [
        result(
            "general_approach",
            """<p>Ministers agreed their position on <strong>shorter prospectuses</strong>, which should save a company
            that goes public about a third of the cost of its documents.</p>""",
            "Finance ministers agree on shorter prospectuses",
            days.first,
        )
    ]
    return Story(first, named(second), RESULTS)


def industry_and_research(diary: Diary) -> Story:
    days, year = diary.two_days(-12), diary.today.year
    first = meeting(
        "industry and research",
        "compet",
        days,
        number="9872",
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[
            Chair("Maria Sample", "Minister for Enterprise", on=days.first),
            Chair("Jan Sample", "Minister for Research", on=days.last),
        ],
        lead="""
            <p>On the first day ministers will hold a policy debate on <strong>affordable energy for industry</strong>
            and aim for a political agreement on the safety of toys sold online.</p>
            <p>The second day is about research: conclusions on <strong>careers of researchers</strong>, and a debate
            on how results find their way into companies.</p>""",
        agenda=[
            Strand(
                "Internal market and industry",
                [
                    law(
                        "Safety of products sold online",
                        """<p>Marketplaces would have to name a person in the Union who answers for each product. The
                        presidency proposes to leave out second-hand goods.</p>""",
                        "1",
                        procedure(9921, year - 1),
                        "Political agreement",
                        documents=[paper(97210, year)],
                    ),
                    debate(
                        "Affordable energy for industry",
                        "<p>Ministers will discuss long-term contracts, grids and the permits that both need.</p>",
                        "2",
                        "Policy debate",
                        public=PublicSession.YES,
                        public_basis=PublicBasis.DEBATE,
                        on=["power-grids"],
                    ),
                ],
                on=days.first,
            ),
            Strand(
                "Research",
                [
                    debate(
                        "Careers of researchers",
                        """<p>The draft conclusions recommend contracts of at least three years and the recognition of
                        time spent in companies.</p>""",
                        "3",
                        "Conclusions",
                        documents=[paper(97230, year), f"{paper(97230, year)} COR 1"],
                        on=["skills-and-fair-jobs"],
                    ),
                    debate(
                        "From results to companies",
                        "<p>What keeps young companies from growing? The presidency has put two questions.</p>",
                        "4",
                        "Policy debate",
                        on=["savings-and-investments"],
                    ),
                    other_business("5", told("Work programme of the incoming presidency", "Incoming presidency")),
                ],
                on=days.last,
            ),
        ],
        programme=[
            point("start", "09:30", date=days.first, live=True),
            point("press_conference", "17:00", "approximate", "Internal market", date=days.first, live=True),
            point("start", "10:00", date=days.last, live=True),
            point("press_conference", "at the end of the meeting", title="Research", date=days.last, live=True),
        ],
        links=[link("live_stream", "Public sessions, live", "video/competitiveness")],
        contacts=[press_office("Internal market"), press_office("Research")],
    )
    second = changed(first)
    online, energy, careers, companies, _business = second.agenda
    online.result = result("political_agreement", "<p>Second-hand goods stay outside, with a review in 2032.</p>")
    energy.result = result("debate_held", "<p>Most ministers asked for faster permits before new funds.</p>")
    careers.result = result("conclusions", "<p>The Council adopted its conclusions without a debate.</p>")
    companies.result = result("debate_held", "<p>The presidency will send a summary to all delegations.</p>")
    second.results = [
        result("political_agreement", "<p>Online marketplaces will answer for what they sell.</p>", "", days.first),
        result("conclusions", "<p>Researchers should have contracts that they can plan with.</p>", "", days.last),
    ]
    return Story(first, named(second), RESULTS)


def informal_finance(diary: Diary) -> Story:
    days = diary.across_months(17)
    first = meeting(
        "informal finance",
        "ecofin",
        days,
        form=Form.INFORMAL,
        title="Informal meeting of economic and finance ministers",
        status=MeetingStatus.PROVISIONAL,
        chairs=[Chair("Robin Sample", "Minister for Finance")],
        lead="""
            <p>At the invitation of the presidency, ministers and governors of central banks will talk about
            <strong>household savings</strong> and about what ageing societies mean for public finances.</p>
            <p>Informal meetings take no decisions.</p>""",
        agenda=[
            debate(
                "Working session I: where Europeans put their savings",
                "<p>A third of household savings lies in accounts that bear little interest. What would move it?</p>",
                "",
                on=["savings-and-investments"],
            ),
            debate("Working session II: ageing and public finances", "<p>With the governors of central banks.</p>", ""),
        ],
        programme=[
            point("arrivals", "16:00", "from", date=days.first),
            point("meal", "19:30", title="Dinner hosted by the minister", date=days.first),
            point("round_table", "09:00", title="Working session I", date=days.last),
            point("press_conference", "13:00", "to_be_confirmed", date=days.last),
        ],
        links=[link("registration", "Registration of journalists", "registration/informal-finance")],
    )
    return Story(first)


def next_budget(diary: Diary) -> Story:
    days, year = diary.day(22), diary.today.year
    first = meeting(
        "next budget",
        "ecofin",
        days,
        title="Economic and Financial Affairs Council (Budget)",
        status=MeetingStatus.PROVISIONAL,
        chairs=[Chair("Nora Sample", "Minister for the Budget")],
        lead="<p>Ministers will prepare the conciliation with the European Parliament on next year's budget.</p>",
        agenda=[
            law(
                "General budget for the coming year",
                "<p>Draft: the amounts are still being checked and must not be quoted.</p>",
                "1",
                procedure(9913, year, "BUD"),
                "Preparation of the conciliation committee",
                on=["savings-and-investments"],
            )
        ],
        programme=[point("start", "09:30")],
    )
    return Story(first, fate=Fate.DRAFT)


def research_without_a_date(diary: Diary) -> Story:
    days = diary.day(10)
    first = meeting(
        "space",
        "compet",
        days,
        title="Competitiveness Council (Space)",
        status=MeetingStatus.PROVISIONAL,
        chairs=[Chair("Jan Sample", "Minister for Research")],
        lead="""<p>Ministers will discuss the next generation of <strong>navigation satellites</strong> and who may use
            their most precise signals.</p>""",
        agenda=[
            debate("Navigation satellites: the next generation", "<p>Orientation debate on cost and timing.</p>", "1"),
            item("Space traffic: state of play", "<p>Information from the Commission.</p>", "2"),
        ],
        programme=[point("press_conference", "time to be confirmed", "to_be_confirmed")],
    )
    second = changed(
        first,
        status=MeetingStatus.POSTPONED,
        status_reason="The report on which the debate rests is not ready. A new date will be announced.",
        start_date=None,
        end_date=None,
    )
    return Story(first, named(second), "The meeting is postponed; it has no new date yet.")
