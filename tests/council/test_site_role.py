"""Tests of SITE_ROLE=public: the process only reads what is published, and contains no code of the editors."""

import datetime as dt
import json
import re
import sqlite3
import subprocess
from contextlib import closing
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from council.startup_checks import refuse_privileged_database_role
from meetings.clock import BRUSSELS
from meetings.documents.choices import Language
from meetings.documents.schema import Tombstone
from meetings.editions.freezing import create_edition, create_tombstone
from meetings.models import Edition
from tests.council.test_settings import load_settings, run_manage, run_python
from tests.database_roles import DatabaseRoles
from tests.factories import DAY, make_configuration, make_full_document, make_uuid
from tests.paths import ROOT
from tests.public_requests import lifted_guards

WALK = """
import json, sys
import council.wsgi
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
visitor = Client(SERVER_NAME="localhost", raise_request_exception=False)
answers = {}
for path in json.loads(sys.argv[1]):
    answer = visitor.get(path, headers={"X-Request-Id": "one-and-the-same"})
    answers[path] = [answer.status_code, answer.content.decode(), list(answer.cookies)]
print(json.dumps({
    "answers": answers,
    "modules": sorted(sys.modules),
    "apps": sorted(config.name for config in apps.get_app_configs()),
    "user": get_user_model()._meta.label,
}))
"""
FIRST_CONNECTION = """
import json, sys
import council.wsgi
import dj_database_url
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client
connection.settings_dict.update(dj_database_url.parse(sys.argv[1]))
visitor = Client(SERVER_NAME="localhost", raise_request_exception=False)
statuses, checks = [], []
for _number in range(2):
    statuses.append(visitor.get("/en/meetings/").status_code)
    checks.append(len(connection_created.receivers) - 1)  # the other one closes connections with their threads
    connection.close()
print(json.dumps({"statuses": statuses, "checks": checks}))
"""
EDITORS_MODULES = (
    "agenda.admin",
    "agenda.documents.building",
    "agenda.documents.checks",
    "agenda.documents.validation",
    "agenda.editor",
    "agenda.mail",
    "agenda.workflow.drafts",
    "agenda.workflow.note_import",
    "tests.benchmarks",
    "agenda.preview.views",
    "agenda.preview.links",
    "agenda.workflow",
    "agenda.workflow.restoring",
    "council.urls.admin",
    "council.demo",
    "council.middleware.time_travel",
    "meetings.admin",
    "meetings.editions.freezing",
    "meetings.http.time_travel_session",
)


