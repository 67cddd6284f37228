"""Test the top of a note: errors, letterhead, date of issue, configuration, days, place."""

import datetime as dt

import pytest

from agenda.notes.line_reader import NoteError, read_lines
from agenda.notes.note_parser import parse_note
from tests.agenda.notes.note_helpers import NOTICE, TITLE, TOP, build_note, parse_document, parse_text


def get_error(text: str, language: str | None = None) -> NoteError:
    with pytest.raises(NoteError) as refused:
        parse_note(read_lines(text.encode()), language)
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
        (TOP + "WEATHER COUNCIL Monday 20 November in Brussels", 10, "“WEATHER” is not a Council configuration"),
        (TOP + "GENERAL AFFAIRS and EXTERNAL RELATIONS COUNCIL Monday 20 November", 10, "did not exist on 2017-11-20"),
        (build_note(title="ENVIRONMENT COUNCIL **Tuesday 20 November in Brussels**"), 10, "is a Monday"),
        (build_note(title="ENVIRONMENT COUNCIL **Monday 6 November in Brussels**"), 10, "issued later"),
        (build_note(title="ENVIRONMENT COUNCIL **21 and 20 November**"), 10, "before it starts"),
        (build_note(title="ENVIRONMENT COUNCIL **31 November**"), 10, "does not exist"),
        ("Brussels, 7 November 2017\n\n" + build_note(), 10, "2017-11-07 above"),
        (build_note("ENVIRONMENT COUNCIL **Wednesday 22 November in Brussels**"), 14, "contradicts the dates above"),
        (build_note("YOUTH - Wednesday 22 November"), 14, "The session is on"),
        (build_note("YOUTH - Friday 20 November"), 14, "is wrong"),
        (build_note(lead="Press conferences:\n\n- **Youth** (Sunday 20 November, +/- 13:00)"), 14, "is wrong"),
        ("Rat der\nEuropäischen Union\n\nHINTERGRUND", 1, "English (en), French (fr), Greek (el)"),
        (
            "Conseil de\nl’Union européenne\n\nNOTE D'INFORMATION",
            None,
            'Conseil "Justice et affaires intérieures" jeudi',
        ),
        (build_note().replace("Council of the European Union", "Conseil de l'Union européenne"), None, "in French"),
        ("PRESSE\nDE\n\nUmwelt", 2, "Deutsch"),
    ],
)
def test_error_has_line_and_reason(text: str, line: int | None, words: str) -> None:
    refused = get_error(text)
    assert refused.line == line
    assert words in refused.message


def test_error_for_unknown_language_lists_known_languages() -> None:
    assert "Notes can be read in English (en)" in get_error(build_note(), "de").message
    assert "xx" in get_error(build_note(), "xx").message


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
        ("ENVIRONMENT COUNCIL, extraordinary session", "ENVI", "Environment Council extraordinary session"),
    ],
)
def test_configuration_is_recognised_by_its_name(printed: str, code: str, title: str) -> None:
    whole = parse_document(build_note(title=f"{printed} **Monday 20 November in Brussels**"))
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
def test_days_and_city_are_read_from_the_title_or_below_it(title: str) -> None:
    read = parse_text(build_note(title=title))
    assert (read.document.start_date, read.document.end_date) == (dt.date(2017, 11, 20), dt.date(2017, 11, 21))
    assert read.document.place.city == "Luxembourg"
    assert read.unplaced == []


@pytest.mark.parametrize(
    "heading", ["BACKGROUND*", "BACKGROUND BRIEF1", "Background note (*)", "BACKGROUND", "**BACKGROUND**¹"]
)
def test_heading_of_a_background_note_is_recognised(heading: str) -> None:
    assert parse_text(build_note(notice="").replace("BACKGROUND*", heading)).unplaced == []


def test_notice_alone_identifies_a_background_note() -> None:
    assert parse_document(build_note().replace("BACKGROUND*", "")).notice == NOTICE[2:]


def test_institution_on_two_lines_document_number_and_references() -> None:
    read = parse_text(
        build_note().replace(
            "Council of the European Union", "Council of the\nEuropean Union\n14996/1/22 REV 1\n\nOJ CONS 57"
        )
    )
    assert (read.document.document_number, read.document.references) == ("14996/1/22 REV 1", ["OJ CONS 57"])
    assert read.unplaced == []


def test_unknown_line_at_the_top_is_unplaced() -> None:
    read = parse_text(build_note().replace("PRESS\n", "PRESS\nFor immediate release\n"))
    assert [(line.line, line.text) for line in read.unplaced] == [(4, "For immediate release")]


def test_title_with_unknown_words_is_also_unplaced() -> None:
    read = parse_text(build_note(title="ENVIRONMENT COUNCIL Monday 20 November in Brussels, in the new building 7"))
    assert read.document.start_date == dt.date(2017, 11, 20)
    assert [line.line for line in read.unplaced] == [10]


def test_page_numbers_letterhead_and_title_on_later_pages_are_ignored() -> None:
    page = f"1/4\n\nEN\n\nCouncil of the European Union\n\n{TITLE}"
    read = parse_text(build_note("Youth policy", "Ministers will meet.", page, "Sport", "They will part."))
    assert [item.title for item in read.document.agenda] == ["Youth policy"]
    assert [session.title for session in read.document.sessions] == ["Sport"]
    assert read.unplaced == []
