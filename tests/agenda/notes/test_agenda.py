"""Test the body of a note: sessions, items with their facts, text and links, any other business."""

import datetime as dt

import pytest

from agenda.notes.item_title import parse_item_title
from agenda.notes.language_detection import load_phrases_of_notes
from agenda.notes.providers import format_providers, parse_providers
from meetings.documents.document_numbers import find_document_numbers, find_procedure_codes
from tests.agenda.notes.note_helpers import build_note, list_all_items, parse_document, parse_items, parse_text

ENGLISH = load_phrases_of_notes()
TEXT = "Ministers will count."


def test_sessions_have_title_day_and_text() -> None:
    whole = parse_document(
        build_note(
            "EU YOUTH and SPORT - MONDAY, 20 NOVEMBER",
            "Ministers meet in two rooms.",
            "Counting",
            TEXT,
            "**SPORT** (Tuesday 21 November)",
            "Running",
            TEXT,
        )
    )
    first, second = whole.sessions
    assert (first.title, first.date, first.text) == (
        "EU Youth and Sport",
        dt.date(2017, 11, 20),
        "<p>Ministers meet in two rooms.</p>",
    )
    assert (second.title, second.date) == ("Sport", dt.date(2017, 11, 21))
    assert [item.session for item in whole.agenda] == [first.id, second.id]


def test_repeated_session_heading_continues_the_session() -> None:
    whole = parse_document(build_note("YOUTH", "Counting", TEXT, "SPORT", "Running", TEXT, "YOUTH", "Reading", TEXT))
    assert [session.title for session in whole.sessions] == ["Youth", "Sport"]


def test_acronym_is_an_item_and_not_a_session() -> None:
    assert [item.title for item in parse_items(build_note("ETIAS", TEXT, "Youth", "PNR", TEXT))] == ["ETIAS", "PNR"]


def test_body_without_sessions_begins_after_the_notice() -> None:
    whole = parse_document(build_note("Counting", TEXT, "Running", TEXT, lead="Ministers will meet."))
    assert whole.sessions == []
    assert [item.title for item in whole.agenda] == ["Counting", "Running"]
    assert (
        parse_document(build_note("Counting", TEXT, lead="Ministers will meet.", notice="")).lead
        == "<p>Ministers will meet.</p>"
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Counting (public session)", {"title": "Counting", "public": "yes"}),
        ("Counting (poss. public session)", {"title": "Counting", "public": "possibly"}),
        ("Counting (public deliberation)", {"title": "Counting", "public": "yes", "public_basis": "deliberation"}),
        ("Counting (+/- 12.50 public session)", {"title": "Counting (+/- 12.50 public session)", "public": "yes"}),
        (
            "**Counting** (12203/21 + ADD 1) (public session)",
            {"title": "Counting", "documents": ["12203/21 + ADD 1"], "public": "yes"},
        ),
        (
            "Counting (2016/0142 (COD), 6912/17)",
            {"title": "Counting", "procedures": ["2016/0142 (COD)"], "documents": ["6912/17"]},
        ),
        ("Counting in 6912/17 and on", {"title": "Counting in 6912/17 and on", "documents": ["6912/17"]}),
        ("Counting (Gozo, 2 March 2017)", {"title": "Counting (Gozo, 2 March 2017)"}),
        ("Counting (*)", {"title": "Counting"}),
        ("8 b. Counting", {"title": "Counting", "number": "8 b"}),
        ("12) Counting", {"title": "Counting", "number": "12"}),
        ("(a) Counting", {"title": "Counting", "number": "a"}),
        ("Working lunch: counting in towns", {"title": "counting in towns", "kind": "meal"}),
        ("Working lunch on counting", {"title": "Working lunch on counting", "kind": "meal"}),
        (
            "Counting: information from the Slovenian delegation",
            {"title": "Counting", "information_from": ["Slovenia"]},
        ),
        (
            (
                "Counting: a start (information from the German and Danish delegations, supported by the Austrian "
                "delegation) (public session)"
            ),
            {
                "title": "Counting: a start",
                "information_from": ["Germany", "Denmark"],
                "supported_by": ["Austria"],
                "public": "yes",
            },
        ),
        (
            "Counting - information from the Presidency and the Commission",
            {"title": "Counting", "information_from": ["Presidency", "Commission"]},
        ),
        ("Counting (EL/RO)", {"title": "Counting", "information_from": ["Greece", "Romania"]}),
        (
            "Counting: information from the Martian delegation",
            {"title": "Counting: information from the Martian delegation"},
        ),
        (
            "Counting (information from the Commission, then lunch)",
            {"title": "Counting (information from the Commission, then lunch)"},
        ),
        ("(public session)", {"title": "(public session)"}),
    ],
)
def test_facts_are_removed_from_a_title_if_wholly_understood(line: str, expected: dict[str, object]) -> None:
    item = parse_item_title(line, ENGLISH)
    names = (
        "title",
        "number",
        "kind",
        "public",
        "public_basis",
        "documents",
        "procedures",
        "information_from",
        "supported_by",
    )
    read = {name: getattr(item, name) for name in names}
    blank = {"number": "", "kind": "item", "public": "", "public_basis": "", "documents": [], "procedures": []}
    assert read == blank | {"information_from": [], "supported_by": []} | expected


