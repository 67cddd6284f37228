"""Write the benchmark's meetings as lines for `manage.py load_meetings`, so that both sites serve the same content.

The generator is a Python file with `meetings(n)`, `topics()` and `configurations()`, which is not part of this
repository. Each meeting has items with texts, links, a chair and three topics. Our topics belong to items, so each of
the first three items gets one of them.
"""

import importlib.util
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from meetings.documents import schema
from meetings.documents.choices import Form, ItemKind, Language, LinkKind, ProcedureType, PublicBasis, PublicSession
from meetings.documents.encoding import encode_document
from meetings.reference.configurations import CONFIGURATIONS

NAMESPACE = UUID("6a0b6c1e-2f5a-5d0e-9a55-5d6a5a1c0002")
ITEMS: Mapping[str, Mapping[str, Any]] = {
    "Legislative deliberation": {
        "procedure_type": ProcedureType.LEGISLATIVE,
        "public": PublicSession.YES,
        "public_basis": PublicBasis.DELIBERATION,
    },
    "Non-legislative activity": {"procedure_type": ProcedureType.NON_LEGISLATIVE},
    "A item": {"kind": ItemKind.A_ITEMS},
    "Any other business": {"kind": ItemKind.ANY_OTHER_BUSINESS},
}
LINKS = {
    "Video": LinkKind.BROADCAST,
    "Press release": LinkKind.PRESS_RELEASE,
    "Background brief": LinkKind.BACKGROUND,
    "Photos": LinkKind.PHOTOS,
    "Live stream": LinkKind.LIVE_STREAM,
    "Document": LinkKind.DOCUMENT,
}
ENGLISH = {"language": Language.EN, "source_language": Language.EN}
CODES_BY_SLUG = {facts.slug: facts.code for facts in CONFIGURATIONS}


def load_generator(path: Path) -> Any:
    """Import the file and return its module."""
    spec = importlib.util.spec_from_file_location("corpus_generator", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def get_id(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


def build_lines(source: Any, count: int) -> Iterator[str]:
    topics, configurations = source.topics(), source.configurations()
    for topic in topics:
        yield encode_document(build_topic_document(topic))
    for meeting in source.meetings(count):
        yield encode_document(build_meeting_document(meeting, configurations, topics))


def build_topic_document(topic: Mapping[str, Any]) -> schema.TopicDocument:
    return schema.TopicDocument(
        id=get_id(topic["slug"]),
        slug=topic["slug"],
        title=topic["title"],
        text=f"<p>{topic['summary']}</p>",
        **ENGLISH,  # type: ignore[arg-type]
    )


def build_meeting_document(meeting: Mapping[str, Any], configurations: Any, topics: Any) -> schema.MeetingDocument:
    slug = meeting["slug"]
    configuration = configurations[meeting["configuration"]]
    city, _comma, venue = meeting["place"].partition(", ")
    chair, _comma, role = meeting["chair"].partition(", ")
    named = [topics[number] for number in meeting["topics"]]
    return schema.MeetingDocument(
        id=get_id(slug),
        configuration=schema.ConfigurationName(code=CODES_BY_SLUG[configuration["slug"]], **configuration),
        title=meeting["title"],
        form=Form.FORMAL if venue else Form.VIDEO_CONFERENCE,
        start_date=meeting["start_date"],
        end_date=meeting["end_date"],
        place=schema.Place(city=city, venue=venue) if venue else schema.Place(),
        address_word=slug,
        chairs=[schema.Chair(id=get_id(f"{slug} chair"), name=chair, role=role)],
        lead=meeting["summary"],
        agenda=[
            build_item_document(f"{slug} item {place}", item, named[place : place + 1])
            for place, item in enumerate(meeting["items"])
        ],
        links=[
            schema.Link(
                id=get_id(f"{slug} link {place}"), kind=LINKS[link["kind"]], title=link["label"], url=link["url"]
            )
            for place, link in enumerate(meeting["links"])
        ],
        **ENGLISH,  # type: ignore[arg-type]
    )


def build_item_document(name: str, item: Mapping[str, Any], topics: Any) -> schema.Item:
    return schema.Item(
        id=get_id(name),
        title=item["title"],
        text=item["body"],
        topics=[schema.TopicName(id=get_id(one["slug"]), slug=one["slug"], title=one["title"]) for one in topics],
        **ITEMS[item["kind"]],
    )
