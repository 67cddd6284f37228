"""Test the text export: the sample is exported word for word, and no document loses a text."""

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.notes.language_detection import load_phrases_of_notes
from agenda.notes.line_reader import read_lines
from agenda.notes.note_parser import parse_note
from agenda.notes.note_writer import render_note_text
from meetings.documents import choices, schema
from meetings.reference.configuration_names import get_meeting_title
from tests.agenda.notes.note_helpers import SEED, build_note, count_words, parse_document

MEMBERS_WITHOUT_TEXT = frozenset(
    "id type version language source_language configuration presidency timezone topics fallbacks digest code "
    "slug country "
    "kind form status state outcome public public_basis procedure_type time_precision agenda_status address_word "
    "start_date end_date issued_on date at time".split()
)
TEXT = st.text("abcdeäßλж 019.,:;()[]*_>&'-–\\#/+", max_size=25).map(
    lambda text: " ".join(text.replace("**", "").split())
)
NAME = TEXT.filter(bool)
RICH = st.lists(
    st.sampled_from(
        [
            '<p>one <strong>two</strong> &amp; <a href="https://e.eu/three">three (3)</a></p>',
            "<ul><li>four<ul><li><p>five</p><p>six</p></li></ul></li></ul>",
            '<ol start="3"><li>seven</li></ol><blockquote><p>eight<br>nine</p></blockquote>',
            "<h3>ten</h3>eleven<em>twelve</em> x<sub>2</sub>",
            "<p>- thirteen</p><p>14. fourteen</p><p>*fifteen [sixteen](seventeen)</p>",
            "<p><a>eighteen</a> &lt;nineteen&gt; C:\\twenty</p>",
        ]
    ),
    max_size=3,
).map("".join)
DATES = st.none() | st.dates(dt.date(2009, 12, 1), dt.date(2030, 12, 31))


