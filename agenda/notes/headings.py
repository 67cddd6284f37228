"""What makes a line a heading of the body: of a session, or of an agenda item."""

import datetime as dt
import re
from dataclasses import dataclass

from agenda.notes.dates import calendar_of, day_near
from agenda.notes.draft import Draft
from agenda.notes.lines import NoteError
from agenda.notes.links import read_link_line
from agenda.notes.marks import anchors
from agenda.notes.paragraphs import NUMBERED, Paragraph
from agenda.notes.titles import TitleFacts, public_mark
from agenda.notes.words import NoteWords, capitals, phrase, unaccented

LONGEST_SESSION = 120
LONGEST_TITLE = 220
LONGEST_VERBLESS = 90
"""A longer line with a finite verb in it is a sentence that lost its full stop."""
SHORTEST_CAPITALS = 6
"""A single word in capitals that is shorter may be an acronym: ETIAS is an item, FISHERIES a session."""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
OPENERS = "\"'“‘«(["


@dataclass(frozen=True)
class SessionHeading:
    title: str
    date: dt.date | None
    facts: TitleFacts
    """Holds the public mark, which is that of every point in the session."""


def session_heading(draft: Draft, paragraph: Paragraph) -> SessionHeading | None:
    """Raises NoteError where its day is none of the meeting."""
    words, text, facts = draft.words, paragraph.words, TitleFacts()
    if paragraph.bullet or len(text) > LONGEST_SESSION or not text or anchors(paragraph.runs):
        return None
    if (bracket := re.fullmatch(r"(?P<before>.+?)\s*\((?P<mark>[^()]+)\)", text)) and public_mark(
        bracket["mark"], facts, words
    ):
        text = bracket["before"]
    calendar = calendar_of(words.calendar)
    dated = phrase(rf"(?P<before>.+?)\s*(?:[-–—,:]\s+|\(|\s)(?P<day>{calendar.pattern})\)?").fullmatch(text)
    day = calendar.day(dated["day"]) if dated else None
    if dated and day and (day.month or day.weekday is not None):
        text = dated["before"].rstrip(" -–—,:")
    else:
        day = None
    if not is_session_title(words, text):
        return None
    date = day_near(day, draft.start, draft.end, paragraph.first) if day else None
    if day and (date is None or not draft.start <= date <= draft.end):
        raise NoteError(
            paragraph.first,
            f"The session is on “{day.printed}”, but the meeting is from {draft.start} to {draft.end}. Correct "
            "one of the dates.",
        )
    return SessionHeading(title_cased(text, words), date, facts)


def is_session_title(words: NoteWords, text: str) -> bool:
    if text.casefold() in words.agenda.strands or (text[:1].isupper() and unaccented(text) in words.agenda.spellings):
        return True
    tokens = [token for token in WORD.findall(text) if token not in words.agenda.small_words]
    if not tokens or text[-1] in ".;:,!?" or not all(token.isupper() for token in tokens):
        return False
    return len(tokens) > 1 or len(tokens[0]) >= SHORTEST_CAPITALS


def title_cased(text: str, words: NoteWords) -> str:
    """“EMPLOYMENT and SOCIAL POLICY” as Employment and Social Policy; a title in small letters stays as it is.

    Where capitals lack their accents, a title whose spelling is not known stays as it is too.
    """
    if known := words.agenda.spellings.get(unaccented(text)):
        return known
    if not any(token.isupper() for token in WORD.findall(text)) or capitals("ά", words.language) == "Α":
        return text

    def cased(match: re.Match[str]) -> str:
        token = match[0]
        if token.upper() in words.agenda.acronyms:
            return token.upper()
        if match.start() > 0 and (token.casefold() in words.agenda.small_words or not words.agenda.capitalised):
            return token.lower()
        return token[0].upper() + token[1:].lower()

    return WORD.sub(cased, text)


def is_item_heading(words: NoteWords, paragraph: Paragraph) -> bool:
    """A line by itself that reads like a title: no full stop, not partly bold, no sentence, no link."""
    text = paragraph.words
    numbered = NUMBERED.match(paragraph.text)
    if paragraph.bullet or not 0 < len(text) <= LONGEST_TITLE or text[-1] in ".;:,!":
        return False
    bold = {run.strong for run in paragraph.runs if run.text.strip()}
    whole_bold = bold == {True}
    if (len(bold) > 1 and not numbered) or (text[-1] == "?" and not (whole_bold or numbered)):
        return False
    if not (paragraph.after_gap or whole_bold or numbered or len(paragraph.lines) == 1):
        return False
    if not (text[0].isupper() or text[0].isdigit() or text[0] in OPENERS or numbered):
        return False
    if len(text) > LONGEST_VERBLESS and words.agenda.finite_verbs.search(text) and not whole_bold:
        return False
    return read_link_line(paragraph.text) is None and not words.press.unlinked.fullmatch(text)
