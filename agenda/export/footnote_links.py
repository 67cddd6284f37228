"""Turn footnote marks in the texts of a note into links to the footnotes."""

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from agenda.export.blocks import Blocks, TextRun, walk_runs


def link_footnotes(blocks: Blocks, anchors: Mapping[str, str]) -> None:
    """Link the footnote marks in the blocks. `anchors` maps each mark to the anchor of its footnote.

    Marks that consist of letters or digits alone are not linked: they may be part of any word or number.
    """
    marks = [mark for mark in anchors if mark and not mark.isalnum()]
    if not marks:
        return
    pattern = re.compile("|".join(map(build_mark_pattern, sorted(marks, key=len, reverse=True))))
    for runs in walk_runs(blocks):
        runs[:] = split_at_marks(runs, pattern, anchors)


def build_mark_pattern(mark: str) -> str:
    """Return a pattern for the mark that does not match within a longer row of the same sign, such as “*” in “**”."""
    return rf"(?<!{re.escape(mark[0])}){re.escape(mark)}(?!{re.escape(mark[-1])})"


def split_at_marks(runs: list[TextRun], marks: re.Pattern[str], anchors: Mapping[str, str]) -> Iterator[TextRun]:
    """Yield the runs, split at the marks. Runs that are links already stay as they are."""
    for run in runs:
        if run.href or not marks.search(run.text):
            yield run
            continue
        for piece in filter(None, re.split(f"({marks.pattern})", run.text)):
            yield replace(run, text=piece, anchor=anchors.get(piece, ""))
