"""A note given back as text: what is not live says so in its first line."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from agenda.suppressing import edition_numbered, suppress
from meetings.models import Meeting
from tests.agenda.exporting.reading import words_of_pdf, words_of_word
from tests.agenda.publishing.people import changed
from tests.agenda.test_commands import run
from tests.cast import COMMAND, DAY, PRESS_DAY, make_meeting, publish, published, translate, withdraw


@pytest.fixture
def meeting(db: None, clock: Any) -> Meeting:
    return make_meeting(notice="First.")


def exported(meeting: Meeting, *options: str) -> str:
    return run("export_note", str(meeting.pk), *options)[0]


def first_line(meeting: Meeting, *options: str) -> str:
    return exported(meeting, *options).splitlines()[0]


class TestRefusals:
    @pytest.mark.parametrize("number", ["0", "1", "-1", "99999999999999999999"])
    def test_an_edition_that_is_not_there(self, meeting: Meeting, number: str) -> None:
        with pytest.raises(CommandError, match=rf"There is no edition {number} of .*\. Nothing has been published"):
            exported(meeting, f"--edition={number}")
        publish(meeting)
        if number != "1":
            with pytest.raises(CommandError, match="it has 1"):
                exported(meeting, f"--edition={number}")

    def test_a_withdrawal(self, meeting: Meeting, clock: Any) -> None:
        published(clock, meeting)
        withdraw(meeting, reason="Sent by mistake.")
        with pytest.raises(CommandError, match="Edition 2 is a withdrawal notice: Sent by mistake"):
            exported(meeting, "--edition=2")

    def test_an_edition_that_was_taken_out(self, meeting: Meeting, clock: Any) -> None:
        published(clock, meeting)
        published(clock, changed(meeting, notice="Second."))
        suppress(meeting, edition_numbered(meeting, 1), by=COMMAND, reason="A private number.")
        with pytest.raises(CommandError, match="Edition 1 was taken out"):
            exported(meeting, "--edition=1")

    def test_a_language_that_the_edition_lacks(self, meeting: Meeting, clock: Any) -> None:
        published(clock, meeting)
        with pytest.raises(CommandError, match=r"Edition 1 has no text in “fr”\. Its languages are: en"):
            exported(meeting, "--edition=1", "--language=fr")

    @pytest.mark.parametrize("edition", [(), ("--edition=1",)])
    def test_what_is_no_language(self, meeting: Meeting, clock: Any, edition: tuple[str, ...]) -> None:
        published(clock, meeting)
        with pytest.raises(CommandError, match=r"“xx” is not one of the languages: bg, .*, sv"):
            exported(meeting, "--language=xx", *edition)
        assert exported(meeting, "--language=EN", *edition) == exported(meeting, *edition)


class TestTheFirstLine:
    def test_of_a_draft(self, meeting: Meeting) -> None:
        assert first_line(meeting) == "DRAFT, as of 14 September 2060, 10:00 (Brussels)"

    def test_of_an_edition_to_come_and_of_the_working_copy_that_says_the_same(self, meeting: Meeting) -> None:
        publish(meeting, at=PRESS_DAY + DAY)
        for options in ([], ["--edition=1"]):
            assert first_line(meeting, *options) == "EMBARGO until 15 September 2060, 10:00 (Brussels)"

    def test_of_what_is_live_there_is_none(self, meeting: Meeting, clock: Any) -> None:
        published(clock, meeting)
        for options in ([], ["--edition=1"]):
            assert first_line(meeting, *options) == "Council of the European Union"

    def test_of_a_change_since(self, meeting: Meeting, clock: Any) -> None:
        published(clock, meeting)
        meeting = changed(meeting, notice="Second.")
        assert first_line(meeting).startswith("DRAFT, as of 14 September 2060, 10:00:01")
        assert first_line(meeting, "--edition=1") == "Council of the European Union"

    def test_of_an_earlier_edition(self, meeting: Meeting, clock: Any) -> None:
        published(clock, meeting)
        published(clock, changed(meeting, notice="Second."))
        assert first_line(meeting, "--edition=1").startswith("NO LONGER LIVE, as of")
        assert "First." in exported(meeting, "--edition=1")
        assert "Second." in exported(meeting, "--edition=2")


class TestAnotherLanguage:
    def test_of_the_working_copy(self, meeting: Meeting) -> None:
        translate(meeting, notice="En français.")
        assert "En français." in exported(meeting, "--language=fr")
        assert "First." in exported(meeting)

    def test_what_is_borrowed_is_marked_and_explained_at_the_top(self, meeting: Meeting) -> None:
        translate(meeting, notice="En français.")
        note = exported(meeting, "--language=fr")
        assert note.splitlines()[2] == "What begins with “[en]” is not translated: there the text in English stands in."
        assert "\n[en] Ministers will discuss **migration**.\n" in note
        assert "\n[en] Migration policy\n" in note
        assert "\n* En français.\n" in note
        assert "[en]" not in exported(meeting)

    def test_each_paragraph_and_point_of_a_text_is_marked(self, meeting: Meeting) -> None:
        changed(meeting, lead="<p>One.</p><ul><li>Two</li><li>Three</li></ul>")
        assert "[en] One.\n\n- [en] Two\n- [en] Three\n" in exported(meeting, "--language=fr")

    def test_headings_are_those_of_the_language(self, meeting: Meeting) -> None:
        note = exported(meeting, "--language=fr")
        for line in ("NOTE D'INFORMATION*", "Conférences de presse:", "- **[en] Home Affairs Council** (+/- 13:00)"):
            assert f"\n{line}\n" in note

    def test_in_a_language_without_words_of_its_own_they_are_english_and_that_is_told(self, meeting: Meeting) -> None:
        translate(meeting, language="fi", notice="Suomeksi.")
        note = exported(meeting, "--language=fi")
        assert (
            "The headings and other fixed words of this note are in English: there are none in suomi (fi) yet." in note
        )
        assert "\n* Suomeksi.\n" in note


class TestFiles:
    """Their text is what `tests/agenda/exporting/` holds them to."""

    @pytest.mark.parametrize("form", ["pdf", "docx"])
    def test_of_the_working_copy_say_that_it_is_a_draft(self, meeting: Meeting, tmp_path: Path, form: str) -> None:
        told = file_of(meeting, tmp_path, f"--format={form}")
        assert "DRAFT, as of 14 September 2060, 10:00 (Brussels)" in told
        assert "First." in told

    @pytest.mark.parametrize("form", ["pdf", "docx"])
    def test_of_an_edition_to_come_are_under_embargo(self, meeting: Meeting, tmp_path: Path, form: str) -> None:
        publish(meeting, at=PRESS_DAY + DAY)
        told = file_of(meeting, tmp_path, f"--format={form}", "--edition=1")
        assert "EMBARGO until 15 September 2060, 10:00 (Brussels)" in told
        assert "Edition 1" in told

    def test_of_another_language(self, meeting: Meeting, tmp_path: Path) -> None:
        translate(meeting, notice="En français.")
        assert "En français." in file_of(meeting, tmp_path, "--format=pdf", "--language=fr")

    def test_json_is_the_document_to_the_byte(self, meeting: Meeting, clock: Any) -> None:
        edition = published(clock, meeting)
        assert exported(meeting, "--format=json", "--edition=1") == edition.documents.get().document.text

    def test_where_none_can_be_written(self, meeting: Meeting, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"Cannot write .*: No such file or directory"):
            exported(meeting, "--format=pdf", f"--output={tmp_path / 'nowhere' / 'note.pdf'}")

    def test_none_is_poured_over_a_screen(self, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        with pytest.raises(CommandError, match="Use --output"):
            exported(meeting, "--format=docx")


def file_of(meeting: Meeting, folder: Path, *options: str) -> str:
    file = folder / "note"
    assert exported(meeting, f"--output={file}", *options) == ""
    content = file.read_bytes()
    return (words_of_pdf if content.startswith(b"%PDF") else words_of_word)(content)


def test_a_meal_is_no_press_conference(meeting: Meeting) -> None:
    """Not even where its title says what it is, as one under that heading would have to."""
    meeting.programme.create(kind="meal", title="Working lunch: paying for nature", position=9)
    _before, _heading, press = exported(meeting).partition("Press conferences:")
    press, others, rest = press.partition("Other events:")
    assert others
    assert "Working lunch" not in press
    assert "Working lunch" in rest
