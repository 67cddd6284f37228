"""Marks in the texts of a note that lead to their footnotes."""

import re
from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from agenda.exporting.blocks import Block, Blocks, Fact, Facts, Heading, Listing, Paragraph, Quote, Run, Timetable

Change = Callable[[list[Run]], list[Run]]


def with_references(blocks: Blocks, places: Mapping[str, str]) -> Blocks:
    """`places` are where the footnotes stand, by their marks.

    A mark of letters or digits alone stays what it is: it may be part of whatever is written.
    """
    marks = [mark for mark in places if mark and not mark.isalnum()]
    if not marks:
        return blocks
    one_of = "|".join(map(lonely, sorted(marks, key=len, reverse=True)))
    return [changed(block, lambda runs: list(split(runs, re.compile(one_of), places))) for block in blocks]


def lonely(mark: str) -> str:
    """The mark where no more of its first or last sign stand beside it."""
    return rf"(?<!{re.escape(mark[0])}){re.escape(mark)}(?!{re.escape(mark[-1])})"


def split(runs: list[Run], marks: re.Pattern[str], places: Mapping[str, str]) -> Iterator[Run]:
    """What is a link already leads where it leads."""
    for run in runs:
        if run.href or not marks.search(run.text):
            yield run
            continue
        for piece in filter(None, re.split(f"({marks.pattern})", run.text)):
            yield replace(run, text=piece, place=places.get(piece, ""))


def changed(block: Block, change: Change) -> Block:
    """With other runs; the footnotes themselves, which have a place, as they are."""
    match block:
        case Heading() | Paragraph():
            return replace(block, runs=change(block.runs))
        case Listing():
            return replace(block, entries=[[changed(each, change) for each in entry] for entry in block.entries])
        case Quote():
            return replace(block, blocks=[changed(each, change) for each in block.blocks])
        case Facts():
            return replace(block, facts=[each if each.place else fact(each, change) for each in block.facts])
        case Timetable():
            return replace(block, rows=[fact(each, change) for each in block.rows])


def fact(fact: Fact, change: Change) -> Fact:
    return replace(fact, name=change(fact.name), told=[changed(each, change) for each in fact.told])
