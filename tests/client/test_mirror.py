"""Test the example client of docs/client against a fake site."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import mirror
import pytest
from django.utils import timezone
from mirror import Mirror, PermanentError, Site, SiteUnavailable, compute_digest

from meetings.documents.choices import Language
from meetings.documents.encoding import compute_digest as digest_of_text
from meetings.documents.encoding import encode_document
from tests.client.fake_site import FakeSite
from tests.factories import DAY, make_full_document, make_uuid

pytestmark = pytest.mark.once
PROBLEM = {"Content-Type": "application/problem+json"}


@pytest.fixture(autouse=True)
def _files_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the copies, as the end of the program does. From Python 3.13 on, one that is left open is a warning."""
    connect, opened = sqlite3.connect, ExitStack()

    def open_file(file: Path, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
        return opened.enter_context(closing(connect(file, factory=factory, check_same_thread=False)))

    monkeypatch.setattr(sqlite3, "connect", open_file)
    with opened:
        yield


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def copy(site: FakeSite, tmp_path: Path, slept: list[float]) -> Callable[..., Mirror]:
    """Return a function that starts the client with the file as it is."""
    return lambda *languages: Mirror(Site(site.address, slept.append), tmp_path / "copy.sqlite3", languages)


def list_texts(copy: Mirror) -> dict[str, dict[str, str]]:
    """Return the titles in the copy by subject and language."""
    found: dict[str, dict[str, str]] = {}
    for id_, language, body in copy.db.execute("SELECT id, language, body FROM text ORDER BY id, language"):
        found.setdefault(id_, {})[language] = json.loads(body)["title"]
    return found


def list_notices(copy: Mirror) -> dict[str, Any]:
    rows = copy.db.execute("SELECT id, withdrawn FROM subject WHERE withdrawn != ''")
    return {id_: json.loads(notice)["reason"] for id_, notice in rows}


class TestFailingSite:
    def test_unavailable_site_is_tried_again_and_then_given_up(
        self, site: FakeSite, copy: Any, slept: list[float]
    ) -> None:
        site.faults = [(502, {}, b"<h1>Bad gateway</h1>")] * 5
        with pytest.raises(SiteUnavailable, match="answers 502"):
            copy().follow()
        assert slept == pytest.approx([1, 4, 15, 60], rel=0.5)
        copy().follow()

    def test_site_that_does_not_listen_is_away(self, tmp_path: Path) -> None:
        with pytest.raises(SiteUnavailable, match="ConnectionRefused"):
            Mirror(Site("http://127.0.0.1:9", lambda _pause: None), tmp_path / "copy").follow()

    @pytest.mark.parametrize("status", [429, 503])
    def test_retry_after_is_respected(self, site: FakeSite, copy: Any, slept: list[float], status: int) -> None:
        site.faults = [(status, {"Retry-After": "17"}, b"{}")]
        copy().follow()
        assert slept == [17]

    def test_retry_after_may_be_a_date_and_is_limited_to_an_hour(
        self, site: FakeSite, copy: Any, slept: list[float]
    ) -> None:
        until = format_datetime(timezone.now() + DAY, usegmt=True)
        site.faults = [(503, {"Retry-After": until}, b"{}"), (503, {"Retry-After": "soon"}, b"{}")]
        copy().follow()
        assert slept[0] == 3600
        assert slept[1] < 7

    @pytest.mark.parametrize(
        "fault",
        [
            (200, {}, b"<p>Welcome to the hotel's network"),
            (200, {"Content-Length": "1000"}, b'{"cut'),
            (200, {"Content-Encoding": "gzip"}, b"no gzip"),
            (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"),
        ],
        ids=["another page", "cut off", "not compressed", "cut off when compressed"],
    )
    def test_invalid_answer_is_requested_again(self, site: FakeSite, copy: Any, fault: Any) -> None:
        key = site.publish("a", en="One")
        site.faults = [fault]
        mirror = copy()
        mirror.follow()
        assert list_texts(mirror) == {key: {"en": "One"}}

    def test_a_text_with_a_wrong_digest_is_not_stored(self, site: FakeSite, copy: Any) -> None:
        key = site.publish("a", en="One")
        copy().follow()
        site.publish("a", en="Two")
        site.live[key]["en"]["title"] = "Forged"
        mirror = copy()
        with pytest.raises(SiteUnavailable, match="does not match its digest"):
            mirror.follow()
        assert list_texts(mirror) == {key: {"en": "One"}}
        site.live[key]["en"]["title"] = "Two"
        mirror.follow()
        assert list_texts(mirror) == {key: {"en": "Two"}}

    @pytest.mark.parametrize("is_known", [True, False])
    def test_failing_text_does_not_delay_others(
        self, site: FakeSite, copy: Any, slept: list[float], is_known: bool
    ) -> None:
        """An unreadable text is a 500 at its address until it is repaired."""
        before = {site.publish("a", en="One"): {"en": "One"}} if is_known else {}
        if is_known:
            copy().follow()
        broken = site.publish("a", en="Two", fr="Deux")
        other = site.publish("b", en="Other")
        site.broken.add(broken)
        for _start in range(2):
            mirror = copy()
            mirror.follow()
            assert list_texts(mirror) == before | {other: {"en": "Other"}}
            site.publish("b", en="Other")
        site.change_count += 1
        site.changes.append({**site.changes[0], "place": site.change_count})  # once more, and late
        mirror.follow()
        site.broken.clear()
        mirror.follow()
        assert list_texts(mirror)[broken] == {"en": "Two", "fr": "Deux"}
        site.requests.clear()
        mirror.follow()
        assert [path for path in site.take_requested_paths() if broken in path] == []
        assert slept == []

    def test_failing_text_can_be_withdrawn(self, site: FakeSite, copy: Any) -> None:
        key = site.publish("a", en="One")
        site.broken.add(key)
        mirror = copy()
        mirror.follow()
        site.withdraw("a", "Leaked.")
        site.broken.clear()
        for _time in range(2):
            mirror.follow()
            assert (list_texts(mirror), list_notices(mirror)) == ({}, {key: "Leaked."})

    def test_unknown_place_in_the_feed_is_refused(self, site: FakeSite, copy: Any) -> None:
        copy().follow()
        site.faults = [(400, PROBLEM, b'{"detail": "This cursor is not one that the API gave."}')]
        with pytest.raises(PermanentError, match="not one that the API gave"):
            copy().follow()

    def test_address_of_another_site_is_not_followed(self, site: FakeSite, copy: Any) -> None:
        site.faults = [(200, {}, b'{"next": "http://elsewhere.example/", "results": []}')]
        with pytest.raises(PermanentError, match="elsewhere"):
            copy().follow()

    @pytest.mark.parametrize("address", ["http://127.0.0.1:port/", "http://[", "http://agenda example/"])
    def test_invalid_address_is_refused_at_once(self, tmp_path: Path, slept: list[float], address: str) -> None:
        with pytest.raises(PermanentError, match=r"is not (a valid|the) address"):
            Mirror(Site(address, slept.append), tmp_path / "copy").follow()
        assert slept == []

    def test_copy_of_another_site_is_not_changed(self, site: FakeSite, copy: Any, tmp_path: Path) -> None:
        copy().follow()
        with pytest.raises(PermanentError, match="copy of another site"):
            Mirror(Site("https://other.example/"), tmp_path / "copy.sqlite3")


class TestConcurrentChanges:
    """Something changes between the page of the feed and the next request."""

    def test_withdrawn_text_is_deleted_before_its_notice_appears(self, site: FakeSite, copy: Any) -> None:
        key = site.publish("a", en="One")
        mirror = copy()
        mirror.follow()
        site.publish("a", en="Two")
        site.page = 1
        site.meanwhile[f"meetings/{key}/"] = lambda: site.withdraw("a", "Leaked.")
        mirror.follow()
        assert list_texts(mirror) == {}
        assert list_notices(mirror) == {key: "Leaked."}

    def test_superseded_edition_is_skipped(self, site: FakeSite, copy: Any) -> None:
        mirror = copy()
        mirror.follow()
        key = site.publish("a", en="One")
        site.meanwhile[f"meetings/{key}/"] = lambda: site.publish("a", en="Two", fr="Deux")
        site.page = 1
        mirror.follow()
        assert list_texts(mirror) == {key: {"en": "Two", "fr": "Deux"}}
        assert [path for path in site.take_requested_paths() if key in path] == [
            f"meetings/{key}/",
            f"meetings/{key}/?lang=fr",
        ]

    def test_languages_of_two_editions_are_not_mixed(self, site: FakeSite, copy: Any) -> None:
        mirror = copy()
        mirror.follow()
        key = site.publish("a", en="One", fr="Un")
        site.meanwhile[f"meetings/{key}/?lang=fr"] = lambda: site.publish("a", en="Two", fr="Deux")
        mirror.follow()
        assert list_texts(mirror) == {key: {"en": "Two", "fr": "Deux"}}

    def test_answer_older_than_the_change_is_not_stored(self, site: FakeSite, copy: Any, slept: list[float]) -> None:
        key = site.publish("a", en="One")
        mirror = copy()
        mirror.follow()
        old = json.dumps(site.live[key]["en"]).encode()
        site.publish("a", en="Two")
        site.meanwhile[f"meetings/{key}/"] = lambda: site.faults.append((200, {}, old))
        mirror.follow()
        assert list_texts(mirror) == {key: {"en": "Two"}}
        assert slept == [1]

    def test_change_without_its_subject_is_tried_later(self, site: FakeSite, copy: Any) -> None:
        mirror = copy()
        mirror.follow()
        key = site.publish("a", en="One")
        text = site.live.pop(key)
        with pytest.raises(SiteUnavailable, match="keeps changing, or is older than edition 1"):
            mirror.follow()
        site.live[key] = text
        mirror.follow()
        assert list_texts(mirror) == {key: {"en": "One"}}

    def test_number_of_a_cancelled_edition_may_be_used_again(self, site: FakeSite, copy: Any) -> None:
        key = site.publish("a", en="Called off", fr="Annulé")
        mirror = copy()
        mirror.follow()
        site.numbers.clear()
        site.publish("a", en="One")
        mirror.follow()
        assert list_texts(mirror) == {key: {"en": "One"}}

    def test_edition_published_between_the_lists_of_two_languages(self, site: FakeSite, copy: Any) -> None:
        """The first list is read before the edition and the second after it, and vice versa."""
        first, second = site.publish("a", en="One", fr="Un"), site.publish("b", en="Eins", fr="Une")
        site.meanwhile["meetings/?lang=fr&limit=100"] = lambda: site.publish("a", en="Two", fr="Deux", de="Zwei")
        site.meanwhile["changes/"] = lambda: site.publish("b", fr="Deuxième")
        mirror = copy()
        mirror.follow()
        assert list_texts(mirror) == {
            first: {"de": "Zwei", "en": "Two", "fr": "Deux"},
            second: {"fr": "Deuxième"},
        }

    def test_edition_after_a_withdrawal_published_between_the_lists(
        self, site: FakeSite, copy: Any, tmp_path: Path
    ) -> None:
        """The copy has half of edition 4 when the feed lists the withdrawal, which was edition 2."""
        key = site.publish("a", en="One")
        site.withdraw("a", "Leaked.")
        site.publish("a", en="Again", fr="Encore")
        site.meanwhile["meetings/?lang=fr&limit=100"] = lambda: site.publish("a", en="Two", fr="Deux")
        site.page = 1
        after_the_withdrawal = []
        site.meanwhile["changes/?cursor=2"] = lambda: after_the_withdrawal.append(
            sqlite3.connect(tmp_path / "copy.sqlite3")
            .execute("SELECT withdrawn, edition, languages FROM subject")
            .fetchall()
        )
        mirror = copy()
        mirror.follow()
        assert after_the_withdrawal == [[("", 4, '["en", "fr"]')]]
        assert (list_texts(mirror), list_notices(mirror)) == ({key: {"en": "Two", "fr": "Deux"}}, {})

    def test_withdrawal_may_have_the_number_of_a_cancelled_edition(self, site: FakeSite, copy: Any) -> None:
        key = site.publish("a", en="One")
        site.publish("a", en="Called off")
        mirror = copy()
        mirror.follow()
        site.numbers[key] = 1
        site.withdraw("a", "Leaked.")
        mirror.follow()
        assert (list_texts(mirror), list_notices(mirror)) == ({}, {key: "Leaked."})


class TestRepeatedChanges:
    """Changes that arrive twice, late or in another order do not alter the copy."""

    @pytest.fixture
    def all_changes(self, site: FakeSite) -> list[dict[str, Any]]:
        """Return all changes of the feed: `a` was withdrawn and published again, `b` is withdrawn."""
        changes = []
        for name in "ab":
            site.publish(name, en="One")
            changes += site.changes[-1:]
            site.withdraw(name, "Leaked.")
            changes += site.changes[-1:]
        site.publish("a", en="Again", fr="Encore")
        return [*changes, site.changes[-1]]

    @pytest.mark.parametrize("page", [1, 100])
    @pytest.mark.parametrize("first", range(5))
    def test_changes_may_arrive_in_any_order(
        self, site: FakeSite, copy: Any, all_changes: list[dict[str, Any]], first: int, page: int
    ) -> None:
        mirror = copy()
        mirror.follow()
        before = list(mirror.db.iterdump())
        site.page = page
        site.changes = [
            {**change, "place": 100 + place}
            for place, change in enumerate(reversed(all_changes[first:] + all_changes[:first]))
        ]
        mirror.follow()
        after = list(mirror.db.iterdump())
        assert [line for line in after if '"place"' not in line] == [line for line in before if '"place"' not in line]


class Killed(BaseException):
    """An exception that nothing handles."""


def kill_after(monkeypatch: pytest.MonkeyPatch, last: int) -> list[int]:
    """Kill the client before the n-th request or statement."""
    steps = [0]

    def step() -> None:
        steps[0] += 1
        if steps[0] == last:
            raise Killed

    class Connection(sqlite3.Connection):
        def execute(self, *arguments: Any) -> Any:
            step()
            return super().execute(*arguments)

    ask, connect = Site.ask, sqlite3.connect

    def counted_ask(self: Site, *arguments: Any) -> Any:
        step()
        return ask(self, *arguments)

    monkeypatch.setattr(Site, "ask", counted_ask)
    monkeypatch.setattr(sqlite3, "connect", lambda file: connect(file, factory=Connection))
    return steps


def test_copy_continues_wherever_it_is_killed(
    site: FakeSite, copy: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """After a kill at any request or statement, the copy has complete editions only, and never an outdated one."""
    a, b, c = (site.publish(name, en="One", fr="Un") for name in "abc")
    copy().follow()
    site.page = 2
    site.publish("a", en="Two")
    site.withdraw("b")
    site.publish("c", en="Two", fr="Deux")
    site.publish("d", kind="topic", fr="Une")
    after = {a: {"en": "Two"}, c: {"en": "Two", "fr": "Deux"}, str(make_uuid("d")): {"fr": "Une"}}
    whole = [{"en": "One", "fr": "Un"}, *after.values()]
    start = (tmp_path / "copy.sqlite3").read_bytes()
    number = 0
    while True:
        number += 1
        (tmp_path / "copy.sqlite3").write_bytes(start)
        with monkeypatch.context() as patch:
            kill_after(patch, number)
            try:
                dying = copy()
                dying.follow()
                break
            except Killed:
                pass
        again = copy()
        assert all(titles in whole for titles in list_texts(again).values()), number
        again.follow()
        assert list_texts(again) == after, number
        assert list_notices(again) == {b: "Sent too early."}
        again.db.close()
    assert number > 30


class TestCopy:
    def test_new_copy_is_filled_from_the_lists(self, site: FakeSite, copy: Any) -> None:
        a, b = site.publish("a", en="One", fr="Un"), site.publish("b", kind="topic", fr="Une")
        mirror = copy()
        mirror.follow()
        assert list_texts(mirror) == {a: {"en": "One", "fr": "Un"}, b: {"fr": "Une"}}
        lists = [f"{kind}s/?lang={language}&limit=100" for kind in ("meeting", "topic") for language in ("en", "fr")]
        assert site.take_requested_paths() == [*lists, "changes/"]

    def test_notice_from_before_the_copy_is_stored(self, site: FakeSite, copy: Any) -> None:
        key = site.publish("a", en="One")
        site.withdraw("a", "Leaked.")
        mirror = copy()
        mirror.follow()
        assert (list_texts(mirror), list_notices(mirror)) == ({}, {key: "Leaked."})
        site.publish("a", en="Again")
        mirror.follow()
        assert (list_texts(mirror), list_notices(mirror)) == ({key: {"en": "Again"}}, {})

    def test_withdrawn_text_does_not_remain_in_the_file(self, site: FakeSite, copy: Any, tmp_path: Path) -> None:
        site.publish("a", en="A text that nobody may read any more. " * 500)
        copy().follow()
        assert b"nobody may read" in (tmp_path / "copy.sqlite3").read_bytes()
        site.withdraw("a")
        copy().follow()
        assert b"nobody may read" not in (tmp_path / "copy.sqlite3").read_bytes()

    def test_removed_language_is_removed_from_the_copy(self, site: FakeSite, copy: Any) -> None:
        key = site.publish("a", en="One", fr="Un")
        mirror = copy()
        mirror.follow()
        site.publish("a", en="Two")
        mirror.follow()
        assert list_texts(mirror) == {key: {"en": "Two"}}

    def test_languages_can_be_chosen_at_each_start(self, site: FakeSite, copy: Any) -> None:
        a, b = site.publish("a", en="One", fr="Un"), site.publish("b", en="One")
        french = copy("fr")
        french.follow()
        assert list_texts(french) == {a: {"fr": "Un"}}
        site.publish("b", en="Two", fr="Deux")
        french.follow()
        assert list_texts(french) == {a: {"fr": "Un"}, b: {"fr": "Deux"}}
        english = copy("en")
        assert list_texts(english) == {}
        english.follow()
        assert list_texts(english) == {a: {"en": "One"}, b: {"en": "Two"}}

    def test_unchanged_site_takes_one_request(self, site: FakeSite, copy: Any) -> None:
        site.publish("a", en="One")
        mirror = copy()
        mirror.follow()
        mirror.follow()
        site.requests.clear()
        copy().follow()
        [(path, headers, status)] = site.requests
        assert (path, status) == ("/api/v1/changes/?cursor=1", 304)
        assert headers["Accept-Encoding"] == "gzip"

    def test_reference_data_is_in_the_languages_of_the_texts(self, site: FakeSite, copy: Any) -> None:
        site.publish("a", en="One", fr="Un")
        mirror = copy()
        mirror.follow()
        for _time in range(2):
            mirror.update_reference_data()
        site.names["fr"] = "Lettonie"
        site.requests.clear()
        mirror.update_reference_data()
        assert [status for _path, _headers, status in site.requests] == [304, 200, 304, 200]
        bodies = [json.loads(body) for [body] in mirror.db.execute("SELECT body FROM reference ORDER BY address")]
        assert [body["results"][0]["name"] for body in bodies] == ["Estonia", "Lettonie"] * 2

    def test_digest_agrees_with_rfc_8785(self) -> None:
        document = make_full_document(title='“\u007f\u2028\U0001f600\\"\n\x01é”')
        text = json.loads(encode_document(document))
        assert compute_digest({**text, "edition": 1, "digest": ""}) == digest_of_text(encode_document(document))


class TestCommand:
    @pytest.fixture(autouse=True)
    def at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mirror, "PAUSES", (0, 0))
        monkeypatch.setattr(mirror, "FEED_DELAY", 0)

    def run(self, site: FakeSite, tmp_path: Path, *options: str) -> int:
        return mirror.main([site.address, str(tmp_path / "copy.sqlite3"), *options])

    @pytest.mark.parametrize("named", ["xx", "en,xx", "en fr", "en&limit=1"])
    def test_unknown_language_is_refused_before_any_request(
        self, site: FakeSite, tmp_path: Path, capsys: Any, named: str
    ) -> None:
        with pytest.raises(SystemExit) as end:
            self.run(site, tmp_path, "--once", "--languages", named)
        assert end.value.code == mirror.NO_FILE
        assert "is not a language of the site. Use: bg, es, cs," in capsys.readouterr().err
        assert site.requests == []

    def test_languages_may_have_any_case_and_spaces(self, site: FakeSite, tmp_path: Path) -> None:
        site.publish("a", en="One", fr="Un", de="Eins")
        assert self.run(site, tmp_path, "--once", "--languages", "EN, fr ,") == mirror.IN_STEP
        with sqlite3.connect(tmp_path / "copy.sqlite3") as file:
            assert file.execute("SELECT language FROM text ORDER BY language").fetchall() == [("en",), ("fr",)]

    def test_languages_are_those_of_the_site(self) -> None:
        assert Language.values == mirror.LANGUAGES

    def test_verify_finds_no_differences(self, site: FakeSite, tmp_path: Path, capsys: Any) -> None:
        site.publish("a", en="One", fr="Un")
        assert self.run(site, tmp_path, "--once") == mirror.IN_STEP
        assert self.run(site, tmp_path, "--verify") == mirror.IN_STEP
        assert capsys.readouterr().out == "The copy matches the site.\n"

    def test_exit_code_reports_a_failing_text(self, site: FakeSite, tmp_path: Path) -> None:
        site.broken.add(site.publish("a", en="One"))
        assert self.run(site, tmp_path, "--once") == mirror.AWAY
        site.broken.clear()
        assert self.run(site, tmp_path, "--once") == mirror.IN_STEP

    def test_verify_reports_differences(self, site: FakeSite, tmp_path: Path, capsys: Any) -> None:
        a, b = site.publish("a", en="One", fr="Un"), site.publish("b", en="One")
        self.run(site, tmp_path, "--once")
        with sqlite3.connect(tmp_path / "copy.sqlite3") as file:
            file.execute("DELETE FROM text WHERE language = 'fr'")
            file.execute("UPDATE text SET body = replace(body, 'One', 'Two') WHERE id = ?", [b])
        assert self.run(site, tmp_path, "--verify") == mirror.DIFFERENT
        all_changes = sorted(capsys.readouterr().out.splitlines())
        assert [line.split(":")[0] for line in all_changes] == sorted([f"{a} in fr", f"{b} in en"])
        assert any("the copy nothing" in line for line in all_changes)
        assert any("which does not match its digest" in line for line in all_changes)

    def test_exit_codes(self, site: FakeSite, tmp_path: Path) -> None:
        site.faults = [(503, {}, b"")] * 3
        assert self.run(site, tmp_path, "--once") == mirror.AWAY
        site.faults = [(200, {}, b'["not", "as", "it", "should", "be"]')]
        assert self.run(site, tmp_path, "--once") == mirror.AWAY
        site.faults = [(404, {}, b"{}")]
        assert self.run(site, tmp_path, "--once") == mirror.REFUSED
        assert mirror.main(["agenda.example", str(tmp_path / "copy.sqlite3")]) == mirror.REFUSED
        assert mirror.main([site.address, str(tmp_path / "no folder" / "copy")]) == mirror.NO_FILE

    def test_command_runs_until_stopped(self, site: FakeSite, tmp_path: Path, monkeypatch: Any) -> None:
        pauses: list[float] = []

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 1:
                site.publish("a", en="One")
                site.faults = [(200, {}, b"{}")]
            if len(pauses) == 3:
                raise KeyboardInterrupt

        monkeypatch.setattr(time, "sleep", pause)
        assert self.run(site, tmp_path, "--every", "10") == mirror.IN_STEP
        assert all(9 <= seconds <= 11 for seconds in pauses)
        with sqlite3.connect(tmp_path / "copy.sqlite3") as file:
            assert file.execute("SELECT count(*) FROM text").fetchone() == (1,)
