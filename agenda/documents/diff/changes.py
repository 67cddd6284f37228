"""Find the changes from one document to another, in the order of the document."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from msgspec import Struct

from agenda.documents.diff.document_side import (
    DocumentSide,
    LocatedPart,
    get_part_key,
    is_in_site_words,
    list_members,
)
from agenda.documents.diff.labels import get_label
from agenda.documents.diff.word_diff import (
    ComparisonBudget,
    DiffKind,
    DiffRun,
    compare_html,
    compare_lists,
    compare_texts,
    replace_text,
    shorten_runs,
)
from meetings.documents.members import get_members
from meetings.documents.traversal import convert_to_list, get_part_kind, is_part

Key = TypeVar("Key", bound=Hashable)


class ChangeKind(TextChoices):
    ADDED = "added", _("added")
    REMOVED = "removed", _("removed")
    MOVED = "moved", _("moved")
    CHANGED = "changed", _("changed")


@dataclass(frozen=True)
class DocumentChange:
    """A change in one place of a document.

    `path` is the place for programs, as in `fallbacks` (`agenda.<id>.text`); `where` is the place in words. If
    `in_words` is True, the runs are the site's words for a value (a state, a date) and not a text of the documents.
    """

    kind: ChangeKind
    path: str
    where: str
    runs: tuple[DiffRun, ...]
    in_words: bool = False

    @property
    def old(self) -> str:
        return "".join(run.text for run in self.runs if run.kind != DiffKind.INSERTED).strip()

    @property
    def new(self) -> str:
        return "".join(run.text for run in self.runs if run.kind != DiffKind.DELETED).strip()

    @property
    def excerpt(self) -> list[DiffRun]:
        """The runs without the words that are far from any change."""
        return list(shorten_runs(self.runs))


def compare_documents(old: Struct, new: Struct, budget: ComparisonBudget | None = None) -> list[DocumentChange]:
    """Return the changes between two documents of the same subject. The list is empty if they are equal.

    Parts (items, points, links, …) are matched by their id, wherever they are, so that a moved part is not reported as
    removed and added. The change for an added or removed part has everything that the part says. Pass the same `budget`
    for all comparisons of one page.
    """
    return list(DocumentComparison(old, new, budget or ComparisonBudget()).compare_members(old, new))


def find_changed_places(old: Struct, new: Struct) -> list[DocumentChange]:
    """Return the same changes without their words (`runs`), which take nearly all of the time."""
    return list(DocumentComparison(old, new, None).compare_members(old, new))


class DocumentComparison:
    """A comparison of two documents: word by word as far as the budget goes, then by paragraphs, then whole."""

    def __init__(self, old: Struct, new: Struct, budget: ComparisonBudget | None) -> None:
        self.old, self.new, self.budget = DocumentSide(old, budget), DocumentSide(new, budget), budget

    def compare_members(self, old: Struct, new: Struct, place: LocatedPart | None = None) -> Iterator[DocumentChange]:
        old_members, new_members = dict(list_members(old)), dict(list_members(new))
        for member in dict.fromkeys([*new_members, *old_members]):
            old_value, new_value = getattr(old, member), getattr(new, member)
            if old_value == new_value:
                continue
            if any(map(is_part, (*convert_to_list(old_value), *convert_to_list(new_value)))):
                yield from self.compare_parts(convert_to_list(old_value), convert_to_list(new_value))
            else:
                yield self.build_change(member, type(new), old_value, new_value, place)

    def build_change(self, member: str, owner: type, old: Any, new: Any, place: LocatedPart | None) -> DocumentChange:
        label = get_label(owner, member)
        path, where = (f"{build_path(place)}.{member}", f"{place.where}: {label}") if place else (member, label)
        in_words = is_in_site_words(member, old) or is_in_site_words(member, new)
        runs = self.compare_values(member, owner, old, new)
        return DocumentChange(ChangeKind.CHANGED, path, str(capfirst(where)), runs, in_words)

    def compare_values(self, member: str, owner: type, old: Any, new: Any) -> tuple[DiffRun, ...]:
        if self.budget is None:
            return ()
        declared = get_members(owner)[member]
        if declared.is_html:
            return compare_html(old, new, self.budget)
        if isinstance(old, list):
            entries = self.old.format_entries(member, old), self.new.format_entries(member, new)
            return compare_lists(*entries, self.budget)
        texts = self.old.format_value(member, old), self.new.format_value(member, new)
        return compare_texts(*texts, self.budget) if declared.hint is str else replace_text(*texts)

    def compare_parts(self, old: list[Any], new: list[Any]) -> Iterator[DocumentChange]:
        old_keys, new_keys = [get_part_key(part) for part in old], [get_part_key(part) for part in new]
        unmoved = find_unmoved(old_keys, new_keys)
        for part, key in zip(new, new_keys, strict=True):
            place, old_place = self.new.parts[key], self.old.parts.get(key)
            if old_place is None:
                yield from self.describe_whole_part(ChangeKind.ADDED, place)
            else:
                if key not in unmoved:
                    runs = replace_text(old_place.place, place.place)
                    yield DocumentChange(ChangeKind.MOVED, build_path(place), place.where, runs)
                yield from self.compare_members(old_place.part, part, place)
        for key in old_keys:
            if key not in self.new.parts:
                yield from self.describe_whole_part(ChangeKind.REMOVED, self.old.parts[key])

    def describe_whole_part(self, kind: ChangeKind, place: LocatedPart) -> Iterator[DocumentChange]:
        """Yield the change for a part that only one of the documents has, and for the parts that belong to it."""
        added, runs = kind == ChangeKind.ADDED, tuple[DiffRun, ...]()
        if self.budget is not None:
            description = (self.new if added else self.old).describe_part(place.part)
            runs = (DiffRun(DiffKind.INSERTED if added else DiffKind.DELETED, description),)
        yield DocumentChange(kind, build_path(place), place.where, runs)
        for _member, value in list_members(place.part):
            if parts := list(filter(is_part, convert_to_list(value))):
                yield from self.compare_parts(*(([], parts) if added else (parts, [])))


def build_path(place: LocatedPart) -> str:
    return f"{get_part_kind(place.part)}.{place.part.id}"


def find_unmoved(old: Sequence[Key], new: Sequence[Key]) -> set[Key]:
    """Return the most keys of both lists that are in the same order in both. All other keys of both lists were moved.

    `ends` has, for each number of keys that are in order so far, the least place in `old` of the last of them.
    """
    places = {key: place for place, key in enumerate(old)}
    ends: list[int] = []
    before: dict[Key, Key | None] = {}
    for key in dict.fromkeys(new):
        if (place := places.get(key)) is not None:
            number = bisect_left(ends, place)
            before[key] = old[ends[number - 1]] if number else None
            ends[number : number + 1] = [place]
    last = old[ends[-1]] if ends else None
    unmoved = set()
    while last is not None:
        unmoved.add(last)
        last = before[last]
    return unmoved


def summarize_changes(changes: Iterable[DocumentChange]) -> list[str]:
    """Return phrases such as “1 item removed”, “2 details changed”. Removed items come first: they are easy to miss."""
    counts = Counter(change.kind for change in changes)
    phrases = {
        ChangeKind.REMOVED: ngettext("%d item removed", "%d items removed", counts[ChangeKind.REMOVED]),
        ChangeKind.MOVED: ngettext("%d item moved", "%d items moved", counts[ChangeKind.MOVED]),
        ChangeKind.ADDED: ngettext("%d item added", "%d items added", counts[ChangeKind.ADDED]),
        ChangeKind.CHANGED: ngettext("%d detail changed", "%d details changed", counts[ChangeKind.CHANGED]),
    }
    return [phrase % counts[kind] for kind, phrase in phrases.items() if counts[kind]]
