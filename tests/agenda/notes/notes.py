"""Small notes to read, and what to compare them by."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from agenda.notes import rules
from agenda.notes.lines import NoteLine, read_lines
from agenda.notes.reading import Reading, read_note
from meetings.documents.shape import Item, MeetingDocument

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


def note(*blocks: str, title: str = TITLE, lead: str = "", notice: str = NOTICE) -> str:
    """A note with a proper top; the blocks are its body."""
    return TOP + "\n\n".join(block for block in (title, lead, notice, *blocks) if block) + "\n"


def reading(text: str) -> Reading:
    return read_note(read_lines(text.encode()))


def document(text: str) -> MeetingDocument:
    return reading(text).document


def items(text: str) -> list[Item]:
    return document(text).agenda


def all_items(agenda: list[Item]) -> Iterator[Item]:
    for item in agenda:
        yield item
        yield from all_items(item.items)


def facts(whole: MeetingDocument) -> Any:
    """The document with its identifiers counted in their order, so that two readings can be compared."""
    names: dict[str, int] = {}

    def counted(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: counted(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [counted(inner) for inner in value]
        if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
            return names.setdefault(value, len(names))
        return value

    return counted(msgspec.to_builtins(whole))


def words(text: str) -> Counter[str]:
    """Words without the marks of notes and of HTML, the addresses of links among them."""
    text = re.sub(r'<a href="([^"]*)"[^>]*>', r" \1 ", text)
    text = re.sub(r"</?(?:strong|em|sub|sup)>", "", text)
    text = re.sub(r"</?(?:p|a|ul|ol|li|h3|h4|blockquote|br)(?:\s[^>]*)?/?>", " ", text)
    text = re.sub(r"&(?:amp|lt|gt|quot|nbsp|#x27);", " ", text)
    text = re.sub(r"\\(?=[!-/:-@\[-`{-~])|\*\*", "", unicodedata.normalize("NFC", text))
    return Counter(word.casefold() for word in re.findall(r"\w+", text))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def unaccounted(lines: list[NoteLine], read: Reading) -> Counter[str]:
    """Words of the lines that are nowhere: not in the document, not unplaced, not in a line that a rule took."""
    unplaced = {unplaced.line: unplaced.text for unplaced in read.unplaced}
    consumed = {number for each in read.read if each.rule in rules.CONSUMING_RULES for number in each.lines}
    kept = {number for each in read.read for number in each.lines} - consumed
    wanted: Counter[str] = Counter()
    for line in lines:
        if not line.source or unplaced.get(line.number) == line.source or line.number in consumed:
            continue
        if line.number not in kept:
            wanted[f"line {line.number} was read by no rule"] += 1
        wanted += words(re.sub(r"^\(?\d{1,3}[.)]\s", "", line.text))
    return wanted - sum((words(text) for text in strings(msgspec.to_builtins(read.document))), Counter())
