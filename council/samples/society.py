"""Employment, social policy, health; education and culture; justice and home affairs."""

from council.samples.diary import Diary
from council.samples.drafting import (
    Chair,
    Strand,
    a_items,
    changed,
    debate,
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
from meetings.vocabulary import AgendaStatus, Form, ItemState, Language, PublicBasis, PublicSession


def stories(diary: Diary) -> list[Story]:
    return [
        health_by_video(diary),
        employment(diary),
        education(diary),
        culture_in_french(diary),
        justice_and_home_affairs(diary),
    ]


def health_by_video(diary: Diary) -> Story:
    days = diary.day(-2)
    first = meeting(
        "health by video",
        "epsco",
        days,
        form=Form.VIDEO_CONFERENCE,
        title="Informal video conference of health ministers",
        chairs=[Chair("Eva Sample", "Minister for Health")],
        lead="""<p>Ministers will compare their <strong>stocks of antibiotics for children</strong> before winter and
            agree on how to lend each other medicines.</p>""",
        agenda=[
            debate("Antibiotics for children: stocks", "<p>Each member state reports in two minutes.</p>", ""),
            debate("Lending medicines across borders", "<p>On the basis of a note by the presidency.</p>", ""),
        ],
        programme=[
            point("start", "10:00"),
            point("press_conference", "12:30", "approximate", live=True, place="Online"),
        ],
        links=[link("live_stream", "Press conference, live", "video/health")],
    )
    second = changed(
        first,
        results=[
            result(
                "debate_held",
                """<p>Stocks suffice in all but three member states. Ministers will keep a common list, renewed every
                Monday. Video conferences adopt no acts.</p>""",
                "A common list of stocks",
                days.first,
            )
        ],
    )
    return Story(first, named(second), "Results added.")


def employment(diary: Diary) -> Story:
    days, year = diary.two_days(8), diary.today.year
    first = meeting(
        "employment",
        "epsco",
        days,
        agenda_status=AgendaStatus.PROVISIONAL,
        chairs=[
            Chair("Leo Sample", "Minister for Employment", on=days.first),
            Chair("Eva Sample", "Minister for Health", on=days.last),
        ],
        lead="""
            <p>On the first day, ministers for employment will seek a general approach on <strong>paid
            traineeships</strong>. On the second, ministers for health will discuss <strong>nursing</strong>: how to
            train more people and how to keep them.</p>""",
        agenda=[
            Strand(
                "Employment and social policy",
                [
                    law(
                        "Traineeships: pay and protection",
                        """<p>A traineeship without pay could last a month at most. Delegations differ on what counts as
                        part of a course of study.</p>""",
                        "1",
                        procedure(9961, year - 2),
                        "General approach",
                        documents=[f"{paper(98010, year)} REV 1"],
                        legal_basis="Article 153(2) TFEU",
                        on=["skills-and-fair-jobs"],
                    ),
                    debate("Skills for the building trades", "<p>Conclusions.</p>", "2", "Conclusions"),
                ],
                on=days.first,
            ),
            Strand(
                "Health",
                [
                    debate(
                        "Nursing: training and staying",
                        "<p>Four in ten nurses leave the profession before they are fifty.</p>",
                        "3",
                        "Policy debate",
                        public=PublicSession.YES,
                        public_basis=PublicBasis.DEBATE,
                        on=["skills-and-fair-jobs"],
                    ),
                    other_business("4", told("Health in prisons", "Belgium", supported_by=["Netherlands"])),
                ],
                on=days.last,
            ),
        ],
        programme=[
            point("start", "09:30", title="Employment and social policy", date=days.first),
            point("press_conference", "16:30", "approximate", date=days.first, live=True),
            point("start", "09:00", title="Health", date=days.last),
            point("press_conference", "13:30", "to_be_confirmed", date=days.last, live=True),
        ],
        contacts=[press_office("Employment and social policy"), press_office("Health")],
    )
    second = changed(first)
    second.agenda[1].state = ItemState.POSTPONED
    second.agenda[1].state_note = "The text is not ready in all languages."
    second.programme[1].time, second.programme[1].time_text = "17:15", "+/- 17:15"
    return Story(first, named(second), fate=Fate.CHANGED)


def education(diary: Diary) -> Story:
    days, year = diary.day(-9), diary.today.year
    first = meeting(
        "education",
        "eycs",
        days,
        number="9873",
        agenda_status=AgendaStatus.ADOPTED,
        chairs=[Chair("Tom Sample", "Minister for Education")],
        lead="""<p>Ministers will adopt a recommendation on <strong>telephones in classrooms</strong> and discuss how to
            find teachers of mathematics.</p>""",
        agenda=[
            debate(
                "Telephones in classrooms",
                "<p>The recommendation leaves the rules to schools and asks for a pause at least until noon.</p>",
                "1",
                "Adoption",
                documents=[paper(97305, year)],
            ),
            debate(
                "Teachers of mathematics",
                "<p>Policy debate in public session.</p>",
                "2",
                "Policy debate",
                public=PublicSession.YES,
                public_basis=PublicBasis.DEBATE,
                on=["skills-and-fair-jobs"],
            ),
        ],
        programme=[point("start", "10:30", live=True), point("press_conference", "14:00", "approximate", live=True)],
    )
    second = changed(first)
    second.agenda[0].result = result("adopted", "<p>Adopted unanimously.</p>")
    second.agenda[1].result = result("debate_held", "<p>Ministers want to recognise diplomas within a month.</p>")
    return Story(first, named(second), "Results added.")


def culture_in_french(diary: Diary) -> Story:
    days, year = diary.day(6), diary.today.year
    first = meeting(
        "culture in french",
        "eycs",
        days,
        language=Language.FR,
        title="Conseil « Éducation, jeunesse, culture et sport » (Culture)",
        agenda_status=AgendaStatus.PROVISIONAL,
        chairs=[Chair("Camille Exemple", "ministre de la Culture")],
        lead="""<p>Les ministres débattront de la place des <strong>œuvres européennes</strong> sur les plateformes et
            chercheront un accord sur la protection des <strong>cloches et carillons</strong> anciens.</p>""",
        agenda=[
            law(
                "Œuvres européennes sur les plateformes",
                "<p>La présidence propose un seuil de trente pour cent et un réexamen au bout de quatre ans.</p>",
                "1",
                procedure(9971, year - 1),
                "Débat d’orientation",
                documents=[paper(98110, year)],
            ),
            debate("Cloches et carillons", "<p>Projet de conclusions.</p>", "2", "Conclusions"),
            item("Capitales européennes de la culture", "<p>Informations de la Commission.</p>", "3"),
        ],
        programme=[
            point("start", "09:30"),
            point("press_conference", "à l’issue de la session", title="Culture", live=True),
        ],
        links=[link("live_stream", "Session publique en direct", "video/culture", "fr")],
        contacts=[press_office("Culture")],
    )
    return Story(first)


def justice_and_home_affairs(diary: Diary) -> Story:
    days, year = diary.two_days(4), diary.today.year
    first = meeting(
        "justice and home affairs",
        "jha",
        days,
        document_number=paper(97950, year),
        agenda_status=AgendaStatus.PROVISIONAL,
        chairs=[
            Chair("Frank Sample", "Minister for Justice", on=days.first),
            Chair("Helena Sample", "Minister of the Interior", on=days.last),
        ],
        lead="""
            <p>On the first day, ministers of justice will aim for a general approach on the <strong>protection of
            adults across borders</strong> and talk about hatred online.</p>
            <p>On the second, ministers of the interior will discuss <strong>returns</strong>, preparedness at the
            external borders, and how terrorists raise their money. The Mixed Committee will meet in the
            margins.</p>""",
        agenda=[
            Strand(
                "Justice",
                [
                    law(
                        "Protection of adults across borders",
                        "<p>A guardian named in one member state could act in all others with one certificate.</p>",
                        "1",
                        procedure(9981, year - 2),
                        "General approach",
                        documents=[paper(97951, year), f"{paper(97951, year)} ADD 1"],
                        legal_basis="Article 81(2) TFEU",
                    ),
                    debate("Hatred online: what courts need", "<p>Policy debate.</p>", "2", "Policy debate"),
                    meal("Working lunch", "<p>The load of courts with mass claims.</p>"),
                ],
                on=days.first,
            ),
            Strand(
                "Home Affairs",
                [
                    law(
                        "Returns: one decision valid everywhere",
                        "<p>State of play. Ministers will be asked about the date of application.</p>",
                        "3",
                        procedure(9982, year - 1),
                        "Progress report",
                        on=["migration-policy"],
                    ),
                    debate(
                        "How terrorists raise their money",
                        "<p>The presidency's note names crypto-assets, front companies and ransom.</p>",
                        "4",
                        on=["fight-against-terrorism"],
                        public=PublicSession.NO,
                    ),
                    other_business(
                        "5",
                        told("Ministerial forum of neighbours", "Presidency"),
                        told("Fires in forests: a common reserve", "Portugal", supported_by=["Spain", "Greece"]),
                    ),
                ],
                on=days.last,
            ),
            Strand(
                "Mixed Committee",
                [
                    a_items("6"),
                    debate(
                        "State of the Schengen area",
                        "<p>With the associated countries.</p>",
                        "7",
                        on=["migration-policy"],
                    ),
                ],
                on=days.last,
                text="<p>With Iceland, Liechtenstein, Norway and Switzerland.</p>",
            ),
        ],
        programme=[
            point("arrivals", "08:30", "from", date=days.first, live=True),
            point("start", "09:30", title="Justice", date=days.first),
            point("press_conference", "15:30", "approximate", "Justice", date=days.first, live=True),
            point("start", "09:30", title="Home Affairs", date=days.last),
            point("press_conference", "at the end of the meeting", title="Home Affairs", date=days.last, live=True),
        ],
        links=[
            link("live_stream", "Public session and press conferences, live", "video/justice"),
            link("registration", "Accreditation", "registration/justice"),
        ],
        contacts=[press_office("Justice"), press_office("Home affairs")],
    )
    return Story(first)
