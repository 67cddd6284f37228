"""Merge the changes of two officers to one document, member by member. Nothing here reads or writes rows.

“Ours” is the document in the browser, “theirs” is the one that was saved meanwhile, and “base” is the one with which
the browser began. Parts are matched by kind and id, wherever they are. The rules:

- A member that one side changed has that side's value. If both changed it differently, it has their value, and there is
  a conflict. Lists of words and of ids keep the additions and removals of both sides.
- A part that one side moved is moved. If both moved it, it is where they have it. If both changed the order of a list,
  and a move of ours is not in the merged order, there is a conflict about the list.
- A part that one side deleted stays, with what is in it, and there is a conflict, if the other side changed it, moved
  it to another owner, put a part into it, or names it (a session, an agenda item).
- If moves exclude each other (A into B, and B into A), or nest items too deep, the parts are where they have them, and
  there is a conflict.
- If both sides gave an item a result, these are two versions of one result, which has their id.
- Members that the server derives are theirs.

All rules follow from the declarations of the schema, so a new member of the document needs no change here.
"""

import datetime as dt
from bisect import bisect
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any, Literal, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from agenda.documents.diff.changes import find_unmoved
from agenda.documents.diff.document_side import (
    REFERENCED_KINDS,
    DocumentSide,
    PartKey,
    get_part_key,
    is_time_text_derived,
)
from agenda.editor.mistakes import MAX_ITEM_DEPTH
from meetings.documents.members import Structure, get_members
from meetings.documents.schema import Item, MeetingDocument, Point, TopicDocument
from meetings.documents.traversal import PART_KINDS, convert_to_list, walk_parts
from meetings.i18n.printed_times import format_printed_time

AnyDocument = TypeVar("AnyDocument", MeetingDocument, TopicDocument)
Key = TypeVar("Key", bound=Hashable)
SideName = Literal["ours", "theirs"]
Versions = tuple[Any, ...]
"""Values in base, ours and theirs."""
Home = tuple[PartKey, str]
"""The owner of a part, and its member that contains the part."""

WHOLE_PART = ""
"""The `member` of a conflict about a part that one side deleted. That side's value is None."""
OWNER = "owner"
"""The `member` of a conflict about a move. Its values are places in words, empty if a side does not have the part."""
MAX_ROUNDS = 20
"""How often moves that exclude each other are looked for. Then all parts that they have are where they have them."""
ITEM_KIND = PART_KINDS[Item]
SERVER_MEMBERS = frozenset({"id", "version", "presidency", "previous", "fallbacks"})
"""Members that no officer edits. Names from other tables are the server's as well: see `get_identity`."""


@dataclass(frozen=True)
class Conflict:
    """A member that both sides changed differently.

    `kind` is that of the part (`agenda`), empty for the document itself, and `name` is the place of the part in words.
    Values are those of the document: `DocumentComparison.compare_values` shows two of them word by word. If the member
    is a list of parts, the conflict is about its order, and the values are ids.
    """

    kind: str
    id: UUID
    member: str
    name: str
    base: Any
    ours: Any
    theirs: Any


def merge(base: AnyDocument, ours: AnyDocument, theirs: AnyDocument) -> tuple[AnyDocument, list[Conflict]]:
    """Return the merged document and its conflicts, in the order of the document.

    Each document must be one that could be saved: no id is given twice, and all references are to parts that it has.
    The same then holds for the merged document. No text is lost: each value that a side changed is in the merged
    document or in a conflict.

    Whoever chooses another side than this one changes the merged document: each conflict is about one member or part.
    """
    return DocumentMerger(base, ours, theirs).merge()


@dataclass
class FlatDocument:
    """The parts of a document by key, each before those in it, with their homes and the order in each home."""

    parts: dict[PartKey, Struct] = field(default_factory=dict)
    homes: dict[PartKey, Home] = field(default_factory=dict)
    children: dict[Home, list[PartKey]] = field(default_factory=lambda: defaultdict(list))


def flatten_document(document: Struct, root: PartKey, aliases: Mapping[PartKey, PartKey]) -> FlatDocument:
    """Return the parts of the document. `aliases` are the keys of parts that are to have another key."""
    flat = FlatDocument()

    def add_part(part: Struct, key: PartKey) -> None:
        flat.parts[key] = part
        for name in list_member_names(type(part), parts=True):
            for child in convert_to_list(getattr(part, name)):
                child_key = aliases.get(get_part_key(child), get_part_key(child))
                flat.homes[child_key] = key, name
                flat.children[key, name].append(child_key)
                add_part(child, child_key)

    add_part(document, root)
    return flat


@cache
def list_member_names(shape: type[Struct], *, parts: bool) -> list[str]:
    """Return the names of the members that contain parts, or of all others."""
    return [name for name, member in get_members(shape).items() if (member.part in PART_KINDS) == parts]