@pytest.mark.parametrize(
    "names",
    [["Slovenia"], ["Germany", "Denmark"], ["Presidency", "Commission"], ["Italy", "Malta", "Cyprus", "Commission"]],
)
def test_formatted_providers_can_be_parsed_back(names: list[str]) -> None:
    read = parse_providers(format_providers(names, ENGLISH), ENGLISH)
    assert read == (names, [])


def test_numbers_of_acts_cases_and_years_are_not_document_numbers() -> None:
    text = (
        "See 6912/17, 14996/1/22 REV 1, 12203/21 + ADD 1 and 11731/21 + ADD 1-2; not Regulation (EC) No "
        "1257/96, Directive 2003/87/EC, "
        "Case C-594/19, Decision (EU) 2016/1316, the season 2016/17, 2016/0142 (COD) or 15/03/2018."
    )
    assert find_document_numbers(text, ENGLISH.agenda.act_reference) == [
        "6912/17",
        "14996/1/22 REV 1",
        "12203/21 + ADD 1",
        "11731/21 + ADD 1-2",
    ]
    assert find_procedure_codes(f"{text} 2020/0319(COD)") == ["2016/0142 (COD)", "2020/0319 (COD)"]


def test_text_keeps_bold_words_lists_and_links_and_its_numbers_are_found() -> None:
    [item] = parse_items(
        build_note(
            "Counting",
            "Numbers (6912/17) are **large** [here](http://a.eu/b):",
            "- one\n  - two\n    - three\n- four",
            "1. five\n2. six",
            "a) seven is odd.",
            "See 2016/0142 (COD).",
        )
    )
    assert item.text == (
        '<p>Numbers (6912/17) are <strong>large</strong> <a href="http://a.eu/b">here</a>:</p>'
        "<ul><li>one<ul><li>two<ul><li>three</li></ul></li></ul></li><li>four</li></ul>"
        "<ol><li>five</li><li>six</li></ol><p>a) seven is odd.</p><p>See 2016/0142 (COD).</p>"
    )
    assert (item.documents, item.procedures) == (["6912/17"], ["2016/0142 (COD)"])
    assert [(link.title, link.url) for link in item.links] == [("here", "http://a.eu/b")]


def test_lists_can_be_nested_by_their_bullets_alone() -> None:
    [item] = parse_items(build_note("Counting", "• one\n– two\n– three\n• four"))
    assert item.text == "<ul><li>one<ul><li>two</li><li>three</li></ul></li><li>four</li></ul>"


def test_links_of_an_item_have_kinds_by_their_words() -> None:
    [item] = parse_items(
        build_note(
            "Counting",
            TEXT,
            "[Counting \\(background information\\)](#)",
            "[Infographic - Numbers](http://a.eu/n)",
            "[Proposal for a regulation](http://a.eu/p)",
            "Infographic - Numbers without an address",
            "More: <http://a.eu/m>",
        )
    )
    assert [(link.kind, link.title, link.url) for link in item.links] == [
        ("background", "Counting (background information)", ""),
        ("infographic", "Infographic - Numbers", "http://a.eu/n"),
        ("document", "Proposal for a regulation", "http://a.eu/p"),
        ("infographic", "Infographic - Numbers without an address", ""),
        ("web", "More", "http://a.eu/m"),
    ]