def build_parts(part: type, /, **members: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(part, id=st.uuids(version=4), **members)


LINKS = st.lists(
    build_parts(
        schema.Link,
        kind=st.sampled_from(choices.LinkKind),
        title=NAME,
        url=st.sampled_from(["", "https://e.eu/a_(b)", "http://e.eu/?a=1&b=2"]),
        image=st.none()
        | st.builds(schema.Image, digest=st.just("0" * 64), alt=NAME, width=st.just(1), height=st.just(1)),
    ),
    max_size=2,
)
RESULTS = build_parts(
    schema.Result, date=DATES, title=TEXT, outcome=st.sampled_from(choices.Outcome), text=RICH, links=LINKS
)
SESSIONS = [
    schema.Session(id=UUID(int=number), title=title, text="<p>of a session</p>")
    for number, title in ((1, "Youth"), (2, "x (y)"))
]
TEXTS = st.lists(NAME, max_size=2)


def build_items(depth: int) -> st.SearchStrategy:
    return st.lists(
        build_parts(
            schema.Item,
            number=st.sampled_from(["", "1", "8 b", "a", "II", "7–8"]),
            kind=st.sampled_from(choices.ItemKind),
            title=NAME,
            text=RICH,
            session=st.sampled_from([None, UUID(int=1), UUID(int=2)]),
            state=st.sampled_from(choices.ItemState),
            state_note=TEXT,
            outcome_sought=TEXT,
            public=st.sampled_from(choices.PublicSession),
            public_basis=st.sampled_from(choices.PublicBasis),
            information_from=TEXTS,
            supported_by=TEXTS,
            documents=TEXTS,
            procedures=TEXTS,
            legal_basis=TEXT,
            links=LINKS,
            result=st.none() | RESULTS,
            items=build_items(depth - 1) if depth else st.just([]),
        ),
        max_size=2,
    )


POINTS = build_parts(
    schema.Point,
    kind=st.sampled_from(choices.PointKind),
    title=TEXT,
    text=RICH,
    session=st.sampled_from([None, UUID(int=1)]),
    date=DATES,
    time=st.none() | st.just("13:00"),
    time_precision=st.sampled_from(choices.TimePrecision),
    time_text=st.sampled_from(["", "+/- 13:00", "at the end of the meeting (tbc)"]),
    live=st.booleans(),
    place=TEXT,
    in_margins=st.booleans(),
    speakers=st.lists(st.builds(schema.Speaker, name=NAME, role=TEXT), max_size=2),
    state=st.sampled_from(choices.PointState),
    previous=st.lists(st.builds(schema.EarlierTime, date=DATES, time_text=TEXT, place=TEXT), max_size=1),
    links=LINKS,
)
DOCUMENTS = build_parts(
    schema.MeetingDocument,
    language=st.just(choices.Language.EN),
    source_language=st.just(choices.Language.EN),
    configuration=st.just(schema.ConfigurationName(code="JHA", slug="jha", name="Justice and Home Affairs")),
    title=st.sampled_from(
        ["Justice and Home Affairs Council", "Justice and Home Affairs Council (Justice)", "Something else", ""]
    ),
    number=TEXT,
    form=st.sampled_from(choices.Form),
    status=st.sampled_from(choices.MeetingStatus),
    status_reason=TEXT,
    start_date=DATES,
    end_date=DATES,
    place=st.builds(schema.Place, city=TEXT, venue=TEXT),
    previous=st.lists(
        st.builds(schema.EarlierDate, start_date=DATES, end_date=DATES, city=TEXT, venue=TEXT), max_size=1
    ),
    document_number=TEXT,
    references=TEXTS,
    issued_on=DATES,
    chairs=st.lists(
        build_parts(schema.Chair, name=NAME, role=TEXT, session=st.sampled_from([None, UUID(int=1)]), date=DATES),
        max_size=3,
    ),
    lead=RICH,
    sessions=st.sampled_from([SESSIONS, SESSIONS[:0]]),
    agenda=build_items(1),
    programme=st.lists(POINTS, max_size=3),
    results=st.lists(RESULTS, max_size=1),
    links=LINKS,
    contacts=st.lists(
        build_parts(schema.Contact, name=NAME, role=TEXT, phones=TEXTS, email=st.just("a@b.eu"), url=st.just("")),
        max_size=1,
    ),
    footnotes=st.lists(build_parts(schema.Footnote, mark=st.sampled_from(["*", "1", "**"]), text=RICH), max_size=2),
    alerts=st.lists(
        build_parts(schema.Alert, text=NAME, at=st.just(dt.datetime(2017, 9, 14, tzinfo=dt.UTC))), max_size=1
    ),
    notice=TEXT,
)


def list_texts(value: object, name: str = "") -> list[str]:
    """List every text of a document except ids, choices, and facts that are written in other words."""
    if name in MEMBERS_WITHOUT_TEXT:
        return []
    if isinstance(value, list):
        return [text for each in value for text in list_texts(each)]
    if hasattr(value, "__struct_fields__"):
        return [text for member in value.__struct_fields__ for text in list_texts(getattr(value, member), member)]
    return [value] if isinstance(value, str) else []


def test_sample_is_exported_line_for_line() -> None:
    seed = SEED.read_text(encoding="utf-8")
    text = render_note_text(parse_document(seed))
    assert text.split() == seed.split()
    assert [line for line in text.splitlines() if line] == [line for line in seed.splitlines() if line]


@given(DOCUMENTS)
@settings(max_examples=50)
def test_no_document_loses_a_word(whole: schema.MeetingDocument) -> None:
    written = count_words(render_note_text(whole))
    assert not {word for text in list_texts(whole) for word in count_words(text)} - set(written)


@given(DOCUMENTS)
@settings(max_examples=25)
def test_exported_text_can_be_read_as_lines(whole: schema.MeetingDocument) -> None:
    assert read_lines(render_note_text(whole).encode())


def test_programme_of_a_cancelled_meeting_is_what_was_planned() -> None:
    whole = parse_document(SEED.read_text(encoding="utf-8"))
    planned = "This was the programme as planned."
    assert planned not in render_note_text(whole)
    whole.status = choices.MeetingStatus.CANCELLED
    whole.programme.insert(0, schema.Point(id=UUID(int=9), kind=choices.PointKind.START, time="10:00"))
    text = render_note_text(whole)
    assert text.index("Status: Cancelled") < text.index(planned) < text.index("**Start of the meeting** (10:00)")


@pytest.mark.parametrize("language", ["en", "fr", "el"])
def test_sentence_about_the_plan_is_no_part_of_the_lead(language: str) -> None:
    phrases = load_phrases_of_notes(language)
    whole = parse_document(SEED.read_text(encoding="utf-8"))
    whole.language, whole.title = choices.Language(language), get_meeting_title("jha", language)
    whole.status = choices.MeetingStatus.CANCELLED
    text = render_note_text(whole)
    read = parse_note(read_lines(text.encode()), language)
    assert phrases.output.as_planned in text
    assert phrases.output.as_planned not in read.document.lead
    assert "as planned" in [applied.rule for applied in read.applied_rules]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The meeting was to be chaired by **Andres Anvelt**."),
        ("fr", "La session devait être présidée par **Andres Anvelt**."),
        ("el", "Προεδρία της συνόδου: **Andres Anvelt**."),
    ],
)
def test_nobody_chairs_a_cancelled_meeting(language: str, sentence: str) -> None:
    whole = parse_document(build_note())
    whole.language, whole.title = choices.Language(language), get_meeting_title("eycs", language)
    whole.status, whole.chairs = choices.MeetingStatus.CANCELLED, [schema.Chair(id=UUID(int=9), name="Andres Anvelt")]
    text = render_note_text(whole)
    assert sentence in text
    status = load_phrases_of_notes(language).output.statuses["cancelled"]
    without_status = "\n\n".join(block for block in text.split("\n\n") if status not in block)
    read = parse_note(read_lines(without_status.encode()), language).document
    assert ([chair.name for chair in read.chairs], read.lead) == (["Andres Anvelt"], "")


