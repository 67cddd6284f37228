"""The table of the members of meetings, items, points and links in `docs/api.md`, built from the description."""

import json
import re
from collections.abc import Iterator
from typing import Any

from meetings.api.description import build_description
from meetings.documents.reading_order import get_reading_position
from tests.paths import ROOT

Schema = dict[str, Any]
GUIDE = ROOT / "docs" / "api.md"
TABLE = re.compile(r"(?<=<!-- members -->\n\n).*?(?=\n\n<!-- end of members -->)", re.DOTALL)
COLUMNS = {"Meeting": "meeting", "AgendaItem": "item", "ProgrammePoint": "point", "MediaLink": "link"}
"""The whole answers, by their names in the description, and their names in the table."""
PARTS = {"AgendaItem": "Item", "ProgrammePoint": "Point", "MediaLink": "Link"}
"""The parts of a meeting's document that answers about parts have more members than."""
ENVELOPE = {
    "url", "html_url", "edition", "languages", "published_at", "modified_at", "digest", "change_note", "computed",
}  # fmt: skip
TYPE_NAMES = {"integer": "number", "boolean": "true or false", "string": "text"}
FORMAT_NAMES = {"date-time": "instant", "date": "day", "uuid": "id", "uri": "address"}


def build_table() -> str:
    schemas = json.loads(build_description())["components"]["schemas"]
    found: dict[str, dict[str, Schema]] = {}
    for shape in COLUMNS:
        for name, member in schemas[shape]["properties"].items():
            found.setdefault(name, {})[shape] = member
    rows = [["member", *COLUMNS.values(), "type", "meaning"], ["---"] * (len(COLUMNS) + 3)]
    for name, members in sorted(found.items(), key=lambda each: get_reading_position(each[0])):
        marks = [get_mark(schemas, name, shape) if shape in members else "" for shape in COLUMNS]
        types = dict.fromkeys(" or ".join(list_types(member)) for member in members.values())
        rows.append([f"`{name}`", *marks, "; ".join(types), merge_meanings(members)])
    return "\n".join(f"| {' | '.join(row)} |".replace("|  |", "| |").replace("|  |", "| |") for row in rows)


def get_mark(schemas: dict[str, Schema], name: str, shape: str) -> str:
    """Return ● for a member of the document and ○ for what the API adds."""
    is_added = name in ENVELOPE if shape == "Meeting" else name not in schemas[PARTS[shape]]["properties"]
    return "○" if is_added else "●"


def list_types(member: Schema) -> Iterator[str]:
    if "$ref" in member:
        yield f"`{member['$ref'].rsplit('/', 1)[1]}`"
    for each in member.get("anyOf", ()):
        yield from list_types(each)
    kinds = member.get("type", [])
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind == "array":
            yield f"list of {' or '.join(list_types(member['items']))}"
        else:
            name = FORMAT_NAMES.get(member.get("format", "")) if kind == "string" else None
            yield name or TYPE_NAMES.get(kind, kind)


def merge_meanings(members: dict[str, Schema]) -> str:
    """Return the meaning of a member. If it is not the same for all, each begins with where it applies."""
    by_text: dict[str, list[str]] = {}
    for shape, member in members.items():
        by_text.setdefault(member.get("description", ""), []).append(COLUMNS[shape])
    if len(by_text) == 1:
        return next(iter(by_text))
    return " ".join(f"{', '.join(where).capitalize()}: {text}" for text, where in by_text.items() if text)
