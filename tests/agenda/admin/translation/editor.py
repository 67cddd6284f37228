"""Open and fill in the translation editor as a translator does."""

import re
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from agenda.documents.translations.segments import list_segments
from agenda.documents.translations.status import list_source_texts
from agenda.translation.save import TranslationInput, compute_fingerprint, save_translations
from agenda.workflow.drafts import build_draft, get_subject_type
from agenda.workflow.revisions import keep_revision
from meetings.access.audit import Actor
from meetings.documents.encoding import compute_digest
from meetings.models import Meeting, Translation, UUIDModel
from tests.admin_forms import create_user, give_role, sign_in
from tests.agenda.admin.screens import Subject, get_actor, get_step_url
from tests.factories import COMMAND, make_meeting

FIELD = re.compile(r"<textarea name=\"text-([^\"]+)\"[^>]*>\n(.*?)</textarea>", re.S)
CARRIED = re.compile(r'<input type="hidden" name="(from-[^"]+)" value="([^"]*)"')
LEAD = "<p>Les ministres débattront de <strong>migration</strong>.</p>"


def create_translator(name: str, language: str, of: str = "") -> Client:
    """Create another translator. The roles must exist."""
    give_role(create_user(name), "Translators", of, language)
    return sign_in(name)


def keep_source_revision(subject: Any, by: Actor = COMMAND) -> Any:
    """Keep a revision, as saving the source does."""
    subject.refresh_from_db()
    subject.increase_version()
    keep_revision(subject, timezone.now(), by)
    subject.refresh_from_db()
    return subject


def create_meeting(configuration: str = "jha", **values: Any) -> Meeting:
    meeting: Meeting = keep_source_revision(make_meeting(configuration, **values))
    return meeting


def change_title(meeting: Meeting, title: str = "Migration and asylum policy") -> None:
    """Change the title of the item, as its author does."""
    meeting.agenda.update(title=title)
    keep_source_revision(meeting)


def get_editor_url(subject: Subject, language: str = "fr") -> str:
    return get_step_url(subject, f"translate/{language}/")


def read_form(client: Client, subject: Subject, language: str = "fr", query: str = "") -> dict[str, Any]:
    """Return what a browser would send of the editor as it is shown."""
    page = client.get(get_editor_url(subject, language) + query).content.decode()
    return {f"text-{name}": unescape(text) for name, text in FIELD.findall(page)} | dict(CARRIED.findall(page))


def get_field_name(row: UUIDModel, field: str, what: str = "text") -> str:
    return f"{what}-{row.pk}-{field}"


def send_form(
    client: Client, subject: Subject, data: dict[str, Any], language: str = "fr", *, follow: bool = True, **more: Any
) -> Any:
    return client.post(get_editor_url(subject, language), data | more, follow=follow)


def build_inputs(subject: Subject, row: UUIDModel, language: str, texts: dict[str, str]) -> dict[str, TranslationInput]:
    """Return the texts of one row as typed over what is stored, by field."""
    sources = list_source_texts(build_draft(subject, timezone.now()))
    segments = {source.segment.key: source.segment for source in sources}
    rows = Translation.objects.filter(subject_id=subject.pk, row_id=row.pk, language=language)
    stored = dict(rows.values_list("field", "text"))
    inputs = {}
    for field, typed in texts.items():
        segment = segments[row.pk, field]
        shown = compute_fingerprint(segment, stored.get(field, ""))
        inputs[field] = TranslationInput(typed, compute_digest(segment.text), shown)
    return inputs


def save_texts(client: Client, subject: Subject, row: UUIDModel, language: str = "fr", **texts: str) -> Any:
    """Type the texts of one row in the editor, and save. The other texts are not sent."""
    data = {}
    for field, typed in build_inputs(subject, row, language, texts).items():
        data[get_field_name(row, field)] = typed.typed
        data[get_field_name(row, field, "from")] = f"{typed.source_digest} {typed.shown_fingerprint}"
    return send_form(client, subject, data, language)


def save_translation(subject: Subject, row: UUIDModel, language: str = "fr", by: str = "ines", **texts: str) -> None:
    """Save texts of one row as the editor does, without opening it."""
    inputs = {(row.pk, field): typed for field, typed in build_inputs(subject, row, language, texts).items()}
    result = save_translations(subject, language, inputs, by=get_actor(by), now=timezone.now())
    assert not result.errors


def tick_box(client: Client, subject: Subject, row: UUIDModel, field: str, what: str) -> Any:
    """Open the editor, tick a box beside one text, and save."""
    page = client.get(get_editor_url(subject)).content.decode()
    box = re.search(rf'type="checkbox" name="{get_field_name(row, field, what)}"(?: value="([^"]*)")?', page)
    assert box, f"no such box: {what}"
    return send_form(client, subject, read_form(client, subject) | {get_field_name(row, field, what): box[1] or "on"})


def get_words_at(response: Any, row: UUIDModel, field: str) -> str:
    """Return the words shown beside one text."""
    page = response.content.decode()
    begin = page.index(f'id="{row.pk}-{field}"')
    end = re.compile(r'<div class="translated-text"|</section>').search(page, begin)
    assert end
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page[begin : end.start()])).split())


def read_words_at(client: Client, subject: Subject, row: UUIDModel, field: str, language: str = "fr") -> str:
    return get_words_at(client.get(get_editor_url(subject, language)), row, field)


def get_translations(language: str = "fr") -> dict[str, str]:
    """Return the translations by field."""
    return dict(Translation.objects.filter(language=language).values_list("field", "text"))


def translate_texts(subject: Subject, language: str, texts: dict[tuple[Any, str], str]) -> None:
    """Translate texts by row and field from the current working copy."""
    segments = {segment.key: segment for segment in list_segments(build_draft(subject, timezone.now()))}
    for (row, field), text in texts.items():
        Translation.objects.update_or_create(
            subject_type=get_subject_type(subject),
            subject_id=subject.pk,
            row_id=row.pk,
            field=field,
            language=language,
            defaults={"text": text, "source_digest": compute_digest(segments[row.pk, field].text)},
        )


def translate_all_texts(meeting: Meeting, language: str = "fr") -> None:
    """Translate all texts of the meeting of the cast that reference data do not know."""
    item: Any = meeting.agenda.get()
    texts = {
        (meeting, "lead"): LEAD,
        (meeting.sessions.get(), "title"): "Affaires intérieures",
        (meeting.chairs.get(), "role"): "Ministre estonien de l'intérieur",
        (item, "title"): "Politique migratoire",
        (item, "text"): "<p>État des lieux.</p>",
        (meeting.programme.get(), "title"): "Conseil «Affaires intérieures»",
        (meeting.links.get(), "title"): "Retransmission en direct",
        (item.links.get(), "title"): "Pressions migratoires",
    }
    translate_texts(meeting, language, texts)
    keep_source_revision(meeting)
