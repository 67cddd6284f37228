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
from agenda.comparing.sides import Key, Side, Standing, is_html, is_worded, key_of, listed, members_of
from agenda.comparing.words import Run, RunKind, compare_html, compare_lists, compare_texts, excerpt, replaced


class Kind(TextChoices):
    ADDED = "added", _("added")
    REMOVED = "removed", _("removed")
    MOVED = "moved", _("moved to another place")
    CHANGED = "changed", _("changed")


@dataclass(frozen=True)
class Change:
    """`path` names the place for machines, as `fallbacks` does (`agenda.<id>.text`); `where` says it to people.

    `in_words`: its runs are the site's words for a value (a state, a date), and no text of the documents.
    """

    kind: Kind
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
        return list(excerpt(self.runs))


def compare(old: Struct, new: Struct) -> list[Change]:
    """What changed between two documents of one subject, in words; empty for equal ones.

    Parts (items, points, links, …) are matched by their id wherever they stand, so that one that was moved is told
    apart from one that was removed. Whatever an added or removed part says is told with it.
    """
    return list(Comparison(old, new).members(old, new))


class Comparison:
    def __init__(self, old: Struct, new: Struct) -> None:
        self.old, self.new = Side(old), Side(new)

    def members(self, old: Struct, new: Struct, standing: Standing | None = None) -> Iterator[Change]:
        before = dict(members_of(old))
        now = dict(members_of(new))
        for member in dict.fromkeys([*now, *before]):
            was, become = getattr(old, member), getattr(new, member)
            if was == become:
                continue
            if any(map(is_part, (*listed(was), *listed(become)))):
                yield from self.parts(listed(was), listed(become))
            else:
                yield self.changed(member, type(new), was, become, standing)

    def changed(self, member: str, owner: type, was: Any, become: Any, standing: Standing | None) -> Change:
        label = label_of(owner, member)
        path, where = (f"{path_to(standing)}.{member}", f"{standing.where}: {label}") if standing else (member, label)
        worded = is_worded(member, was) or is_worded(member, become)
        return Change(Kind.CHANGED, path, str(capfirst(where)), self.runs(member, owner, was, become), worded)

    def runs(self, member: str, owner: type, was: Any, become: Any) -> tuple[Run, ...]:
        if is_html(owner, member):
            return compare_html(was, become)
        if isinstance(was, list):
            return compare_lists(self.old.entries(member, was), self.new.entries(member, become))
        compared = compare_texts if owner.__annotations__[member] is str else replaced
        return compared(self.old.said(member, was), self.new.said(member, become))

    def parts(self, old: list[Any], new: list[Any]) -> Iterator[Change]:
        keys = [key_of(part) for part in old], [key_of(part) for part in new]
        stayed = in_order(*keys)
        for part, key in zip(new, keys[1], strict=True):
            here, before = self.new.parts[key], self.old.parts.get(key)
            if before is None:
                yield from self.whole(Kind.ADDED, here)
            else:
                if key not in stayed:
                    yield Change(Kind.MOVED, path_to(here), here.where, replaced(before.place, here.place))
                yield from self.members(before.part, part, here)
        for key in keys[0]:
            if key not in self.new.parts:
                yield from self.whole(Kind.REMOVED, self.old.parts[key])

    def whole(self, kind: Kind, standing: Standing) -> Iterator[Change]:
        """A part that is on one side only, and what stands at it."""
        added = kind == Kind.ADDED
        told = (self.new if added else self.old).described(standing.part)
        runs = (Run(RunKind.INSERTED if added else RunKind.DELETED, told),)
        yield Change(kind, path_to(standing), standing.where, runs)
        for _member, value in members_of(standing.part):
            parts = list(filter(is_part, listed(value)))
            yield from self.parts(*(([], parts) if added else (parts, [])))


def path_to(standing: Standing) -> str:
    return f"{kind_of(standing.part)}.{standing.part.id}"


def in_order(old: list[Key], new: list[Key]) -> set[Key]:
    """Those of both lists that kept their order; all others of both were moved."""
    common = set(old) & set(new)
    before, now = [key for key in old if key in common], [key for key in new if key in common]
    blocks = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    return {key for block in blocks for key in before[block.a : block.a + block.size]}
