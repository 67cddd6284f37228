"""The changes from one document to another, in the order of the document."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from agenda.comparing.labels import is_part, kind_of, label_of
from agenda.comparing.sides import (
    PartKey,
    Side,
    Standing,
    get_part_key,
    is_html,
    is_in_site_words,
    list_members,
    listed,
)
from agenda.comparing.words import Run, RunKind, compare_html, compare_lists, compare_texts, replace_text, shorten_runs


class ChangeKind(TextChoices):
    ADDED = "added", _("added")
    REMOVED = "removed", _("removed")
    MOVED = "moved", _("moved to another place")
    CHANGED = "changed", _("changed")


@dataclass(frozen=True)
class Change:
    """`path` names the place for machines, as `fallbacks` does (`agenda.<id>.text`); `where` says it to people.

    `in_words`: its runs are the site's words for a value (a state, a date), and no text of the documents.
    """

    kind: ChangeKind
    path: str
    where: str
    runs: tuple[Run, ...]
    in_words: bool = False

    @property
    def old(self) -> str:
        return "".join(run.text for run in self.runs if run.kind != RunKind.INSERTED).strip()

    @property
    def new(self) -> str:
        return "".join(run.text for run in self.runs if run.kind != RunKind.DELETED).strip()

    @property
    def excerpt(self) -> list[Run]:
        """The runs without what stands far from any change."""
        return list(shorten_runs(self.runs))


def compare(old: Struct, new: Struct) -> list[Change]:
    """What changed between two documents of one subject, in words; empty for equal ones.

    Parts (items, points, links, …) are matched by their id wherever they stand, so that one that was moved is told
    apart from one that was removed. Whatever an added or removed part says is told with it.
    """
    return list(DocumentComparison(old, new).compare_members(old, new))


class DocumentComparison:
    def __init__(self, old: Struct, new: Struct) -> None:
        self.old, self.new = Side(old), Side(new)

    def compare_members(self, old: Struct, new: Struct, place: Standing | None = None) -> Iterator[Change]:
        before = dict(list_members(old))
        now = dict(list_members(new))
        for member in dict.fromkeys([*now, *before]):
            was, become = getattr(old, member), getattr(new, member)
            if was == become:
                continue
            if any(map(is_part, (*listed(was), *listed(become)))):
                yield from self.compare_parts(listed(was), listed(become))
            else:
                yield self.build_change(member, type(new), was, become, place)

    def build_change(self, member: str, owner: type, was: Any, become: Any, place: Standing | None) -> Change:
        label = label_of(owner, member)
        path, where = (f"{build_path(place)}.{member}", f"{place.where}: {label}") if place else (member, label)
        worded = is_in_site_words(member, was) or is_in_site_words(member, become)
        return Change(
            ChangeKind.CHANGED, path, str(capfirst(where)), self.compare_values(member, owner, was, become), worded
        )

    def compare_values(self, member: str, owner: type, was: Any, become: Any) -> tuple[Run, ...]:
        if is_html(owner, member):
            return compare_html(was, become)
        if isinstance(was, list):
            return compare_lists(self.old.format_entries(member, was), self.new.format_entries(member, become))
        compared = compare_texts if owner.__annotations__[member] is str else replace_text
        return compared(self.old.said(member, was), self.new.said(member, become))

    def compare_parts(self, old: list[Any], new: list[Any]) -> Iterator[Change]:
        keys = [get_part_key(part) for part in old], [get_part_key(part) for part in new]
        stayed = find_unmoved(*keys)
        for part, key in zip(new, keys[1], strict=True):
            here, before = self.new.parts[key], self.old.parts.get(key)
            if before is None:
                yield from self.describe_whole_part(ChangeKind.ADDED, here)
            else:
                if key not in stayed:
                    yield Change(ChangeKind.MOVED, build_path(here), here.where, replace_text(before.place, here.place))
                yield from self.compare_members(before.part, part, here)
        for key in keys[0]:
            if key not in self.new.parts:
                yield from self.describe_whole_part(ChangeKind.REMOVED, self.old.parts[key])

    def describe_whole_part(self, kind: ChangeKind, place: Standing) -> Iterator[Change]:
        """A part that is on one side only, and what stands at it."""
        added = kind == ChangeKind.ADDED
        told = (self.new if added else self.old).described(place.part)
        runs = (Run(RunKind.INSERTED if added else RunKind.DELETED, told),)
        yield Change(kind, build_path(place), place.where, runs)
        for _member, value in list_members(place.part):
            parts = list(filter(is_part, listed(value)))
            yield from self.compare_parts(*(([], parts) if added else (parts, [])))


def build_path(place: Standing) -> str:
    return f"{kind_of(place.part)}.{place.part.id}"


def find_unmoved(old: list[PartKey], new: list[PartKey]) -> set[PartKey]:
    """Those of both lists that kept their order; all others of both were moved."""
    common = set(old) & set(new)
    before, now = [key for key in old if key in common], [key for key in new if key in common]
    blocks = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    return {key for block in blocks for key in before[block.a : block.a + block.size]}
