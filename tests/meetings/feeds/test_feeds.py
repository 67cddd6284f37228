"""Test Atom feeds."""

from typing import Any

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
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DAY,
    make_configuration,
    make_documents,
    make_full_document,
    make_meeting,
    make_uuid,
    publish,
)
from tests.meetings.feeds.feed_reader import ATOM, LANG, get_text, list_entries, list_links, list_titles, read_feed
from tests.public_requests import Visitor

__all__ = ["appears"]
COUNCIL = "Justice and Home Affairs Council, 14 September 2060"
ALL = "meetings/feed.atom"


@pytest.mark.django_db
class TestNotFound:
    @pytest.mark.parametrize("path", ["meetings/nobody/feed.atom", "topics/nothing/feed.atom", "feed.atom"])
    def test_unknown_configuration_has_no_feed(self, visitor: Visitor, path: str) -> None:
        assert visitor.get(f"/en/{path}").status_code == 404

    def test_feeds_are_read_only(self, visitor: Visitor) -> None:
        assert visitor.post("/en/meetings/feed.atom").status_code == 405

    @pytest.mark.parametrize("name", ["feed.atom", "calendar.ics"])
    def test_feed_of_a_withdrawn_topic_is_gone(self, visitor: Visitor, appears: EditionPublisher, name: str) -> None:
        appears.withdraw(appears(make_topic_document()))
        response = visitor.get(f"/en/topics/migration-policy/{name}")
        assert (response.status_code, response["Content-Type"]) == (410, "application/problem+json")
        problem = response.json()
        assert (problem["type"], problem["detail"]) == ("/api/problems/withdrawn/", "Sent too early.")
        assert (problem["name"], problem["id"]) == ("JHA", str(make_uuid("topic")))
        assert (problem["request_id"], "ETag" in response) == (response["X-Request-Id"], False)

    def test_scheduled_editions_are_in_no_feed(self, visitor: Visitor, clock: Any) -> None:
        publish(make_meeting(), at=PRESS_DAY + DAY)
        assert list_titles(visitor) == list_titles(visitor, "meetings/jha/feed.atom") == []
        clock.move_to(PRESS_DAY + DAY)
        assert len(list_titles(visitor)) == len(list_titles(visitor, "meetings/jha/feed.atom")) == 1


