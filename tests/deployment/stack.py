"""Start the real deployment without containers, with the commands and environment of its files, on loopback ports.

PostgreSQL requires passwords, the web processes run in a copy of the image's files, and nginx reads its real file.
"""

import gzip
import json
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import psycopg2
import pytest

from tests import external_tools, postgres
from tests.deployment import deployment_files
from tests.deployment.deployment_files import SAMPLE_ENVIRONMENT
from tests.leaks.requests import FILE_READERS
from tests.paths import ROOT

HOST = "agenda.localhost"
# A process of the site that runs code, like `manage.py shell`. It reads a line of JSON for each piece of code, and
# answers with a line of JSON: what the code printed.
CODE_RUNNER = """
import contextlib, io, json, sys
import django
django.setup()
from django.db import connections
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(json.loads(line), {})
    connections.close_all()
    print(json.dumps(printed.getvalue().strip()), flush=True)
"""
OLDEST_NGINX = (1, 25, 1)  # the first that knows `http2 on`
START_SECONDS = 30
NOTE = "agenda/notes/samples/jha-2017-09-14.txt"
# All differences between nginx's file here and in its container. Debian's nginx is older than the image's and does not
# have `resolve`, which is needed for containers whose address changes.
SUBSTITUTIONS = {
    "${ALLOWED_HOSTS}": SAMPLE_ENVIRONMENT["ALLOWED_HOSTS"],  # the image's entry point does the same
    "${EDITORS_HOST}": SAMPLE_ENVIRONMENT["EDITORS_HOST"],
    "server public:8000 resolve;": "server 127.0.0.1:{public};",
    "server editor:8000 resolve;": "server 127.0.0.1:{editor};",
    "listen 8080": "listen 127.0.0.1:{http}",
    "listen 8443": "listen 127.0.0.1:{https}",
    "listen 8082": "listen 127.0.0.1:{pictures}",
    "listen 127.0.0.1:8081": "listen 127.0.0.1:{health}",
    "/etc/nginx/tls/": "{folder}/tls/",
    "/app/media/": "{folder}/app/media/",
    "/app/dump/": "{folder}/app/dump/",
    "/etc/nginx/council": f"{ROOT}/deploy/nginx",
    "/tmp/": "{folder}/",
    "/dev/stdout": "{folder}/access.log",
}
# The same for the file of the service connection-limit. PostgreSQL has only a socket here.
LIMIT_SUBSTITUTIONS = {
    "${READERS_CONNECTIONS}": str(
        deployment_files.read_services()["connection-limit"]["environment"]["READERS_CONNECTIONS"]
    ),
    "server database:5432 resolve;": "server unix:{socket};",
    "listen 5432": "listen 127.0.0.1:{database}",
    "listen 127.0.0.1:8081": "listen 127.0.0.1:{health}",
    "/tmp/": "{folder}/",
}


@dataclass
class HttpAnswer:
    status: int
    headers: HTTPMessage
    raw: bytes

    @property
    def body(self) -> str:
        """The body as text. The text of files such as PDFs is extracted."""
        content = gzip.decompress(self.raw) if self.headers["Content-Encoding"] == "gzip" else self.raw
        read = FILE_READERS.get(self.headers.get_content_type())
        return read(content) if read else content.decode()


@dataclass
class Front:
    """A running nginx, to which tests can send requests."""

    ports: dict[str, int]
    trust: ssl.SSLContext
    access_log: Path

    def ask(
        self, path: str, *, host: str = HOST, scheme: str = "https", method: str = "GET", body: str = "", **headers: str
    ) -> HttpAnswer:
        """Send a request over a new connection. `user_agent="…"` sends the header User-Agent."""
        connection = HTTPConnection(host, timeout=30)
        plain = socket.create_connection(("127.0.0.1", self.ports[scheme]), timeout=30)
        connection.sock = self.trust.wrap_socket(plain, server_hostname=HOST) if scheme == "https" else plain
        with closing(connection):
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body or None, sent)
            response = connection.getresponse()
            return HttpAnswer(response.status, response.headers, response.read())

    def wait_for_log(self, words: str, count: int = 1) -> list[str]:
        """Return the lines of the access log with these words, as soon as there are `count`, or after five seconds.

        nginx writes the line of a request when its answer is out.
        """
        until = time.monotonic() + 5
        while True:
            lines = [line for line in self.access_log.read_text().splitlines() if words in line]
            if len(lines) >= count or time.monotonic() > until:
                return lines
            time.sleep(0.02)


