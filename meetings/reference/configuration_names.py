"""What the configurations and their meetings are called in the official languages.

The names are those of the Council's list of configurations (Decision 2009/878/EU as amended; the two from before Lisbon
of Decision 2002/682/EC), the titles those under which the General Secretariat announces meetings in the language, or
else the form of its documents: “Council (Justice and Home Affairs)”.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.tables import rows_of

FILE = Path(__file__).with_suffix(".txt")


def configuration_name(slug: str, language: str) -> str:
    """The name of a configuration of the Council; empty where there is none with this word in its addresses."""
    return names().get((language, slug), ("", ""))[0]


def meeting_title(slug: str, language: str) -> str:
    """What its meetings are called: “Justice and Home Affairs Council”. Empty for an unknown configuration."""
    return names().get((language, slug), ("", ""))[1]


@cache
def names() -> Mapping[tuple[str, str], tuple[str, str]]:
    """Name and title by language and slug."""
    english = {("en", facts.slug): (facts.name, f"{facts.name} Council") for facts in CONFIGURATIONS}
    return english | {(language, slug): (name, title) for language, slug, name, title in rows_of(FILE)}
