"""The top of a note: what is refused, then letterhead, date of issue, configuration, days, place."""

import datetime as dt

import pytest

from agenda.notes.lines import NoteError, read_lines
from agenda.notes.reading import read_note
from tests.agenda.notes.notes import NOTICE, TITLE, TOP, document, note, reading


def refusal(text: str, language: str | None = None) -> NoteError:
    with pytest.raises(NoteError) as refused:
        read_note(read_lines(text.encode()), language)
    return refused.value


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Dear all,\n\nplease find the agenda attached.", None, "neither the heading “BACKGROUND” nor the sentence"),
        (
            "Council of the EU | Media advisory | 3 March 2023\n\nMedia advisory - Environment Council of 7 March 2023",
            1,
            "a media advisory",
        ),
        ("Indicative programme - Environment Council of 7 March 2023", 1, "an indicative programme"),
        ("Council of the\nEuropean Union\n\nPROVISIONAL AGENDA", 4, "an agenda"),
        (TOP + "Nothing more.", None, "No title was found"),
        (TOP + "ENVIRONMENT COUNCIL\n\nThe ministers meet.", 10, "has no date after it"),
        (TOP + "WEATHER COUNCIL Monday 20 November in Brussels", 10, "“WEATHER” is no configuration"),
        (TOP + "GENERAL AFFAIRS and EXTERNAL RELATIONS COUNCIL Monday 20 November", 10, "did not exist on 2017-11-20"),
        (note(title="ENVIRONMENT COUNCIL **Tuesday 20 November in Brussels**"), 10, "is a Monday"),
        (note(title="ENVIRONMENT COUNCIL **Monday 6 November in Brussels**"), 10, "issued after that"),
        (note(title="ENVIRONMENT COUNCIL **21 and 20 November**"), 10, "before it starts"),
        (note(title="ENVIRONMENT COUNCIL **31 November**"), 10, "no day"),
        ("Brussels, 7 November 2017\n\n" + note(), 10, "on 2017-11-07 above"),
        (note("ENVIRONMENT COUNCIL **Wednesday 22 November in Brussels**"), 14, "contradicts the dates above"),
        (note("YOUTH - Wednesday 22 November"), 14, "The session is on"),
        (note("YOUTH - Friday 20 November"), 14, "contradict each other"),
        (note(lead="Press conferences:\n\n- **Youth** (Sunday 20 November, +/- 13:00)"), 14, "contradict each other"),
        ("Rat der\nEuropäischen Union\n\nHINTERGRUND", 1, "English (en), French (fr), Greek (el)"),
        (
            "Conseil de\nl’Union européenne\n\nNOTE D'INFORMATION",
            None,
            'Conseil "Justice et affaires intérieures" jeudi',
        ),
        (note().replace("Council of the European Union", "Conseil de l'Union européenne"), None, "in French"),
        ("PRESSE\nDE\n\nUmwelt", 2, "Deutsch"),
    ],
)
def test_what_is_refused_names_line_and_reason(text: str, line: int | None, words: str) -> None:
    refused = refusal(text)
    assert refused.line == line
    assert words in refused.message


def test_a_language_without_rules_is_refused_by_the_languages_there_are() -> None:
    assert "notes can be read in English (en)" in refusal(note(), "de").message
    assert "xx" in refusal(note(), "xx").message


