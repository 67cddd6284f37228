"""The dump at an address of the site: nothing in it that is not public at this instant."""

import datetime as dt
import gzip
import hashlib
import json
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agenda.workflow.suppression import get_edition_by_number
from meetings.models import Configuration, Meeting, Suppression
from tests.council.management.test_dump_public import BASE, run_dump
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DAY,
    SECOND,
    make_configuration,
    make_meeting,
    publish,
    publish_now,
    withdraw,
)
from tests.public_requests import Visitor, allow_public_reads

pytestmark = pytest.mark.django_db
DUMP, FILE, DCAT = "/api/v1/dump/", "/api/v1/dump/public.ndjson.gz", "/api/v1/dump/dcat/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DUMP_ROOT = tmp_path / "dump"
    return tmp_path / "dump"


def update() -> str:
    out = StringIO()
    with allow_public_reads():
        call_command("update_dump", base_url=BASE, stdout=out)
    return out.getvalue()


def read_file(visitor: Visitor) -> bytes:
    with closing(visitor.get(FILE)) as response:
        assert (response.status_code, response["Content-Type"]) == (200, "application/gzip")
        assert response["Content-Disposition"].startswith('attachment; filename="council-2060-09-')
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def read_titles(visitor: Visitor) -> list[str]:
    lines = map(json.loads, gzip.decompress(read_file(visitor)).splitlines())
    return [line["answer"]["title"] for line in lines if line["resource"] == "meetings"]


def is_absent(visitor: Visitor) -> bool:
    responses = [visitor.get(path) for path in (DUMP, FILE)]
    for response in responses:
        if response.status_code == 503:
            assert response["Retry-After"] == "60"
            assert response.json()["type"] == "/api/problems/unavailable/"
    return {response.status_code for response in responses} == {503}


@pytest.fixture
def meeting(clock: Any) -> Meeting:
    for configuration in ("env", "fac"):
        make_configuration(configuration)
    meeting = make_meeting(title="First")
    publish_now(clock, meeting)
    clock.move_to(PRESS_DAY + MINUTE)
    update()
    clock.move_to(PRESS_DAY + 2 * MINUTE)
    return meeting


class TestFile:
    def test_lines_are_those_of_the_command(self, visitor: Visitor, meeting: Meeting) -> None:
        lines = [json.loads(line) for line in gzip.decompress(read_file(visitor)).splitlines()]
        expected = run_dump(as_of="2060-09-14 10:00:59")
        assert lines[1:-1] == expected[1:-1]
        assert lines[-1]["answer"]["lines"] == len(lines) - 1

    def test_description_has_digest_size_and_where_to_continue(self, visitor: Visitor, meeting: Meeting) -> None:
        body, data = visitor.get_json("dump/"), read_file(visitor)
        assert (body["sha256"], body["size"]) == (hashlib.sha256(data).hexdigest(), len(data))
        assert body["url"] == f"http://testserver{FILE}"
        assert visitor.get(body["changes"]).json()["results"] == []
        assert body["lines"] == len(gzip.decompress(data).splitlines())

    def test_unchanged_file_is_not_sent_again(self, visitor: Visitor, meeting: Meeting) -> None:
        for path in (DUMP, FILE, DCAT):
            with closing(visitor.get(path)) as response:
                assert visitor.get(path, headers={"if-none-match": response["ETag"]}).status_code == 304, path
        with closing(visitor.head(FILE)) as head:
            assert head.status_code == 200

    def test_file_is_written_only_if_something_has_changed(self, meeting: Meeting, clock: Any, folder: Path) -> None:
        [before] = folder.glob("*.gz")
        others = [folder / "public.ndjson.gz", folder / "notes"]
        others[0].write_bytes(b"of somebody else")
        others[1].mkdir()
        (folder / ".123.part").write_bytes(b"of a process that was stopped")
        assert update() == ""
        assert not (folder / ".123.part").exists()
        publish_now(clock, make_meeting("env"))
        clock.move_to(PRESS_DAY + DAY)
        assert " lines, " in update()
        assert before.exists()  # for those who have just been sent to it
        update()
        assert not before.exists()
        assert all(other.exists() for other in others)

    def test_nginx_sends_the_file(self, visitor: Visitor, meeting: Meeting, settings: Any, folder: Path) -> None:
        settings.INTERNAL_DUMP_PATH = "/_dump/"
        response = visitor.get(FILE)
        [file] = folder.glob("*.gz")
        assert (response["X-Accel-Redirect"], response.content) == (f"/_dump/{file.name}", b"")
        assert response["Content-Disposition"] == 'attachment; filename="council-2060-09-14.ndjson.gz"'

    def test_other_formats_are_refused(self, visitor: Visitor, meeting: Meeting) -> None:
        assert visitor.get(FILE, headers={"accept": "text/html"}).status_code == 406
        assert visitor.post(FILE).status_code == 405
        assert visitor.get(f"{FILE}?lang=fr").status_code == 400


