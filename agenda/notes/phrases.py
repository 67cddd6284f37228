"""Phrases that a language needs to read and to write notes, and functions to build patterns from them.

The phrases are in `languages/`, one file for each language. To add a language, add a file.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from meetings.documents.choices import LinkKind, PointKind, PublicBasis, PublicSession

Phrase = re.Pattern[str]

GREEK_VOWELS = {vowels[0]: vowels for vowels in ("αά", "εέ", "ηή", "ιίϊΐ", "οό", "υύϋΰ", "ωώ")}


@lru_cache(maxsize=4096)
def compile_phrase(pattern: str) -> Phrase:
    r"""Compile a pattern in which a space matches any white space, also no-break spaces, and letters match both cases.

    A letter with an accent also matches the letter without it, because capitals are printed without accents. A set of
    characters must not contain a space: write `\s` there.
    """
    return re.compile(make_accents_optional(pattern).replace(" ", r"(?:\s+)"), re.IGNORECASE)


def make_accents_optional(pattern: str) -> str:
    """Return the pattern with letters that match with and without accent. Sets of characters are not changed."""
    if pattern.isascii():
        return pattern
    return "".join(
        piece if place % 2 else "".join(map(build_letter_pattern, piece))
        for place, piece in enumerate(re.split(r"(\\.|\[(?:\\.|[^\]\\])*\])", pattern))
    )


def build_letter_pattern(letter: str) -> str:
    """Return a pattern for the letter with or without its accent.

    In Greek the accent moves with the grammatical case of a word, so a Greek vowel matches with any accent.
    """
    decomposed = unicodedata.normalize("NFD", letter)
    bare = decomposed[0]
    if bare.lower() in GREEK_VOWELS:
        return f"[{GREEK_VOWELS[bare.lower()]}]"
    return f"[{letter}{bare}]" if len(decomposed) > 1 and letter.isalpha() else letter


def fold_case_and_accents(text: str) -> str:
    """Return the text in lower case and without accents, for comparisons."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(sign))


def convert_to_capitals(text: str, language: str) -> str:
    """Return the text in capitals. Greek capitals have no accents, but “ϊ” and “ϋ” keep their diaeresis."""
    if language != "el":
        return text.upper()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).replace("\u0301", "")).upper()


def match_any(patterns: Iterable[str]) -> str:
    """Return a group that matches any of the patterns. Longer patterns come first."""
    return "(?:" + "|".join(sorted(patterns, key=len, reverse=True)) + ")"


def match_any_word(words: Iterable[str]) -> str:
    """Return a group that matches any of the words, with or without accents."""
    return match_any(make_accents_optional(re.escape(word)).replace("\\ ", " ") for word in words)


def remove_group_names(pattern: str) -> str:
    """Return the pattern without the names of its groups, so that it can be used more than once in another pattern."""
    return re.sub(r"\?P<\w+>", "?:", pattern)


class PhraseGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A section of the file of a language."""


class CalendarPhrases(PhraseGroup, frozen=True):
    """Words for dates, besides the names of months and weekdays."""

    language: str
    ordinals: tuple[str, ...]
    day_joiners: tuple[str, ...]
    """Words between two days: “13 and 14 November”."""
    day_prefixes: tuple[str, ...]
    """Words before a day: “on Thursday”."""


class ClockPhrases(PhraseGroup, frozen=True):
    """Words for times of day."""

    exact: tuple[str, ...]
    approximate: tuple[str, ...]
    from_then_on: tuple[str, ...]
    relative: tuple[str, ...]
    to_be_confirmed: tuple[str, ...]
    oclock: tuple[str, ...]
    noon: tuple[str, ...]
    morning: tuple[str, ...]
    afternoon: tuple[str, ...]


class HeaderPhrases(PhraseGroup, frozen=True):
    """Phrases of the letterhead and the title."""

    institution: Phrase
    press_mark: Phrase
    note_type: Phrase
    other_note_types: tuple[tuple[Phrase, str], ...]
    council: str
    """The word in “Environment Council”, which may also follow the name of a session."""
    usual_cities: tuple[str, ...]
    city_prepositions: tuple[str, ...]


class OpeningPhrases(PhraseGroup, frozen=True):
    """Phrases of the sentences that say when the meeting starts and who chairs it."""

    chaired: Phrase
    """Has the group `chairs`, and the group `day` if the sentence names one."""
    chairing: Phrase
    """A whole sentence with the chairs as its subject. Has the group `chairs`."""
    starts: Phrase
    """Has the group `time`."""
    session: Phrase
    """Has the group `session`: the part of the meeting that the sentence is about."""
    whole_meeting: Phrase
    """The beginning of a sentence about the whole meeting, whatever the sentence before it is about."""
    conjunction: str
    article: str
    """A pattern that includes the space after the article."""
    by: str
    subject_end: Phrase
    """The words between the subject of a sentence and its facts: who chairs, and when."""
    role_beginnings: tuple[str, ...]
    country_preposition: str
    """A pattern for the words before the country in “Minister of Estonia”, with the space after them."""
    before_adjective: str = ""
    """A pattern for the words that a role may have before the adjective of the country."""
    honorific: str = "(?!)"


class PressPhrases(PhraseGroup, frozen=True):
    """Phrases of the information for the press."""

    press_heading: Phrase
    other_heading: Phrase
    """May have a text on the same line, in the group `text`."""
    margins: Phrase
    point_kinds: tuple[tuple[Phrase, PointKind], ...]
    announcement: Phrase
    """The words in a running text that announce a press conference."""
    live: Phrase
    link_kinds: tuple[tuple[Phrase, LinkKind], ...]
    address_follows: Phrase
    """The end of a line whose web address is on the next line: “…photo gallery on:”."""
    link_without_address: Phrase
    """A line that is a link in the original note, even if the text of the note lacks its web address."""
    contact: Phrase
    officer_label: Phrase
    """Words in the label of a contact that make the label the contact's role."""
    contacts_heading: Phrase
    office: Phrase
    office_address: Phrase
    telephone: Phrase
    notice: Phrase


