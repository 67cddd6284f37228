"""Read the sentences that say when the meeting, or a part of it, starts and who chairs it."""

import datetime as dt
import re
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from agenda.notes.date_parser import find_date_near, get_date_parser
from agenda.notes.document_builder import DocumentBuilder
from agenda.notes.inline_markup import strip_markup
from agenda.notes.phrases import NotePhrases, compile_phrase, match_any, match_any_word
from agenda.notes.time_parser import PrintedTime, get_time_parser
from meetings.documents.choices import PointKind, TimePrecision
from meetings.documents.schema import Chair, Point
from meetings.reference.delegations import get_delegations_by_adjective, get_delegations_by_name

CAPITAL = "A-ZÀ-ÖØ-ÞĀ-ŽΆ-ΏΑ-Ω"
SENTENCE_BEGINNING = rf"\s+(?=[{CAPITAL}*\"“‘'«\[])"
SENTENCE_END = re.compile(rf"(?<=[^\W\d_]{{2}}[.!?]){SENTENCE_BEGINNING}|(?<=[\d)*\"”][.!?]){SENTENCE_BEGINNING}")
NAME_PART = rf"(?:[{CAPITAL}][\w'’.-]*|(?:de|da|do|van|von|der|den|del|la|le|di|of|af|zu|ter|y|e|dos|du)\b)"
FULL_NAME = rf"[{CAPITAL}][\w'’.-]*(?:\s+{NAME_PART}){{1,6}}"
MAX_CHAIR_NAME_LENGTH, MAX_CHAIR_ROLE_LENGTH = 120, 300
MAX_TIME_DISTANCE = 80
"""A time within so many characters after the verb is the time of the start."""


MAX_SENTENCE_LENGTH = 2_000
"""No longer sentence says when a session begins. The patterns need time by the square of the length."""


@dataclass
class Opening:
    """The facts of one sentence. `session` and `date` say which part of the meeting it is about."""

    session: str = ""
    date: dt.date | None = None
    printed_time: PrintedTime | None = None
    chairs: list[Chair] = field(default_factory=list)


def split_sentences(text: str) -> list[str]:
    return SENTENCE_END.split(text)


def read_openings(builder: DocumentBuilder, text: str, line: int) -> list[Opening]:
    """Return the openings in a paragraph with inline markup. “It will be chaired by” continues the sentence before.

    Raise NoteError if weekday and date of a day contradict each other.
    """
    openings: list[Opening] = []
    phrases = builder.phrases.opening
    for sentence in split_sentences(text):
        if len(sentence) > MAX_SENTENCE_LENGTH:
            continue
        chaired = phrases.chaired.search(sentence) or phrases.chairing.fullmatch(sentence)
        starts = phrases.starts.search(sentence)
        if not chaired and not starts:
            continue
        opening = Opening(*parse_subject(builder, sentence, line))
        if openings and not opening.session and opening.date is None and not phrases.whole_meeting.match(sentence):
            opening.session, opening.date = openings[-1].session, openings[-1].date
        if starts:
            printed_time = find_first_time(builder.phrases, starts["time"][:MAX_TIME_DISTANCE])
            opening.printed_time = printed_time if printed_time and printed_time.time else None
        if chaired:
            day = parse_date_near(builder, chaired.groupdict().get("day"), line)
            opening.chairs = parse_chairs(builder, chaired["chairs"], day, line)
        if opening.printed_time or opening.chairs:
            openings.append(opening)
    return openings


def parse_subject(builder: DocumentBuilder, sentence: str, line: int) -> tuple[str, dt.date | None]:
    """Return the session and the day that the sentence is about."""
    session = builder.phrases.opening.session.match(sentence)
    head = strip_markup(builder.phrases.opening.subject_end.split(sentence, maxsplit=1)[0])
    pattern = rf"(?P<day>{get_date_parser(builder.phrases.calendar).pattern})\b"
    prefix = match_any_word(builder.phrases.calendar.day_prefixes)
    day = compile_phrase(f"{prefix} {pattern}").search(head) or compile_phrase(f"{pattern},?").match(head)
    date = parse_date_near(builder, day["day"], line) if day else None
    return strip_markup(session["session"]) if session else "", date


def parse_date_near(builder: DocumentBuilder, text: str | None, line: int) -> dt.date | None:
    day = get_date_parser(builder.phrases.calendar).parse_day(strip_markup(text)) if text else None
    return find_date_near(day, builder.start, builder.end, line) if day else None


def find_first_time(phrases: NotePhrases, text: str) -> PrintedTime | None:
    """Return the first time in the text, without “at” before an exact time."""
    time_parser = get_time_parser(phrases.clock)
    text = strip_markup(text)
    for match in time_parser.anywhere.finditer(text):
        if printed_time := time_parser.parse_time(match[0].strip()) or time_parser.parse_time(match[0].strip(" ()")):
            if printed_time.time_precision == TimePrecision.EXACT:
                at = compile_phrase(rf"{match_any_word(phrases.clock.exact)} ")
                return printed_time._replace(time_text=at.sub("", printed_time.time_text, count=1))
            return printed_time
    return None


