"""Test the change feed."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from meetings.documents.choices import MeetingStatus
from meetings.editions.freezing import create_edition
from meetings.models import EditionReason, Erasure, StoredDocument
from tests.edition_publisher import (
    FR,
    EditionPublisher,
    appears,
    make_meeting_version,
    make_topic_document,
    translate_to_french,
)
from tests.factories import (
    DAY,
    PRESS_DAY,
    SECOND,
    make_documents,
    make_full_document,
    make_meeting,
    make_topic,
    make_uuid,
    publish,
)
from tests.public_requests import Visitor

__all__ = ["appears"]


def get_results(visitor: Visitor, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visitor.get_json(f"changes/{query}")["results"]
    return found


def get_members(visitor: Visitor, *names: str, query: str = "") -> list[Any]:
    """Return these members of every change; values instead of lists if there is only one."""
    found = [[change[name] for name in names] for change in get_results(visitor, query)]
    return [each[0] for each in found] if len(names) == 1 else found


def follow_feed(visitor: Visitor, address: str) -> dict[str, Any]:
    response = visitor.get(address)
    assert response.status_code == 200, response.content
    page: dict[str, Any] = response.json()
    return page


def cursor(*values: Any, name: str = "changes", backwards: bool = False) -> str:
    written = json.dumps(["2000-01-01T00:00:00Z", backwards, name, *values])
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize("since", ["", "yesterday", "2017-09-14"])
    def test_invalid_since_is_refused(self, visitor: Visitor, since: str) -> None:
        assert visitor.get_problem(f"changes/?since={since}", 400)["parameter"] == "since"

    @pytest.mark.once
    def test_since_in_the_future_is_refused(self, visitor: Visitor, clock: Any) -> None:
        problem = visitor.get_problem("changes/?since=2060-09-14T08:00:01Z", 400)
        assert (problem["parameter"], "future" in problem["detail"]) == ("since", True)
        assert get_results(visitor, "?since=2060-09-14T08:00:00Z") == []

    def test_since_together_with_a_cursor_is_refused(self, visitor: Visitor) -> None:
        following = visitor.get_json("changes/")["next"]
        response = visitor.get(f"{following}&since=2017-09-14T16:00:00Z")
        assert (response.status_code, response.json()["parameter"]) == (400, "since")

    @pytest.mark.once
    @pytest.mark.parametrize(
        "text",
        [
            "x",
            "",
            cursor("2060-09-14T08:00:00Z", str(make_uuid("x")), backwards=True),
            cursor("2060-09-14T08:00:00+02:00", str(make_uuid("x"))),
            cursor("0001-01-01T00:00:00+14:00", str(make_uuid("x"))),
            cursor("1999-01-01T00:00:00Z", str(make_uuid("x"))),
        ],
    )
    def test_invalid_cursor_is_refused(self, visitor: Visitor, clock: Any, text: str) -> None:
        assert visitor.get_problem(f"changes/?cursor={text}", 400)["parameter"] == "cursor"

    def test_cursor_of_another_list_is_refused(self, visitor: Visitor, appears: EditionPublisher) -> None:
        for document in make_documents(2):
            appears(document)
        own, other = (visitor.get_json(address)["next"].split("?")[1] for address in ("changes/", "meetings/?limit=1"))
        assert visitor.get_problem(f"meetings/?{own}", 400)["parameter"] == "cursor"
        assert visitor.get_problem(f"changes/?{other}", 400)["parameter"] == "cursor"

    @pytest.mark.parametrize("query", ["limit=101", "lang=xx", "until=2017-09-14"])
    def test_other_parameters_are_refused(self, visitor: Visitor, query: str) -> None:
        assert visitor.get_problem(f"changes/?{query}", 400)["parameter"] == query.split("=", maxsplit=1)[0]


class TestChange:
    def test_change_has_all_members(self, visitor: Visitor, appears: EditionPublisher) -> None:
        edition = appears(
            make_meeting_version(), translate_to_french(make_meeting_version(), "Conseil JAI"), change_note="First."
        )
        digests = {
            edition_document.language: edition_document.document.digest for edition_document in edition.documents.all()
        }
        assert visitor.get_json("changes/?lang=fr")["results"] == [
            {
                "type": "change",
                "id": str(edition.pk),
                "kind": "publication",
                "at": "2060-09-14T08:01:00Z",
                "subject_type": "meeting",
                "subject_id": str(make_uuid("meeting")),
                "url": f"http://testserver/api/v1/meetings/{make_uuid('meeting')}/",
                "html_url": "http://testserver/fr/meetings/jha/2060/09/14-meeting/",
                "edition": 1,
                "language": "fr",
                "title": "Conseil JAI",
                "change_note": "First.",
                "reason": "",
                "takes_place": None,
                "status": "confirmed",
                "start_date": "2060-09-14",
                "end_date": "2060-09-14",
                "digests": digests,
                "changed_languages": ["en", "fr"],
                "changed_members": [],
                "effects": [],
                "kinds": ["publication", "published"],
                "suppressed": False,
            }
        ]

    def test_title_is_in_the_requested_or_source_language(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_version("a"), translate_to_french(make_meeting_version("a"), "Conseil JAI"))
        appears(make_meeting_version("b"))
        response = visitor.get("/api/v1/changes/", headers={"accept-language": "fr"})
        titles = [(change["language"], change["title"]) for change in response.json()["results"]]
        assert titles == [("fr", "Conseil JAI"), ("en", "Justice and Home Affairs Council")]
        assert (response["Content-Language"], "Accept-Language" in response["Vary"]) == ("fr, en", True)
        assert visitor.get("/api/v1/changes/?lang=mt")["Content-Language"] == "en"

    def test_topic_has_no_dates_and_no_status(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_topic_document())
        assert get_members(visitor, "subject_type", "status", "start_date", "end_date") == [["topic", "", None, None]]
        assert get_members(visitor, "html_url") == ["http://testserver/en/topics/migration-policy/"]

    def test_change_has_the_address_of_its_edition(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_topic_document("migration-policy"))
        appears(make_topic_document("asylum-policy"))
        paths = ["migration-policy", "asylum-policy"]
        assert get_members(visitor, "html_url") == [f"http://testserver/en/topics/{slug}/" for slug in paths]
        assert get_members(visitor, "changed_members") == [[], ["slug", "title"]]
        assert len(set(get_members(visitor, "url"))) == 1

    def test_correction_lists_changed_members(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_full_document())
        appears(
            make_full_document(lead="<p>Otherwise.</p>", notice=""),
            reason=EditionReason.CORRECTION,
            change_note="Lead.",
        )
        changes = get_members(visitor, "kind", "edition", "changed_languages", "changed_members", "change_note")
        assert changes[1] == ["correction", 2, ["en"], ["lead", "notice"], "Lead."]

    def test_nested_change_counts_as_its_top_level_member(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_full_document())
        other = make_full_document()
        other.agenda[0].items[0].title = "Return"
        other.programme[0].time = "14:00"
        appears(other, reason=EditionReason.FACTS)
        assert get_members(visitor, "kind", "changed_members")[1] == ["facts", ["agenda", "programme"]]

    def test_added_language_is_the_only_changed_one(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_version())
        appears(
            make_meeting_version(),
            translate_to_french(make_meeting_version(), "Conseil JAI"),
            reason=EditionReason.TRANSLATION,
        )
        [_first, added] = get_members(visitor, "kind", "changed_languages", "changed_members")
        assert added == ["translation", ["fr"], []]
        assert [sorted(digests) for digests in get_members(visitor, "digests")] == [["en"], ["en", "fr"]]

    def test_removed_language_is_a_changed_one(self, visitor: Visitor, appears: EditionPublisher) -> None:
        """Clients that keep the French text must learn that it was removed."""
        appears(make_meeting_version(), translate_to_french(make_meeting_version(), "Conseil JAI"))
        appears(make_meeting_version())
        assert get_members(visitor, "changed_languages") == [["en", "fr"], ["fr"]]
        assert list(get_results(visitor)[1]["digests"]) == ["en"]

    def test_source_language_may_change(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_version())
        appears(translate_to_french(make_meeting_version(source_language=FR), "Conseil JAI"))
        assert get_members(visitor, "changed_languages", "changed_members")[1] == [["en", "fr"], []]

    def test_identical_edition_has_no_changes(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_version())
        appears(make_meeting_version(), reason=EditionReason.AGAIN)
        assert get_members(visitor, "kind", "edition", "changed_languages", "changed_members")[1] == [
            "again",
            2,
            [],
            [],
        ]

    def test_postponement_changes_the_status(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_full_document())
        appears(
            make_full_document(start_date=None, end_date=None, status=MeetingStatus.POSTPONED), change_note="Later."
        )
        changes = get_members(visitor, "status", "start_date", "end_date", "changed_members")[1]
        assert changes == ["postponed", None, None, ["status", "start_date", "end_date"]]


class TestWithdrawals:
    def test_withdrawal_replaces_earlier_changes(self, visitor: Visitor, appears: EditionPublisher) -> None:
        appears(make_meeting_version(), change_note="Zanzibar")
        first = appears(make_meeting_version(title="Zanzibar"))
        appears(make_meeting_version("another"))
        appears.withdraw(first)
        assert get_members(visitor, "subject_id") == [str(make_uuid("another")), str(make_uuid("meeting"))]
        assert "Zanzibar" not in visitor.get("/api/v1/changes/").content.decode()
        notice = get_results(visitor)[1]
        changes = (
            "kind",
            "title",
            "reason",
            "edition",
            "digests",
            "changed_languages",
            "changed_members",
            "suppressed",
        )
        assert [notice[name] for name in changes] == ["withdrawal", "JHA", "Sent too early.", 3, {}, [], [], False]

    def test_published_again_is_a_first_edition_with_the_next_number(
        self, visitor: Visitor, appears: EditionPublisher
    ) -> None:
        appears.withdraw(appears(make_meeting_version()))
        appears(make_meeting_version(), reason=EditionReason.AGAIN)
        changes = get_members(visitor, "kind", "edition", "changed_languages", "changed_members")
        assert changes == [["withdrawal", 2, [], []], ["again", 3, ["en"], []]]

    def test_two_withdrawals_are_both_listed(self, visitor: Visitor, appears: EditionPublisher) -> None:
        for reason, takes_place in (("Too early.", True), ("Again.", None)):
            appears.withdraw(appears(make_meeting_version()), reason, takes_place)
        assert get_members(visitor, "kind", "edition", "reason", "takes_place") == [
            ["withdrawal", 2, "Too early.", True],
            ["withdrawal", 4, "Again.", None],
        ]

    def test_withdrawn_edition_disappears_before_its_notice_appears(
        self, visitor: Visitor, appears: EditionPublisher, clock: Any
    ) -> None:
        tombstone = appears.withdraw(appears(make_meeting_version()))
        clock.move_to(tombstone.available_from - SECOND / 10)
        assert get_members(visitor, "kind") == ["publication"]
        clock.move_to(tombstone.available_from)
        assert get_results(visitor) == []
        clock.move_to(tombstone.available_from + SECOND)
        assert get_members(visitor, "kind") == ["withdrawal"]

    def test_cursor_from_before_a_withdrawal_is_valid(self, visitor: Visitor, appears: EditionPublisher) -> None:
        first = appears(make_meeting_version())
        following = visitor.get_json("changes/")["next"]
        appears.withdraw(first)
        assert [change["kind"] for change in follow_feed(visitor, following)["results"]] == ["withdrawal"]


class TestSuppressions:
    def test_suppressed_edition_is_listed_without_its_text(self, visitor: Visitor, appears: EditionPublisher) -> None:
        first = appears(make_meeting_version(title="Zanzibar", lead="<p>Zanzibar</p>"), change_note="Zanzibar")
        appears(make_meeting_version(lead="<p>Zanzibar</p>"))
        appears.suppress(first)
        changes, after = get_results(visitor)
        assert (changes["suppressed"], changes["title"], changes["change_note"], changes["digests"]) == (
            True,
            "",
            "",
            {},
        )
        assert (changes["reason"], after["reason"]) == ("A private number stood in it.", "")
        assert (changes["status"], changes["start_date"], changes["end_date"]) == ("", None, None)
        assert (changes["changed_languages"], changes["changed_members"], changes["edition"]) == ([], [], 1)
        assert (after["suppressed"], after["changed_languages"], after["changed_members"]) == (False, ["en"], [])
        assert "Zanzibar" not in visitor.get("/api/v1/changes/").content.decode()

    def test_erased_text_is_listed_without_its_text(self, visitor: Visitor, appears: EditionPublisher) -> None:
        edition = appears(make_meeting_version())
        appears(make_meeting_version(title="Another"))
        appears.suppress(edition)
        digest = edition.documents.get().document.digest
        Erasure.objects.create(digest=digest, at=PRESS_DAY, reason="Court order.")
        StoredDocument.objects.filter(digest=digest).update(text="")
        assert get_members(visitor, "suppressed") == [True, False]


class TestOrder:
    def test_oldest_edition_comes_first(self, visitor: Visitor, appears: EditionPublisher) -> None:
        for name, days in (("b", 9), ("a", 1), ("c", 5)):
            appears(
                make_meeting_version(
                    name, start_date=PRESS_DAY.date() + days * DAY, end_date=PRESS_DAY.date() + days * DAY
                )
            )
        assert get_members(visitor, "subject_id") == [str(make_uuid(name)) for name in "bac"]

    def test_page_may_end_within_a_second(self, visitor: Visitor, appears: EditionPublisher) -> None:
        """Twelve subjects appear at the same instant, and each is listed once, in order of ids."""
        instant = appears.advance()
        published_editions = [
            create_edition([make_meeting_version(f"m{n}")], available_from=instant) for n in range(12)
        ]
        appears(make_meeting_version("later"))
        page, found, pages = visitor.get_json("changes/?limit=5"), [], 0
        while page["results"]:
            found += [change["id"] for change in page["results"]]
            page, pages = follow_feed(visitor, page["next"]), pages + 1
        assert found[:-1] == sorted(str(edition.pk) for edition in published_editions)
        assert (len(found), pages) == (13, 3)

    def test_newest_second_is_left_out(self, visitor: Visitor, appears: EditionPublisher, clock: Any) -> None:
        edition = appears(make_meeting_version())
        clock.move_to(edition.available_from + SECOND - SECOND / 1000)
        page = visitor.get_json("changes/")
        assert (page["results"], page["up_to_date"]) == ([], True)
        clock.move_to(edition.available_from + SECOND)
        assert len(follow_feed(visitor, page["next"])["results"]) == 1

    def test_scheduled_editions_are_not_listed(self, visitor: Visitor, clock: Any, db: None) -> None:
        publish(make_meeting(), make_topic(), at=PRESS_DAY + DAY)
        assert get_results(visitor) == []
        clock.move_to(PRESS_DAY + DAY + SECOND)
        assert sorted(get_members(visitor, "subject_type")) == ["meeting", "topic"]


class TestFollowing:
    def test_empty_feed_has_a_next_address(self, visitor: Visitor, appears: EditionPublisher) -> None:
        page = visitor.get_json("changes/?lang=fi")
        assert (page["results"], page["up_to_date"]) == ([], True)
        assert follow_feed(visitor, page["next"]) == page
        appears(make_meeting_version())
        assert [change["edition"] for change in follow_feed(visitor, page["next"])["results"]] == [1]

    def test_next_address_is_stable(self, visitor: Visitor, appears: EditionPublisher, clock: Any) -> None:
        appears(make_meeting_version())
        page = visitor.get_json("changes/")
        assert page["up_to_date"]
        last = follow_feed(visitor, page["next"])
        clock.move_to(PRESS_DAY + 300 * DAY)
        assert last["next"] == page["next"]
        assert follow_feed(visitor, last["next"]) == last

    def test_only_the_last_page_is_up_to_date(self, visitor: Visitor, appears: EditionPublisher) -> None:
        for name in "abcd":
            appears(make_meeting_version(name))
        first = visitor.get_json("changes/?limit=2")
        last = follow_feed(visitor, first["next"])
        assert (first["up_to_date"], last["up_to_date"], len(last["results"])) == (False, True, 2)

    def test_next_address_keeps_limit_and_language_but_not_since(
        self, visitor: Visitor, appears: EditionPublisher
    ) -> None:
        for name in "abc":
            appears(make_meeting_version(name))
        page = visitor.get_json("changes/?since=2060-09-14T08:02:00Z&limit=1&lang=fr")
        assert page["next"].startswith("http://testserver/api/v1/changes/?limit=1&lang=fr&cursor=")
        assert [change["subject_id"] for change in page["results"]] == [str(make_uuid("b"))]
        assert [change["subject_id"] for change in follow_feed(visitor, page["next"])["results"]] == [
            str(make_uuid("c"))
        ]

    @pytest.mark.parametrize(
        ("since", "number"),
        [
            ("2060-09-14T08:01:00Z", 2),
            ("2060-09-14t08:01:00z", 2),
            ("2060-09-14T10:01:00+02:00", 2),
            ("2060-09-14T08:01:00.5Z", 1),
            ("2060-09-14T08:02Z", 1),
            ("2060-09-14T00:00:00+02:00", 2),
            ("2060-03-28T02:30:00+01:00", 2),
            ("1970-01-01T00:00:00Z", 2),
            ("0001-01-01T00:00:00Z", 2),
            ("0001-01-01T00:00:00+14:00", 2),
            ("2060-09-14T10:02:00", 1),
            ("2060-09-14 10:02", 1),
            ("2060-09-14T08:02:01Z", 0),
        ],
    )
    def test_since_includes_its_own_instant(
        self, visitor: Visitor, appears: EditionPublisher, since: str, number: int
    ) -> None:
        appears(make_meeting_version("a"))
        appears(make_meeting_version("b"))
        page = visitor.get_json(f"changes/?since={quote(since)}")
        assert len(page["results"]) == number
        assert follow_feed(visitor, page["next"])["results"] == []

    def test_cursor_never_expires(self, visitor: Visitor, appears: EditionPublisher, clock: Any) -> None:
        appears(make_meeting_version("a"))
        following = visitor.get_json("changes/")["next"]
        appears(make_meeting_version("b"))
        clock.move_to(PRESS_DAY + 3650 * DAY)
        assert [change["subject_id"] for change in follow_feed(visitor, following)["results"]] == [str(make_uuid("b"))]


class TestQueries:
    @pytest.mark.once
    def test_number_of_queries_is_constant(self, visitor: Visitor, appears: EditionPublisher) -> None:
        documents = make_documents(50)
        appears(documents[0])
        documents[0].lead = "<p>Otherwise.</p>"
        appears(documents[0])
        assert len(get_results(visitor)) == 2
        queries = len(visitor.statements)
        for document in documents[1:]:
            appears(document)
            document.lead = "<p>Otherwise.</p>"
            appears(document)
        assert len(get_results(visitor)) == 100
        assert len(visitor.statements) == queries == 5

    def test_empty_page_takes_one_query(self, visitor: Visitor, appears: EditionPublisher) -> None:
        assert get_results(visitor) == []
        assert len(visitor.statements) == 1


class TestUnchangedPage:
    def get_status(self, visitor: Visitor, etag: str) -> int:
        return int(visitor.get("/api/v1/changes/", headers={"If-None-Match": etag}).status_code)

    def test_unchanged_page_takes_no_query(self, visitor: Visitor, appears: EditionPublisher, clock: Any) -> None:
        appears(make_meeting_version())
        first = visitor.get("/api/v1/changes/")
        clock.move_to(PRESS_DAY + DAY)
        assert (self.get_status(visitor, first["ETag"]), visitor.statements) == (304, [])
        assert "Last-Modified" not in first

    def test_page_is_not_confirmed_within_the_margin(
        self, visitor: Visitor, appears: EditionPublisher, clock: Any
    ) -> None:
        """An answer from the second before the edition is in the feed is not confirmed afterwards."""
        edition = appears(make_meeting_version())
        clock.move_to(edition.available_from + SECOND / 2)
        early = visitor.get("/api/v1/changes/")
        clock.move_to(edition.available_from + SECOND)
        assert (early.json()["results"], self.get_status(visitor, early["ETag"])) == ([], 200)

    def test_page_is_not_confirmed_after_withdrawal_or_suppression(
        self, visitor: Visitor, appears: EditionPublisher, clock: Any
    ) -> None:
        first = appears(make_meeting_version())
        appears(make_meeting_version(title="Another"))
        before = visitor.get("/api/v1/changes/")
        appears.suppress(first)
        suppressed = visitor.get("/api/v1/changes/")
        assert suppressed["ETag"] != before["ETag"]
        clock.move_to(appears.withdraw(first).available_from)
        assert (self.get_status(visitor, before["ETag"]), self.get_status(visitor, suppressed["ETag"])) == (200, 200)

    @pytest.mark.django_db
    def test_errors_are_reported_to_conditional_requests(self, visitor: Visitor) -> None:
        response = visitor.get("/api/v1/changes/?since=x", headers={"If-None-Match": "*"})
        assert response.status_code == 400
