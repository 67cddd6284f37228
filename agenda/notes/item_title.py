"""Parse the line with the title of an agenda item: its number, its title, and the facts printed after the title."""

import re
from uuid import uuid4

from agenda.notes.inline_markup import MARKUP_CHARACTERS, get_anchors, get_plain_text, parse_markup, strip_markup
from agenda.notes.links import build_links
from agenda.notes.paragraphs import LEADING_NUMBER
from agenda.notes.phrases import NotePhrases, compile_phrase
from agenda.notes.providers import parse_country_codes, parse_providers
from meetings.documents.choices import ItemKind, PublicBasis, PublicSession
from meetings.documents.document_numbers import (
    PRINTED_DOCUMENT,
    PRINTED_PROCEDURE,
    find_document_numbers,
    find_procedure_codes,
)
from meetings.documents.schema import Item

BRACKET = re.compile(r"(?<!\\)\((?P<inner>(?:[^()\\]|\\.|\([^()]*\))*)\)$")
STARS = re.compile(r"\*{1,4}")
SEPARATOR = re.compile(r"\s*(?<!\\)[:–—,]\s+|\s+-\s+")
MAX_PHRASE_LENGTH = 100
"""How many characters “information provided by” and the first name after it have at most, with markup."""

PublicMark = tuple[PublicSession, PublicBasis]
NO_PUBLIC_MARK = (PublicSession.NOT_STATED, PublicBasis.NOT_STATED)


def parse_item_title(text: str, phrases: NotePhrases) -> Item:
    """Return the item of a line in the notation, with its title and item.

    Facts that are not wholly understood stay in the title.
    """
    item = Item(id=uuid4(), title="")
    text = text.strip()
    if number := LEADING_NUMBER.match(text):
        item.number = (number["digits"] or number["letter"]) + (f" {number['part']}" if number["part"] else "")
        text = text[number.end() :]
    if lunch := phrases.agenda.lunch_prefix.match(text):
        item.kind, text = ItemKind.MEAL, text[lunch.end() :]
    elif phrases.agenda.meal.fullmatch(strip_markup(text)):
        item.kind = ItemKind.MEAL
    text = strip_facts(text, item, phrases)
    runs = parse_markup(text)
    item.title, item.links = get_plain_text(runs), build_links(get_anchors(runs), phrases)
    add_numbers(item, item.title, phrases)
    if not item.public:
        read_public_mark_in_bracket(text, item, phrases)
    return item


def add_numbers(item: Item, text: str, phrases: NotePhrases) -> None:
    """Add the numbers of documents and files in the text that the item does not have yet."""
    documents, procedures = find_document_numbers(text, phrases.agenda.act_reference), find_procedure_codes(text)
    item.documents += [number for number in documents if number not in item.documents]
    item.procedures += [code for code in procedures if code not in item.procedures]


def strip_facts(text: str, item: Item, phrases: NotePhrases) -> str:
    """Return the text without the facts at its end, which are added to the item. At least a title is left."""
    while True:
        for take in TAIL_STRIPPERS:
            rest = take(text, item, phrases)
            if rest is not None and has_words(rest):
                text = rest
                break
        else:
            return text


def strip_bracket(text: str, item: Item, phrases: NotePhrases) -> str | None:
    """Read the bracket at the end, if all of it is facts."""
    bracket = BRACKET.search(text)
    if bracket is None:
        return None
    inner, rest = bracket["inner"].strip(), text[: bracket.start()].rstrip().rstrip(":").rstrip()
    if not has_words(rest):
        return None
    understood = any(
        read(inner, item, phrases)
        for read in (read_public_mark, read_numbers, read_information, read_countries, is_footnote_reference)
    )
    return rest if understood else None


def strip_information(text: str, item: Item, phrases: NotePhrases) -> str | None:
    """Read who informs after a colon, dash or comma: “Honey: information from the Slovenian delegation”.

    Providers are names, so of several such phrases only the last can have nothing else after it. Only that is parsed:
    parsing all that follows each comma would take minutes for a note of long titles.
    """
    for separator in reversed([*SEPARATOR.finditer(text)]):
        rest, tail = text[: separator.start()], text[separator.end() :]
        if phrases.agenda.information.match(MARKUP_CHARACTERS.sub("", tail[:MAX_PHRASE_LENGTH])):
            return rest if has_words(rest) and read_information(tail, item, phrases) else None
    return None


def strip_number(text: str, item: Item, phrases: NotePhrases) -> str | None:
    """Read a document or file number without brackets that is the end of the text."""
    for pattern in (PRINTED_DOCUMENT, PRINTED_PROCEDURE):
        for match in pattern.finditer(text):
            if match.end() == len(text) and match.start() > 1 and read_numbers(match[0], item, phrases):
                before = text[: match.start()]
                if before[-1].isspace() and not phrases.agenda.act_reference.search(before):
                    return before.rstrip().rstrip(",:–-").rstrip()
    return None


def has_words(text: str) -> bool:
    return bool(MARKUP_CHARACTERS.sub("", text).strip())


TAIL_STRIPPERS = (strip_bracket, strip_information, strip_number)


def find_public_mark(text: str, phrases: NotePhrases) -> PublicMark | None:
    """Return the public mark if the whole text is one."""
    marks = phrases.agenda.public_marks
    return next(((public, basis) for pattern, public, basis in marks if pattern.fullmatch(text)), None)


def read_public_mark(text: str, item: Item, phrases: NotePhrases) -> bool:
    mark = None if item.public else find_public_mark(text, phrases)
    if mark:
        item.public, item.public_basis = mark
    return mark is not None


def read_numbers(text: str, item: Item, phrases: NotePhrases) -> bool:
    """Read a text that has nothing but document and file numbers, separated by commas."""
    documents, procedures = find_document_numbers(text, phrases.agenda.act_reference), find_procedure_codes(text)
    rest = PRINTED_PROCEDURE.sub("", PRINTED_DOCUMENT.sub("", text))
    if not (documents or procedures) or not re.fullmatch(rf"(?:[\s,;+]|\b{phrases.agenda.conjunction}\b)*", rest):
        return False
    item.documents[:0] = [number for number in documents if number not in item.documents]
    item.procedures[:0] = [number for number in procedures if number not in item.procedures]
    return True


def read_information(text: str, item: Item, phrases: NotePhrases) -> bool:
    match = phrases.agenda.information.fullmatch(strip_markup(text).rstrip("."))
    providers = parse_providers(match["providers"], phrases) if match else None
    if providers is None or item.information_from:
        return False
    item.information_from, item.supported_by = providers
    return True


def read_countries(text: str, item: Item, phrases: NotePhrases) -> bool:
    names = parse_country_codes(text, phrases)
    if names is None or item.information_from:
        return False
    item.information_from = names
    return True


def is_footnote_reference(text: str, _item: Item, _phrases: NotePhrases) -> bool:
    return bool(STARS.fullmatch(text))


def read_public_mark_in_bracket(text: str, item: Item, phrases: NotePhrases) -> None:
    """Read a public mark within a longer bracket, “(+/- 12.50 public session)”. The bracket stays in the title."""
    bracket = BRACKET.search(text)
    if bracket is None or bracket.start() == 0:
        return
    for pattern, public, basis in phrases.agenda.public_marks:
        if compile_phrase(rf".*\b(?:{pattern.pattern})").fullmatch(bracket["inner"]):
            item.public, item.public_basis = public, basis
            return
