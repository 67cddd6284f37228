"""Tests of the deployment as users see it: through nginx and TLS, with PostgreSQL."""

import base64
import gzip
import hashlib
import ipaddress
import json
import os
import re
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, product, repeat
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import brotli
import psycopg2
import pytest

from meetings.http.networks import CUSTOMER_BITS, get_network
from meetings.sign_in.authenticator_app import compute_code
from tests import postgres
from tests.browser.accessibility import run_axe
from tests.deployment.deployment_files import SAMPLE_ENVIRONMENT
from tests.deployment.stack import HOST, Front, HttpAnswer, Stack, start_front, start_stack
from tests.deployment.surface_watch import MEETING_PATHS, WATCHED_PATHS, watch_surfaces
from tests.external_tools import NuChecker, PageOpener, find_free_port
from tests.leaks.names import HIDDEN
from tests.paths import ROOT

pytestmark = pytest.mark.browser
EDITORS = SAMPLE_ENVIRONMENT["EDITORS_HOST"]
FORWARDED_HEADERS = {"host": HOST, "scheme": "http", "x_forwarded_proto": "https"}
PREVIEW_SPELLINGS = (
    *("/preview/{}/", "/%70review/{}/", "//preview/{}/", "/en/../preview/{}/", "/PREVIEW/{}/"),
    *("/preview;x/{}/", "/preview.,/{}/", "/en/preview/{}/", "/%EF%BC%8Fpreview/{}"),
)
NOTE = "/en/meetings/jha/2017/09/14/"


# What a client of PostgreSQL sends first, in version 3.0 of the protocol. The server asks for the password then.
NAMES = b"user\0council_public\0database\0council\0\0"
SIGN_IN_TO_POSTGRESQL = (8 + len(NAMES)).to_bytes(4) + (3 << 16).to_bytes(4) + NAMES

# for `stack.editor.run_code`
MAKE_PREVIEW_LINK = """
import datetime as dt
from django.db.models import F
from django.utils import timezone
from agenda.preview.links import share_revision, sign_link
from agenda.workflow.revisions import keep_revision
from meetings.access.audit import Actor
from meetings.models import Meeting
meeting, by, now = Meeting.objects.get(), Actor.for_command("a test"), timezone.now()
Meeting.objects.update(lead="Zanzibar.", version=F("version") + 1)
revision = keep_revision(meeting, now, by)
link = share_revision(meeting, revision, by=by, now=now, for_whom="Ada, AFP", until=now + dt.timedelta(hours=1))
print(f"/preview/{sign_link(link)}/")
"""


# A topic with a picture that is not public yet.
MAKE_PICTURE = """
import io
from PIL import Image
from django.utils import timezone
from agenda.models import BackgroundTopic, MediaLink
from meetings.documents.schema import Image as DocumentImage
from meetings.images.cleaning import clean_image
from meetings.images.store import store_image
file = io.BytesIO()
Image.new("RGB", (600, 400), "navy").save(file, "PNG")
stored = store_image(clean_image(file.getvalue()), by_name="anna", at=timezone.now())
topic = BackgroundTopic.objects.create(slug="pictures", title="Pictures", lead="<p>Pictures.</p>")
image = DocumentImage(digest=stored.digest, alt="Navy", width=stored.width, height=stored.height)
MediaLink.objects.create(topic=topic, kind="infographic", title="In figures", image=image)
print(stored.digest)
"""
PUBLISH_PICTURE = """
from agenda.models import BackgroundTopic
from agenda.workflow.publication import publish
from agenda.workflow.transactions import wait_until_live
from meetings.access.audit import Actor
wait_until_live(publish(BackgroundTopic.objects.get(), by=Actor.for_command("a test"), force="It is a test.")[0])
"""
WITHDRAW_PICTURE = """
from agenda.models import BackgroundTopic
from agenda.workflow.transactions import wait_until_live
from agenda.workflow.withdrawal import withdraw
from meetings.access.audit import Actor
wait_until_live(withdraw(BackgroundTopic.objects.get(), by=Actor.for_command("a test"), reason="It is a test."))
"""


CHECK_DUMP = """
from django.core.management import call_command
call_command("update_dump", check=True)
"""


CHANGE_REFERENCE_DATA = """
from meetings.models import Configuration
Configuration.objects.filter(slug="jha").update(code="{code}")
"""


# A correction of the note, in some seconds. Prints the time.
SCHEDULE_CORRECTION = """
import datetime as dt
from django.db.models import F
from django.utils import timezone
from agenda.workflow.publication import publish
from meetings.access.audit import Actor
from meetings.models import Meeting
Meeting.objects.update(lead="<p>Corrected on time.</p>", version=F("version") + 1)
at = timezone.now().replace(microsecond=0) + dt.timedelta(seconds=5)
publish(Meeting.objects.get(), by=Actor.for_command("a test"), at=at, note="Corrected.", force="It is a test.")
print(at.timestamp())
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with start_stack(tmp_path_factory.mktemp("stack")) as started:
        yield started


@pytest.fixture(scope="module")
def front_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Start nginx without any web process."""
    with start_front(tmp_path_factory.mktemp("front"), public=find_free_port(), editor=find_free_port()) as started:
        yield started


@pytest.fixture(scope="module")
def link(stack: Stack) -> str:
    """Return the path of a preview link to a text that is not public."""
    return stack.editor.run_code(MAKE_PREVIEW_LINK)


def public_process(stack: Stack) -> Front:
    """The readers' process, called as nginx calls it."""
    return replace(stack.front, ports=stack.front.ports | {"http": stack.public.port})


