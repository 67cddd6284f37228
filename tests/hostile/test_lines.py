"""Texts of one line with line breaks, control characters and direction signs: no way in accepts them, and every writer
of what was published with them before stays valid.
"""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.core.validators import RegexValidator
from django.db.models import CharField, TextField
from django.utils import timezone
from msgspec.structs import replace

from agenda.documents.translations.segments import list_segments
from agenda.models import AgendaItem
from agenda.notes.line_reader import NoteError, read_lines
from agenda.translation.save import TranslationInput, compute_fingerprint, save_translations
from agenda.workflow.drafts import build_draft
from agenda.workflow.errors import WorkflowError, clean_lines, clean_text
from meetings.admin.users import RoleForm
from meetings.documents import schema
from meetings.documents.encoding import InvalidDocument, compute_digest, encode_document
from meetings.documents.schema import Item, Speaker
from meetings.fields.line import AddressField, LineField, validate_line
from meetings.fields.richtext import RichTextField
from meetings.models import AuditEntry, Meeting, Translation, User
from meetings.models.validators import validate_web_address
from tests.admin_forms import create_client_with_role
from tests.agenda.export.file_readers import extract_pdf_words, extract_word_words
from tests.factories import (
    COMMAND,
    make_configuration,
    make_full_document,
    make_meeting,
    make_meeting_document,
    make_uuid,
    publish_now,
    restore,
)
from tests.hostile.texts import EVERY_SIGN, FORMULAS, LINES
from tests.meetings.feeds.calendars.calendar_reader import read_events
from tests.meetings.feeds.feed_reader import list_titles
from tests.note_editor import EditorSession
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db


