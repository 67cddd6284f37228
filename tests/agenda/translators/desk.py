"""The translation desk, opened and filled in as by a translator."""

import re
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from agenda.revisions import keep_revision
from meetings.audit import Actor
from meetings.models import Meeting, Row, Translation, User
from tests.agenda.desk.screens import Subject, address_of
from tests.agenda.filling import give
from tests.cast import COMMAND, make_meeting, translate

FIELD = re.compile(r"<textarea name=\"text-([^\"]+)\"[^>]*>\n(.*?)</textarea>", re.S)
CARRIED = re.compile(r'<input type="hidden" name="(from-[^"]+)" value="([^"]*)"')
LEAD = "<p>Les ministres débattront de <strong>migration</strong>.</p>"


def translator(name: str, language: str, of: str = "") -> Client:
    """One more; the roles have to be there already (`member_of`)."""
    user = User.objects.create_user(username=name, is_staff=True)
    give(user, "Translators", of, language)
    client = Client()
    client.force_login(user)
    return client


def kept(subject: Any, by: Actor = COMMAND) -> Any:
    """As after a save of its source."""
    subject.refresh_from_db()
    subject.move_version()
    keep_revision(subject, timezone.now(), by)
    subject.refresh_from_db()
    return subject


def a_meeting(configuration: str = "jha", **values: Any) -> Meeting:
    meeting: Meeting = kept(make_meeting(configuration, **values))
    return meeting


def corrected(meeting: Meeting, title: str = "Migration and asylum policy") -> None:
    """The author changes the title of the item."""
    meeting.agenda.update(title=title)
    kept(meeting)


def desk_of(subject: Subject, language: str = "fr") -> str:
    return address_of(subject, f"translate/{language}/")


def opened(client: Client, subject: Subject, language: str = "fr", query: str = "") -> dict[str, Any]:
    """What a browser would send of the desk as it is shown."""
    page = client.get(desk_of(subject, language) + query).content.decode()
    return {f"text-{name}": unescape(text) for name, text in FIELD.findall(page)} | dict(CARRIED.findall(page))


def named(row: Row, field: str, what: str = "text") -> str:
    return f"{what}-{row.pk}-{field}"


def sent(client: Client, subject: Subject, data: dict[str, Any], language: str = "fr", **more: Any) -> Any:
    return client.post(desk_of(subject, language), data | more, follow=True)


def saved(client: Client, subject: Subject, row: Row, language: str = "fr", **texts: Any) -> Any:
    """Opens the desk, types the texts of one row, and saves."""
    typed = {named(row, field): text for field, text in texts.items()}
    return sent(client, subject, opened(client, subject, language) | typed, language)


def ticked(client: Client, subject: Subject, row: Row, field: str, what: str) -> Any:
    """Opens the desk, ticks a box at one text, and saves."""
    page = client.get(desk_of(subject)).content.decode()
    box = re.search(rf'type="checkbox" name="{named(row, field, what)}"(?: value="([^"]*)")?', page)
    assert box, f"no such box: {what}"
    return sent(client, subject, opened(client, subject), **{named(row, field, what): box[1] or "on"})


def at(response: Any, row: Row, field: str) -> str:
    """The words that stand at one text."""
    page = response.content.decode()
    begin = page.index(f'id="{row.pk}-{field}"')
    end = re.compile(r'<div class="translated-text"|</section>').search(page, begin)
    assert end
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page[begin : end.start()])).split())


def seen(client: Client, subject: Subject, row: Row, field: str, language: str = "fr") -> str:
    return at(client.get(desk_of(subject, language)), row, field)


def texts(language: str = "fr") -> dict[str, str]:
    """What is translated, by field."""
    return dict(Translation.objects.filter(language=language).values_list("field", "text"))


def everything(meeting: Meeting, language: str = "fr") -> None:
    """Translates all that the meeting of the cast has and reference data do not know."""
    item: Any = meeting.agenda.get()
    translate(meeting, language=language, lead=LEAD)
    translate(meeting, meeting.sessions.get(), language, title="Affaires intérieures")
    translate(meeting, meeting.chairs.get(), language, role="Ministre estonien de l'intérieur")
    translate(meeting, item, language, title="Politique migratoire", text="<p>État des lieux.</p>")
    translate(meeting, meeting.programme.get(), language, title="Conseil «Affaires intérieures»")
    translate(meeting, meeting.links.get(), language, title="Retransmission en direct")
    translate(meeting, item.links.get(), language, title="Pressions migratoires")
    kept(meeting)
