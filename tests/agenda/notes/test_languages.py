"""Test notes in other languages than English: they are read completely and written in their own words."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from agenda.notes import rules
from agenda.notes.line_reader import read_lines
from agenda.notes.note_parser import ParsedNote, parse_note
from agenda.notes.note_writer import render_note_text
from agenda.notes.phrases import read_phrases
from meetings.documents.schema import MeetingDocument
from meetings.reference.configuration_names import get_meeting_title
from meetings.reference.configurations import CONFIGURATIONS
from tests.agenda.notes.note_helpers import SEED, count_lost_words

FRENCH = """\
PRESSE
FR

Conseil de
l'Union européenne

NOTE D'INFORMATION1

Bruxelles, le 1er avril 2020

Conseil "Environnement" (climat)
14 et 15 avril 2020 (Luxembourg)

Les ministres de l'environnement se réuniront le mardi 14 avril à 9h30. La session du mercredi 15 avril commencera
à 10 heures. Les deux journées seront présidées par Mme Ada Lovelace, ministre croate de l'environnement.

1 La présente note a été rédigée sous la responsabilité du service de presse.

Rendez-vous avec la presse

Mardi 14 avril
– Arrivées à partir de 8h00
– Déclaration de la ministre à son arrivée: vers 9 h 15
– Conférence de presse à l'issue de la session: +/- 17h30

Mercredi 15 avril
– Conférence de presse: vers 13 heures (à confirmer)

Attaché de presse: Niels Bohr, tél. +32 2 555 02 20, niels.bohr@consilium.europa.eu

CLIMAT - MARDI 14 AVRIL

Loi européenne sur le climat (débat public) (2020/0036 (COD), 6547/20)

Orientation générale

Le Conseil devrait adopter une orientation générale.

Déjeuner de travail: les villes

Divers

a) Abeilles (informations communiquées par les délégations française et slovène, soutenues par la Commission)

L'AIR ET L'EAU
"""
GREEK = """\
Συμβούλιο
της Ευρωπαϊκής Ένωσης

ΕΝΗΜΕΡΩΤΙΚΟ ΣΗΜΕΙΩΜΑ

Βρυξέλλες, 1η Απριλίου 2020

Συμβούλιο Περιβάλλοντος, Τρίτη 14 και Τετάρτη 15 Απριλίου 2020 στο Λουξεμβούργο

Έναρξη της συνόδου: 10.00. Προεδρία: **Ada Lovelace**, Υπουργός Περιβάλλοντος της Κροατίας.

ΣΥΝΕΝΤΕΥΞΕΙΣ ΤΥΠΟΥ

- Προσέλευση: Τρίτη 14 Απριλίου, από τις 8.00
- Συνέντευξη Τύπου: Τρίτη 14 Απριλίου (περίπου στις 17.30)
- Συνέντευξη Τύπου: Τετάρτη 15 Απριλίου, 1 μ.μ. (προς επιβεβαίωση)

ΚΛΙΜΑ - ΤΡΙΤΗ 14 ΑΠΡΙΛΙΟΥ

Ευρωπαϊκό νομοθέτημα για το κλίμα (δημόσια συζήτηση) (2020/0036 (COD), 6547/20)

Γενική προσέγγιση

Το Συμβούλιο αναμένεται να καθορίσει γενική προσέγγιση.

Γεύμα εργασίας: οι πόλεις

Διάφορα

α) Μέλισσες (ενημέρωση από τη γαλλική και τη σλοβενική αντιπροσωπία)
β) Κύκνοι (ενημέρωση από την Επιτροπή)

