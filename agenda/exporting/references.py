"""Turn footnote marks in the texts of a note into links to the footnotes."""

import re
from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from agenda.exporting.blocks import (
    Block,
    Blocks,
    DefinitionList,
    Heading,
    LabelledContent,
    ListBlock,
    Paragraph,
    QuoteBlock,
    TextRun,
    Timetable,
)

RunTransform = Callable[[list[TextRun]], list[TextRun]]


def link_footnotes(blocks: Blocks, anchors: Mapping[str, str]) -> Blocks:
    """Return the blocks with their footnote marks linked. `anchors` maps each mark to the anchor of its footnote.

    Marks that consist of letters or digits alone are not linked: they may be part of any word or number.
    """
    marks = [mark for mark in anchors if mark and not mark.isalnum()]
    if not marks:
        return blocks
    pattern = re.compile("|".join(map(build_mark_pattern, sorted(marks, key=len, reverse=True))))
    return [transform_block(block, lambda runs: list(split_at_marks(runs, pattern, anchors))) for block in blocks]


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


def transform_block(block: Block, transform: RunTransform) -> Block:
    """Return the block with its runs transformed. Footnotes, which have an anchor, stay as they are."""
    match block:
        case Heading() | Paragraph():
            return replace(block, runs=transform(block.runs))
        case ListBlock():
            return replace(
                block, entries=[[transform_block(each, transform) for each in entry] for entry in block.entries]
            )
        case QuoteBlock():
            return replace(block, blocks=[transform_block(each, transform) for each in block.blocks])
        case DefinitionList():
            return replace(
                block, entries=[each if each.anchor else transform_content(each, transform) for each in block.entries]
            )
        case Timetable():
            return replace(block, rows=[transform_content(each, transform) for each in block.rows])


def transform_content(entry: LabelledContent, transform: RunTransform) -> LabelledContent:
    content = [transform_block(each, transform) for each in entry.content]
    return replace(entry, label=transform(entry.label), content=content)
