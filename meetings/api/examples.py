"""Examples in the API's description. They are real answers: tests/council/api/test_examples.py holds them against it.

`make api-examples` renews the files beside this module. What they are of is in `getMeeting.json` and `getTopic.json`.
"""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from meetings.problem_types import MEANINGS

FOLDER = Path(__file__).parent / "examples"
PROBLEMS = "problems"


@cache
def kept(name: str) -> Any:
    """None where there is no such example."""
    file = FOLDER / f"{name}.json"
    return msgspec.json.decode(file.read_bytes()) if file.exists() else None


def example_of(operation: str) -> dict[str, Any] | None:
    """Of an operation's answer, as OpenAPI has it; `x-request` is what was asked."""
    example = kept(operation)
    if example is None:
        return None
    return {"summary": f"GET {example['request']}", "x-request": example["request"], "value": example["answer"]}


def problem_examples(status: int) -> dict[str, Any]:
    """By the last word of the problem's type."""
    found = kept(PROBLEMS) or {}
    return {
        type_.value.strip("/").rsplit("/", 1)[1]: {"summary": meaning.title, "value": found[type_.value]}
        for type_, meaning in MEANINGS.items()
        if meaning.status == status and type_.value in found
    }
