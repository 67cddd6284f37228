"""The description that programs were last promised: `make api-freeze` keeps today's in its place, on a release.

It is kept without the words about it, which may change.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django

from tests.council.api.compatibility import ABOUT, breaks

FROZEN = Path(__file__).parent / "frozen-v1.json"


def promised() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(FROZEN.read_text())
    return read


def bare(part: Any, *, named: bool = False) -> Any:
    """Without words. `named`: the keys of this object are names, and no keywords of OpenAPI."""
    if isinstance(part, list):
        return [bare(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: bare(each, named=not named and name in ("properties", "schemas", "responses", "headers", "paths"))
        for name, each in part.items()
        if named or (name not in ABOUT - {"default"} and not name.startswith("x-"))
    }


def without_words(described: dict[str, Any]) -> dict[str, Any]:
    kept = {name: described[name] for name in ("openapi", "paths", "components")}
    kept["components"] = {name: kept["components"][name] for name in ("responses", "schemas")}
    return bare(kept)  # type: ignore[no-any-return]


def freeze(described: dict[str, Any]) -> str:
    """Returns what stands in the way: what was promised is kept as long as there is a v1."""
    broken = breaks(promised(), described) if FROZEN.exists() else []
    if broken:
        return "\n".join(["Not frozen, since it would break a promise of v1:", *broken])
    FROZEN.write_text(json.dumps(without_words(described), indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return ""


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "council.settings")
    django.setup()
    from meetings.api.description import build_description

    sys.exit(freeze(json.loads(build_description())) or None)
