"""Export a note as a file: a text that is not live has a label in its first line."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from agenda.workflow.suppression import get_edition_by_number, suppress
from meetings.models import Meeting
from tests.agenda.export.file_readers import extract_pdf_words, extract_word_words
from tests.agenda.management.test_commands import run_command
from tests.agenda.workflow.users import save_changes
from tests.factories import COMMAND, DAY, PRESS_DAY, make_meeting, publish, publish_now, translate, withdraw
from tests.worlds import share_world


@share_world
def draft(clock: Any) -> Meeting:
    return make_meeting(notice="First.")


@pytest.fixture
def meeting(draft: Meeting, clock: Any) -> Meeting:
    return Meeting.objects.get(pk=draft.pk)


def export_note(meeting: Meeting, *options: str) -> str:
    return run_command("export_note", str(meeting.pk), *options)[0]


def first_line(meeting: Meeting, *options: str) -> str:
    return export_note(meeting, *options).splitlines()[0]


class TestRefusals:
    def test_unknown_edition_is_refused(self, meeting: Meeting) -> None:
        numbers = ("0", "-1", "99999999999999999999")
        for number in (*numbers, "1"):
            with pytest.raises(CommandError, match=rf"There is no edition {number} of .*\. Nothing has been published"):
                export_note(meeting, f"--edition={number}")
        publish(meeting)
        for number in numbers:
            with pytest.raises(CommandError, match="It has 1"):
                export_note(meeting, f"--edition={number}")

    def test_withdrawal_notice_is_refused(self, meeting: Meeting, clock: Any) -> None:
        publish_now(clock, meeting)
        withdraw(meeting, reason="Sent by mistake.")
        with pytest.raises(CommandError, match="Edition 2 is a withdrawal notice: Sent by mistake"):
            export_note(meeting, "--edition=2")

    def test_suppressed_edition_is_refused(self, meeting: Meeting, clock: Any) -> None:
        publish_now(clock, meeting)
        publish_now(clock, save_changes(meeting, notice="Second."))
        suppress(meeting, get_edition_by_number(meeting, 1), by=COMMAND, reason="A private number.")
        with pytest.raises(CommandError, match="Edition 1 is suppressed"):
            export_note(meeting, "--edition=1")

    def test_missing_language_is_refused(self, meeting: Meeting, clock: Any) -> None:
        publish_now(clock, meeting)
        with pytest.raises(CommandError, match=r"Edition 1 has no text in “fr”\. Its languages are: en"):
            export_note(meeting, "--edition=1", "--language=fr")

    @pytest.mark.parametrize("edition", [(), ("--edition=1",)])
    def test_unknown_language_is_refused(self, meeting: Meeting, clock: Any, edition: tuple[str, ...]) -> None:
        publish_now(clock, meeting)
        with pytest.raises(CommandError, match=r"“xx” is not one of the languages: bg, .*, sv"):
            export_note(meeting, "--language=xx", *edition)
        assert export_note(meeting, "--language=EN", *edition) == export_note(meeting, *edition)


class TestStatusLabel:
    def test_draft_has_a_label(self, meeting: Meeting) -> None:
        assert first_line(meeting) == "DRAFT, as of 14 September 2060, 10:00 (Brussels)"

    def test_scheduled_text_has_an_embargo_label(self, meeting: Meeting) -> None:
        publish(meeting, at=PRESS_DAY + DAY)
        for options in ([], ["--edition=1"]):
            assert first_line(meeting, *options) == "EMBARGO until 15 September 2060, 10:00 (Brussels)"

    def test_live_text_has_no_label(self, meeting: Meeting, clock: Any) -> None:
        publish_now(clock, meeting)
        for options in ([], ["--edition=1"]):
            assert first_line(meeting, *options) == "Council of the European Union"

    def test_changed_working_copy_has_a_draft_label(self, meeting: Meeting, clock: Any) -> None:
        publish_now(clock, meeting)
        meeting = save_changes(meeting, notice="Second.")
        assert first_line(meeting).startswith("DRAFT, as of 14 September 2060, 10:00:01")
        assert first_line(meeting, "--edition=1") == "Council of the European Union"

    def test_earlier_edition_has_a_label(self, meeting: Meeting, clock: Any) -> None:
        publish_now(clock, meeting)
        publish_now(clock, save_changes(meeting, notice="Second."))
        assert first_line(meeting, "--edition=1").startswith("NO LONGER LIVE, as of")
        assert "First." in export_note(meeting, "--edition=1")
        assert "Second." in export_note(meeting, "--edition=2")


class TestAnotherLanguage:
    def test_working_copy_can_be_exported_in_another_language(self, meeting: Meeting) -> None:
        translate(meeting, notice="En français.")
        assert "En français." in export_note(meeting, "--language=fr")
        assert "First." in export_note(meeting)

    def test_fallbacks_are_marked_and_explained_at_the_top(self, meeting: Meeting) -> None:
        translate(meeting, notice="En français.")
        note = export_note(meeting, "--language=fr")
        assert note.splitlines()[2] == "Text that begins with “[en]” has not been translated and is shown in English."
        assert "\n[en] Ministers will discuss **migration**.\n" in note
        assert "\n[en] Migration policy\n" in note
        assert "\n* En français.\n" in note
        assert "[en]" not in export_note(meeting)

    def test_each_paragraph_and_list_item_is_marked(self, meeting: Meeting) -> None:
        save_changes(meeting, lead="<p>One.</p><ul><li>Two</li><li>Three</li></ul>")
        assert "[en] One.\n\n- [en] Two\n- [en] Three\n" in export_note(meeting, "--language=fr")

    def test_headings_are_in_the_language(self, meeting: Meeting) -> None:
        note = export_note(meeting, "--language=fr")
        for line in ("NOTE D'INFORMATION*", "Conférences de presse:", "- **[en] Home Affairs Council** (+/- 13:00)"):
            assert f"\n{line}\n" in note

    def test_headings_are_english_in_languages_without_phrases(self, meeting: Meeting) -> None:
        translate(meeting, language="fi", notice="Suomeksi.")
        note = export_note(meeting, "--language=fi")
        assert "Headings and other standard phrases are in English: they are not available in suomi (fi) yet." in note
        assert "\n* Suomeksi.\n" in note


class TestFiles:
    """The tests in `tests/agenda/export/` check the content of these files."""

    @pytest.mark.parametrize("form", ["pdf", "docx"])
    def test_file_of_the_working_copy_has_a_draft_label(self, meeting: Meeting, tmp_path: Path, form: str) -> None:
        text = export_file(meeting, tmp_path, f"--format={form}")
        assert "DRAFT, as of 14 September 2060, 10:00 (Brussels)" in text
        assert "First." in text

    @pytest.mark.parametrize("form", ["pdf", "docx"])
    def test_file_of_a_scheduled_edition_has_an_embargo_label(
        self, meeting: Meeting, tmp_path: Path, form: str
    ) -> None:
        publish(meeting, at=PRESS_DAY + DAY)
        text = export_file(meeting, tmp_path, f"--format={form}", "--edition=1")
        assert "EMBARGO until 15 September 2060, 10:00 (Brussels)" in text
        assert "Edition 1" in text

    def test_file_in_another_language(self, meeting: Meeting, tmp_path: Path) -> None:
        translate(meeting, notice="En français.")
        assert "En français." in export_file(meeting, tmp_path, "--format=pdf", "--language=fr")

    def test_json_is_the_document_byte_for_byte(self, meeting: Meeting, clock: Any) -> None:
        edition = publish_now(clock, meeting)
        assert export_note(meeting, "--format=json", "--edition=1") == edition.documents.get().document.text

    def test_unwritable_path_is_refused(self, meeting: Meeting, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"Cannot write .*: No such file or directory"):
            export_note(meeting, "--format=pdf", f"--output={tmp_path / 'nowhere' / 'note.pdf'}")

    def test_binary_output_to_a_terminal_is_refused(self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        with pytest.raises(CommandError, match="Use --output"):
            export_note(meeting, "--format=docx")


def export_file(meeting: Meeting, folder: Path, *options: str) -> str:
    file = folder / "note"
    assert export_note(meeting, f"--output={file}", *options) == ""
    content = file.read_bytes()
    return (extract_pdf_words if content.startswith(b"%PDF") else extract_word_words)(content)


def test_meal_is_not_a_press_conference(meeting: Meeting) -> None:
    """That also holds if its title names its kind, as it would have to below that heading."""
    meeting.programme.create(kind="meal", title="Working lunch: paying for nature", position=9)
    _before, _heading, press = export_note(meeting).partition("Press conferences:")
    press, others, rest = press.partition("Other events:")
    assert others
    assert "Working lunch" not in press
    assert "Working lunch" in rest
