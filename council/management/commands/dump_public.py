import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from council.public_dump.lines import build_dump_lines
from council.startup_checks import refuse_privileged_database_role
from meetings.clock import InvalidTimeError, parse_instant
from meetings.editions.edition_history import COMMIT_MARGIN


class Command(BaseCommand):
    help = (
        "Write everything that is public as JSON lines: each meeting and topic in each of its languages as in the API, "
        "configurations and presidencies, and a digest of everything."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_base_url_argument(parser)
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help="write to this file, replacing it when complete, and write FILE.sha256 (default: standard output)",
        )
        parser.add_argument(
            "--as-of", metavar="TIME", help='dump an earlier state, in Brussels time: "2017-09-14 18:00" (default: now)'
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        base, at = parse_base_url(options["base_url"]), parse_as_of(options["as_of"], now)
        try:
            refuse_privileged_database_role()
            lines = build_dump_lines(base, at, now)
            if options["output"]:
                count = write_file(options["output"], lines)
                self.stderr.write(f"{options['output']}: {count} lines, as of {at:%Y-%m-%dT%H:%M:%SZ}.")
            else:
                self.print_lines(lines)
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=2) from error
        except OSError as error:
            which = options["output"] or "The rest of the dump"
            raise CommandError(f"{which} could not be written: {error.strerror}.", returncode=2) from error
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"The database reported an error: {error}") from error

    def print_lines(self, written: Iterable[bytes]) -> None:
        try:
            for line in written:
                self.stdout.write(line.decode(), ending="")
            self.stdout.flush()
        except OSError:  # Python flushes the rest again when it exits, and that would fail again
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), self.stdout.fileno())
            raise


def add_base_url_argument(parser: CommandParser) -> None:
    parser.add_argument(
        "--base-url",
        metavar="URL",
        default="",
        help="address of the site, for example https://agenda.example.eu/ (default: the first of ALLOWED_HOSTS)",
    )


def parse_base_url(text: str) -> str:
    """Return the address of the site with a slash at the end. Raise CommandError if it is wrong or unknown."""
    host = settings.ALLOWED_HOSTS[0]
    if not text and settings.SERVES_ELSEWHERE and re.fullmatch(r"[\w-][\w.-]*", host):
        text = f"https://{host}"
    if not re.fullmatch(r"https?://[\w.:\[\]-]+/?", text, re.ASCII):
        raise CommandError(
            f"--base-url is “{text}”: answers contain addresses, so enter the address of the site, for example "
            "https://agenda.example.eu/.",
            returncode=2,
        )
    return text.rstrip("/") + "/"


def parse_as_of(text: str | None, now: dt.datetime) -> dt.datetime:
    """Return the instant of the dump: a whole second, early enough that no edition can still appear in it."""
    latest = (now - COMMIT_MARGIN).replace(microsecond=0)
    if text is None:
        return latest
    try:
        at = parse_instant(text)
    except InvalidTimeError as error:
        raise CommandError(f"--as-of: {error}", returncode=2) from error
    if at > latest:
        raise CommandError("--as-of is in the future. Enter a time that has passed.", returncode=2)
    return at


def write_file(path: Path, written: Iterable[bytes]) -> int:
    """Write the file, and its digest beside it. Readers find either the old or the new file, each complete."""
    digest, count = hashlib.sha256(), 0
    with write_atomically(path) as file:
        for line in written:
            file.write(line)
            digest.update(line)
            count += 1
    with write_atomically(path.with_name(f"{path.name}.sha256")) as file:
        file.write(f"{digest.hexdigest()}  {path.name}\n".encode())
    return count


@contextmanager
def write_atomically(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file that is renamed to `path` when it is complete, and removed if that fails."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
