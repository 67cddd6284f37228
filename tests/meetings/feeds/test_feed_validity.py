"""Test that feeds follow RFC 4287: with a RELAX NG schema (jing), and with checks that no schema can express."""

import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from meetings.documents.choices import MeetingStatus
from meetings.documents.schema import TopicName
from meetings.models import EditionReason
from tests.edition_publisher import (
    EditionPublisher,
    make_meeting_version,
    make_topic_document,
    translate_to_french,
)
from tests.external_tools import find_tool
from tests.factories import PRESS_DAY, make_configuration, make_full_document, make_uuid
from tests.meetings.feeds.feed_reader import ATOM, parse_feed
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("editions_of_all_kinds")]
SCHEMA = Path(__file__).with_name("atom.rnc")
FEEDS = (
    "meetings/feed.atom",
    "meetings/corrections.atom",
    "meetings/jha/feed.atom",
    "press-conferences/feed.atom",
    "topics/migration-policy/feed.atom",
)


def find_faults(folder: Path, feeds: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Return the errors that jing reports, by the names of the feeds; none for a valid feed."""
    jing = find_tool("jing", version=())
    files = {name: folder / f"{number}.atom" for number, name in enumerate(feeds)}
    for name, file in files.items():
        file.write_bytes(feeds[name])
    ran = subprocess.run(
        [jing, "-c", str(SCHEMA), *map(str, files.values())], capture_output=True, text=True, check=False
    )
    faults = (ran.stdout + ran.stderr).splitlines()
    found = {name: [fault for fault in faults if str(file) in fault] for name, file in files.items()}
    assert sum(map(len, found.values())) == len(faults), faults
    return found


@share_world
def editions_of_all_kinds(clock: Any) -> None:
    """Publish editions of every kind in two languages, with characters that are special in XML."""
    appears = EditionPublisher(clock)
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


def fetch_feeds(visitor: Visitor) -> dict[str, bytes]:
    addresses = [f"/{language}/{path}" for language in ("en", "fr", "mt") for path in FEEDS]
    return {address: visitor.get(address).content for address in addresses}


def test_feeds_are_valid_full_or_empty(visitor: Visitor, clock: Any, tmp_path: Path) -> None:
    feeds = fetch_feeds(visitor)
    clock.move_to(PRESS_DAY)
    empty = visitor.get("/en/meetings/feed.atom").content
    assert parse_feed(empty).findall(f"{ATOM}entry") == []
    assert not any(find_faults(tmp_path, feeds | {"empty": empty}).values())


def test_entries_have_unique_ids_and_a_page_of_each_kind(visitor: Visitor) -> None:
    for address, feed in fetch_feeds(visitor).items():
        entries = parse_feed(feed).findall(f"{ATOM}entry")
        assert entries, address
        for entry in entries:
            pages = [each for each in entry.findall(f"{ATOM}link") if each.get("rel") == "alternate"]
            kinds = Counter((page.get("type"), page.get("hreflang")) for page in pages)
            assert set(kinds.values()) == {1}, address
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert len(set(ids)) == len(ids), address


def test_invalid_feed_is_found(visitor: Visitor, tmp_path: Path) -> None:
    feed = visitor.get("/en/meetings/feed.atom").content
    changes = [
        (b"<updated>", b"<updated>x"),
        (b"<id>urn:", b"<id>/"),
        (b'rel="self"', b'rel="elsewhere"'),
        (b"<category ", b"<word>x</word><category "),
        (b'type="text"', b'type="markdown"'),
        (b"</entry>", b"<title>Another</title></entry>"),
        (b"<name>", b"<called>"),  # the last one, because jing stops at a file that is not XML
    ]
    assert all(good in feed for good, _bad in changes)
    faults = find_faults(tmp_path, {bad.decode(): feed.replace(good, bad) for good, bad in changes})
    assert [bad for bad, found in faults.items() if not found] == []
