"""What has to be known of a language to read notes in it and to write them: words and phrases, nothing else.

A new language is a new `NoteWords` in a module of its own, entered in `agenda.notes.languages`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from meetings.vocabulary import LinkKind, PointKind, PublicBasis, PublicSession

Phrase = re.Pattern[str]

GREEK_VOWELS = {vowels[0]: vowels for vowels in ("αά", "εέ", "ηή", "ιίϊΐ", "οό", "υύϋΰ", "ωώ")}


@lru_cache(maxsize=4096)
def compile_phrase(pattern: str) -> Phrase:
    """A pattern in which a space stands for any white space, no-break spaces too, and letters for both cases.

    A letter with an accent stands for the one without as well, since capitals are printed so. A set of characters may
    not hold a space: write `\\s` there.
    """
    return re.compile(make_accents_optional(pattern).replace(" ", r"(?:\s+)"), re.IGNORECASE)


def make_accents_optional(pattern: str) -> str:
    """Sets of characters stay as they are."""
    if pattern.isascii():
        return pattern
    return "".join(
        piece if place % 2 else "".join(map(build_letter_pattern, piece))
        for place, piece in enumerate(re.split(r"(\\.|\[(?:\\.|[^\]\\])*\])", pattern))
    )


def build_letter_pattern(letter: str) -> str:
    """In Greek the accent moves with the case of a word, so there a letter stands for all its forms."""
    decomposed = unicodedata.normalize("NFD", letter)
    bare = decomposed[0]
    if bare.lower() in GREEK_VOWELS:
        return f"[{GREEK_VOWELS[bare.lower()]}]"
    return f"[{letter}{bare}]" if len(decomposed) > 1 and letter.isalpha() else letter


def unaccented(text: str) -> str:
    """In small letters without accents, for comparing."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(sign))


def convert_to_capitals(text: str, language: str) -> str:
    """Greek loses its accents in capitals; “ϊ” and “ϋ” stay."""
    if language != "el":
        return text.upper()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).replace("\u0301", "")).upper()


def match_any(patterns: Iterable[str]) -> str:
    """A group that matches one of the patterns, the longest first."""
    return "(?:" + "|".join(sorted(patterns, key=len, reverse=True)) + ")"


def match_any_word(words: Iterable[str]) -> str:
    return match_any(make_accents_optional(re.escape(word)).replace("\\ ", " ") for word in words)


def anonymous(pattern: str) -> str:
    """The pattern without the names of its groups, to be used more than once in another."""
    return re.sub(r"\?P<\w+>", "?:", pattern)


@dataclass(frozen=True)
class CalendarPhrases:
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    ordinals: tuple[str, ...]
    day_joiners: tuple[str, ...]
    """Between two days: “13 and 14 November”."""
    day_prefixes: tuple[str, ...]
    """Before a day: “on Thursday”."""
    first_of_month: str = "1"
    """The first day of a month, as it is written."""


@dataclass(frozen=True)
class ClockPhrases:
    exact: tuple[str, ...]
    approximate: tuple[str, ...]
    from_then_on: tuple[str, ...]
    relative: tuple[str, ...]
    to_be_confirmed: tuple[str, ...]
    oclock: tuple[str, ...]
    noon: tuple[str, ...]
    morning: tuple[str, ...]
    afternoon: tuple[str, ...]


@dataclass(frozen=True)
class HeaderPhrases:
    institution: Phrase
    press_mark: Phrase
    note_type: Phrase
    other_note_types: tuple[tuple[Phrase, str], ...]
    council: str
    """As in “Environment Council”: what a session may be called besides its name."""
    usual_cities: tuple[str, ...]
    city_prepositions: tuple[str, ...]