def parse_chairs(builder: DocumentBuilder, text: str, date: dt.date | None, line: int) -> list[Chair]:
    """Return the chairs: names in bold, each with the role after it, or the name up to a comma if nothing is bold."""
    text = split_sentences(text)[0]
    marked = re.split(r"\*\*(.+?)\*\*", text)
    pairs = list(zip(marked[1::2], marked[2::2], strict=True))
    pairs = pairs or split_unmarked_chairs(builder.phrases, strip_markup(text))
    chairs = []
    for printed, text_after in pairs:
        role, next_day = parse_role(builder, text_after)
        name, role = strip_markup(printed).strip(" ,"), strip_markup(role)
        if 0 < len(name) <= MAX_CHAIR_NAME_LENGTH and len(role) <= MAX_CHAIR_ROLE_LENGTH and not re.search(r"\d", name):
            country = find_country(builder.phrases, role)
            chairs.append(Chair(id=uuid4(), name=name, role=role, country=country, date=date))
        date = parse_date_near(builder, next_day, line) if next_day else date
    return chairs


def parse_role(builder: DocumentBuilder, text: str) -> tuple[str, str | None]:
    """Return the role in the text between two names and the day, if there is one, on which the next person chairs."""
    phrases, day = builder.phrases.opening, get_date_parser(builder.phrases.calendar).pattern
    conjunction = phrases.conjunction
    name = rf"(?:{phrases.article})?(?:{phrases.honorific})?"
    tail = compile_phrase(rf"[,;]?(?: {conjunction})?(?: (?P<day>{day}))?(?: {phrases.by})?(?: {name})?[\s.]*$")
    match = tail.search(text)
    if text.strip() in (conjunction, f", {conjunction}") or match is None:
        return "" if match else text.strip(" ,"), None
    return text[: match.start()].strip(" ,;"), match["day"]


def split_unmarked_chairs(phrases: NotePhrases, text: str) -> list[tuple[str, str]]:
    """Return the names and the text after each, if the names are not in bold."""
    text = compile_phrase(rf"(?:^|(?<=\s)){phrases.opening.honorific}").sub("", text.rstrip(". "))
    countries = *get_delegations_by_adjective(phrases.language), *get_delegations_by_name(phrases.language)
    beginnings = f"{match_any_word(countries)}|{match_any(phrases.opening.role_beginnings)}"
    role = rf"(?:(?:{phrases.opening.article})?(?:{beginnings}))\b"
    role_ahead = rf"(?i:(?={role.replace(' ', chr(92) + 's+')}))"
    name = re.compile(rf"(?:^|,?\s+{phrases.opening.conjunction}\s+|,\s+)({FULL_NAME}),\s+{role_ahead}")
    names = list(name.finditer(text))
    if names and names[0].start() == 0:
        ends = [match.start() for match in names[1:]] + [len(text)]
        return [(match[1], text[match.end() : end]) for match, end in zip(names, ends, strict=True)]
    before, comma, after = text.partition(",")
    article = compile_phrase(phrases.opening.article)
    titled = re.fullmatch(rf"(.+)\s+({FULL_NAME})", before) if article.match(before) else None
    if titled and not comma:
        return [(titled[2], article.sub("", titled[1], count=1))]
    return [(before, after)]


def find_country(phrases: NotePhrases, role: str) -> str:
    """Return the country code, by the adjective at the start (“Estonian Minister”) or the name at the end of a role."""
    adjectives, names = get_delegations_by_adjective(phrases.language), get_delegations_by_name(phrases.language)
    opening = phrases.opening
    first = compile_phrase(rf"{opening.before_adjective}(?P<adjective>{match_any_word(adjectives)})\b").match(role)
    if first:
        return adjectives[first["adjective"].casefold()].code
    before = rf".*\b{opening.country_preposition}(?:{opening.article})?"
    last = compile_phrase(rf"{before}(?P<name>{match_any_word(names)})$").fullmatch(role)
    return names[last["name"].casefold()].code if last else ""


def apply_openings(builder: DocumentBuilder, openings: list[Opening]) -> bool:
    """Add the facts to the builder. Return False if an opening is about a part of the meeting that is no session."""
    all_known = True
    for opening in openings:
        session = builder.find_session(opening.session) if opening.session else None
        all_known &= not opening.session or session is not None
        key = session.id if session else None
        for chair in opening.chairs:
            chair.session, chair.date = key or find_session_in_role(builder, chair.role), chair.date or opening.date
            if (chair.name, chair.session, chair.date) not in {
                (known.name, known.session, known.date) for known in builder.document.chairs
            }:
                builder.document.chairs.append(chair)
        if opening.printed_time:
            members = opening.printed_time._asdict()
            start = Point(id=uuid4(), kind=PointKind.START, session=key, date=opening.date, **members)
            same = (start.kind, start.session, start.date, start.time)
            if same not in {(point.kind, point.session, point.date, point.time) for point in builder.starts}:
                builder.starts.append(start)
    return all_known


def find_session_in_role(builder: DocumentBuilder, role: str) -> UUID | None:
    bracket = re.search(r"\(([^()]+)\)$", role)
    session = builder.find_session(bracket[1]) if bracket else None
    return session.id if session else None
