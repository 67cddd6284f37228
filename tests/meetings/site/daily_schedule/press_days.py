"""Helpers: build and publish documents of press days, and read the daily schedule."""

import datetime as dt
import re
from html import unescape
from typing import Any

from django.utils import timezone

from meetings.documents import schema
from meetings.documents.choices import PointKind, TimePrecision
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import create_edition
from meetings.models import Edition
from meetings.reference.configurations import CONFIGURATIONS
from tests.factories import SECOND, make_meeting_document, make_uuid
from tests.public_requests import Visitor

SCHEDULE = "/en/day/2060-09-14/"
TEN = dt.datetime(2060, 9, 14, 8, 0, tzinfo=dt.UTC)  # in Brussels
BRIEFING = PointKind.PRESS_BRIEFING


def make_point(title: str, time: str | None = None, **values: Any) -> schema.Point:
    precision = TimePrecision.EXACT if time else TimePrecision.NOT_STATED
    defaults: dict[str, Any] = {
        "id": make_uuid(title),
        "kind": BRIEFING,
        "time": time,
        "time_text": time or "",
        "time_precision": precision,
    }
    return schema.Point(title=title, **defaults | values)


def make_document(slug: str, *programme: schema.Point, **values: Any) -> MeetingDocument:
    facts = next(facts for facts in CONFIGURATIONS if facts.slug == slug)
    name = schema.ConfigurationName(code=facts.code, slug=slug, name=facts.name)
    defaults: dict[str, Any] = {
        "id": make_uuid(slug),
        "title": f"{facts.code} Council",
        "configuration": name,
        "programme": [*programme],
    }
    return make_meeting_document(**defaults | values)


def publish_documents(clock: Any, *documents: MeetingDocument, **more: Any) -> list[Edition]:
    """Publish each document as an edition of its own in the next second, and move the clock to that second."""
    at = timezone.now() + SECOND
    editions = [create_edition([document], available_from=at, **more) for document in documents]
    clock.move_to(at)
    return editions


def extract_text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def get_page(visitor: Visitor, address: str = SCHEDULE) -> str:
    response = visitor.get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


def list_entries(html: str) -> list[str]:
    """Return the text of each entry, in the order of the page."""
    return [
        extract_text(f"<li{part}")
        for part in re.findall(r'(?s)<li( class="entry.*?)</li>\s*(?=<li class="entry|</ol>)', html)
    ]


def read_titles(html: str) -> list[str]:
    """Return the titles of the points; in these tests each title is one word."""
    return [entry.partition("briefing: ")[2].partition(" ")[0] for entry in list_entries(html)]


def list_titles(visitor: Visitor, address: str = SCHEDULE) -> list[str]:
    return read_titles(get_page(visitor, address))
