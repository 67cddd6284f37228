"""Find the title of a note: configuration, days and place, on one line or several."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from agenda.notes.date_parser import format_day, get_date_parser
from agenda.notes.language_detection import load_phrases_of_notes
from agenda.notes.line_reader import NoteError
from agenda.notes.paragraphs import Paragraph, join_following_texts
from agenda.notes.phrases import NotePhrases, Phrase, compile_phrase, make_accents_optional, match_any_word
from meetings.reference.configuration_names import get_configuration_name, get_meeting_title
from meetings.reference.configurations import CONFIGURATIONS, ReferenceConfiguration

MAX_HEADER_PARAGRAPHS = 60
"""The title is among these first paragraphs."""
MAX_TITLE_PARAGRAPHS = 4
MAX_REST_LENGTH = 60
CITY = r"(?P<city>[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3})"


@dataclass(frozen=True)
class ParsedMeetingTitle:
    """The title of a meeting and its place among the paragraphs. `unparsed` are the words that were not understood."""

    position: int
    count: int
    configuration: str
    suffix: str
    days_text: str
    city: str
    unparsed: str


@cache
def get_title_patterns(language: str) -> tuple[tuple[Phrase, str], ...]:
    """Return a pattern and the English name for each printed name of a configuration, the longest first.

    The patterns match “NAME COUNCIL” and “COUNCIL (NAME)”, with a name or a code. In languages that put the word for
    Council first, they also match “CONSEIL NAME” and “CONSEIL "NAME"”.
    """
    phrases = load_phrases_of_notes(language)
    council, conjunction = phrases.header.council, phrases.agenda.conjunction
    names = {printed: facts.name for facts in CONFIGURATIONS for printed in list_printed_names(facts, phrases)}
    leads = get_meeting_title(CONFIGURATIONS[0].slug, language).startswith(council)
    before, after = (r"[\s\"«“(]*", r"\s*[\"»”)]?") if leads else (r" \(", r"\)")
    patterns = []
    for printed in sorted(names, key=len, reverse=True):
        words = [
            f"(?:{conjunction}|&)" if word == conjunction else make_accents_optional(re.escape(word))
            for word in re.split(r",? ", printed)
        ]
        name = ",? ".join(words)
        pattern = compile_phrase(rf"(?:{name} {council}\b|{council}{before}{name}\b{after})")
        patterns.append((pattern, names[printed]))
    return tuple(patterns)


def list_printed_names(facts: ReferenceConfiguration, phrases: NotePhrases) -> set[str]:
    title = re.sub('["«»“”]', "", get_meeting_title(facts.slug, phrases.language))
    in_title = re.sub(rf"^{phrases.header.council} | {phrases.header.council}$", "", title)
    return {facts.code, in_title, get_configuration_name(facts.slug, phrases.language)}


def find_title(phrases: NotePhrases, paragraphs: Sequence[Paragraph]) -> ParsedMeetingTitle | None:
    """Return the first title of which every word is understood.

    If there is none, return the first title on a single line that is no sentence.
    """
    partly: ParsedMeetingTitle | None = None
    for position in range(min(len(paragraphs), MAX_HEADER_PARAGRAPHS)):
        for count, text in join_following_texts(paragraphs, position, MAX_TITLE_PARAGRAPHS):
            title = parse_title(phrases, text, position, count)
            if title and not title.unparsed:
                return title
            if title and count == 1 and len(title.unparsed) <= MAX_REST_LENGTH and not title.unparsed.endswith("."):
                partly = partly or title
            if title:
                break
    return partly


def parse_title(phrases: NotePhrases, text: str, position: int, count: int) -> ParsedMeetingTitle | None:
    for pattern, name in get_title_patterns(phrases.language):
        if match := pattern.match(text):
            return parse_title_rest(phrases, name, text[match.end() :], position, count)
    return None


def parse_title_rest(
    phrases: NotePhrases, name: str, text: str, position: int, count: int
) -> ParsedMeetingTitle | None:
    span = get_date_parser(phrases.calendar).find_days(text)
    if span is None:
        return None
    before, after = text[: span.start].rstrip(" ,-–—:("), text[span.end :]
    preposition = match_any_word(phrases.header.city_prepositions)
    usual_city = match_any_word(phrases.header.usual_cities)
    city = re.search(rf"[\s,(]+(?:{preposition}\s+)?(?P<city>{usual_city})$", before)
    if city:
        before = before[: city.start()].rstrip(" ,-–—:(")
    tail = compile_phrase(rf"(?:[\s,(–-]*(?:{preposition} )?{CITY})?[)\s]*").fullmatch(after)
    suffix = re.sub(r"^[\s,]+|[\s,]+(?:of|on)?$", "", before)
    return ParsedMeetingTitle(
        position,
        count,
        name,
        "" if suffix in ("of", "on", "meeting") else suffix,
        text[span.start : span.end],
        city=city["city"] if city else (tail["city"] or "") if tail else "",
        unparsed="" if tail and not (city and tail["city"]) else after.strip(),
    )


def explain_missing_title(phrases: NotePhrases, paragraphs: Sequence[Paragraph]) -> NoteError:
    """Return the error for a note without a title, with the most likely reason."""
    council = phrases.header.council
    date_parser = get_date_parser(phrases.calendar)
    known = ", ".join(get_configuration_name(facts.slug, phrases.language) for facts in CONFIGURATIONS)
    for position, paragraph in enumerate(paragraphs[:MAX_HEADER_PARAGRAPHS]):
        if is_title_without_date(phrases, paragraph.plain_text):
            return NoteError(
                paragraph.first_line,
                f"“{paragraph.plain_text[:80]}” has no date after it. "
                "Add the days of the meeting, for example “Thursday 14 September in Brussels”.",
            )
        for _count, text in join_following_texts(paragraphs, position, 2):
            match = re.match(rf"([^.\d]{{2,100}}?)\s+{council}\b", text, re.IGNORECASE)
            if match and date_parser.find_days(text[match.end() :]):
                return NoteError(
                    paragraph.first_line,
                    f"“{match[1]}” is not a Council configuration. Correct the name. The configurations are: {known}.",
                )
    example = f"{get_meeting_title('jha', phrases.language)} {format_day(dt.date(2017, 9, 14), phrases.calendar)}"
    return NoteError(
        None,
        f"No title was found. The title has the name of a configuration, “{council}” and the days, for example "
        f"“{example}{phrases.output.in_city.format(city=phrases.header.usual_cities[0])}”. "
        f"The configurations are: {known}.",
    )


def is_title_without_date(phrases: NotePhrases, text: str) -> bool:
    return any(
        re.fullmatch(r"[^.]*", text[match.end() :])
        for pattern, _name in get_title_patterns(phrases.language)
        if (match := pattern.match(text))
    )


def get_configuration_on(name: str, day: dt.date, line: int) -> ReferenceConfiguration:
    """Return the configuration of this name that existed on the day. Raise NoteError if there was none."""
    same_name = [facts for facts in CONFIGURATIONS if facts.name == name]
    for facts in same_name:
        if facts.is_in_force_on(day):
            return facts
    periods = " and ".join(f"from {facts.valid_from} to {facts.valid_until or 'now'}" for facts in same_name)
    raise NoteError(line, f"The {name} Council did not exist on {day}, only {periods}. Correct the date or the name.")
