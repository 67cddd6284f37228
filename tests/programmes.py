"""Documents of meetings with programme points, published without a working copy."""

from typing import Any

from meetings.documents.choices import LinkKind, PointKind, TimePrecision
from meetings.documents.schema import Link, MeetingDocument, Point, TopicDocument
from tests.factories import MINUTE, PRESS_DAY, create_editions, make_meeting_document, make_uuid

STREAM = "https://video.example/press"


def make_point(name: str, time: str | None = "13:00", **values: Any) -> Point:
    """Return a press conference, unless `values` says otherwise. Without a time, it is at the end of something."""
    members: dict[str, Any] = {"id": make_uuid(name), "kind": PointKind.PRESS_CONFERENCE, "title": name, "time": time}
    members["time_precision"] = TimePrecision.EXACT if time else TimePrecision.RELATIVE
    return Point(**members | values)


def make_stream(url: str = STREAM, language: str = "", title: str = "Stream") -> Link:
    return Link(id=make_uuid(url + language), kind=LinkKind.LIVE_STREAM, title=title, url=url, language=language)


def show_documents(clock: Any, *documents: MeetingDocument | TopicDocument) -> None:
    create_editions(documents, available_from=PRESS_DAY + MINUTE)
    clock.move_to(PRESS_DAY + 2 * MINUTE)


def make_programme(*points: Point, name: str = "meeting", **values: Any) -> MeetingDocument:
    return make_meeting_document(id=make_uuid(name), programme=list(points), **values)
