"""Find the changes from one document to another, in the order of the document."""

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
    MAX_CHARACTERS,
    DocumentSide,
    LocatedPart,
    get_part_key,
    is_in_site_words,
    list_members,
)
from agenda.documents.diff.labels import get_label
from agenda.documents.diff.word_diff import (
    BoundedMatcher,
    DiffKind,
    DiffRun,
    compare_html,
    compare_lists,
    compare_paragraphs,
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


def compare_documents(old: Struct, new: Struct) -> list[DocumentChange]:
    """Return the changes between two documents of the same subject. The list is empty if they are equal.

    Parts (items, points, links, …) are matched by their id, wherever they are, so that a moved part is not reported as
    removed and added. The change for an added or removed part has everything that the part says.
    """
    return list(DocumentComparison(old, new).compare_members(old, new))


class DocumentComparison:
    """A comparison of two documents, word by word up to `MAX_CHARACTERS`, and then by paragraphs."""

    def __init__(self, old: Struct, new: Struct) -> None:
        self.old, self.new = DocumentSide(old), DocumentSide(new)
        self.characters_left = MAX_CHARACTERS

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
        declared = get_members(owner)[member]
        if declared.is_html:
            self.characters_left -= len(old) + len(new)
            return compare_html(old, new) if self.characters_left >= 0 else compare_paragraphs(old, new)
        if isinstance(old, list):
            return compare_lists(self.old.format_entries(member, old), self.new.format_entries(member, new))
        compare_formatted = compare_texts if declared.hint is str else replace_text
        return compare_formatted(self.old.format_value(member, old), self.new.format_value(member, new))

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
        added = kind == ChangeKind.ADDED
        description = (self.new if added else self.old).describe_part(place.part)
        runs = (DiffRun(DiffKind.INSERTED if added else DiffKind.DELETED, description),)
        yield DocumentChange(kind, build_path(place), place.where, runs)
        for _member, value in list_members(place.part):
            parts = list(filter(is_part, convert_to_list(value)))
            yield from self.compare_parts(*(([], parts) if added else (parts, [])))


def build_path(place: LocatedPart) -> str:
    return f"{get_part_kind(place.part)}.{place.part.id}"


def find_unmoved(old: Sequence[Key], new: Sequence[Key]) -> set[Key]:
    """Return the keys of both lists that kept their order. All other keys of both lists were moved."""
    common = set(old) & set(new)
    old_common, new_common = [key for key in old if key in common], [key for key in new if key in common]
    blocks = BoundedMatcher(old_common, new_common).get_matching_blocks()
    return {key for block in blocks for key in old_common[block.a : block.a + block.size]}


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
