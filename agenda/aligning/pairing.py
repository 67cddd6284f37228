"""Two lists whose entries are the same in two languages: which is which, by what needs no translation."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

P = TypeVar("P")
Pairs = dict[int, int]
Mark = tuple[str, Hashable]
MOST_COMPARED = 1000
"""So many pairs at most are held against each other text by text, for time's sake: then places and marks decide."""


@dataclass(frozen=True)
class Likeness(Generic[P]):
    """What is known of two parts, the note's first.

    Marks are what a part may be recognised by, as (sort, value); `weak` sorts may have been renewed, as printed
    numbers are where an item was left out. `may_be` tells whether nothing speaks against the pair, `is_like` whether
    everything that can be compared agrees, `tells` whether that says anything about this part.
    """

    marks_of_note: Callable[[P], Iterable[Mark]]
    marks_of_source: Callable[[P], Iterable[Mark]]
    weak: frozenset[str]
    may_be: Callable[[P, P], bool]
    is_like: Callable[[P, P], bool]
    tells: Callable[[P], bool]


def pair(note: Sequence[P], source: Sequence[P], likeness: Likeness[P]) -> Pairs:
    """The place in the source for the place in the note, of each entry that has one counterpart and no other.

    Where all entries agree in their order, that is it. Else those that share a mark, then those that alone agree, and
    last what stands in equal number between two that were found.
    """
    if len(note) == len(source) and all(
        likeness.may_be(*both) and likeness.is_like(*both) for both in zip(note, source, strict=True)
    ):
        return {place: place for place in range(len(note))}
    return Pairing(note, source, likeness).pairs()


class Pairing(Generic[P]):
    def __init__(self, note: Sequence[P], source: Sequence[P], likeness: Likeness[P]) -> None:
        self.note, self.source, self.likeness = note, source, likeness
        self.found: Pairs = {}
        self.torn: set[int] = set()
        """Entries of the note whose marks point to several of the source, and so to none."""
        self.compared = 0

    def pairs(self) -> Pairs:
        self.by_marks(strong=True)
        self.by_marks(strong=False)
        self.by_likeness()
        self.by_neighbours()
        return self.found

    def left(self) -> tuple[list[int], list[int]]:
        taken = set(self.found.values())
        return (
            [place for place in range(len(self.note)) if place not in self.found and place not in self.torn],
            [place for place in range(len(self.source)) if place not in taken],
        )

    def by_marks(self, strong: bool) -> None:
        left, right = self.left()
        ours = self.marked({place: self.likeness.marks_of_note(self.note[place]) for place in left}, strong)
        theirs = self.marked({place: self.likeness.marks_of_source(self.source[place]) for place in right}, strong)
        votes: dict[int, set[int]] = defaultdict(set)
        for mark in ours.keys() & theirs.keys():
            if len(ours[mark]) == len(theirs[mark]) == 1:
                votes[ours[mark][0]].add(theirs[mark][0])
        wanted = [place for places in votes.values() for place in places]
        for place, places in votes.items():
            [first, *more] = places
            if more or wanted.count(first) > 1:
                self.torn.add(place)
            elif self.may_pair(place, first) and (strong or not self.likes_another(place, first, right)):
                self.found[place] = first

    def marked(self, marks: Mapping[int, Iterable[Mark]], strong: bool) -> dict[Mark, list[int]]:
        found: dict[Mark, list[int]] = defaultdict(list)
        for place, of_part in marks.items():
            for mark in set(of_part):
                if (mark[0] not in self.likeness.weak) == strong:
                    found[mark].append(place)
        return found

    def may_pair(self, place: int, other: int) -> bool:
        return self.likeness.may_be(self.note[place], self.source[other])

    def is_like(self, place: int, other: int) -> bool:
        if self.compared >= MOST_COMPARED or not self.may_pair(place, other):
            return False
        self.compared += 1
        return self.likeness.is_like(self.note[place], self.source[other])

    def likes_another(self, place: int, other: int, among: Sequence[int]) -> bool:
        if not self.likeness.tells(self.note[place]) or self.is_like(place, other):
            return False
        return any(self.is_like(place, each) for each in among if each != other)

    def by_likeness(self) -> None:
        left, right = self.left()
        left = [place for place in left if self.likeness.tells(self.note[place])]
        alike = {place: [other for other in right if self.is_like(place, other)] for place in left}
        wanted = [other for others in alike.values() for other in others]
        for place, others in alike.items():
            if len(others) == 1 and wanted.count(others[0]) == 1:
                self.found[place] = others[0]

    def by_neighbours(self) -> None:
        """In the gaps between those that were found, where nothing says that an entry belongs elsewhere."""
        anchors = [(-1, -1), *sorted(self.found.items()), (len(self.note), len(self.source))]
        _left, right = self.left()
        for (first, before), (last, behind) in pairwise(anchors):
            between = list(range(first + 1, last))
            others = [other for other in right if before < other < behind]
            if len(between) == len(others) and all(map(self.may_follow, between, others)):
                self.found |= zip(between, others, strict=True)

    def may_follow(self, place: int, other: int) -> bool:
        _left, right = self.left()
        at_odds = place in self.torn or not self.may_pair(place, other)
        return not at_odds and not self.likes_another(place, other, right)


def in_order(pairs: Pairs) -> bool:
    places = [other for _place, other in sorted(pairs.items())]
    return places == sorted(places)
