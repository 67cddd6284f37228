"""Build the title and the extracts of a search result, with the matches marked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agenda.search.query_parser import SearchTerm
from meetings.documents.document_numbers import find_search_keys
from meetings.documents.members import TextRole
from meetings.i18n.text_folding import WORD, fold_word, stem_word
from meetings.search.document_parts import SearchText
from meetings.search.result_contents import ResultContent

MAX_LEADING_LENGTH, MAX_EXTRACT_LENGTH = 60, 240  # characters
MIN_SENTENCE_LENGTH = 50  # characters from which a text is probably a sentence
Span = tuple[int, int]


FIELD_LABELS = {
    TextRole.CHAIR: _("Chair"),
    TextRole.CONTEXT: _("Part of"),
    TextRole.DOCUMENT: _("Document"),
    TextRole.FOOTNOTE: _("Footnote"),
    TextRole.INFORMATION: _("Information from"),
    TextRole.LEGAL_BASIS: _("Legal basis"),
    TextRole.LINK: _("Link"),
    TextRole.NUMBER: _("Number"),
    TextRole.OUTCOME: _("Outcome sought"),
    TextRole.PRESIDENCY: _("Presidency"),
    TextRole.PROCEDURE: _("Procedure"),
    TextRole.PROGRAMME: _("Programme"),
    TextRole.RESULT: _("Result"),
    TextRole.SESSION: _("Session"),
    TextRole.SPEAKER: _("Speaker"),
    TextRole.SUPPORT: _("Supported by"),
    TextRole.TOPIC: _("Topic"),
    TextRole.VENUE: _("Venue"),
}


@dataclass(frozen=True)
class HighlightedText:
    """Escaped text with the matches in `mark` elements, and its language. `label` names the kind of text, if needed."""

    html: SafeString
    language: str
    label: str = ""


class TokenizedText:
    """A text, split into words when it is first searched; each word is folded and stemmed."""

    def __init__(self, text: SearchText) -> None:
        self.text = text
        self.known_spans: dict[SearchTerm, list[Span]] = {}

    @cached_property
    def spans(self) -> list[Span]:
        return [found.span() for found in WORD.finditer(self.text.text)]

    @cached_property
    def folded_words(self) -> list[str]:
        return list(map(fold_word, WORD.findall(self.text.text)))

    @cached_property
    def stems(self) -> list[str]:
        return [stem_word(word, self.text.language) for word in self.folded_words]

    def find_matches(self, terms: Sequence[SearchTerm]) -> list[Span]:
        """Return the spans of the terms, in order."""
        found = {span for term in terms for span in self.find_spans(term)}
        return sorted(found, key=lambda span: (span[0], -span[1]))

    def find_spans(self, term: SearchTerm) -> list[Span]:
        if term not in self.known_spans:
            self.known_spans[term] = list(self.search_spans(term))
        return self.known_spans[term]

    def search_spans(self, term: SearchTerm) -> Iterator[Span]:
        for words, is_prefix in term.get_alternatives(self.text.language):
            if is_prefix or words[0] in self.stems:
                for position in self.find_positions(words, is_prefix):
                    yield self.spans[position][0], self.spans[position + len(words) - 1][1]
        if term.number:
            yield from find_number_spans(self.text.text, term.number)

    def filter_matching(self, terms: Iterable[SearchTerm]) -> set[SearchTerm]:
        return {term for term in terms if self.find_spans(term)}

    def find_positions(self, words: Sequence[str], is_prefix: bool) -> list[int]:
        """Return the indexes at which the word sequence starts."""
        if is_prefix:
            return [position for position, word in enumerate(self.folded_words) if word.startswith(words[0])]
        size = len(words)
        candidates = (position for position, each in enumerate(self.stems) if each == words[0])
        return [start for start in candidates if size == 1 or self.stems[start : start + size] == list(words)]


def highlight_title(content: ResultContent, terms: Sequence[SearchTerm]) -> HighlightedText:
    title = content.title
    return HighlightedText(highlight(title.text, TokenizedText(title).find_matches(terms)), title.language)


def build_extracts(content: ResultContent, terms: Sequence[SearchTerm]) -> list[HighlightedText]:
    """Return one or two extracts of a part.

    The first is from the text with the most terms, around the first match or from the beginning. The second shows a
    term that is neither in the first, nor in the title, nor in the facts that are shown with every result.
    """
    texts = [
        TokenizedText(text) for text in (*content.texts, *content.references, *content.key_facts, *content.context)
    ]
    prose = [each for each in texts if each.text.role == TextRole.PROSE]
    chosen = [max(prose, key=build_sort_key(terms)) if len(prose) > 1 else prose[0]] if prose else []
    shown = [TokenizedText(content.title), *chosen, *(each for each in texts if each.text.role == TextRole.SHOWN)]
    missing = set(terms)
    for each in shown:
        missing -= each.filter_matching(missing)
    others = [each for each in texts if each.text.role != TextRole.SHOWN and each.filter_matching(missing)]
    if others:
        chosen.append(max(others, key=build_sort_key(missing)))
    return [build_extract(each, terms) for each in chosen]


def build_sort_key(terms: Iterable[SearchTerm]) -> Callable[[TokenizedText], tuple[bool, int]]:
    """Return a sort key by the number of terms. Sentences come before the titles of topics or links."""

    def sort_key(tokenized: TokenizedText) -> tuple[bool, int]:
        count = len(tokenized.filter_matching(terms))
        return bool(count) and len(tokenized.text.text) >= MIN_SENTENCE_LENGTH, count

    return sort_key


def build_extract(tokenized: TokenizedText, terms: Sequence[SearchTerm]) -> HighlightedText:
    text = tokenized.text
    label = str(FIELD_LABELS.get(text.role, ""))
    return HighlightedText(highlight_excerpt(text.text, tokenized.find_matches(terms)), text.language, label)


def highlight_excerpt(text: str, matches: Sequence[Span]) -> SafeString:
    """Return at most `MAX_EXTRACT_LENGTH` characters around the first match, cut at spaces, with the matches marked."""
    start, end = 0, len(text)
    if matches and matches[0][0] > MAX_LEADING_LENGTH:
        space = text.find(" ", matches[0][0] - MAX_LEADING_LENGTH, matches[0][0])
        start = space + 1 if space >= 0 else matches[0][0]
    if end - start > MAX_EXTRACT_LENGTH:
        space = text.rfind(" ", start, start + MAX_EXTRACT_LENGTH)
        end = space if space > start else start + MAX_EXTRACT_LENGTH
    visible = [(first - start, last - start) for first, last in matches if start <= first and last <= end]
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return format_html("{}{}{}", before, highlight(text[start:end], visible), after)


def highlight(text: str, spans: Sequence[Span]) -> SafeString:
    pieces, position = [], 0
    for start, end in spans:
        if start >= position:
            pieces.append((text[position:start], text[start:end]))
            position = end
    return format_html_join("", "{}<mark>{}</mark>", pieces) + conditional_escape(text[position:])


def find_number_spans(text: str, number: str) -> set[Span]:
    """Return the spans of the code or document number, in any spelling."""
    return {found.span() for found, key in find_search_keys(text) if key.startswith(number)}
