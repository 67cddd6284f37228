"""`manage.py dump_public`: everything that is live in one file, which says itself whether it is whole."""

import hashlib
import json
import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from django.core.management import CommandError, call_command
from msgspec.structs import replace

from council.dump import DOCUMENTS
from meetings.documents.legible import READ_BEFORE
from meetings.editions import freeze
from meetings.models import Edition, EditionDocument, StoredDocument, Suppression
from meetings.vocabulary import Language
from tests.cast import DAY, MINUTE, PRESS_DAY, SECOND, make_meeting, many_documents, meeting_document, named, publish
from tests.cast import withdraw as withdrawn
from tests.council.api.published import publish_one_of_each
from tests.council.test_settings import ROOT
from tests.publicity import Visitor, guards_lifted, public_reading

BASE = "http://testserver/"
ENVELOPE = ("url", "html_url", "edition", "languages", "published_at", "modified_at", "digest", "change_note")


def dump(**options: Any) -> list[dict[str, Any]]:
    """What the command prints, which nothing but public tables may be read for."""
    out = StringIO()
    with public_reading():
        call_command("dump_public", **{"base_url": BASE, "stdout": out, "stderr": StringIO()} | options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def of(lines: list[dict[str, Any]], *resources: str) -> list[Any]:
    return [line["answer"] for line in lines if line["resource"] in resources]


def verdict(file: Path) -> str:
    """What the recipe of docs/api.md says."""
    recipes = re.findall(r"```python\n(.*?)```", (ROOT / "docs/api.md").read_text(), re.DOTALL)
    [recipe] = [one for one in recipes if "NOT whole" in one]
    command = [sys.executable, "-c", recipe, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(
        "given", ["", "agenda.example.eu", "https://example.eu/path/", "https://a b/", "javascript:"]
    )
    def test_addresses_need_to_know_where_the_site_is(self, given: str) -> None:
        with pytest.raises(CommandError, match="say where the site is") as refusal:
            dump(base_url=given)
        assert refusal.value.returncode == 2

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ("2060-09-14 10:00", "lies in the future"),
            ("2060-09-15 10:00", "lies in the future"),
            ("today", "is not a time"),
        ],
    )
    def test_nothing_to_come_and_no_time_that_cannot_be_read(self, clock: Any, given: str, told: str) -> None:
        with pytest.raises(CommandError, match=told):
            dump(as_of=given)

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="cannot be written: No such file"):
            dump(output=tmp_path / "nowhere" / "all.ndjson")

    def test_a_reader_that_stops_before_the_end_is_told_of_once(self, clock: Any) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as pipe, pytest.raises(CommandError, match=r"rest of the dump .*: Broken pipe"):
            dump(stdout=pipe)

    def test_a_dump_that_fails_leaves_the_old_one(
        self, tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "all.ndjson"
        dump(output=file)
        old = file.read_bytes()
        monkeypatch.setattr("council.dump.reference", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            dump(output=file)
        assert file.read_bytes() == old
        assert sorted(path.name for path in tmp_path.iterdir()) == ["all.ndjson", "all.ndjson.sha256"]


@pytest.mark.django_db
class TestTheFile:
    def test_a_site_without_anything_published_is_a_whole_dump(self, clock: Any) -> None:
        lines = dump()
        assert [line["resource"] for line in lines] == ["dump", "end"]
        assert lines[0]["answer"]["as_of"] == "2060-09-14T07:59:59Z"
        assert lines[0]["answer"]["licence"]["url"] == "https://creativecommons.org/licenses/by/4.0/"

    def test_each_line_is_what_the_api_answers(self, visitor: Visitor, clock: Any) -> None:
        publish_one_of_each(clock)
        lines = dump()
        for resource in ("meetings", "topics", "configurations", "presidencies"):
            found = of(lines, resource)
            assert found
            for answer in found[:: max(1, len(found) // 20)]:
                address = answer["url"].removeprefix(f"{BASE}api/v1/")
                assert visitor.json(f"{address}?lang={answer['language']}") == answer

    def test_a_copy_can_be_verified(self, clock: Any) -> None:
        publish_one_of_each(clock)
        answers = of(dump(), "meetings", "topics")
        assert len(answers) == 2
        for answer in answers:
            document = {name: value for name, value in answer.items() if name not in ENVELOPE}
            assert hashlib.sha256(rfc8785.dumps(document)).hexdigest() == answer["digest"]

    def test_every_language_has_a_line(self, clock: Any) -> None:
        source = meeting_document()
        french = replace(source, language=Language.FR, title="Conseil")
        freeze([source, french], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        assert [answer["title"] for answer in of(dump(), "meetings")] == [source.title, "Conseil"]

    def test_more_than_a_page_of_them_comes_whole_and_once(self, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("council.dump.PAGE", 2)
        for document in many_documents(5):
            freeze([document, replace(document, language=Language.FR)], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        found = [(answer["id"], answer["language"]) for answer in of(dump(), "meetings")]
        assert len(found) == len(set(found)) == 10
        assert DOCUMENTS.names[0] == "edition__listed_on"

    def test_it_is_put_in_its_place_with_its_digest_beside_it(self, tmp_path: Path, clock: Any) -> None:
        publish_one_of_each(clock)
        file = tmp_path / "all.ndjson"
        dump(output=file)
        assert verdict(file) == "whole"
        assert subprocess.run(["sha256sum", "-c", f"{file.name}.sha256"], cwd=tmp_path, check=False).returncode == 0

    def test_a_broken_transfer_shows(self, tmp_path: Path, clock: Any) -> None:
        publish_one_of_each(clock)
        dump(output=tmp_path / "all.ndjson")
        data = (tmp_path / "all.ndjson").read_bytes()
        lines = data.splitlines(keepends=True)
        broken = {
            "empty": b"",
            "without its end": b"".join(lines[:-1]),
            "cut off within a line": data[: len(data) // 2],
            "cut off within a letter": data[: data.index("é".encode()) + 1],
            "cut off within the end": data[:-10],
            "without the last line end": data[:-1],
            "a line short": b"".join(lines[:1] + lines[2:]),
            "altered": data.replace(b"Resettlement", b"Resettlemint"),
            "twice": data + data,
            "no dump": b"<h1>Bad gateway</h1>\n",
        }
        for kind, each in broken.items():
            (tmp_path / "broken").write_bytes(each)
            assert verdict(tmp_path / "broken") == "NOT whole", kind

    def test_it_needs_no_option_where_the_site_knows_its_name(self, settings: Any, clock: Any) -> None:
        settings.ALLOWED_HOSTS, settings.SERVES_ELSEWHERE = ["agenda.example.eu"], True
        assert dump(base_url="")[0]["answer"]["changes"].startswith("https://agenda.example.eu/api/v1/changes/?cursor=")


@pytest.mark.django_db
class TestWhatIsInIt:
    def test_nothing_withdrawn_or_still_to_come_and_no_past(self, clock: Any) -> None:
        meeting, gone = make_meeting(title="First"), make_meeting("env", title="Zanzibar")
        publish(meeting, gone)
        clock.move_to(PRESS_DAY + MINUTE)
        withdrawn(gone, reason="Too early.")
        type(meeting).objects.filter(pk=meeting.pk).update(title="Second")
        publish(meeting)
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        publish(make_meeting("agrifish", title="Zanzibar"), at=PRESS_DAY + DAY)
        lines = dump()
        assert [(answer["title"], answer["edition"]) for answer in of(lines, "meetings")] == [("Second", 2)]
        assert "Zanzibar" not in json.dumps(lines)

    def test_an_earlier_state_without_what_was_withdrawn_or_taken_out_since(self, clock: Any) -> None:
        meeting, gone, closed = make_meeting(title="First"), make_meeting("env"), make_meeting("agrifish", title="Old")
        publish(meeting, gone, closed)
        clock.move_to(PRESS_DAY + MINUTE)
        withdrawn(gone, reason="Too early.")
        for one in (meeting, closed):
            type(one).objects.filter(pk=one.pk).update(title="Second")
        publish(meeting, closed)
        clock.move_to(PRESS_DAY + DAY)
        first = Edition.objects.filter(subject_id=closed.pk).earliest("available_from")
        Suppression.objects.create(edition=first, reason="A name.", at=PRESS_DAY + MINUTE)
        lines = dump(as_of="2060-09-14 10:00:30")
        assert [(answer["title"], answer["edition"]) for answer in of(lines, "meetings")] == [("First", 1)]

    def test_the_changes_go_on_where_it_ends(self, visitor: Visitor, clock: Any) -> None:
        publish(make_meeting())
        clock.move_to(PRESS_DAY + MINUTE)
        lines = dump()
        address = lines[0]["answer"]["changes"]
        assert visitor.get(address).json()["results"] == []
        publish(make_meeting("env"))
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        [change] = visitor.get(address).json()["results"]
        assert change["html_url"].endswith("/meetings/env/2060/09/14/")

    def test_what_appeared_within_the_margin_is_left_to_the_changes(self, visitor: Visitor, clock: Any) -> None:
        [edition] = publish(make_meeting())
        clock.move_to(edition.available_from)
        lines = dump()
        assert of(lines, "meetings") == []
        clock.move_to(edition.available_from + 2 * SECOND)
        assert len(visitor.get(lines[0]["answer"]["changes"]).json()["results"]) == 1

    def test_it_takes_a_query_a_page_and_no_more_for_more_languages(self, clock: Any) -> None:
        source = meeting_document(id=named("a"))
        freeze([source], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        with public_reading() as reading:
            call_command("dump_public", base_url=BASE, stdout=StringIO(), stderr=StringIO())
        assert len([statement for statement in reading.statements if "meetings_editiondocument" in statement]) == 3


@pytest.mark.once
class TestWhatIsBroken:
    def test_one_bad_record_does_not_take_the_others_down(
        self, committed: None, clock: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        READ_BEFORE.clear()  # another test may have read the very same text
        publish_one_of_each(clock)
        bad = EditionDocument.objects.get(edition__subject_type="meeting")
        with guards_lifted():
            StoredDocument.objects.filter(pk=bad.document_id).update(text="[]")
        lines = dump()
        assert (of(lines, "meetings"), len(of(lines, "topics"))) == ([], 1)
        assert f"{bad.document_id} cannot be read" in caplog.text
