"""Whoever approves or publishes a text is shown each word of it that somebody wrote, also if no page shows it."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from agenda.models import BackgroundTopic
from agenda.workflow.drafts import Subject, build_draft
from agenda.workflow.restoring import restore_document
from agenda.workflow.review_actions import approve, submit
from meetings.models import Meeting
from tests.admin_forms import sign_in
from tests.agenda.admin.screens import get_step_url
from tests.agenda.workflow.users import create_people, get_people, get_shown
from tests.factories import COMMAND, PRESS_DAY, make_full_document, make_topic

CODES = {"id", "type", "language", "source_language", "country", "form", "status", "agenda_status", "kind", "digest"}
CODES |= {"public", "outcome", "time_precision", "state", "procedure_type", "items", "session", "fallbacks", "timezone"}
CODES |= {"time", "date", "start_date", "end_date", "issued_on", "at", "time_text"}  # shown in other words


def walk_words(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the words of each member that is a text."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from walk_words(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from walk_words(each, name)
    elif isinstance(value, str) and value:
        yield name, value


def flatten(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def list_words_not_shown(subject: Subject, user: str, step: str) -> list[tuple[str, str]]:
    page = sign_in(user).get(get_step_url(subject, step)).content.decode()
    page = re.sub(r"<select.*?</select>", "", page, flags=re.DOTALL)  # the parts that one may comment on
    words = flatten(unescape(unescape(page)))
    written = walk_words(to_builtins(build_draft(subject, PRESS_DAY)))
    return [(name, text) for name, text in written if name not in CODES and flatten(text) not in words]


def make_full_meeting() -> Meeting:
    document = make_full_document()
    links = [replace(document.links[0], url="https://example.eu/words-of-an-address"), *document.links[1:]]
    restore_document(
        replace(document, links=links, lead='<p>See <a href="https://example.eu/more">more</a>.</p>'), by=COMMAND
    )
    return Meeting.objects.get()


def make_meeting_with_empty_session() -> Meeting:
    """Nothing is in a session, so the checks do not name it. Search and the API have it."""
    document = make_full_document()
    session = replace(document.sessions[0], title="Words of a session", text="", place="", date=None)
    names = ("agenda", "chairs", "programme")
    parts = {name: [replace(part, session=None) for part in getattr(document, name)] for name in names}
    restore_document(replace(document, sessions=[session], **parts), by=COMMAND)
    return Meeting.objects.get()


def make_named_topic() -> BackgroundTopic:
    return make_topic(slug="words-of-an-address", title="Migration policy")


@pytest.mark.parametrize("make", [make_named_topic, make_full_meeting, make_meeting_with_empty_session])
def test_nothing_is_left_out(db: None, clock: Any, make: Any) -> None:
    create_people()
    people, subject = get_people(), make()
    submit(subject, by=people["anna"])
    assert list_words_not_shown(subject, "petra", "review/") == []
    approve(subject, by=people["paul"], shown=get_shown(subject))
    assert list_words_not_shown(subject, "petra", "release/") == []
