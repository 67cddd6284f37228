"""Examples in the API's description. They are real answers: tests/council/api/test_examples.py checks them.

`make api-examples` renews the files beside this module. The examples show the meeting of `getMeeting.json` and the
topic of `getTopic.json`.
"""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from meetings.problem_types import PROBLEM_DESCRIPTIONS

EXAMPLES_DIR = Path(__file__).parent / "examples"
PROBLEMS_NAME = "problems"


@cache
def read_example(name: str) -> Any:
    """Return the stored example of this name, or None."""
    file = EXAMPLES_DIR / f"{name}.json"
    return msgspec.json.decode(file.read_bytes()) if file.exists() else None


def get_example(operation: str) -> dict[str, Any] | None:
    """Return the OpenAPI example of an operation's answer, or None. `x-request` is the address it came from."""
    example = read_example(operation)
    if example is None:
        return None
    return {"summary": f"GET {example['request']}", "x-request": example["request"], "value": example["answer"]}


def get_problem_examples(status: int) -> dict[str, Any]:
    """Return the OpenAPI examples of problems with this status, by the last word of the problem's type."""
    found = read_example(PROBLEMS_NAME) or {}
    return {
        type_.value.strip("/").rsplit("/", 1)[1]: {"summary": meaning.title, "value": found[type_.value]}
        for type_, meaning in PROBLEM_DESCRIPTIONS.items()
        if meaning.status == status and type_.value in found
    }