class TestWaysIn:
    @pytest.mark.parametrize("text", LINES.values(), ids=LINES)
    def test_column_refuses_the_sign_and_names_its_place(self, text: str) -> None:
        with pytest.raises(ValidationError, match=r"after “Fisheries”\. Delete it"):
            validate_line(text)
        item = AgendaItem(meeting=make_meeting(), title=text)
        with pytest.raises(ValidationError, match="after “Fisheries”"):
            item.full_clean()

    def test_lists_and_parts_of_a_column_refuse_it(self) -> None:
        make_configuration()
        for name in ("supported_by", "documents"):
            item = Item(id=make_uuid("item"), title="Fisheries")
            setattr(item, name, [EVERY_SIGN])
            with pytest.raises(InvalidDocument, match="after “Fisheries”"):
                restore(make_meeting_document(agenda=[item]))
        point = make_full_document().programme[0]
        point.speakers = [Speaker(name=EVERY_SIGN)]
        with pytest.raises(InvalidDocument, match="after “Fisheries”"):
            restore(make_meeting_document(programme=[replace(point, session=None, items=[])]))

    def test_note_editor_names_the_member(self) -> None:
        note = EditorSession(create_client_with_role("Authors"), make_meeting())
        note.document["agenda"][0]["title"] = EVERY_SIGN
        answer = note.save()
        assert answer.status_code == 422
        [mistake] = answer.json()["problems"]
        assert (mistake["kind"], mistake["member"]) == ("agenda", "title")
        assert "a line break (U+000A) after “Fisheries”" in mistake["message"]
        assert not AgendaItem.objects.filter(title=EVERY_SIGN).exists()

    @pytest.mark.parametrize("member", ["address_word", "time"])
    def test_note_editor_refuses_a_line_break_at_the_end(self, member: str) -> None:
        """The page of a meeting with such a word in its address was not found, and a time was an error 500."""
        note = EditorSession(create_client_with_role("Authors"), make_meeting())
        if member == "time":
            note.document["programme"][0]["time"] = "13:00\n"
        else:
            note.document[member] = "word\n"
        answer = note.save()
        assert answer.status_code in (400, 422)
        assert member in str(answer.json())
        assert not Meeting.objects.filter(address_word__endswith="\n").exists()

    def test_every_column_of_a_document_is_one_line_or_cleaned(self) -> None:
        """“Outcome sought” was none, and took line breaks, invisible signs, and signs that turn the direction."""
        models: list[Any] = [model for model in apps.get_models() if hasattr(model, "shape")]
        fields = [model._meta.get_field(name) for model in models for name in model.list_document_columns()]
        texts = [field for field in fields if isinstance(field, CharField | TextField) and not field.choices]
        others = {field.name for field in texts if not isinstance(field, LineField | AddressField | RichTextField)}
        assert others == {"slug", "address_word", "url", "country"}  # which have patterns without a space

    @pytest.mark.parametrize("member", ["first_name", "last_name", "email"])
    def test_accounts_refuse_it(self, member: str) -> None:
        """Colleagues read names, and mails had lines of their own in the header with `"a<vertical tab>Bcc:b"@c.eu`."""
        account = User.objects.create_user("petra")
        for text in [*LINES.values(), "Fisheries\vBcc:b"]:
            setattr(account, member, f'"{text}"@example.eu' if member == "email" else text)
            with pytest.raises(ValidationError, match="Delete it, or type the text again"):
                account.full_clean(exclude={"password"})

    def test_roles_refuse_it(self) -> None:
        for text in LINES.values():
            assert "Delete it, or type the text again" in str(RoleForm({"name": text}).errors)

    @pytest.mark.parametrize("sign", ["\x1b", "\u202e", "\u2028", "\U000e0041"])
    def test_web_address_refuses_the_sign(self, sign: str) -> None:
        """`check_links` printed it to the terminal of an operator."""
        with pytest.raises(ValidationError, match="Enter a complete web address"):
            validate_web_address(f"https://example.eu/{sign}page")

    def test_patterns_of_columns_end_at_the_end_of_the_text(self) -> None:
        """In Python, `$` also matches before a line break at the end."""
        fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
        validators = [one for field in fields for one in getattr(field, "validators", ())]
        patterns = [one.regex.pattern for one in validators if isinstance(one, RegexValidator)]  # type: ignore[union-attr]
        assert len(patterns) > 5
        assert [pattern for pattern in patterns if pattern.endswith("$")] == []

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            (schema.ClockTime, "13:00"),
            (schema.WebAddress, "https://example.eu"),
            (schema.CountryCode, "EE"),
            (schema.Sha256, "0" * 64),
        ],
    )
    def test_patterns_of_documents_end_at_the_end_of_the_text(self, kind: Any, text: str) -> None:
        assert msgspec.convert(text, kind) == text
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(f"{text}\n", kind)

    def test_address_without_a_page_is_not_published(self, clock: Any) -> None:
        meeting = make_meeting()
        Meeting.objects.update(address_word="word\n")
        with pytest.raises(WorkflowError, match="No page can have this web address"):
            publish_now(clock, meeting)

    def test_form_joins_lines_and_refuses_the_rest(self) -> None:
        client = create_client_with_role("Administrators")
        rest = {"code": "NEW", "slug": "new", "kind": "other", "valid_from": "2030-01-01", "position": "0"}
        for text in ("Home\nAffairs", "Home \u202eAffairs"):
            client.post("/admin/meetings/configuration/add/", rest | {"name": text})
        assert "Name: Home Affairs" in AuditEntry.objects.get(act="reference_changed").details["words"]

    def test_translation_joins_lines_and_refuses_the_rest(self, clock: Any) -> None:
        meeting = make_meeting()
        segment = next(each for each in list_segments(build_draft(meeting, timezone.now())) if each.field == "title")
        inputs = {segment.key: TranslationInput("Pêche \u202eeuqitilop", compute_digest(segment.text), "")}
        result = save_translations(meeting, "fr", inputs, by=COMMAND, now=timezone.now())
        assert "invisible sign" in result.errors[segment.key]
        sent = TranslationInput("Pêche\u2028et\vmer", compute_digest(segment.text), compute_fingerprint(segment, ""))
        assert save_translations(meeting, "fr", {segment.key: sent}, by=COMMAND, now=timezone.now()).saved == 1
        assert Translation.objects.get().text == "Pêche et mer"

    def test_notes_and_reasons_stand_on_one_line_and_remarks_on_several(self) -> None:
        assert clean_text(" One\u2028two\n\nthree ", "note") == "One two three"
        assert clean_lines("One\r\n\ttwo\n", "remark") == "One\n two"
        for clean in (clean_text, clean_lines):
            with pytest.raises(WorkflowError, match="invisible sign"):
                clean("One \u202etwo", "note")

    def test_import_names_the_line(self) -> None:
        with pytest.raises(NoteError, match=r"line 2: .*invisible sign.*U\+202E"):
            read_lines("AGRICULTURE\nFisheries \u202eycilop".encode())
        assert [line.source for line in read_lines("One\u2028two".encode())] == ["One", "two"]

    @pytest.mark.parametrize("is_translation", [False, True], ids=["source", "translation"])
    def test_load_meetings_loads_nothing(self, tmp_path: Path, is_translation: bool) -> None:
        make_configuration()
        texts = ("Home Affairs", EVERY_SIGN) if is_translation else (EVERY_SIGN,)
        lines = []
        for language, text in zip(("en", "fr"), texts, strict=False):
            item = Item(id=make_uuid("item"), title=text)
            lines.append(json.loads(encode_document(make_meeting_document(agenda=[item]))) | {"language": language})
        file = tmp_path / "meetings.jsonl"
        file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
        with pytest.raises(CommandError, match="after “Fisheries”"):
            call_command("load_meetings", file)
        assert not Meeting.objects.exists()