def match_results(base: FlatDocument, ours: FlatDocument, theirs: FlatDocument) -> dict[PartKey, PartKey]:
    """Return for our results the key of their result, where both sides gave a result to the same item.

    This holds for any member that is a single part and not a list.
    """
    aliases = {}
    for home, (their_key, *_more) in theirs.children.items():
        our_key = next(iter(ours.children.get(home, ())), None)
        if our_key is None or is_list(theirs.parts, home) or our_key in theirs.parts or their_key in ours.parts:
            continue
        is_new = their_key not in base.parts
        if is_new or (our_key not in base.parts and base.parts[their_key] != theirs.parts[their_key]):
            aliases[our_key] = their_key
    return aliases


def is_list(parts: Mapping[PartKey, Struct], home: Home) -> bool:
    owner, member = home
    return isinstance(getattr(parts[owner], member), list)


class DocumentMerger:
    """One merge. Its methods are called in their order."""

    def __init__(self, base: AnyDocument, ours: AnyDocument, theirs: AnyDocument) -> None:
        self.documents: Versions = (base, ours, theirs)
        self.root: PartKey = ("", theirs.id)
        aliases = match_results(*(flatten_document(document, self.root, {}) for document in self.documents))
        self.versions = [flatten_document(document, self.root, aliases) for document in self.documents]
        self.base, self.ours, self.theirs = self.versions
        self.parts = self.ours.parts | self.theirs.parts
        self.deleted_by: dict[PartKey, SideName] = {
            key: "theirs" if key in self.ours.parts else "ours"
            for key in self.base.parts
            if (key in self.ours.parts) != (key in self.theirs.parts)
        }
        self.values: dict[PartKey, dict[str, Any]] = {}
        self.disputes: dict[PartKey, dict[str, Versions]] = {key: {} for key in self.parts}
        self.homes = {key: self.choose_home(key) for key in self.parts if key != self.root}
        self.kept: set[PartKey] = set()

    def merge(self) -> tuple[Any, list[Conflict]]:
        for key in self.parts:
            self.merge_members(key)
        self.place_parts()
        children: dict[Home, list[PartKey]] = defaultdict(list)
        for key, home in self.homes.items():
            if key in self.kept:
                children[home].append(key)
        document = self.build_part(self.root, children)
        return document, list(self.list_conflicts(document))

    def choose_home(self, key: PartKey) -> Home:
        base, ours, theirs = (side.homes.get(key) for side in self.versions)
        home = ours if theirs is None or (theirs == base and ours is not None) else theirs
        assert home is not None, "one of the sides has the part"
        return home

    # Members

    def merge_members(self, key: PartKey) -> None:
        base, ours, theirs = (side.parts.get(key) for side in self.versions)
        values = self.values[key] = {}
        for name in list_member_names(type(self.parts[key]), parts=False):
            if ours is None or theirs is None or name in SERVER_MEMBERS:
                values[name] = get_value(self.parts[key], name)
                continue
            versions = get_value(base, name), get_value(ours, name), get_value(theirs, name)
            values[name], is_agreed = merge_values(*versions)
            if not is_agreed:
                self.disputes[key][name] = tuple(getattr(part, name, None) for part in (base, ours, theirs))

    # Which parts stay, and where

    def place_parts(self) -> None:
        """Decide which parts stay and where. The final home comes first: it decides whether an old owner must stay."""
        wanted = {key for key in self.parts if key not in self.deleted_by or self.has_changed(key)}
        for number in count():
            self.kept = self.find_kept(wanted)
            clash = self.find_clash()
            if number >= MAX_ROUNDS and clash:
                clash |= self.theirs.homes.keys()
            moved = {key: home for key in clash if self.homes[key] != (home := self.get_their_home(key))}
            if not moved:
                return
            self.homes |= moved
            for key in moved:
                self.disputes[key][OWNER] = (None, None, None)

    def find_kept(self, wanted: Collection[PartKey]) -> set[PartKey]:
        """Return the parts that stay: the wanted ones, which no side deleted or one side changed, and all they need."""
        children: dict[PartKey, list[PartKey]] = defaultdict(list)
        for key, (owner, _member) in self.homes.items():
            children[owner].append(key)
        kept, rest = set[PartKey](), list(wanted)
        while rest:
            if (key := rest.pop()) in self.parts and key not in kept:
                kept.add(key)
                rest += self.list_needed(key, children[key])
        return kept

    def has_changed(self, key: PartKey) -> bool:
        """Return whether the side that still has the part changed it."""
        old, new = self.base.parts[key], self.parts[key]
        names = (name for name in list_member_names(type(old), parts=False) if name not in SERVER_MEMBERS)
        return self.choose_home(key) != self.base.homes[key] or not all(
            is_same(get_value(old, name), get_value(new, name)) for name in names
        )

    def list_needed(self, key: PartKey, children: Iterable[PartKey]) -> Iterator[PartKey]:
        """Yield the owner of the part, the parts in it that were deleted together with it, and those that it names."""
        if key != self.root:
            yield self.homes[key][0]
        if side := self.deleted_by.get(key):
            yield from (child for child in children if self.deleted_by.get(child) == side)
        for name, kind in REFERENCED_KINDS.items():
            _base, ours, _theirs = self.disputes[key].get(name, (None, None, None))  # ours may be chosen yet
            named = [*convert_to_list(self.values[key].get(name)), *convert_to_list(ours)]
            yield from ((kind, part) for part in named)

    def find_clash(self) -> set[PartKey]:
        """Return all parts that are in each other in a circle, in a place for one part, or items too deep in others.

        What is around items that are too deep is also returned.
        """
        clash, occupants = set[PartKey](), dict[Home, PartKey]()
        depths = {self.root: 0}  # in items
        for key, home in self.homes.items():
            if key not in self.kept:
                continue
            other = occupants.setdefault(home, key)
            if other != key and not is_list(self.parts, home):
                clash |= {key, other}
            owner, path = key, list[PartKey]()
            while owner not in depths:
                depths[owner] = 0  # until the end of the path is known
                path.append(owner)
                owner = self.homes[owner][0]
            if owner in path:
                clash.update(path[path.index(owner) :])
            depth = depths[owner]
            for part in reversed(path):
                depth += part[0] == ITEM_KIND
                depths[part] = depth
        for deep in [key for key, depth in depths.items() if depth > MAX_ITEM_DEPTH]:
            part = deep
            while part != self.root and part not in clash:
                clash.add(part)
                part = self.homes[part][0]
        return clash

    def list_revived(self) -> list[PartKey]:
        """Return the parts that stay although a side deleted them, without those in a part that it also deleted."""
        deleted_by = {key: side for key, side in self.deleted_by.items() if key in self.kept}
        return [key for key, side in deleted_by.items() if deleted_by.get(self.homes[key][0]) != side]

    def get_their_home(self, key: PartKey) -> Home:
        """Return where they have the part. One that only we have goes to the list of the document itself."""
        return self.theirs.homes.get(key, (self.root, key[0]))

    # The merged document and its conflicts

    def build_part(self, key: PartKey, children: Mapping[Home, list[PartKey]]) -> Any:
        part, values = self.parts[key], dict(self.values[key])
        for name in values.keys() & REFERENCED_KINDS:
            named = self.list_named(key, name)
            values[name] = named if isinstance(values[name], list) else named[0] if named else None
        if isinstance(part, Point) and values["time_text"] is None:
            time = dt.time.fromisoformat(values["time"]) if values["time"] else None
            values["time_text"] = format_printed_time(time, values["time_precision"])
        for name in list_member_names(type(part), parts=True):
            home = key, name
            base, ours, theirs = (side.children.get(home, []) for side in self.versions)
            order = merge_order(base, ours, theirs, children.get(home, []))
            if has_lost_moves(base, ours, theirs, order):
                self.disputes[key][name] = tuple([part_id for _kind, part_id in side] for side in (base, ours, theirs))
            built = [self.build_part(child, children) for child in order]
            values[name] = built if is_list(self.parts, home) else built[0] if built else None
        return replace(part, **values)

    def list_named(self, key: PartKey, name: str) -> list[UUID]:
        """Return the parts that the merged part names. If a deleted part stays, the parts that named it do so again."""
        kind, named = REFERENCED_KINDS[name], convert_to_list(self.values[key][name])
        base, ours, theirs = (convert_to_list(getattr(side.parts.get(key), name, None)) for side in self.versions)
        again = [part for part in base if (kind, part) in self.deleted_by and (part in ours or part in theirs)]
        ordered = [part for part in (*base, *named) if part in named or part in again] if again else named
        return [part for part in dict.fromkeys(ordered) if (kind, part) in self.kept]

    def list_conflicts(self, document: Any) -> Iterator[Conflict]:
        for key in self.list_revived():
            parts = tuple(side.parts.get(key) for side in self.versions)
            self.disputes[key] = {WHOLE_PART: parts} | self.disputes[key]
        if not any(self.disputes.values()):
            return
        *sides, merged = map(DocumentSide, (*self.documents, document))
        for key in [self.root, *map(get_part_key, walk_parts(document))]:
            name = merged.parts[key].where if key in merged.parts else document.title
            for member, versions in self.disputes[key].items():
                places = [side.parts[key].place if key in side.parts else "" for side in sides]
                yield Conflict(*key, member, name, *(places if member == OWNER else versions))


