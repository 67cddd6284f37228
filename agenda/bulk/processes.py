"""Load the meetings of a file in several processes, each a part of the file. Topics come first, in this process."""

import gc
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.synchronize import Event

from django.db import connections

from agenda.bulk.bulk_file import BulkFile, LinesOfSubject
from agenda.bulk.line_parsing import LineError
from agenda.bulk.loader import BATCH_SIZE, Loader, LoadResult, NotPublished

MIN_SUBJECTS = 4 * BATCH_SIZE
"""Meetings for which a process is worth its start."""


class PartNotLoadedError(ValueError):
    """A process stopped at a mistake or ended before its time. The message says why."""


@dataclass(frozen=True)
class PartProgress:
    """What a process tells about its part. `refusal` is why it stopped; `is_done` means that it will tell no more."""

    result: LoadResult
    refusal: str = ""
    is_done: bool = False


def choose_processes(reading: BulkFile, processes: int) -> int:
    """Return how many processes are worth their start for a file that has been checked; at most `processes`."""
    return max(1, min(processes, len(reading.meeting_places) // MIN_SUBJECTS))


def load_in_processes(reading: BulkFile, loader: Loader, processes: int) -> Iterator[LoadResult]:
    """Load a checked file, and yield what has been loaded so far after each batch of a process.

    Meetings refer to topics, so these are loaded before. If a process stops, the others end after their batch; then
    PartNotLoadedError is raised.
    """
    try:
        for _batch in loader.load(reading.iterate_entries(reading.topic_places)):
            yield loader.result
    except (LineError, NotPublished) as error:
        raise PartNotLoadedError(str(error)) from error
    connections.close_all()  # a process needs a connection of its own
    gc.freeze()  # the processes share what is in memory now, as long as nobody looks through it
    # A copy of this process: the checked file and the topics are known there already.
    context = multiprocessing.get_context("fork")
    stops = context.Event()
    places = reading.meeting_places
    results: dict[Connection, LoadResult] = {}
    pipes: list[Connection] = []
    for number in range(processes):
        part = places[len(places) * number // processes : len(places) * (number + 1) // processes]
        receiver, sender = context.Pipe(duplex=False)
        context.Process(target=load_part, args=(reading, part, loader, sender, stops), daemon=True).start()
        sender.close()
        pipes.append(receiver)
    refusal = ""
    while pipes:
        for pipe in wait(pipes):
            assert isinstance(pipe, Connection)
            try:
                progress: PartProgress = pipe.recv()
            except EOFError:
                progress = PartProgress(results.get(pipe, LoadResult()), "A process ended unexpectedly.", is_done=True)
            results[pipe] = progress.result
            refusal = refusal or progress.refusal
            if refusal:
                stops.set()
            if progress.is_done:
                pipes.remove(pipe)
            yield sum(results.values(), loader.result)
    if refusal:
        raise PartNotLoadedError(refusal)


def load_part(reading: BulkFile, places: list[LinesOfSubject], loader: Loader, pipe: Connection, stops: Event) -> None:
    """Load a part of the file in a process of its own, until another one stops or the first process has ended."""
    first_process, refusal = os.getppid(), ""
    loader.result = LoadResult(last_edition=loader.result.last_edition)
    with suppress(BrokenPipeError):  # the first process has ended
        try:
            for _batch in loader.load(reading.iterate_entries(places)):
                pipe.send(PartProgress(loader.result))
                if stops.is_set() or os.getppid() != first_process:
                    break
        except (LineError, NotPublished) as error:
            refusal = str(error)
        pipe.send(PartProgress(loader.result, refusal, is_done=True))
