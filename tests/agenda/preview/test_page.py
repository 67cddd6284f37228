"""Preview links for visitors without an account: the page, or one notice for all closed links."""

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.models import AgendaItem, MediaLink, PreviewLink, Revision
from agenda.preview import links
from agenda.preview.links import revoke_link, share_revision, sign_link
from agenda.workflow.errors import WorkflowError
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, submit
from agenda.workflow.scheduled_releases import call_off_edition
from agenda.workflow.suppression import get_edition_by_number, suppress
from meetings.access.audit import Actor
from meetings.models import Act, AuditEntry, Meeting, User
from meetings.site.kept_parts import kept_parts, kept_query_pages
from tests.admin_forms import sign_in
from tests.agenda.admin.screens import read_visible_words
from tests.agenda.workflow.revision_helpers import save_revision
from tests.agenda.workflow.users import create_people, get_people, get_shown, save_changes, submit_and_approve
from tests.factories import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DAY,
    make_configuration,
    make_meeting,
    make_topic,
    publish_now,
    translate,
    withdraw,
)
from tests.pictures import make_stored_image
from tests.worlds import share_world

People = dict[str, Actor]
HOUR = dt.timedelta(hours=1)


def create_preview_link(
    subject: Any,
    revision: Revision | None = None,
    until: dt.datetime = PRESS_DAY + 2 * DAY,
    by: Actor = COMMAND,
) -> PreviewLink:
    revision = revision or save_revision(subject)
    return share_revision(subject, revision, by=by, now=PRESS_DAY, for_whom="Ada, AFP", until=until)


def address_of(link: PreviewLink) -> str:
    return f"/preview/{sign_link(link)}/"


def open_preview(link: PreviewLink, query: str = "", **options: Any) -> Any:
    return Client().get(address_of(link) + query, **options)


def get_recorded_refusals() -> list[str]:
    return [entry.details["why"] for entry in AuditEntry.objects.filter(act=Act.PREVIEW_REFUSED).order_by("pk")]


@share_world
def draft(clock: Any) -> Meeting:
    create_people()
    return make_meeting(notice="Zanzibar.")


@pytest.fixture
def meeting(draft: Meeting, clock: Any) -> Meeting:
    return Meeting.objects.get(pk=draft.pk)


@pytest.fixture
def people(draft: Meeting, clock: Any) -> People:
    return get_people()


@pytest.fixture
def closed_notice(draft: Meeting, clock: Any) -> bytes:
    """Return the notice for an invented address."""
    response = Client().get("/preview/made-up/")
    assert response.status_code == 404
    return response.content


