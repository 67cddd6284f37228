"""Employment, social policy, health; education and culture; justice and home affairs."""

from council.demo.drafting import (
    SampleChair,
    SampleSession,
    assign_ids,
    copy_with_changes,
    draft_a_items,
    draft_debate,
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
from meetings.documents.choices import AgendaStatus, Form, ItemState, Language, PublicBasis, PublicSession


def draft_society_meetings(diary: Diary) -> list[SampleMeeting]:
    return [
        draft_health_by_video(diary),
        draft_employment(diary),
        draft_education(diary),
        draft_culture_in_french(diary),
        draft_justice_and_home_affairs(diary),
    ]


def draft_health_by_video(diary: Diary) -> SampleMeeting:
    days = diary.pick_day(-2)
    first = draft_meeting(
        "health by video",
        "epsco",
        days,
        form=Form.VIDEO_CONFERENCE,
        title="Informal video conference of health ministers",
        chairs=[SampleChair("Eva Sample", "Minister for Health")],
        lead="""<p>Ministers will compare their <strong>stocks of antibiotics for children</strong> before winter and
            agree on how to lend each other medicines.</p>""",
        agenda=[
            draft_debate("Antibiotics for children: stocks", "<p>Each member state reports in two minutes.</p>", ""),
            draft_debate("Lending medicines across borders", "<p>On the basis of a note by the presidency.</p>", ""),
        ],
        programme=[
            draft_point("start", "10:00"),
            draft_point("press_conference", "12:30", "approximate", live=True, place="Online"),
        ],
        links=[draft_link("live_stream", "Press conference, live", "video/health")],
    )
    second = copy_with_changes(
        first,
        results=[
            draft_result(
                "debate_held",
                """<p>Stocks suffice in all but three member states. Ministers will keep a common list, renewed every
                Monday. Video conferences adopt no acts.</p>""",
                "A common list of stocks",
                days.first,
            )
        ],
    )
    return SampleMeeting(first, assign_ids(second), "Results added.")


def draft_employment(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_two_days(8), diary.today.year
    first = draft_meeting(
        "employment",
        "epsco",
        days,
        agenda_status=AgendaStatus.PROVISIONAL,
        chairs=[
            SampleChair("Leo Sample", "Minister for Employment", date=days.first),
            SampleChair("Eva Sample", "Minister for Health", date=days.last),
        ],
        lead="""
            <p>On the first day, ministers for employment will seek a general approach on <strong>paid
            traineeships</strong>. On the second, ministers for health will discuss <strong>nursing</strong>: how to
            train more people and how to keep them.</p>""",
        agenda=[
            SampleSession(
                "Employment and social policy",
                [
                    draft_legislative_item(
                        "Traineeships: pay and protection",
                        """<p>A traineeship without pay could last a month at most. Delegations differ on what counts as
                        part of a course of study.</p>""",
                        "1",
                        format_procedure_code(9961, year - 2),
                        "General approach",
                        documents=[f"{format_document_number(98010, year)} REV 1"],
                        legal_basis="Article 153(2) TFEU",
                        topic_slugs=["skills-and-fair-jobs"],
                    ),
                    draft_debate("Skills for the building trades", "<p>Conclusions.</p>", "2", "Conclusions"),
                ],
                date=days.first,
            ),
            SampleSession(
                "Health",
                [
                    draft_debate(
                        "Nursing: training and staying",
                        "<p>Four in ten nurses leave the profession before they are fifty.</p>",
                        "3",
                        "Policy debate",
                        public=PublicSession.YES,
                        public_basis=PublicBasis.DEBATE,
                        topic_slugs=["skills-and-fair-jobs"],
                    ),
                    draft_other_business(
                        "4", draft_information("Health in prisons", "Belgium", supported_by=["Netherlands"])
                    ),
                ],
                date=days.last,
            ),
        ],
        programme=[
            draft_point("start", "09:30", title="Employment and social policy", date=days.first),
            draft_point("press_conference", "16:30", "approximate", date=days.first, live=True),
            draft_point("start", "09:00", title="Health", date=days.last),
            draft_point("press_conference", "13:30", "to_be_confirmed", date=days.last, live=True),
        ],
        contacts=[draft_press_office("Employment and social policy"), draft_press_office("Health")],
    )
    second = copy_with_changes(first)
    second.agenda[1].state = ItemState.POSTPONED
    second.agenda[1].state_note = "The text is not ready in all languages."
    second.programme[1].time, second.programme[1].time_text = "17:15", "+/- 17:15"
    return SampleMeeting(first, assign_ids(second), status=SampleStatus.CHANGED)


def draft_education(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_day(-9), diary.today.year
    first = draft_meeting(
        "education",
        "eycs",
        days,
        number="9873",
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[SampleChair("Tom Sample", "Minister for Education")],
        lead="""<p>Ministers will adopt a recommendation on <strong>telephones in classrooms</strong> and discuss how to
            find teachers of mathematics.</p>""",
        agenda=[
            draft_debate(
                "Telephones in classrooms",
                "<p>The recommendation leaves the rules to schools and asks for a pause at least until noon.</p>",
                "1",
                "Adoption",
                documents=[format_document_number(97305, year)],
            ),
            draft_debate(
                "Teachers of mathematics",
                "<p>Policy debate in public session.</p>",
                "2",
                "Policy debate",
                public=PublicSession.YES,
                public_basis=PublicBasis.DEBATE,
                topic_slugs=["skills-and-fair-jobs"],
            ),
        ],
        programme=[
            draft_point("start", "10:30", live=True),
            draft_point("press_conference", "14:00", "approximate", live=True),
        ],
    )
    second = copy_with_changes(first)
    second.agenda[0].result = draft_result("adopted", "<p>Adopted unanimously.</p>")
    second.agenda[1].result = draft_result("debate_held", "<p>Ministers want to recognise diplomas within a month.</p>")
    return SampleMeeting(first, assign_ids(second), "Results added.")


def draft_culture_in_french(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_day(6), diary.today.year
    first = draft_meeting(
        "culture in french",
        "eycs",
        days,
        language=Language.FR,
        title="Conseil « Éducation, jeunesse, culture et sport » (Culture)",
        agenda_status=AgendaStatus.PROVISIONAL,
        chairs=[SampleChair("Camille Exemple", "ministre de la Culture")],
        lead="""<p>Les ministres débattront de la place des <strong>œuvres européennes</strong> sur les plateformes et
            chercheront un accord sur la protection des <strong>cloches et carillons</strong> anciens.</p>""",
        agenda=[
            draft_legislative_item(
                "Œuvres européennes sur les plateformes",
                "<p>La présidence propose un seuil de trente pour cent et un réexamen au bout de quatre ans.</p>",
                "1",
                format_procedure_code(9971, year - 1),
                "Débat d’orientation",
                documents=[format_document_number(98110, year)],
            ),
            draft_debate("Cloches et carillons", "<p>Projet de conclusions.</p>", "2", "Conclusions"),
            draft_item("Capitales européennes de la culture", "<p>Informations de la Commission.</p>", "3"),
        ],
        programme=[
            draft_point("start", "09:30"),
            draft_point("press_conference", "à l’issue de la session", title="Culture", live=True),
        ],
        links=[draft_link("live_stream", "Session publique en direct", "video/culture", "fr")],
        contacts=[draft_press_office("Culture")],
    )
    return SampleMeeting(first)


def draft_justice_and_home_affairs(diary: Diary) -> SampleMeeting:
    days, year = diary.pick_two_days(4), diary.today.year
    first = draft_meeting(
        "justice and home affairs",
        "jha",
        days,
        document_number=format_document_number(97950, year),
        agenda_status=AgendaStatus.PROVISIONAL,
        chairs=[
            SampleChair("Frank Sample", "Minister for Justice", date=days.first),
            SampleChair("Helena Sample", "Minister of the Interior", date=days.last),
        ],
        lead="""
            <p>On the first day, ministers of justice will aim for a general approach on the <strong>protection of
            adults across borders</strong> and talk about hatred online.</p>
            <p>On the second, ministers of the interior will discuss <strong>returns</strong>, preparedness at the
            external borders, and how terrorists raise their money. The Mixed Committee will meet in the
            margins.</p>""",
        agenda=[
            SampleSession(
                "Justice",
                [
                    draft_legislative_item(
                        "Protection of adults across borders",
                        "<p>A guardian named in one member state could act in all others with one certificate.</p>",
                        "1",
                        format_procedure_code(9981, year - 2),
                        "General approach",
                        documents=[format_document_number(97951, year), f"{format_document_number(97951, year)} ADD 1"],
                        legal_basis="Article 81(2) TFEU",
                    ),
                    draft_debate("Hatred online: what courts need", "<p>Policy debate.</p>", "2", "Policy debate"),
                    draft_meal("Working lunch", "<p>The load of courts with mass claims.</p>"),
                ],
                date=days.first,
            ),
            SampleSession(
                "Home Affairs",
                [
                    draft_legislative_item(
                        "Returns: one decision valid everywhere",
                        "<p>State of play. Ministers will be asked about the date of application.</p>",
                        "3",
                        format_procedure_code(9982, year - 1),
                        "Progress report",
                        topic_slugs=["migration-policy"],
                    ),
                    draft_debate(
                        "How terrorists raise their money",
                        "<p>The presidency's note names crypto-assets, front companies and ransom.</p>",
                        "4",
                        topic_slugs=["fight-against-terrorism"],
                        public=PublicSession.NO,
                    ),
                    draft_other_business(
                        "5",
                        draft_information("Ministerial forum of neighbours", "Presidency"),
                        draft_information(
                            "Fires in forests: a common reserve", "Portugal", supported_by=["Spain", "Greece"]
                        ),
                    ),
                ],
                date=days.last,
            ),
            SampleSession(
                "Mixed Committee",
                [
                    draft_a_items("6"),
                    draft_debate(
                        "State of the Schengen area",
                        "<p>With the associated countries.</p>",
                        "7",
                        topic_slugs=["migration-policy"],
                    ),
                ],
                date=days.last,
                text="<p>With Iceland, Liechtenstein, Norway and Switzerland.</p>",
            ),
        ],
        programme=[
            draft_point("arrivals", "08:30", "from", date=days.first, live=True),
            draft_point("start", "09:30", title="Justice", date=days.first),
            draft_point("press_conference", "15:30", "approximate", "Justice", date=days.first, live=True),
            draft_point("start", "09:30", title="Home Affairs", date=days.last),
            draft_point(
                "press_conference", "at the end of the meeting", title="Home Affairs", date=days.last, live=True
            ),
        ],
        links=[
            draft_link("live_stream", "Public session and press conferences, live", "video/justice"),
            draft_link("registration", "Accreditation", "registration/justice"),
        ],
        contacts=[draft_press_office("Justice"), draft_press_office("Home affairs")],
    )
    return SampleMeeting(first)
