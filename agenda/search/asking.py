"""What somebody types, read: words, quoted phrases, codes, numbers and dates. Whatever it is, it costs as much."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agenda.search.stop_words import stop_words
from meetings.search.words import CODE, DOCUMENT, UNSEEN, WORD, code_of, document_number_of, fold, folded, stem
from meetings.written_days import days_within

LONGEST = 200  # characters
MOST_TERMS = 12
SHORTEST_BEGINNING = 3  # letters: with fewer, a beginning is of too many words
QUOTED = re.compile(r"[\"“”„«»‟＂]([^\"“”„«»‟＂]+)[\"“”„«»‟＂]")


@dataclass(frozen=True)
class Term:
    """One of what has to be there: words in sequence, or a number in the one spelling that search knows it by.

    With `begins`, the word may be the beginning of one.
    """

    shown: str
    forms: tuple[str, ...]
    number: str = ""
    begins: bool = False
    day: dt.date | None = None

    def wanted(self, language: str) -> list[tuple[tuple[str, ...], bool]]:
        """What any of is enough in a text in the language, and whether it is a beginning only."""
        found = [(tuple(stem(form, language) for form in self.forms), False)] if self.forms else []
        if self.begins:
            found.append((self.forms, True))
        if self.number:
            found.append(((self.number,), False))
        return found


@dataclass(frozen=True)
class Asked:
    """`text` is what was typed, as far as it is heeded; without terms there is nothing to look for."""

    text: str
    terms: tuple[Term, ...] = ()
    was_cut: bool = False

    @property
    def days(self) -> list[dt.date]:
        return [term.day for term in self.terms if term.day]


def read(typed: str, language: str) -> Asked:
    """What was typed on a page in the language."""
    seen = "".join(sign if sign.isprintable() else " " for sign in UNSEEN.sub("", typed[: 2 * LONGEST]))
    whole = " ".join(unicodedata.normalize("NFC", seen).split())
    text = whole[:LONGEST].strip()
    every = [term for _start, term in sorted(terms_in(text, language), key=lambda found: found[0])]
    terms = list(dict.fromkeys(every))
    if any(not is_stop_word(term, language) for term in terms):
        last = terms[-1]
        terms = [term for term in terms if not is_stop_word(term, language)]
        if terms[-1] == last and text[-1].isalnum() and is_word(last) and len(last.forms[0]) >= SHORTEST_BEGINNING:
            terms[-1] = replace(last, begins=True)
    else:
        terms = []
    was_cut = len(whole) > LONGEST or len(typed) > 2 * LONGEST or len(terms) > MOST_TERMS
    return Asked(text, tuple(terms[:MOST_TERMS]), was_cut)


def is_word(term: Term) -> bool:
    return len(term.forms) == 1 and not term.number and term.forms[0].isalpha()


def is_stop_word(term: Term, language: str) -> bool:
    return is_word(term) and (len(term.forms[0]) == 1 or term.forms[0] in stop_words(language))


def terms_in(text: str, language: str) -> Iterator[tuple[int, Term]]:
    """Each with where it stands. What one of them has read is left out for those that come later."""
    rest = text
    for found, term in phrases(text):
        yield found.start(), term
        rest = without(rest, found)
    for found, day in days_within(rest, language):
        yield found.start(), Term(found[0], tuple(folded(found[0])), f"{day:%Y%m%d}", day=day)
        rest = without(rest, found)
    for pattern, spelt in ((CODE, code_of), (DOCUMENT, document_number_of)):
        for found in pattern.finditer(rest):
            yield found.start(), Term(found[0], tuple(folded(found[0])), spelt(found))
            rest = without(rest, found)
    for found in WORD.finditer(rest):
        if form := fold(found[0]):
            yield found.start(), Term(found[0], (form,))


def phrases(text: str) -> Iterator[tuple[re.Match[str], Term]]:
    for found in QUOTED.finditer(text):
        if forms := tuple(folded(found[1])):
            yield found, Term(found[0], forms)


def without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]}{' ' * len(found[0])}{text[found.end() :]}"


def days_in(text: str, language: str) -> list[dt.date]:
    """The dates in a text, as people in the language write them."""
    return [day for _found, day in days_within(text[:LONGEST], language)]