@pytest.mark.parametrize(
    ("printed", "code", "title"),
    [
        ("JUSTICE and HOME AFFAIRS COUNCIL", "JHA", "Justice and Home Affairs Council"),
        ("Agriculture and Fisheries Council", "AGRIFISH", "Agriculture and Fisheries Council"),
        ("AGRICULTURE & FISHERIES COUNCIL,", "AGRIFISH", "Agriculture and Fisheries Council"),
        (
            "COMPETITIVENESS COUNCIL (Internal market, industry)",
            "COMPET",
            "Competitiveness Council (Internal market, industry)",
        ),
        ("GENERAL AFFAIRS COUNCIL (Art. 50)", "GAC", "General Affairs Council (Art. 50)"),
        ("FOREIGN AFFAIRS COUNCIL", "FAC", "Foreign Affairs Council"),
        ("ECONOMIC and FINANCIAL AFFAIRS COUNCIL", "ECOFIN", "Economic and Financial Affairs Council"),
        ("ECOFIN Council", "ECOFIN", "Economic and Financial Affairs Council"),
        (
            "EMPLOYMENT, SOCIAL POLICY, HEALTH and CONSUMER AFFAIRS COUNCIL",
            "EPSCO",
            "Employment, Social Policy, Health and Consumer Affairs Council",
        ),
        ("TRANSPORT, TELECOMMUNICATIONS and ENERGY COUNCIL", "TTE", "Transport, Telecommunications and Energy Council"),
        ("Council (Environment)", "ENVI", "Environment Council"),
        ("Education, youth, culture and sport Council", "EYCS", "Education, Youth, Culture and Sport Council"),
    ],
)
def test_configurations_by_their_names(printed: str, code: str, title: str) -> None:
    whole = document(note(title=f"{printed} **Monday 20 November in Brussels**"))
    assert (whole.configuration.code, whole.title, whole.place.city) == (code, title, "Brussels")


@pytest.mark.parametrize(
    "title",
    [
        "ENVIRONMENT COUNCIL **Monday 20 and Tuesday 21 November in Luxembourg**",
        "ENVIRONMENT COUNCIL\n\n**Monday 20 and Tuesday 21 November 2017 in Luxembourg**",
        "Environment Council\n20 and 21 November 2017 (Luxembourg)",
        "Environment Council, 20-21 November 2017, Luxembourg",
        "Environment Council of 20 and 21 November in Luxembourg",
        "Environment Council\n\nLuxembourg, Monday 20 and Tuesday 21 November",
        "**ENVIRONMENT**\n**COUNCIL** Monday 20 and Tuesday 21\nNovember in Luxembourg",
    ],
)
def test_days_and_city_in_the_title_or_under_it(title: str) -> None:
    read = reading(note(title=title))
    assert (read.document.start_date, read.document.end_date) == (dt.date(2017, 11, 20), dt.date(2017, 11, 21))
    assert read.document.place.city == "Luxembourg"
    assert read.unplaced == []


@pytest.mark.parametrize(
    "heading", ["BACKGROUND*", "BACKGROUND BRIEF1", "Background note (*)", "BACKGROUND", "**BACKGROUND**¹"]
)
def test_the_kind_of_note(heading: str) -> None:
    assert reading(note(notice="").replace("BACKGROUND*", heading)).unplaced == []


def test_the_notice_alone_tells_the_kind_of_note() -> None:
    assert document(note().replace("BACKGROUND*", "")).notice == NOTICE[2:]


def test_the_institution_on_two_lines_document_number_and_references() -> None:
    read = reading(
        note().replace(
            "Council of the European Union", "Council of the\nEuropean Union\n14996/1/22 REV 1\n\nOJ CONS 57"
        )
    )
    assert (read.document.document_number, read.document.references) == ("14996/1/22 REV 1", ["OJ CONS 57"])
    assert read.unplaced == []


def test_a_line_of_the_top_that_says_nothing_known_is_kept() -> None:
    read = reading(note().replace("PRESS\n", "PRESS\nFor immediate release\n"))
    assert [(line.line, line.text) for line in read.unplaced] == [(4, "For immediate release")]


def test_a_title_with_words_that_are_not_understood_is_kept_beside_its_facts() -> None:
    read = reading(note(title="ENVIRONMENT COUNCIL Monday 20 November in Brussels, in the new building 7"))
    assert read.document.start_date == dt.date(2017, 11, 20)
    assert [line.line for line in read.unplaced] == [10]


def test_page_numbers_letterhead_and_title_on_later_pages_are_read_over() -> None:
    page = f"1/4\n\nEN\n\nCouncil of the European Union\n\n{TITLE}"
    read = reading(note("Youth policy", "Ministers will meet.", page, "Sport", "They will part."))
    assert [item.title for item in read.document.agenda] == ["Youth policy"]
    assert [session.title for session in read.document.sessions] == ["Sport"]
    assert read.unplaced == []
