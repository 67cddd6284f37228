"""Sentences that say when the meeting, or a part of it, starts and who chairs it."""

import datetime as dt
import re
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from agenda.notes.dates import Calendar, calendar_of, day_near
from agenda.notes.draft import Draft
from agenda.notes.marks import plain_text
from agenda.notes.times import Moment, clock_of
from agenda.notes.words import NoteWords, any_of, any_word, phrase
from meetings.documents.shape import Chair, Point
from meetings.reference.delegations import delegations_by_adjective, delegations_by_name
from meetings.vocabulary import PointKind, TimePrecision

CAPITAL = "A-ZÀ-ÖØ-ÞĀ-ŽΆ-ΏΑ-Ω"
BEGINNING = rf"\s+(?=[{CAPITAL}*\"“‘'«\[])"
SENTENCE_END = re.compile(rf"(?<=[^\W\d_]{{2}}[.!?]){BEGINNING}|(?<=[\d)*\"”][.!?]){BEGINNING}")
NAME = rf"(?:[{CAPITAL}][\w'’.-]*|(?:de|da|do|van|von|der|den|del|la|le|di|of|af|zu|ter|y|e|dos|du)\b)"
FULL_NAME = rf"[{CAPITAL}][\w'’.-]*(?:\s+{NAME}){{1,6}}"
LONGEST_NAME, LONGEST_ROLE = 120, 300
NEAR = 80
"""So many characters behind the verb, a time is the one of the start."""


@dataclass
class Opening:
    """What one sentence says; of which part of the meeting by its name, and of which day."""

    session: str = ""
    date: dt.date | None = None
    moment: Moment | None = None
    chairs: list[Chair] = field(default_factory=list)


def sentences(text: str) -> list[str]:
    return SENTENCE_END.split(text)


def read_openings(draft: Draft, text: str, line: int) -> list[Opening]:
    """The openings in a paragraph (in the notation). “It will be chaired by” goes on with the sentence before.

    Raises NoteError where a day in one contradicts itself.
    """
    openings: list[Opening] = []
    words = draft.words.opening
    for sentence in sentences(text):
        chaired = words.chaired.search(sentence) or words.chairing.fullmatch(sentence)
        starts = words.starts.search(sentence)
        if not chaired and not starts:
            continue
        opening = Opening(*subject(draft, sentence, line))
        if openings and not opening.session and opening.date is None and not words.whole.match(sentence):
            opening.session, opening.date = openings[-1].session, openings[-1].date
        if starts:
            moment = first_moment(draft.words, starts["time"][:NEAR])
            opening.moment = moment if moment and moment.time else None
        if chaired:
            opening.chairs = read_chairs(
                draft, chaired["chairs"], day_of(draft, chaired.groupdict().get("day"), line), line
            )
        if opening.moment or opening.chairs:
            openings.append(opening)
    return openings


def subject(draft: Draft, sentence: str, line: int) -> tuple[str, dt.date | None]:
    session = draft.words.opening.session.match(sentence)
    head = plain_text(draft.words.opening.facts_behind.split(sentence, maxsplit=1)[0])
    calendar = calendar_of(draft.words.calendar)
    day = phrase(rf"{any_word(draft.words.calendar.leading)} (?P<day>{calendar.pattern})\b").search(head)
    if day is None and (first := phrase(rf"(?P<day>{calendar.pattern})\b,?").match(head)):
        day = first
    return plain_text(session["session"]) if session else "", day_of(draft, day["day"] if day else None, line)


def day_of(draft: Draft, text: str | None, line: int) -> dt.date | None:
    calendar: Calendar = calendar_of(draft.words.calendar)
    day = calendar.day(plain_text(text)) if text else None
    return day_near(day, draft.start, draft.end, line) if day else None


def first_moment(words: NoteWords, text: str) -> Moment | None:
    clock = clock_of(words.clock)
    text = plain_text(text)
    for match in clock.anywhere.finditer(text):
        if moment := clock.moment(match[0].strip()) or clock.moment(match[0].strip(" ()")):
            if moment.precision == TimePrecision.EXACT:
                without = phrase(rf"{any_word(words.clock.exact)} ").sub("", moment.text, count=1)
                return Moment(moment.time, moment.precision, without)
            return moment
    return None


