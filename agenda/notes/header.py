"""Read the top of a note: letterhead, kind of note, date of issue, and the title with configuration, days and place."""

import datetime as dt
import re
from collections.abc import Sequence

from agenda.notes import rules
from agenda.notes.date_parser import get_date_parser, resolve_date, resolve_dates
from agenda.notes.document_builder import DocumentBuilder
from agenda.notes.footnotes import MARK
from agenda.notes.line_reader import NoteError
from agenda.notes.meeting_title import (
    CITY,
    MAX_HEADER_PARAGRAPHS,
    ParsedMeetingTitle,
    explain_missing_title,
    find_title,
    get_configuration_on,
    parse_title,
)
from agenda.notes.paragraphs import Paragraph, join_following_texts
from agenda.notes.phrases import NotePhrases, compile_phrase, match_any_word
from meetings.documents.document_numbers import PRINTED_DOCUMENT
from meetings.documents.schema import ConfigurationName, Place
from meetings.reference.configuration_names import get_configuration_name, get_meeting_title

REFERENCE = re.compile(r"(?:[A-Z]{2,12}(?: [A-Z]{2,12})? \d{1,4})")


def read_header(builder: DocumentBuilder, paragraphs: Sequence[Paragraph]) -> int:
    """Read everything up to the title into the builder. Return the number of paragraphs read. Raise NoteError."""
    title = find_title(builder.phrases, paragraphs)
    check_note_type(builder.phrases, paragraphs, title)
    if title is None:
        raise explain_missing_title(builder.phrases, paragraphs)
    top = paragraphs[: title.position]
    while top:
        count = count_institution_paragraphs(builder.phrases, top)
        if count:
            builder.record(rules.INSTITUTION, *top[:count])
        else:
            read_header_paragraph(builder, top[0])
        top = top[count or 1 :]
    apply_title(builder, title, paragraphs[title.position : title.position + title.count])
    return title.position + title.count


def check_note_type(phrases: NotePhrases, paragraphs: Sequence[Paragraph], title: ParsedMeetingTitle | None) -> None:
    """Raise NoteError if the note has neither the heading nor the notice of a background note."""
    top = paragraphs[:MAX_HEADER_PARAGRAPHS]
    if any(is_note_type_heading(phrases, paragraph) for paragraph in top) or any(
        phrases.press.notice.search(paragraph.plain_text) for paragraph in paragraphs
    ):
        return
    for paragraph in top:
        for pattern, name in phrases.header.other_note_types:
            if pattern.match(paragraph.plain_text) or re.search(
                rf"\| {pattern.pattern}", paragraph.plain_text, re.IGNORECASE
            ):
                raise NoteError(
                    paragraph.first_line,
                    f"“{paragraph.plain_text[:80]}”: this is {name}. Only background notes can be imported. "
                    "Use the background note.",
                )
    raise NoteError(
        paragraphs[title.position].first_line if title else None,
        f"This is not a background note in {phrases.name}: it has neither the heading "
        f"“{phrases.output.note_type.rstrip('*')}” nor the sentence that it was drawn up under the responsibility of "
        "the press office. Use the text of a background note as published.",
    )


def is_note_type_heading(phrases: NotePhrases, paragraph: Paragraph) -> bool:
    return bool(re.fullmatch(rf"(?:{phrases.header.note_type.pattern})\s*{MARK}?", paragraph.plain_text, re.IGNORECASE))


def count_institution_paragraphs(phrases: NotePhrases, paragraphs: Sequence[Paragraph]) -> int:
    """Return how many paragraphs at the top are the institution's name, which may be broken into lines, or 0."""
    pairs = join_following_texts(paragraphs, 0, 3)
    return next((count for count, text in pairs if phrases.header.institution.fullmatch(text)), 0)