class AgendaPhrases(PhraseGroup, frozen=True):
    """Phrases of the agenda."""

    other_business: Phrase
    """The heading, with the group `mark` if it has a public mark."""
    inline_other_business: Phrase
    """A point on the same line as the heading, in the group `title`."""
    a_items: Phrase
    lunch_prefix: Phrase
    """A prefix that is left out of the title."""
    meal: Phrase
    public_marks: tuple[tuple[Phrase, PublicSession, PublicBasis], ...]
    information: Phrase
    """Has the group `providers`: the words after “information from”."""
    supported: Phrase
    delegation: Phrase
    institutions: Mapping[str, str]
    outcomes: Phrase
    uncapitalised_words: frozenset[str]
    acronyms: frozenset[str]
    finite_verbs: Phrase
    conjunction: str
    act_reference: Phrase
    """The words before a number that looks like a document number but belongs to an act or a court case."""
    in_english: Mapping[str, str] = {}
    """The English names of the institutions, by their names in this language."""
    session_names: frozenset[str] = frozenset()
    """Names of sessions, in lower case, that are recognised even if they are not printed in capitals."""
    sessions: tuple[str, ...] = ()
    """Names of sessions in their correct spelling, where capitals or another grammatical case hide it.

    Other forms of the name follow after “ | ”.
    """
    capitalises_titles: bool = True
    """True if each word of a title begins with a capital, as in “Home Affairs”."""

    @cached_property
    def session_spellings(self) -> Mapping[str, str]:
        """The correct spelling by each form of a name, in lower case and without accents."""
        return {
            fold_case_and_accents(form): forms.split(" | ")[0] for forms in self.sessions for form in forms.split(" | ")
        }


class OutputPhrases(PhraseGroup, frozen=True):
    """The fixed words of a note that we write. The patterns of the other classes must recognise each of them."""

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
    chaired_as_planned: str
    """Who was to chair a meeting that does not take place."""
    starts_and_chaired: str
    last_joiner: str
    press_heading: str
    other_heading: str
    margins_heading: str
    as_planned: str
    """What stands above the programme of a meeting that does not take place."""
    live: str
    on: str
    contact: str
    lunch: str
    other_business: str
    public: tuple[tuple[PublicSession, PublicBasis, str], ...]
    information: str
    supported: str
    delegation: tuple[str, str]
    provider: str
    providers: Mapping[str, str]
    """Institutions whose form differs from that of `provider`."""
    approximate: str
    from_then_on: str
    to_be_confirmed: str
    point_titles: Mapping[PointKind, str]
    """The titles of programme points that have none."""
    about: str
    unsure: str
    """An approximate time and one to be confirmed, as pages write them. The forms above are those of printed notes."""
    labels: Mapping[str, str]
    """Labels for facts that have no place of their own in a background note."""
    statuses: Mapping[str, str]
    """The status of a meeting, as pages name it."""
    values: Mapping[str, str]
    """Other facts, by their values in the document."""


class NotePhrases(PhraseGroup, frozen=True):
    """Everything that must be known of a language to read and to write notes in it."""

    language: str
    name: str
    calendar: CalendarPhrases
    clock: ClockPhrases
    header: HeaderPhrases
    opening: OpeningPhrases
    press: PressPhrases
    agenda: AgendaPhrases
    output: OutputPhrases


def read_phrases(file: Path) -> NotePhrases:
    """Return the phrases of a language from its file. Raise an error that names a phrase that is missing or unknown."""
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    content["calendar"]["language"] = content["language"]
    return msgspec.convert(content, NotePhrases, dec_hook=decode_phrase)


def decode_phrase(_type: type, text: str) -> Any:
    """Compile a phrase. In the file it may be on several lines; the line breaks and indents are no part of it."""
    return compile_phrase("".join(map(str.lstrip, text.splitlines())) if "\n" in text else text)
