import os
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError, connection

from agenda.bulk.bulk_file import BulkFile, InvalidFileError
from agenda.bulk.line_parsing import LineError
from agenda.bulk.loader import Loader, LoadResult, NotPublished
from agenda.bulk.processes import PartNotLoadedError, choose_processes, load_in_processes
from agenda.bulk.progress import Progress
from agenda.bulk.subject_loader import LoadOutcome
from agenda.management.database_errors import build_command_error
from agenda.workflow.transactions import wait_until_live
from meetings.access.audit import Actor

MAX_PROCESSES = 64


class Command(BaseCommand):
    requires_system_checks = ()  # they import all pages, which takes longer than loading twenty meetings
    help = (
        "Loads meetings and topics into the working copy from a file of JSON lines, with one document in one language "
        "on each line. The lines of one meeting must follow each other, and topics must come before the meetings that "
        "refer to them. Existing meetings and topics (by id) are replaced; identical ones are not changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--publish",
            action="store_true",
            help="publish everything that has no edition yet, in the original language and without approval; somebody "
            "must approve it later",
        )
        parser.add_argument(
            "--reason", default="Loaded in bulk and published at once.", help="why it is published without approval"
        )
        parser.add_argument(
            "--processes",
            type=parse_process_count,
            help="number of processes that load a large file (default: one for each processor; on SQLite, which has "
            "only one writer, one)",
        )
        parser.add_argument("--dry-run", action="store_true", help="only check every line and show what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if options["publish"] and not options["reason"].strip():
            raise CommandError("--reason is empty. Say why this is published without approval.", returncode=2)
        processes = options["processes"] or get_default_processes()
        if connection.vendor == "sqlite" and processes > 1:
            raise CommandError("SQLite has only one writer. Leave out --processes, or use PostgreSQL.", returncode=2)
        reading = BulkFile(file, publish=options["publish"])
        try:
            reading.check()
        except InvalidFileError as error:
            messages = "\n".join(f"{file}, {fault}" for fault in error.messages)
            left_out = error.count - len(error.messages)
            more = f"\n… and {left_out} more" if left_out else ""
            raise CommandError(f"{messages}{more}\nNothing was loaded.", returncode=2) from error
        except OSError as error:
            raise CommandError(f"Cannot read {file}: {error.strerror}.", returncode=2) from error
        except (OperationalError, ProgrammingError) as error:
            raise build_command_error(error, "Nothing was loaded. Run the command again.") from error
        force = options["reason"] if options["publish"] else ""
        loader = Loader(Actor.for_command("load_meetings", "bulk loading"), force=force, dry=options["dry_run"])
        self.load(reading, loader, choose_processes(reading, processes))

    def load(self, reading: BulkFile, loader: Loader, processes: int) -> None:
        progress = Progress(self.stderr, reading.lines, "lines")  # type: ignore[arg-type]
        result = loader.result
        try:
            if processes == 1:
                for _batch in loader.load(reading.iterate_entries()):
                    progress.show(result.lines)
            else:
                for result in load_in_processes(reading, loader, processes):
                    progress.show(result.lines)
        except LineError as error:
            message = f"{reading.path}, {error}\n{format_loaded_part(loader)}"
            raise CommandError(message, returncode=2) from error
        except NotPublished as error:
            raise CommandError(
                f"{error}\nEverything up to line {result.last_line} is loaded, but the last batch is not published. "
                "Correct it, then run the same command again.",
                returncode=2,
            ) from error
        except PartNotLoadedError as error:
            loaded = "Nothing was" if loader.dry else f"{result.lines} of {reading.lines} lines are"
            raise CommandError(
                f"{reading.path}, {error}\n{loaded} loaded. Correct what is wrong, then run the same command again. "
                "What is already loaded will not change.",
                returncode=2,
            ) from error
        for number, title in sorted(result.lost_images):
            self.stderr.write(
                f"{reading.path}, line {number}: the picture of “{title}” is not stored on this site, so the link was "
                "loaded without it. Upload the picture in the note editor."
            )
        if result.last_edition:
            wait_until_live(result.last_edition)
        self.stdout.write(format_summary(loader, result))


def parse_process_count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_PROCESSES:
        raise ArgumentTypeError(f"“{text}” is not a number from 1 to {MAX_PROCESSES}")
    return int(text)


def get_default_processes() -> int:
    return 1 if connection.vendor == "sqlite" else min(os.cpu_count() or 1, MAX_PROCESSES)


def format_loaded_part(loader: Loader) -> str:
    """Format a message on what remains loaded after an error."""
    if loader.dry:
        return "Nothing was loaded, because of --dry-run."
    if not loader.result.last_line:
        return "Nothing was loaded."
    return (
        f"Everything up to line {loader.result.last_line} is loaded, nothing after it. Correct the line, then run the "
        "same command again. What is already loaded will not change."
    )


def format_summary(loader: Loader, result: LoadResult) -> str:
    counts = {outcome: result.outcomes[outcome] for outcome in LoadOutcome}
    text = (
        f"{counts[LoadOutcome.ADDED]} added, {counts[LoadOutcome.CHANGED]} changed, "
        f"{counts[LoadOutcome.UNCHANGED]} unchanged"
    )
    if loader.force:
        text += f"; {counts[LoadOutcome.PUBLISHED]} published"
    if counts[LoadOutcome.ALREADY_PUBLISHED]:
        text += (
            f". {counts[LoadOutcome.ALREADY_PUBLISHED]} differ from their last edition and were not published. "
            "Publish them with a note on what changed"
        )
    if result.translations and loader.force:
        text += ". Translations are drafts until somebody approves them"
    return f"Nothing was loaded, because of --dry-run. Otherwise: {text}." if loader.dry else f"{text}."
