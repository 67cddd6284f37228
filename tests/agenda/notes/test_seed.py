"""Test the sample note of 14 September 2017: every fact that a careful press officer would insist on."""

import json
from pathlib import Path

import msgspec

from agenda.notes.lines import read_lines
from agenda.notes.reading import parse_note
from tests.agenda.notes.notes import SEED, list_strings

READ = parse_note(read_lines(SEED.read_bytes()))
WHOLE = READ.document
EXPECTED = json.loads((Path(__file__).parent / "jha-2017-09-14.expected.json").read_text(encoding="utf-8"))


def test_no_line_is_unplaced() -> None:
    assert READ.unplaced == []


def test_configuration_dates_and_place() -> None:
    assert (WHOLE.configuration.code, WHOLE.title) == (EXPECTED["configuration"], "Justice and Home Affairs Council")
    assert [str(WHOLE.issued_on), str(WHOLE.start_date), str(WHOLE.end_date)] == [
        EXPECTED["issued_on"],
        EXPECTED["start_date"],
        EXPECTED["end_date"],
    ]
    assert (WHOLE.place.city, WHOLE.presidency, WHOLE.language) == (EXPECTED["city"], None, "en")


def test_chair() -> None:
    [chair] = WHOLE.chairs
    assert (chair.name, chair.role, chair.country) == (EXPECTED["chairs"][0], "Estonian Minister of the Interior", "EE")


def test_session_items_and_programme() -> None:
    assert [session.title for session in WHOLE.sessions] == EXPECTED["sessions"]
    assert [{"title": item.title, "kind": item.kind} for item in WHOLE.agenda] == EXPECTED["agenda"]
    [point] = WHOLE.programme
    assert {"kind": point.kind, "time": point.time, "time_precision": point.time_precision} == EXPECTED["programme"][0]
    assert (point.time_text, point.session) == ("+/- 13:00", WHOLE.sessions[0].id)


def test_links_with_and_without_address() -> None:
    links = [*WHOLE.links, *(link for item in WHOLE.agenda for link in item.links)]
    assert [{"title": link.title, "url": link.url} for link in links] == EXPECTED["links"]
    assert [link.kind for link in links] == ["live_stream", "broadcast", "background", "infographic", "background"]


def test_bold_terms_and_the_list() -> None:
    assert "<strong>counter-terrorism</strong>" in WHOLE.lead
    text = WHOLE.agenda[1].text
    assert text.count("<li>") == 8
    assert (
        "<li><strong>exchange of information</strong> and <strong>interoperability</strong> of EU information "
        "systems</li>" in text
    )


def test_every_phrase_and_the_notice() -> None:
    whole = " ".join(list_strings(msgspec.to_builtins(WHOLE))).replace("<strong>", "").replace("</strong>", "")
    assert [phrase for phrase in EXPECTED["phrases"] if phrase not in whole] == []
    assert WHOLE.notice == "This note has been drawn up under the responsibility of the press office."
