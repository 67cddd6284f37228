"""Test information for the press: programme points, links of the meeting, contacts, notice and footnotes."""

import datetime as dt

import pytest

from agenda.notes.language_detection import load_phrases_of_notes
from agenda.notes.programme_line import parse_point_line
from tests.agenda.notes.note_helpers import build_note, parse_document, parse_text

ENGLISH = load_phrases_of_notes()
MONDAY, TUESDAY = dt.date(2017, 11, 20), dt.date(2017, 11, 21)


@pytest.mark.parametrize(
    ("line", "title", "day", "time", "live"),
    [
        ("Home Affairs Council (+/- 13:00)", "Home Affairs Council", None, "+/- 13:00", False),
        ("Health: Friday 16 March (+/- 13.15)", "Health", "Friday 16 March", "+/- 13.15", False),
        ("Health (Friday, from 13.15) (live streaming)", "Health", "Friday", "from 13.15", True),
        ("Health, Friday 16 March at 13.15", "Health", "Friday 16 March", "at 13.15", False),
        (
            "Health: 16 March, at the end of the meeting (+/- 13.15)",
            "Health",
            "16 March",
            "at the end of the meeting (+/- 13.15)",
            False,
        ),
        ("Press conference at the end of the meeting", "Press conference", None, "at the end of the meeting", False),
        (
            "Press conference: around 13 hours (to be confirmed)",
            "Press conference",
            None,
            "around 13 hours (to be confirmed)",
            False,
        ),
        ("Doorstep (tbc)", "Doorstep", None, "tbc", False),
        ("Arrivals from 8.00", "Arrivals", None, "from 8.00", False),
        ("+/- 13:00 Press conference", "Press conference", None, "+/- 13:00", False),
        ("13.00: Press conference - room 7", "Press conference - room 7", None, "13.00", False),
        ("Prize of the year (9th edition)", "Prize of the year (9th edition)", None, None, False),
        ("13:00", "13:00", None, None, False),
    ],
)
def test_line_of_a_programme_is_parsed(line: str, title: str, day: str | None, time: str | None, live: bool) -> None:
    read = parse_point_line(line, ENGLISH)
    assert (
        read.title,
        read.day and read.day.printed,
        read.printed_time and read.printed_time.time_text,
        read.live,
    ) == (
        title,
        day,
        time,
        live,
    )


def list_points(lead: str, *body: str) -> list[tuple[str, str, str | None, dt.date | None]]:
    return [
        (point.kind.value, point.title, point.time, point.date)
        for point in parse_document(build_note(*body, lead=lead)).programme
    ]


def test_press_conferences_have_their_days() -> None:
    lead = (
        "**Press conferences**\n\n"
        "- **Youth**: Monday 20 November (+/- 17.30)\n- **Sport** (Tuesday, from 13.15)\n- Press briefing (tbc)"
    )
    assert list_points(lead) == [
        ("press_conference", "Youth", "17:30", MONDAY),
        ("press_conference", "Sport", "13:15", TUESDAY),
        ("press_briefing", "Press briefing", None, None),
    ]


def test_press_conference_of_a_session_has_the_day_of_the_session() -> None:
    whole = parse_document(
        build_note(
            "YOUTH - Monday 20 November",
            "SPORT - Tuesday 21 November",
            lead="Press conferences:\n\n- **Sport Council** (13:00)",
        )
    )
    [point] = whole.programme
    assert (point.session, point.date) == (whole.sessions[1].id, TUESDAY)


def test_points_are_read_below_their_days() -> None:
    lead = (
        "Press events\n\nMonday 20 November\n– Arrivals from 8.00\n– Doorstep: +/- 9.15\n\n"
        "Tuesday 21 November\n– Press conference: around 13 hours (tbc)"
    )
    assert list_points(lead) == [
        ("arrivals", "Arrivals", "08:00", MONDAY),
        ("doorstep", "Doorstep", "09:15", MONDAY),
        ("press_conference", "Press conference", "13:00", TUESDAY),
    ]


