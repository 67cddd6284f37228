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

from council.dump import lines
from council.serving import refuse_open_database
from meetings.changes import MARGIN
from meetings.clock import NoSuchTime, read_instant


class Command(BaseCommand):
    help = (
        "Writes everything that is public as JSON lines: each meeting and topic in each of its languages as the API "
        "answers it, configurations and presidencies, and a digest over all of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--base-url",
            metavar="URL",
            default="",
            help="where the site is, as https://agenda.example.eu/ (default: the first of ALLOWED_HOSTS)",
        )
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help="put it in the place of this file once it is whole, with FILE.sha256 beside it (default: print it)",
        )
        parser.add_argument(
            "--as-of", metavar="TIME", help='as it was: Brussels time, as "2017-09-14 18:00" (default: as it is)'
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        base, at = base_url(options["base_url"]), instant(options["as_of"], now)
        try:
            refuse_open_database()
            written = lines(base, at, now)
            if options["output"]:
                count = replaced(options["output"], written)
                self.stderr.write(f"{options['output']}: {count} lines, as of {at:%Y-%m-%dT%H:%M:%SZ}.")
            else:
                self.print(written)
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=2) from error
        except OSError as error:
            which = options["output"] or "The rest of the dump"
            raise CommandError(f"{which} cannot be written: {error.strerror}.", returncode=2) from error
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"The database does not answer as it should: {error}") from error

    def print(self, written: Iterable[bytes]) -> None:
        try:
            for line in written:
                self.stdout.write(line.decode(), ending="")
            self.stdout.flush()
        except OSError:  # Python writes what is left over once more as it ends, and that would fail again
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), self.stdout.fileno())
            raise


def base_url(given: str) -> str:
    """With a slash at its end."""
    host = settings.ALLOWED_HOSTS[0]
    if not given and settings.SERVES_ELSEWHERE and re.fullmatch(r"[\w-][\w.-]*", host):
        given = f"https://{host}"
    if not re.fullmatch(r"https?://[\w.:\[\]-]+/?", given, re.ASCII):
        raise CommandError(
            f"--base-url is “{given}”: every answer has addresses in it, so say where the site is, as "
            "https://agenda.example.eu/.",
            returncode=2,
        )
    return given.rstrip("/") + "/"


def instant(given: str | None, now: dt.datetime) -> dt.datetime:
    """What the dump is as of: a whole second that nothing can appear in any more."""
    latest = (now - MARGIN).replace(microsecond=0)
    if given is None:
        return latest
    try:
        at = read_instant(given)
    except NoSuchTime as error:
        raise CommandError(f"--as-of: {error}", returncode=2) from error
    if at > latest:
        raise CommandError("--as-of lies in the future: nothing that is still to appear is dumped.", returncode=2)
    return at


def replaced(path: Path, written: Iterable[bytes]) -> int:
    """Writes the file and its digest beside it; who reads meanwhile finds the old one or the new one, each whole."""
    digest, count = hashlib.sha256(), 0
    with renamed(path) as file:
        for line in written:
            file.write(line)
            digest.update(line)
            count += 1
    with renamed(path.with_name(f"{path.name}.sha256")) as file:
        file.write(f"{digest.hexdigest()}  {path.name}\n".encode())
    return count


@contextmanager
def renamed(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name when it is whole, and leaves nothing behind when it does not get so far."""
    passing = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with passing.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
    finally:
        with suppress(FileNotFoundError):
            passing.unlink()
