"""Turn footnote marks in the texts of a note into links to the footnotes."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from msgspec.structs import replace

from agenda.export.blocks import Blocks, TextRun, walk_runs


def link_footnotes(blocks: Blocks, anchors: Mapping[str, str]) -> None:
    """Link the footnote marks in the blocks. `anchors` maps each mark to the anchor of its footnote.

    Marks that consist of letters or digits alone are not linked: they may be part of any word or number.
    """
    finder = MarkFinder({mark: anchor for mark, anchor in anchors.items() if mark and not mark.isalnum()})
    for runs in walk_runs(blocks) if finder.anchors else ():
        runs[:] = [piece for run in runs for piece in finder.split(run)]


class MarkFinder:
    """Find marks in texts, in a time that does not depend on how many marks there are. They are short."""

    def __init__(self, anchors: Mapping[str, str]) -> None:
        self.anchors = anchors
        self.signs = {mark[0] for mark in anchors}
        self.lengths = sorted({*map(len, anchors)}, reverse=True)

    def split(self, run: TextRun) -> Iterator[TextRun]:
        """Yield the run, split at the marks. One that is a link already stays as it is."""
        ends = {} if run.href else dict(self.find(run.text))
        if not ends:
            yield run
            return
        places = [0, *(place for both in ends.items() for place in both), len(run.text)]
        for begin, end in pairwise(places):
            if piece := run.text[begin:end]:
                yield replace(run, text=piece, anchor=self.anchors[piece] if ends.get(begin) == end else "")

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where each mark begins and ends, the longest of those at one place.

        A mark within a longer row of its sign, such as “*” in “**”, is none.
        """
        position = 0
        while position < len(text):
            end = self.find_end(text, position) if text[position] in self.signs else 0
            if end:
                yield position, end
            position = max(end, position + 1)

    def find_end(self, text: str, begin: int) -> int:
        """Return where the mark ends that begins here; 0 if none does."""
        if begin and text[begin - 1] == text[begin]:
            return 0
        ends = (begin + length for length in self.lengths if begin + length <= len(text))
        marked = (end for end in ends if text[begin:end] in self.anchors)
        return next((end for end in marked if text[end : end + 1] != text[end - 1]), 0)