@pytest.mark.parametrize("heading", ["Other events", "Other events:", "In the margins of the Council:"])
def test_other_events_as_list_or_paragraph(heading: str) -> None:
    whole = parse_document(
        build_note(lead=f"{heading}\n\n- Signing of the agreement with Norway, Monday 20 November at 18.00")
    )
    [point] = whole.programme
    assert (point.kind, point.title, point.date) == ("other", "Signing of the agreement with Norway", MONDAY)
    assert point.in_margins == heading.startswith("In the margins")
    text = "On Tuesday at 12.30, ministers will open an exhibition."
    [point] = parse_document(build_note(lead=f"{heading}\n\n{text}")).programme
    assert (point.title, point.time) == (text, "12:30")


def test_other_event_on_the_line_of_the_heading() -> None:
    assert list_points("Other events: breakfast with athletes (8.15)") == [
        ("meal", "breakfast with athletes", "08:15", None)
    ]


def test_press_conference_on_a_line_of_its_own() -> None:
    assert list_points("Press conference: +/- 13.00") == [("press_conference", "Press conference", "13:00", None)]


def test_entries_below_a_point_are_its_text_and_links() -> None:
    [point] = parse_document(
        build_note(lead="Press events:\n\n- Doorstep (8.45)\n  - by **Minister** Gödel\n  - [live](http://a.eu/b)")
    ).programme
    assert point.text == "<ul><li>by <strong>Minister</strong> Gödel</li></ul>"
    assert [(link.title, link.url) for link in point.links] == [("live", "http://a.eu/b")]


@pytest.mark.parametrize(
    ("lines", "kind", "title", "url"),
    [
        (
            "Press conferences and public events by video streaming: <http://a.eu>",
            "live_stream",
            "Press conferences and public events by video streaming",
            "http://a.eu",
        ),
        (
            "Video coverage in broadcast quality (MPEG4) and photo gallery on:\n\n<http://a.eu/b>",
            "broadcast",
            "Video coverage in broadcast quality (MPEG4) and photo gallery",
            "http://a.eu/b",
        ),
        ("Video coverage (MPEG4): http://a.eu/b", "broadcast", "Video coverage (MPEG4)", "http://a.eu/b"),
        ("[Photo gallery](http://a.eu/b)", "photos", "Photo gallery", "http://a.eu/b"),
        ("- Registration form: <http://a.eu/b>", "registration", "Registration form", "http://a.eu/b"),
        ("[Meeting page](#)", "web", "Meeting page", ""),
        ("<http://a.eu/b>", "web", "http://a.eu/b", "http://a.eu/b"),
    ],
)
def test_links_of_the_meeting(lines: str, kind: str, title: str, url: str) -> None:
    whole = parse_document(build_note(lead=lines))
    assert [(link.kind, link.title, link.url) for link in whole.links] == [(kind, title, url)]
    assert whole.lead == ""


def test_contact_is_read_only_if_wholly_understood() -> None:
    whole = parse_document(
        build_note(lead="Press officer: Niels Bohr, +32 2 555 02 20, +32 479 55 02 20, bohr@consilium.europa.eu")
    )
    [contact] = whole.contacts
    assert (contact.name, contact.role, contact.email) == ("Niels Bohr", "Press officer", "bohr@consilium.europa.eu")
    assert contact.phones == ["+32 2 555 02 20", "+32 479 55 02 20"]
    read = parse_text(build_note(lead="Rue de la Loi 175 - B-1048 BRUSSELS - Tel.: +32 (0)2 281 6319"))
    assert [line.text for line in read.unplaced] == ["Rue de la Loi 175 - B-1048 BRUSSELS - Tel.: +32 (0)2 281 6319"]


@pytest.mark.parametrize("mark", ["* ", "*", "1 ", "1", "(*) ", "¹ ", ""])
def test_notice_can_have_any_mark(mark: str) -> None:
    sentence = "This note has been drawn up under the responsibility of the press office."
    assert (
        parse_document(build_note(notice=mark + sentence).replace("BACKGROUND*", f"BACKGROUND{mark.strip()}")).notice
        == sentence
    )


def test_footnotes_differ_from_list_entries_by_their_references() -> None:
    whole = parse_document(
        build_note("Numbers1", "They count:", "* one\n* two", "1 Natural numbers only.", "** With **zero**.")
    )
    assert [(footnote.mark, footnote.text) for footnote in whole.footnotes] == [
        ("1", "<p>Natural numbers only.</p>"),
        ("**", "<p>With <strong>zero</strong>.</p>"),
    ]
    assert whole.agenda[0].text == "<p>They count:</p><ul><li>one</li><li>two</li></ul>"
