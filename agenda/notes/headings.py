"""Recognise the headings of the body: of sessions and of agenda items."""

import datetime as dt
import re
from dataclasses import dataclass

from agenda.notes.date_parser import find_date_near, get_date_parser
from agenda.notes.document_builder import DocumentBuilder
from agenda.notes.inline_markup import get_anchors
from agenda.notes.item_title import NO_PUBLIC_MARK, PublicMark, find_public_mark
from agenda.notes.line_reader import NoteError
from agenda.notes.links import parse_link_line
from agenda.notes.paragraphs import LEADING_NUMBER, Paragraph
from agenda.notes.phrases import NotePhrases, compile_phrase, convert_to_capitals, fold_case_and_accents

MAX_SESSION_TITLE_LENGTH = 120
MAX_ITEM_HEADING_LENGTH = 220
MAX_HEADING_WITH_VERB_LENGTH = 90
"""A longer line with a finite verb is a sentence without its full stop."""
MIN_CAPITALS_LENGTH = 6
"""A shorter word in capitals may be an acronym: ETIAS is an item, FISHERIES a session."""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
OPENING_SIGNS = "\"'“‘«(["


@dataclass(frozen=True)
class SessionHeading:
    """The heading of a session."""

    title: str
    date: dt.date | None
    public_mark: PublicMark
    """Applies to every item of the session."""


def parse_session_heading(builder: DocumentBuilder, paragraph: Paragraph) -> SessionHeading | None:
    """Return the heading of a session, or None. Raise NoteError if its day is not a day of the meeting."""
    phrases, text, public_mark = builder.phrases, paragraph.plain_text, NO_PUBLIC_MARK
    if paragraph.bullet or len(text) > MAX_SESSION_TITLE_LENGTH or not text or get_anchors(paragraph.runs):
        return None
    bracket = re.fullmatch(r"(?P<before>.+?)\s*\((?P<mark>[^()]+)\)", text)
    if bracket and (mark := find_public_mark(bracket["mark"], phrases)):
        text, public_mark = bracket["before"], mark
    date_parser = get_date_parser(phrases.calendar)
    dated = compile_phrase(rf"(?P<before>.+?)\s*(?:[-–—,:]\s+|\(|\s)(?P<day>{date_parser.pattern})\)?").fullmatch(text)
    day = date_parser.parse_day(dated["day"]) if dated else None
    if dated and day and (day.month or day.weekday is not None):
        text = dated["before"].rstrip(" -–—,:")
    else:
        day = None
    if not is_session_title(phrases, text):
        return None
    date = find_date_near(day, builder.start, builder.end, paragraph.first_line) if day else None
    if day and (date is None or not builder.start <= date <= builder.end):
        raise NoteError(
            paragraph.first_line,
            f"The session is on “{day.printed}”, but the meeting is from {builder.start} to {builder.end}. Correct one "
            "of the dates.",
        )
    return SessionHeading(convert_to_title_case(text, phrases), date, public_mark)


def is_session_title(phrases: NotePhrases, text: str) -> bool:
    """Return True if the text is the name of a session, or in capitals and no acronym."""
    if text.casefold() in phrases.agenda.session_names or (
        text[:1].isupper() and fold_case_and_accents(text) in phrases.agenda.session_spellings
    ):
        return True
    tokens = [token for token in WORD.findall(text) if token not in phrases.agenda.uncapitalised_words]
    if not tokens or text[-1] in ".;:,!?" or not all(token.isupper() for token in tokens):
        return False
    return len(tokens) > 1 or len(tokens[0]) >= MIN_CAPITALS_LENGTH


def convert_to_title_case(text: str, phrases: NotePhrases) -> str:
    """Return “EMPLOYMENT and SOCIAL POLICY” as “Employment and Social Policy”. A title in small letters is not changed.

    If capitals lose their accents in the language, a title whose spelling is not known is not changed either.
    """
    if known := phrases.agenda.session_spellings.get(fold_case_and_accents(text)):
        return known
    if not any(token.isupper() for token in WORD.findall(text)) or convert_to_capitals("ά", phrases.language) == "Α":
        return text

    def convert_word(match: re.Match[str]) -> str:
        token = match[0]
        if token.upper() in phrases.agenda.acronyms:
            return token.upper()
        if match.start() > 0 and (
            token.casefold() in phrases.agenda.uncapitalised_words or not phrases.agenda.capitalises_titles
        ):
            return token.lower()
        return token[0].upper() + token[1:].lower()

    return WORD.sub(convert_word, text)


def is_item_heading(phrases: NotePhrases, paragraph: Paragraph) -> bool:
    """Return True if the line reads like a title: no full stop, not partly bold, no sentence, no link."""
    text = paragraph.plain_text
    numbered = LEADING_NUMBER.match(paragraph.text)
    if paragraph.bullet or not 0 < len(text) <= MAX_ITEM_HEADING_LENGTH or text[-1] in ".;:,!":
        return False
    bold = {run.strong for run in paragraph.runs if run.text.strip()}
    whole_bold = bold == {True}
    if (len(bold) > 1 and not numbered) or (text[-1] == "?" and not (whole_bold or numbered)):
        return False
    if not (paragraph.follows_gap or whole_bold or numbered or len(paragraph.lines) == 1):
        return False
    if not (text[0].isupper() or text[0].isdigit() or text[0] in OPENING_SIGNS or numbered):
        return False
    if len(text) > MAX_HEADING_WITH_VERB_LENGTH and phrases.agenda.finite_verbs.search(text) and not whole_bold:
        return False
    return parse_link_line(phrases, paragraph.text) is None and not phrases.press.link_without_address.fullmatch(text)