class TestFeed:
    def test_feed_has_metadata(self, visitor: Visitor, appears: EditionPublisher) -> None:
        make_configuration()
        appears(make_meeting_version())
        found = read_feed(visitor, "meetings/jha/feed.atom", "fr")
        assert get_text(found, "title") == 'Conseil "Justice et affaires intérieures"'
        assert found.get(LANG) == "fr"
        assert list_links(found) == {None: "http://testserver/fr/meetings/jha/"}
        assert list_links(found, "self") == {None: "http://testserver/fr/meetings/jha/feed.atom"}
        assert get_text(found, "updated") == "2060-09-14T08:01:00+00:00"
        assert get_text(found.find(f"{ATOM}author"), "name") == "Press office of the Council of the European Union"

    def test_feed_names_its_licence(self, visitor: Visitor, db: None, settings: Any) -> None:
        settings.ATTRIBUTION, settings.LICENCE_NAME, settings.LICENCE_URL = (
            "The Council",
            "CC BY",
            "https://cc.example/",
        )
        found = read_feed(visitor)
        assert '<https://cc.example/>; rel="license"' in visitor.get(f"/en/{ALL}")["Link"]
        assert get_text(found, "rights") == "The Council, CC BY: https://cc.example/"
        assert list_links(found, "license") == {None: "https://cc.example/"}

    def test_feeds_have_stable_unique_ids(self, visitor: Visitor, appears: EditionPublisher) -> None:
        make_configuration()
        appears(make_topic_document())
        paths = [ALL, "meetings/corrections.atom", "meetings/jha/feed.atom", "topics/migration-policy/feed.atom"]
        ids = [get_text(read_feed(visitor, path, language), "id") for path in paths for language in ("en", "fr")]
        assert len(set(ids)) == 8
        assert ids[0] == "urn:uuid:acfd23c5-b837-5218-89c6-f4af135df56d"
        appears(make_topic_document("asylum-policy"))
        assert get_text(read_feed(visitor, "topics/asylum-policy/feed.atom"), "id") == ids[6]

    def test_unchanged_feed_is_the_same(self, visitor: Visitor, appears: EditionPublisher, clock: Any) -> None:
        empty = visitor.get(f"/en/{ALL}")
        clock.move_to(PRESS_DAY + DAY)
        assert visitor.get(f"/en/{ALL}").content == empty.content
        assert visitor.get(f"/en/{ALL}", headers={"If-None-Match": empty["ETag"]}).status_code == 304

    def test_unchanged_feed_takes_no_query(self, visitor: Visitor, appears: EditionPublisher) -> None:
        first = appears(make_meeting_version())
        appears(make_meeting_version(title="Another"))
        validator = visitor.get(f"/en/{ALL}")
        request_headers = {"If-None-Match": validator["ETag"], "If-Modified-Since": "Fri, 31 Dec 2060 00:00:00 GMT"}
        assert (visitor.get(f"/en/{ALL}", headers=request_headers).status_code, visitor.statements) == (304, [])
        appears.suppress(first)
        assert visitor.get(f"/en/{ALL}", headers=request_headers).status_code == 200
        assert "Last-Modified" not in validator

    def test_feed_has_the_newest_fifty_editions(self, visitor: Visitor, appears: EditionPublisher) -> None:
        for n in range(52):
            appears(make_meeting_version(f"m{n}", f"Council {n}"))
        found = list_titles(visitor)
        assert (len(found), found[0]) == (50, "Published: Council 51, 14 September 2060")

    def test_number_of_queries_is_constant(self, visitor: Visitor, appears: EditionPublisher) -> None:
        documents = make_documents(26)
        for document in documents[:1]:
            appears(document)
            document.lead = "<p>Otherwise.</p>"
            appears(document, reason=EditionReason.CORRECTION)
        list_entries(visitor)
        queries = len(visitor.statements)
        for document in documents[1:]:
            appears(document)
            document.lead = "<p>Otherwise.</p>"
            appears(document, reason=EditionReason.CORRECTION)
        assert len(list_entries(visitor)) == 50
        assert len(visitor.statements) == queries == 6


