"""Two lists whose entries are the same in two languages: which is which, by what needs no translation."""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Generic, TypeVar

P = TypeVar("P")
Pairs = dict[int, int]
Mark = tuple[str, Hashable]
MOST_COMPARED = 20_000
"""So many pairs at most are held against each other text by text, for time's sake. In longer lists a part of which
nothing but that would tell the place is not placed."""


@dataclass(frozen=True)
class Likeness(Generic[P]):
    """What is known of two parts, the note's first.

    Marks are what a part may be recognised by, as (sort, value); `weak` sorts, the stronger first, may have been
    renewed, as printed numbers are where an item was left out. `outline` is what they have in common that are alike,
    `may_be` tells whether nothing speaks against the pair, `is_like` whether everything that can be compared agrees,
    `tells` whether that says anything about this part. A pair that `needs_to_be_alone` is made only where nothing else
    is left on either side; `stands_out` tells whether two are of a kind of which there is hardly a second between the
    same neighbours.
    """

    marks_of_note: Callable[[P], Iterable[Mark]]
    marks_of_source: Callable[[P], Iterable[Mark]]
    weak: Sequence[frozenset[str]]
    outline: Callable[[P], Hashable]
    may_be: Callable[[P, P], bool]
    is_like: Callable[[P, P], bool]
    tells: Callable[[P], bool]
    needs_to_be_alone: Callable[[P, P], bool]
    stands_out: Callable[[P, P], bool]


def pair(note: Sequence[P], source: Sequence[P], likeness: Likeness[P]) -> Pairs:
    """The place in the source for the place in the note, of each entry that has one counterpart and no other.

    Where all entries agree in their order, that is it. Else those that share a mark, then those that alone agree, then
    what stands in equal number between two that were found, and last what alone stands out there.
    """
    if len(note) == len(source) and all(
        likeness.outline(one) == likeness.outline(other)
        and likeness.may_be(one, other)
        and likeness.is_like(one, other)
        for one, other in zip(note, source, strict=True)
    ):
        return {place: place for place in range(len(note))}
    return Pairing(note, source, likeness).pairs()


