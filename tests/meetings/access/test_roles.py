"""What each role may do: each right, each screen of the admin and each act, in each state of a meeting."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from msgspec import to_builtins

from agenda.editor.saving import build_edited_document
from agenda.workflow import publication, review_actions, scheduled_releases, withdrawal
from agenda.workflow.errors import WorkflowError
from agenda.workflow.reviews import Review
from meetings.access import NotAllowed, Right, find_users_with_right, has_right
from meetings.access.audit import Actor
from meetings.models import Meeting, User
from tests.admin_forms import create_user_with_role, skip_rendering
from tests.factories import (
    COMMAND,
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    make_meeting,
    make_topic,
    publish,
    publish_now,
    withdraw,
)
from tests.note_editor import post_to_editor
from tests.worlds import roll_back, share_world

MEETING_LIST = "/admin/meetings/meeting/"
STATES = ("draft", "in_review", "approved", "scheduled", "live", "withdrawn")

ROLE_NAMES = ("nobody", "Authors", "Publishers", "Duty", "Translators", "Administrators", "root")
# All users have their role for JHA only, translators for French. The rights, in the order of the roles: for a meeting
# of JHA, for one of ENVI, for a topic without a desk, and without a subject.
RIGHTS_BY_ROLE = """
             JHA            ENVI           no desk        somewhere
view         - A P D T M R  - A P D T M R  - A P D T M R  - A P D T M R
change       - A P - - - R  - - - - - - R  - A P - - - R  - A P - - - R
submit       - A P - - - R  - - - - - - R  - A P - - - R  - A P - - - R
approve      - - P - - - R  - - - - - - R  - - P - - - R  - - P - - - R
publish      - - P - - - R  - - - - - - R  - - P - - - R  - - P - - - R
force        - - - - - - R  - - - - - - R  - - - - - - R  - - - - - - R
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
# The first digit of the admin's status for a meeting of JHA and one of ENVI, in each state: 2 is success, 3 a redirect,
# 4 a refusal.
ADMIN_STATUSES = """
                      JHA            ENVI
read      draft       4 2 2 2 2 2 2  4 2 2 2 2 2 2
read      live        4 2 2 2 2 2 2  4 2 2 2 2 2 2
save      draft       4 2 2 4 4 4 2  4 4 4 4 4 4 2
save      scheduled   4 2 2 4 4 4 2  4 4 4 4 4 4 2
save      live        4 2 2 4 4 4 2  4 4 4 4 4 4 2
save      withdrawn   4 2 2 4 4 4 2  4 4 4 4 4 4 2
settings  draft       4 2 2 4 4 4 2  4 4 4 4 4 4 2
delete    draft       4 2 2 4 4 4 2  4 4 4 4 4 4 2
delete    scheduled   4 4 4 4 4 4 4  4 4 4 4 4 4 4
delete    live        4 4 4 4 4 4 4  4 4 4 4 4 4 4
delete    withdrawn   4 4 4 4 4 4 4  4 4 4 4 4 4 4
preview   draft       4 2 2 2 2 2 2  4 2 2 2 2 2 2
history   live        4 2 2 2 2 2 2  4 2 2 2 2 2 2
submit    draft       4 2 2 4 4 4 2  4 4 4 4 4 4 2
review    draft       4 2 2 2 2 2 2  4 2 2 2 2 2 2
release   draft       4 4 2 4 4 4 2  4 4 4 4 4 4 2
release   live        4 4 2 4 4 4 2  4 4 4 4 4 4 2
force     draft       4 4 4 4 4 4 2  4 4 4 4 4 4 2
call-off  draft       4 4 3 4 4 4 3  4 4 4 4 4 4 3
call-off  scheduled   4 4 3 4 4 4 3  4 4 4 4 4 4 3
withdraw  draft       4 4 2 4 4 4 2  4 4 4 4 4 4 2
withdraw  live        4 4 2 4 4 4 2  4 4 4 4 4 4 2
rollback  live        4 4 2 4 4 4 2  4 4 4 4 4 4 2
"""


# The outcome of each act on a meeting of JHA and on one of ENVI, in each state: + is done, - is not permitted,
# r is permitted but refused because of the state.
OUTCOMES_OF_ACTS = """
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
force     draft        - - - - - - +  - - - - - - +
force     in_review    - - - - - - +  - - - - - - +
call_off  draft        - - r - - - r  - - - - - - r
call_off  scheduled    - - + - - - +  - - - - - - +
withdraw  draft        - - r - - - r  - - - - - - r
withdraw  live         - - + - - - +  - - - - - - +
rollback  draft        - - r - - - r  - - - - - - r
rollback  withdrawn    - - + - - - +  - - - - - - +
"""

MeetingsByState = Mapping[tuple[str, str], Meeting]


