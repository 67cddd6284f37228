"""Publish the meeting of September 2017 and its topic, which are the examples of the description, at their time."""

import datetime as dt
from typing import Any

import msgspec
from django.core.management import call_command
from django.db import transaction

from meetings.api.examples import read_example
from meetings.api.renderers import Envelope
from meetings.documents.encoding import convert_data
from meetings.documents.schema import MeetingDocument, Tombstone, TopicDocument
from meetings.editions.freezing import create_edition, create_tombstone
from tests.factories import make_uuid
from tests.public_requests import lifted_guards

NOW = dt.datetime(2017, 9, 13, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
ENVELOPE = {member.name for member in msgspec.structs.fields(Envelope)}
MEETING, TOPIC = (read_example(name)["answer"] for name in ("getMeeting", "getTopic"))
GONE = str(make_uuid("withdrawn"))


def build_document(answer: dict[str, Any], shape: Any, **changed: Any) -> Any:
    return convert_data({name: value for name, value in answer.items() if name not in ENVELOPE} | changed, shape)


def publish_september_2017() -> None:
    """Publish the meeting, its topic and a withdrawn meeting.

    Use it in `committed` tests, because only the owner of the tables can publish in the past.
    """
    with lifted_guards(), transaction.atomic():
        call_command("load_reference", verbosity=0)
        for answer, shape in ((TOPIC, TopicDocument), (MEETING, MeetingDocument)):
            at = dt.datetime.fromisoformat(answer["published_at"])
            create_edition([build_document(answer, shape)], available_from=at, change_note=answer["change_note"])
        withdrawn = build_document(MEETING, MeetingDocument, id=GONE, agenda=[], links=[], start_date="2017-09-25")
        edition = create_edition([withdrawn], available_from=NOW - HOUR)
        facts: dict[str, Any] = {"id": edition.subject_id, "language": "en", "address": edition.address}
        notice = Tombstone(title=withdrawn.title, reason="It was published with the wrong date.", **facts)
        create_tombstone(edition, [notice], available_from=NOW - HOUR / 2)
