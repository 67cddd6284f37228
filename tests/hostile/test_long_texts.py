"""Formatted texts that are far too long: every way in refuses them at once, with a message, and nothing is lost."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from agenda.documents.translations.segments import list_segments
from agenda.models import AgendaItem
from agenda.notes.line_reader import NoteError, read_lines
from agenda.translation.save import TranslationInput, save_translations
from agenda.workflow.drafts import build_draft
from meetings.documents.encoding import compute_digest, encode_document
from meetings.fields.richtext import clean_html, format_as_typed, parse_typed_text
from meetings.models import Meeting
from tests.admin_forms import create_client_with_role
from tests.factories import COMMAND, make_configuration, make_meeting, make_meeting_document, publish_now
from tests.hostile.texts import LONG_TEXTS
from tests.note_editor import EditorSession
from tests.processor_time import within

pytestmark = pytest.mark.django_db
TOO_LONG = "characters. The maximum is 100,?000: shorten it"


def test_cleaning_refuses_before_it_reads_the_text() -> None:
    with within(1):
        for text in LONG_TEXTS:
            for clean in (clean_html, parse_typed_text):
                with pytest.raises(ValidationError, match=TOO_LONG):
                    clean(text)
            assert format_as_typed(text) == text


def test_note_editor_names_the_member_and_keeps_the_note() -> None:
    meeting = make_meeting()
    note = EditorSession(create_client_with_role("Authors"), meeting)
    for text in LONG_TEXTS:
        note.document["agenda"][0]["text"] = text
        with within(3):
            answer = note.save()
        assert answer.status_code == 422
        [problem] = answer.json()["problems"]
        assert (problem["kind"], problem["member"]) == ("agenda", "text")
    assert AgendaItem.objects.get().text == "<p>State of play.</p>"


def test_text_that_cleaning_makes_too_long_is_shown_nowhere() -> None:
    """It was under the limit, so no mistake was found, and the preview and the comparison had it as it was typed."""
    note = EditorSession(create_client_with_role("Authors"), make_meeting())
    evil = '<script>alert(1)</script><meta http-equiv="refresh" content="0;url=https://evil.example/">'
    note.document["lead"] = f"{evil}<p>{'&' * 30_000}</p>"
    for answer in (note.save(), note.post("preview", {"document": note.document})):
        assert answer.status_code == 422
        assert "characters. The maximum is" in answer.content.decode()
        assert "alert(1)" not in answer.content.decode()


def test_translation_is_refused(clock: Any) -> None:
    meeting = make_meeting()
    segment = next(each for each in list_segments(build_draft(meeting, timezone.now())) if each.rich)
    for text in LONG_TEXTS:
        inputs = {segment.key: TranslationInput(text, compute_digest(segment.text), "")}
        with within(3):
            result = save_translations(meeting, "fr", inputs, by=COMMAND, now=timezone.now())
        assert "characters. The maximum is" in result.errors[segment.key]


def test_import_is_refused() -> None:
    for text in LONG_TEXTS:
        with within(1), pytest.raises(NoteError, match=r"can have at most"):
            read_lines(text.encode())


@pytest.mark.parametrize("is_translation", [False, True], ids=["source", "translation"])
def test_load_meetings_loads_nothing(tmp_path: Path, is_translation: bool) -> None:
    make_configuration()
    texts = ("<p>Short.</p>", LONG_TEXTS[0]) if is_translation else (LONG_TEXTS[0],)
    lines = [
        json.loads(encode_document(make_meeting_document(lead=text))) | {"language": language}
        for language, text in zip(("en", "fr"), texts, strict=False)
    ]
    file = tmp_path / "meetings.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with within(5), pytest.raises(CommandError):
        call_command("load_meetings", file)
    assert not Meeting.objects.exists()


def test_text_of_a_list_has_a_limit(clock: Any) -> None:
    """It had none: a reference of 60,000 spaces, which nobody sees, kept every comparison busy for 17 seconds."""
    note = EditorSession(create_client_with_role("Authors"), make_meeting())
    for text in ("x" * 501, " " * 60_000):
        note.document["references"] = [text]
        answer = note.save()
        assert answer.status_code == 422
        [problem] = answer.json()["problems"]
        assert problem["member"] == "references"
        assert f"has {len(text)} characters. The maximum is 500" in problem["message"]
    note.document["references"] = ["x" * 500]
    assert note.save().status_code == 200


def test_name_that_nobody_types_is_taken_from_what_is_saved(clock: Any) -> None:
    """The comparison took it as it was posted, and read its white space again from each sign on."""
    meeting = make_meeting()
    publish_now(clock, meeting)
    note = EditorSession(create_client_with_role("Authors"), meeting)
    name = "Zanzibar" + " " * 60_000
    note.document["presidency"] = {"country": "EE", "name": name}
    note.document["configuration"]["name"] = name
    with within(3):
        answer = note.post("changes", {"document": note.document})
    assert answer.status_code == 200
    assert "Zanzibar" not in answer.content.decode()