def read_chairs(draft: Draft, text: str, date: dt.date | None, line: int) -> list[Chair]:
    """Names in bold, each with the role behind it; or names up to a comma where nothing is bold."""
    text = sentences(text)[0]
    marked = re.split(r"\*\*(.+?)\*\*", text)
    pairs = (
        list(zip(marked[1::2], marked[2::2], strict=True))
        if len(marked) > 1
        else unmarked(draft.words, plain_text(text))
    )
    chairs = []
    for printed, behind in pairs:
        role, next_day = role_in(draft, behind)
        name, role = plain_text(printed).strip(" ,"), plain_text(role)
        if 0 < len(name) <= LONGEST_NAME and len(role) <= LONGEST_ROLE and not re.search(r"\d", name):
            chairs.append(Chair(id=uuid4(), name=name, role=role, country=country_of(draft.words, role), date=date))
        date = day_of(draft, next_day, line) if next_day else date
    return chairs


def role_in(draft: Draft, text: str) -> tuple[str, str | None]:
    """The role in what stands between two names, and the day on which the next one chairs, where it says so."""
    words, day = draft.words.opening, calendar_of(draft.words.calendar).pattern
    conjunction = words.conjunction
    name = rf"(?:{words.article})?(?:{words.honorific})?"
    tail = phrase(rf"[,;]?(?: {conjunction})?(?: (?P<day>{day}))?(?: {words.by})?(?: {name})?[\s.]*$")
    match = tail.search(text)
    if text.strip() in (conjunction, f", {conjunction}") or match is None:
        return "" if match else text.strip(" ,"), None
    return text[: match.start()].strip(" ,;"), match["day"]


def unmarked(words: NoteWords, text: str) -> list[tuple[str, str]]:
    text = phrase(rf"(?:^|(?<=\s)){words.opening.honorific}").sub("", text.rstrip(". "))
    adjectives = any_word([*delegations_by_adjective(words.language), *delegations_by_name(words.language)])
    role = rf"(?:(?:{words.opening.article})?(?:{adjectives}|{any_of(words.opening.role_starts)}))\b"
    name = re.compile(
        rf"(?:^|,?\s+{words.opening.conjunction}\s+|,\s+)({FULL_NAME}),\s+(?i:(?={role.replace(' ', chr(92) + 's+')}))"
    )
    found = list(name.finditer(text))
    if found and found[0].start() == 0:
        ends = [each.start() for each in found[1:]] + [len(text)]
        return [(each[1], text[each.end() : end]) for each, end in zip(found, ends, strict=True)]
    before, comma, after = text.partition(",")
    article = phrase(words.opening.article)
    titled = re.fullmatch(rf"(.+)\s+({FULL_NAME})", before) if article.match(before) else None
    if titled and not comma:
        return [(titled[2], article.sub("", titled[1], count=1))]
    return [(before, after)]


def country_of(words: NoteWords, role: str) -> str:
    """By the adjective a role begins with, “Estonian Minister”, or the name it ends with, “Minister of Estonia”."""
    adjectives, names = delegations_by_adjective(words.language), delegations_by_name(words.language)
    first = phrase(rf"{words.opening.before_adjective}(?P<adjective>{any_word(adjectives)})\b").match(role)
    last = phrase(rf".*\b{words.opening.of}(?:{words.opening.article})?(?P<name>{any_word(names)})$").fullmatch(role)
    if first:
        return adjectives[first["adjective"].casefold()].code
    return names[last["name"].casefold()].code if last else ""


def place_openings(draft: Draft, openings: list[Opening]) -> bool:
    """Puts the facts into the draft. False where one names a part of the meeting that is no session of it."""
    all_known = True
    for opening in openings:
        session = draft.session_named(opening.session) if opening.session else None
        all_known &= not opening.session or session is not None
        key = session.id if session else None
        for chair in opening.chairs:
            chair.session, chair.date = key or session_in_role(draft, chair.role), chair.date or opening.date
            if (chair.name, chair.session, chair.date) not in {
                (each.name, each.session, each.date) for each in draft.chairs
            }:
                draft.chairs.append(chair)
        if opening.moment:
            start = start_point(opening.moment, key, opening.date)
            same = (start.kind, start.session, start.date, start.time)
            if same not in {(point.kind, point.session, point.date, point.time) for point in draft.starts}:
                draft.starts.append(start)
    return all_known


def session_in_role(draft: Draft, role: str) -> UUID | None:
    bracket = re.search(r"\(([^()]+)\)$", role)
    session = draft.session_named(bracket[1]) if bracket else None
    return session.id if session else None


def start_point(moment: Moment, session: UUID | None, date: dt.date | None) -> Point:
    return Point(
        id=uuid4(),
        kind=PointKind.START,
        session=session,
        date=date,
        time=moment.time,
        time_precision=moment.precision,
        time_text=moment.text,
    )
