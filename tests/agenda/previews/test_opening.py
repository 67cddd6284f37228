"""Preview links as strangers meet them: one page, or one calm answer that does not tell why there is none."""

import datetime as dt
from typing import Any

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.models import PreviewLink, Revision
from agenda.previews import MAX_RECORDED_PER_HOUR, revoke, share, token_of
from agenda.publishing import approve, call_off, publish, submit
from meetings.audit import Actor
from meetings.models import Act, AuditEntry, Meeting
from tests.agenda.desk.screens import words
from tests.agenda.publishing.people import changed, people, shown, signed_off
from tests.agenda.revisions.keeping import kept
from tests.cast import COMMAND, DAY, MINUTE, PRESS_DAY, make_meeting, make_topic, published, translate, withdraw

__all__ = ["people"]
People = dict[str, Actor]
HOUR = dt.timedelta(hours=1)


def linked(subject: Any, revision: Revision | None = None, until: dt.datetime = PRESS_DAY + 2 * DAY) -> PreviewLink:
    revision = revision or kept(subject)
    return share(subject, revision, by=COMMAND, now=PRESS_DAY, for_whom="Ada, AFP", until=until)


def address_of(link: PreviewLink) -> str:
    return f"/preview/{token_of(link)}/"


def opened(link: PreviewLink, query: str = "", **options: Any) -> Any:
    return Client().get(address_of(link) + query, **options)


def refusals() -> list[str]:
    return [entry.details["why"] for entry in AuditEntry.objects.filter(act=Act.PREVIEW_REFUSED).order_by("pk")]


@pytest.fixture
def meeting(db: None, clock: Any) -> Meeting:
    return make_meeting(notice="Zanzibar.")


@pytest.fixture
def calm(db: None, clock: Any) -> bytes:
    """What whoever makes an address up gets to see."""
    response = Client().get("/preview/made-up/")
    assert response.status_code == 404
    return response.content


