"""Build small notes, and compare what was read from them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from agenda.notes import rules
from agenda.notes.line_reader import NoteLine, read_lines
from agenda.notes.note_parser import ParsedNote, parse_note
from meetings.documents.schema import Item, MeetingDocument

CONSUMING_RULES = {rule.name for rule in vars(rules).values() if isinstance(rule, rules.Rule) and not rule.keeps_words}
SEED = Path(rules.__file__).parent / "samples" / "jha-2017-09-14.txt"

TOP = """\
Council of the European Union

PRESS
EN

BACKGROUND*

Brussels, 8 November 2017

"""
TITLE = "EDUCATION, YOUTH, CULTURE and SPORT COUNCIL **Monday 20 and Tuesday 21 November in Brussels**"
NOTICE = "* This note has been drawn up under the responsibility of the press office."


def build_note(*blocks: str, title: str = TITLE, lead: str = "", notice: str = NOTICE) -> str:
    """Return a note with a valid top; the blocks are its body."""
    return TOP + "\n\n".join(block for block in (title, lead, notice, *blocks) if block) + "\n"


def parse_text(text: str) -> ParsedNote:
    return parse_note(read_lines(text.encode()))


def parse_document(text: str) -> MeetingDocument:
    return parse_text(text).document


def parse_items(text: str) -> list[Item]:
    return parse_document(text).agenda


def list_all_items(agenda: list[Item]) -> Iterator[Item]:
    for item in agenda:
        yield item
        yield from list_all_items(item.items)


def number_ids(whole: MeetingDocument) -> Any:
    """Return the document with its ids replaced by their order, so that two readings can be compared."""
    names: dict[str, int] = {}

    def replace_ids(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: replace_ids(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [replace_ids(inner) for inner in value]
        if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
            return names.setdefault(value, len(names))
        return value

    return replace_ids(msgspec.to_builtins(whole))


def count_words(text: str) -> Counter[str]:
    """Count the words without the markup of notes and HTML. The addresses of links are included."""
    text = re.sub(r'<a href="([^"]*)"[^>]*>', r" \1 ", text)
    text = re.sub(r"</?(?:strong|em|sub|sup)>", "", text)
    text = re.sub(r"</?(?:p|a|ul|ol|li|h3|h4|blockquote|br)(?:\s[^>]*)?/?>", " ", text)
    text = re.sub(r"&(?:amp|lt|gt|quot|nbsp|#x27);", " ", text)
    text = re.sub(r"\\(?=[!-/:-@\[-`{-~])|\*\*", "", unicodedata.normalize("NFC", text))
    return Counter(word.casefold() for word in re.findall(r"\w+", text))


def list_strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from list_strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from list_strings(inner)
    elif isinstance(value, str):
        yield value


def count_lost_words(lines: list[NoteLine], read: ParsedNote) -> Counter[str]:
    """Count the words of the lines that were lost.

    They are not in the document, not unplaced, and not in a line of a rule that consumes its words.
    """
    unplaced = {unplaced.line: unplaced.text for unplaced in read.unplaced}
    consumed = {number for applied in read.applied_rules if applied.rule in CONSUMING_RULES for number in applied.lines}
    kept = {number for applied in read.applied_rules for number in applied.lines} - consumed
    expected: Counter[str] = Counter()
    for line in lines:
        if not line.source or unplaced.get(line.number) == line.source or line.number in consumed:
            continue
        if line.number not in kept:
            expected[f"line {line.number} was read by no rule"] += 1
        expected += count_words(re.sub(r"^\(?\d{1,3}[.)]\s", "", line.text))
    return expected - sum((count_words(text) for text in list_strings(msgspec.to_builtins(read.document))), Counter())
