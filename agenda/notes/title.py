"""The title of a note: configuration, days and place, in one line or several."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from agenda.notes.dates import calendar_of, write_day
from agenda.notes.lines import NoteError
from agenda.notes.paragraphs import Paragraph, blocks
from agenda.notes.words import NoteWords, Phrase, accents_optional, any_word, phrase
from meetings.reference.configuration_names import configuration_name, meeting_title
from meetings.reference.configurations import CONFIGURATIONS, ConfigurationFacts

HEADER_PARAGRAPHS = 60
"""The title stands among the first of them."""
TITLE_PARAGRAPHS = 4
LONGEST_REST = 60
CITY = r"(?P<city>[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3})"


@dataclass(frozen=True)
class TitleRead:
    """`rest` is what of the title lines was not understood."""

    position: int
    count: int
    configuration: str
    suffix: str
    days_text: str
    city: str
    rest: str


def title_patterns(words: NoteWords) -> tuple[tuple[Phrase, str], ...]:
    return patterns_in(words.language, words.header.council, words.agenda.conjunction)


@cache
def patterns_in(language: str, council: str, conjunction: str) -> tuple[tuple[Phrase, str], ...]:
    """For each name and code of a configuration “NAME COUNCIL” and “COUNCIL (NAME)”, the longest first.

    Where the language puts the word first, “CONSEIL NAME” and “CONSEIL "NAME"” too. Each with the name in English.
    """
    names = {printed: facts.name for facts in CONFIGURATIONS for printed in names_printed(facts, language, council)}
    leads = meeting_title(CONFIGURATIONS[0].slug, language).startswith(council)
    before, after = (r"[\s\"«“(]*", r"\s*[\"»”)]?") if leads else (r" \(", r"\)")
    patterns = []
    for printed in sorted(names, key=len, reverse=True):
        words = [
            f"(?:{conjunction}|&)" if word == conjunction else accents_optional(re.escape(word))
            for word in re.split(r",? ", printed)
        ]
        pattern = ",? ".join(words)
        patterns.append((phrase(rf"(?:{pattern} {council}\b|{council}{before}{pattern}\b{after})"), names[printed]))
    return tuple(patterns)


def names_printed(facts: ConfigurationFacts, language: str, council: str) -> set[str]:
    title = re.sub('["«»“”]', "", meeting_title(facts.slug, language))
    in_title = re.sub(rf"^{council} | {council}$", "", title)
    return {facts.code, in_title, configuration_name(facts.slug, language)}


def find_title(words: NoteWords, paragraphs: Sequence[Paragraph]) -> TitleRead | None:
    """The first title whose every word is understood, else the first one of a single line that is no sentence."""
    partly: TitleRead | None = None
    for position in range(min(len(paragraphs), HEADER_PARAGRAPHS)):
        for count, text in blocks(paragraphs, position, TITLE_PARAGRAPHS):
            title = title_in(words, text, position, count)
            if title and not title.rest:
                return title
            if title and count == 1 and len(title.rest) <= LONGEST_REST and not title.rest.endswith("."):
                partly = partly or title
            if title:
                break
    return partly


def title_in(words: NoteWords, text: str, position: int, count: int) -> TitleRead | None:
    for pattern, name in title_patterns(words):
        if match := pattern.match(text):
            return rest_of_title(words, name, text[match.end() :], position, count)
    return None


def rest_of_title(words: NoteWords, name: str, text: str, position: int, count: int) -> TitleRead | None:
    span = calendar_of(words.calendar).span(text)
    if span is None:
        return None
    before, after = text[: span.start].rstrip(" ,-–—:("), text[span.end :]
    city = re.search(
        rf"[\s,(]+(?:{any_word(words.header.in_city)}\s+)?(?P<city>{any_word(words.header.usual_cities)})$", before
    )
    if city:
        before = before[: city.start()].rstrip(" ,-–—:(")
    tail = phrase(rf"(?:[\s,(–-]*(?:{any_word(words.header.in_city)} )?{CITY})?[)\s]*").fullmatch(after)
    suffix = re.sub(r"^[\s,]+|[\s,]+(?:of|on)?$", "", before)
    return TitleRead(
        position,
        count,
        name,
        "" if suffix in ("of", "on", "meeting") else suffix,
        text[span.start : span.end],
        city=city["city"] if city else (tail["city"] or "") if tail else "",
        rest="" if tail and not (city and tail["city"]) else after.strip(),
    )


def missing_title(words: NoteWords, paragraphs: Sequence[Paragraph]) -> NoteError:
    council = words.header.council
    calendar = calendar_of(words.calendar)
    known = ", ".join(configuration_name(facts.slug, words.language) for facts in CONFIGURATIONS)
    for position, paragraph in enumerate(paragraphs[:HEADER_PARAGRAPHS]):
        if title_in_without_date(words, paragraph.words):
            return NoteError(
                paragraph.first,
                f"“{paragraph.words[:80]}” has no date after it. "
                "Print the days of the meeting, as “Thursday 14 September in Brussels”.",
            )
        for _count, text in blocks(paragraphs, position, 2):
            match = re.match(rf"([^.\d]{{2,100}}?)\s+{council}\b", text, re.IGNORECASE)
            if match and calendar.span(text[match.end() :]):
                return NoteError(
                    paragraph.first,
                    f"“{match[1]}” is no configuration of the Council. Those known are: {known}. Correct the name.",
                )
    example = f"{meeting_title('jha', words.language)} {write_day(dt.date(2017, 9, 14), words.calendar)}"
    return NoteError(
        None,
        f"No title was found: a line with a configuration's name, “{council}” and the days, as "
        f"“{example}{words.written.in_city.format(city=words.header.usual_cities[0])}”. "
        f"The configurations known are: {known}.",
    )


def title_in_without_date(words: NoteWords, text: str) -> bool:
    return any(
        re.fullmatch(r"[^.]*", text[match.end() :])
        for pattern, _name in title_patterns(words)
        if (match := pattern.match(text))
    )


def configuration_on(name: str, day: dt.date, line: int) -> ConfigurationFacts:
    of_name = [facts for facts in CONFIGURATIONS if facts.name == name]
    for facts in of_name:
        if facts.valid_on(day):
            return facts
    times = " and ".join(f"from {facts.valid_from} to {facts.valid_until or 'now'}" for facts in of_name)
    raise NoteError(line, f"The {name} Council did not exist on {day} (it did {times}). Correct the date or the name.")
