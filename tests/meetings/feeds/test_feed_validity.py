"""Test that feeds follow RFC 4287: with a RELAX NG schema (jing), and with checks that no schema can express."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from meetings.documents.choices import MeetingStatus
from meetings.documents.schema import TopicName
from meetings.models import EditionReason
from tests.edition_publisher import (
    EditionPublisher,
    appears,
    make_meeting_version,
    make_topic_document,
    translate_to_french,
)
from tests.external_tools import find_tool
from tests.factories import make_configuration, make_full_document, make_uuid
from tests.meetings.feeds.feed_reader import ATOM, parse_feed
from tests.public_requests import Visitor

__all__ = ["appears"]
pytestmark = pytest.mark.browser
SCHEMA = Path(__file__).with_name("atom.rnc")
FEEDS = (
    "meetings/feed.atom",
    "meetings/corrections.atom",
    "meetings/jha/feed.atom",
    "topics/migration-policy/feed.atom",
)


def find_faults(folder: Path, feed: bytes) -> str:
    """Return the errors that jing reports; empty for a valid feed."""
    jing = find_tool("jing", version=())
    file = folder / "feed.atom"
    file.write_bytes(feed)
    ran = subprocess.run([jing, "-c", str(SCHEMA), str(file)], capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr


@pytest.fixture
def publish_all_kinds_of_editions(appears: EditionPublisher) -> None:
    """Publish editions of every kind in two languages, with characters that are special in XML."""
    make_configuration()
    odd = 'Ministers & "others" <b>\u2028\x85 ]]>'
    first = appears(make_meeting_version("closed", odd), change_note=odd)
    appears(
        make_meeting_version("closed"),
        translate_to_french(make_meeting_version("closed"), "Conseil «JAI»"),
        reason=EditionReason.TRANSLATION,
    )
    appears.suppress(first)
    for kind in (EditionReason.CORRECTION, EditionReason.EDITORIAL, EditionReason.FACTS, EditionReason.RESTORATION):
        appears(make_full_document(title=odd, lead=f"<p>{kind}</p>"), reason=kind, change_note=odd)
    called_off = {"status": MeetingStatus.POSTPONED, "start_date": None, "end_date": None}
    appears(make_full_document(**called_off), reason=EditionReason.CORRECTION, change_note="Later.")
    appears(make_topic_document())
    with_topic = make_full_document(id=make_uuid("with topic"), address_word="topic")
    with_topic.agenda[0].topics = [TopicName(id=make_uuid("topic"), slug="migration-policy", title="Migration policy")]
    appears(with_topic)
    appears.withdraw(
        appears(make_meeting_version("gone"), translate_to_french(make_meeting_version("gone"), "Conseil")), reason=odd
    )


@pytest.mark.parametrize("language", ["en", "fr", "mt"])
@pytest.mark.parametrize("path", FEEDS)
def test_feeds_are_valid_full_or_empty(
    visitor: Visitor, publish_all_kinds_of_editions: None, tmp_path: Path, path: str, language: str
) -> None:
    feed = visitor.get(f"/{language}/{path}").content
    assert find_faults(tmp_path, feed) == ""
    entries = parse_feed(feed).findall(f"{ATOM}entry")
    assert entries
    for entry in entries:
        pages = [each for each in entry.findall(f"{ATOM}link") if each.get("rel") == "alternate"]
        kinds = Counter((page.get("type"), page.get("hreflang")) for page in pages)
        assert set(kinds.values()) == {1}
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)


def test_empty_feed_is_valid(visitor: Visitor, db: None, tmp_path: Path) -> None:
    assert find_faults(tmp_path, visitor.get("/en/meetings/feed.atom").content) == ""


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"<updated>", b"<updated>x"),
        (b"<id>urn:", b"<id>/"),
        (b'rel="self"', b'rel="elsewhere"'),
        (b"<name>", b"<called>"),
        (b"<category ", b"<word>x</word><category "),
        (b'type="text"', b'type="markdown"'),
        (b"</entry>", b"<title>Another</title></entry>"),
    ],
)
def test_invalid_feed_is_found(
    visitor: Visitor, publish_all_kinds_of_editions: None, tmp_path: Path, good: bytes, bad: bytes
) -> None:
    feed = visitor.get("/en/meetings/feed.atom").content
    assert good in feed
    assert find_faults(tmp_path, feed.replace(good, bad)) != ""