def reveals_nothing(response: Any, closed_notice: bytes) -> bool:
    headers = {name: response[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")}
    assert headers == {
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
        "Referrer-Policy": "no-referrer",
    }
    assert not response.cookies
    assert "ETag" not in response
    return bool(response.status_code == 404 and response.content == closed_notice)


def test_unpublished_text_says_so(meeting: Meeting) -> None:
    assert "Published not yet published" in read_visible_words(open_preview(create_preview_link(meeting)))


def test_no_part_of_an_unpublished_text_is_kept(meeting: Meeting) -> None:
    AgendaItem.objects.create(meeting=meeting, title="Borders")
    assert "Borders" in read_visible_words(open_preview(create_preview_link(meeting)))
    assert not kept_parts.contents.entries
    assert not kept_query_pages.contents.entries


class TestRefusals:
    @pytest.mark.parametrize("token", ["x", "Ωμέγα", "a.b", "." * 300, "%00", "6f0f6b9e52a44f0e9a555d6a5a1c0001"])
    def test_invented_token_is_refused(self, closed_notice: bytes, token: str) -> None:
        assert reveals_nothing(Client().get(f"/preview/{token}/"), closed_notice)
        assert set(get_recorded_refusals()) == {"forged"}

    def test_token_signed_for_another_purpose_is_refused(self, meeting: Meeting, closed_notice: bytes) -> None:
        link = create_preview_link(meeting)
        for salt in ("", "sessions"):
            token = Signer(salt=salt or "other", sep=".").sign(link.pk.hex)
            assert reveals_nothing(Client().get(f"/preview/{token}/"), closed_notice)

    def test_signature_of_another_link_is_refused(self, meeting: Meeting, closed_notice: bytes) -> None:
        one, other = create_preview_link(meeting), create_preview_link(meeting, Revision.objects.get())
        signature = sign_link(one).partition(".")[2]
        assert reveals_nothing(Client().get(f"/preview/{other.pk.hex}.{signature}/"), closed_notice)

    def test_signed_token_of_no_link_is_refused(self, meeting: Meeting, closed_notice: bytes) -> None:
        assert reveals_nothing(open_preview(PreviewLink()), closed_notice)

    def test_expired_link_is_refused(self, meeting: Meeting, closed_notice: bytes, clock: Any) -> None:
        link = create_preview_link(meeting)
        clock.move_to(PRESS_DAY + 2 * DAY - MINUTE)
        assert open_preview(link).status_code == 200
        clock.move_to(PRESS_DAY + 2 * DAY)
        assert reveals_nothing(open_preview(link), closed_notice)
        assert get_recorded_refusals()[-1] == "expired"

    def test_revoked_link_is_refused(self, meeting: Meeting, closed_notice: bytes) -> None:
        link = create_preview_link(meeting)
        assert open_preview(link).status_code == 200
        revoke_link(meeting, link, by=COMMAND, now=PRESS_DAY)
        assert reveals_nothing(open_preview(link), closed_notice)
        assert get_recorded_refusals()[-1] == "revoked"

    @pytest.mark.parametrize("lost", ["is_active", "is_staff", "role", "configuration"])
    def test_link_ends_with_the_right_of_who_created_it(
        self, meeting: Meeting, closed_notice: bytes, people: People, lost: str
    ) -> None:
        link = create_preview_link(meeting, by=people["petra"])
        assert open_preview(link).status_code == 200
        petra = User.objects.get(username="petra")
        if lost == "role":
            petra.memberships.filter(role__name="Publishers").update(role=Group.objects.get(name="Authors"))
        elif lost == "configuration":
            petra.memberships.update(configuration=make_configuration("env"))
        else:
            User.objects.filter(pk=petra.pk).update(**{lost: False})
        assert reveals_nothing(open_preview(link), closed_notice)
        assert get_recorded_refusals()[-1] == "right_ended"

    def test_list_of_links_asks_once_for_the_rights_of_a_person(self, meeting: Meeting, people: People) -> None:
        link = create_preview_link(meeting, by=people["petra"])
        client = sign_in("paul")
        counts = []
        for _more in range(2):
            with CaptureQueriesContext(connection) as queries:
                page = client.get(f"/admin/meetings/meeting/{meeting.pk}/previews/")
            counts.append((page.content.decode().count("Ada, AFP"), len(queries)))
            create_preview_link(meeting, link.revision, by=people["petra"])
        [(names, first), later] = counts
        assert names
        assert later == (2 * names, first)

    def test_link_to_a_published_text_is_refused(
        self, meeting: Meeting, closed_notice: bytes, people: People, clock: Any
    ) -> None:
        """It opens until the second of publication."""
        [revision] = submit(meeting, by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        link = create_preview_link(meeting, revision)
        publish(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY - MINUTE)
        assert open_preview(link).status_code == 200
        clock.move_to(PRESS_DAY + DAY)
        assert reveals_nothing(open_preview(link), closed_notice)
        assert get_recorded_refusals()[-1] == "published"

    def test_link_is_refused_if_a_newer_text_is_published(
        self, meeting: Meeting, closed_notice: bytes, clock: Any
    ) -> None:
        link = create_preview_link(meeting)
        publish_now(clock, save_changes(meeting, notice="Better."))
        assert reveals_nothing(open_preview(link), closed_notice)

    def test_link_is_refused_after_a_withdrawal(self, meeting: Meeting, closed_notice: bytes, clock: Any) -> None:
        publish_now(clock, meeting)
        meeting = save_changes(meeting, notice="A draft of the correction.")
        link = create_preview_link(meeting)
        assert open_preview(link).status_code == 200
        clock.move_to(withdraw(meeting, reason="Sent by mistake.").available_from)
        assert reveals_nothing(open_preview(link), closed_notice)
        assert get_recorded_refusals()[-1] == "withdrawn"

    def test_link_to_a_suppressed_and_a_new_text_is_refused(
        self, meeting: Meeting, closed_notice: bytes, clock: Any
    ) -> None:
        """The English text was removed from the site; it is in a newer revision, beside a French text that is new."""
        publish_now(clock, meeting)
        publish_now(clock, save_changes(meeting, notice="Corrected."))
        translate(meeting, notice="En français.")
        link = create_preview_link(save_changes(meeting, notice="Zanzibar."))
        assert open_preview(link).status_code == 200
        suppress(meeting, get_edition_by_number(meeting, 1), by=COMMAND, reason="A private number.")
        assert reveals_nothing(open_preview(link), closed_notice)
        assert reveals_nothing(open_preview(link, "?language=fr"), closed_notice)
        assert get_recorded_refusals()[-1] == "suppressed"
        with pytest.raises(WorkflowError, match="removed from the site"):
            create_preview_link(meeting, link.revision)

    def test_link_is_refused_if_the_working_copy_is_deleted(self, meeting: Meeting, closed_notice: bytes) -> None:
        link = create_preview_link(meeting)
        meeting.delete()
        assert reveals_nothing(open_preview(link), closed_notice)
        assert get_recorded_refusals()[-1] == "deleted"

    def test_only_safe_methods_are_allowed(self, meeting: Meeting) -> None:
        link = create_preview_link(meeting)
        assert Client().post(address_of(link)).status_code == 405
        assert PreviewLink.objects.get().opened == 0


class TestNotRefused:
    """Events that do not close a link."""

    def test_link_stays_open_if_an_older_text_is_published(self, meeting: Meeting, people: People, clock: Any) -> None:
        submit_and_approve(people, meeting)
        publish(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        link = create_preview_link(save_changes(meeting, notice="The next correction."))
        clock.move_to(PRESS_DAY + DAY)
        assert "The next correction." in read_visible_words(open_preview(link))

    def test_link_stays_open_if_the_release_is_called_off(self, meeting: Meeting, people: People) -> None:
        submit_and_approve(people, meeting)
        link = create_preview_link(meeting, Revision.objects.first())
        publish(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        call_off_edition(meeting, by=people["paul"])
        assert "DRAFT" in read_visible_words(open_preview(link))

    def test_link_stays_open_if_another_meeting_is_published(self, meeting: Meeting, clock: Any) -> None:
        link = create_preview_link(meeting)
        publish_now(clock, make_meeting("env", notice="Zanzibar."))
        assert open_preview(link).status_code == 200


class TestPreviewPage:
    def test_page_has_a_banner(self, meeting: Meeting) -> None:
        response = open_preview(create_preview_link(meeting))
        page = read_visible_words(response)
        assert (
            "DRAFT Preview for Ada, AFP, until 16 September 2060, 10:00 (Brussels). This page is not public. Do not"
            in page
        )
        assert "Zanzibar." in page
        assert "Andres Anvelt" in page
        assert "<title>DRAFT: " in response.content.decode()

    def test_page_is_not_cached_or_indexed(self, meeting: Meeting) -> None:
        response = open_preview(
            create_preview_link(meeting), headers={"if-none-match": "*", "origin": "https://evil.example"}
        )
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "ETag" not in response
        assert "Access-Control-Allow-Origin" not in response
        assert not response.cookies

    def test_page_has_no_links_to_the_admin_or_to_missing_data(self, meeting: Meeting) -> None:
        page = open_preview(create_preview_link(meeting)).content.decode()
        assert "/admin/" not in page
        assert str(meeting.pk) not in page

    def test_page_shows_its_pictures_and_no_others(self, meeting: Meeting, clock: Any) -> None:
        image, other = make_stored_image(), make_stored_image(colour="maroon")
        MediaLink.objects.create(meeting=meeting, kind="infographic", title="In figures", image=image)
        link = create_preview_link(meeting)
        page = open_preview(link).content.decode()
        [path] = set(re.findall(r'src="(/preview/[^"]+)"', page))
        assert "/admin/" not in page
        response, visits = Client().get(path), PreviewLink.objects.get().opened
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
        assert PreviewLink.objects.get().opened == visits == 1
        assert Client().get(f"/images/{image.digest}/960.jpg").status_code == 404
        missing = [path.replace(image.digest, other.digest), path.replace("960", "961"), path.replace(".jpg", ".png")]
        missing.append(path.replace("/images", "x/images"))
        revoke_link(meeting, link, by=COMMAND, now=PRESS_DAY)
        missing.append(path)
        assert [Client().get(each).status_code for each in missing] == [404] * 5

    def test_scheduled_text_shows_its_embargo(self, meeting: Meeting, people: People) -> None:
        submit_and_approve(people, meeting)
        publish(meeting, by=people["paul"], at=PRESS_DAY + 8 * HOUR)
        page = read_visible_words(open_preview(create_preview_link(meeting, Revision.objects.first())))
        assert "EMBARGO until 14 September 2060, 18:00 (Brussels)" in page
        assert "DRAFT" not in page

    def test_review_state_is_not_shown(self, meeting: Meeting, people: People) -> None:
        [revision] = submit(meeting, by=people["anna"], remark="Mind the venue.")
        page = read_visible_words(open_preview(create_preview_link(meeting, revision)))
        assert "in review" not in page
        assert "anna" not in page

    def test_link_stays_with_its_revision(self, meeting: Meeting) -> None:
        link = create_preview_link(meeting)
        save_revision(meeting, notice="Typed later.")
        assert "Typed later." not in read_visible_words(open_preview(link))

    def test_all_languages_are_available(self, meeting: Meeting) -> None:
        translate(meeting, notice="En français.")
        link = create_preview_link(meeting)
        page = open_preview(link).content.decode()
        assert '<a href="?language=fr" lang="fr">français</a>' in page
        assert "En français." in read_visible_words(open_preview(link, "?language=fr"))
        for other in ("?language=de", "?language=", "?language=%00", "?language=fr&language=x"):
            assert "Zanzibar." in read_visible_words(open_preview(link, other))

    def test_topic_is_shown(self, draft: Meeting, clock: Any) -> None:
        assert "About zanzibar." in read_visible_words(open_preview(create_preview_link(make_topic("zanzibar"))))

    def test_time_travel_has_no_effect(self, meeting: Meeting) -> None:
        """The page reads no session, so it does not depend on the visitor."""
        link = create_preview_link(meeting)
        with CaptureQueriesContext(connection) as queries:
            Client(headers={"cookie": "sessionid=x"}).get(address_of(link))
        assert not [query for query in queries if "session" in query["sql"]]


class TestAudit:
    def test_each_visit_is_recorded_with_the_network_address(self, meeting: Meeting) -> None:
        link = create_preview_link(meeting)
        open_preview(link, REMOTE_ADDR="192.0.2.7")
        open_preview(link, REMOTE_ADDR="192.0.2.8")
        link.refresh_from_db()
        assert (link.opened, link.last_opened_at) == (2, PRESS_DAY)
        entry = AuditEntry.objects.filter(act=Act.PREVIEW_OPENED).last()
        assert entry
        assert (entry.actor, entry.remote) == ("preview link for Ada, AFP", "192.0.2.7")
        assert entry.address == "meetings/jha/2060/09/14/"
        assert entry.digest == link.revision.documents.get().document_id
        assert entry.details["link"] == str(link.pk)

    def test_refusal_is_recorded_with_its_reason(self, meeting: Meeting) -> None:
        link = create_preview_link(meeting)
        revoke_link(meeting, link, by=COMMAND, now=PRESS_DAY)
        open_preview(link, REMOTE_ADDR="192.0.2.7")
        entry = AuditEntry.objects.get(act=Act.PREVIEW_REFUSED)
        assert (entry.remote, entry.details["why"], entry.details["for_whom"]) == ("192.0.2.7", "revoked", "Ada, AFP")

    def test_number_of_audit_entries_is_limited(
        self, meeting: Meeting, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The hourly limit is for each link, and for all forged links together. The link still counts all visits."""
        monkeypatch.setattr(links, "MAX_RECORDED_PER_HOUR", 3)
        used, revoked = create_preview_link(meeting), create_preview_link(meeting, Revision.objects.get())
        revoke_link(meeting, revoked, by=COMMAND, now=PRESS_DAY)
        for _ in range(5):
            Client().get("/preview/made-up/")
            open_preview(used)
            open_preview(revoked)
        assert get_recorded_refusals().count("forged") == get_recorded_refusals().count("revoked") == 3
        assert AuditEntry.objects.filter(act=Act.PREVIEW_OPENED).count() == 3
        used.refresh_from_db()
        assert used.opened == 5
        clock.shift(HOUR + MINUTE)
        Client().get("/preview/made-up/")
        assert get_recorded_refusals().count("forged") == 4

    def test_refusal_writes_nothing_else_with_few_queries(self, meeting: Meeting) -> None:
        with CaptureQueriesContext(connection) as queries:
            Client().get("/preview/made-up/")
        assert len(queries) == 2  # the number of recent entries, and the new entry
