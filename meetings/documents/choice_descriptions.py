"""Descriptions of the values of the enumerations, in English, for the API's description: `choice_descriptions.toml`.

Values without a description are described by their labels.
"""

import tomllib
from pathlib import Path
from typing import Any

from django.db.models import TextChoices

CHOICE_DESCRIPTIONS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def list_choice_descriptions(kind: type[TextChoices], *, empty: bool = True) -> list[Any]:
    """Return the descriptions of the values in their order. `empty`: include that of the empty value."""
    descriptions = CHOICE_DESCRIPTIONS.get(kind.__name__, {})
    return [descriptions.get(value, label) for value, label in kind.choices if value or empty]
