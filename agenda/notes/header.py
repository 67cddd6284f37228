"""The top of a note: letterhead, kind of note, date of issue, and the title with configuration, dates and place."""

import datetime as dt
import re
from collections.abc import Sequence

from agenda.notes import rules
from agenda.notes.dates import Calendar, calendar_of, dated, dates_of
from agenda.notes.draft import Draft
from agenda.notes.footnotes import MARK
from agenda.notes.lines import NoteError
from agenda.notes.paragraphs import Paragraph, blocks
from agenda.notes.references import DOCUMENT
from agenda.notes.title import CITY, HEADER_PARAGRAPHS, TitleRead, configuration_on, find_title, missing_title, title_in
from agenda.notes.words import NoteWords, any_word, phrase
from meetings.documents.shape import ConfigurationName, Place
from meetings.reference.configuration_names import configuration_name, meeting_title

REFERENCE = re.compile(r"(?:[A-Z]{2,12}(?: [A-Z]{2,12})? \d{1,4})")


def read_header(draft: Draft, paragraphs: Sequence[Paragraph]) -> int:
    """Reads everything up to the title into the draft; returns where the rest of the note begins. Raises NoteError."""
    found = find_title(draft.words, paragraphs)
    check_family(draft.words, paragraphs, found)
    if found is None:
        raise missing_title(draft.words, paragraphs)
    top = paragraphs[: found.position]
    while top:
        count = institution_paragraphs(draft.words, top)
        if count:
            draft.used(rules.INSTITUTION, [number for paragraph in top[:count] for number in paragraph.numbers])
        else:
            read_top(draft, top[0])
        top = top[count or 1 :]
    take_title(draft, found, paragraphs[found.position : found.position + found.count])
    return found.position + found.count


def check_family(words: NoteWords, paragraphs: Sequence[Paragraph], title: TitleRead | None) -> None:
    """Raises NoteError where neither the heading nor the notice of a background note is there."""
    top = paragraphs[:HEADER_PARAGRAPHS]
    if any(is_family(words, paragraph) for paragraph in top) or any(
        words.press.notice.search(paragraph.words) for paragraph in paragraphs
    ):
        return
    for paragraph in top:
        for pattern, name in words.header.other_families:
            if pattern.match(paragraph.words) or re.search(rf"\| {pattern.pattern}", paragraph.words, re.IGNORECASE):
                raise NoteError(
                    paragraph.first,
                    f"“{paragraph.words[:80]}”: this is {name}, and only background notes can be read. "
                    "Give the background note.",
                )
    raise NoteError(
        paragraphs[title.position].first if title else None,
        f"This is no background note in {words.name}: neither the heading “{words.written.family.rstrip('*')}” nor the "
        "sentence that it was drawn up under the responsibility of the press office is in it. Give the text of a "
        "background note as published.",
    )


def is_family(words: NoteWords, paragraph: Paragraph) -> bool:
    return bool(re.fullmatch(rf"(?:{words.header.family.pattern})\s*{MARK}?", paragraph.words, re.IGNORECASE))


def institution_paragraphs(words: NoteWords, paragraphs: Sequence[Paragraph]) -> int:
    """How many paragraphs at the top hold the institution's name, which may be broken into lines; or 0."""
    return next((count for count, text in blocks(paragraphs, 0, 3) if words.header.institution.fullmatch(text)), 0)


def read_top(draft: Draft, paragraph: Paragraph) -> None:
    words = draft.words
    text = paragraph.words
    if rule := letterhead(words, paragraph):
        draft.used(rule, paragraph.numbers)
    elif (issued := issue_date(words, text, paragraph.first)) is not None:
        city, date = issued
        if draft.issued_on not in (None, date):
            raise NoteError(
                paragraph.first,
                f"The note is issued on {date} here and on {draft.issued_on} above. Leave only one of the dates.",
            )
        draft.issued_on = date
        draft.used(rules.ISSUE, paragraph.numbers)
        if words.written.issued_at.partition(",")[0] != city:
            draft.keep_unplaced(paragraph)
    elif DOCUMENT.fullmatch(text) and not draft.document_number:
        draft.document_number = text
        draft.used(rules.DOCUMENT_NUMBER, paragraph.numbers)
    elif REFERENCE.fullmatch(text):
        draft.references.append(text)
        draft.used(rules.REFERENCE, paragraph.numbers)
    else:
        draft.keep_unplaced(paragraph)


def letterhead(words: NoteWords, paragraph: Paragraph) -> rules.Rule | None:
    text = paragraph.words
    if words.header.institution.fullmatch(text):
        return rules.INSTITUTION
    if words.header.press_mark.fullmatch(text):
        return rules.PRESS_MARK
    if is_family(words, paragraph):
        return rules.FAMILY
    return None


def issue_date(words: NoteWords, text: str, line: int) -> tuple[str, dt.date] | None:
    match = phrase(rf"{CITY},? (?:{words.opening.article})?(?P<day>.+)").fullmatch(text)
    day = calendar_of(words.calendar).day(match["day"]) if match else None
    if match is None or day is None or not (day.day and day.month and day.year):
        return None
    return match["city"], dated(day, day.year, line)


def take_title(draft: Draft, found: TitleRead, paragraphs: Sequence[Paragraph]) -> None:
    line = paragraphs[0].first
    numbers = [number for paragraph in paragraphs for number in paragraph.numbers]
    draft.start, draft.end = days_of(draft, found.days_text, paragraphs[-1].first)
    facts = configuration_on(found.configuration, draft.start, line)
    language = draft.words.language
    name = configuration_name(facts.slug, language)
    draft.configuration = ConfigurationName(code=facts.code, slug=facts.slug, name=name)
    council = meeting_title(facts.slug, language)
    draft.title = f"{council} {found.suffix}".strip() if found.suffix[:1] in ("", "(") else f"{council}{found.suffix}"
    draft.place = Place(city=found.city)
    draft.used(rules.TITLE, numbers)
    if found.rest:
        for paragraph in paragraphs:
            draft.keep_unplaced(paragraph)


def days_of(draft: Draft, text: str, line: int) -> tuple[dt.date, dt.date]:
    calendar: Calendar = calendar_of(draft.words.calendar)
    span = calendar.span(text)
    if span is None:
        raise NoteError(line, f"“{text}” is no date.")
    return dates_of(span.days, draft.issued_on, line)


def dates_again(draft: Draft, paragraph: Paragraph) -> bool:
    """The title or only the days once more. Raises NoteError where they are other days."""
    text, words = paragraph.words, draft.words
    title = title_in(words, text, 0, 1)
    if title and not title.rest:
        days_text = title.days_text
    else:
        span = calendar_of(words.calendar).span(text)
        city = phrase(rf"(?:,? (?:{any_word(words.header.in_city)} )?{CITY}| \({CITY.replace('city', 'bracketed')}\))?")
        if span is None or span.start > 0 or not city.fullmatch(text[span.end :]) or paragraph.bullet:
            return False
        days_text = text[: span.end]
        if len(span.days) == 1 and draft.start != draft.end:
            return False
    start, end = days_of(draft, days_text, paragraph.first)
    if (start, end) != (draft.start, draft.end):
        raise NoteError(
            paragraph.first,
            f"“{text[:80]}” ({written(start, end)}) contradicts the dates above "
            f"({written(draft.start, draft.end)}). Leave only one of them.",
        )
    return True


def written(start: dt.date, end: dt.date) -> str:
    return f"{start}" if start == end else f"{start} to {end}"
