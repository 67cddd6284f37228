"""Test that every word of a note is in the document, in `unplaced`, or in a line that a rule has read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.notes.line_reader import NoteError, read_lines
from agenda.notes.note_parser import parse_note
from agenda.notes.note_writer import render_note_text
from tests.agenda.notes.note_helpers import (
    NOTICE,
    SEED,
    TITLE,
    TOP,
    count_lost_words,
    number_ids,
    parse_document,
    parse_text,
)

LEAD = (
    "The meeting will start at 10:00 and will be chaired by **Sophie Germain**, Estonian Minister of Research.",
    (
        "The meeting will be chaired by **Ada Lovelace**, Estonian Minister of Education, and **Kurt Gödel**, "
        "Estonian Minister of Culture."
    ),
    (
        "The **youth** session on Monday 20 November starts at 9.30. It will be chaired by Emmy Noether, Maltese "
        "Minister for Youth."
    ),
    'Ministers will discuss **digital skills** & "media literacy" on the basis of two questions.',
    "A press conference will be held at the end of the meeting (+/- 17:15).",
    "Under any other business, the Commission will inform ministers about a <study> on a*b and C\\*.",
)
PRESS = (
    "Press conferences:\n\n- **Youth** (Monday 20 November, +/- 13:00)\n- **Sport**: Tuesday 21 November (from 12.30)",
    (
        "Press events\n\nMonday 20 November\n- Arrivals from 8.00\n- Doorstep: 8.45 (live streaming)\n  - by "
        "Minister Lovelace"
    ),
    "Other events:\n\n- **Prize of the year**: Monday 20 November (at 18.00)\n- Exhibition in the atrium",
    "Other events: signing of an agreement with Norway on Tuesday at 12.15",
    "Press conferences and public events by video streaming: <http://video.consilium.europa.eu>",
    "Video coverage in broadcast quality (MPEG4) and photo gallery on:\n\n<https://tvnewsroom.consilium.europa.eu/permalink/1>",
    "Photo gallery: https://newsroom.consilium.europa.eu/p1",
    "Both can be followed by [video streaming](http://video.consilium.europa.eu).",
    "Press officer: Niels Bohr, +32 2 555 02 20, niels.bohr@consilium.europa.eu",
)
SESSIONS = (
    "YOUTH",
    "CULTURE AND AUDIOVISUAL - Monday 20 November",
    "SPORT (public session)",
    "EU YOUTH DIALOGUE and EDUCATION",
)
TITLES = (
    "European solidarity corps (public session)",
    "Audiovisual media services directive (poss. public session) (2016/0151 (COD), 9641/16 + ADD 1-2)",
    "**Anti-doping**",
    "Working lunch: sport and the cities",
    "Working dinner with the director of the museum",
    "Access to culture: the way ahead",
    "7. Creative Europe",
)
TEXTS = (
    "Ministers are expected to adopt a general approach (13075/1/17 REV 1). The debate will follow two questions:",
    (
        "- the **role** of museums\n  - of the small ones\n  - of the [large](http://ec.europa.eu/museums) ones\n"
        "- tickets, see Regulation (EC) No 116/2009"
    ),
    "1. first question\n2. second question",
    "a) a lettered remark that ends with a full stop.",
    "No decision is foreseen, cf. Directive 2010/13/EU <and> Case C-12/17.",
    "Policy debate",
    "Information from the Presidency",
    "[Youth policy \\(background information\\)](#)",
    "[Infographic - Who goes to the opera](https://www.consilium.europa.eu/en/infographics/opera/)",
    "Infographic - What children read",
)
BUSINESS = (
    "Any other business",
    (
        "Any other business\n\n- **Tax on books**: information from the Slovenian delegation\n- Games "
        "(information from the Commission)"
    ),
    (
        "Any other business (public session)\n\na) Tax on books\n"
        "Information from the French delegation, supported by the Czech and Irish delegations\n"
        "b) Current proposals\n(i) Regulation on toys\n(ii) Regulation on cycles"
    ),
    "AOB: cities of culture (EL/RO)",
)
BLOCKS = st.sampled_from((*SESSIONS, *TITLES, *TEXTS, *BUSINESS, *PRESS))
STRAY = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60),
    st.sampled_from(
        "* * *|** Item on which a vote may be requested.|1 A note|EN|2/4|- 3 -|**|[|[a](|](b)|(|- "
        "|•|\\|Brussels, 8 November 2017|a)|12.|(*)|"
        "+/- 13:00|at 10:00|Press conferences|BACKGROUND|PRESS|(public session)|: information from the Commission|http://|<http://x.y/z?a=b>".split(
            "|"
        )
    ),
)


@st.composite
def proper_notes(draw: st.DrawFn) -> str:
    """Return background notes, put together from blocks in a usual order."""
    body = []
    for session in draw(st.lists(st.sampled_from(SESSIONS), min_size=1, max_size=3, unique=True)):
        body.append(session)
        for title in draw(st.lists(st.sampled_from(TITLES), max_size=3)):
            body += [
                title,
                *draw(st.lists(st.sampled_from(TEXTS[:2] + TEXTS[4:5]), max_size=3)),
                *draw(st.lists(st.sampled_from(TEXTS[7:9]), max_size=2)),
            ]
        body += draw(st.lists(st.sampled_from(BUSINESS[1:]), max_size=1))
    lead = [
        *draw(st.lists(st.sampled_from(LEAD), max_size=4, unique=True)),
        *draw(st.lists(st.sampled_from(PRESS), max_size=4, unique=True)),
    ]
    return TOP + "\n\n".join([TITLE, *lead, NOTICE, *body]) + "\n"


@st.composite
def disturbed_notes(draw: st.DrawFn) -> str:
    """Return notes with blocks anywhere and with stray, shuffled, repeated and cut lines; most have their title."""
    blocks = draw(st.lists(st.one_of(BLOCKS, st.sampled_from(LEAD), STRAY), max_size=14))
    lines = "\n\n".join(blocks).split("\n")
    for stray in draw(st.lists(STRAY, max_size=4)):
        lines.insert(draw(st.integers(0, len(lines))), stray)
    if draw(st.booleans()):
        lines = draw(st.permutations(lines))
    text = "\n".join(lines)
    return TOP + f"{TITLE}\n\n" + text[: draw(st.integers(0, len(text)))]


@given(disturbed_notes())
@settings(max_examples=25)
def test_no_word_of_a_disturbed_note_is_lost(text: str) -> None:
    lines = read_lines(text.encode())
    try:
        read = parse_note(lines)
    except NoteError:
        return
    assert not count_lost_words(lines, read)


@given(proper_notes())
@settings(max_examples=20)
def test_no_word_of_a_proper_note_is_lost_or_unplaced(text: str) -> None:
    read = parse_text(text)
    assert not count_lost_words(read_lines(text.encode()), read)
    assert read.unplaced == []


@given(proper_notes())
@settings(max_examples=20)
def test_exported_note_has_the_same_facts(text: str) -> None:
    once = parse_document(text)
    assert number_ids(parse_document(render_note_text(once))) == number_ids(once)


@given(st.data())
@settings(max_examples=20)
def test_no_word_of_the_sample_with_removed_and_moved_lines_is_lost(data: st.DataObject) -> None:
    seed = SEED.read_text(encoding="utf-8").split("\n")
    places = data.draw(st.lists(st.integers(0, len(seed) - 1), max_size=80))
    lines = read_lines("\n".join([*seed[:14], *(seed[place] for place in places)]).encode())
    try:
        read = parse_note(lines)
    except NoteError:
        return
    assert not count_lost_words(lines, read)


@given(st.binary(max_size=400))
@settings(max_examples=20)
def test_random_bytes_are_refused_with_a_message(data: bytes) -> None:
    with pytest.raises(NoteError):
        parse_note(read_lines(data))


@given(st.data())
@settings(max_examples=20)
def test_sample_with_changed_bytes_is_parsed_or_refused(data: st.DataObject) -> None:
    seed = bytearray(SEED.read_bytes())
    for _change in range(data.draw(st.integers(1, 6))):
        seed[data.draw(st.integers(0, len(seed) - 1))] = data.draw(st.integers(0, 255))
    try:
        lines = read_lines(bytes(seed))
        read = parse_note(lines)
    except NoteError:
        return
    assert not count_lost_words(lines, read)
