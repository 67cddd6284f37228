"""Open and fill in the translation editor as a translator does."""

import re
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from agenda.workflow.revisions import keep_revision
from meetings.access.audit import Actor
from meetings.models import Meeting, Translation, User, UUIDModel
from tests.admin_forms import give_role
from tests.agenda.admin.screens import Subject, get_step_url
from tests.factories import COMMAND, make_meeting, translate

FIELD = re.compile(r"<textarea name=\"text-([^\"]+)\"[^>]*>\n(.*?)</textarea>", re.S)
CARRIED = re.compile(r'<input type="hidden" name="(from-[^"]+)" value="([^"]*)"')
LEAD = "<p>Les ministres débattront de <strong>migration</strong>.</p>"


def create_translator(name: str, language: str, of: str = "") -> Client:
    """Create another translator. The roles must exist (`member_of`)."""
    user = User.objects.create_user(username=name, is_staff=True)
    give_role(user, "Translators", of, language)
    client = Client()
    client.force_login(user)
    return client


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


def send_form(client: Client, subject: Subject, data: dict[str, Any], language: str = "fr", **more: Any) -> Any:
    return client.post(get_editor_url(subject, language), data | more, follow=True)


def save_texts(client: Client, subject: Subject, row: UUIDModel, language: str = "fr", **texts: Any) -> Any:
    """Open the editor, type the texts of one row, and save."""
    typed = {get_field_name(row, field): text for field, text in texts.items()}
    return send_form(client, subject, read_form(client, subject, language) | typed, language)


def tick_box(client: Client, subject: Subject, row: UUIDModel, field: str, what: str) -> Any:
    """Open the editor, tick a box beside one text, and save."""
    page = client.get(get_editor_url(subject)).content.decode()
    box = re.search(rf'type="checkbox" name="{get_field_name(row, field, what)}"(?: value="([^"]*)")?', page)
    assert box, f"no such box: {what}"
    return send_form(client, subject, read_form(client, subject), **{get_field_name(row, field, what): box[1] or "on"})


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


def translate_all_texts(meeting: Meeting, language: str = "fr") -> None:
    """Translate all texts of the meeting of the cast that reference data do not know."""
    item: Any = meeting.agenda.get()
    translate(meeting, language=language, lead=LEAD)
    translate(meeting, meeting.sessions.get(), language, title="Affaires intérieures")
    translate(meeting, meeting.chairs.get(), language, role="Ministre estonien de l'intérieur")
    translate(meeting, item, language, title="Politique migratoire", text="<p>État des lieux.</p>")
    translate(meeting, meeting.programme.get(), language, title="Conseil «Affaires intérieures»")
    translate(meeting, meeting.links.get(), language, title="Retransmission en direct")
    translate(meeting, item.links.get(), language, title="Pressions migratoires")
    keep_source_revision(meeting)
