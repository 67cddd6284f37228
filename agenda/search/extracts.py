"""A title and a few words of the text with the matches marked, from the document itself."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agenda.search.asking import Term
from meetings.search.parts import Field, Part, Text
from meetings.search.words import CODE, DOCUMENT, WORD, code_of, document_number_of, fold, stem

BEFORE, LENGTH = 60, 240  # characters
SENTENCE = 50  # characters of a text that is probably one
Span = tuple[int, int]


LABELS = {
    Field.CHAIR: _("Chair"),
    Field.CONTEXT: _("Part of"),
    Field.DOCUMENT: _("Document"),
    Field.FOOTNOTE: _("Footnote"),
    Field.INFORMATION: _("Information from"),
    Field.LEGAL_BASIS: _("Legal basis"),
    Field.LINK: _("Link"),
    Field.NUMBER: _("Number"),
    Field.OUTCOME: _("Outcome sought"),
    Field.PRESIDENCY: _("Presidency"),
    Field.PROCEDURE: _("Procedure"),
    Field.PROGRAMME: _("Programme"),
    Field.RESULT: _("Result"),
    Field.SESSION: _("Session"),
    Field.SPEAKER: _("Speaker"),
    Field.SUPPORT: _("Supported by"),
    Field.TOPIC: _("Topic"),
    Field.VENUE: _("Venue"),
}


@dataclass(frozen=True)
class Marked:
    """HTML, in which only `mark` is ours; and the language of its words. `label` says what they are, where need be."""

    html: SafeString
    language: str
    label: str = ""


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

    def found_of(self, terms: Iterable[Term]) -> set[Term]:
        return {term for term in terms if any(True for _span in self.of(term))}

    def places(self, wanted: Sequence[str], begins: bool) -> list[int]:
        if begins:
            return [place for place, form in enumerate(self.forms) if form.startswith(wanted[0])]
        size = len(wanted)
        at_first = (place for place, each in enumerate(self.stems) if each == wanted[0])
        return [place for place in at_first if size == 1 or self.stems[place : place + size] == list(wanted)]


def title_of(part: Part, terms: Sequence[Term]) -> Marked:
    return Marked(marked(part.title.text, Words(part.title).matches(terms)), part.title.language)


def extracts_of(part: Part, terms: Sequence[Term]) -> list[Marked]:
    """Of what is written about the part, around the first match in the text that has most of the terms, or else its
    beginning. Then where a term stands that neither that nor the title nor the facts of every result have.
    """
    texts = [Words(text) for text in (*part.texts, *part.references, *part.facts, *part.context)]
    prose = [words for words in texts if words.text.field == Field.PROSE]
    told = [max(prose, key=by_terms(terms))] if prose else []
    shown = [Words(part.title), *told, *(words for words in texts if words.text.field == Field.SHOWN)]
    rest = set(terms).difference(*(words.found_of(terms) for words in shown))
    further = [words for words in texts if words.text.field != Field.SHOWN and words.found_of(rest)]
    if further:
        told.append(max(further, key=by_terms(rest)))
    return [extract(words, terms) for words in told]


def by_terms(terms: Iterable[Term]) -> Callable[[Words], tuple[bool, int]]:
    """A sentence before the title of a topic or link."""

    def worth(words: Words) -> tuple[bool, int]:
        there = len(words.found_of(terms))
        return bool(there) and len(words.text.text) >= SENTENCE, there

    return worth


def extract(words: Words, terms: Sequence[Term]) -> Marked:
    label = str(LABELS.get(words.text.field, ""))
    return Marked(around(words.text.text, words.matches(terms)), words.text.language, label)


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
