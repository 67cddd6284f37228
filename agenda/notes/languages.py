"""Which language a note is in, and which languages can be read."""

from collections.abc import Mapping, Sequence

from agenda.notes.english import ENGLISH
from agenda.notes.french import FRENCH
from agenda.notes.greek import GREEK
from agenda.notes.lines import Line, NoteError
from agenda.notes.words import NoteWords, unaccented
from meetings.vocabulary import Language

READABLE: Mapping[str, NoteWords] = {words.language: words for words in (ENGLISH, FRENCH, GREEK)}

INSTITUTION: Mapping[str, str] = {
    "bg": "Съвет на Европейския съюз",
    "es": "Consejo de la Unión Europea",
    "cs": "Rada Evropské unie",
    "da": "Rådet for Den Europæiske Union",
    "de": "Rat der Europäischen Union",
    "et": "Euroopa Liidu Nõukogu",
    "el": "Συμβούλιο της Ευρωπαϊκής Ένωσης",
    "en": "Council of the European Union",
    "fr": "Conseil de l'Union européenne",
    "ga": "Comhairle an Aontais Eorpaigh",
    "hr": "Vijeće Europske unije",
    "it": "Consiglio dell'Unione europea",
    "lv": "Eiropas Savienības Padome",
    "lt": "Europos Sąjungos Taryba",
    "hu": "Európai Unió Tanácsa",
    "mt": "Kunsill tal-Unjoni Ewropea",
    "nl": "Raad van de Europese Unie",
    "pl": "Rada Unii Europejskiej",
    "pt": "Conselho da União Europeia",
    "ro": "Consiliul Uniunii Europene",
    "sk": "Rada Európskej únie",
    "sl": "Svet Evropske unije",
    "fi": "Euroopan unionin neuvosto",
    "sv": "Europeiska unionens råd",
}
HEAD = 30
"""So many lines that are not empty hold the letterhead."""


def words_for(lines: Sequence[Line], language: str | None) -> NoteWords:
    """The words to read the note with: those of the language given, else of the one the note is in.

    Raises NoteError where no rules exist for that language.
    """
    found, line = (language, None) if language else language_of(lines)
    if found is None:
        found = ENGLISH.language
    if found not in READABLE:
        name = Language(found).label if found in Language.values else found
        known = ", ".join(f"{words.name} ({words.language})" for words in READABLE.values())
        raise NoteError(
            line,
            f"The note is in {name} ({found}), and notes can be read in {known}. Give the note in such a language.",
        )
    return READABLE[found]


def language_of(lines: Sequence[Line]) -> tuple[str | None, int | None]:
    """By the institution's name in the letterhead, else by the language's code alone on a line; and the line of it."""
    head = [line for line in lines if line.source][:HEAD]
    for start in range(len(head)):
        for end in range(start + 1, min(start + 4, len(head) + 1)):
            words = folded(" ".join(line.source for line in head[start:end]))
            for language, name in INSTITUTION.items():
                if folded(name) in words:
                    return language, head[start].number
    for line in head:
        if line.source.isupper() and line.source.lower() in INSTITUTION:
            return line.source.lower(), line.number
    return None, None


def folded(text: str) -> str:
    return " ".join(unaccented(text.replace("’", "'")).split())