class TestReaders:
    def test_note_is_a_page(self, stack: Stack) -> None:
        answer = stack.ask(NOTE)
        assert answer.status == 200
        assert "Justice and Home Affairs Council" in answer.body

    def test_script_of_a_service_worker_removes_it_although_the_page_at_its_address_is_kept(self, stack: Stack) -> None:
        kinds = [stack.ask(NOTE, **more).headers["Content-Type"] for more in ({}, {"service_worker": "script"}, {})]
        assert [kind.partition(";")[0] for kind in kinds] == ["text/html", "text/javascript", "text/html"]

    def test_api_links_can_be_opened_by_readers(self, stack: Stack) -> None:
        [meeting] = json.loads(stack.ask("/api/v1/meetings/").body)["results"]
        assert meeting["html_url"] == f"https://{HOST}{NOTE}"

    def test_static_files_may_be_cached_for_ever(self, stack: Stack) -> None:
        [path] = set(re.findall(r"/static/css/base\.\w+\.css", stack.ask(NOTE).body))
        answer = stack.ask(path)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]

    def test_plain_http_redirects_to_tls(self, stack: Stack) -> None:
        answer = stack.ask(f"{NOTE}?a=b", scheme="http")
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}{NOTE}?a=b")

    def test_flood_of_plain_http_displaces_no_line_of_the_log(self, stack: Stack) -> None:
        """Nothing limits redirects to TLS, and Docker keeps some megabytes of lines."""
        for scheme in ("http", "https"):
            stack.ask("/healthz?logged", scheme=scheme)
        assert len(stack.front.wait_for_log("/healthz?logged")) == 1
        assert "301" not in stack.front.wait_for_log("/healthz?logged")[0]

    def test_security_headers_are_sent_once(self, stack: Stack) -> None:
        headers = stack.ask(NOTE).headers
        for name in (
            "Strict-Transport-Security",
            "Content-Security-Policy",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "Referrer-Policy",
            "Cross-Origin-Resource-Policy",
            "Cross-Origin-Opener-Policy",
            "Permissions-Policy",
            "Cache-Control",
        ):
            assert len(headers.get_all(name, [])) == 1, name
        assert headers["Server"] == "nginx"

    def test_text_is_compressed_and_revalidated(self, stack: Stack) -> None:
        for path in (NOTE, "/api/v1/meetings/"):
            whole, packed = stack.ask(path), stack.ask(path, accept_encoding="gzip")
            assert (whole.headers["Content-Encoding"], packed.headers["Content-Encoding"]) == (None, "gzip")
            assert packed.body == whole.body
            assert "Accept-Encoding" in packed.headers["Vary"]
            assert packed.headers["ETag"] == f"W/{whole.headers['ETag']}"
            for stored in (whole, packed):
                again = stack.ask(path, accept_encoding="gzip", if_none_match=stored.headers["ETag"])
                assert (again.status, again.raw) == (304, b""), path
            assert stack.ask(path, if_none_match='W/"another"').status == 200

    def test_static_files_are_compressed_once_and_revalidated(self, stack: Stack) -> None:
        """They were compressed for each request: one network occupied a processor, and readers waited for seconds."""
        [path] = set(re.findall(r"/static/css/base\.\w+\.css", stack.ask(NOTE).body))
        collected = stack.public.app / "collected" / path.removeprefix("/static/")
        for suffix, encoding in (("", None), (".gz", "gzip"), (".br", "br")):
            answer = stack.ask(path, accept_encoding=encoding or "identity")
            assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == (encoding, "Accept-Encoding")
            assert answer.raw == collected.with_name(collected.name + suffix).read_bytes()
            again = stack.ask(path, accept_encoding="br, gzip", if_none_match=answer.headers["ETag"])
            assert (again.status, again.raw) == (304, b"")

    def test_each_static_file_that_becomes_shorter_has_a_compressed_copy(self, stack: Stack) -> None:
        files = {path for path in (stack.public.app / "collected").rglob("*") if path.is_file()}
        copies = {path for path in files if path.suffix in (".gz", ".br")}
        whole = {path for path in files - copies if path.with_name(f"{path.name}.gz") not in copies}
        served = {path for path in whole if path.name != "staticfiles.json" and path.suffix != ".png"}
        contents = {path: path.read_bytes() for path in served if path.stat().st_size > 1_000}
        assert [path for path, content in contents.items() if len(gzip.compress(content)) < 0.9 * len(content)] == []
        assert not any(".map" in path.suffixes for path in files)

    def test_long_headers_are_accepted(self, stack: Stack) -> None:
        assert stack.ask(NOTE, cookie=f"other={'x' * 12_000}").status == 200

    @pytest.mark.parametrize("host", ["evil.example", "agenda.localhost.evil.example", "127.0.0.1", "xpress.example"])
    def test_other_hosts_are_refused(self, stack: Stack, host: str) -> None:
        for scheme in ("https", "http"):
            assert stack.ask("/", host=host, scheme=scheme).status == 421

    @pytest.mark.parametrize("host", ["AGENDA.localhost", "agenda.localhost:443", "press.example", "www.press.example"])
    def test_own_hosts_are_accepted(self, stack: Stack, host: str) -> None:
        assert stack.ask("/en/", host=host).status == 200

    def test_forwarded_headers_of_the_client_are_ignored(self, stack: Stack) -> None:
        forged = {"forwarded": "host=evil.example;proto=http", "x_forwarded_proto": "http"}
        answer = stack.ask("/api/v1/", x_forwarded_host="evil.example", **forged)
        assert answer.status == 200
        assert "evil" not in answer.body

    def test_nginx_sets_the_request_id(self, stack: Stack) -> None:
        answer = stack.ask("/api/v1/nothing/", x_request_id="a-name-of-the-client")
        [name] = answer.headers.get_all("X-Request-Id", [])
        assert json.loads(answer.body)["request_id"] == name
        assert re.fullmatch("[0-9a-f]{32}", name)
        assert stack.front.wait_for_log(name)

    def test_programs_can_get_brotli(self, stack: Stack) -> None:
        packed = stack.ask("/api/v1/meetings/", accept_encoding="br, gzip")
        assert packed.headers.get_all("Content-Encoding") == ["br"]
        assert json.loads(brotli.decompress(packed.raw))["results"]

    def test_health_checks_answer(self, stack: Stack) -> None:
        assert [stack.ask(path).body for path in ("/healthz", "/readyz")] == ["ok\n", "ok\n"]


class TestKeptAnswers:
    """nginx and the processes keep answers until something is published, and not beyond."""

    def test_embargo_ends_on_its_second(self, stack: Stack) -> None:
        instant = float(stack.editor.run_code(SCHEDULE_CORRECTION))
        looks: list[tuple[float, float, bool]] = []

        def keep_asking(path: str) -> None:
            while (sent := time.time()) < instant + 1:
                shown = "Corrected on time." in stack.ask(path).body
                looks.append((sent, time.time(), shown))
                time.sleep(0.04)  # nginx limits the requests of an address

        readers = [threading.Thread(target=keep_asking, args=[path]) for path in (NOTE, NOTE, "/api/v1/meetings/")]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert {shown for _sent, received, shown in looks if received < instant} == {False}
        assert {shown for sent, _received, shown in looks if sent >= instant} == {True}
        kept = [line for line in stack.front.access_log.read_text().splitlines() if "/ s" in line and NOTE in line]
        assert len(kept) > len(looks) / 4

    def test_each_has_its_own_id(self, stack: Stack) -> None:
        answers = [stack.ask("/en/about/") for _request in range(4)]
        names = [name for answer in answers for name in answer.headers.get_all("X-Request-Id", [])]
        assert len(names) == len(set(names)) == 4
        assert "X-Accel-Expires" not in answers[0].headers

    def test_answers_for_others_are_not_mixed_up(self, stack: Stack) -> None:
        forms: list[dict[str, str]] = [
            {}, {"accept": "text/csv"}, {"accept_language": "fr"}, {"accept_encoding": "br"},
            {"accept_encoding": "gzip"}, {"origin": "https://elsewhere.example"}, {"range": "bytes=0-9"},
        ]  # fmt: skip
        plain = [public_process(stack).ask("/api/v1/meetings/", **FORWARDED_HEADERS, **form) for form in forms]
        for form, expected in zip(forms * 2, plain * 2, strict=True):
            answer = stack.ask("/api/v1/meetings/", **form)
            assert (answer.status, answer.raw) == (expected.status, expected.raw), form
            for name in ("Content-Type", "Content-Encoding", "Content-Language", "ETag", "Access-Control-Allow-Origin"):
                assert answer.headers[name] == expected.headers[name], (form, name)

    def test_answers_to_addresses_with_another_spelling_are_not_kept(self, stack: Stack) -> None:
        """The site decodes an address: this one is for programs, and its answer depends on `Origin`."""
        path = "/en/meetings/calendar%2Eics"
        for origin, expected in ({"origin": "https://elsewhere.example"}, "*"), ({}, None):
            answers = [stack.ask(path, **origin) for _request in range(2)]
            assert {answer.headers["Access-Control-Allow-Origin"] for answer in answers} == {expected}
        lines = stack.front.wait_for_log(path, 4)
        assert (len(lines), [line for line in lines if "/ s" in line]) == (4, [])

    @pytest.mark.parametrize("name", ["accept", "accept_language"])
    def test_header_that_is_too_long_for_the_key_is_refused_by_the_site(self, stack: Stack, name: str) -> None:
        answers = [stack.ask("/api/v1/meetings/?limit=1", **{name: "a-" * n}) for n in range(7_000, 8_100, 50)]
        assert {answer.status for answer in answers} == {431}

    def test_first_to_ask_does_not_decide_in_which_encoding_the_address_is_read(self, stack: Stack) -> None:
        """In that of this `Content-Type`, no address has a parameter `q`."""
        strange = {"content_type": "text/plain; charset=cp037"}
        for headers in (strange, {}):
            assert "Tallinn" in stack.ask("/en/search/?q=Tallinn", **headers).body
            assert "Riga" in public_process(stack).ask("/en/search/?q=Riga", **FORWARDED_HEADERS, **headers).body

    def test_odd_origin_does_not_shut_out_others(self, stack: Stack) -> None:
        for origin in ("", "http://[", "https://elsewhere.example"):
            answer = stack.ask("/api/v1/topics/", origin=origin)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_conditions_are_compared(self, stack: Stack) -> None:
        tag = stack.ask("/api/v1/meetings/").headers["ETag"]
        for sent, status in ((tag, 304), (f"W/{tag}", 304), (f'"other", {tag}', 304), ('"other"', 200)):
            assert [stack.ask("/api/v1/meetings/", if_none_match=sent).status for _request in range(2)] == [status] * 2
        assert stack.ask("/api/v1/meetings/", if_match='"other"').status == 412
        passed_on = stack.ask("/api/v1/meetings/", if_match="*", accept_encoding="br")
        assert (passed_on.status, passed_on.headers["Content-Encoding"]) == (200, "br")
        assert stack.ask("/api/v1/meetings/").status == 200


