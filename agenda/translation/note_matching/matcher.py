"""Match two lists of the same parts in two languages, by everything that needs no translation."""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from itertools import pairwise, product
from typing import Any

from agenda.translation.note_matching.evidence import WEAK_IDENTIFIERS, Identifier, MatchEvidence

PartPairs = dict[int, int]
MAX_COMPARED_PAIRS = 20_000
"""The number of pairs whose texts are compared, to limit the time. In longer lists, parts that only their texts would
identify are not matched."""


def match_parts(note: Sequence[Any], source: Sequence[Any], evidence: MatchEvidence) -> PartPairs:
    """Return the index in the source for each index in the note that has exactly one counterpart.

    If all parts agree in their order, this is the result. Otherwise, match in turn the parts that share an identifier;
    the only parts that are similar; equal numbers of parts between two matched ones; and unmistakable parts there.
    """
    if len(note) == len(source) and all(
        evidence.get_outline(part) == evidence.get_outline(other)
        and evidence.may_match(part, other)
        and evidence.is_similar(part, other)
        for part, other in zip(note, source, strict=True)
    ):
        return {index: index for index in range(len(note))}
    return PartMatcher(note, source, evidence).match()


class PartMatcher:
    """Match two lists of parts step by step. Parts are named by their indexes in the lists."""

    def __init__(self, note: Sequence[Any], source: Sequence[Any], evidence: MatchEvidence) -> None:
        self.note, self.source, self.evidence = note, source, evidence
        self.found: PartPairs = {}
        self.ambiguous: set[int] = set()
        """Parts of the note whose identifiers point to several parts of the source, and so to none."""
        self.similarity_cache: dict[tuple[int, int], bool] = {}
        self.outlines = [evidence.get_outline(part) for part in note]
        self.indexes_by_outline: dict[Hashable, list[int]] = defaultdict(list)
        for index, part in enumerate(source):
            self.indexes_by_outline[evidence.get_outline(part)].append(index)

    def match(self) -> PartPairs:
        self.match_by_identifiers()
        for weak in WEAK_IDENTIFIERS:
            self.match_by_identifiers(weak)
        self.match_by_similarity()
        self.match_by_neighbours()
        self.match_unmistakable()
        return self.found

    def list_unmatched(self) -> tuple[list[int], list[int]]:
        matched = set(self.found.values())
        return (
            [index for index in range(len(self.note)) if index not in self.found and index not in self.ambiguous],
            [index for index in range(len(self.source)) if index not in matched],
        )

    def match_by_identifiers(self, weak: Set[str] = frozenset()) -> None:
        """Match by identifiers of the weak kinds, or of all other kinds."""
        left, right = self.list_unmatched()
        ours = self.group_by_identifier(
            {index: self.evidence.list_note_identifiers(self.note[index]) for index in left}, weak
        )
        theirs = self.group_by_identifier(
            {index: self.evidence.list_source_identifiers(self.source[index]) for index in right}, weak
        )
        votes: dict[int, set[int]] = defaultdict(set)
        for identifier in ours.keys() & theirs.keys():
            if len(ours[identifier]) == len(theirs[identifier]) == 1:
                votes[ours[identifier][0]].add(theirs[identifier][0])
        wanted = Counter(index for indexes in votes.values() for index in indexes)
        similar = self.find_similar() or {} if weak and votes else {}
        for index, indexes in votes.items():
            [first, *more] = indexes
            if more or wanted[first] > 1:
                self.ambiguous.add(index)
            elif self.may_match(index, first) and (first in similar.get(index, [first]) or not similar[index]):
                self.found[index] = first

    def group_by_identifier(
        self, identifiers: Mapping[int, Iterable[Identifier]], weak: Set[str]
    ) -> dict[Identifier, list[int]]:
        excluded = frozenset[str]() if weak else frozenset[str]().union(*WEAK_IDENTIFIERS)
        found: dict[Identifier, list[int]] = defaultdict(list)
        for index, part_identifiers in identifiers.items():
            for identifier in set(part_identifiers):
                if identifier[0] not in excluded and (not weak or identifier[0] in weak):
                    found[identifier].append(index)
        return found

    def may_match(self, index: int, other: int) -> bool:
        return self.evidence.may_match(self.note[index], self.source[other])

    def is_similar(self, index: int, other: int) -> bool:
        if (index, other) not in self.similarity_cache:
            self.similarity_cache[index, other] = self.may_match(index, other) and self.evidence.is_similar(
                self.note[index], self.source[other]
            )
        return self.similarity_cache[index, other]

    def find_candidates(self) -> dict[int, list[int]] | None:
        """Return the unmatched parts of the source with the same outline, by part of the note; None if too many."""
        left, right = self.list_unmatched()
        free = set(right)
        found = {
            index: [other for other in self.indexes_by_outline[self.outlines[index]] if other in free]
            for index in left
            if self.evidence.is_distinctive(self.note[index])
        }
        return found if sum(map(len, found.values())) <= MAX_COMPARED_PAIRS else None

    def find_similar(self) -> dict[int, list[int]] | None:
        candidates = self.find_candidates()
        if candidates is None:
            return None
        return {
            index: [other for other in others if self.is_similar(index, other)] for index, others in candidates.items()
        }

    def match_by_similarity(self) -> None:
        similar = self.find_similar() or {}
        wanted = Counter(other for others in similar.values() for other in others)
        for index, others in similar.items():
            if len(others) == 1 and wanted[others[0]] == 1:
                self.found[index] = others[0]

    def match_by_neighbours(self) -> None:
        """Match equal numbers of unmatched parts between matched ones, unless a part may belong elsewhere."""
        similar = self.find_similar()
        for between, others in self.list_gaps():
            both = list(zip(between, others, strict=False))
            if len(between) == len(others) and all(self.may_match_in_gap(*pair, similar) for pair in both):
                self.found |= both

    def match_unmistakable(self) -> None:
        both = [pair for gap in self.list_gaps() for pair in product(*gap) if self.is_unmistakable(*pair)]
        similar = self.find_similar() if both else None
        counts = Counter(index for index, _other in both), Counter(other for _index, other in both)
        for index, other in both:
            if counts[0][index] == counts[1][other] == 1 and self.may_match_in_gap(index, other, similar):
                self.found[index] = other

    def list_gaps(self) -> list[tuple[range, list[int]]]:
        """Return the unmatched parts between neighbouring matches, of the note and of the source."""
        anchors = [(-1, -1), *sorted(self.found.items()), (len(self.note), len(self.source))]
        _left, right = self.list_unmatched()
        return [
            (range(first + 1, last), right[bisect(right, before) : bisect(right, behind - 1)])
            for (first, before), (last, behind) in pairwise(anchors)
        ]

    def is_unmistakable(self, index: int, other: int) -> bool:
        return self.evidence.is_point_of_same_kind_and_day(self.note[index], self.source[other])

    def may_match_in_gap(self, index: int, other: int, similar: Mapping[int, list[int]] | None) -> bool:
        if index in self.ambiguous or not self.may_match(index, other):
            return False
        if (
            self.evidence.is_person_without_shared_identifier(self.note[index], self.source[other])
            and max(map(len, self.list_unmatched())) > 1
        ):
            return False
        if similar is None:
            same = other in self.indexes_by_outline[self.outlines[index]]
            return not self.evidence.is_distinctive(self.note[index]) or (same and self.is_similar(index, other))
        return other in similar.get(index, [other]) or not similar[index]


def is_in_order(pairs: PartPairs) -> bool:
    """Return whether the matched parts have the same order in both lists."""
    indexes = [other for _index, other in sorted(pairs.items())]
    return indexes == sorted(indexes)
