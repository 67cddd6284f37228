"""The stored ends of approvals are always those that the editions and verdicts give."""

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from agenda.models import ApprovalEnd, Verdict
from agenda.workflow.drafts import SubjectEditions
from agenda.workflow.errors import WorkflowError
from agenda.workflow.review_actions import approve, send_back
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from agenda.workflow.translation_submission import submit_translation
from agenda.workflow.verdicts import find_end, load_editions
from agenda.workflow.withdrawal import find_earlier_editions, rollback
from meetings.editions.freezing import delete_pending_editions
from meetings.models import Meeting
from tests import actions
from tests.admin_forms import create_user_with_role
from tests.agenda.workflow.translations import release_approved_translations, save_translation
from tests.agenda.workflow.users import get_people, get_shown, save_changes
from tests.factories import MINUTE, SECOND, make_meeting
from tests.worlds import roll_back, share_world

MIGRATION = import_module("agenda.migrations.0017_approval_ends")
Step = Callable[[Meeting], Any]


@share_world
def meeting_key(clock: Any) -> Any:
    """Create a meeting whose first edition is approved and public, and two people who translate it into French."""
    create_user_with_role("Translators", "theo", language="fr")
    create_user_with_role("Revisers", "rita", language="fr")
    meeting = make_meeting(lead="<p>Ministers meet.</p>", notice="First.")
    actions.submit(meeting)
    actions.approve(meeting)
    clock.move_to(actions.publish_approved(meeting)[0].available_from)
    return meeting.pk


def write(notice: str) -> Step:
    return lambda meeting: save_changes(meeting, notice=notice)


def schedule(meeting: Meeting) -> None:
    actions.schedule_approved(meeting, at=get_time_ahead())


def move(meeting: Meeting) -> None:
    actions.move(meeting, at=get_time_ahead() + MINUTE)


def get_time_ahead() -> dt.datetime:
    return timezone.now().replace(microsecond=0) + 5 * MINUTE


def publish_approved(meeting: Meeting) -> None:
    actions.publication.publish(meeting, by=actions.COMMAND, note="Changed.", pending="keep")


def return_text(meeting: Meeting) -> None:
    send_back(meeting, by=actions.create_actor("berta"), shown=get_shown(meeting), remark="It is wrong.")


def translate_again(meeting: Meeting) -> None:
    people = get_people()
    save_translation(meeting, people, lead=f"<p>Les ministres se réunissent {'encore ' * Verdict.objects.count()}.</p>")
    submit_translation(meeting, "fr", by=people["theo"])
    approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])


def add_translations(meeting: Meeting) -> None:
    release_approved_translations(meeting, get_people()["rita"])


def take_languages_back(meeting: Meeting) -> None:
    current = SubjectEditions(meeting, timezone.now()).current
    if current and len(earlier := find_earlier_editions(current, timezone.now())) > 1:
        rollback(meeting, by=actions.COMMAND, reason="Wrong.", shown=[str(current.pk), str(earlier[1].pk)])


def announce(meeting: Meeting) -> None:
    publish_same_day_change(meeting, SameDayChange(alert="Wait."), by=actions.COMMAND)


STEPS: dict[str, Step] = {
    "first text": write("First."),
    "second text": write("Second."),
    "submit": actions.submit,
    "approve": actions.approve,
    "send back": return_text,
    "publish": publish_approved,
    "force": actions.publish,
    "schedule": schedule,
    "move": move,
    "hold": actions.hold,
    "call off": actions.call_off,
    "restore": actions.roll_back,
    "take languages back": take_languages_back,
    "withdraw": actions.withdraw,
    "translate": translate_again,
    "add translations": add_translations,
    "change": announce,
    "wait": lambda _meeting: None,
}


def get_stored_ends() -> dict[int, dt.datetime]:
    return dict(ApprovalEnd.objects.values_list("verdict", "at"))


