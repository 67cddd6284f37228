"""Create and revoke preview links in the admin."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.admin.preview_links import ShareForm
from agenda.models import PreviewLink, Revision
from agenda.preview.links import share_revision, sign_link
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.models import Act, AuditEntry, Meeting, User
from tests.admin_forms import create_client_with_role, create_user_with_role, get_change_url, give_role
from tests.agenda.admin.screens import get_step_url, list_field_errors, read_visible_words
from tests.agenda.workflow.revision_helpers import save_revision, suppress_revision
from tests.agenda.workflow.users import save_changes
from tests.factories import COMMAND, DAY, MINUTE, PRESS_DATE, PRESS_DAY, make_meeting, make_topic, publish_now
from tests.note_editor import read_publication
from tests.worlds import share_world

pytestmark = pytest.mark.once


OTHER_DAY = PRESS_DATE + DAY


@share_world
def shared(clock: Any) -> Meeting:
    """Create a publisher of JHA, and a meeting of JHA with one revision."""
    create_user_with_role("Publishers", "petra", of="jha")
    meeting = make_meeting()
    save_revision(meeting)
    return meeting


@pytest.fixture
def publisher(shared: Meeting, clock: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="petra"))
    return client


@pytest.fixture
def meeting(shared: Meeting, clock: Any) -> Meeting:
    return Meeting.objects.get(pk=shared.pk)


def create_link_in_admin(client: Client, subject: Any, query: str = "", *, follow: bool = True, **values: str) -> Any:
    data = {"for_whom": "Ada, AFP", "expires_at": "2060-09-16 10:00"} | values
    return client.post(get_step_url(subject, f"previews/{query}"), data, follow=follow)


def share_last_revision(
    meeting: Meeting, *, for_whom: str = "Ada, AFP", until: dt.datetime = PRESS_DAY + 2 * DAY
) -> PreviewLink:
    """Create a link as Petra."""
    by = Actor(User.objects.get(username="petra"), "petra")
    revision = Revision.objects.filter(subject_id=meeting.pk)[0]
    return share_revision(meeting, revision, by=by, now=PRESS_DAY, for_whom=for_whom, until=until)


class TestRefusals:
    def test_visitor_must_sign_in(self, client: Client, meeting: Meeting) -> None:
        assert client.get(get_step_url(meeting, "previews/"))["Location"].startswith("/admin/login/")

    def test_user_without_the_right_is_refused(self, meeting: Meeting) -> None:
        """`tests/meetings/access/test_roles.py` has the roles that may share a link."""
        client = create_client_with_role("Authors", "somebody")
        for response in (client.get(get_step_url(meeting, "previews/")), create_link_in_admin(client, meeting)):
            assert response.status_code == 403
            assert "You do not have permission to share preview links" in response.content.decode()
        assert "Preview link" not in read_visible_words(client.get(get_step_url(meeting, "history/")))
        assert "Preview links" not in read_visible_words(client.get(get_change_url(meeting)))
        assert not PreviewLink.objects.exists()

    def test_user_of_another_desk_is_refused(self, publisher: Client) -> None:
        meeting = make_meeting("env")
        save_revision(meeting)
        assert create_link_in_admin(publisher, meeting).status_code == 403
        with pytest.raises(NotAllowed):
            by = Actor(User.objects.get(username="petra"), "petra")
            revision = Revision.objects.get(subject_id=meeting.pk)
            share_revision(meeting, revision, by=by, now=PRESS_DAY, for_whom="Ada", until=PRESS_DAY + DAY)

    def test_revoking_needs_the_right(self, publisher: Client, meeting: Meeting) -> None:
        revoke = get_step_url(meeting, f"previews/{share_last_revision(meeting).pk}/revoke/")
        assert create_client_with_role("Authors", "anna").post(revoke).status_code == 403
        publisher.get(revoke)  # a GET request revokes nothing
        assert PreviewLink.objects.get().revoked_at is None

    def test_link_of_another_meeting_cannot_be_revoked(self, publisher: Client, meeting: Meeting) -> None:
        other = make_meeting("jha", start_date=OTHER_DAY)
        key = share_last_revision(meeting).pk
        assert publisher.post(get_step_url(other, f"previews/{key}/revoke/")).status_code == 404

    @pytest.mark.parametrize(
        ("values", "field", "message"),
        [
            ({"for_whom": " "}, "for_whom", "Enter who the link is for."),
            ({"for_whom": "Ω" * 151}, "for_whom", "at most 150 characters"),
            ({"for_whom": "a\0b"}, "for_whom", "Null characters are not allowed."),
            ({"expires_at": ""}, "expires_at", "Enter when the link expires."),
            ({"expires_at": "soon"}, "expires_at", "“soon” is not a time."),
            ({"expires_at": "9" * 5000}, "expires_at", "is not a time"),
        ],
    )
    def test_invalid_value_is_refused_by_the_form(self, values: dict[str, str], field: str, message: str) -> None:
        form = ShareForm({"for_whom": "Ada, AFP", "expires_at": "2060-09-16 10:00"} | values)
        assert message in str(form.errors[field])

    @pytest.mark.parametrize("time", ["soon", "2060-09-14 10:00", "2060-09-28 10:01"])
    def test_error_is_shown_beside_its_field(self, publisher: Client, meeting: Meeting, time: str) -> None:
        errors = list_field_errors(create_link_in_admin(publisher, meeting, expires_at=time), "expires_at")
        assert ("is not a time" if time == "soon" else "in the future, at most 14 days from now") in " ".join(errors)
        assert not PreviewLink.objects.exists()

    def test_meeting_without_a_revision_is_refused(self, publisher: Client) -> None:
        response = create_link_in_admin(publisher, make_meeting(start_date=OTHER_DAY))
        assert "Save the draft first" in read_visible_words(response)
        assert not PreviewLink.objects.exists()

    @pytest.mark.parametrize("asked", ["0", "9" * 30])
    def test_unknown_revision_is_refused(self, publisher: Client, meeting: Meeting, asked: str) -> None:
        create_link_in_admin(publisher, meeting, f"?revision={asked}")
        assert not PreviewLink.objects.exists()

    def test_public_text_is_refused(self, publisher: Client, meeting: Meeting, clock: Any) -> None:
        publish_now(clock, meeting)
        message = "This text or a newer one is published. Share the address of the page instead."
        assert message in read_visible_words(create_link_in_admin(publisher, meeting))
        newer = save_revision(save_changes(meeting, notice="A correction."))
        assert message in read_visible_words(create_link_in_admin(publisher, meeting, f"?revision={newer.pk - 1}"))
        assert not PreviewLink.objects.exists()
        create_link_in_admin(publisher, meeting)
        assert PreviewLink.objects.get().revision == newer

    def test_suppressed_text_is_refused(self, publisher: Client, clock: Any) -> None:
        meeting = make_meeting(start_date=OTHER_DAY, notice="Call +32 2 555 00 00.")
        create_link_in_admin(publisher, meeting, f"?revision={suppress_revision(clock, meeting).pk}")
        assert not PreviewLink.objects.exists()


class TestCreating:
    def test_default_lifetime_is_two_days(self, publisher: Client, meeting: Meeting) -> None:
        assert 'value="2060-09-16 10:00"' in publisher.get(get_step_url(meeting, "previews/")).content.decode()

    def test_link_opens_without_an_account(self, publisher: Client, meeting: Meeting) -> None:
        page = read_visible_words(create_link_in_admin(publisher, meeting))
        link = PreviewLink.objects.get()
        assert (link.for_whom, link.by_name, link.expires_at) == ("Ada, AFP", "petra", PRESS_DAY + 2 * DAY)
        assert "Link created for Ada, AFP. Copy it from the list below." in page
        response = publisher.get(get_step_url(meeting, "previews/"))
        [row] = response.context["rows"]
        assert row["address"] == f"http://testserver/preview/{sign_link(link)}/"
        assert Client().get(row["address"]).status_code == 200
        assert "Opened once." in read_visible_words(publisher.get(get_step_url(meeting, "previews/")))

    def test_link_shows_the_last_or_the_selected_revision(self, publisher: Client, meeting: Meeting) -> None:
        first = Revision.objects.get()
        second = save_revision(meeting, notice="Later.")
        create_link_in_admin(publisher, meeting, follow=False)
        create_link_in_admin(publisher, meeting, f"?revision={first.pk}", follow=False)
        assert {link.revision for link in PreviewLink.objects.all()} == {first, second}

    def test_link_is_recorded_in_the_audit_log(self, publisher: Client, meeting: Meeting) -> None:
        create_link_in_admin(publisher, meeting, follow=False)
        entry = AuditEntry.objects.get(act=Act.PREVIEW_SHARED)
        assert (entry.actor, entry.details["for_whom"]) == ("petra", "Ada, AFP")
        assert entry.details["until"] == "2060-09-16T08:00:00+00:00"
        assert sign_link(PreviewLink.objects.get()) not in str(vars(entry))

    def test_address_is_shown_to_its_creator_only(self, publisher: Client, meeting: Meeting) -> None:
        """Colleagues create links in their own name, so that it is known who gave access to whom."""
        link = share_last_revision(meeting)
        paul = create_client_with_role("Publishers", "paul")
        page = paul.get(get_step_url(meeting, "previews/"))
        assert "Ada, AFP Active" in read_visible_words(page)
        assert sign_link(link) not in page.content.decode()

    def test_topics_have_preview_links(self, publisher: Client) -> None:
        topic = make_topic()
        save_revision(topic)
        create_link_in_admin(publisher, topic, follow=False)
        assert PreviewLink.objects.get().revision.subject_id == topic.pk

    def test_editor_links_to_previews(self, publisher: Client, meeting: Meeting) -> None:
        assert f'href="{get_step_url(meeting, "previews/")}"' in read_publication(publisher, meeting)


class TestRevoking:
    def test_colleague_can_revoke_a_link(self, publisher: Client, meeting: Meeting) -> None:
        link = share_last_revision(meeting)
        paul = create_client_with_role("Publishers", "paul")
        revoke = get_step_url(meeting, f"previews/{link.pk}/revoke/")
        assert "The link for Ada, AFP no longer works." in read_visible_words(paul.post(revoke, follow=True))
        assert "was already revoked" in read_visible_words(publisher.post(revoke, follow=True))
        page = publisher.get(get_step_url(meeting, "previews/"))
        assert "Revoked by paul, 14 September 2060, 10:00 (Brussels)" in read_visible_words(page)
        assert sign_link(link) not in page.content.decode()
        assert AuditEntry.objects.get(act=Act.PREVIEW_REVOKED).actor == "paul"

    def test_list_shows_closed_links(self, publisher: Client, meeting: Meeting, clock: Any) -> None:
        share_last_revision(meeting, for_whom="Early", until=PRESS_DAY + 5 * MINUTE)
        share_last_revision(meeting, for_whom="Late")
        clock.shift(10 * MINUTE)
        assert "Late Active" in read_visible_words(publisher.get(get_step_url(meeting, "previews/")))
        assert "Early Expired" in read_visible_words(publisher.get(get_step_url(meeting, "previews/")))
        publish_now(clock, save_changes(meeting, notice="Better."))
        assert "Late Ended: this text or a newer one is published" in read_visible_words(
            publisher.get(get_step_url(meeting, "previews/"))
        )

    def test_list_has_a_constant_number_of_queries(self, publisher: Client, meeting: Meeting) -> None:
        costs = []
        for last in (1, 4):
            while PreviewLink.objects.count() < last:
                share_revision(
                    meeting, save_revision(meeting, notice=str(PreviewLink.objects.count())), by=COMMAND, now=PRESS_DAY,
                    for_whom="Ada", until=PRESS_DAY + dt.timedelta(hours=1),
                )  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                publisher.get(get_step_url(meeting, "previews/"))
            costs.append(len(queries))
        # session, user, memberships, alarms; the meeting with its configuration; the revision offered and its
        # documents; links and their documents; if the meeting exists, which texts are public or erased,
        # releases, withdrawals
        assert costs == [15, 15]


def test_user_with_two_roles_at_two_desks(publisher: Client) -> None:
    give_role(User.objects.get(username="petra"), "Authors", of="env")
    meeting = make_meeting("env")
    save_revision(meeting)
    assert publisher.get(get_step_url(meeting, "previews/")).status_code == 403
