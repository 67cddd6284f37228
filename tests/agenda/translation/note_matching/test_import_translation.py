"""Import a note in another language than that of the existing meeting with `import_note`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from agenda.documents.fact_check.disagreements import find_disagreements
from agenda.models import Revision
from agenda.translation.note_matching import import_translation
from agenda.workflow.drafts import build_drafts
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.documents.encoding import compute_digest
from meetings.models import Act, AuditEntry, Meeting, Translation, User
from tests.admin_forms import create_user_with_role
from tests.agenda.management.test_commands import run_command
from tests.agenda.translation.note_matching.note_plans import FRENCH, SAMPLES, read_sample
from tests.factories import translate
from tests.worlds import share_world

SEED, SEED_IN_FRENCH, SEED_IN_GREEK = (
    str(SAMPLES / f"jha-2017-09-14{language}.txt") for language in ("", ".fr", ".el")
)


@share_world
def imported(clock: Any) -> Meeting:
    call_command("load_reference", verbosity=0)
    run_command("import_note", SEED)
    return Meeting.objects.get()


@pytest.fixture
def meeting(imported: Meeting) -> Meeting:
    return Meeting.objects.get(pk=imported.pk)


@pytest.fixture
def no_meeting(meeting: Meeting) -> None:
    meeting.delete()


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(Path(SEED_IN_FRENCH).read_text(encoding="utf-8"), encoding="utf-8")
    return path


def get_refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as refusal:
        run_command("import_note", *arguments)
    assert refusal.value.returncode == 2
    assert not Translation.objects.exists()
    return str(refusal.value)


class TestRefusals:
    def test_note_in_the_source_language_is_refused(self, meeting: Meeting) -> None:
        assert "already exists" in get_refusal(SEED)
        assert "the original language of the meeting. It is not a translation" in get_refusal(
            SEED, "--meeting=jha/2017/09/14"
        )

    def test_publishing_a_translation_is_refused(self, meeting: Meeting) -> None:
        assert "An import cannot publish a translation" in get_refusal(SEED_IN_FRENCH, "--publish")

    def test_replace_without_a_meeting_is_refused(self, no_meeting: None) -> None:
        assert "--replace is for translations" in get_refusal(SEED_IN_FRENCH, "--replace")
        assert not Meeting.objects.exists()

    def test_unknown_meeting_is_refused(self, meeting: Meeting) -> None:
        assert "There is no meeting" in get_refusal(SEED_IN_FRENCH, "--meeting=jha/2018/09/14")

    def test_meeting_of_another_configuration_is_refused(self, meeting: Meeting, note: Path) -> None:
        note.write_text(FRENCH)
        assert "The note is about EYCS, but “JHA, 14 September 2017” is a meeting of JHA" in get_refusal(
            str(note), f"--meeting={meeting.pk}"
        )

    @pytest.mark.once
    def test_empty_note_is_refused(self, meeting: Meeting, note: Path) -> None:
        note.write_text("")
        assert "empty" in get_refusal(str(note), f"--meeting={meeting.pk}")

    def test_translator_of_another_language_is_refused(self, meeting: Meeting) -> None:
        create_user_with_role("Translators", "theo", language="el")
        user = User.objects.get(username="theo")
        with pytest.raises(NotAllowed, match="translate"):
            import_translation(read_sample("fr"), meeting, by=Actor(user, "theo"))
        assert not Translation.objects.exists()
        assert import_translation(read_sample("el"), meeting, by=Actor(user, "theo")).has_changes


class TestTheSample:
    """The French translation of the sample was imported."""

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def output(cls, imported: Meeting, class_clock: Any) -> tuple[str, str]:
        return run_command("import_note", SEED_IN_FRENCH)

    def test_all_texts_are_imported_in_both_languages(self, meeting: Meeting, output: tuple[str, str]) -> None:
        for (out, err), name in ((output, "French"), (run_command("import_note", SEED_IN_GREEK), "Greek")):
            assert out.startswith(f"Added 12 texts in {name} as drafts; 4 texts are unchanged")
            assert err == ""
        source, *others = build_drafts(meeting, timezone.now())
        assert [(other.language, other.fallbacks, find_disagreements(source, other)) for other in others] == [
            ("el", [], []),
            ("fr", [], []),
        ]
        revision = Revision.objects.latest("pk")
        assert sorted(revision.documents.values_list("language", flat=True)) == ["el", "en", "fr"]

    def test_export_equals_the_imported_note(self, meeting: Meeting) -> None:
        out, _err = run_command("export_note", "jha/2017/09/14", "--language=fr")
        _mark, _empty, note = out.partition("\n\n")
        assert note.split() == Path(SEED_IN_FRENCH).read_text(encoding="utf-8").split()

    def test_meeting_does_not_change(self, meeting: Meeting) -> None:
        was = Meeting.objects.values().get()
        run_command("import_note", SEED_IN_GREEK)
        assert Meeting.objects.values().get() == was
        assert was["version"] == meeting.version

    def test_import_is_logged(self, meeting: Meeting) -> None:
        entry = AuditEntry.objects.filter(act=Act.IMPORTED).latest("pk")
        assert entry.subject_id == meeting.pk
        assert entry.details["language"] == "fr"
        assert entry.details["placed"] == 12
        assert entry.actor.startswith("manage.py import_note (")

    def test_second_import_changes_nothing(self, meeting: Meeting) -> None:
        before = [list(Translation.objects.order_by("pk").values()), AuditEntry.objects.count()]
        out, err = run_command("import_note", SEED_IN_FRENCH)
        assert out.startswith("Nothing to change in French for JHA, 14 September 2017")
        assert "16 texts are unchanged" in out
        assert err == ""
        assert [list(Translation.objects.order_by("pk").values()), AuditEntry.objects.count()] == before


class TestStoredTranslations:
    def test_other_translation_is_kept_and_reported(self, meeting: Meeting) -> None:
        translate(meeting, notice="Autre avis.")
        _out, err = run_command("import_note", SEED_IN_FRENCH)
        assert "line 30: Notice already has a different translation, which was kept" in err
        assert Translation.objects.get(field="notice").text == "Autre avis."

    def test_one_text_is_counted_in_the_singular(self, meeting: Meeting) -> None:
        run_command("import_note", SEED_IN_FRENCH)
        Translation.objects.get(field="lead").delete()
        out, _err = run_command("import_note", SEED_IN_FRENCH)
        assert out.startswith("Added 1 text in French as a draft; 15 texts are unchanged: ")
        assert out.strip().endswith("It must be reviewed.")

    def test_other_translation_is_replaced_on_request(self, meeting: Meeting) -> None:
        translate(meeting, notice="Autre avis.")
        row = Translation.objects.get()
        out, _err = run_command("import_note", SEED_IN_FRENCH, "--replace")
        assert "Added 13 texts in French as drafts, replacing 1 existing text;" in out
        row.refresh_from_db()
        assert row.text.startswith("La présente note")
        assert row.source_digest == compute_digest(meeting.notice)
        assert row.by_name == "import"

    def test_translations_of_another_language_do_not_change(self, meeting: Meeting) -> None:
        run_command("import_note", SEED_IN_GREEK)
        translate(meeting, language="el", notice="Άλλο.")
        run_command("import_note", SEED_IN_FRENCH, "--replace")
        assert Translation.objects.get(language="el", field="notice").text == "Άλλο."


class TestFindings:
    def test_different_time_is_reported_and_not_imported(self, meeting: Meeting, note: Path) -> None:
        note.write_text(note.read_text(encoding="utf-8").replace("13:00", "14:30"), encoding="utf-8")
        _out, err = run_command("import_note", str(note))
        assert "the note says “+/- 14:30”. The original says “+/- 13:00”" in err
        assert f"{meeting.programme.get().time:%H:%M}" == "13:00"

    def test_different_day_is_reported(self, meeting: Meeting, note: Path) -> None:
        text = note.read_text(encoding="utf-8").replace("jeudi 14 septembre", "vendredi 15 septembre")
        note.write_text(text, encoding="utf-8")
        _out, err = run_command("import_note", str(note), "--meeting=jha/2017/09/14")
        assert (
            "First day: the note says “Friday 15 September 2017”. The original says “Thursday 14 September 2017”" in err
        )

    def test_note_without_a_meeting_creates_one_in_its_language(self, no_meeting: None) -> None:
        run_command("import_note", SEED_IN_FRENCH)
        run_command("import_note", SEED)
        assert Meeting.objects.get().source_language == "fr"
        assert Translation.objects.filter(language="en").count() == 12


@contextmanager
def without_tables() -> Iterator[None]:
    def fail(*_arguments: Any) -> Any:
        raise OperationalError("no such table")

    with connection.execute_wrapper(fail):
        yield


class TestDryRun:
    def test_dry_run_reports_what_would_be_imported(self, meeting: Meeting, note: Path) -> None:
        note.write_text(note.read_text(encoding="utf-8").replace("13:00", "14:30"), encoding="utf-8")
        out, _err = run_command("import_note", str(note), "--dry-run")
        printed = json.loads(out)
        assert set(printed) == {"document", "unplaced", "read", "translation"}
        assert printed["translation"]["meeting"] == str(meeting.pk)
        report = printed["translation"]["report"]
        assert len(report["placed"]) == 12
        [finding] = report["findings"]
        assert (finding["why"], finding["line"]) == ("shared", 22)
        assert finding["path"].endswith(".time")
        assert not Translation.objects.exists()

    def test_dry_run_of_a_source_note_prints_no_translation(self, meeting: Meeting) -> None:
        assert set(json.loads(run_command("import_note", SEED, "--dry-run")[0])) == {"document", "unplaced", "read"}

    @pytest.mark.once
    def test_dry_run_needs_no_tables(self, db: None) -> None:
        with without_tables():
            out, _err = run_command("import_note", SEED_IN_FRENCH, "--dry-run")
        assert json.loads(out)["document"]["language"] == "fr"
