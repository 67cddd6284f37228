"""The description that programs rely on. `make api-freeze` replaces it with the current one at a release.

It is stored without texts such as descriptions, which may change.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django

from tests.council.api.compatibility import ABOUT, find_breaks

FROZEN = Path(__file__).parent / "frozen-v1.json"


def read_frozen() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(FROZEN.read_text())
    return read


def strip_texts(part: Any, *, named: bool = False) -> Any:
    """Return the part without texts. `named` means that its keys are names and not keywords of OpenAPI."""
    if isinstance(part, list):
        return [strip_texts(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: strip_texts(each, named=not named and name in ("properties", "schemas", "responses", "headers", "paths"))
        for name, each in part.items()
        if named or (name not in ABOUT - {"default"} and not name.startswith("x-"))
    }


def strip_description(described: dict[str, Any]) -> dict[str, Any]:
    frozen = {name: described[name] for name in ("openapi", "paths", "components")}
    frozen["components"] = {name: frozen["components"][name] for name in ("responses", "schemas")}
    return strip_texts(frozen)  # type: ignore[no-any-return]


def freeze(described: dict[str, Any]) -> str:
    """Store the description. Return the reasons if it would break what v1 promises."""
    broken = find_breaks(read_frozen(), described) if FROZEN.exists() else []
    if broken:
        return "\n".join(["Not frozen, since it would break a promise of v1:", *broken])
    FROZEN.write_text(json.dumps(strip_description(described), indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return ""


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "council.settings")
    django.setup()
    from meetings.api.description import build_description

    sys.exit(freeze(json.loads(build_description())) or None)