class TestEntry:
    def test_entry_has_all_elements(self, visitor: Visitor, appears: EditionPublisher) -> None:
        make_configuration()
        edition = appears(
            make_meeting_version(),
            translate_to_french(make_meeting_version(), "Conseil JAI"),
            change_note="The first one.",
        )
        [entry] = list_entries(visitor, language="fr")
        page = "meetings/jha/2060/09/14-meeting/"
        assert get_text(entry, "id") == f"urn:uuid:{edition.pk}"
        assert get_text(entry, "title") == "Published: Conseil JAI, 14 septembre 2060"
        assert get_text(entry, "published") == get_text(entry, "updated") == "2060-09-14T08:01:00+00:00"
        assert get_text(entry, "summary") == "The first one."
        assert (entry.get(LANG), entry.find(f"{ATOM}summary").get(LANG)) == ("fr", "en")
        assert list_links(entry) == {None: f"http://testserver/fr/{page}"} | {
            language: f"http://testserver/{language}/{page}" for language in ("en", "fr")
        }
        category = entry.find(f"{ATOM}category")
        assert (category.get("term"), category.get("label")) == ("jha", "Justice et affaires intérieures")

    @pytest.mark.once
    @pytest.mark.parametrize(
        ("kind", "values", "title"),
        [
            (EditionReason.CORRECTION, {}, f"Corrected: {COUNCIL}"),
            (EditionReason.EDITORIAL, {}, f"Minor correction (spelling or wording): {COUNCIL}"),
            (EditionReason.FACTS, {}, f"Changed on the day: {COUNCIL}"),
            (EditionReason.RESTORATION, {}, f"Restored: {COUNCIL}"),
            (EditionReason.AGAIN, {}, f"Published again: {COUNCIL}"),
            (EditionReason.CORRECTION, {"status": MeetingStatus.CANCELLED}, f"Cancelled: {COUNCIL}"),
            (
                EditionReason.CORRECTION,
                {"status": MeetingStatus.POSTPONED, "start_date": None, "end_date": None},
                "Postponed, no new date: Justice and Home Affairs Council",
            ),
        ],
    )
    def test_title_says_what_happened(
        self, visitor: Visitor, appears: EditionPublisher, kind: EditionReason, values: dict[str, Any], title: str
    ) -> None:
        appears(make_full_document(end_date=PRESS_DAY.date()))
        appears(make_full_document(**{"end_date": PRESS_DAY.date()} | values), reason=kind, change_note="Why.")
        assert list_titles(visitor) == [title, f"Published: {COUNCIL}"]

    def test_correction_of_a_cancelled_meeting_is_not_a_cancellation(
        self, visitor: Visitor, appears: EditionPublisher
    ) -> None:
        for lead in ("<p>One.</p>", "<p>Two.</p>"):
            appears(make_meeting_version(status=MeetingStatus.CANCELLED, lead=lead), reason=EditionReason.CORRECTION)
        assert list_titles(visitor) == [f"Corrected: {COUNCIL}", f"Cancelled: {COUNCIL}"]

    def test_added_language_is_named_without_a_note(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_version())
        appears(
            make_meeting_version(),
            translate_to_french(make_meeting_version(), "Conseil JAI"),
            reason=EditionReason.TRANSLATION,
        )
        added, first = list_entries(visitor)
        assert get_text(added, "title") == f"Translated: {COUNCIL}"
        assert (get_text(added, "summary"), get_text(first, "summary")) == ("Now also available in: français.", None)

    def test_first_publication_has_the_lead_in_its_language(self, visitor: Visitor, appears: EditionPublisher) -> None:
        document = make_meeting_version(lead="<p>We discuss <strong>migration</strong>.</p><p>And fish.</p>")
        french = translate_to_french(document, "Conseil JAI")
        french.fallbacks = ["lead"]
        appears(document, french)
        for language in ("en", "fr"):
            [entry] = list_entries(visitor, language=language)
            assert get_text(entry, "summary") == "We discuss migration. And fish."
            assert (entry.get(LANG), entry.find(f"{ATOM}summary").get(LANG)) == (language, "en")
        appears(make_meeting_version(lead="<p>Otherwise.</p>"), reason=EditionReason.CORRECTION)
        assert get_text(list_entries(visitor)[0], "summary") is None

    def test_long_lead_ends_with_a_whole_word(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_topic_document(lead=f"<p>{'word ' * 400}</p>"))
        summary = get_text(list_entries(visitor, "topics/migration-policy/feed.atom")[0], "summary")
        assert summary == ("word " * 199).rstrip() + "…"

    def test_only_the_notice_of_a_withdrawn_meeting_is_listed(
        self, visitor: Visitor, appears: EditionPublisher
    ) -> None:
        appears(make_meeting_version(title="Zanzibar"), change_note="Zanzibar")
        reason = "Sent too early"  # without a full stop
        appears.withdraw(appears(make_meeting_version(title="Zanzibar")), takes_place=True, reason=reason)
        [notice] = list_entries(visitor)
        assert get_text(notice, "title") == "Withdrawn: JHA, 14 September 2060"
        summary = "Sent too early. The meeting itself takes place. Only its page was withdrawn."
        assert get_text(notice, "summary") == summary
        assert "Zanzibar" not in visitor.get(f"/en/{ALL}").content.decode()

    def test_suppressed_edition_has_the_reason(self, visitor: Visitor, appears: EditionPublisher) -> None:
        first = appears(make_meeting_version(title="Zanzibar"), change_note="Zanzibar")
        appears(make_meeting_version(), reason=EditionReason.CORRECTION)
        appears.advance(9 * MINUTE)
        appears.suppress(first)
        closed = list_entries(visitor)[1]
        assert get_text(closed, "title") == "The text of edition 1 has been removed"
        assert get_text(closed, "summary") == "A private number stood in it."
        assert (get_text(closed, "published"), get_text(closed, "updated")) == (
            "2060-09-14T08:01:00+00:00",
            "2060-09-14T08:11:00+00:00",
        )
        assert get_text(read_feed(visitor), "updated") == "2060-09-14T08:11:00+00:00"
        assert "Zanzibar" not in visitor.get(f"/en/{ALL}").content.decode()