def test_meeting_without_dates_has_only_its_title() -> None:
    whole = parse_document(build_note())
    whole.start_date = whole.end_date = None
    assert "\nEDUCATION, YOUTH, CULTURE and SPORT COUNCIL **in Brussels**\n" in render_note_text(whole)


def test_year_is_printed_if_there_is_no_date_of_issue() -> None:
    whole = parse_document(build_note())
    whole.issued_on = None
    assert "**Monday 20 and Tuesday 21 November 2017 in Brussels**" in render_note_text(whole)


def test_paragraph_that_begins_like_a_list_stays_a_paragraph() -> None:
    whole = parse_document(build_note("Culture policy", "Ministers will meet."))
    whole.agenda[0].text = "<p>Two points:</p><p>1. is no list.</p><p>- nor this.</p>"
    assert parse_document(render_note_text(whole)).agenda[0].text == whole.agenda[0].text


def test_title_that_looks_like_facts_stays_a_title() -> None:
    whole = parse_document(build_note("Culture policy", "Ministers will meet."))
    for title in (
        "1. Museums",
        "Museums (public session)",
        "Museums: information from the Commission",
        "(a) Museums",
        "Museums (LU)",
    ):
        whole.agenda[0].title = title
        [item] = parse_document(render_note_text(whole)).agenda
        assert (item.title, item.number, item.public, item.information_from) == (title, "", "", [])


def test_chair_of_one_day_of_one_session_is_exported() -> None:
    whole = parse_document(
        build_note(
            "YOUTH",
            "SPORT",
            lead="The Youth session on Monday 20 November will be chaired by **Ada Lovelace**, Irish Minister.",
        )
    )
    [chair] = whole.chairs
    assert (chair.session, chair.date, chair.country) == (whole.sessions[0].id, dt.date(2017, 11, 20), "IE")
    assert (
        "The Youth session on Monday 20 November will be chaired by **Ada Lovelace**, Irish Minister."
        in render_note_text(whole)
    )
