"""Which language a note is in, and which languages can be read."""

from collections.abc import Mapping, Sequence

from agenda.notes.english import ENGLISH
from agenda.notes.french import FRENCH
from agenda.notes.greek import GREEK
from agenda.notes.lines import NoteError, NoteLine
from agenda.notes.words import NotePhrases, unaccented
from meetings.vocabulary import Language

READABLE: Mapping[str, NotePhrases] = {words.language: words for words in (ENGLISH, FRENCH, GREEK)}

INSTITUTION_NAMES: Mapping[str, str] = {
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
MAX_LETTERHEAD_LINES = 30
"""So many lines that are not empty hold the letterhead."""


def get_phrases(lines: Sequence[NoteLine], language: str | None) -> NotePhrases:
    """The words to read the note with: those of the language given, else of the one the note is in.

    Raises NoteError where no rules exist for that language.
    """
    found, line = (language, None) if language else detect_language(lines)
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


def detect_language(lines: Sequence[NoteLine]) -> tuple[str | None, int | None]:
    """By the institution's name in the letterhead, else by the language's code alone on a line; and the line of it."""
    head = [line for line in lines if line.source][:MAX_LETTERHEAD_LINES]
    for start in range(len(head)):
        for end in range(start + 1, min(start + 4, len(head) + 1)):
            words = normalise_text(" ".join(line.source for line in head[start:end]))
            for language, name in INSTITUTION_NAMES.items():
                if normalise_text(name) in words:
                    return language, head[start].number
    for line in head:
        if line.source.isupper() and line.source.lower() in INSTITUTION_NAMES:
            return line.source.lower(), line.number
    return None, None


def normalise_text(text: str) -> str:
    return " ".join(unaccented(text.replace("’", "'")).split())