def told_nothing(response: Any, calm: bytes) -> bool:
    kept = {name: response[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")}
    assert kept == {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
    assert not response.cookies
    assert "ETag" not in response
    return bool(response.status_code == 404 and response.content == calm)


def test_what_is_not_published_says_so(meeting: Meeting) -> None:
    assert "Published not yet published" in words(opened(linked(meeting)))


class TestRefusals:
    @pytest.mark.parametrize("token", ["x", "Ωμέγα", "a.b", "." * 300, "%00", "6f0f6b9e52a44f0e9a555d6a5a1c0001"])
    def test_made_up(self, calm: bytes, token: str) -> None:
        assert told_nothing(Client().get(f"/preview/{token}/"), calm)
        assert set(refusals()) == {"forged"}

    def test_signed_for_something_else(self, meeting: Meeting, calm: bytes) -> None:
        link = linked(meeting)
        for salt in ("", "sessions"):
            token = Signer(salt=salt or "other", sep=".").sign(link.pk.hex)
            assert told_nothing(Client().get(f"/preview/{token}/"), calm)

    def test_of_another_link_with_this_ones_signature(self, meeting: Meeting, calm: bytes) -> None:
        one, other = linked(meeting), linked(meeting, Revision.objects.get())
        signature = token_of(one).partition(".")[2]
        assert told_nothing(Client().get(f"/preview/{other.pk.hex}.{signature}/"), calm)

    def test_well_signed_but_of_no_link(self, meeting: Meeting, calm: bytes) -> None:
        assert told_nothing(opened(PreviewLink()), calm)

    def test_expired(self, meeting: Meeting, calm: bytes, clock: Any) -> None:
        link = linked(meeting)
        clock.move_to(PRESS_DAY + 2 * DAY - MINUTE)
        assert opened(link).status_code == 200
        clock.move_to(PRESS_DAY + 2 * DAY)
        assert told_nothing(opened(link), calm)
        assert refusals()[-1] == "expired"

    def test_revoked(self, meeting: Meeting, calm: bytes) -> None:
        link = linked(meeting)
        assert opened(link).status_code == 200
        revoke(meeting, link, by=COMMAND, now=PRESS_DAY)
        assert told_nothing(opened(link), calm)
        assert refusals()[-1] == "revoked"

    def test_published(self, meeting: Meeting, calm: bytes, people: People, clock: Any) -> None:
        """Not before its second."""
        [revision] = submit(meeting, by=people["anna"])
        approve(meeting, by=people["paul"], shown=shown(meeting))
        link = linked(meeting, revision)
        publish(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY - MINUTE)
        assert opened(link).status_code == 200
        clock.move_to(PRESS_DAY + DAY)
        assert told_nothing(opened(link), calm)
        assert refusals()[-1] == "published"

    def test_a_newer_text_is_published(self, meeting: Meeting, calm: bytes, clock: Any) -> None:
        link = linked(meeting)
        published(clock, changed(meeting, notice="Better."))
        assert told_nothing(opened(link), calm)

    def test_the_note_is_withdrawn(self, meeting: Meeting, calm: bytes, clock: Any) -> None:
        published(clock, meeting)
        meeting = changed(meeting, notice="A draft of the correction.")
        link = linked(meeting)
        assert opened(link).status_code == 200
        clock.move_to(withdraw(meeting, reason="Sent by mistake.").available_from)
        assert told_nothing(opened(link), calm)
        assert refusals()[-1] == "withdrawn"

    def test_the_working_copy_is_deleted(self, meeting: Meeting, calm: bytes) -> None:
        link = linked(meeting)
        meeting.delete()
        assert told_nothing(opened(link), calm)
        assert refusals()[-1] == "deleted"

    def test_nothing_but_reading(self, meeting: Meeting) -> None:
        link = linked(meeting)
        assert Client().post(address_of(link)).status_code == 405
        assert PreviewLink.objects.get().opened == 0


class TestNotRefused:
    """An older text may become public meanwhile, and other things happen."""

    def test_an_older_text_is_published(self, meeting: Meeting, people: People, clock: Any) -> None:
        signed_off(people, meeting)
        publish(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        link = linked(changed(meeting, notice="The next correction."))
        clock.move_to(PRESS_DAY + DAY)
        assert "The next correction." in words(opened(link))

    def test_its_release_is_called_off(self, meeting: Meeting, people: People) -> None:
        signed_off(people, meeting)
        link = linked(meeting, Revision.objects.first())
        publish(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        call_off(meeting, by=people["paul"])
        assert "DRAFT" in words(opened(link))

    def test_another_meeting_is_published(self, meeting: Meeting, clock: Any) -> None:
        link = linked(meeting)
        published(clock, make_meeting("env", notice="Zanzibar."))
        assert opened(link).status_code == 200


class TestThePage:
    def test_it_is_the_page_under_a_banner(self, meeting: Meeting) -> None:
        response = opened(linked(meeting))
        page = words(response)
        assert "DRAFT Preview for Ada, AFP, until 16 September 2060, 10:00 (Brussels). Not public: do not pass" in page
        assert "Zanzibar." in page
        assert "Andres Anvelt" in page
        assert "<title>DRAFT: " in response.content.decode()

    def test_nobody_keeps_it_or_learns_of_it(self, meeting: Meeting) -> None:
        response = opened(linked(meeting), headers={"if-none-match": "*", "origin": "https://evil.example"})
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "ETag" not in response
        assert "Access-Control-Allow-Origin" not in response
        assert not response.cookies

    def test_its_links_lead_into_no_admin_and_to_no_data_that_is_not_there(self, meeting: Meeting) -> None:
        page = opened(linked(meeting)).content.decode()
        assert "/admin/" not in page
        assert str(meeting.pk) not in page

    def test_what_is_scheduled_says_until_when(self, meeting: Meeting, people: People) -> None:
        signed_off(people, meeting)
        publish(meeting, by=people["paul"], at=PRESS_DAY + 8 * HOUR)
        page = words(opened(linked(meeting, Revision.objects.first())))
        assert "EMBARGO until 14 September 2060, 18:00 (Brussels)" in page
        assert "DRAFT" not in page

    def test_readers_outside_learn_nothing_of_the_review(self, meeting: Meeting, people: People) -> None:
        [revision] = submit(meeting, by=people["anna"], remark="Mind the venue.")
        page = words(opened(linked(meeting, revision)))
        assert "in review" not in page
        assert "anna" not in page

    def test_it_stays_with_its_revision(self, meeting: Meeting) -> None:
        link = linked(meeting)
        kept(meeting, notice="Typed later.")
        assert "Typed later." not in words(opened(link))

    def test_each_language_of_the_revision(self, meeting: Meeting) -> None:
        translate(meeting, notice="En français.")
        link = linked(meeting)
        page = opened(link).content.decode()
        assert '<a href="?language=fr" lang="fr">français</a>' in page
        assert "En français." in words(opened(link, "?language=fr"))
        for other in ("?language=de", "?language=", "?language=%00", "?language=fr&language=x"):
            assert "Zanzibar." in words(opened(link, other))

    def test_a_topic(self, db: None, clock: Any) -> None:
        assert "About zanzibar." in words(opened(linked(make_topic("zanzibar"))))

    def test_a_travellers_time_does_not_matter(self, meeting: Meeting) -> None:
        """No session is read: nothing there depends on who asks."""
        link = linked(meeting)
        with CaptureQueriesContext(connection) as queries:
            Client(headers={"cookie": "sessionid=x"}).get(address_of(link))
        assert not [query for query in queries if "session" in query["sql"]]


class TestAudit:
    def test_each_opening_with_the_network_address(self, meeting: Meeting) -> None:
        link = linked(meeting)
        opened(link, REMOTE_ADDR="192.0.2.7")
        opened(link, REMOTE_ADDR="192.0.2.8")
        link.refresh_from_db()
        assert (link.opened, link.last_opened_at) == (2, PRESS_DAY)
        entry = AuditEntry.objects.filter(act=Act.PREVIEW_OPENED).last()
        assert entry
        assert (entry.actor, entry.remote) == ("preview link for Ada, AFP", "192.0.2.7")
        assert entry.address == "meetings/jha/2060/09/14/"
        assert entry.digest == link.revision.documents.get().document_id
        assert entry.details["link"] == str(link.pk)

    def test_a_refusal_with_its_true_reason(self, meeting: Meeting) -> None:
        link = linked(meeting)
        revoke(meeting, link, by=COMMAND, now=PRESS_DAY)
        opened(link, REMOTE_ADDR="192.0.2.7")
        entry = AuditEntry.objects.get(act=Act.PREVIEW_REFUSED)
        assert (entry.remote, entry.details["why"], entry.details["for_whom"]) == ("192.0.2.7", "revoked", "Ada, AFP")

    def test_nobody_fills_the_log(self, meeting: Meeting, clock: Any) -> None:
        """So many entries an hour of forged links together, and of each that is real; all openings are counted."""
        one, other = linked(meeting), linked(meeting, Revision.objects.get())
        revoke(meeting, other, by=COMMAND, now=PRESS_DAY)
        for _ in range(MAX_RECORDED_PER_HOUR + 5):
            Client().get("/preview/made-up/")
            opened(one)
            opened(other)
        assert refusals().count("forged") == refusals().count("revoked") == MAX_RECORDED_PER_HOUR
        assert AuditEntry.objects.filter(act=Act.PREVIEW_OPENED).count() == MAX_RECORDED_PER_HOUR
        one.refresh_from_db()
        assert one.opened == MAX_RECORDED_PER_HOUR + 5
        clock.shift(HOUR + MINUTE)
        Client().get("/preview/made-up/")
        assert refusals().count("forged") == MAX_RECORDED_PER_HOUR + 1

    def test_a_refusal_writes_nothing_else_and_asks_little(self, meeting: Meeting) -> None:
        with CaptureQueriesContext(connection) as queries:
            Client().get("/preview/made-up/")
        assert len(queries) == 2  # how many were noted lately, and the entry