class Pairing(Generic[P]):
    def __init__(self, note: Sequence[P], source: Sequence[P], likeness: Likeness[P]) -> None:
        self.note, self.source, self.likeness = note, source, likeness
        self.found: Pairs = {}
        self.torn: set[int] = set()
        """Entries of the note whose marks point to several of the source, and so to none."""
        self.known: dict[tuple[int, int], bool] = {}
        self.outlines = [likeness.outline(part) for part in note]
        self.with_outline: dict[Hashable, list[int]] = defaultdict(list)
        for place, part in enumerate(source):
            self.with_outline[likeness.outline(part)].append(place)

    def pairs(self) -> Pairs:
        self.by_marks()
        for weak in self.likeness.weak:
            self.by_marks(weak)
        self.by_likeness()
        self.by_neighbours()
        self.by_standing_out()
        return self.found

    def left(self) -> tuple[list[int], list[int]]:
        taken = set(self.found.values())
        return (
            [place for place in range(len(self.note)) if place not in self.found and place not in self.torn],
            [place for place in range(len(self.source)) if place not in taken],
        )

    def by_marks(self, weak: Set[str] = frozenset()) -> None:
        """By those of the weak sorts, or by all others."""
        left, right = self.left()
        ours = self.marked({place: self.likeness.marks_of_note(self.note[place]) for place in left}, weak)
        theirs = self.marked({place: self.likeness.marks_of_source(self.source[place]) for place in right}, weak)
        votes: dict[int, set[int]] = defaultdict(set)
        for mark in ours.keys() & theirs.keys():
            if len(ours[mark]) == len(theirs[mark]) == 1:
                votes[ours[mark][0]].add(theirs[mark][0])
        wanted = Counter(place for places in votes.values() for place in places)
        alike = self.alike() or {} if weak and votes else {}
        for place, places in votes.items():
            [first, *more] = places
            if more or wanted[first] > 1:
                self.torn.add(place)
            elif self.may_pair(place, first) and (first in alike.get(place, [first]) or not alike[place]):
                self.found[place] = first

    def marked(self, marks: Mapping[int, Iterable[Mark]], weak: Set[str]) -> dict[Mark, list[int]]:
        excluded = frozenset[str]() if weak else frozenset[str]().union(*self.likeness.weak)
        found: dict[Mark, list[int]] = defaultdict(list)
        for place, of_part in marks.items():
            for mark in set(of_part):
                if mark[0] not in excluded and (not weak or mark[0] in weak):
                    found[mark].append(place)
        return found

    def may_pair(self, place: int, other: int) -> bool:
        return self.likeness.may_be(self.note[place], self.source[other])

    def is_like(self, place: int, other: int) -> bool:
        if (place, other) not in self.known:
            self.known[place, other] = self.may_pair(place, other) and self.likeness.is_like(
                self.note[place], self.source[other]
            )
        return self.known[place, other]

    def candidates(self) -> dict[int, list[int]] | None:
        """For each entry of the note that is left, those of the source that may be like it; None where it is many."""
        left, right = self.left()
        free = set(right)
        found = {
            place: [other for other in self.with_outline[self.outlines[place]] if other in free]
            for place in left
            if self.likeness.tells(self.note[place])
        }
        return found if sum(map(len, found.values())) <= MOST_COMPARED else None

    def alike(self) -> dict[int, list[int]] | None:
        candidates = self.candidates()
        if candidates is None:
            return None
        return {
            place: [other for other in others if self.is_like(place, other)] for place, others in candidates.items()
        }

    def by_likeness(self) -> None:
        alike = self.alike() or {}
        wanted = Counter(other for others in alike.values() for other in others)
        for place, others in alike.items():
            if len(others) == 1 and wanted[others[0]] == 1:
                self.found[place] = others[0]

    def by_neighbours(self) -> None:
        """Where as many are left on both sides and nothing says that one belongs elsewhere."""
        alike = self.alike()
        for between, others in self.gaps():
            both = list(zip(between, others, strict=False))
            if len(between) == len(others) and all(self.may_follow(*pair, alike) for pair in both):
                self.found |= both

    def by_standing_out(self) -> None:
        both = [pair for gap in self.gaps() for pair in product(*gap) if self.stand_out(*pair)]
        alike = self.alike() if both else None
        times = Counter(place for place, _other in both), Counter(other for _place, other in both)
        for place, other in both:
            if times[0][place] == times[1][other] == 1 and self.may_follow(place, other, alike):
                self.found[place] = other

    def gaps(self) -> list[tuple[range, list[int]]]:
        """What stands between those that were found: of the note, and what is left of the source."""
        anchors = [(-1, -1), *sorted(self.found.items()), (len(self.note), len(self.source))]
        _left, right = self.left()
        return [
            (range(first + 1, last), right[bisect(right, before) : bisect(right, behind - 1)])
            for (first, before), (last, behind) in pairwise(anchors)
        ]

    def stand_out(self, place: int, other: int) -> bool:
        return self.likeness.stands_out(self.note[place], self.source[other])

    def may_follow(self, place: int, other: int, alike: Mapping[int, list[int]] | None) -> bool:
        if place in self.torn or not self.may_pair(place, other):
            return False
        if self.likeness.needs_to_be_alone(self.note[place], self.source[other]) and max(map(len, self.left())) > 1:
            return False
        if alike is None:
            same = other in self.with_outline[self.outlines[place]]
            return not self.likeness.tells(self.note[place]) or (same and self.is_like(place, other))
        return other in alike.get(place, [other]) or not alike[place]


def in_order(pairs: Pairs) -> bool:
    places = [other for _place, other in sorted(pairs.items())]
    return places == sorted(places)
