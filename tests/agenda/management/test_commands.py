"""The commands of the press office: their output, exit codes and side effects."""

import datetime as dt
import json
import re
import tracemalloc
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from agenda.models import Release
from meetings.models import Configuration, Edition, Meeting
from tests.agenda.workflow.users import save_changes
from tests.factories import DAY, PRESS_DAY, make_meeting, make_topic, publish, publish_now
from tests.paths import ROOT
from tests.public_requests import Visitor
from tests.worlds import share_world

SEED = ROOT / "agenda/notes/samples/jha-2017-09-14.txt"
EXPECTED = ROOT / "tests/agenda/notes" / "jha-2017-09-14.expected.json"
PAGE = "/en/meetings/jha/2017/09/14/"


def run_command(*arguments: str, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@share_world
def reference(clock: Any) -> None:
    call_command("load_reference", verbosity=0)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "note.txt"


@pytest.mark.usefixtures("reference")
class TestImportRefuses:
    """Invalid input gives a message (with the line, if there is one) and exit code 2, and changes nothing in the
    database.
    """

    def refused(self, path: Path, *options: str) -> str:
        with pytest.raises(CommandError) as refusal:
            run_command("import_note", str(path), *options)
        assert refusal.value.returncode == 2
        assert str(path) in str(refusal.value)
        assert not Meeting.objects.exists()
        return str(refusal.value)

    def test_missing_file_is_refused(self, note: Path) -> None:
        assert "No such file" in self.refused(note)

    def test_folder_is_refused(self, tmp_path: Path) -> None:
        assert "directory" in self.refused(tmp_path)

    @pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
    def test_empty_file_is_refused(self, note: Path, content: bytes) -> None:
        note.write_bytes(content)
        assert "empty" in self.refused(note)

    def test_file_without_a_note_is_refused(self, note: Path) -> None:
        note.write_text("Milk\nBread\n")
        self.refused(note)

    def test_binary_file_is_refused(self, note: Path) -> None:
        note.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
        self.refused(note)

    def test_large_file_is_not_read_to_its_end(self, note: Path) -> None:
        with note.open("wb") as file:
            file.truncate(50_000_000)
        tracemalloc.start()
        try:
            assert "more than 2,000,000 bytes" in self.refused(note)
            assert tracemalloc.get_traced_memory()[1] < 10_000_000
        finally:
            tracemalloc.stop()

    def test_encoding_error_names_the_line(self, note: Path) -> None:
        note.write_bytes(SEED.read_bytes().replace(b"Migration policy", "Migration policé".encode("latin-1")))
        assert "line 38" in self.refused(note).lower()

    def test_wrong_weekday_names_the_line(self, note: Path) -> None:
        note.write_text(SEED.read_text().replace("Thursday 14 September", "Friday 14 September"))
        assert "line 14" in self.refused(note).lower()

    def test_note_issued_after_its_meeting_names_the_line(self, note: Path) -> None:
        note.write_text(SEED.read_text().replace("Brussels, 12 September 2017", "Brussels, 15 September 2017"))
        assert "line" in self.refused(note).lower()

    def test_unknown_configuration_is_refused(self) -> None:
        Configuration.objects.all().delete()
        assert "there is no configuration “jha”" in self.refused(SEED)

    def test_existing_meeting_is_refused(self) -> None:
        make_meeting(start_date=dt.date(2017, 9, 14))
        with pytest.raises(CommandError, match="already"):
            run_command("import_note", str(SEED))
        assert Meeting.objects.count() == 1


@pytest.mark.usefixtures("reference")
class TestImport:
    def test_dry_run_prints_all_parts_and_writes_nothing(self) -> None:
        out, _err = run_command("import_note", str(SEED), "--dry-run")
        printed = json.loads(out)
        assert set(printed) == {"document", "unplaced", "read"}
        assert printed["unplaced"] == []
        assert set(printed["read"][0]) == {"lines", "rule", "field"}
        assert not Meeting.objects.exists()

    def test_exported_note_has_the_same_words_in_the_same_order(self) -> None:
        run_command("import_note", str(SEED))
        out, _err = run_command("export_note", "jha/2017/09/14")
        mark, _empty, note = out.partition("\n\n")
        assert mark.startswith("DRAFT")
        assert note.split() == SEED.read_text(encoding="utf-8").split()

    def test_unparsed_text_is_reported(self, note: Path) -> None:
        stray = "Registration closes when the doors open, says nobody in particular"
        note.write_text(SEED.read_text(encoding="utf-8").replace("EN\n", f"EN\n\n{stray}\n", 1), encoding="utf-8")
        _out, err = run_command("import_note", str(note))
        meeting = json.dumps(run_command("export_note", "jha/2017/09/14"))
        assert stray in err or stray in meeting

    def test_page_and_json_have_every_phrase_of_the_note(self, visitor: Visitor, clock: Any) -> None:
        run_command("import_note", str(SEED), "--publish")
        clock.move_to(PRESS_DAY + DAY)
        page = text_of(visitor.get(PAGE).content.decode())
        answer = text_of(json.dumps(visitor.get("/api/v1/meetings/").json(), ensure_ascii=False))
        facts = json.loads(EXPECTED.read_text())
        phrases = [*facts["phrases"], *facts["chairs"], *facts["sessions"]]
        phrases += [item["title"] for item in facts["agenda"]] + [link["title"] for link in facts["links"]]
        for phrase in phrases:
            assert phrase in page
            assert phrase in answer
        assert "about 13:00" in page
        assert "+/- 13:00" in answer


def text_of(answer: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", answer)).split())


@pytest.mark.django_db
class TestPublishCommand:
    def refused(self, *arguments: str) -> str:
        with pytest.raises(CommandError) as refusal:
            run_command("publish", *arguments, "--force", "It is a test.")
        assert refusal.value.returncode == 2
        return str(refusal.value)

    @pytest.mark.parametrize("name", ["", "jha", "jha/2060/09/15", "jha/2060/13/45", "jha/a/b/c", "topics/none", "x/y"])
    def test_unknown_meeting_is_refused(self, name: str) -> None:
        make_meeting()
        assert "There is no" in self.refused(name)

    def test_ambiguous_name_lists_the_meetings(self) -> None:
        make_meeting()
        other = make_meeting(address_word="informal")
        message = self.refused("jha/2060/09/14")
        assert f"{other.pk}  JHA, 14 September 2060, informal\n" in f"{message}\n"

    def test_skipped_local_time_is_refused(self, clock: Any) -> None:
        make_meeting()
        assert "clocks go forward" in self.refused("jha/2060/09/14", "--at", "2061-03-27 02:30")

    def test_empty_time_never_means_now(self, clock: Any) -> None:
        make_meeting()
        assert "is not a time" in self.refused("jha/2060/09/14", "--at", "")
        assert not Edition.objects.exists()

    def test_scheduled_edition_needs_a_decision(self, clock: Any) -> None:
        make_meeting()
        run_command("publish", "jha/2060/09/14", "--force", "It is a test.", "--at", "2060-09-14 18:00")
        assert "--pending replace" in self.refused("jha/2060/09/14")

    def test_time_is_brussels_time(self, clock: Any) -> None:
        make_meeting()
        out, err = run_command(
            "publish", "jha/2060/09/14", "--force", "Test.", "--at", "2060-09-14 18:00", "--note", "First."
        )
        assert "14 September 2060, 18:00:00 (Brussels time)" in out
        assert "Migratory pressures" in err  # the link without an address is worth a look
        edition = Edition.objects.get()
        assert (edition.available_from.isoformat(), edition.change_note) == ("2060-09-14T16:00:00+00:00", "")

    def test_subject_can_be_named_by_id_word_or_topic_address(self, clock: Any) -> None:
        meeting, second, _topic = make_meeting(), make_meeting(address_word="informal"), make_topic()
        for name in (str(meeting.pk), "/meetings/jha/2060/09/14-informal/", "topics/migration-policy"):
            run_command("publish", name, "--force", "It is a test.", "--at", "2060-09-14 18:00")
        assert {edition.address for edition in Edition.objects.all()} == {
            "meetings/jha/2060/09/14/",
            f"meetings/jha/2060/09/14-{second.address_word}/",
            "topics/migration-policy/",
        }

    def test_call_off_command(self, clock: Any) -> None:
        make_meeting()
        run_command("publish", "jha/2060/09/14", "--force", "It is a test.", "--at", "2060-09-14 18:00")
        out, _err = run_command("call_off", "jha/2060/09/14", "--reason", "Not agreed yet.")
        assert "that was scheduled for 14 September 2060, 18:00:00 (Brussels time)" in out
        assert not Edition.objects.exists()
        with pytest.raises(CommandError, match="No edition is scheduled"):
            run_command("call_off", "jha/2060/09/14", "--reason", "Not agreed yet.")

    def test_suppress_command_names_what_it_puts_on_hold(self, clock: Any) -> None:
        topic, meeting = make_topic("secret"), make_meeting()
        meeting.agenda.get().topics.add(topic)
        publish_now(clock, topic)
        publish(meeting, at=PRESS_DAY + DAY)
        publish_now(clock, save_changes(topic, title="Asylum"))
        out, _err = run_command("suppress", "topics/secret", "1", "--reason", "A name.")
        key = Release.objects.get(state="held").pk
        assert f"Also on hold: publication {key}, which was scheduled for 15 September 2060, 10:00:00" in out

    def test_withdraw_command(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        meeting.agenda.update(title="Changed")
        publish(meeting, make_meeting("env"), at=PRESS_DAY + DAY, note="Later.")
        out, _err = run_command("withdraw", "jha/2060/09/14", "--reason", "Sent too early.")
        assert "is withdrawn from 14 September 2060, 10:00:02" in out
        assert (
            f"Also on hold: publication {Release.objects.get(state='held').pk}, which was scheduled for 15 September"
            in out
        )
        clock.move_to(PRESS_DAY + DAY)
        response = visitor.get("/en/meetings/jha/2060/09/14/")
        assert response.status_code == 410
        assert "Sent too early." in response.content.decode()
        assert "migration" not in response.content.decode().lower()


@pytest.mark.parametrize("reported", ["no such table: meetings_meeting", "server closed the connection unexpectedly"])
@pytest.mark.parametrize(
    ("command", "remedy"),
    [(["import_note", str(SEED)], "Look for it before"), (["check_answers"], "0 answers were checked, 0 with faults.")],
)
def test_lost_connection_is_not_called_a_missing_table(
    db: None, command: list[str], remedy: str, reported: str
) -> None:
    """The last statement of an import may have been carried out, and the note may be public."""

    def fail(*_arguments: Any) -> Any:
        raise OperationalError(reported) from Exception(reported)

    with connection.execute_wrapper(fail), pytest.raises(CommandError) as error:
        run_command(*command)
    is_lost = "connection" in reported
    assert (error.value.returncode, remedy in str(error.value)) == ((3, True) if is_lost else (2, False))
