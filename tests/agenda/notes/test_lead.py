"""Test the lead: start and chairs of the meeting and its parts, and the remaining text."""

import datetime as dt

import pytest

from tests.agenda.notes.note_helpers import build_note, parse_document, parse_text

MONDAY, TUESDAY = dt.date(2017, 11, 20), dt.date(2017, 11, 21)


def parse_chairs(lead: str, *body: str) -> list[tuple[str, str, str]]:
    return [(chair.name, chair.role, chair.country) for chair in parse_document(build_note(*body, lead=lead)).chairs]


@pytest.mark.parametrize(
    "lead",
    [
        "The Presidency will set up a working party chaired by the Commission.",
        "The informal meeting in Tallinn was chaired by **Ada Lovelace**.",
        "Ministers will discuss how the market starts to recover.",
        "The Council will start negotiations with the Parliament.",
        "Ministers will meet the chair of the African Union for lunch at 13.00.",
    ],
)
def test_sentences_without_chair_or_start(lead: str) -> None:
    whole = parse_document(build_note(lead=lead))
    assert (whole.chairs, whole.programme) == ([], [])
    assert whole.lead == f"<p>{lead.replace('**Ada Lovelace**', '<strong>Ada Lovelace</strong>')}</p>"


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        (
            "The meeting will be chaired by **Ada Lovelace**, Irish Minister of Numbers.",
            [("Ada Lovelace", "Irish Minister of Numbers", "IE")],
        ),
        (
            (
                "The meeting will be chaired by **Ada Lovelace**, Irish Minister for Numbers, Logic and Machines, "
                "and **Kurt Gödel**, Austrian Minister."
            ),
            [
                ("Ada Lovelace", "Irish Minister for Numbers, Logic and Machines", "IE"),
                ("Kurt Gödel", "Austrian Minister", "AT"),
            ],
        ),
        (
            (
                "The Council is to be chaired by Ada Lovelace, Irish Minister for Justice and Home Affairs, and "
                "Kurt Gödel, Minister of Culture of Austria."
            ),
            [
                ("Ada Lovelace", "Irish Minister for Justice and Home Affairs", "IE"),
                ("Kurt Gödel", "Minister of Culture of Austria", "AT"),
            ],
        ),
        ("The Council will be chaired by the High Representative, **Ada Lovelace**.", [("Ada Lovelace", "", "")]),
        (
            "The Council will be chaired by the High Representative Ada Lovelace.",
            [("Ada Lovelace", "High Representative", "")],
        ),
        (
            "**Ada Lovelace**, Irish Minister of Numbers, will chair the meeting.",
            [("Ada Lovelace", "Irish Minister of Numbers", "IE")],
        ),
        (
            "The meeting will be chaired by **A. de Morgan**, **Émilie du Châtelet** and **Sofja Kowalewskaja**.",
            [("A. de Morgan", "", ""), ("Émilie du Châtelet", "", ""), ("Sofja Kowalewskaja", "", "")],
        ),
    ],
)
def test_chairs_have_role_and_country(lead: str, expected: list[tuple[str, str, str]]) -> None:
    assert parse_chairs(lead) == expected


def test_sentence_that_the_export_writes_again_is_removed_from_the_lead() -> None:
    lead = "The meeting will start at 10:00 and will be chaired by **Ada Lovelace**, Irish Minister of Numbers."
    read = parse_text(build_note(lead=f"{lead}\n\nMinisters will count."))
    [start] = read.document.programme
    assert (start.kind, start.time, start.time_precision, start.time_text) == ("start", "10:00", "exact", "10:00")
    assert read.document.lead == "<p>Ministers will count.</p>"
    assert [(each.rule, each.lines) for each in read.applied_rules if 12 in each.lines] == [("start and chairs", [12])]


def test_sentence_in_other_words_stays_in_the_lead_and_its_facts_are_read() -> None:
    whole = parse_document(
        build_note(lead="At the Council, which begins on Monday at 9.30 sharp, **ministers** will count.")
    )
    [start] = whole.programme
    assert (start.time, start.date) == ("09:30", MONDAY)
    assert "9.30 sharp" in whole.lead


def test_each_day_or_session_can_have_its_own_start_and_chair() -> None:
    whole = parse_document(
        build_note(
            "YOUTH",
            "SPORT",
            lead="The **youth** session on Monday 20 November starts at 9.30. "
            "It will be chaired by **Ada Lovelace**, Irish Minister.\n\n"
            "The **sport** session on Tuesday starts at 10.00. "
            "It will be chaired by **Kurt Gödel**, Austrian Minister.",
        )
    )
    youth, sport = whole.sessions
    assert [(chair.name, chair.session, chair.date) for chair in whole.chairs] == [
        ("Ada Lovelace", youth.id, MONDAY),
        ("Kurt Gödel", sport.id, TUESDAY),
    ]
    assert [(point.time, point.session, point.date) for point in whole.programme] == [
        ("09:30", youth.id, MONDAY),
        ("10:00", sport.id, TUESDAY),
    ]


def test_chairs_of_different_days_in_one_sentence() -> None:
    whole = parse_document(
        build_note(
            lead="The meeting will be chaired on Monday by **Ada Lovelace**, Irish Minister, and on Tuesday "
            "by **Kurt Gödel**."
        )
    )
    assert [(chair.name, chair.role, chair.date) for chair in whole.chairs] == [
        ("Ada Lovelace", "Irish Minister", MONDAY),
        ("Kurt Gödel", "", TUESDAY),
    ]


def test_press_conference_in_running_text_is_a_point_and_stays_in_the_text() -> None:
    whole = parse_document(
        build_note(lead="Ministers will count. A press conference will be held at the end of the meeting (+/- 17:15).")
    )
    [point] = whole.programme
    assert (point.kind, point.time, point.time_precision) == ("press_conference", "17:15", "approximate")
    assert "(+/- 17:15)" in whole.lead


def test_bold_lists_links_and_html_signs_in_the_lead() -> None:
    whole = parse_document(build_note(lead="**R&D** <b>:\n\n- one\n  - [two](http://a.eu/b)\n\nMore."))
    assert whole.lead == (
        "<p><strong>R&amp;D</strong> &lt;b&gt;:</p>"
        '<ul><li>one<ul><li><a href="http://a.eu/b">two</a></li></ul></li></ul><p>More.</p>'
    )
    assert [(link.title, link.url) for link in whole.links] == [("two", "http://a.eu/b")]


def test_wrapped_lines_are_one_paragraph() -> None:
    lead = (
        "Ministers will discuss the **proposal for a regulation\non numbers** and will then turn to the state of the\n"
        "negotiations with the European Parliament."
    )
    body = "Numbers policy\n\nIt is expected that the Council agrees on all the numbers that were\nput before it."
    whole = parse_document(build_note(body, lead=lead, title="ENVIRONMENT COUNCIL\nMonday 20 November in Brussels"))
    assert whole.lead == (
        "<p>Ministers will discuss the <strong>proposal for a regulation on numbers</strong> and will then "
        "turn to the state of "
        "the negotiations with the European Parliament.</p>"
    )
    assert (
        whole.agenda[0].text
        == "<p>It is expected that the Council agrees on all the numbers that were put before it.</p>"
    )


def test_slanted_words_at_the_beginning_are_not_a_footnote() -> None:
    lead = "*On Thursday*, ministers will discuss numbers."
    whole = parse_document(build_note(lead=lead))
    assert (whole.lead, whole.footnotes) == (f"<p>{lead}</p>", [])