@share_world
def meetings(clock: Any) -> MeetingsByState:
    """Create a meeting of JHA and one of ENVI in each state, and a user with each role."""
    call_command("load_reference", verbosity=0)
    for role in ROLE_NAMES:
        if role in ("nobody", "root"):
            User.objects.create_user(role, is_staff=True, is_superuser=role == "root")
        else:
            create_user_with_role(role, role, of="jha", language="fr" if role == "Translators" else "")
    return {
        (code, state): create_meeting_in_state(clock, state, code, number)
        for code in ("jha", "env")
        for number, state in enumerate(STATES)
    }


def create_meeting_in_state(clock: Any, state: str, code: str, number: int) -> Meeting:
    meeting = make_meeting(code, PRESS_DATE + number * DAY)
    if state in ("in_review", "approved"):
        review_actions.submit(meeting, by=COMMAND)
    if state == "approved":
        reviewer = Actor(User.objects.get_or_create(username="reviewer", is_staff=True, is_superuser=True)[0])
        review_actions.approve(meeting, by=reviewer, shown=get_shown(meeting))
    if state == "scheduled":
        publish(meeting, at=PRESS_DAY + DAY)
    if state in ("live", "withdrawn"):
        publish_now(clock, meeting)
    if state == "withdrawn":
        clock.move_to(withdraw(meeting, reason="Sent out by mistake.").available_from)
    return meeting


def get_shown(meeting: Meeting) -> list[str]:
    review = Review.latest(meeting)
    return [text.shown for text in review.languages] if review else []


def read_table(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()[1:]]


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_role_by_right(meetings: MeetingsByState, role: str) -> None:
    user = User.objects.get(username=role)
    subjects = [meetings["jha", "draft"], meetings["env", "draft"], make_topic(), None]
    found, expected = [], []
    for name, *marks in read_table(RIGHTS_BY_ROLE):
        allowed = [place[ROLE_NAMES.index(role)] != "-" for place in (marks[:7], marks[7:14], marks[14:21], marks[21:])]
        expected.append((name, allowed))
        found.append((name, [has_right(user, Right(name), subject) for subject in subjects]))
        asked = [user in find_users_with_right(Right(name), subject) for subject in subjects]
        assert asked == (allowed if role != "root" else [False] * 4), f"whom to ask: {name}"
    assert found == expected
    assert [name for name, _allowed in found] == Right.values


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_role_by_action_by_state(meetings: MeetingsByState, role: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username=role))
    compare_cells(ADMIN_STATUSES, role, "4", lambda action, key: get_status_digit(client, action, meetings[key]))


def compare_cells(table: str, role: str, refused: str, ask: Callable[[str, tuple[str, str]], str]) -> None:
    """Compare the cells of a role with the answers.

    Whoever is refused an action at their own desk in the first state, because they lack the right, is not asked again.
    """
    found, expected, first_outcomes = [], [], dict[str, str]()
    for action, state, *cells in read_table(table):
        for code, cell in (("jha", cells[:7]), ("env", cells[7:])):
            outcome = cell[ROLE_NAMES.index(role)]
            if not first_outcomes.get(action) == outcome == refused:
                found.append((action, state, code, ask(action, (code, state))))
                expected.append((action, state, code, outcome))
                first_outcomes.setdefault(action, found[-1][-1])
    assert found == expected


def get_status_digit(client: Client, action: str, meeting: Meeting) -> str:
    with skip_rendering():
        if action == "save":
            posted = {"version": meeting.version, "document": build_edited_document(meeting)}
            with roll_back():
                status = post_to_editor(client, meeting, "save", to_builtins(posted)).status_code
        else:
            status = client.get(f"{MEETING_LIST}{meeting.pk}/{'change' if action == 'read' else action}/").status_code
    return str(status)[0]


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_role_by_act_by_state(meetings: MeetingsByState, role: str) -> None:
    by = Actor(User.objects.get(username=role))
    compare_cells(OUTCOMES_OF_ACTS, role, "-", lambda act, key: try_act(act, meetings[key], by))


def try_act(act: str, meeting: Meeting, by: Actor) -> str:
    """Try the act, and undo it."""
    meeting, shown = Meeting.objects.get(pk=meeting.pk), get_shown(meeting)
    later = timezone.now().replace(microsecond=0) + DAY
    acts: dict[str, Callable[[], object]] = {
        "submit": lambda: review_actions.submit(meeting, by=by),
        "approve": lambda: review_actions.approve(meeting, by=by, shown=shown),
        "send_back": lambda: review_actions.send_back(meeting, by=by, shown=shown, remark="The venue."),
        "publish": lambda: publication.publish(meeting, by=by),
        "schedule": lambda: publication.publish(meeting, by=by, at=later),
        "force": lambda: publication.publish(meeting, by=by, force="The server room is on fire."),
        "call_off": lambda: scheduled_releases.call_off_edition(meeting, by=by),
        "withdraw": lambda: withdrawal.withdraw(meeting, by=by, reason="Sent out by mistake."),
        "rollback": lambda: withdrawal.rollback(meeting, by=by, reason="The text before is back."),
    }
    try:
        with roll_back():
            acts[act]()
    except NotAllowed:
        return "-"
    except WorkflowError:
        return "r"
    return "+"