class TestEditors:
    """Editors have a host of their own, and sign in with a second step."""

    def post(
        self, stack: Stack, path: str, cookies: str = "", origin: str = f"https://{EDITORS}", **fields: str
    ) -> Any:
        """Send a form as a browser does. Return the answer, and the cookies to send with the next request."""
        form = stack.ask(path, host=EDITORS, cookie=cookies)
        cookies = add_cookies(cookies, form)
        [token, *_others] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form.body)
        answer = stack.ask(
            path,
            host=EDITORS,
            method="POST",
            body=urlencode({"csrfmiddlewaretoken": token, **fields}),
            cookie=cookies,
            content_type="application/x-www-form-urlencoded",
            origin=origin,
            referer=f"{origin}{path}",
        )
        return answer, add_cookies(cookies, answer)

    def enter_password(self, stack: Stack, password: str, **options: str) -> Any:
        fields = {"username": "anna", "password": password, "next": "/admin/"}
        return self.post(stack, "/admin/login/", **fields, **options)

    def test_administrator_signs_in_with_a_second_step(self, stack: Stack) -> None:
        answer, cookies = self.enter_password(stack, "a-password-of-annas-own")
        assert (answer.status, answer.headers["Location"]) == (302, "/admin/second-step/set-up/")
        assert stack.ask("/admin/", host=EDITORS, cookie=cookies).status == 302
        path = "/admin/second-step/set-up/app/"
        form = stack.ask(path, host=EDITORS, cookie=cookies)
        [key] = re.findall(r'class="key">([A-Z2-7 ]+)<', form.body)
        code = compute_code(base64.b32decode(key.replace(" ", "")), int(time.time()) // 30)
        answer, cookies = self.post(stack, path, cookies, code=code)
        assert "Your recovery codes" in answer.body
        assert "Log out" in stack.ask("/admin/", host=EDITORS, cookie=cookies).body
        answer, cookies = self.post(stack, "/admin/your-settings/", cookies, time_zone="Europe/Paris")
        assert answer.status == 302
        names = {cookie.partition("=")[0] for cookie in answer.headers.get_all("Set-Cookie", [])}
        assert names >= {"__Host-messages"}
        assert all(name.startswith("__Host-") for name in names)
        assert "Your settings are saved." in stack.ask("/admin/", host=EDITORS, cookie=cookies).body

    def test_cookies_are_for_this_host_only(self, stack: Stack) -> None:
        answer, cookies = self.enter_password(stack, "a-password-of-annas-own")
        sent = answer.headers.get_all("Set-Cookie", [])
        assert {cookie.partition("=")[0] for cookie in sent} >= {"__Host-sessionid"}
        assert all(cookie.startswith("__Host-") and "Secure" in cookie and "Domain" not in cookie for cookie in sent)
        for path in ("/admin/", "/admin/login/", "/admin/session/", "/preview/x/"):
            assert stack.ask(path, cookie=cookies).status == 404, path

    def test_wrong_password_or_origin_is_refused(self, stack: Stack) -> None:
        assert self.enter_password(stack, "wrong")[0].status == 200
        answer, cookies = self.enter_password(stack, "a-password-of-annas-own", origin="https://evil.example")
        assert answer.status in (302, 403)
        assert "__Host-sessionid" not in cookies

    def test_many_attempts_to_sign_in_are_refused_by_nginx(self, stack: Stack) -> None:
        def ask() -> HttpAnswer:
            return stack.ask("/admin/login/", host=EDITORS, method="POST", body="a=b", origin=f"https://{EDITORS}")

        answers = [ask() for _attempt in range(40)]
        assert answers[-1].status == 429
        assert stack.ask("/admin/login/", host=EDITORS).status == 200

    def test_log_does_not_reveal_links_to_set_a_password(self, stack: Stack) -> None:
        for host in (EDITORS, HOST, "evil.example"):
            stack.ask("/admin/set-password/Mg/c8x-token-of-the-link/", host=host)
        assert stack.front.wait_for_log("/admin/set-password/… HTTP")
        log = stack.front.access_log.read_text()
        assert "token-of-the-link" not in log + (stack.editor.app / "editor.log").read_text()

    def test_address_without_the_last_slash_redirects(self, stack: Stack) -> None:
        assert stack.ask("/admin", host=EDITORS).headers["Location"] == "/admin/"

    def test_forms_are_not_compressed(self, stack: Stack) -> None:
        form = stack.ask("/admin/login/", host=EDITORS, accept_encoding="gzip")
        assert form.headers["Content-Encoding"] is None
        assert "csrfmiddlewaretoken" in form.body


class TestOwnAnswersOfNginx:
    """Redirects and errors that no process of the site has answered have the headers, too."""

    @pytest.mark.parametrize(
        ("path", "options", "status"),
        [
            (NOTE, {"scheme": "http"}, 301),
            (NOTE, {"host": "evil.example"}, 421),
            (NOTE, {"host": "evil.example", "scheme": "http"}, 421),
            ("/admin/", {"method": "POST", "content_length": "99999999"}, 413),
            ("/api/v1/", {"method": "POST", "content_length": "99999999"}, 413),
            (f"/{'x' * 20_000}", {}, 414),
            ("/_media/images/x", {}, 404),
            ("/_dump/x", {}, 404),
        ],
    )
    def test_headers_are_sent_once(self, stack: Stack, path: str, options: dict[str, str], status: int) -> None:
        answer = stack.ask(path, **options)
        assert answer.status == status
        names = ["Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"]
        names += ["Cross-Origin-Resource-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy"]
        for name in [*names, *(["Strict-Transport-Security"] if "scheme" not in options else [])]:
            assert len(answer.headers.get_all(name, [])) == 1, name


def add_cookies(cookies: str, answer: HttpAnswer) -> str:
    """Return the cookies as a browser has them after the answer."""
    found = dict(cookie.split("=", 1) for cookie in cookies.split("; ") if cookie)
    for line in answer.headers.get_all("Set-Cookie", []):
        found |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
    return "; ".join(f"{name}={value}" for name, value in found.items() if value)


class TestPreviewLinks:
    """Preview links work on the editors' host, for people without an account."""

    def test_link_shows_the_text_and_readers_do_not_see_it(self, stack: Stack, link: str) -> None:
        answer = stack.ask(link, host=EDITORS)
        assert answer.status == 200
        assert "Zanzibar." in answer.body
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Zanzibar." not in stack.ask(NOTE).body

    def test_invented_link_does_not_open(self, stack: Stack) -> None:
        answer = stack.ask("/preview/x/", host=EDITORS)
        assert answer.status == 404
        assert "noindex" in answer.headers["X-Robots-Tag"]  # the editors' process answered

    def test_readers_host_has_no_preview_links(self, stack: Stack, link: str) -> None:
        assert stack.ask(link).status == 404

    def test_public_process_has_no_preview_links(self, stack: Stack, link: str) -> None:
        for path in ("/preview/x/", link):
            assert public_process(stack).ask(path, **FORWARDED_HEADERS).status == 404

    def test_access_log_does_not_reveal_links(self, stack: Stack, link: str) -> None:
        answer = stack.ask(f"{link}?language=en", host=EDITORS)
        assert answer.status == 200
        [line] = stack.front.wait_for_log(answer.headers["X-Request-Id"])
        assert "GET /preview/… HTTP/1.1" in line
        lines = stack.front.wait_for_log("/preview/")
        assert not [line for line in lines if link.split("/")[2] in line]

    def test_no_log_reveals_links_however_they_are_written(self, stack: Stack, link: str, tmp_path: Path) -> None:
        """Also while the editors' process is down: nginx then names the request in its error log."""
        token = link.split("/")[2]
        with start_front(tmp_path, public=stack.public.port, editor=find_free_port()) as front:
            for path, host in product(PREVIEW_SPELLINGS, (EDITORS, "evil.example")):
                assert front.ask(path.format(token), host=host).status in (404, 421, 503), path
            assert front.ask("/en/").status == 200
            assert front.wait_for_log("GET … HTTP/1.1")
            for log in tmp_path.rglob("*.log"):
                assert token not in log.read_text()


def open_connection(front: Front, scheme: str = "https") -> HTTPConnection:
    connection = HTTPConnection(HOST, timeout=30)
    plain = socket.create_connection(("127.0.0.1", front.ports[scheme]), timeout=30)
    connection.sock = front.trust.wrap_socket(plain, server_hostname=HOST) if scheme == "https" else plain
    return connection


ANSWER_HEAD = re.compile(r"HTTP/1\.1 (\d{3}) (.*?)\r\n\r\n", re.DOTALL)


def ask_on_one_connection(
    front: Front,
    times: int,
    scheme: str = "https",
    *,
    headers: Iterable[dict[str, str]] = repeat({}),
    path: str = "/healthz",
    method: str = "GET",
) -> Iterator[tuple[int, str | None]]:
    """Send up to `times` requests. Yield the status and Retry-After of each answer, up to the first refusal (429).

    Twenty requests are sent at once. One after the other, a busy machine may be too slow to reach a limit.
    """
    asked = iter(headers)
    with closing(open_connection(front, scheme)) as connection:
        for sent in range(0, times, 20):
            each = [{"Host": HOST, "Content-Length": "0", **next(asked)} for _number in range(min(20, times - sent))]
            heads = ["".join(f"{name}: {value}\r\n" for name, value in head.items()) for head in each]
            requests = "".join(f"{method} {path} HTTP/1.1\r\n{head}\r\n" for head in heads)
            connection.sock.sendall(requests.encode())
            received, chunk, answers = "", b"-", list[Any]()
            while chunk and len(answers := ANSWER_HEAD.findall(received)) < len(each):
                chunk = connection.sock.recv(65_536)
                received += chunk.decode("latin-1")
            for status, head in answers:
                wait = re.search(r"Retry-After: (\d+)", head)
                yield int(status), wait and wait[1]
                if status == "429":
                    return
            if not chunk:
                return


def ask_until_refused(
    front: Front,
    headers: Iterable[dict[str, str]],
    *,
    at_most: int = 5_000,
    path: str = "/healthz",
    method: str = "GET",
) -> Counter[int]:
    """Send requests on one connection after the other, up to the first refusal (429). Count the answers by status."""
    statuses: Counter[int] = Counter()
    while 429 not in statuses and statuses.total() < at_most:
        times = min(900, at_most - statuses.total())
        answers = ask_on_one_connection(front, times, headers=headers, path=path, method=method)
        statuses += Counter(status for status, _wait in answers)
    return statuses


def begin_request(opened: ExitStack, front: Front, path: str = "/en/", **headers: str) -> HTTPConnection:
    """Send a request whose body does not arrive, so that it stays open; with a Content-Length of 1, it arrives."""
    connection = opened.enter_context(closing(open_connection(front)))
    connection.putrequest("POST", path, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": HOST, "Content-Length": "9", **headers}.items():
        connection.putheader(name, value)
    connection.endheaders(b"x")
    return connection


def ask_for_one_more(opened: ExitStack, front: Front, path: str = "/en/", **headers: str) -> int | None:
    """Return the status of the answer to one more such request, None if it stays open."""
    for _time in range(10):  # another process of nginx may not have read all of the others yet
        connection = begin_request(opened, front, path, **headers)
        connection.sock.settimeout(1)
        with suppress(TimeoutError):
            return connection.getresponse().status
    return None


# nginx takes the address of the client from this header, and tells the network.
CLIENT_ADDRESS = """
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Client;
    server {{ listen 127.0.0.1:{probe}; return 200 "$network $customer"; }}
"""


@pytest.fixture(scope="class")
def probed_front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Start nginx without a web process. X-Client is the address of a request, and `probe` tells its network."""
    probe, public, editor = (find_free_port() for _number in range(3))
    more = CLIENT_ADDRESS.format(probe=probe)
    with start_front(tmp_path_factory.mktemp("front"), more, public=public, editor=editor) as front:
        yield replace(front, ports=front.ports | {"probe": probe})


class TestManyConnections:
    def test_connections_that_send_nothing_shut_nobody_out(self, stack: Stack) -> None:
        with ExitStack() as opened:
            for _ in range(2_500):
                idle = socket.create_connection(("127.0.0.1", stack.front.ports["https"]), timeout=5)
                opened.enter_context(closing(idle))
            started = time.monotonic()
            assert stack.ask("/en/").status == 200
            assert time.monotonic() - started < 5

    def test_one_address_cannot_send_any_number_of_requests(self, stack: Stack, tmp_path: Path) -> None:
        with start_front(tmp_path, public=stack.public.port, editor=find_free_port()) as front:
            answers: Counter[tuple[int, str | None]] = Counter()
            while (429, "1") not in answers and answers.total() < 5_000:
                answers += Counter(ask_on_one_connection(front, 900))
            assert 1_000 <= answers.total() < 5_000
            assert {*answers} == {(200, None), (429, "1")}
            time.sleep(0.2)
            assert front.ask("/en/").status == 200

    def test_addresses_of_one_household_count_as_one(self, probed_front: Front) -> None:
        """A provider gives each household as many IPv6 addresses as it likes: 2⁶⁴."""
        addresses = ({"X-Client": f"2001:db8:1:2::{number:x}"} for number in count())
        assert {*ask_until_refused(probed_front, addresses)} == {503, 429}
        for address in ("2001:db8:1:3::1", "192.0.2.1"):
            assert probed_front.ask("/en/", x_client=address).status == 503, address

    @pytest.mark.parametrize(
        ("host", "path", "method", "accepted"),
        [
            (HOST, "/en/", "GET", range(2_000, 4_000)),
            (EDITORS, "/admin/", "GET", range(600, 1_500)),
            (EDITORS, "/admin/login/", "POST", range(30, 100)),
        ],
    )
    def test_networks_of_one_customer_have_a_limit_together(
        self, probed_front: Front, host: str, path: str, method: str, accepted: range
    ) -> None:
        """With one request a second of each of 280 networks, a customer made everybody else wait for seconds."""
        customer = f"2001:db8:{len(path):x}"
        addresses = ({"X-Client": f"{customer}:{number:x}::1", "Host": host} for number in count())
        statuses = ask_until_refused(probed_front, addresses, at_most=accepted.stop, path=path, method=method)
        assert {*statuses} == {503, 429}
        assert statuses[503] in accepted
        assert probed_front.ask(path, host=host, x_client="2001:db8:ffff::1").status == 503

    @pytest.mark.parametrize(("path", "method", "times"), [("/admin/", "GET", 900), ("/admin/login/", "POST", 60)])
    def test_page_of_another_host_uses_up_nothing_of_the_office(
        self, probed_front: Front, path: str, method: str, times: int
    ) -> None:
        """A page that one person in the office had opened kept all others out of the admin and of signing in."""
        office = {"X-Client": f"198.51.100.{len(path)}", "Host": EDITORS}
        loaded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"}
        linked = loaded | {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        typed = linked | {"Sec-Fetch-Site": "none"}
        saved = typed | {"Sec-Fetch-Dest": "empty"}
        answers = ask_on_one_connection(probed_front, times, headers=repeat(office | loaded), path=path, method=method)
        assert Counter(status for status, _wait in answers) == {403: times}
        for facts in (
            {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="},
            loaded | {"Sec-Fetch-Site": "none"},
            typed | {"Sec-Purpose": "prefetch"},
            saved | {"Sec-Purpose": "prefetch"},
            saved | {"Sec-Fetch-Site": "cross-site"},
            *([typed, saved] if method == "POST" else []),
        ):
            answers = ask_on_one_connection(probed_front, 1, headers=repeat(office | facts), path=path, method=method)
            assert [status for status, _wait in answers] == [403], facts
        clicked = linked | {"Sec-Fetch-User": "?1"}  # Chromium says so for five seconds after a click
        for facts in (linked, clicked):
            answers = ask_on_one_connection(
                probed_front, times, headers=repeat(office | facts), path=path, method=method
            )
            opened = {503, 429} if method == "GET" else {403}  # no process runs behind it
            assert {status for status, _wait in answers} == opened
        for facts in ({}, {"Sec-Fetch-Site": "same-origin"}, *([typed, saved] if method == "GET" else [])):
            answers = ask_on_one_connection(probed_front, 20, headers=repeat(office | facts), path=path, method=method)
            assert {status for status, _wait in answers} == {503}, facts
        readers = ask_on_one_connection(probed_front, 1, headers=repeat(office | loaded | {"Host": HOST}), path="/api/")
        assert [status for status, _wait in readers] == [503]

    @pytest.mark.parametrize(
        ("client", "method", "facts"),
        [
            ("198.51.100.97", "GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
            ("2001:db8:97:{:x}::1", "GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
            ("198.51.100.98", "OPTIONS", {}),  # Chromium, for a page that has it send reports
        ],
    )
    def test_what_pages_of_other_hosts_load_has_a_limit_of_its_own(
        self, probed_front: Front, client: str, method: str, facts: dict[str, str]
    ) -> None:
        loaded = ({"X-Client": client.format(number), "Host": EDITORS} | facts for number in count(1))
        assert {*ask_until_refused(probed_front, loaded, method=method)} == {403, 429}
        office = {"X-Client": client.format(0), "Host": EDITORS}
        for said in ({}, {"Sec-Fetch-Site": "same-origin"}):
            answers = ask_on_one_connection(
                probed_front, 60, headers=repeat(office | said), path="/static/js/review.js"
            )
            assert {status for status, _wait in answers} == {503}, said

    @pytest.mark.parametrize(("client", "facts"), [("198.51.100.92", {}), ("198.51.100.93", {"Sec-Fetch-User": "?1"})])
    def test_what_pages_of_other_hosts_open_has_a_limit_of_its_own(
        self, probed_front: Front, client: str, facts: dict[str, str]
    ) -> None:
        linked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        opened = repeat({"X-Client": client, "Host": EDITORS} | linked | facts)
        statuses = ask_until_refused(probed_front, opened, path="/en/")
        assert {*statuses} == {503, 429}
        assert statuses[503] in range(100, 200)

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    @pytest.mark.parametrize("dest", ["document", "empty"])  # a typed address; a PDF that Chromium shows and saves
    def test_what_no_page_loads_is_answered(self, probed_front: Front, method: str, dest: str) -> None:
        facts = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": dest}
        typed = repeat({"X-Client": "198.51.100.91", "Host": EDITORS} | facts)
        answers = ask_on_one_connection(probed_front, 1, headers=typed, path="/admin/", method=method)
        assert [status for status, _wait in answers] == [503]

    @pytest.mark.parametrize(
        ("client", "path", "method"),
        [("198.51.100.94", "/admin/", "GET"), ("198.51.100.95", "/admin/login/", "POST")],
    )
    def test_what_does_not_say_its_site_has_limits_of_its_own(
        self, probed_front: Front, client: str, path: str, method: str
    ) -> None:
        """Chromium sends reports for a page of another host, which redirects them to us, and does not say whose."""
        office = {"X-Client": client, "Host": EDITORS}
        assert {*ask_until_refused(probed_front, repeat(office), path=path, method=method)} == {503, 429}
        said = repeat(office | {"Sec-Fetch-Site": "same-origin"})
        of_editors = ask_on_one_connection(probed_front, 20, headers=said, path=path, method=method)
        assert {status for status, _wait in of_editors} == {503}

    @pytest.mark.parametrize("client", ["198.51.100.99", "2001:db8:99:{:x}::1"])
    def test_what_a_customer_asks_of_readers_uses_up_nothing_of_the_office(
        self, probed_front: Front, client: str
    ) -> None:
        """The screens of editors stayed without their styles and programs."""
        clients = ({"X-Client": client.format(number)} for number in count(1))
        assert 429 in ask_until_refused(probed_front, clients)
        office = repeat({"X-Client": client.format(0), "Host": EDITORS})
        of_editors = ask_on_one_connection(probed_front, 60, headers=office, path="/static/js/review.js")
        assert {status for status, _wait in of_editors} == {503}

    @pytest.mark.parametrize(("client", "at_once"), [("198.51.100.96", 300), ("2001:db8:96:{:x}::1", 600)])
    def test_connections_of_readers_use_up_none_of_the_office(
        self, probed_front: Front, client: str, at_once: int
    ) -> None:
        with ExitStack() as opened:
            for number in range(at_once):
                address = client.format(number // 200)
                begin_request(opened, probed_front, **{"X-Client": address, "Accept-Encoding": "gzip"})
            one_more = {"X-Client": client.format(9), "Accept-Encoding": "gzip"}
            assert ask_for_one_more(opened, probed_front, **one_more) == 429
            answered = begin_request(opened, probed_front, Host=EDITORS, **one_more | {"Content-Length": "1"})
            assert answered.getresponse().status == 503

    def test_network_is_that_of_the_site(self, probed_front: Front) -> None:
        """nginx knows addresses as text only, in which the longest run of zeros is left out."""
        with closing(open_connection(probed_front, "probe")) as connection:
            for groups in product(("0", "1", "db8"), repeat=7):
                address = str(ipaddress.ip_address(":".join(("2001", *groups))))
                connection.request("GET", "/", headers={"X-Client": address})
                network, customer = connection.getresponse().read().decode().split()
                assert get_network(address) == str(ipaddress.ip_network(f"{network}::/64")), address
                assert get_network(address, CUSTOMER_BITS) == str(ipaddress.ip_network(f"{customer}::/48")), address
        for address, network in (("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("::1", "::")):
            assert probed_front.ask("/", scheme="probe", x_client=address).body == f"{network} {network}"

    def test_refused_network_holds_no_connections(self, probed_front: Front) -> None:
        answers: dict[int, str | None] = {}
        while 429 not in answers:
            with closing(open_connection(probed_front)) as connection:
                for _time in range(900):
                    connection.request("GET", "/healthz", headers={"X-Client": "192.0.2.99"})
                    response = connection.getresponse()
                    response.read()
                    answers[response.status] = response.headers["Connection"]
                    if response.status == 429:
                        break
        assert answers == {503: "keep-alive", 429: "close"}


def read_processor_seconds(front: Front) -> float:
    """Return the processor time that nginx's workers have used."""
    master = int((front.access_log.parent / "nginx.pid").read_text())
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    times = [Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[11:13] for worker in workers]
    return sum(int(time) for pair in times for time in pair) / os.sysconf("SC_CLK_TCK")


def test_one_network_has_few_whole_answers_at_once(front_alone: Front) -> None:
    """nginx keeps what is read slowly in a folder, and a whole answer may be a hundred times as long as compressed."""
    with ExitStack() as opened:
        for _time in range(40):
            begin_request(opened, front_alone)
        assert ask_for_one_more(opened, front_alone) == 429
        compressed = {"Accept-Encoding": "gzip, br"}
        assert ask_for_one_more(opened, front_alone, f"{NOTE}note.pdf?z=1", **compressed) == 429
        answered = begin_request(opened, front_alone, **compressed, **{"Content-Length": "1"})
        assert answered.getresponse().status == 503  # nothing runs behind it


def measure_processor_seconds(front: Front, path: str, headers: dict[str, str]) -> float:
    """Return the processor time that ten requests take nginx, whatever else runs on the machine."""
    begun = read_processor_seconds(front)
    with closing(open_connection(front)) as connection:
        for _time in range(10):
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
            assert response.status == 503  # nothing runs behind it
    return read_processor_seconds(front) - begun


@pytest.mark.parametrize("sign", ["a", ",", " ,", "br;q=0.0", '"', "/.", "?", "|"])
def test_long_requests_take_nginx_a_moment(tmp_path: Path, sign: str) -> None:
    """A process of nginx does one thing at a time: everybody waits while it compares a text with its expressions.

    Each took twenty milliseconds, so that a few kilobytes a second were enough to delay all pages for seconds.
    """
    names = {*re.findall(r"\$http_(\w+)", (ROOT / "deploy/nginx/nginx.conf.template").read_text())}
    assert {"accept", "accept_language", "if_none_match", "origin"} <= names
    path = "/api/v1/meetings/?"
    with start_front(tmp_path, public=find_free_port(), editor=find_free_port()) as front:  # for the limit of requests
        for length in (5_900, 15_000):
            text = (sign * length)[:length]
            assert measure_processor_seconds(front, path + text.replace(" ", "+"), {}) < 0.08, length
            for name in names - {"user_agent"}:
                headers = {name.replace("_", "-"): text}
                assert measure_processor_seconds(front, path, headers) < 0.08, (name, length)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_long_host_is_refused_in_a_moment(front_alone: Front, scheme: str) -> None:
    """Thirty a second were enough to occupy a worker of nginx: nothing limits requests for unknown hosts."""
    begun = read_processor_seconds(front_alone)
    for name in ("evil.example", "press.example"):
        answers = [front_alone.ask("/", host="a." * 7_000 + name, scheme=scheme) for _time in range(20)]
        assert {answer.status for answer in answers} == {421}
    assert read_processor_seconds(front_alone) - begun < 0.5


class TestLongBodies:
    """nginx keeps a body in a file until all of it has arrived. Forty from one address took the whole site away."""

    ADDRESSES = {"/admin/x": 60, "/admin/meetings/meeting/x/change/picture/": 6}

    def begin(
        self, front: Front, path: str, host: str = EDITORS, sent: int = 1_000_000, client: str = "192.0.2.1"
    ) -> HTTPConnection:
        """Send the first of two million bytes. Only `probed_front` believes who the client is."""
        connection = open_connection(front)
        connection.putrequest("POST", path, skip_host=True)
        for name, value in {"Host": host, "X-Client": client, "Content-Length": "2000000"}.items():
            connection.putheader(name, value)
        connection.endheaders(b"x" * sent)
        return connection

    @pytest.mark.parametrize("path", ADDRESSES)
    def test_readers_hosts_wait_for_none(self, front_alone: Front, path: str) -> None:
        with closing(self.begin(front_alone, path, HOST)) as connection:
            assert connection.getresponse().status == 404

    @pytest.mark.parametrize(("path", "at_once"), ADDRESSES.items())
    def test_one_customer_sends_few_at_once(self, probed_front: Front, path: str, at_once: int) -> None:
        for _time in range(5):  # where the machine stands still for 15 seconds, nginx ends the bodies that it waits for
            with ExitStack() as opened:
                for number in range(at_once):
                    client = f"2001:db8:77:{number:x}::1"
                    opened.enter_context(closing(self.begin(probed_front, path, client=client)))
                if refused := self.ask_for_one_more(probed_front, path):
                    assert probed_front.ask("/en/", x_client="2001:db8:77::1").status == 503  # nothing runs behind it
                    break
        assert refused == 429

    def ask_for_one_more(self, front: Front, path: str) -> int | None:
        """Return the status of the answer, None if nginx waits for the body."""
        for _time in range(10):  # nginx closes the connection, and what it has not read may displace its answer
            with closing(self.begin(front, path, sent=0, client="2001:db8:77:fff::1")) as connection:
                connection.sock.settimeout(5)
                with suppress(ConnectionResetError):
                    try:
                        return connection.getresponse().status
                    except TimeoutError:
                        return None
            time.sleep(0.1)
        return None


class PortEcho(BaseHTTPRequestHandler):
    """A site that says from which port of nginx each request comes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = str(self.client_address[1]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()


class NamesPictures(BaseHTTPRequestHandler):
    """A site that lets nginx send a picture, which is missing."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("X-Accel-Redirect", "/_media/images/ab/abc/480.webp")
        self.end_headers()


def test_no_log_reveals_links_of_pictures_in_previews_or_is_filled_with_long_headers(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), NamesPictures) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        with start_front(tmp_path, public=site.server_port, editor=site.server_port) as front:
            for path in ("/preview/secret/images/abc/480.webp", "/%70review/secret/images/abc/480.webp"):
                assert front.ask(path, host=EDITORS).status == 404
            assert front.ask("/images/abc/480.webp", user_agent="\x01" * 5_000).status == 404
            [line] = front.wait_for_log("GET /images/abc/480.webp HTTP/1.1")
            assert len(line) < 2_000
            assert not [log for log in tmp_path.rglob("*.log") if "secret" in log.read_text()]
        site.shutdown()


def test_each_request_of_editors_has_a_connection_of_its_own(tmp_path: Path) -> None:
    """The site closed those of long forms that it refused, when nginx had just sent the form of an editor on one."""
    with ThreadingHTTPServer(("127.0.0.1", 0), PortEcho) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        with start_front(tmp_path, public=find_free_port(), editor=site.server_port) as front:
            ports = [front.ask("/admin/", host=EDITORS, method=method).body for method in ("GET", "POST", "POST")]
        site.shutdown()
    assert len({*ports}) == 3


class TestPictures:
    def test_nginx_sends_a_picture_while_it_is_public(self, stack: Stack, tmp_path: Path) -> None:
        """And no other file to which somebody who took over the editors' process lets a link lead."""
        digest = stack.editor.run_code(MAKE_PICTURE)
        path, file = f"/images/{digest}/480.webp", f"images/{digest[:2]}/{digest}/480.webp"
        assert stack.ask(path).status == 404
        stack.editor.run_code(PUBLISH_PICTURE)
        answer = stack.ask(path)
        assert answer.raw == (stack.editor.app / "media" / file).read_bytes()
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/webp")
        assert answer.headers.get_all("Cache-Control") == ["no-cache"]
        usual = stack.ask(NOTE).headers
        for name in ("Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
            assert answer.headers.get_all(name) == usual.get_all(name)
        assert answer.headers["Last-Modified"] is None
        again = stack.ask(path, if_none_match=answer.headers["ETag"])
        assert (again.status, again.raw) == (304, b"")
        assert "X-Accel-Redirect" not in answer.headers
        for hidden in (f"/_media/{file}", f"/media/{file}", "/_media/", f"/_media/../media/{file}"):
            assert stack.ask(hidden).status == 404, hidden
        assert digest in stack.ask("/en/topics/pictures/").body
        # for PDF files, the public process gets it from nginx: it has no access to the folder
        read = f"from meetings.images.store import read_image_file as read; print(read('{digest}', '480.jpg')[:2])"
        assert stack.public.run_code(read) == r"b'\xff\xd8'"
        stored, secret = stack.editor.app / "media" / file, tmp_path / "secret"
        secret.write_text("a file that only nginx can read")
        kept = stored.rename(tmp_path / "picture")
        stored.symlink_to(secret)
        assert stack.ask(path).status == 404
        stored.unlink()
        missing = stack.ask(path)
        assert (missing.status, missing.headers.get_all("Cache-Control")) == (404, ["no-cache"])
        assert missing.headers.get_all("X-Content-Type-Options") == ["nosniff"]
        kept.rename(stored)
        stack.editor.run_code(WITHDRAW_PICTURE)
        assert stack.ask(path).status == 404
        assert stack.ask(path, if_none_match=answer.headers["ETag"]).status == 404


class TestDump:
    """The file with everything that is public."""

    def test_nginx_sends_the_file_while_it_is_what_is_public(self, stack: Stack) -> None:
        path = "/api/v1/dump/public.ndjson.gz"
        absent = stack.ask(path)
        assert (absent.status, absent.headers["Retry-After"]) == (503, "60")
        time.sleep(2)  # a dump is as of an instant at which nothing of another test can appear any more
        stack.public.run(["python", "manage.py", "update_dump"])
        stack.public.run_code(CHECK_DUMP)
        about, answer = json.loads(stack.ask("/api/v1/dump/").body), stack.ask(path)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/gzip")
        assert hashlib.sha256(answer.raw).hexdigest() == about["sha256"]
        assert (len(answer.raw), answer.headers["ETag"]) == (about["size"], f'"{about["sha256"]}"')
        assert f"https://{HOST}{NOTE}".encode() in gzip.decompress(answer.raw)
        usual = stack.ask("/api/v1/dump/").headers
        for name in ("Strict-Transport-Security", "X-Content-Type-Options", "Cache-Control", "Link", "API-Version"):
            assert answer.headers.get_all(name) == usual.get_all(name), name
        assert (answer.headers["Last-Modified"], answer.headers["X-Accel-Redirect"]) == (None, None)
        rest = stack.ask(path, range="bytes=100-")
        assert (rest.status, rest.raw) == (206, answer.raw[100:])
        assert stack.ask(path, if_none_match=answer.headers["ETag"]).status == 304
        head = stack.ask(path, method="HEAD")
        assert (head.status, head.headers["Content-Length"]) == (200, str(about["size"]))
        for hidden in (f"/_dump/{about['sha256']}.ndjson.gz", "/_dump/", "/dump/current.json"):
            assert stack.ask(hidden).status == 404, hidden
        for code in ("JHA2", "JHA"):
            stack.editor.run_code(CHANGE_REFERENCE_DATA.format(code=code))
            time.sleep(2)
            assert stack.ask(path).status == (503 if code == "JHA2" else 200), code


class TestUnavailable:
    """Tests without a running web process."""

    def test_readers_get_an_error_page(self, front_alone: Front, stack: Stack, nu_checker: NuChecker) -> None:
        answer = front_alone.ask(NOTE)
        assert answer.status == 503
        assert answer.body == (ROOT / "deploy/nginx/unavailable.html").read_text()
        assert (answer.headers["Cache-Control"], answer.headers["Retry-After"]) == ("no-store", "30")
        assert nu_checker(answer.body) == []
        usual = stack.ask(NOTE).headers
        names = ["Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"]
        for name in [*names, "Permissions-Policy"]:
            assert answer.headers[name] == usual[name]

    def test_error_page_is_accessible(self, front_alone: Front, open_page: PageOpener) -> None:
        address = f"https://{HOST}:{front_alone.ports['https']}{NOTE}"
        for width, colours in ((1280, "light"), (320, "dark")):
            page = open_page(address, width=width, colour_scheme=colours, ignore_https_errors=True)  # type: ignore[arg-type]
            assert page.get_by_role("link", name="Try again").get_attribute("href") == ""
            assert run_axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert [problem for problem in open_page.problems if "503" not in problem] == []
        open_page.problems.clear()

    def test_submitted_form_gets_the_error_page(self, front_alone: Front) -> None:
        assert front_alone.ask("/admin/login/", method="POST", body="a=b").status == 503

    def test_long_note_gets_it_too(self, front_alone: Front) -> None:
        """The editor would say that the note is too long if the answer were a 413."""
        path = "/admin/meetings/meeting/x/change/save/"
        answer = front_alone.ask(path, host=EDITORS, method="POST", body="x" * 2_000_000)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
        assert front_alone.ask("/admin/login/", host=EDITORS, method="POST", body="x" * 100_000).status == 413

    def test_programs_get_a_problem(self, front_alone: Front) -> None:
        answer = front_alone.ask("/api/v1/meetings/")
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = json.loads(answer.body)
        assert problem["status"] == answer.status == 503
        assert problem["type"] == "/api/problems/unavailable/"
        assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("30", "no-store")
        assert re.fullmatch("[0-9a-f]{32}", problem["request_id"])
        assert answer.headers.get_all("X-Request-Id") == [problem["request_id"]]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_error_page_has_no_address_of_its_own(self, front_alone: Front) -> None:
        assert front_alone.ask("/unavailable.html").status == 404
        assert front_alone.ask("/nginx.conf.template").status == 503


class TestDatabase:
    def test_connections_that_never_sign_in_leave_the_database_to_editors(self, stack: Stack) -> None:
        """Whoever has the readers' process needs no password for them."""
        host, port = stack.database.limited.split(":")
        [[most]] = stack.database.query("SELECT setting::int FROM pg_settings WHERE name = 'max_connections'")
        with ExitStack() as clients:
            for _number in range(most + 20):
                client = clients.enter_context(socket.create_connection((host, int(port)), timeout=10))
                with suppress(ConnectionError):
                    client.sendall(SIGN_IN_TO_POSTGRESQL)
            time.sleep(0.5)
            assert stack.editor.run_code("from meetings.models import Edition; print(Edition.objects.count())") != "0"
            assert stack.database.query("SELECT 1") == [(1,)]
        stack.public.connect().close()

    def test_sessions_that_their_clients_have_left_count_too(self, stack: Stack) -> None:
        """PostgreSQL ends them only once their statement is done, and nginx does not count them any more."""
        limits = stack.database.query("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'council_public'")
        assert limits == [(int(stack.public.environment()["READERS_CONNECTIONS"]),)]

    def test_health_check_takes_no_connection_of_readers(self, stack: Stack) -> None:
        with socket.create_connection(("127.0.0.1", stack.database.limit_health), timeout=10) as client:
            assert client.recv(100) == b"ok"

    def test_statement_that_needs_more_memory_than_there_is_fails_alone(self, stack: Stack) -> None:
        """PostgreSQL would end the sessions of everybody if the machine ended one."""
        with closing(stack.public.connect()) as session, session.cursor() as cursor:
            cursor.execute("SET work_mem = '2GB'")
            with pytest.raises(psycopg2.OperationalError, match="out of memory"):
                cursor.execute(
                    "SELECT count(DISTINCT repeat(number::text, 2000)) FROM generate_series(1, 40000) number"
                )
            session.rollback()
            cursor.execute("SELECT 1")

    def test_database_requires_the_password(self, stack: Stack) -> None:
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(stack.editor.environment()["DATABASE_URL"], password="wrong")

    def test_editors_wait_for_no_lock_and_hold_none_for_ever(self, stack: Stack) -> None:
        """If one process freezes within a publication, another one can stop it."""
        limits = {
            "lock_timeout": "50s",
            "idle_in_transaction_session_timeout": "1min",
            "client_connection_check_interval": "5s",
        }
        for setting, value in limits.items():
            show = f"from django.db import connection; c = connection.cursor(); c.execute('SHOW {setting}'); "
            assert stack.editor.run_code(f"{show}print(c.fetchone()[0])") == value

    def test_owner_of_the_tables_is_no_superuser(self, stack: Stack) -> None:
        assert stack.database.query("SELECT rolsuper FROM pg_roles WHERE rolname = 'council'") == [(False,)]

    @pytest.mark.parametrize("name", ["postgres", "template1"])
    def test_public_role_enters_no_other_database(self, stack: Stack, name: str) -> None:
        variables = stack.public.environment()
        url = variables["DATABASE_URL"].replace("/council", f"/{name}")
        with pytest.raises(psycopg2.OperationalError, match=r"no pg_hba\.conf entry"):
            psycopg2.connect(url, password=variables["PGPASSWORD"])

    def test_public_role_cannot_hold_up_the_owner(self, stack: Stack) -> None:
        """And the command warns of nothing, as it does about what only a superuser can close."""
        with closing(stack.public.connect()) as session:
            session.cursor().execute("SELECT FROM meetings_edition")
            assert stack.prepare.run(["python", "manage.py", "database_roles"]).stderr == ""
            with pytest.raises(psycopg2.OperationalError):
                session.cursor().execute("SELECT FROM meetings_edition")
        memberships = stack.database.query(
            "SELECT FROM pg_auth_members WHERE member = 'council'::regrole AND pg_has_role(member, roleid, 'USAGE')"
        )
        assert memberships == []

    @pytest.mark.parametrize("process", ["public", "editor"])
    @pytest.mark.parametrize("table", ["public.meetings_edition", "pg_catalog.pg_authid"])
    @pytest.mark.parametrize(
        ("kind", "definition"),
        [
            ("RULE", "unwanted AS ON INSERT TO {} DO NOTHING"),
            ("TRIGGER", "unwanted BEFORE INSERT ON {} EXECUTE FUNCTION suppress_redundant_updates_trigger()"),
        ],
    )
    def test_roles_wait_for_no_lock_that_stops_everybody(
        self, stack: Stack, process: str, table: str, kind: str, definition: str
    ) -> None:
        """PostgreSQL takes the lock of these two before it asks for the right."""
        service = getattr(stack, process)
        with ExitStack() as opened:
            holding, waiting = (opened.enter_context(closing(service.connect())) for _ in range(2))
            holding.cursor().execute(f"PREPARE kept AS DELETE FROM {table}")
            waiting.cursor().execute("SET lock_timeout = 1000; SET default_transaction_read_only = off")
            waiting.commit()
            with pytest.raises(psycopg2.errors.InsufficientPrivilege, match=f"may not use CREATE {kind}"):
                waiting.cursor().execute(f"CREATE {kind} {definition.format(table)}")

    def test_backup_leaves_out_what_only_a_superuser_restores(self, stack: Stack) -> None:
        """Such as the event trigger that refuses rules."""
        command = [str(Path(postgres.find_psql()).with_name("pg_dump")), "--schema-only", stack.database.owner]
        dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        assert "CREATE TABLE readers.meetings_edition" in dump
        assert "EVENT TRIGGER" not in dump
        assert "council_refuse_definitions" not in dump

    def test_nothing_is_written_outside_the_database(self, stack: Stack) -> None:
        stack.ask(NOTE)
        assert not Path(stack.public.environment()["VAR_DIR"]).exists()

    def test_each_process_uses_its_own_role(self, stack: Stack) -> None:
        seen: set[str] = set()
        for number in range(10):  # a connection may just have been closed
            for path, host in ((f"/en/search/?q=roles{number}", HOST), ("/admin/login/", EDITORS)):
                assert stack.ask(path, host=host).status == 200
            rows = stack.database.query("SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'council'")
            seen |= {role for (role,) in rows}
            if len(seen - {"postgres"}) == 2:
                break
        assert seen - {"postgres"} == {"council_public", "council_editor"}


class TestPublicProcess:
    def test_public_process_refuses_another_role(self, stack: Stack) -> None:
        borrowed = {name: stack.prepare.environment()[name] for name in ("DATABASE_URL", "PGPASSWORD")}
        done = stack.public.run(["python", "manage.py", "check"], check=False, **borrowed)
        assert done.returncode == 1
        assert "this database role is not the public one" in done.stderr
        assert "may create roles" in done.stderr
        assert "manage.py database_roles" in done.stderr

    def test_public_process_has_no_editor_addresses(self, stack: Stack) -> None:
        assert public_process(stack).ask(NOTE, **FORWARDED_HEADERS).status == 200
        for path in ("/admin/", "/admin/login/", "/admin", "/preview/x/"):
            assert public_process(stack).ask(path, **FORWARDED_HEADERS).status == 404

    def test_each_process_works_without_the_other(self, stack: Stack, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        with start_front(tmp_path / "a", public=stack.public.port, editor=find_free_port()) as front:
            assert (front.ask(NOTE).status, front.ask("/admin/login/", host=EDITORS).status) == (200, 503)
            assert front.ask("/preview/x/", host=EDITORS).status == 503
            assert front.ask(NOTE, host=EDITORS).status == 503
        with start_front(tmp_path / "b", public=find_free_port(), editor=stack.editor.port) as front:
            assert (front.ask(NOTE).status, front.ask("/admin/login/", host=EDITORS).status) == (503, 200)
            assert front.ask(NOTE, host=EDITORS).headers["Location"] == f"https://{HOST}{NOTE}"

    def test_commands_of_the_public_process_do_not_write(self, stack: Stack) -> None:
        done = stack.public.run(["python", "manage.py", "createsuperuser"], check=False)
        assert done.returncode == 2
        assert "docker compose exec editor python manage.py createsuperuser" in done.stderr


def test_restart_interrupts_no_answer(stack: Stack) -> None:
    """During a restart, readers get complete pages or the error page, and pages again afterwards."""
    page, statuses, stopping = stack.ask(NOTE).body, Counter[int](), threading.Event()

    def keep_asking() -> None:
        while not stopping.is_set():
            answer = stack.ask(NOTE, if_range='""')  # which nginx does not answer from what it keeps
            statuses[answer.status if answer.status != 200 or answer.body == page else 0] += 1
            time.sleep(0.05)  # nginx refuses more than a hundred requests a second of one address

    readers = [threading.Thread(target=keep_asking) for _reader in range(2)]
    for reader in readers:
        reader.start()
    time.sleep(0.5)
    assert stack.public.stop() == 0
    stack.public.start()
    time.sleep(0.5)
    stopping.set()
    for reader in readers:
        reader.join()
    assert set(statuses) == {200, 503}
    assert stack.ask(NOTE).status == 200


SCHEDULE_HIDDEN = """
import datetime as dt
from tests import actions
from tests.leaks.subjects import create_hidden_subjects
actions.schedule(*create_hidden_subjects(), at=dt.datetime.fromtimestamp({instant}, dt.UTC))
"""
WITHDRAW_HIDDEN = """
from meetings.models import Meeting
from tests import actions
from tests.leaks.names import build_id
print(actions.withdraw(Meeting.objects.get(pk=build_id("hidden", "meeting"))).available_from.timestamp())
"""


def test_all_pages_and_feeds_change_within_a_second(stack: Stack) -> None:
    """At the end of an embargo and at a withdrawal. `test_moved_clock.py` moves the clock by hours."""
    with watch_surfaces(stack, WATCHED_PATHS) as watch:
        watch.wait_for_full_round()
        stack.editor.run_code("from tests.leaks import subjects")  # a process starts, which takes seconds
        embargo = int(time.time()) + 8
        stack.editor.run_code(SCHEDULE_HIDDEN.format(instant=embargo))
        watch.assert_changed(embargo, to=True)
    with watch_surfaces(stack, MEETING_PATHS) as watch:
        watch.wait_for_full_round()
        withdrawal = float(stack.editor.run_code(WITHDRAW_HIDDEN))
        watch.assert_changed(withdrawal, to=False)
    assert stack.ask(f"/en/meetings/jha/{HIDDEN['dates'][0]}/").status == 410