def compute_ends() -> dict[int, dt.datetime]:
    """Compute the ends of all approvals from the editions."""
    approvals = Verdict.objects.filter(approved=True).select_related("revision")
    editions = load_editions({approval.revision.subject_id for approval in approvals}, [])
    ends = {approval.pk: find_end(approval, editions[approval.revision.subject_id]) for approval in approvals}
    return {key: at for key, at in ends.items() if at}


def play(key: Any, clock: Any, steps: list[str]) -> dict[int, dt.datetime]:
    """Play the steps as far as the workflow allows them, and compare the ends after each. Return the last ones."""
    for name in steps:
        with suppress(WorkflowError, ObjectDoesNotExist):
            STEPS[name](Meeting.objects.get(pk=key))
        assert get_stored_ends() == compute_ends(), name
        clock.shift(10 * MINUTE if name == "wait" else 2 * SECOND)
    return get_stored_ends()


NEW_EDITION = ["second text", "submit", "approve", "publish"]


@settings(
    max_examples=int(os.environ.get("SOAK", "6")),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.sampled_from([*STEPS]), min_size=3, max_size=8))
@example(steps=["schedule", "restore", "approve", "wait", "call off", "restore", "restore"])
def test_any_sequence_of_steps(meeting_key: Any, clock: Any, steps: list[str]) -> None:
    now = timezone.now()
    with roll_back():
        play(meeting_key, clock, [*NEW_EDITION, *steps])
    clock.move_to(now)


@pytest.mark.parametrize(
    ("steps", "ended"),
    [
        (["withdraw"], "en1 en2"),
        (["restore"], "en2"),
        (["restore", "restore"], "en1"),
        (["restore", "force"], "en2"),
        (["restore", "submit", "approve"], "en2"),
        (["translate", "add translations", "restore"], "en2"),
        (["translate", "add translations", "take languages back"], "fr1"),
        (["translate", "add translations", "withdraw"], "en1 en2 fr1"),
        (["translate", "add translations", "withdraw", "restore"], "en1"),
        (["translate", "withdraw", "restore"], "en1 fr1"),
        (["withdraw", "restore", "wait", "withdraw"], "en1 en2"),
        (["first text", "submit", "approve", "schedule", "restore"], "en2"),
    ],
)
def test_ends(meeting_key: Any, clock: Any, steps: list[str], ended: str) -> None:
    """The second text has replaced the first. “en2” is the second approval in English."""
    ends = play(meeting_key, clock, [*NEW_EDITION, *steps])
    counts: Counter[str] = Counter()
    found = []
    for key, language in Verdict.objects.order_by("pk").values_list("pk", "language"):
        counts[language] += 1
        found += [f"{language}{counts[language]}"] if key in ends else []
    assert " ".join(sorted(found)) == ended


@pytest.mark.parametrize("is_over", [False, True])
def test_approval_before_the_instant_of_the_withdrawal_ends_with_it(
    meeting_key: Any, clock: Any, *, is_over: bool
) -> None:
    meeting = save_changes(Meeting.objects.get(pk=meeting_key), notice="Second.")
    actions.submit(meeting)
    tombstone = actions.withdraw(meeting)
    if is_over:
        clock.move_to(tombstone.available_from)
    actions.approve(meeting)
    assert get_stored_ends().get(Verdict.objects.latest("pk").pk) == (None if is_over else tombstone.available_from)


def test_nothing_ends_with_an_edition_that_was_deleted(meeting_key: Any, clock: Any) -> None:
    tombstone = actions.withdraw(Meeting.objects.get(pk=meeting_key))
    assert get_stored_ends()
    delete_pending_editions(tombstone)
    assert not get_stored_ends()


def test_migration_stores_the_same_ends(meeting_key: Any, clock: Any) -> None:
    ends = play(meeting_key, clock, [*NEW_EDITION, "restore", "wait", "withdraw"])
    ApprovalEnd.objects.all().delete()
    MIGRATION.fill(apps, None)
    assert ends
    assert get_stored_ends() == ends