def run_process(tmp_path: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_python(tmp_path, *command, **{"SITE_ROLE": "public", **environment})


def fetch_pages(tmp_path: Path, *paths: str, **environment: str) -> Any:
    """Fetch the paths in a new process, and return its answers and its modules."""
    done = run_process(tmp_path, "-c", WALK, json.dumps(paths), **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


EDITORS_PATHS = ("/nothing/", "/admin/", "/admin/login/", "/admin/meetings/meeting/", "/admin/?x=%00")


@pytest.fixture(scope="module")
def public_report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Fetch pages in a public process; `secret_keys` are the files with a secret that it has created."""
    folder = tmp_path_factory.mktemp("public")
    report = fetch_pages(folder, "/api/v1/schema/", "/en/nothing/", "/healthz", *EDITORS_PATHS)
    return report | {"secret_keys": list(folder.glob("secret-key"))}


class TestWithoutEditors:
    def test_public_process_does_not_load_editors_modules(self, public_report: Any) -> None:
        loaded = [name for name in public_report["modules"] if name.startswith(EDITORS_MODULES)]
        assert loaded == []
        for name in ("admin", "sessions", "messages"):
            assert f"django.contrib.{name}" not in public_report["apps"]
        assert public_report["user"] == "meetings.User"

    def test_editors_process_loads_editors_modules(self, tmp_path: Path) -> None:
        """This shows that the modules above exist."""
        report = fetch_pages(tmp_path, "/admin/login/", SITE_ROLE="editor")
        assert report["answers"]["/admin/login/"][0] == 200
        loaded = {name for name in EDITORS_MODULES if name in report["modules"]}
        assert loaded >= {
            "agenda.admin",
            "agenda.workflow",
            "agenda.documents.building",
            "meetings.admin",
            "council.urls.admin",
        }
        for name in set(EDITORS_MODULES) - loaded:
            assert (ROOT / name.replace(".", "/")).exists() or (ROOT / f"{name.replace('.', '/')}.py").exists(), name

    def test_editors_addresses_are_not_found(self, public_report: Any) -> None:
        answers = {path: public_report["answers"][path] for path in EDITORS_PATHS}
        assert answers.pop("/admin/?x=%00")[0] in (400, 404)
        assert {status for status, _body, _cookies in answers.values()} == {404}
        echo = re.compile(r'(?<= value=)"[^"]*"')  # in the box of search, the words of the address
        assert len({echo.sub("", body) for _status, body, _cookies in answers.values()}) == 1
        assert all(cookies == [] for _status, _body, cookies in answers.values())

    def test_public_process_needs_no_secret(self, public_report: Any) -> None:
        assert public_report["answers"]["/healthz"][0] == 200
        assert public_report["secret_keys"] == []


class TestCommands:
    @pytest.mark.parametrize(
        "command", ["migrate", "publish", "withdraw", "createsuperuser", "shell", "database_roles", "send_notices"]
    )
    def test_command_that_writes_is_refused(self, tmp_path: Path, command: str) -> None:
        result = run_manage(tmp_path, command, SITE_ROLE="public")
        assert result.returncode == 2
        assert f"it cannot run manage.py {command}" in result.stderr
        assert "Traceback" not in result.stderr

    def test_command_that_reads_is_allowed(self, tmp_path: Path) -> None:
        assert run_manage(tmp_path, "version", SITE_ROLE="public").returncode == 0

    def test_unknown_role_is_named(self, tmp_path: Path) -> None:
        [error] = load_settings(tmp_path, {"SITE_ROLE": "reader"})
        assert "SITE_ROLE is 'reader': set it to all, public or editor." in error


class TestDatabaseRole:
    @pytest.mark.sqlite
    def test_sqlite_only_serves_this_machine(self, settings: Any) -> None:
        settings.EDITING = False
        refuse_privileged_database_role()
        settings.SERVES_ELSEWHERE = True
        with pytest.raises(ImproperlyConfigured, match="needs PostgreSQL to serve other machines"):
            refuse_privileged_database_role()

    @pytest.mark.postgresql
    @pytest.mark.django_db
    def test_editors_process_refuses_a_superuser(self, settings: Any) -> None:
        settings.SITE_ROLE = "editor"
        with pytest.raises(ImproperlyConfigured, match="is not the editors’ one"):
            refuse_privileged_database_role()

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_editors_process_refuses_the_owner_of_a_table(self, tmp_path: Path, roles: DatabaseRoles) -> None:
        start = partial(run_process, tmp_path, "-c", "import council.wsgi", SITE_ROLE="editor")
        assert start(DATABASE_URL=roles.url(roles.editor)).returncode == 0
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE agenda_medialink OWNER TO {roles.editor}")
            try:
                refused = start(DATABASE_URL=roles.url(roles.editor))
            finally:
                cursor.execute(f"ALTER TABLE agenda_medialink OWNER TO {roles.owner}")
                call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())
        assert "SITE_ROLE=editor, but this database role is not the editors’ one." in refused.stderr
        assert "It owns agenda_medialink; has " in refused.stderr

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_role_is_checked_at_the_first_connection_if_the_database_was_down(
        self, tmp_path: Path, roles: DatabaseRoles
    ) -> None:
        """The process has started, but serves nothing with a role that may do too much."""
        answers = {}
        for role in (roles.editor, roles.owner):
            done = run_process(
                tmp_path,
                *("-c", FIRST_CONNECTION, roles.url(role)),
                SITE_ROLE="editor",
                DATABASE_URL="postgres://x@127.0.0.1:1/x",
            )
            assert done.returncode == 0, done.stderr
            answers[role] = (json.loads(done.stdout), "is not the editors’ one" in done.stderr)
        assert answers == {
            roles.editor: ({"statuses": [200, 200], "checks": [0, 0]}, False),
            roles.owner: ({"statuses": [503, 503], "checks": [1, 1]}, True),
        }

    @pytest.mark.sqlite
    def test_sqlite_is_opened_read_only(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database:
            database.execute("CREATE TABLE notes (text)")
        write = "import council.wsgi; from django.db import connection; connection.cursor().execute('{}')"
        done = run_process(tmp_path, "-c", write.format("INSERT INTO notes VALUES (1)"))
        assert "attempt to write a readonly database" in done.stderr

    @pytest.mark.postgresql
    @pytest.mark.django_db
    def test_role_with_more_rights_is_refused(self, tmp_path: Path, roles: DatabaseRoles) -> None:
        for role, start, fault in (
            (roles.editor, ["manage.py", "check"], "can read agenda_agendaitem"),
            (roles.owner, ["-c", "import council.wsgi"], "is a superuser"),
        ):
            done = run_process(tmp_path, *start, DATABASE_URL=roles.url(role))
            assert done.returncode == 1
            assert fault in done.stderr
            assert "Run manage.py database_roles" in done.stderr

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_settings_of_the_role_do_not_stop_the_site(self, tmp_path: Path, roles: DatabaseRoles) -> None:
        """A role may change its own settings. The process has its own, until it is started again and refuses."""
        ask = (
            "import django; django.setup(); from django.db import connection; cursor = connection.cursor(); "
            "cursor.execute('SELECT count(*), current_setting(\\'transaction_isolation\\'), "
            "current_setting(\\'transaction_read_only\\') FROM meetings_edition'); print(*cursor.fetchone())"
        )
        settings = {"DJANGO_SETTINGS_MODULE": "council.settings", "DATABASE_URL": roles.url(roles.public)}
        database = connection.ops.quote_name(connection.settings_dict["NAME"])
        with closing(psycopg2.connect(**roles.parameters(roles.public))) as session:
            session.autocommit = True
            cursor = session.cursor()
            cursor.execute("SET default_transaction_read_only = off")
            own = ("row_security = off", "search_path = nowhere", "statement_timeout = 1")
            more = ("default_transaction_isolation = serializable", "default_transaction_read_only = off")
            for setting in (*own, *more):
                cursor.execute(f"ALTER ROLE {roles.public} IN DATABASE {database} SET {setting}")
            try:
                done = run_process(tmp_path, "-c", ask, **settings)
                refused = run_process(tmp_path, "-c", "import council.wsgi", **settings)
            finally:
                call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())
        assert (done.stdout, done.returncode) == ("0 read committed on\n", 0), done.stderr
        assert "has the setting row_security=off; has the setting search_path=nowhere" in refused.stderr

    @pytest.mark.postgresql
    def test_unreachable_database_is_refused(self, tmp_path: Path) -> None:
        result = run_manage(tmp_path, "check", SITE_ROLE="public", DATABASE_URL="postgres://x@127.0.0.1:1/x")
        assert result.returncode == 1
        assert "could not check its database role" in result.stderr

    @pytest.mark.postgresql
    def test_check_says_that_it_could_not_reach_the_database(self, tmp_path: Path) -> None:
        """The process of editors starts without it."""
        result = run_manage(tmp_path, "check", SITE_ROLE="editor", DATABASE_URL="postgres://x@127.0.0.1:1/x")
        assert result.returncode == 0
        assert "The database cannot be reached, so its role was not checked." in result.stderr


def today() -> dt.date:
    return timezone.now().astimezone(BRUSSELS).date()


NOTICE = "Sent too early."


def build_tombstone(edition: Edition) -> Tombstone:
    facts: dict[str, Any] = {"id": edition.subject_id, "language": Language.EN, "address": edition.address}
    return Tombstone(title="JHA", reason=NOTICE, **facts)


@pytest.fixture
def meetings(committed: None, roles: DatabaseRoles) -> dict[str, Edition]:
    """Create three meetings: live with a scheduled change, moved and withdrawn, and withdrawn and restored."""
    make_configuration()
    now = timezone.now().replace(microsecond=0)

    def write_edition(name: str, ago: int, **values: Any) -> Edition:
        document = make_full_document(id=make_uuid(name), **{"address_word": name} | values)
        document.agenda[0].id, document.links[0].id = make_uuid(f"item of {name}"), make_uuid(f"link of {name}")
        document.programme[0].id = make_uuid(f"point of {name}")
        return create_edition([document], available_from=now - ago * DAY)

    editions = {}
    with lifted_guards(), transaction.atomic():
        editions["live"] = write_edition("live", 1, lead="<p>What is live.</p>")
        write_edition("live", -1, lead="<p>Zanzibar</p>")
        editions["moved"] = write_edition("gone", 4, lead="<p>Zanzibar</p>")
        editions["gone"] = write_edition("gone", 3, lead="<p>Zanzibar</p>", address_word="elsewhere")
        create_tombstone(editions["gone"], [build_tombstone(editions["gone"])], available_from=now - 2 * DAY)
        editions["before"] = write_edition("back", 4, lead="<p>Zanzibar</p>", address_word="before")
        create_tombstone(editions["before"], [build_tombstone(editions["before"])], available_from=now - 3 * DAY)
        editions["back"] = write_edition("back", 2, lead="<p>It is back.</p>")
    return editions


@pytest.mark.postgresql
def test_public_process_answers_like_the_one_with_all_rights(
    tmp_path: Path, roles: DatabaseRoles, meetings: dict[str, Edition]
) -> None:
    """Nothing is missing from its answers, and they reveal neither what is scheduled nor what is withdrawn."""
    live, gone, back = meetings["live"], meetings["gone"], meetings["back"]
    of_live = {
        "/en/": "Justice and Home Affairs",
        "/en/meetings/": "Justice and Home Affairs",
        "/en/meetings/jha/": "Justice and Home Affairs",
        f"/en/{live.address}": "What is live",
        f"/en/{live.address}note.txt": "What is live",
        "/en/topics/": "",
        "/api/v1/": "agenda-items",
        "/api/v1/meetings/": "What is live",
        f"/api/v1/meetings/{live.subject_id}/": "What is live",
        "/api/v1/agenda-items/": "Dublin regulation",
        f"/api/v1/agenda-items/{make_uuid('item of live')}/": "Dublin regulation",
        "/api/v1/agenda-items/?procedure=2016/0133(COD)": "Dublin regulation",
        f"/api/v1/media-links/{make_uuid('link of live')}/": "Link of the meeting",
        "/api/v1/topics/": "results",
        "/api/v1/changes/": "withdrawal",
        "/en/meetings/feed.atom": "Withdrawn",
        "/en/meetings/jha/feed.atom": "Published",
        "/en/meetings/calendar.ics?points=1": "SUMMARY;LANGUAGE=en:Justice",
        "/en/meetings/jha/calendar.ics?points=1": f"UID:{make_uuid('point of gone')}",
        f"/en/{live.address}meeting.ics?points=1": "SUMMARY;LANGUAGE=en:Press conference",
        f"/en/{gone.address}meeting.ics?points=1": f"UID:{make_uuid('point of gone')}",
        f"/en/{meetings['moved'].address}meeting.ics": f"UID:{make_uuid('gone')}",
        "/api/v1/configurations/": "JHA",
        "/api/v1/presidencies/": "results",
        "/readyz": "ok",
    }
    of_withdrawn = {
        f"/en/{gone.address}": NOTICE,
        f"/en/{meetings['moved'].address}": NOTICE,
        f"/en/{gone.address}note.pdf": NOTICE,
        f"/api/v1/meetings/{gone.subject_id}/": NOTICE,
        f"/api/v1/agenda-items/{make_uuid('item of gone')}/": NOTICE,
        f"/api/v1/media-links/{make_uuid('link of gone')}/": NOTICE,
    }
    restored, editions = f"/api/v1/meetings/{back.subject_id}/", f"/en/{back.address}editions/"
    of_restored = {restored: "It is back", editions: "", f"{editions}3/": "It is back"}
    withdrawn_before = {f"{editions}1/": NOTICE, f"{editions}2/": NOTICE, f"{editions}1..3/": NOTICE}
    pages_by_status: dict[int, dict[str, str]] = {
        200: of_live | of_restored,
        302: {f"/en/{meetings['before'].address}": ""},
        410: of_withdrawn | withdrawn_before,
        404: {f"{editions}4/": ""},
    }
    paths = [path for pages in pages_by_status.values() for path in pages]
    public = complete = {}
    day: dt.date | None = None
    while day != today():  # once more if midnight came between the two
        day = today()
        public = fetch_pages(tmp_path, *paths, DATABASE_URL=roles.url(roles.public))["answers"]
        complete = fetch_pages(tmp_path, *paths, DATABASE_URL=roles.url(roles.owner), SITE_ROLE="all")["answers"]
    assert public == complete
    for status, pages in pages_by_status.items():
        for path, words in pages.items():
            assert (public[path][0], words in public[path][1]) == (status, True), (path, public[path])
            assert "Zanzibar" not in public[path][1], path
    assert json.loads(public[restored][1])["edition"] == 3


@pytest.mark.postgresql
class TestDump:
    def test_public_role_and_owner_dump_the_same(
        self, tmp_path: Path, roles: DatabaseRoles, meetings: dict[str, Edition]
    ) -> None:
        def dump_lines(role: str, site_role: str) -> list[str]:
            where = {"DATABASE_URL": roles.url(role), "SITE_ROLE": site_role}
            result = run_manage(tmp_path, "dump_public", "--base-url", "https://example.eu", **where)
            assert result.returncode == 0, result.stderr
            return result.stdout.splitlines()[1:-1]

        public = dump_lines(roles.public, "public")
        assert public == dump_lines(roles.owner, "all")
        found = [json.loads(line)["answer"]["id"] for line in public if json.loads(line)["resource"] == "meetings"]
        assert set(found) == {str(make_uuid("back")), str(make_uuid("live"))}
        assert "Zanzibar" not in "".join(public)

    def test_role_with_more_rights_cannot_dump(self, tmp_path: Path, roles: DatabaseRoles) -> None:
        where = {"DATABASE_URL": roles.url(roles.editor), "SITE_ROLE": "public"}
        result = run_manage(tmp_path, "dump_public", "--base-url", "https://example.eu", **where)
        assert (result.returncode != 0, result.stdout) == (True, "")
        assert "is not the public one" in result.stderr