class TestSelection:
    def test_feed_of_a_configuration(self, visitor: Visitor, appears: EditionPublisher) -> None:
        make_configuration("ecofin")
        appears(make_meeting_version())
        assert list_titles(visitor, "meetings/ecofin/feed.atom") == []
        assert len(list_titles(visitor)) == 1

    def test_feed_of_corrections(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_version("a"))
        appears(make_meeting_version("a", lead="<p>Otherwise.</p>"), reason=EditionReason.CORRECTION)
        appears(
            make_meeting_version("a"),
            translate_to_french(make_meeting_version("a"), "Conseil JAI"),
            reason=EditionReason.TRANSLATION,
        )
        appears.withdraw(appears(make_meeting_version("b")))
        appears(make_meeting_version("b"), reason=EditionReason.AGAIN)
        assert list_titles(visitor, "meetings/corrections.atom") == [
            f"Published again: {COUNCIL}",
            "Withdrawn: JHA, 14 September 2060",
            f"Corrected: {COUNCIL}",
        ]

    def test_feed_of_a_topic_includes_its_meetings(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_topic_document())
        document = make_full_document(end_date=PRESS_DAY.date())
        document.agenda[0].topics = [
            TopicName(id=make_uuid("topic"), slug="migration-policy", title="Migration policy")
        ]
        first = appears(document)
        appears(make_meeting_version("another"))
        expected = [f"Published: {COUNCIL}", "Published: Migration policy"]
        assert list_titles(visitor, "topics/migration-policy/feed.atom") == expected
        assert "Published: Migration policy" not in list_titles(visitor)
        document.agenda[0].topics = []
        appears(document)
        appears.suppress(first)  # that it named the topic is part of the text that is removed
        assert list_titles(visitor, "topics/migration-policy/feed.atom") == expected[1:]

    def test_feed_of_a_topic_moves_with_it(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_topic_document("migration-policy"))
        appears(make_topic_document("asylum-policy"))
        response = visitor.get("/en/topics/migration-policy/feed.atom")
        assert (response.status_code, response["Location"]) == (302, "/en/topics/asylum-policy/feed.atom")
        assert len(list_titles(visitor, "topics/asylum-policy/feed.atom")) == 2


@pytest.mark.once
class TestLinksOnPages:
    @pytest.mark.parametrize(
        ("page", "offered"),
        [
            ("", ["meetings/feed.atom", "meetings/corrections.atom"]),
            ("meetings/", ["meetings/feed.atom", "meetings/corrections.atom"]),
            ("meetings/jha/", ["meetings/jha/feed.atom"]),
            ("topics/migration-policy/", ["topics/migration-policy/feed.atom"]),
        ],
    )
    def test_pages_link_to_feeds(
        self, visitor: Visitor, appears: EditionPublisher, page: str, offered: list[str]
    ) -> None:
        make_configuration()
        appears(make_topic_document())
        html = visitor.get(f"/fi/{page}").content.decode()
        lines = [line for line in html.splitlines() if 'type="application/atom+xml"' in line]
        assert len(lines) == len(offered)
        for line, path in zip(lines, offered, strict=True):
            assert f'href="/fi/{path}"' in line
            assert 'rel="alternate"' in line
            assert read_feed(visitor, path, "fi") is not None