ΚΑΘΑΡΟΣ ΑΕΡΑΣ
"""


def parse_completely(text: str) -> ParsedNote:
    parsed = parse_note(read_lines(text.encode()))
    assert parsed.unplaced == []
    assert not count_lost_words(read_lines(text.encode()), parsed)
    return parsed


def list_points(document: MeetingDocument) -> list[tuple[str, str | None, str, dt.date | None]]:
    return [(str(point.kind), point.time, str(point.time_precision), point.date) for point in document.programme]


TUESDAY, WEDNESDAY = dt.date(2020, 4, 14), dt.date(2020, 4, 15)


def test_note_in_french() -> None:
    document = parse_completely(FRENCH).document
    assert (document.title, document.place.city) == ('Conseil "Environnement" (climat)', "Luxembourg")
    assert (document.issued_on, document.start_date, document.end_date) == (dt.date(2020, 4, 1), TUESDAY, WEDNESDAY)
    [chair] = document.chairs
    assert (chair.name, chair.role, chair.country) == ("Ada Lovelace", "ministre croate de l'environnement", "HR")
    assert list_points(document) == [
        ("start", "09:30", "exact", TUESDAY),
        ("start", "10:00", "exact", WEDNESDAY),
        ("arrivals", "08:00", "from", TUESDAY),
        ("doorstep", "09:15", "approximate", TUESDAY),
        ("press_conference", "17:30", "approximate", TUESDAY),
        ("press_conference", "13:00", "to_be_confirmed", WEDNESDAY),
    ]
    assert [session.title for session in document.sessions] == ["Climat", "L'air et l'eau"]
    law, lunch, other = document.agenda
    assert (law.title, law.outcome_sought, law.documents, law.procedures, law.public_basis) == (
        "Loi européenne sur le climat", "Orientation générale", ["6547/20"], ["2020/0036 (COD)"], "debate",
    )  # fmt: skip
    assert (lunch.kind, lunch.title) == ("meal", "les villes")
    [bees] = other.items
    assert (bees.number, bees.information_from, bees.supported_by) == ("a", ["France", "Slovénie"], ["Commission"])
    [contact] = document.contacts
    assert (contact.name, contact.role, contact.phones) == ("Niels Bohr", "Attaché de presse", ["+32 2 555 02 20"])


def test_note_in_greek() -> None:
    document = parse_completely(GREEK).document
    assert (document.title, document.place.city) == ("Συμβούλιο Περιβάλλοντος", "Λουξεμβούργο")
    assert (document.issued_on, document.start_date, document.end_date) == (dt.date(2020, 4, 1), TUESDAY, WEDNESDAY)
    [chair] = document.chairs
    assert (chair.role, chair.country) == ("Υπουργός Περιβάλλοντος της Κροατίας", "HR")
    assert list_points(document) == [
        ("start", "10:00", "exact", None),
        ("arrivals", "08:00", "from", TUESDAY),
        ("press_conference", "17:30", "approximate", TUESDAY),
        ("press_conference", "13:00", "to_be_confirmed", WEDNESDAY),
    ]
    law, lunch, other = document.agenda
    assert (law.title, law.outcome_sought, law.documents) == (
        "Ευρωπαϊκό νομοθέτημα για το κλίμα", "Γενική προσέγγιση", ["6547/20"],
    )  # fmt: skip
    assert lunch.kind == "meal"
    assert [(part.number, part.information_from) for part in other.items] == [
        ("α", ["Γαλλία", "Σλοβενία"]),
        ("β", ["Επιτροπή"]),
    ]


def test_lost_accents_are_restored_only_in_known_words() -> None:
    assert [session.title for session in parse_completely(GREEK).document.sessions] == ["Κλίμα", "ΚΑΘΑΡΟΣ ΑΕΡΑΣ"]


@pytest.mark.parametrize("language", ["fr", "el"])
def test_sample_is_read_completely_and_exported_word_for_word(language: str) -> None:
    sample = Path(SEED).with_suffix(f".{language}.txt").read_text(encoding="utf-8")
    parsed = parse_completely(sample)
    assert render_note_text(parsed.document).split() == sample.split()
    assert parsed.document.programme[0].session == parsed.document.sessions[0].id


@pytest.mark.parametrize("language", ["fr", "el"])
def test_every_configuration_is_recognised_by_its_title_in_capitals(language: str) -> None:
    monday = {"fr": "lundi 6 novembre", "el": "Δευτέρα 6 Νοεμβρίου"}[language]
    letterhead = Path(SEED).with_suffix(f".{language}.txt").read_text(encoding="utf-8").split("\n\n")[:3]
    for facts in CONFIGURATIONS:
        title = get_meeting_title(facts.slug, language)
        year = 2006 if facts.valid_until else 2017
        text = "\n\n".join([*letterhead, f"{title.upper()} {monday} {year}"])
        document = parse_note(read_lines(text.encode())).document
        assert (document.configuration.slug, document.title) == (facts.slug, title)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('noon = ["noon", "midday"]\n', "", "missing required field `noon`"),
        ("noon = [", "nooon = [", "unknown field `nooon`"),
        ('"press_briefing"]', '"press_breefing"]', "press_breefing"),
    ],
)
def test_mistake_in_the_file_of_a_language_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (Path(rules.__file__).parent / "languages" / "en.toml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "xx.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(msgspec.ValidationError, match=message):
        read_phrases(file)
