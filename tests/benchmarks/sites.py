"""Give a site a database of its own, and serve it from this machine, for the comparisons of the benchmark."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import dj_database_url
import psycopg2

Environment = Mapping[str, str]


def build_database_environment(name: str, user: str = "postgres") -> dict[str, str]:
    """Return the environment variables for a new database of the server."""
    known = dj_database_url.parse(os.environ["DATABASE_URL"])
    host, port = known["HOST"], known["PORT"] or "5432"
    return {
        "DATABASE_URL": f"postgres://{user}@{host.replace('/', '%2F')}:{port}/{name}",
        "PERF_HOST": host,
        "PERF_PORT": str(port),
        "PERF_USER": user,
        "PERF_DB": name,
    }


def create_databases(*names: str) -> None:
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as server:
        server.autocommit = True
        for name in names:
            server.cursor().execute(f"CREATE DATABASE {name}")


def analyze_databases(*names: str) -> None:
    """Let the planner know what was loaded."""
    for name in names:
        with closing(psycopg2.connect(build_database_environment(name)["DATABASE_URL"])) as connection:
            connection.autocommit = True
            connection.cursor().execute("VACUUM ANALYZE")


@contextmanager
def serve_site(
    address: str, app: str, *, python: str, folder: Path, environment: Environment, workers: int = 2, options: str = ""
) -> Iterator[int]:
    """Serve the application with granian and more of its options, and end it afterwards. Return the process id."""
    host, port = address.removeprefix("http://").split(":")
    server = f"-m granian --interface wsgi --no-ws --workers {workers} --blocking-threads 4 {options}"
    command = [python, *server.split(), "--host", host, "--port", port, app]
    variables = {**environment, "MALLOC_ARENA_MAX": "2"}  # as in our Dockerfile
    with subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.DEVNULL) as running:
        try:
            wait_until_answering(address, running)
            yield running.pid
        finally:
            running.terminate()


def wait_until_answering(address: str, running: "subprocess.Popen[bytes]") -> None:
    for _ in range(1000):
        if running.poll() is not None:
            raise SystemExit(f"What should have served {address} has ended.")
        try:
            with closing(HTTPConnection(address.removeprefix("http://"), timeout=30)) as site:
                site.request("HEAD", "/")
                site.getresponse()
                return
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"{address} does not answer.")
