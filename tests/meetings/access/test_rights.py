"""The limits of rights: people, configurations and languages. `test_roles.py` has what each role may do."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.documents.building import build_meeting
from agenda.models import BackgroundTopic, MediaLink
from agenda.workflow.planned_releases import plan_release
from agenda.workflow.restoring import restore_meeting
from agenda.workflow.review_actions import submit
from agenda.workflow.transfers import require_transfer
from agenda.workflow.withdrawal import withdraw
from meetings.access import (
    NotAllowed,
    Right,
    find_users_with_right,
    get_assignable_roles,
    get_configurations_with_right,
    has_right,
    has_right_everywhere,
    require_right,
)
from meetings.access.audit import Actor
from meetings.models import Configuration, Meeting, Membership, User
from tests.admin_forms import create_client_with_role, create_user_with_role, get_change_url, give_role
from tests.factories import (
    COMMAND,
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    make_configuration,
    make_meeting,
    make_topic,
    publish_now,
)
from tests.note_editor import EditorSession, read_publication, save_in_editor
from tests.worlds import share_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data", "clock")]

MEETING_LIST = "/admin/meetings/meeting/"
TOPIC_LIST = "/admin/agenda/backgroundtopic/"


def get_settings_url(subject: Any) -> str:
    return get_change_url(subject).replace("/change/", "/settings/")


@share_world
def reference_data(clock: Any) -> None:
    call_command("load_reference", verbosity=0)


class TestNoRights:
    @pytest.fixture
    def user(self) -> User:
        return User.objects.create_user("petra", is_staff=True)

    def test_anonymous_user_has_no_rights(self) -> None:
        assert not any(has_right(AnonymousUser(), right) for right in Right)

    def test_groups_and_user_permissions_give_no_rights(self, user: User) -> None:
        user.groups.add(Group.objects.get(name="Publishers"))
        user.user_permissions.add(*Permission.objects.all())
        assert not any(has_right(user, right) for right in Right)
        assert not user.has_perm("meetings.change_meeting")
        assert not user.has_module_perms("meetings")
        assert user.get_all_permissions() == set()

    @pytest.mark.parametrize("lacking", ["is_active", "is_staff"])
    def test_role_of_disabled_user_gives_no_rights(self, user: User, lacking: str) -> None:
        give_role(user, "Publishers")
        setattr(user, lacking, False)
        user.save()
        assert not any(has_right(user, right) for right in Right)
        assert user not in find_users_with_right(Right.PUBLISH)

    def test_inactive_superuser_has_no_rights(self) -> None:
        user = User.objects.create_superuser("root", is_active=False)
        assert not any(has_right(user, right) for right in Right)

    def test_role_at_one_desk_gives_no_right_at_another(self, user: User) -> None:
        give_role(user, "Authors", of="jha")
        give_role(user, "Translators", of="env")
        assert has_right(user, Right.TRANSLATE, make_meeting("env"))
        assert not has_right(user, Right.CHANGE, make_meeting("env", PRESS_DATE + DAY))
        assert not has_right(user, Right.TRANSLATE, make_meeting("jha"))

    def test_subject_without_desk_raises_type_error(self, user: User) -> None:
        give_role(user, "Authors", of="jha")
        link = MediaLink.objects.filter(item__isnull=False, item__meeting=make_meeting("env")).get()
        with pytest.raises(TypeError, match="belongs to no configuration"):
            has_right(user, Right.CHANGE, link)


class TestRequire:
    def test_refusal_says_what_and_whom_to_ask(self) -> None:
        create_user_with_role("Publishers", "petra", of="env")
        create_user_with_role("Authors", "anna")
        meeting = make_meeting("env")
        anna = Actor(User.objects.get(username="anna"))
        refusal = (
            r"^You do not have permission to publish “ENVI, 14 September 2060”\. Ask one of these people: petra\.$"
        )
        with pytest.raises(NotAllowed, match=refusal):
            require_right(anna, Right.PUBLISH, meeting)
        refusal = r"^You do not have permission to approve “JHA.*Nobody has this permission\. Contact an admin"
        with pytest.raises(NotAllowed, match=refusal):
            require_right(anna, Right.APPROVE, make_meeting("jha"))
        with pytest.raises(NotAllowed, match=r"^You do not have permission to read the audit log\. Nobody"):
            require_right(anna, Right.AUDIT)

    def test_refusal_names_the_language_only_if_the_right_depends_on_it(self) -> None:
        create_user_with_role("Authors", "anna")
        anna, meeting = Actor(User.objects.get()), make_meeting("env")
        for right, language, refusal in (
            (Right.TRANSLATE, "fr", r"translate “ENVI, 14 September 2060” into French\."),
            (Right.TRANSLATE, "", r"translate “ENVI, 14 September 2060”\."),
            (Right.APPROVE, "en", r"approve “ENVI, 14 September 2060”\."),
        ):
            with pytest.raises(NotAllowed, match=f"^You do not have permission to {refusal}"):
                require_right(anna, right, meeting, language)

    def test_long_list_of_names_is_cut(self) -> None:
        for n in range(8):
            create_user_with_role("Publishers", f"p{n}")
        create_user_with_role("Authors", "anna")
        with pytest.raises(NotAllowed, match=r"Ask one of these people: p0, p1, p2, p3, p4, p5, …\."):
            require_right(Actor(User.objects.get(username="anna")), Right.PUBLISH)

    def test_entitled_users_and_commands_are_not_refused(self) -> None:
        create_user_with_role("Publishers", "petra", of="env")
        require_right(Actor(User.objects.get()), Right.PUBLISH, make_meeting("env"))
        for right in Right:
            require_right(Actor.for_command("publish"), right, make_meeting("jha", PRESS_DATE + DAY))
            Meeting.objects.all().delete()


class TestReach:
    def test_role_for_all_covers_new_configurations(self) -> None:
        create_user_with_role("Authors", "anna")
        create_user_with_role("Authors", "bert", of="jha env")
        anna, bert = User.objects.get(username="anna"), User.objects.get(username="bert")
        new = Configuration.objects.create(code="NEW", slug="new", name="New", valid_from=PRESS_DATE)
        assert has_right(anna, Right.CHANGE, new)
        assert not has_right(bert, Right.CHANGE, new)
        assert has_right_everywhere(anna, Right.CHANGE)
        assert not has_right_everywhere(bert, Right.CHANGE)
        assert {one.slug for one in get_configurations_with_right(bert, Right.CHANGE)} == {"jha", "env"}
        assert set(get_configurations_with_right(anna, Right.CHANGE)) == set(Configuration.objects.all())

    def test_translator_is_limited_to_the_languages_of_the_role(self) -> None:
        create_user_with_role("Translators", "tina", language="fr")
        create_user_with_role("Translators", "theo")
        tina, theo = User.objects.get(username="tina"), User.objects.get(username="theo")
        assert [has_right(tina, Right.TRANSLATE, None, language) for language in ("fr", "el", "")] == [
            True,
            False,
            True,
        ]
        assert [has_right(theo, Right.TRANSLATE, None, language) for language in ("fr", "el", "")] == [True, True, True]
        assert [*find_users_with_right(Right.TRANSLATE, None, "el")] == [theo]
        give_role(tina, "Translators", language="el")
        assert has_right(User.objects.get(username="tina"), Right.TRANSLATE, make_meeting(), "el")

    def test_django_permissions_follow_memberships(self) -> None:
        create_user_with_role("Authors", of="jha")
        user, own, other = User.objects.get(), make_meeting("jha"), make_meeting("env")
        for kind in ("meetings.change_meeting", "meetings.delete_session", "agenda.change_agendaitem"):
            assert [user.has_perm(kind, row) for row in (None, own, other)] == [True, True, False]
        assert [user.has_perm("meetings.view_meeting", row) for row in (None, own, other)] == [True, True, True]
        assert user.has_perm("agenda.change_agendaitem", own.agenda.get())
        assert not user.has_perm("agenda.change_agendaitem", other.agenda.get())
        assert "agenda.change_agendaitem" not in user.get_all_permissions(other)
        assert not user.has_module_perms("auth")

    def test_rights_take_one_query_per_request(self) -> None:
        create_user_with_role("Authors", of="jha env ecofin")
        give_role(User.objects.get(), "Translators", language="fr")
        subjects = [make_meeting("jha"), make_meeting("env"), make_topic(), None]
        user = User.objects.get()
        with CaptureQueriesContext(connection) as queries:
            for subject in subjects:
                for right in Right:
                    has_right(user, right, subject)
                user.has_perm("meetings.change_meeting", subject)
            user.has_module_perms("agenda")
        assert len(queries) == 1


class TestDesks:
    @pytest.fixture
    def anna(self, clock: Any) -> Client:
        return create_client_with_role("Authors", "anna", of="jha compet")

    def get_page_text(self, client: Client, row: Any) -> str:
        return " ".join(client.get(get_change_url(row)).content.decode().split())

    def test_other_desks_can_only_read_and_are_told_why(self, anna: Client) -> None:
        meeting = make_meeting("env")
        for row in (meeting, make_topic(desk=make_configuration("env"))):
            page = self.get_page_text(anna, row)
            assert "You can only read this, because it belongs to ENVI and you edit JHA and COMPET." in page
            assert 'id="save"' not in page
            assert EditorSession(anna, row).save().status_code == 403
        assert "Ministers will discuss" in self.get_page_text(anna, meeting)
        page = self.get_page_text(create_client_with_role("Translators"), meeting)
        assert "You can read this but you cannot change it." in page
        for row in (make_meeting("jha"), make_topic("own"), make_topic("asylum", desk=make_configuration("jha"))):
            page = self.get_page_text(anna, row)
            assert "You can only read this" not in page
            assert 'id="save"' in page

    def test_new_meeting_cannot_belong_to_another_desk(self, anna: Client) -> None:
        env, jha = make_configuration("env"), make_configuration("jha")
        values = {"start_date": "2060-09-14", "status": "provisional"}
        form = anna.post(f"{MEETING_LIST}add/", values | {"configuration": str(env.pk)}).context["form"]
        message = "You can only choose from the configurations that you edit: JHA and COMPET."
        assert form.errors == {"configuration": [message]}
        offered = form.fields["configuration"].choices
        assert [label for _group, options in offered[1:] for _pk, label in options] == [
            *map(str, (jha, make_configuration("compet")))
        ]
        assert anna.post(f"{MEETING_LIST}add/", values | {"configuration": str(jha.pk)}).status_code == 302
        assert Meeting.objects.get().configuration == jha

    def test_moving_a_meeting_requires_the_right_at_both_desks(self, anna: Client) -> None:
        meeting, other = make_meeting("jha"), make_meeting("env", PRESS_DATE + DAY)
        compet, env = make_configuration("compet"), make_configuration("env")
        assert "You can only choose from the configurations that you edit" in self.move(anna, meeting, env)
        assert anna.post(get_settings_url(other), {"place": str(compet.pk)}).status_code == 403
        assert self.move(anna, meeting, compet) == ""
        assert [x.configuration.slug for x in Meeting.objects.order_by("start_date")] == ["compet", "env"]

    @pytest.mark.parametrize("state", ["in review", "planned", "live"])
    def test_moving_submitted_or_published_subjects_requires_publishers_at_both_desks(
        self, clock: Any, state: str
    ) -> None:
        """Otherwise an author who can publish elsewhere could take over live subjects."""
        meeting, topic = make_meeting("jha"), make_topic(desk=make_configuration("jha"))
        if state == "in review":
            submit(meeting, topic, by=COMMAND)
        elif state == "planned":
            plan_release(meeting, topic, by=COMMAND, at=PRESS_DAY + DAY)
        else:
            publish_now(clock, meeting, topic)
        xenia, env = self.create_publisher_of_env(), make_configuration("env")
        for subject in (meeting, topic):
            with pytest.raises(NotAllowed, match="from JHA to ENVI, you need the right to publish for both"):
                require_transfer(Actor(xenia), subject, env)
        require_transfer(Actor(xenia), make_meeting("jha", PRESS_DATE + DAY), env)
        give_role(xenia, "Publishers", of="jha")
        for subject in (meeting, topic):
            require_transfer(Actor(User.objects.get(pk=xenia.pk)), subject, env)

    def move(self, client: Client, subject: Any, place: Configuration) -> str:
        """Choose another configuration on the screen of settings. Return the error, or an empty text."""
        values = {"place": str(place.pk), "source_language": subject.source_language}
        response = client.post(get_settings_url(subject), values)
        return "" if response.status_code == 302 else " ".join(response.context["form"].errors["place"])

    def create_publisher_of_env(self) -> User:
        """Return Xenia, who is an author of JHA; Paul is its publisher."""
        create_user_with_role("Publishers", "xenia", of="env")
        xenia = User.objects.get(username="xenia")
        give_role(xenia, "Authors", of="jha")
        create_user_with_role("Publishers", "paul", of="jha")
        return xenia

    def test_form_refuses_to_move_a_live_subject(self, clock: Any) -> None:
        meeting, topic = make_meeting("jha"), make_topic(desk=make_configuration("jha"))
        publish_now(clock, meeting, topic)
        client, xenia, env = Client(), self.create_publisher_of_env(), make_configuration("env")
        client.force_login(xenia)
        for row in (meeting, topic):
            error = self.move(client, row, env)
            assert "You do not have it for JHA" in error
            assert "Ask one of these people: paul." in error
        with pytest.raises(NotAllowed):
            withdraw(meeting, by=Actor(xenia), reason="Mine.")
        give_role(xenia, "Publishers", of="jha")
        assert self.move(client, meeting, env) == ""
        assert Meeting.objects.get().configuration == env

    def test_restoring_cannot_move_a_meeting_without_the_right(self, clock: Any) -> None:
        meeting = make_meeting("env")
        document = build_meeting(meeting)
        Meeting.objects.update(configuration=make_configuration("jha"))
        publish_now(clock, Meeting.objects.get())
        create_user_with_role("Publishers", "xenia", of="env")
        give_role(User.objects.get(), "Authors", of="jha")
        with pytest.raises(NotAllowed, match="need the right to publish for both"):
            restore_meeting(document, by=Actor(User.objects.get()))
        restore_meeting(document, by=COMMAND)
        assert Meeting.objects.get().configuration.slug == "env"

    def test_meeting_moved_to_another_desk_is_not_saved(self, anna: Client) -> None:
        meeting = make_meeting("jha")
        session = EditorSession(anna, meeting)
        Meeting.objects.update(configuration=make_configuration("env"))
        session.document["notice"] = "Mine."
        assert session.save().status_code == 403
        assert Meeting.objects.get().notice == ""

    def test_bulk_deletion_is_refused_if_one_belongs_to_another_desk(self, anna: Client) -> None:
        own, other = make_meeting("jha"), make_meeting("env")
        chosen = {"action": "delete_selected", "_selected_action": [str(own.pk), str(other.pk)]}
        for confirmed in ({}, {"post": "yes"}):
            page = anna.post(MEETING_LIST, chosen | confirmed, follow=True).content.decode()
            assert "Nothing was deleted. You cannot delete “ENVI, 14 September 2060”" in page
        assert Meeting.objects.count() == 2
        anna.post(MEETING_LIST, chosen | {"_selected_action": [str(own.pk)], "post": "yes"})
        assert Meeting.objects.get() == other

    def test_topic_belongs_to_its_desk_or_to_all(self, anna: Client) -> None:
        env, jha = make_configuration("env"), make_configuration("jha")
        kept, free = make_topic("climate", desk=env), make_topic("migration")
        session = EditorSession(anna, kept)
        session.document["title"] = "Mine"
        assert session.save().status_code == 403
        assert anna.post(f"{TOPIC_LIST}{kept.pk}/delete/", {"post": "yes"}).status_code == 403
        assert "You can only choose from the configurations that you edit" in self.move(anna, free, env)
        assert self.move(anna, free, jha) == ""
        save_in_editor(anna, free, title="Migration, once more")
        free.refresh_from_db()
        assert (free.desk, free.title) == (jha, "Migration, once more")
        other = create_client_with_role("Publishers", "emil", of="env")
        assert other.get(f"{TOPIC_LIST}{free.pk}/release/").status_code == 403
        assert other.get(f"{TOPIC_LIST}{kept.pk}/release/").status_code == 200
        assert BackgroundTopic.objects.count() == 2

    def test_steps_are_offered_at_the_desk_of_the_role_only(self, clock: Any) -> None:
        client = create_client_with_role("Publishers", "petra", of="env")
        give_role(User.objects.get(), "Authors", of="jha")
        own, other = make_meeting("env"), make_meeting("jha")
        for meeting in (own, other):
            assert "Submit for approval" in read_publication(client, meeting)
        assert "Publish…" in read_publication(client, own)
        assert "Publish…" not in read_publication(client, other)

    def test_memberships_are_read_once_per_page(self, anna: Client) -> None:
        counts = []
        for meeting in (make_meeting("jha"), make_meeting("env")):
            read_publication(anna, meeting)
            with CaptureQueriesContext(connection) as queries:
                read_publication(anna, meeting)
            counts.append(sum("meetings_membership" in query["sql"] for query in queries))
        assert counts == [1, 3]  # the roles; at another desk also who goes on with it, or else the administrators


class TestMembership:
    @pytest.fixture
    def user(self) -> User:
        return User.objects.create_user("petra")

    @pytest.mark.parametrize("place", ["", "jha"])
    def test_duplicate_membership_is_refused(self, user: User, place: str) -> None:
        give_role(user, "Authors", of=place)
        with pytest.raises(IntegrityError), transaction.atomic():
            give_role(user, "Authors", of=place)
        give_role(user, "Translators", of=place, language="fr")
        give_role(user, "Translators", of=place, language="el")
        assert user.memberships.count() == 3

    def test_language_is_for_translators_only(self, user: User) -> None:
        authors = Membership(user=user, role=Group.objects.get(name="Authors"), language="fr")
        with pytest.raises(ValidationError, match="The role “Authors” does not include translating or revising"):
            authors.full_clean()
        Membership(user=user, role=Group.objects.get(name="Translators"), language="fr").full_clean()

    def test_configuration_with_members_cannot_be_deleted(self, user: User) -> None:
        give_role(user, "Authors", of="jha")
        for kept in (Configuration.objects.get(slug="jha"), Group.objects.get(name="Authors")):
            with pytest.raises(IntegrityError):  # ProtectedError: else they would have it for all
                kept.delete()

    def test_membership_as_text(self, user: User) -> None:
        give_role(user, "Authors", of="jha")
        give_role(user, "Translators", language="fr")
        assert [*map(str, user.memberships.all())] == ["Authors: JHA", "Translators: all configurations (fr)"]


def test_only_superusers_assign_roles_with_the_right_to_administer() -> None:
    create_user_with_role("Administrators")
    administrator, root = User.objects.get(username="administrator"), User.objects.create_superuser("root")
    every = set(Group.objects.values_list("name", flat=True))
    assert set(get_assignable_roles(root).values_list("name", flat=True)) == every
    assert set(get_assignable_roles(administrator).values_list("name", flat=True)) == every - {"Administrators"}