def get_value(part: Any, name: str) -> Any:
    """Return the value of a member to merge. A printed time that only repeats the time is None: it follows the time."""
    if name == "time_text" and isinstance(part, Point) and is_time_text_derived(part):
        return None
    return getattr(part, name, None)


def get_identity(value: Any) -> Any:
    """Return what distinguishes the value from others: that of a structure is its id, or else its facts and texts.

    Its other members are names from another table, which the server keeps up to date.
    """
    if isinstance(value, list):
        return tuple(get_identity(entry) for entry in value)
    if not isinstance(value, Struct):
        return value
    members = get_members(type(value))
    names = ["id"] if "id" in members else [name for name in members if not isinstance(members[name], Structure)]
    return tuple(getattr(value, name) for name in names)


def is_same(value: Any, other: Any) -> bool:
    return bool(get_identity(value) == get_identity(other))


def merge_values(base: Any, ours: Any, theirs: Any) -> tuple[Any, bool]:
    """Return the merged value, and whether there is no conflict."""
    if is_same(ours, base) or is_same(ours, theirs):
        return theirs, True
    if isinstance(theirs, list):
        return merge_lists(base or [], ours, theirs)
    if is_same(theirs, base):
        return ours, True
    if base is None and not (ours and theirs):  # both added the part, and one of them left this member empty
        return ours or theirs, True
    return theirs, False