class TestWhatWasPublishedSince:
    """Until the file is written again, it is there as of its own instant: nobody fetches it in vain."""

    def test_file_of_before_has_its_own_instant(self, visitor: Visitor, meeting: Meeting, clock: Any) -> None:
        before = visitor.get_json("dump/")
        publish_now(clock, make_meeting("env", title="Second"))
        clock.move_to(PRESS_DAY + DAY)
        assert visitor.get_json("dump/") == before
        assert read_titles(visitor) == ["First"]
        changes = visitor.get(before["changes"]).json()["results"]
        assert [change["title"] for change in changes] == ["Second"]

    def test_text_that_was_corrected_since_is_an_earlier_edition(
        self, visitor: Visitor, meeting: Meeting, clock: Any
    ) -> None:
        Meeting.objects.filter(pk=meeting.pk).update(title="Second")
        publish_now(clock, meeting)
        clock.move_to(PRESS_DAY + DAY)
        assert read_titles(visitor) == ["First"]
        Suppression.objects.create(edition=get_edition_by_number(meeting, 1), reason="A name.", at=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY + SECOND)
        assert is_absent(visitor)
        update()
        assert read_titles(visitor) == ["Second"]

    def test_command_says_that_it_is_not_up_to_date(self, meeting: Meeting, clock: Any) -> None:
        call_command("update_dump", base_url=BASE, check=True)
        publish_now(clock, make_meeting("env"))
        with pytest.raises(CommandError, match="not up to date"):
            call_command("update_dump", base_url=BASE, check=True)

    def test_withdrawal_after_a_publication_takes_it_away(self, visitor: Visitor, meeting: Meeting, clock: Any) -> None:
        publish_now(clock, make_meeting("env", title="Second"))
        clock.move_to(withdraw(meeting, reason="Too early.").available_from)
        assert is_absent(visitor)
        clock.move_to(PRESS_DAY + DAY)
        update()
        assert read_titles(visitor) == ["Second"]
        publish_now(clock, make_meeting("fac", title="Third"))
        assert read_titles(visitor) == ["Second"]


