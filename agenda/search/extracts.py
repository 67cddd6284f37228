"""A title and a few words of the text with the matches marked, from the document itself."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from agenda.search.asking import Term
from meetings.search.parts import Part, Text
from meetings.search.words import CODE, DOCUMENT, WORD, code_of, document_number_of, fold, stem

BEFORE, LENGTH = 60, 240  # characters
SENTENCE = 50  # characters of a text that is probably one
Span = tuple[int, int]


@dataclass(frozen=True)
class Marked:
    """HTML, in which only `mark` is ours; and the language of its words."""

    html: SafeString
    language: str


class Words:
    """A text taken apart once: its words, folded and stemmed."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.spans = [found.span() for found in WORD.finditer(text.text)]
        self.forms = [fold(text.text[start:end]) for start, end in self.spans]
        self.stems = [stem(form, text.language) for form in self.forms]
        self.known = frozenset(self.stems)

    def matches(self, terms: Sequence[Term]) -> list[Span]:
        """Where the terms stand, in order."""
        found = {span for term in terms for span in self.of(term)}
        return sorted(found, key=lambda span: (span[0], -span[1]))

    def of(self, term: Term) -> Iterator[Span]:
        for wanted, begins in term.wanted(self.text.language):
            if begins or wanted[0] in self.known:
                for place in self.places(wanted, begins):
                    yield self.spans[place][0], self.spans[place + len(wanted) - 1][1]
        if term.number:
            yield from spelt(self.text.text, term.number)

    def places(self, wanted: Sequence[str], begins: bool) -> list[int]:
        if begins:
            return [place for place, form in enumerate(self.forms) if form.startswith(wanted[0])]
        size = len(wanted)
        at_first = (place for place, each in enumerate(self.stems) if each == wanted[0])
        return [place for place in at_first if size == 1 or self.stems[place : place + size] == list(wanted)]


def title_of(part: Part, terms: Sequence[Term]) -> Marked:
    return Marked(marked(part.title.text, Words(part.title).matches(terms)), part.title.language)


def extract_of(part: Part, terms: Sequence[Term]) -> Marked:
    """Around the first match in the text that has most of the terms, a sentence rather than the title of a topic or
    link; else the beginning of the first.
    """
    texts = [Words(text) for text in (*part.texts, *part.references)] or [Words(Text("", part.title.language))]

    def worth(words: Words) -> tuple[bool, int]:
        there = sum(any(True for _span in words.of(term)) for term in terms)
        return bool(there) and len(words.text.text) >= SENTENCE, there

    best = max(texts, key=worth)
    return Marked(around(best.text.text, best.matches(terms)), best.text.language)


def around(text: str, found: Sequence[Span]) -> SafeString:
    """At most `LENGTH` characters, from one space to another."""
    start, end = 0, len(text)
    if found and found[0][0] > BEFORE:
        space = text.find(" ", found[0][0] - BEFORE, found[0][0])
        start = space + 1 if space >= 0 else found[0][0]
    if end - start > LENGTH:
        space = text.rfind(" ", start, start + LENGTH)
        end = space if space > start else start + LENGTH
    within = [(first - start, last - start) for first, last in found if start <= first and last <= end]
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return format_html("{}{}{}", before, marked(text[start:end], within), after)


def marked(text: str, spans: Sequence[Span]) -> SafeString:
    pieces, place = [], 0
    for start, end in spans:
        if start >= place:
            pieces.append((text[place:start], text[start:end]))
            place = end
    return format_html_join("", "{}<mark>{}</mark>", pieces) + conditional_escape(text[place:])


def spelt(text: str, number: str) -> set[Span]:
    """Where the code or document number is written, in whatever spelling."""
    ways: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (CODE, code_of),
        (DOCUMENT, document_number_of),
    )
    return {
        found.span() for pattern, spell in ways for found in pattern.finditer(text) if spell(found).startswith(number)
    }