@dataclass(frozen=True)
class OpeningPhrases:
    """Sentences that say when the meeting starts and who chairs it."""

    chaired: Phrase
    """Group `chairs`, perhaps `day`."""
    chairing: Phrase
    """A whole sentence with the chairs as its subject, group `chairs`."""
    starts: Phrase
    """Group `time`."""
    session: Phrase
    """Group `session`: which part of the meeting the sentence speaks of."""
    whole_meeting: Phrase
    """Begins a sentence that speaks of the whole meeting, whatever the sentence before spoke of."""
    conjunction: str
    article: str
    """A pattern, with the space behind it."""
    by: str
    subject_end: Phrase
    """What divides the subject of a sentence from who chairs, and when."""
    role_beginnings: tuple[str, ...]
    country_preposition: str
    """A pattern, as `article`: before the country in “Minister of Estonia”."""
    before_adjective: str = ""
    """A pattern: what may stand before the country's adjective in a role."""
    honorific: str = "(?!)"


@dataclass(frozen=True)
class PressPhrases:
    press_heading: Phrase
    other_heading: Phrase
    """May be followed by a text in the same line, group `text`."""
    margins: Phrase
    point_kinds: tuple[tuple[Phrase, PointKind], ...]
    announcement: Phrase
    """A sentence in running text that announces a press conference."""
    live: Phrase
    link_kinds: tuple[tuple[Phrase, LinkKind], ...]
    meeting_link_kinds: frozenset[LinkKind]
    """Links of these kinds belong to the meeting wherever they stand."""
    address_follows: Phrase
    """The end of a line that announces an address in the next: “…photo gallery on:”."""
    link_without_address: Phrase
    """A line that is a link in the note, even where the extraction lost its address."""
    contact: Phrase
    officer_label: Phrase
    """In the label of a contact: it is the contact's role."""
    contacts_heading: Phrase
    office: Phrase
    office_address: Phrase
    telephone: Phrase
    notice: Phrase


@dataclass(frozen=True)
class AgendaPhrases:
    other_business: Phrase
    """The heading, perhaps with group `mark`."""
    inline_other_business: Phrase
    """A point in the heading's own line, group `title`."""
    a_items: Phrase
    lunch_prefix: Phrase
    """A prefix that is left out of the title."""
    meal: Phrase
    public_marks: tuple[tuple[Phrase, PublicSession, PublicBasis], ...]
    information: Phrase
    """Group `providers`: what follows “information from”."""
    supported: Phrase
    delegation: Phrase
    institutions: Mapping[str, str]
    outcomes: Phrase
    session_names: frozenset[str]
    """Sessions that may be printed in small letters, in lower case."""
    uncapitalised_words: frozenset[str]
    acronyms: frozenset[str]
    finite_verbs: Phrase
    conjunction: str
    act_reference: Phrase
    """What stands before a number that looks like a document's and is an act's or a case's."""
    in_english: Mapping[str, str] = field(default_factory=dict)
    """What the institutions are called in English, by their names in the language."""
    session_spellings: Mapping[str, str] = field(default_factory=dict)
    """How sessions are spelt that capitals or another case hide, by the `unaccented` words."""
    capitalises_titles: bool = True
    """Titles have capitals at the beginning of each word, as “Home Affairs”."""


@dataclass(frozen=True)
class OutputPhrases:
    """The fixed words of a note as it is written. Patterns above must read every one of them."""

    institution: str
    press: tuple[str, ...]
    note_type: str
    issued_at: str
    in_city: str
    meeting: str
    session: str
    session_on: str
    on_day: str
    starts: str
    chaired: str
    starts_and_chaired: str
    last_joiner: str
    press_heading: str
    other_heading: str
    margins_heading: str
    live: str
    on: str
    contact: str
    lunch: str
    other_business: str
    public: Mapping[tuple[PublicSession, PublicBasis], str]
    information: str
    supported: str
    delegation: tuple[str, str]
    provider: str
    providers: Mapping[str, str]
    """Institutions with another form than that of `provider`."""
    approximate: str
    from_then_on: str
    to_be_confirmed: str
    point_titles: Mapping[PointKind, str]
    """For a programme point without a title."""
    labels: Mapping[str, str]
    """For what has no place of its own in a note of this family."""


@dataclass(frozen=True)
class NotePhrases:
    language: str
    name: str
    calendar: CalendarPhrases
    clock: ClockPhrases
    header: HeaderPhrases
    opening: OpeningPhrases
    press: PressPhrases
    agenda: AgendaPhrases
    output: OutputPhrases
