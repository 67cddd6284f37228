"""Publish editions one after the other, without working copies, for the tests of feeds."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from meetings.documents.shape import MeetingDocument, Tombstone, TopicDocument
from meetings.editions import bury, freeze
from meetings.generation import forget
from meetings.models import Edition, Suppression
from meetings.vocabulary import Language
from tests.cast import MINUTE, PRESS_DAY, SECOND, meeting_document, named

EN, FR = Language.EN, Language.FR
Documents = MeetingDocument | TopicDocument


class Appearing:
    """Publishes, withdraws and suppresses. Each act is a minute after the last; the clock is a second after it."""

    def __init__(self, clock: Any) -> None:
        self.clock, self.instant = clock, PRESS_DAY

    def __call__(self, *documents: Documents, **more: Any) -> Edition:
        """Publish one edition of these documents."""
        return freeze(documents, available_from=self.pass_on(), **more)

    def withdraw(self, edition: Edition, reason: str = "Sent too early.") -> Edition:
        facts: dict[str, Any] = {"id": edition.subject_id, "address": edition.address, "title": "JHA"}
        notices = [Tombstone(language=Language(name), reason=reason, **facts) for name in edition.languages]
        return bury(edition, notices, available_from=self.pass_on())

    def suppress(self, edition: Edition) -> Suppression:
        """Suppress the edition and forget what this process has cached, as after a second."""
        forget()
        return Suppression.objects.create(edition=edition, at=self.instant, reason="A private number stood in it.")

    def pass_on(self, time: dt.timedelta = MINUTE) -> dt.datetime:
        self.instant += time
        self.clock.move_to(self.instant + SECOND)
        return self.instant


@pytest.fixture
def appears(db: None, clock: Any) -> Callable[..., Any]:
    return Appearing(clock)


def meeting(name: str = "meeting", title: str = "Justice and Home Affairs Council", **values: Any) -> MeetingDocument:
    return meeting_document(title, **{"id": named(name), "address_word": name} | values)


def in_french(document: MeetingDocument, title: str) -> MeetingDocument:
    values: dict[str, Any] = {name: getattr(document, name) for name in document.__struct_fields__}
    return MeetingDocument(**values | {"language": FR, "title": title})


def topic(slug: str = "migration-policy", **values: Any) -> TopicDocument:
    facts: dict[str, Any] = {"id": named("topic"), "language": EN, "source_language": EN, "slug": slug}
    return TopicDocument(title=slug.replace("-", " ").capitalize(), **facts | values)