class TestWriters:
    """Columns refuse these texts since November 2026. Editions from before may have them."""

    @pytest.fixture
    def published(self, clock: Any) -> str:
        meeting = make_meeting(title=EVERY_SIGN, venue=EVERY_SIGN, status_reason=EVERY_SIGN, notice=EVERY_SIGN)
        for rows in (meeting.agenda, meeting.programme, meeting.sessions, meeting.links):
            rows.update(title=EVERY_SIGN)
        meeting.chairs.update(name=EVERY_SIGN, role=EVERY_SIGN)
        return f"/en/{publish_now(clock, meeting).address}"

    def test_calendars_have_one_event(self, visitor: Visitor, published: str) -> None:
        for address in ("/en/meetings/calendar.ics", f"{published}meeting.ics", "/en/meetings/jha/calendar.ics"):
            events = read_events(visitor, address)
            assert len({str(event["UID"]) for event in events}) == len(events) > 0
            assert all("Fisheries" in str(event["SUMMARY"]) for event in events)

    def test_feeds_are_xml(self, visitor: Visitor, published: str) -> None:
        assert any("Fisheries" in str(title) for title in list_titles(visitor))
        assert visitor.get("/en/meetings/corrections.atom").status_code == 200

    def test_tables_have_one_row_a_line(self, visitor: Visitor, published: str) -> None:
        for name in ("meetings", "agenda-items", "media-links"):
            content = visitor.get(f"/api/v1/{name}/?format=csv").content.decode()
            rows = list(csv.DictReader(io.StringIO(content)))
            assert rows
            assert content.count("\r\n") == len(rows) + 1
            assert None not in {key for row in rows for key in row}

    def test_pages_and_files_open(self, visitor: Visitor, published: str) -> None:
        for address in (published, "/en/", "/en/meetings/", "/en/day/2060-09-14/", "/en/search/?q=Fisheries"):
            assert visitor.get(address).status_code == 200
        assert "Fisheries" in extract_pdf_words(visitor.get(f"{published}note.pdf").content)
        assert "Fisheries" in extract_word_words(visitor.get(f"{published}note.docx").content)
        assert visitor.get(f"{published}note.txt").status_code == 200

    def test_log_keeps_one_line_a_message(self, visitor: Visitor, published: str, caplog: Any) -> None:
        """Whoever reads the log cannot tell an invented line from another."""
        invented, headers = "%E2%80%A8%0Afake/", {"user-agent": EVERY_SIGN.replace("\n", " ")}
        with caplog.at_level("WARNING"):
            for refused in (
                visitor.get(f"/en/meetings/{invented}", headers=headers),
                visitor.post(f"/en/?next={invented}", headers=headers),
                visitor.get(f"/api/v1/meetings/{invented}", headers=headers),
                visitor.get(f"/admin/{invented}", headers=headers),
                visitor.get(f"/en/{invented}", headers={"host": "fake\u2028.example.eu"}),
            ):
                assert refused.status_code in {302, 400, 404, 405}
        messages = [record.getMessage() for record in caplog.records]
        assert sum("fake" in message for message in messages) >= 3
        assert [message for message in messages if len(message.splitlines()) != 1] == []


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_table_is_calculated(visitor: Visitor, clock: Any, formula: str) -> None:
    meeting = make_meeting()
    meeting.agenda.update(title=formula)
    publish_now(clock, meeting)
    content = visitor.get("/api/v1/agenda-items/?format=csv").content.decode()
    [row] = csv.DictReader(io.StringIO(content))
    for cell in (row["title"], *re.split(r"[;\n\r]", row["title"])):
        assert not re.match(r"[\s\"]*[=+\-@﹦]", cell)