class TestWhatIsNotPublicAnyMore:
    """From the second of a withdrawal on, nobody gets the file of before."""

    def test_nothing_is_there_before_it_is_written(
        self, visitor: Visitor, clock: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert is_absent(visitor)
        assert caplog.records == []  # it is expected, and nobody has to be called

    def test_withdrawal(self, visitor: Visitor, meeting: Meeting, clock: Any) -> None:
        at = withdraw(meeting, reason="Too early.").available_from
        clock.move_to(at - dt.timedelta(milliseconds=1))
        assert read_titles(visitor) == ["First"]
        clock.move_to(at)
        assert is_absent(visitor)
        clock.move_to(at + 5 * SECOND)
        update()
        assert read_titles(visitor) == []

    def test_correction(self, visitor: Visitor, meeting: Meeting, clock: Any) -> None:
        Meeting.objects.filter(pk=meeting.pk).update(title="Second")
        publish_now(clock, meeting)
        clock.move_to(PRESS_DAY + DAY)
        update()
        assert read_titles(visitor) == ["Second"]

    def test_file_of_a_process_whose_clock_is_ahead(self, visitor: Visitor, meeting: Meeting, clock: Any) -> None:
        meeting.title = "Second"
        meeting.save()
        publish(meeting, at=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY + MINUTE)
        update()
        assert read_titles(visitor) == ["Second"]
        clock.move_to(PRESS_DAY + DAY - SECOND)
        assert is_absent(visitor)

    def test_embargo_adds_nothing_before_its_instant(self, visitor: Visitor, meeting: Meeting, clock: Any) -> None:
        hidden = make_meeting("env", title="Zanzibar")
        update()
        before = read_file(visitor)
        publish(hidden, at=PRESS_DAY + DAY)
        assert update() == ""
        clock.move_to(PRESS_DAY + DAY - dt.timedelta(milliseconds=1))
        assert read_file(visitor) == before
        clock.move_to(PRESS_DAY + DAY)
        assert read_file(visitor) == before
        clock.move_to(PRESS_DAY + DAY + 5 * SECOND)
        update()
        assert sorted(read_titles(visitor)) == ["First", "Zanzibar"]

    def test_suppression_and_reference_data(self, visitor: Visitor, meeting: Meeting, clock: Any) -> None:
        Meeting.objects.filter(pk=meeting.pk).update(title="Second")
        publish_now(clock, meeting)
        clock.move_to(PRESS_DAY + DAY)
        update()
        assert read_titles(visitor) == ["Second"]
        first = get_edition_by_number(meeting, 1)
        Suppression.objects.create(edition=first, reason="A name.", at=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY + SECOND)
        assert is_absent(visitor)
        clock.move_to(PRESS_DAY + DAY + 9 * SECOND)
        update()
        Configuration.objects.filter(slug="jha").update(code="JHAX")
        clock.move_to(PRESS_DAY + DAY + 10 * SECOND)
        assert is_absent(visitor)

    def test_what_is_published_while_it_is_written(
        self, visitor: Visitor, meeting: Meeting, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from council.public_dump import kept_file

        write = kept_file.write_compressed

        def write_while_somebody_withdraws(*args: Any) -> Any:
            written = write(*args)
            clock.move_to(withdraw(meeting, reason="Too early.").available_from)
            return written

        publish_now(clock, make_meeting("env"))
        clock.move_to(PRESS_DAY + DAY)
        monkeypatch.setattr(kept_file, "write_compressed", write_while_somebody_withdraws)
        call_command("update_dump", base_url=BASE, stdout=StringIO())
        assert is_absent(visitor)

    def test_two_processes_that_update_at_once(
        self, visitor: Visitor, meeting: Meeting, folder: Path, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second says so and leaves the file alone that the first is writing. In containers, both are process 1."""
        from council.public_dump import kept_file

        write, said = kept_file.write_compressed, []

        def write_while_another_updates(file: Any, *args: Any) -> Any:
            monkeypatch.setattr(kept_file, "write_compressed", write)
            said.append(update())
            return write(file, *args)

        publish_now(clock, make_meeting("env", title="Second"))
        clock.move_to(PRESS_DAY + DAY)
        monkeypatch.setattr(kept_file, "write_compressed", write_while_another_updates)
        update()
        assert said == ["Another process is writing the dump.\n"]
        assert sorted(read_titles(visitor)) == ["First", "Second"]
        assert visitor.get_json("dump/")["sha256"] == hashlib.sha256(read_file(visitor)).hexdigest()
        assert not list(folder.glob("*.part"))

    def test_other_code(self, visitor: Visitor, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("council.public_dump.kept_file.get_code_version", lambda: "another")
        assert is_absent(visitor)

    @pytest.mark.parametrize("text", ["", "{}", "[1]"])
    def test_damaged_description(self, visitor: Visitor, meeting: Meeting, folder: Path, text: str) -> None:
        (folder / "current.json").write_text(text)
        assert is_absent(visitor)
        assert update() != ""
        assert read_titles(visitor) == ["First"]


class TestCatalogue:
    def test_data_set_has_the_file_with_its_digest(self, visitor: Visitor, meeting: Meeting) -> None:
        response = visitor.get(DCAT)
        assert response["Content-Type"] == "application/ld+json"
        file, api = response.json()["dcat:dataset"]["dcat:distribution"]
        digest = hashlib.sha256(read_file(visitor)).hexdigest()
        assert file["spdx:checksum"]["spdx:checksumValue"]["@value"] == digest
        assert file["dcat:downloadURL"]["@id"] == f"http://testserver{FILE}"
        assert api["dcat:accessService"]["dcat:endpointURL"]["@id"] == "http://testserver/api/v1/"

    def test_it_is_there_without_a_file_too(self, visitor: Visitor, clock: Any) -> None:
        file, _api = visitor.get(DCAT).json()["dcat:dataset"]["dcat:distribution"]
        assert "spdx:checksum" not in file
        assert visitor.get(DCAT, headers={"accept": "application/json"})["Content-Type"] == "application/json"

    @pytest.mark.parametrize("contact", ["press@example.eu", "https://example.eu/contact"])
    def test_contact_is_that_of_the_site(self, visitor: Visitor, clock: Any, settings: Any, contact: str) -> None:
        settings.SITE_CONTACT = contact
        [link] = [
            value["@id"]
            for name, value in visitor.get(DCAT).json()["dcat:dataset"]["dcat:contactPoint"].items()
            if name.startswith("vcard:has")
        ]
        assert link.removeprefix("mailto:") == contact


def test_command_refuses_wrong_options() -> None:
    with pytest.raises(CommandError, match="number of seconds"):
        call_command("update_dump", base_url=BASE, every=0)
    with pytest.raises(CommandError, match="enter the address of the site"):
        call_command("update_dump", base_url="")