def read_header_paragraph(builder: DocumentBuilder, paragraph: Paragraph) -> None:
    phrases = builder.phrases
    text = paragraph.plain_text
    if rule := get_letterhead_rule(phrases, paragraph):
        builder.record(rule, paragraph)
    elif (issued := parse_issue_date(phrases, text, paragraph.first_line)) is not None:
        city, date = issued
        if builder.document.issued_on not in (None, date):
            raise NoteError(
                paragraph.first_line,
                f"The date of issue is {date} here and {builder.document.issued_on} above. Delete one of them.",
            )
        builder.document.issued_on = date
        builder.record(rules.ISSUE_DATE, paragraph)
        if phrases.output.issued_at.partition(",")[0] != city:
            builder.keep_unplaced(paragraph)
    elif PRINTED_DOCUMENT.fullmatch(text) and not builder.document.document_number:
        builder.document.document_number = text
        builder.record(rules.DOCUMENT_NUMBER, paragraph)
    elif REFERENCE.fullmatch(text):
        builder.document.references.append(text)
        builder.record(rules.REFERENCE, paragraph)
    else:
        builder.keep_unplaced(paragraph)


def get_letterhead_rule(phrases: NotePhrases, paragraph: Paragraph) -> rules.Rule | None:
    text = paragraph.plain_text
    if phrases.header.institution.fullmatch(text):
        return rules.INSTITUTION
    if phrases.header.press_mark.fullmatch(text):
        return rules.PRESS_MARK
    if is_note_type_heading(phrases, paragraph):
        return rules.NOTE_TYPE
    return None


def parse_issue_date(phrases: NotePhrases, text: str, line: int) -> tuple[str, dt.date] | None:
    match = compile_phrase(rf"{CITY},? (?:{phrases.opening.article})?(?P<day>.+)").fullmatch(text)
    day = get_date_parser(phrases.calendar).parse_day(match["day"]) if match else None
    if match is None or day is None or not (day.day and day.month and day.year):
        return None
    return match["city"], resolve_date(day, day.year, line)


def apply_title(builder: DocumentBuilder, title: ParsedMeetingTitle, paragraphs: Sequence[Paragraph]) -> None:
    line = paragraphs[0].first_line
    document, language = builder.document, builder.phrases.language
    document.start_date, document.end_date = parse_meeting_days(builder, title.days_text, paragraphs[-1].first_line)
    facts = get_configuration_on(title.configuration, builder.start, line)
    name = get_configuration_name(facts.slug, language)
    document.configuration = ConfigurationName(code=facts.code, slug=facts.slug, name=name)
    council = get_meeting_title(facts.slug, language)
    document.title = f"{council} {title.suffix}".strip()
    document.place = Place(city=title.city)
    builder.record(rules.TITLE, *paragraphs)
    if title.unparsed:
        builder.keep_unplaced(*paragraphs)


def parse_meeting_days(builder: DocumentBuilder, text: str, line: int) -> tuple[dt.date, dt.date]:
    span = get_date_parser(builder.phrases.calendar).find_days(text)
    if span is None:
        raise NoteError(line, f"“{text}” is not a date.")
    return resolve_dates(span.days, builder.document.issued_on, line)


def is_repeated_title(builder: DocumentBuilder, paragraph: Paragraph) -> bool:
    """Return True if the paragraph repeats the title or only its days. Raise NoteError if the days differ."""
    text, phrases = paragraph.plain_text, builder.phrases
    title = parse_title(phrases, text, 0, 1)
    if title and not title.unparsed:
        days_text = title.days_text
    else:
        span = get_date_parser(phrases.calendar).find_days(text)
        preposition = match_any_word(phrases.header.city_prepositions)
        bracketed_city = CITY.replace("city", "bracketed")
        city = compile_phrase(rf"(?:,? (?:{preposition} )?{CITY}| \({bracketed_city}\))?")
        if span is None or span.start > 0 or not city.fullmatch(text[span.end :]) or paragraph.bullet:
            return False
        days_text = text[: span.end]
        if len(span.days) == 1 and builder.start != builder.end:
            return False
    start, end = parse_meeting_days(builder, days_text, paragraph.first_line)
    if (start, end) != (builder.start, builder.end):
        raise NoteError(
            paragraph.first_line,
            f"“{text[:80]}” ({format_date_range(start, end)}) contradicts the dates above "
            f"({format_date_range(builder.start, builder.end)}). Delete one of them.",
        )
    return True


def format_date_range(start: dt.date, end: dt.date) -> str:
    return f"{start}" if start == end else f"{start} to {end}"