def merge_lists(base: list[Any], ours: list[Any], theirs: list[Any]) -> tuple[list[Any], bool]:
    """Return the list with the additions and removals of both sides, and whether there is no conflict.

    Structures without an id, such as speakers, are corrected rather than replaced: there is a conflict if each side has
    another one in place of the same one. Of words and ids, the list then has both.
    """
    entries = {get_identity(entry): entry for entry in (*ours, *theirs)}
    if is_same(theirs, base):
        return [entries[get_identity(entry)] for entry in ours], True
    old, our_keys, their_keys = get_identity(base), get_identity(ours), get_identity(theirs)
    corrected = [
        entry
        for entry in base
        if isinstance(entry, Struct) and not hasattr(entry, "id") and get_identity(entry) not in entries
    ]
    added = [{*keys} - {*old} for keys in (our_keys, their_keys)]
    if corrected and added[0] - added[1] and added[1] - added[0]:
        return theirs, False
    keys = [key for key in entries if key not in old or (key in our_keys and key in their_keys)]
    return [entries[key] for key in merge_order(old, our_keys, their_keys, keys)], True


def merge_order(base: Sequence[Key], ours: Sequence[Key], theirs: Sequence[Key], keys: Collection[Key]) -> list[Key]:
    """Return the keys in their order, but those that only we added or moved after the one that precedes them in ours.

    Keys that both sides added or moved are where they have them. What they added in the same place comes first.
    """
    our_moves, their_moves = ({*side}.difference(find_unmoved(base, side)) for side in (ours, theirs))
    wanted, known = dict.fromkeys(keys), {*ours}
    order = dict.fromkeys(key for key in theirs if key in wanted and (key in their_moves or key not in our_moves))
    places = {key: place for place, key in enumerate(order)}
    ordered, place = [*order], 0
    following: dict[int, list[Key]] = defaultdict(list)  # what we added, by the place that it comes before
    for key in dict.fromkeys(ours):
        if key in order:
            place = places[key] + 1
        elif key in wanted:
            while not following[place] and place < len(ordered) and ordered[place] not in known:
                place += 1
            following[place].append(key)
    merged = [key for place in range(len(ordered) + 1) for key in (*following[place], *ordered[place : place + 1])]
    return merged + [key for key in wanted if key not in order and key not in known]


def has_lost_moves(base: Sequence[Key], ours: Sequence[Key], theirs: Sequence[Key], merged: Sequence[Key]) -> bool:
    """Return whether both sides changed the order, and ours has two keys in another order than base and merged."""
    common = {*base}.intersection(ours, theirs, merged)
    old, new, other, final = ([key for key in side if key in common] for side in (base, ours, theirs, merged))
    if old in (new, other):
        return False
    places, places_in_base = ({key: place for place, key in enumerate(side)} for side in (final, old))
    # Of the keys so far, those that no other one follows in both orders. They are sorted by their place in base: of all
    # that follow a key there, the first has the last place in the merged order.
    in_base, in_merged = list[int](), list[int]()
    for key in new:
        at, place = bisect(in_base, places_in_base[key]), places[key]
        if at < len(in_base) and in_merged[at] > place:
            return True
        begin = next((n for n in range(at, 0, -1) if in_merged[n - 1] > place), 0)
        in_base[begin:at], in_merged[begin:at] = [places_in_base[key]], [place]
    return False
