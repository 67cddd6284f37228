"""Publish editions one after the other, without working copies, for the tests of feeds."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from meetings.documents.choices import Language
from meetings.documents.schema import MeetingDocument, Tombstone, TopicDocument
from meetings.editions.freezing import create_edition, create_tombstone
from meetings.editions.published_version import known_versions
from meetings.models import Edition, Suppression
from tests.factories import MINUTE, PRESS_DAY, SECOND, make_meeting_document, make_uuid

EN, FR = Language.EN, Language.FR
Documents = MeetingDocument | TopicDocument


class EditionPublisher:
    """Publishes, withdraws and suppresses. Each act is a minute after the last; the clock is a second after it."""

    def __init__(self, clock: Any) -> None:
        self.clock, self.instant = clock, PRESS_DAY

    def __call__(self, *documents: Documents, **more: Any) -> Edition:
        """Publish one edition of these documents."""
        return create_edition(documents, available_from=self.advance(), **more)

    def withdraw(self, edition: Edition, reason: str = "Sent too early.", takes_place: bool | None = None) -> Edition:
        facts: dict[str, Any] = {"id": edition.subject_id, "address": edition.address, "title": "JHA"}
        facts["takes_place"] = takes_place
        notices = [Tombstone(language=Language(name), reason=reason, **facts) for name in edition.languages]
        return create_tombstone(edition, notices, available_from=self.advance())

    def suppress(self, edition: Edition) -> Suppression:
        """Suppress the edition and forget what this process has cached, as after a second."""
        known_versions.clear()
        return Suppression.objects.create(edition=edition, at=self.instant, reason="A private number stood in it.")

    def advance(self, time: dt.timedelta = MINUTE) -> dt.datetime:
        self.instant += time
        self.clock.move_to(self.instant + SECOND)
        return self.instant


@pytest.fixture
def appears(db: None, clock: Any) -> Callable[..., Any]:
    return EditionPublisher(clock)


def make_meeting_version(
    name: str = "meeting", title: str = "Justice and Home Affairs Council", **values: Any
) -> MeetingDocument:
    return make_meeting_document(title, **{"id": make_uuid(name), "address_word": name} | values)


def translate_to_french(document: MeetingDocument, title: str) -> MeetingDocument:
    values: dict[str, Any] = {name: getattr(document, name) for name in document.__struct_fields__}
    return MeetingDocument(**values | {"language": FR, "title": title})


def make_topic_document(slug: str = "migration-policy", **values: Any) -> TopicDocument:
    facts: dict[str, Any] = {"id": make_uuid("topic"), "language": EN, "source_language": EN, "slug": slug}
    return TopicDocument(title=slug.replace("-", " ").capitalize(), **facts | values)