def test_outcome_and_provider_directly_below_the_title() -> None:
    first, second = parse_items(
        build_note("Counting", "General approach", TEXT, "Running", "Information from the Presidency", TEXT)
    )
    assert (first.outcome_sought, first.text) == ("General approach", f"<p>{TEXT}</p>")
    assert second.information_from == ["Presidency"]


def test_numbered_items_can_have_lettered_parts() -> None:
    first, second = parse_items(
        build_note("1. Packages", "a) Numbers (12288/21)\nb) Letters", TEXT, "2. Running", TEXT)
    )
    assert [(part.number, part.title, part.documents, part.text) for part in first.items] == [
        ("1 a", "Numbers", ["12288/21"], ""),
        ("1 b", "Letters", [], f"<p>{TEXT}</p>"),
    ]
    assert (first.number, second.number) == ("1", "2")


def test_any_other_business_with_bullets() -> None:
    [heading] = parse_items(
        build_note(
            "Any other business (public session)",
            "- **Honey**: information from the Slovenian delegation\n"
            "- Conference (Gozo, 2 March 2017) (information from the Commission)\n- [Toys](http://a.eu/t)",
            "A word on toys.",
        )
    )
    assert (heading.kind, heading.title, heading.public) == ("any_other_business", "Any other business", "yes")
    assert [(item.title, item.information_from, item.public, item.text) for item in heading.items] == [
        ("Honey", ["Slovenia"], "yes", ""),
        ("Conference (Gozo, 2 March 2017)", ["Commission"], "yes", ""),
        ("Toys", [], "yes", "<p>A word on toys.</p>"),
    ]
    assert {item.kind for item in list_all_items([heading])} == {"any_other_business"}
    assert heading.items[2].links[0].url == "http://a.eu/t"


def test_any_other_business_with_letters_and_parts() -> None:
    [heading] = parse_items(
        build_note(
            "9. Any other business",
            "(a) Current proposals (public session)\n(i) Toys\n(ii) Cycles\nInformation from the Presidency\n"
            "(b) Honey\nInformation from the Slovak delegation, supported by the Austrian and Hungarian delegations",
        )
    )
    first, second = heading.items
    assert (first.number, first.information_from, [item.number for item in first.items]) == (
        "9 a",
        ["Presidency"],
        ["9 a i", "9 a ii"],
    )
    assert (second.number, second.information_from, second.supported_by) == (
        "9 b",
        ["Slovakia"],
        ["Austria", "Hungary"],
    )
    assert [item.public for item in first.items] == ["yes", "yes"]


def test_point_of_other_business_on_the_line_of_the_heading() -> None:
    [heading] = parse_items(build_note("AOB: mutual recognition (PT)"))
    assert [(item.title, item.information_from) for item in heading.items] == [("mutual recognition", ["Portugal"])]


def test_item_after_other_business_is_an_ordinary_item() -> None:
    business, item = parse_items(
        build_note("Any other business", "- Honey: information from the Commission", "Counting", TEXT)
    )
    assert (business.kind, item.kind, item.text) == ("any_other_business", "item", f"<p>{TEXT}</p>")


def test_public_mark_of_a_session_applies_to_all_its_items() -> None:
    assert [
        item.public for item in parse_items(build_note("YOUTH (public session)", "Counting", TEXT, "Running", TEXT))
    ] == [
        "yes",
        "yes",
    ]


def test_applied_rules_name_rule_and_field_of_each_line() -> None:
    read = parse_text(build_note("YOUTH", "Counting (public session)", TEXT)).applied_rules
    assert [(each.rule, each.field) for each in read if each.lines[0] >= 14] == [
        ("session", "sessions"),
        ("item title", "agenda.title"),
        ("facts in an item title", "agenda"),
        ("item text", "agenda.text"),
    ]


def test_link_on_the_line_of_any_other_business_is_kept() -> None:
    [heading] = parse_items(build_note("Any other business: [Honey](https://honey.eu/a)"))
    assert [(item.title, item.links[0].url) for item in heading.items] == [("Honey", "https://honey.eu/a")]
