"""A note and its translation, and helpers that plan the import of the translation."""

from collections.abc import Mapping
from typing import Any

from agenda.documents.translations.segments import TextKey, list_segments
from agenda.documents.translations.translated_document import TranslatedText
from agenda.notes.line_reader import read_lines
from agenda.notes.note_parser import ParsedNote, parse_note
from agenda.translation.note_matching import FindingReason, ImportFinding, ImportPlan
from agenda.translation.note_matching.import_translation import ImportPlanner
from agenda.workflow.note_import import read_note_file
from meetings.documents.schema import MeetingDocument
from tests.paths import ROOT

SAMPLES = ROOT / "agenda/notes/samples"
ENGLISH = """\
Council of the European Union

BACKGROUND*

Brussels, 8 November 2017

EDUCATION, YOUTH, CULTURE and SPORT COUNCIL **Monday 20 November in Brussels**

Ministers will meet.

Press conferences:

- **Youth** (+/- 13:00)

Press officer: Niels Bohr, +32 2 555 02 20

* This note has been drawn up under the responsibility of the press office.

YOUTH

1. Solidarity corps (2017/0102 (COD), 14001/17)

The corps will have 100 000 places.

2. Dialogue with the young (14002/17)

Policy debate

Ministers will answer two questions:

- on schools
- on work

[Youth policy](https://www.consilium.europa.eu/en/policies/youth/)

3. Any other business

a) Work programme (information from the Commission)
b) Skills (information from the German and French delegations)
"""
FRENCH = """\
Conseil de l'Union européenne

NOTE D'INFORMATION*

Bruxelles, le 8 novembre 2017

CONSEIL "ÉDUCATION, JEUNESSE, CULTURE et SPORT" **lundi 20 novembre à Bruxelles**

Les ministres se réuniront.

Conférences de presse:

- **Jeunesse** (+/- 13:00)

Attaché de presse: Niels Bohr, +32 2 555 02 20

* La présente note a été rédigée sous la responsabilité du service de presse.

JEUNESSE

1. Corps de solidarité (2017/0102 (COD), 14001/17)

Le corps comptera 100 000 places.

2. Dialogue avec les jeunes (14002/17)

Débat d'orientation

Les ministres répondront à deux questions:

- sur l'école
- sur le travail

[La politique de la jeunesse](https://www.consilium.europa.eu/fr/policies/youth/)

3. Divers

a) Programme de travail (informations communiquées par la Commission)
b) Compétences (informations communiquées par les délégations française et allemande)
"""


def parse_note_text(text: str) -> ParsedNote:
    return parse_note(read_lines(text.encode()))


def read_sample(language: str = "") -> ParsedNote:
    return read_note_file(SAMPLES / f"jha-2017-09-14{language and '.'}{language}.txt")


def plan_note(
    note: str, source: str = ENGLISH, stored: Mapping[TextKey, TranslatedText] | None = None, **options: Any
) -> ImportPlan:
    return plan_reading(parse_note_text(note), parse_note_text(source).document, stored or {}, **options)


def plan_reading(
    reading: ParsedNote,
    source: MeetingDocument,
    stored: Mapping[TextKey, TranslatedText] | None = None,
    replace: bool = False,
) -> ImportPlan:
    return ImportPlanner(reading, source, stored or {}, replace).plan()


def get_planned_texts(found: ImportPlan) -> dict[str, str]:
    """Return the translations of the plan by their source texts."""
    source = {segment.key: segment.text for segment in list_segments(found.source)}
    return {source[key]: translated.text for key, translated in found.texts.items() if key in source}


def list_findings(found: ImportPlan, *reasons: FindingReason) -> list[ImportFinding]:
    return [finding for finding in found.report.findings if not reasons or finding.why in reasons]


def list_messages(found: ImportPlan, *reasons: FindingReason) -> list[str]:
    return [str(finding) for finding in list_findings(found, *reasons)]
