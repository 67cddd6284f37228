"""The names of the configurations and of their meetings in the official languages.

The names are from the Council's list of configurations (Decision 2009/878/EU as amended; for the two from before the
Treaty of Lisbon, Decision 2002/682/EC). The titles are those under which the General Secretariat announces meetings in
the language, or else the form used in its documents: “Council (Justice and Home Affairs)”.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.tables import read_rows

FILE = Path(__file__).with_suffix(".txt")


def get_configuration_name(slug: str, language: str) -> str:
    """Return the name of a Council configuration in a language; an empty text if it is unknown."""
    return load_configuration_names().get((language, slug), ("", ""))[0]


def get_meeting_title(slug: str, language: str) -> str:
    """Return the title of its meetings, such as “Justice and Home Affairs Council”; an empty text if it is unknown."""
    return load_configuration_names().get((language, slug), ("", ""))[1]


@cache
def load_configuration_names() -> Mapping[tuple[str, str], tuple[str, str]]:
    """Return the names and titles by language and slug."""
    english = {("en", each.slug): (each.name, f"{each.name} Council") for each in CONFIGURATIONS}
    return english | {(language, slug): (name, title) for language, slug, name, title in read_rows(FILE)}