@dataclass
class Database:
    """A running PostgreSQL.

    `address` is its address in a URL, and `owner` the only URL that needs no password. `limited` is the address for the
    readers' processes, of the service connection-limit, and `limit_health` the port for its health check.
    """

    address: str
    owner: str
    limited: str = ""
    limit_health: int = 0

    def query(self, question: str) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.owner)) as connection, connection.cursor() as cursor:
            cursor.execute(question)
            return list(cursor.fetchall())


@dataclass
class Service:
    """A service of docker-compose.yml that uses the site's image."""

    name: str
    app: Path
    database: Database
    port: int = field(default_factory=external_tools.find_free_port)
    extra_environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    code_runner: subprocess.Popen[str] | None = None

    @property
    def definition(self) -> dict[str, Any]:
        found: dict[str, Any] = deployment_files.read_services()[self.name]
        return found

    def environment(self) -> dict[str, str]:
        image = deployment_files.read_image_environment(deployment_files.read_stages()[-1])
        container = image | {name: str(value) for name, value in self.definition["environment"].items()}
        local = {name: re.sub("^/(app|tmp)/", rf"{self.app.parent}/\1/", value) for name, value in container.items()}
        has_pictures = any(volume.startswith("pictures:") for volume in self.definition.get("volumes", ()))
        return local | {
            "MEDIA_ROOT": str(self.app / "media" if has_pictures else self.app / "no-pictures"),
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "DATABASE_URL": local["DATABASE_URL"]
            .replace("database:5432", self.database.address)
            .replace("connection-limit:5432", self.database.limited),
            "GRANIAN_HOST": "127.0.0.1",
            "GRANIAN_PORT": str(self.port),
            **self.extra_environment,
        }

    def connect(self) -> Any:
        """Return a connection to the database like those of this service."""
        variables = self.environment()
        return psycopg2.connect(variables["DATABASE_URL"], password=variables["PGPASSWORD"])

    def run(self, command: list[str], *, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command like `docker compose exec SERVICE COMMAND`."""
        variables = self.environment() | environment
        done = subprocess.run(command, cwd=self.app, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done

    def run_code(self, code: str) -> str:
        """Run code in a process of the site, the same for all code, and return what it printed."""
        if not self.code_runner:
            variables = {**self.environment(), "DJANGO_SETTINGS_MODULE": "council.settings", "PYTHONPATH": str(ROOT)}
            with (self.app / "code.log").open("wb") as log:
                self.code_runner = subprocess.Popen(
                    ["python", "-c", CODE_RUNNER],
                    cwd=self.app,
                    env=variables,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        reader, writer = self.code_runner.stdout, self.code_runner.stdin
        assert reader
        assert writer
        print(json.dumps(code), file=writer, flush=True)
        answer = reader.readline()
        assert answer, (self.app / "code.log").read_text()
        printed: str = json.loads(answer)
        return printed

    def start(self) -> None:
        path = self.app / f"{self.name}.log"
        with path.open("ab") as log:
            self.process = subprocess.Popen(
                deployment_files.read_image_command(), cwd=self.app, env=self.environment(), stdout=log, stderr=log
            )
        probe = self.definition["healthcheck"]["test"][1:]
        deadline = time.monotonic() + START_SECONDS
        while self.run(probe, check=False).returncode:
            assert self.process.poll() is None, path.read_text()
            assert time.monotonic() < deadline, f"the {self.name} process does not become ready: {path.read_text()}"
            time.sleep(0.5)  # a probe is a process too, and takes time from the one that it waits for

    def stop(self) -> int:
        """Stop the process like `docker compose stop SERVICE`, and return its exit code."""
        if self.code_runner:
            self.code_runner.communicate()
            self.code_runner = None
        assert self.process
        if (ended := self.process.poll()) is not None:
            return ended
        name = dict(deployment_files.read_stages()[-1])["STOPSIGNAL"]
        self.process.send_signal(signal.Signals[name])
        return self.process.wait(parse_seconds(self.definition["stop_grace_period"]))


def parse_seconds(written: str) -> int:
    return int(written.removesuffix("s"))


@dataclass
class Stack:
    prepare: Service
    public: Service
    editor: Service
    database: Database
    front: Front

    def ask(self, path: str, **options: Any) -> HttpAnswer:
        return self.front.ask(path, **options)


def create_certificate(folder: Path) -> ssl.SSLContext:
    """Create a certificate with the command that docs/operations.md gives for trying the site."""
    external_tools.find_tool("openssl")
    found = re.search(r"^ +(openssl req (?:.*\\\n)*.*)", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert found
    command = shlex.split(found[1].replace("\\\n", " ").replace("deploy/tls", str(folder)))
    subprocess.run(command, capture_output=True, check=True)
    return ssl.create_default_context(cafile=folder / "fullchain.pem")


def write_nginx_conf(folder: Path, ports: dict[str, int], more: str = "") -> Path:
    """Write nginx's file for this machine. `more` is added to its part about HTTP."""
    text = substitute("deploy/nginx/nginx.conf.template", SUBSTITUTIONS, folder=folder, **ports)
    conf = folder / "nginx.conf"
    conf.write_text(text.replace("http {\n", f"http {{\n{more}\n"))
    return conf


def substitute(path: str, substitutions: dict[str, str], **values: object) -> str:
    text = (ROOT / path).read_text()
    assert all(written in text for written in substitutions)
    pattern = "|".join(map(re.escape, substitutions))
    return re.sub(pattern, lambda found: substitutions[found[0]].format(**values), text)


def build_nginx_command(conf: Path, directives: str = "") -> list[str]:
    """Return nginx's command. As root, workers must run as root too, or they could not read the tests' folders."""
    words = deployment_files.read_services()["front"]["command"]
    command = [str(conf) if word == "/tmp/nginx.conf" else word for word in words]
    command[0] = external_tools.find_tool("nginx", OLDEST_NGINX, ("-v",))
    directives += " user root;" if os.geteuid() == 0 else ""
    return [word + directives if word == "daemon off;" else word for word in command]


def build_limit_command(folder: Path, **values: object) -> list[str]:
    """Write the file of the service connection-limit for this machine. Return nginx's command with it."""
    conf = folder / "connection-limit.conf"
    text = substitute("deploy/connection-limit/nginx.conf.template", LIMIT_SUBSTITUTIONS, folder=folder, **values)
    conf.write_text(text)
    module = external_tools.find_nginx_stream()
    return build_nginx_command(conf, f" load_module {module};" if module else "")


@contextmanager
def start_connection_limit(folder: Path, socket_path: str) -> Iterator[dict[str, int]]:
    """Start the service between the readers' processes and PostgreSQL. Yield its two ports."""
    ports = {name: external_tools.find_free_port() for name in ("database", "health")}
    folder.mkdir()
    with start_nginx(build_limit_command(folder, socket=socket_path, **ports), folder, ports["health"]):
        yield ports


@contextmanager
def start_nginx(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """Run nginx until the block ends, from when it listens on this port."""
    with (folder / "error.log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_listening(port):
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < deadline, "nginx does not answer"
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)  # SIGQUIT waits for connections of PostgreSQL
        process.wait(START_SECONDS)


def is_listening(port: int) -> bool:
    with closing(socket.socket()) as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def start_front(folder: Path, more: str = "", **web_ports: int) -> Iterator[Front]:
    (folder / "tls").mkdir()
    trust = create_certificate(folder / "tls")
    ports = {name: external_tools.find_free_port() for name in ("http", "https", "health", "pictures")}
    command = build_nginx_command(write_nginx_conf(folder, ports | web_ports, more))
    with start_nginx(command, folder, ports["health"]):
        front = Front(ports, trust, folder / "access.log")
        assert front.ask("/healthz", host="127.0.0.1", scheme="health").status == 200
        yield front


def read_access_rules() -> list[str]:
    """Return the lines of our pg_hba.conf for a server that has a socket only. The superuser needs no password here."""
    lines = (ROOT / "deploy/postgres/pg_hba.conf").read_text().splitlines()
    rules = [line.split() for line in lines if line and not line.startswith("#")]
    methods = {"peer": "trust"}
    return [f"local {database} {user} {methods.get(rest[-1], rest[-1])}" for _type, database, user, *rest in rules]


@contextmanager
def start_database(folder: Path) -> Iterator[Database]:
    """Start PostgreSQL, with the database and the access rules that the deployment's files create.

    The readers' processes come in by the service connection-limit, whose files are in the folder.
    """
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.delenv("TEST_DATABASE_URL", raising=False)  # an existing server has its own access rules
        server = stack.enter_context(postgres.start_server())
        maintenance = urlsplit(server.url)._replace(path="/postgres").geturl()
        with closing(psycopg2.connect(maintenance)) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW hba_file")
            [hba_file] = cursor.fetchone()
            cursor.execute("COPY (SELECT line FROM unnest(%s) AS line) TO %s", [read_access_rules(), hba_file])
            connection.commit()
            connection.autocommit = True
            cursor.execute("DROP DATABASE council")
            cursor.execute("SELECT pg_reload_conf()")
        command = [postgres.find_psql(), "--no-psqlrc", "--quiet", "--file", str(ROOT / "deploy/postgres/council.sql")]
        password = deployment_files.read_services()["database"]["environment"]["OWNER_PASSWORD"]
        subprocess.run([*command, maintenance], env={**os.environ, "OWNER_PASSWORD": password}, check=True)
        host = urlsplit(server.url).netloc.rpartition("@")[2].removesuffix(":5432")
        limit = stack.enter_context(start_connection_limit(folder, f"{unquote(host)}/.s.PGSQL.5432"))
        limited = f"127.0.0.1:{limit['database']}"
        yield Database(f"{quote(host, safe='%')}:5432", server.url, limited, limit["health"])


@contextmanager
def start_stack(folder: Path, **more: str) -> Iterator[Stack]:
    """Start a site with the first note and an administrator, with the documented commands.

    `more` are environment variables for all of the site's processes. With DATABASE_URL, PostgreSQL is not started.
    """
    external_tools.find_tool("nginx", OLDEST_NGINX, ("-v",))
    app = folder / "app"
    deployment_files.copy_image_files(app)
    alone = "DATABASE_URL" in more
    started = nullcontext(Database("", "")) if alone else start_database(folder / "connection-limit")
    with started as database, ExitStack() as running:
        services = (Service(name, app, database, extra_environment=more) for name in ("prepare", "public", "editor"))
        prepare, public, editor = services
        [build] = [rest for name, rest in deployment_files.read_stages()[0] if name == "RUN" and "manage.py" in rest]
        collect, compile_modules, _rights = build.replace("/tmp/", f"{folder}/").split(" && ")
        compile_modules = compile_modules.replace("/opt/venv ", "")
        subprocess.run(
            ["/bin/sh", "-c", f"{collect} && {compile_modules}"],
            cwd=app,
            env={"PATH": prepare.environment()["PATH"], "STATIC_ROOT": str(app / "collected")},
            capture_output=True,
            check=True,
        )
        command = prepare.definition["command"]
        prepare.run([word.replace(" && python manage.py database_roles", "") for word in command] if alone else command)
        editor.run(["python", "manage.py", "import_note", "--publish", NOTE])
        editor.run(
            ["python", "manage.py", "createsuperuser", "--no-input", "--username=anna", "--email=anna@example.eu"],
            DJANGO_SUPERUSER_PASSWORD="a-password-of-annas-own",
        )
        front = running.enter_context(start_front(folder, public=public.port, editor=editor.port))
        assert public.environment()["PICTURES_URL"] == "http://front:8082"
        public.extra_environment = more | {"PICTURES_URL": f"http://127.0.0.1:{front.ports['pictures']}"}
        for service in (public, editor):
            running.callback(service.stop)
            service.start()
        yield Stack(prepare, public, editor, database, front)
        running.close()
        shutil.rmtree(app)
