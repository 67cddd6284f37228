"""Who may what: role by action by state, asked directly and through the admin's addresses; and where it ends."""

import itertools
from collections.abc import Callable
from importlib import import_module
from io import StringIO
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda import publishing
from agenda.building import build_meeting
from agenda.models import BackgroundTopic, MediaLink
from agenda.publishing import Refused
from agenda.restoring import restore
from agenda.reviews import Review
from meetings.audit import Actor
from meetings.models import Configuration, Meeting, Membership, User
from meetings.reference.groups import BEFORE, GROUPS
from meetings.rights import NotAllowed, Right, configurations_of, may, may_everywhere, require, who_may
from tests.agenda.filling import change_of, filled, give, member_of, posted, refusals, saved
from tests.cast import (
    COMMAND,
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    make_configuration,
    make_meeting,
    make_topic,
    publish,
    published,
    withdraw,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/meetings/meeting/"
TOPICS = "/admin/agenda/backgroundtopic/"

ROLES = ("nobody", "Authors", "Publishers", "Duty", "Translators", "Administrators", "root")
# Everybody has their role for JHA only, translators for French. Whom what is allowed, in the order of the roles: at a
# meeting of JHA, at one of ENVI, at a topic that no desk keeps, and somewhere at all.
RIGHTS = """
             JHA            ENVI           no desk        somewhere
view         - A P D T M R  - A P D T M R  - A P D T M R  - A P D T M R
change       - A P - - - R  - - - - - - R  - A P - - - R  - A P - - - R
submit       - A P - - - R  - - - - - - R  - A P - - - R  - A P - - - R
approve      - - P - - - R  - - - - - - R  - - P - - - R  - - P - - - R
publish      - - P - - - R  - - - - - - R  - - P - - - R  - - P - - - R
force        - - P - - - R  - - - - - - R  - - P - - - R  - - P - - - R
duty         - - - D - - R  - - - - - - R  - - - D - - R  - - - D - - R
withdraw     - - P - - - R  - - - - - - R  - - P - - - R  - - P - - - R
suppress     - - P - - - R  - - - - - - R  - - P - - - R  - - P - - - R
share        - - P - - - R  - - - - - - R  - - P - - - R  - - P - - - R
travel       - - P - - - R  - - - - - - R  - - P - - - R  - - P - - - R
audit        - - - - - M R  - - - - - - R  - - - - - M R  - - - - - M R
administer   - - - - - M R  - - - - - - R  - - - - - M R  - - - - - M R
translate    - - - - T - R  - - - - - - R  - - - - T - R  - - - - T - R
revise       - - - - - - R  - - - - - - R  - - - - - - R  - - - - - - R
"""
# What the admin answers to them at a meeting of JHA and at one of ENVI, in each state: 2 opens or takes it, 3 leads on,
# 4 refuses it. A form that is sent empty is taken, and shown again with what it lacks.
ADMIN = """
                      JHA            ENVI
read      draft       4 2 2 2 2 2 2  4 2 2 2 2 2 2
read      scheduled   4 2 2 2 2 2 2  4 2 2 2 2 2 2
read      live        4 2 2 2 2 2 2  4 2 2 2 2 2 2
read      withdrawn   4 2 2 2 2 2 2  4 2 2 2 2 2 2
save      draft       4 2 2 4 4 4 2  4 4 4 4 4 4 2
save      scheduled   4 2 2 4 4 4 2  4 4 4 4 4 4 2
save      live        4 2 2 4 4 4 2  4 4 4 4 4 4 2
save      withdrawn   4 2 2 4 4 4 2  4 4 4 4 4 4 2
item      draft       4 2 2 4 4 4 2  4 4 4 4 4 4 2
item      live        4 2 2 4 4 4 2  4 4 4 4 4 4 2
point     draft       4 2 2 4 4 4 2  4 4 4 4 4 4 2
point     live        4 2 2 4 4 4 2  4 4 4 4 4 4 2
delete    draft       4 2 2 4 4 4 2  4 4 4 4 4 4 2
delete    scheduled   4 4 4 4 4 4 4  4 4 4 4 4 4 4
delete    live        4 4 4 4 4 4 4  4 4 4 4 4 4 4
delete    withdrawn   4 4 4 4 4 4 4  4 4 4 4 4 4 4
preview   draft       4 2 2 2 2 2 2  4 2 2 2 2 2 2
editions  live        4 2 2 2 2 2 2  4 2 2 2 2 2 2
submit    draft       4 2 2 4 4 4 2  4 4 4 4 4 4 2
review    draft       4 2 2 2 2 2 2  4 2 2 2 2 2 2
release   draft       4 4 2 4 4 4 2  4 4 4 4 4 4 2
release   live        4 4 2 4 4 4 2  4 4 4 4 4 4 2
force     draft       4 4 2 4 4 4 2  4 4 4 4 4 4 2
call-off  draft       4 4 3 4 4 4 3  4 4 4 4 4 4 3
call-off  scheduled   4 4 3 4 4 4 3  4 4 4 4 4 4 3
withdraw  draft       4 4 2 4 4 4 2  4 4 4 4 4 4 2
withdraw  live        4 4 2 4 4 4 2  4 4 4 4 4 4 2
rollback  live        4 4 2 4 4 4 2  4 4 4 4 4 4 2
"""


# What comes of it when they do it to a meeting of JHA and to one of ENVI, in each state: + it is done, - they may not,
# r they might, and are refused for the sake of the state.
ACTS = """
                       JHA            ENVI
submit    draft        - + + - - - +  - - - - - - +
submit    in_review    - r r - - - r  - - - - - - r
approve   draft        - - r - - - r  - - - - - - r
approve   in_review    - - + - - - +  - - - - - - +
approve   approved     - - r - - - r  - - - - - - r
send_back in_review    - - + - - - +  - - - - - - +
publish   draft        - - r - - - r  - - - - - - r
publish   in_review    - - r - - - r  - - - - - - r
publish   approved     - - + - - - +  - - - - - - +
publish   live         - - r - - - r  - - - - - - r
schedule  approved     - - + - - - +  - - - - - - +
force     draft        - - + - - - +  - - - - - - +
force     in_review    - - + - - - +  - - - - - - +
call_off  draft        - - r - - - r  - - - - - - r
call_off  scheduled    - - + - - - +  - - - - - - +
withdraw  draft        - - r - - - r  - - - - - - r
withdraw  live         - - + - - - +  - - - - - - +
rollback  draft        - - r - - - r  - - - - - - r
rollback  withdrawn    - - + - - - +  - - - - - - +
"""


class Somebody(NamedTuple):
    user: Any
    client: Client


def somebody(role: str) -> Somebody:
    call_command("load_reference", verbosity=0)
    if role in ("nobody", "root"):
        user = User.objects.create_user(role, is_staff=True, is_superuser=role == "root")
        client = Client()
        client.force_login(user)
        return Somebody(user, client)
    client = member_of(role, of="jha", language="fr" if role == "Translators" else "")
    return Somebody(User.objects.get(), client)


def lines_of(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()[1:]]


@pytest.mark.parametrize("role", ROLES)
def test_role_by_right(clock: Any, role: str) -> None:
    user = somebody(role).user
    subjects = [make_meeting("jha"), make_meeting("env"), make_topic(), None]
    found, expected = [], []
    for name, *marks in lines_of(RIGHTS):
        allowed = [place[ROLES.index(role)] != "-" for place in (marks[:7], marks[7:14], marks[14:21], marks[21:])]
        expected.append((name, allowed))
        found.append((name, [may(user, Right(name), subject) for subject in subjects]))
        asked = [user in who_may(Right(name), subject) for subject in subjects]
        assert asked == (allowed if role != "root" else [False] * 4), f"whom to ask: {name}"
    assert found == expected
    assert [name for name, _allowed in found] == Right.values


@pytest.mark.parametrize("role", ROLES)
def test_role_by_action_by_state(clock: Any, role: str) -> None:
    client = somebody(role).client
    meetings = {
        (code, state): in_state(clock, state, code, day) for code in ("jha", "env") for day, state in enumerate(STATES)
    }
    found, expected = [], []
    for action, state, *statuses in lines_of(ADMIN):
        row = [answer(client, action, meetings[code, state]) for code in ("jha", "env")]
        found.append((action, state, row))
        expected.append((action, state, [statuses[ROLES.index(role)], statuses[7 + ROLES.index(role)]]))
    assert found == expected


@pytest.mark.parametrize("role", ROLES)
def test_role_by_act_by_state(clock: Any, role: str) -> None:
    by, days = Actor(somebody(role).user), itertools.count()
    found, expected = [], []
    for act, state, *marks in lines_of(ACTS):
        row = [outcome(act, in_state(clock, state, code, next(days)), by) for code in ("jha", "env")]
        found.append((act, state, row))
        expected.append((act, state, [marks[ROLES.index(role)], marks[7 + ROLES.index(role)]]))
    assert found == expected


def outcome(act: str, meeting: Meeting, by: Actor) -> str:
    review = Review.last(meeting)
    shown = [one.shown for one in review.languages] if review else []
    later = timezone.now().replace(microsecond=0) + DAY
    acts: dict[str, Callable[[], object]] = {
        "submit": lambda: publishing.submit(meeting, by=by),
        "approve": lambda: publishing.approve(meeting, by=by, shown=shown),
        "send_back": lambda: publishing.send_back(meeting, by=by, shown=shown, remark="The venue."),
        "publish": lambda: publishing.publish(meeting, by=by),
        "schedule": lambda: publishing.publish(meeting, by=by, at=later),
        "force": lambda: publishing.publish(meeting, by=by, force="The server room is on fire."),
        "call_off": lambda: publishing.call_off(meeting, by=by),
        "withdraw": lambda: publishing.withdraw(meeting, by=by, reason="Sent out by mistake."),
        "rollback": lambda: publishing.rollback(meeting, by=by, reason="The text before is back."),
    }
    try:
        acts[act]()
    except NotAllowed:
        return "-"
    except Refused:
        return "r"
    return "+"


STATES = ("draft", "scheduled", "live", "withdrawn")


def in_state(clock: Any, state: str, code: str, day: int) -> Meeting:
    meeting = make_meeting(code, PRESS_DATE + day * DAY)
    if state in ("in_review", "approved"):
        publishing.submit(meeting, by=COMMAND)
    if state == "approved":
        reviewer = Actor(User.objects.get_or_create(username="reviewer", is_superuser=True)[0])
        [text] = Review.last(meeting).languages  # type: ignore[union-attr]
        publishing.approve(meeting, by=reviewer, shown=[text.shown])
    if state == "scheduled":
        publish(meeting, at=PRESS_DAY + DAY)
    if state in ("live", "withdrawn"):
        published(clock, meeting)
    if state == "withdrawn":
        clock.move_to(withdraw(meeting, reason="Sent out by mistake.").available_from)
    return meeting


def answer(client: Client, action: str, meeting: Meeting) -> str:
    if action in ("item", "point", "save"):
        row: Any = {"item": meeting.agenda.first(), "point": meeting.programme.first(), "save": meeting}[action]
        status = client.post(change_of(row), {}).status_code
    else:
        status = client.get(f"{LIST}{meeting.pk}/{'change' if action == 'read' else action}/").status_code
    return str(status)[0]


class TestWhatGivesNothing:
    @pytest.fixture
    def user(self) -> User:
        call_command("load_reference", verbosity=0)
        return User.objects.create_user("petra", is_staff=True)

    def test_nobody_at_all(self) -> None:
        assert not any(may(AnonymousUser(), right) for right in Right)

    def test_a_group_or_a_permission_by_itself(self, user: User) -> None:
        user.groups.add(Group.objects.get(name="Publishers"))
        user.user_permissions.add(*Permission.objects.all())
        assert not any(may(user, right) for right in Right)
        assert not user.has_perm("meetings.change_meeting")
        assert not user.has_module_perms("meetings")
        assert user.get_all_permissions() == set()

    @pytest.mark.parametrize("lacking", ["is_active", "is_staff"])
    def test_a_role_of_somebody_who_may_not_sign_in(self, user: User, lacking: str) -> None:
        give(user, "Publishers")
        setattr(user, lacking, False)
        user.save()
        assert not any(may(user, right) for right in Right)
        assert user not in who_may(Right.PUBLISH)

    def test_a_superuser_whose_account_is_shut(self) -> None:
        user = User.objects.create_superuser("root", is_active=False)
        assert not any(may(user, right) for right in Right)

    def test_reading_alone_lets_nobody_edit_by_way_of_another_desk(self, user: User) -> None:
        give(user, "Authors", of="jha")
        give(user, "Translators", of="env")
        assert may(user, Right.TRANSLATE, make_meeting("env"))
        assert not may(user, Right.CHANGE, make_meeting("env", PRESS_DATE + DAY))
        assert not may(user, Right.TRANSLATE, make_meeting("jha"))

    def test_what_belongs_to_no_configuration_is_not_taken_for_something_of_all(self, user: User) -> None:
        give(user, "Authors", of="jha")
        link = MediaLink.objects.filter(item__isnull=False, item__meeting=make_meeting("env")).get()
        with pytest.raises(TypeError, match="belongs to no configuration"):
            may(user, Right.CHANGE, link)


class TestRequire:
    def test_a_refusal_says_what_and_whom_to_ask(self) -> None:
        member_of("Publishers", "petra", of="env")
        member_of("Authors", "anna")
        meeting = make_meeting("env")
        anna = Actor(User.objects.get(username="anna"))
        with pytest.raises(NotAllowed, match=r"^You may not publish: “ENVI, 14 September 2060”\. Who may: petra\.$"):
            require(anna, Right.PUBLISH, meeting)
        with pytest.raises(NotAllowed, match=r"^You may not approve: “JHA.*Nobody has that right there: ask an admin"):
            require(anna, Right.APPROVE, make_meeting("jha"))
        with pytest.raises(NotAllowed, match=r"^You may not read the audit log\. Nobody"):
            require(anna, Right.AUDIT)

    def test_many_names_are_cut_short(self) -> None:
        for n in range(8):
            member_of("Publishers", f"p{n}")
        member_of("Authors", "anna")
        with pytest.raises(NotAllowed, match=r"Who may: p0, p1, p2, p3, p4, p5, …\."):
            require(Actor(User.objects.get(username="anna")), Right.PUBLISH)

    def test_who_has_the_right_and_who_runs_a_command_goes_on(self) -> None:
        member_of("Publishers", "petra", of="env")
        require(Actor(User.objects.get()), Right.PUBLISH, make_meeting("env"))
        for right in Right:
            require(Actor.command("publish"), right, make_meeting("jha", PRESS_DATE + DAY))
            Meeting.objects.all().delete()


class TestReach:
    def test_a_role_for_all_holds_for_each_configuration_also_for_one_to_come(self) -> None:
        member_of("Authors", "anna")
        member_of("Authors", "bert", of="jha env")
        anna, bert = User.objects.get(username="anna"), User.objects.get(username="bert")
        new = Configuration.objects.create(code="NEW", slug="new", name="New", valid_from=PRESS_DATE)
        assert may(anna, Right.CHANGE, new)
        assert not may(bert, Right.CHANGE, new)
        assert may_everywhere(anna, Right.CHANGE)
        assert not may_everywhere(bert, Right.CHANGE)
        assert {one.slug for one in configurations_of(bert, Right.CHANGE)} == {"jha", "env"}
        assert set(configurations_of(anna, Right.CHANGE)) == set(Configuration.objects.all())

    def test_a_translator_translates_into_the_languages_of_the_role(self) -> None:
        member_of("Translators", "tina", language="fr")
        member_of("Translators", "theo")
        tina, theo = User.objects.get(username="tina"), User.objects.get(username="theo")
        assert [may(tina, Right.TRANSLATE, None, language) for language in ("fr", "el", "")] == [True, False, True]
        assert [may(theo, Right.TRANSLATE, None, language) for language in ("fr", "el", "")] == [True, True, True]
        assert [*who_may(Right.TRANSLATE, None, "el")] == [theo]
        give(tina, "Translators", language="el")
        assert may(User.objects.get(username="tina"), Right.TRANSLATE, make_meeting(), "el")

    def test_django_is_answered_from_the_same_table(self) -> None:
        member_of("Authors", of="jha")
        user, own, other = User.objects.get(), make_meeting("jha"), make_meeting("env")
        for kind in ("meetings.change_meeting", "meetings.delete_session", "agenda.change_agendaitem"):
            assert [user.has_perm(kind, row) for row in (None, own, other)] == [True, True, False]
        assert [user.has_perm("meetings.view_meeting", row) for row in (None, own, other)] == [True, True, True]
        assert user.has_perm("agenda.change_agendaitem", own.agenda.get())
        assert not user.has_perm("agenda.change_agendaitem", other.agenda.get())
        assert "agenda.change_agendaitem" not in user.get_all_permissions(other)
        assert not user.has_module_perms("auth")

    def test_one_query_a_request_however_many_roles_and_questions(self) -> None:
        member_of("Authors", of="jha env ecofin")
        give(User.objects.get(), "Translators", language="fr")
        subjects = [make_meeting("jha"), make_meeting("env"), make_topic(), None]
        user = User.objects.get()
        with CaptureQueriesContext(connection) as queries:
            for subject in subjects:
                for right in Right:
                    may(user, right, subject)
                user.has_perm("meetings.change_meeting", subject)
            user.has_module_perms("agenda")
        assert len(queries) == 1


class TestADeskEditsItsOwn:
    @pytest.fixture
    def anna(self, clock: Any) -> Client:
        return member_of("Authors", "anna", of="jha compet")

    def told(self, client: Client, row: Any) -> str:
        return " ".join(client.get(change_of(row)).content.decode().split())

    def test_others_read_it_and_are_told_why_they_change_nothing(self, anna: Client) -> None:
        meeting = make_meeting("env")
        rows = (meeting, meeting.agenda.get(), meeting.programme.get(), make_topic(desk=make_configuration("env")))
        for row in rows:
            page = self.told(anna, row)
            assert "You can only read this, because it belongs to ENVI and you edit JHA and COMPET." in page
            assert 'name="_save"' not in page
            assert 'name="_preview"' not in page
        assert "Ministers will discuss" in self.told(anna, meeting)
        page = self.told(member_of("Translators"), meeting)
        assert "You can read this but you cannot change it." in page
        for row in (make_meeting("jha"), make_topic("own"), make_topic("asylum", desk=make_configuration("jha"))):
            page = self.told(anna, row)
            assert "You can only read this" not in page
            assert 'name="_save"' in page

    def test_a_new_meeting_gets_no_configuration_of_others(self, anna: Client) -> None:
        env, jha = make_configuration("env"), make_configuration("jha")
        values = {"start_date": "2060-09-14"}
        told = refusals(anna, f"{LIST}add/", configuration=str(env.pk), **values)
        assert told == {"configuration": "You can only choose from the councils that you edit: JHA and COMPET."}
        offered = anna.get(f"{LIST}add/").context["adminform"].form.fields["configuration"].choices
        assert [label for _group, options in offered[1:] for _pk, label in options] == [
            *map(str, (jha, make_configuration("compet")))
        ]
        saved(anna, f"{LIST}add/", configuration=str(jha.pk), **values)
        assert Meeting.objects.get().configuration == jha

    def test_moving_a_meeting_takes_the_right_at_both_ends(self, anna: Client) -> None:
        meeting, other = make_meeting("jha"), make_meeting("env", PRESS_DATE + DAY)
        compet, env = make_configuration("compet"), make_configuration("env")
        assert (
            "You can only choose from the councils that you edit"
            in refusals(anna, change_of(meeting), configuration=str(env.pk))["configuration"]
        )
        assert anna.post(change_of(other), {"configuration": str(compet.pk)}).status_code == 403
        saved(anna, change_of(meeting), configuration=str(compet.pk))
        assert [x.configuration.slug for x in Meeting.objects.order_by("start_date")] == ["compet", "env"]

    @pytest.mark.parametrize("state", ["in review", "planned", "live"])
    def test_what_is_submitted_or_released_moves_only_with_who_publishes_at_both_ends(
        self, anna: Client, clock: Any, state: str
    ) -> None:
        """Else an author who publishes elsewhere would take over what is live."""
        meeting, topic = make_meeting("jha"), make_topic(desk=make_configuration("jha"))
        if state == "in review":
            publishing.submit(meeting, topic, by=COMMAND)
        elif state == "planned":
            publishing.plan(meeting, topic, by=COMMAND, at=PRESS_DAY + DAY)
        else:
            published(clock, meeting, topic)
        xenia = member_of("Publishers", "xenia", of="env")
        give(User.objects.get(username="xenia"), "Authors", of="jha")
        member_of("Publishers", "paul", of="jha")
        env = make_configuration("env")
        for row, field in ((meeting, "configuration"), (topic, "desk")):
            told = refusals(xenia, change_of(row), **{field: str(env.pk)})
            assert list(told) == [field]
            assert "from JHA to ENVI takes the right to publish at both, and you lack it for JHA" in told[field]
            assert "Who may: paul." in told[field]
        with pytest.raises(NotAllowed):
            publishing.withdraw(meeting, by=Actor(User.objects.get(username="xenia")), reason="Mine.")
        give(User.objects.get(username="xenia"), "Publishers", of="jha")
        saved(xenia, change_of(topic), desk=str(env.pk))
        saved(xenia, change_of(meeting), configuration=str(env.pk))
        assert Meeting.objects.get().configuration == env

    def test_nor_by_restoring_an_older_text(self, clock: Any) -> None:
        meeting = make_meeting("env")
        document = build_meeting(meeting)
        Meeting.objects.update(configuration=make_configuration("jha"))
        published(clock, Meeting.objects.get())
        member_of("Publishers", "xenia", of="env")
        give(User.objects.get(), "Authors", of="jha")
        with pytest.raises(NotAllowed, match="takes the right to publish at both"):
            restore(document, by=Actor(User.objects.get()))
        restore(document, by=COMMAND)
        assert Meeting.objects.get().configuration.slug == "env"

    def test_a_meeting_that_was_moved_away_meanwhile_is_not_saved(self, anna: Client) -> None:
        meeting = make_meeting("jha")
        form = filled(anna, change_of(meeting))
        Meeting.objects.update(configuration=make_configuration("env"))
        assert anna.post(change_of(meeting), form | {"notice": "Mine."}).status_code == 403
        assert Meeting.objects.get().notice == ""

    def test_nothing_is_deleted_where_something_is_of_others(self, anna: Client) -> None:
        own, other = make_meeting("jha"), make_meeting("env")
        chosen = {"action": "delete_selected", "_selected_action": [str(own.pk), str(other.pk)]}
        for confirmed in ({}, {"post": "yes"}):
            page = anna.post(LIST, chosen | confirmed, follow=True).content.decode()
            assert "Nothing was deleted. You cannot delete “ENVI, 14 September 2060”" in page
        assert Meeting.objects.count() == 2
        anna.post(LIST, chosen | {"_selected_action": [str(own.pk)], "post": "yes"})
        assert Meeting.objects.get() == other

    def test_a_topic_is_its_desk_s_or_every_one_s(self, anna: Client) -> None:
        env, jha = make_configuration("env"), make_configuration("jha")
        kept, free = make_topic("climate", desk=env), make_topic("migration")
        assert anna.post(change_of(kept), {"title": "Mine"}).status_code == 403
        assert anna.post(f"{TOPICS}{kept.pk}/delete/", {"post": "yes"}).status_code == 403
        assert (
            "You can only choose from the councils that you edit"
            in refusals(anna, change_of(free), desk=str(env.pk))["desk"]
        )
        saved(anna, change_of(free), desk=str(jha.pk))
        saved(anna, change_of(free), title="Migration, once more")
        free.refresh_from_db()
        assert (free.desk, free.title) == (jha, "Migration, once more")
        other = member_of("Publishers", "emil", of="env")
        assert other.get(f"{TOPICS}{free.pk}/release/").status_code == 403
        assert other.get(f"{TOPICS}{kept.pk}/release/").status_code == 200
        assert BackgroundTopic.objects.count() == 2

    def test_each_step_is_theirs_only_where_the_role_is(self, clock: Any) -> None:
        client = member_of("Publishers", "petra", of="env")
        give(User.objects.get(), "Authors", of="jha")
        own, other = make_meeting("env"), make_meeting("jha")
        for meeting in (own, other):
            assert posted(client, change_of(meeting), _submit="1")["Location"].endswith("/submit/")
        assert "Publish…" in self.told(client, own)
        assert "Publish…" not in self.told(client, other)

    def test_the_parts_of_a_page_are_asked_of_the_database_once(self, anna: Client) -> None:
        counts = []
        for meeting in (make_meeting("jha"), make_meeting("env")):
            anna.get(change_of(meeting))
            with CaptureQueriesContext(connection) as queries:
                anna.get(change_of(meeting))
            counts.append(sum("meetings_membership" in query["sql"] for query in queries))
        assert counts == [1, 2]  # the roles; at another desk also who goes on with it


class TestMembership:
    @pytest.fixture
    def user(self) -> User:
        call_command("load_reference", verbosity=0)
        return User.objects.create_user("petra")

    @pytest.mark.parametrize("place", ["", "jha"])
    def test_there_are_no_doubles_also_of_those_for_all(self, user: User, place: str) -> None:
        give(user, "Authors", of=place)
        with pytest.raises(IntegrityError), transaction.atomic():
            give(user, "Authors", of=place)
        give(user, "Translators", of=place, language="fr")
        give(user, "Translators", of=place, language="el")
        assert user.memberships.count() == 3

    def test_a_language_is_for_translators(self, user: User) -> None:
        authors = Membership(user=user, role=Group.objects.get(name="Authors"), language="fr")
        with pytest.raises(ValidationError, match="who have the role “Authors” translate and revise nothing"):
            authors.full_clean()
        Membership(user=user, role=Group.objects.get(name="Translators"), language="fr").full_clean()

    def test_a_configuration_with_people_is_not_deleted_from_under_them(self, user: User) -> None:
        give(user, "Authors", of="jha")
        for kept in (Configuration.objects.get(slug="jha"), Group.objects.get(name="Authors")):
            with pytest.raises(IntegrityError):  # ProtectedError: else they would have it for all
                kept.delete()

    def test_in_words(self, user: User) -> None:
        give(user, "Authors", of="jha")
        give(user, "Translators", language="fr")
        assert [*map(str, user.memberships.all())] == ["Authors: JHA", "Translators: all configurations (fr)"]


def permission(name: str) -> Permission:
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


class TestASiteFromBeforeMemberships:
    """Its groups, as `load_reference` made them then and people had changed them since."""

    @pytest.fixture
    def old(self) -> dict[str, Group]:
        groups = {name: Group.objects.create(name="Editors" if name == "Authors" else name) for name in BEFORE}
        for name, group in groups.items():
            group.permissions.set([permission(each) for each in BEFORE[name]])
        meeting = ContentType.objects.get_for_model(Meeting)
        publishing = Permission.objects.create(codename="publish_meeting", name="Can publish", content_type=meeting)
        groups["Publishers"].permissions.remove(
            *Permission.objects.filter(codename__in=("approve_note", "publish_note", "withdraw_note"))
        )
        groups["Publishers"].permissions.add(publishing)
        return groups

    def migrate(self) -> None:
        migration = import_module("meetings.migrations.0006_memberships")
        migration.give_memberships(apps, None)
        migration.tell_of_lost_permissions(apps, None)
        migration.carry_publishing_over(apps, None)

    def held(self, name: str) -> set[str]:
        permissions = Group.objects.get(name=name).permissions.select_related("content_type")
        return {f"{each.content_type.app_label}.{each.codename}" for each in permissions}

    def test_whoever_was_in_a_group_has_the_role_everywhere(self, old: dict[str, Group]) -> None:
        user = User.objects.create_user("petra", is_staff=True)
        user.groups.set([old["Publishers"], old["Translators"]])
        self.migrate()
        assert [*map(str, user.memberships.all())] == [
            "Publishers: all configurations",
            "Translators: all configurations",
        ]
        assert may(user, Right.PUBLISH, make_meeting())
        assert not Permission.objects.filter(codename="publish_meeting").exists()

    def test_a_role_that_published_topics_only_publishes_nothing_and_is_told_of(
        self, old: dict[str, Group], capsys: pytest.CaptureFixture[str]
    ) -> None:
        topic = ContentType.objects.get_for_model(BackgroundTopic)
        publishing = Permission.objects.create(
            codename="publish_backgroundtopic", name="Can publish", content_type=topic
        )
        both, topics_only = old["Publishers"], Group.objects.create(name="Topic desk")
        for role in (both, topics_only):
            role.permissions.add(publishing)
        self.migrate()
        assert self.held("Topic desk") == set()
        assert "meetings.publish_note" in self.held("Publishers")
        told = capsys.readouterr().err
        assert "The role “Topic desk” could publish topics only" in told
        assert "Publishers" not in told
        assert not Permission.objects.filter(codename="publish_backgroundtopic").exists()

    def test_permissions_of_single_users_count_for_nothing_and_are_told_of(
        self, old: dict[str, Group], capsys: pytest.CaptureFixture[str]
    ) -> None:
        petra = User.objects.create_user("petra", is_staff=True)
        root = User.objects.create_superuser("root")
        for user in (petra, root):
            user.user_permissions.add(permission("meetings.view_meeting"), permission("agenda.view_result"))
        self.migrate()
        assert not may(User.objects.get(pk=petra.pk), Right.VIEW, make_meeting())
        told = capsys.readouterr().err
        assert (
            "“petra” had permissions of their own, which count for nothing any more: "
            "agenda.view_result, meetings.view_meeting."
        ) in told
        assert "root" not in told

    def test_roles_that_nobody_changed_become_the_new_ones(self, old: dict[str, Group]) -> None:
        self.migrate()
        call_command("load_reference", verbosity=0)
        assert not Group.objects.filter(name="Editors").exists()
        assert Group.objects.get(name="Authors").pk == old["Authors"].pk
        assert {name: self.held(name) for name in GROUPS} == {name: set(each) for name, each in GROUPS.items()}

    def test_a_role_that_somebody_changed_stays_and_what_it_lacks_is_told(self, old: dict[str, Group]) -> None:
        old["Publishers"].permissions.remove(permission("meetings.delete_meeting"))
        self.migrate()
        before, output = self.held("Publishers"), StringIO()
        call_command("load_reference", stdout=output)
        assert self.held("Publishers") == before
        assert "meetings.publish_note" in before
        assert "The role “Publishers” was changed on this site and stays as it is." in output.getvalue()
        assert "meetings.force_note" in output.getvalue()
        assert self.held("Authors") == set(GROUPS["Authors"])

    def test_it_is_carried_over_once(self, old: dict[str, Group]) -> None:
        self.migrate()
        call_command("load_reference", verbosity=0)
        authors = Group.objects.get(name="Authors")
        authors.permissions.remove(permission("meetings.submit_note"))  # on purpose, and so as it once was
        Group.objects.create(name="Editors")
        call_command("load_reference", verbosity=0)
        assert self.held("Authors") == BEFORE["Authors"]
        assert Group.objects.filter(name="Editors").exists()
