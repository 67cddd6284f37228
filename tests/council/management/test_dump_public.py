"""Test `manage.py dump_public`."""

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

from council.public_dump.lines import DUMP_ORDERING
from meetings.documents.choices import Language
from meetings.documents.decoding import DECODED_KEYS
from meetings.editions.freezing import create_edition
from meetings.models import Edition, EditionDocument, StoredDocument, Suppression
from tests.council.api.published_samples import publish_one_of_each
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DAY,
    SECOND,
    make_documents,
    make_meeting,
    make_meeting_document,
    make_uuid,
    publish,
)
from tests.factories import withdraw as withdrawn
from tests.paths import ROOT
from tests.public_requests import Visitor, allow_public_reads, lifted_guards

BASE = "http://testserver/"
ENVELOPE = ("url", "html_url", "edition", "languages", "published_at", "modified_at", "digest", "change_note")


def run_dump(**options: Any) -> list[dict[str, Any]]:
    """Return the output of the command, which may only read public tables."""
    out = StringIO()
    with allow_public_reads():
        call_command("dump_public", **{"base_url": BASE, "stdout": out, "stderr": StringIO()} | options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def filter_by_resource(lines: list[dict[str, Any]], *resources: str) -> list[Any]:
    return [line["answer"] for line in lines if line["resource"] in resources]


def run_recipe(file: Path) -> str:
    """Return the output of the recipe in docs/api.md."""
    recipes = re.findall(r"```python\n(.*?)```", (ROOT / "docs/api.md").read_text(), re.DOTALL)
    [recipe] = [one for one in recipes if "NOT complete" in one]
    command = [sys.executable, "-c", recipe, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(
        "option", ["", "agenda.example.eu", "https://example.eu/path/", "https://a b/", "javascript:"]
    )
    def test_invalid_base_url_is_refused(self, option: str) -> None:
        with pytest.raises(CommandError, match="enter the address of the site") as refusal:
            run_dump(base_url=option)
        assert refusal.value.returncode == 2

    @pytest.mark.parametrize(
        ("option", "message"),
        [
            ("2060-09-14 10:00", "is in the future"),
            ("2060-09-15 10:00", "is in the future"),
            ("today", "is not a time"),
        ],
    )
    def test_future_or_invalid_times_are_refused(self, clock: Any, option: str, message: str) -> None:
        with pytest.raises(CommandError, match=message):
            run_dump(as_of=option)

    def test_missing_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="could not be written: No such file"):
            run_dump(output=tmp_path / "nowhere" / "all.ndjson")

    def test_closed_output_is_reported_once(self, clock: Any) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as pipe, pytest.raises(CommandError, match=r"rest of the dump .*: Broken pipe"):
            run_dump(stdout=pipe)

    def test_failed_dump_keeps_the_old_file(self, tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "all.ndjson"
        run_dump(output=file)
        old = file.read_bytes()
        monkeypatch.setattr("council.public_dump.lines.build_reference_answers", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_dump(output=file)
        assert file.read_bytes() == old
        assert sorted(path.name for path in tmp_path.iterdir()) == ["all.ndjson", "all.ndjson.sha256"]


@pytest.mark.django_db
class TestFile:
    def test_dump_of_an_empty_site_is_complete(self, clock: Any) -> None:
        lines = run_dump()
        assert [line["resource"] for line in lines] == ["dump", "end"]
        assert lines[0]["answer"]["as_of"] == "2060-09-14T07:59:59Z"
        assert lines[0]["answer"]["licence"]["url"] == "https://creativecommons.org/licenses/by/4.0/"

    def test_lines_are_answers_of_the_api(self, visitor: Visitor, clock: Any) -> None:
        publish_one_of_each(clock)
        lines = run_dump()
        for resource in ("meetings", "topics", "configurations", "presidencies"):
            found = filter_by_resource(lines, resource)
            assert found
            for answer in found[:: max(1, len(found) // 20)]:
                address = answer["url"].removeprefix(f"{BASE}api/v1/")
                assert visitor.get_json(f"{address}?lang={answer['language']}") == answer

    def test_lines_can_be_verified(self, clock: Any) -> None:
        publish_one_of_each(clock)
        answers = filter_by_resource(run_dump(), "meetings", "topics")
        assert len(answers) == 2
        for answer in answers:
            document = {name: value for name, value in answer.items() if name not in ENVELOPE}
            assert hashlib.sha256(rfc8785.dumps(document)).hexdigest() == answer["digest"]

    def test_each_language_has_a_line(self, clock: Any) -> None:
        source = make_meeting_document()
        french = replace(source, language=Language.FR, title="Conseil")
        create_edition([source, french], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        assert [answer["title"] for answer in filter_by_resource(run_dump(), "meetings")] == [source.title, "Conseil"]

    def test_several_pages_are_complete_without_repetition(self, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("council.public_dump.lines.PAGE_SIZE", 2)
        for document in make_documents(5):
            create_edition([document, replace(document, language=Language.FR)], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        found = [(answer["id"], answer["language"]) for answer in filter_by_resource(run_dump(), "meetings")]
        assert len(found) == len(set(found)) == 10
        assert DUMP_ORDERING.column_names[0] == "edition__listed_on"

    def test_file_is_written_with_its_digest(self, tmp_path: Path, clock: Any) -> None:
        publish_one_of_each(clock)
        file = tmp_path / "all.ndjson"
        run_dump(output=file)
        assert run_recipe(file) == "complete"
        assert subprocess.run(["sha256sum", "-c", f"{file.name}.sha256"], cwd=tmp_path, check=False).returncode == 0

    def test_broken_transfer_is_detected(self, tmp_path: Path, clock: Any) -> None:
        publish_one_of_each(clock)
        run_dump(output=tmp_path / "all.ndjson")
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
            assert run_recipe(tmp_path / "broken") == "NOT complete", kind

    def test_base_url_defaults_to_the_first_host(self, settings: Any, clock: Any) -> None:
        settings.ALLOWED_HOSTS, settings.SERVES_ELSEWHERE = ["agenda.example.eu"], True
        assert run_dump(base_url="")[0]["answer"]["changes"].startswith(
            "https://agenda.example.eu/api/v1/changes/?cursor="
        )


@pytest.mark.django_db
class TestContent:
    def test_dump_has_only_live_editions(self, clock: Any) -> None:
        meeting, gone = make_meeting(title="First"), make_meeting("env", title="Zanzibar")
        publish(meeting, gone)
        clock.move_to(PRESS_DAY + MINUTE)
        withdrawn(gone, reason="Too early.")
        type(meeting).objects.filter(pk=meeting.pk).update(title="Second")
        publish(meeting)
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        publish(make_meeting("agrifish", title="Zanzibar"), at=PRESS_DAY + DAY)
        lines = run_dump()
        assert [(answer["title"], answer["edition"]) for answer in filter_by_resource(lines, "meetings")] == [
            ("Second", 2)
        ]
        assert "Zanzibar" not in json.dumps(lines)

    def test_earlier_state_leaves_out_withdrawn_and_suppressed_texts(self, clock: Any) -> None:
        meeting, gone, closed = make_meeting(title="First"), make_meeting("env"), make_meeting("agrifish", title="Old")
        publish(meeting, gone, closed)
        clock.move_to(PRESS_DAY + MINUTE)
        withdrawn(gone, reason="Too early.")
        for one in (meeting, closed):
            type(one).objects.filter(pk=one.pk).update(title="Second")
        publish(meeting, closed)
        clock.move_to(PRESS_DAY + DAY)
        first = Edition.objects.filter(subject_id=closed.pk).earliest("available_from")
        Suppression.objects.create(edition=first, reason="A name.", at=PRESS_DAY + DAY)
        lines = run_dump(as_of="2060-09-14 10:00:30")
        assert [(answer["title"], answer["edition"]) for answer in filter_by_resource(lines, "meetings")] == [
            ("First", 1)
        ]

    def test_changes_continue_where_the_dump_ends(self, visitor: Visitor, clock: Any) -> None:
        publish(make_meeting())
        clock.move_to(PRESS_DAY + MINUTE)
        lines = run_dump()
        address = lines[0]["answer"]["changes"]
        assert visitor.get(address).json()["results"] == []
        publish(make_meeting("env"))
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        [change] = visitor.get(address).json()["results"]
        assert change["html_url"].endswith("/meetings/env/2060/09/14/")

    def test_editions_within_the_margin_are_left_to_the_changes(self, visitor: Visitor, clock: Any) -> None:
        [edition] = publish(make_meeting())
        clock.move_to(edition.available_from)
        lines = run_dump()
        assert filter_by_resource(lines, "meetings") == []
        clock.move_to(edition.available_from + 2 * SECOND)
        assert len(visitor.get(lines[0]["answer"]["changes"]).json()["results"]) == 1

    def test_dump_takes_one_query_per_page(self, clock: Any) -> None:
        source = make_meeting_document(id=make_uuid("a"))
        create_edition([source], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        with allow_public_reads() as reading:
            call_command("dump_public", base_url=BASE, stdout=StringIO(), stderr=StringIO())
        assert len([statement for statement in reading.statements if "meetings_editiondocument" in statement]) == 2


@pytest.mark.once
class TestBrokenDocuments:
    def test_broken_document_is_left_out(self, committed: None, clock: Any, caplog: pytest.LogCaptureFixture) -> None:
        DECODED_KEYS.clear()  # another test may have read the same text
        publish_one_of_each(clock)
        bad = EditionDocument.objects.get(edition__subject_type="meeting")
        with lifted_guards():
            StoredDocument.objects.filter(pk=bad.document_id).update(text="[]")
        lines = run_dump()
        assert (filter_by_resource(lines, "meetings"), len(filter_by_resource(lines, "topics"))) == ([], 1)
        assert f"{bad.document_id} cannot be read" in caplog.text
