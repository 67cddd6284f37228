"""The labels of the state in which a meeting is, for lists and for the dashboard."""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from agenda.models import RevisionReason
from agenda.workflow.drafts import SubjectEditions
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import ReviewState
from agenda.workflow.revisions import keep_revision, keep_translation_revision
from agenda.workflow.states import (
    TextStatus,
    WorkflowState,
    annotate_publishers,
    annotate_states,
    format_short_time,
    get_review_label,
    get_unapproved_entries,
)
from agenda.workflow.withdrawal import rollback, withdraw
from meetings.access.audit import Actor
from meetings.models import Edition, Meeting, SubjectType, User
from meetings.site.status_labels import format_embargo, get_draft_label, get_past_label
from tests import actions
from tests.agenda.workflow.users import get_people, get_shown, get_submitted_digests, save_changes, submit_and_approve
from tests.factories import DAY, PRESS_DAY, SECOND, call_off, make_meeting, publish_now, translate

TOMORROW = PRESS_DAY + DAY
IN_REVIEW, SENT_BACK, APPROVED = ReviewState.IN_REVIEW, ReviewState.SENT_BACK, ReviewState.APPROVED


def get_state() -> WorkflowState:
    return WorkflowState(annotate_states(Meeting.objects.all(), SubjectType.MEETING, timezone.now()).get())


UNTOUCHED = dict.fromkeys(("submitted", "submitted_why", "review", "appears_from", "planned_at", "is_held"))
UNTOUCHED |= dict.fromkeys(("edition_number", "released", "is_withdrawn", "is_changed", "differs_from_withdrawn"), 0)
FLAGS = ("live", "released", "unpublished", "new", "unsubmitted", "waiting_for_release")
LIVE: dict[str, Any] = {"edition_number": 1, "submitted": 1, "released": 1}
CHANGED = LIVE | {"is_changed": True}
WITHDRAWN = LIVE | {"edition_number": 2, "is_withdrawn": True}
FORCED: dict[str, Any] = {"is_unapproved": True, "submitted_why": RevisionReason.FORCED, "review": IN_REVIEW}
SCHEDULED = {"appears_from": TOMORROW, "submitted": 1, "released": 1}
SCHEDULED_LABEL, CHANGED_LABEL = "Will be published 15 Sep 10:00", "Changed since edition 1"


@pytest.mark.once
@pytest.mark.parametrize(
    ("values", "flags", "labels"),
    [
        ({}, "unpublished new", ["Draft"]),
        ({"review": IN_REVIEW, "submitted": 1}, "unpublished", ["In review"]),
        ({"review": SENT_BACK, "submitted": 1}, "unpublished", ["Sent back"]),
        ({"review": APPROVED, "submitted": 1}, "unpublished waiting_for_release", ["Approved"]),
        ({"review": APPROVED, "submitted": 1, "is_held": True}, "unpublished", ["Approved", "On hold"]),
        ({"planned_at": TOMORROW}, "unpublished new", ["Scheduled for 15 Sep 10:00, not yet approved"]),
        (
            {"planned_at": TOMORROW, "review": APPROVED, "submitted": 1},
            "unpublished",
            ["Approved", "Scheduled for 15 Sep 10:00, not yet approved"],
        ),
        (SCHEDULED | {"review": APPROVED}, "released", [SCHEDULED_LABEL]),
        (SCHEDULED | FORCED, "released", [SCHEDULED_LABEL, "Published without approval"]),
        (SCHEDULED | {"is_changed": True}, "unsubmitted", [SCHEDULED_LABEL, "Changed since the scheduled edition"]),
        (LIVE | {"review": APPROVED}, "live released", ["Live, edition 1"]),
        (LIVE | {"review": IN_REVIEW, "submitted": 2}, "live released", ["Live, edition 1"]),
        (LIVE | {"review": APPROVED, "submitted": 2}, "live released", ["Live, edition 1"]),
        (LIVE | FORCED, "live released", ["Live, edition 1", "Published without approval"]),
        (CHANGED, "live unsubmitted", [CHANGED_LABEL]),
        (CHANGED | {"review": IN_REVIEW, "submitted": 2}, "live", [CHANGED_LABEL, "In review"]),
        (CHANGED | {"review": SENT_BACK, "submitted": 2}, "live", [CHANGED_LABEL, "Sent back"]),
        (CHANGED | {"review": APPROVED, "submitted": 2}, "live waiting_for_release", [CHANGED_LABEL, "Approved"]),
        # The text before was restored since.
        (CHANGED | {"review": APPROVED}, "live unsubmitted", [CHANGED_LABEL]),
        (CHANGED | FORCED, "live", [CHANGED_LABEL, "Published without approval"]),
        (CHANGED | FORCED | {"review": SENT_BACK}, "live", [CHANGED_LABEL, "Published without approval", "Sent back"]),
        (WITHDRAWN, "", ["Withdrawn"]),
        (WITHDRAWN | {"differs_from_withdrawn": True}, "unsubmitted", ["Withdrawn", "Draft changed since"]),
        (
            WITHDRAWN | {"differs_from_withdrawn": True, "review": IN_REVIEW, "submitted": 2},
            "",
            ["Withdrawn", "In review"],
        ),
        (WITHDRAWN | SCHEDULED, "", ["Withdrawn", SCHEDULED_LABEL]),
    ],
)
def test_each_state_has_its_labels(values: dict[str, Any], flags: str, labels: list[str]) -> None:
    state = WorkflowState(SimpleNamespace(**UNTOUCHED | {"as_of": PRESS_DAY, "is_unapproved": False} | values))
    assert [name for name in FLAGS if getattr(state, f"is_{name}")] == flags.split()
    assert state.get_labels() == labels


@pytest.mark.once
@pytest.mark.parametrize(
    ("instant", "label"),
    [
        (PRESS_DAY, "14 Sep 10:00"),
        (PRESS_DAY + dt.timedelta(seconds=1), "14 Sep 10:00:01"),
        (dt.datetime(2060, 12, 31, 22, 59, tzinfo=dt.UTC), "31 Dec 23:59"),
        (dt.datetime(2060, 12, 31, 23, tzinfo=dt.UTC), "1 Jan 2061 00:00"),
    ],
)
def test_times_have_only_the_parts_that_say_something(instant: dt.datetime, label: str) -> None:
    assert format_short_time(instant, PRESS_DAY) == label


def test_labels_from_the_draft_to_the_withdrawal(people: dict[str, Actor], clock: Any) -> None:
    meeting = make_meeting()
    assert get_state().get_labels() == ["Draft"]
    submit(meeting, by=people["anna"])
    assert get_state().get_labels() == ["In review"]
    assert not get_state().is_waiting_for_release
    approve(meeting, by=people["paul"], shown=get_shown(meeting))
    assert get_state().get_labels() == ["Approved"]
    assert get_state().is_waiting_for_release
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    assert get_state().get_labels() == ["Live, edition 1"]
    submit_and_approve(people, save_changes(meeting, notice="Tomorrow."))
    assert get_state().get_labels() == ["Changed since edition 1", "Approved"]
    assert not get_state().is_unsubmitted
    publish(meeting, by=people["paul"], note="Tomorrow.", at=TOMORROW)
    call_off(meeting)
    assert get_state().get_labels() == ["Changed since edition 1", "Approved"]
    assert get_state().is_waiting_for_release
    publish(meeting, by=people["paul"], note="Tomorrow.", at=TOMORROW)
    assert get_state().get_labels() == ["Live, edition 1", "Will be published 15 Sep 10:00"]
    submit(save_changes(meeting, notice="Later."), by=people["anna"])
    assert get_state().get_labels() == [
        "Live, edition 1",
        "Will be published 15 Sep 10:00",
        "Changed since the scheduled edition",
        "In review",
    ]
    clock.move_to(withdraw(meeting, by=people["paul"], reason="Sent too early.").available_from)
    assert get_state().get_labels() == ["Withdrawn", "In review"]


def test_published_text_does_not_wait_again_after_a_return_to_the_edition_before(
    people: dict[str, Actor], clock: Any
) -> None:
    """It stays approved, but readers have seen it: somebody must submit it again."""
    meeting = make_meeting()
    for notice in ("First.", "Second."):
        submit_and_approve(people, save_changes(meeting, notice=notice))
        clock.move_to(publish(meeting, by=people["paul"], note="Changed.")[0].available_from)
    clock.move_to(rollback(meeting, by=people["paul"], reason="Wrong.").available_from)
    assert get_state().get_labels() == ["Changed since edition 3"]
    assert get_state().is_unsubmitted
    assert not get_state().is_waiting_for_release


def test_text_published_without_approval_is_labelled_until_it_is_approved(people: dict[str, Actor], clock: Any) -> None:
    meeting = make_meeting()
    clock.move_to(publish(meeting, by=people["paul"], force="The minister is on air.")[0].available_from)
    assert get_state().get_labels() == ["Live, edition 1", "Published without approval"]
    meeting = save_changes(meeting, notice="Tomorrow.")
    keep_revision(meeting, timezone.now(), people["anna"])
    assert get_state().get_labels() == ["Changed since edition 1", "Published without approval"]
    submit(meeting, by=people["anna"])
    assert get_state().get_labels() == ["Changed since edition 1", "Published without approval", "In review"]


def test_withdrawn_text_that_nobody_approved_waits_for_nobody(people: dict[str, Actor], clock: Any) -> None:
    meeting = make_meeting()
    clock.move_to(publish(meeting, by=people["paul"], force="The minister is on air.")[0].available_from)
    clock.move_to(withdraw(meeting, by=people["paul"], reason="Wrong.").available_from)
    assert get_state().get_labels() == ["Withdrawn"]
    translate(meeting, lead="<p>Les ministres se réunissent.</p>")
    keep_translation_revision(meeting, timezone.now(), people["anna"], "fr")
    assert get_state().get_labels() == ["Withdrawn"]
    keep_revision(save_changes(meeting, notice="Tomorrow."), timezone.now(), people["anna"])
    assert get_state().get_labels() == ["Withdrawn", "Draft changed since"]
    assert get_state().is_unsubmitted


def test_notice_of_a_withdrawal_has_the_name_of_who_withdrew(people: dict[str, Actor], clock: Any) -> None:
    User.objects.filter(username="petra").update(first_name="Petra", last_name="Novak")
    people = get_people()
    for name, configuration in (("paul", "jha"), ("petra", "env")):
        publish_now(clock, meeting := make_meeting(configuration))
        clock.move_to(withdraw(meeting, by=people[name], reason="Sent too early.").available_from)
    notices = annotate_publishers(Edition.objects.filter(is_tombstone=True).order_by("available_from"))
    assert [notice.published_by for notice in notices] == ["paul", "Petra Novak"]  # type: ignore[attr-defined]


def test_withdrawn_edition_is_the_current_one_but_not_live(people: dict[str, Actor], clock: Any) -> None:
    meeting = make_meeting()
    publish_now(clock, meeting)
    clock.move_to(withdraw(meeting, by=people["paul"], reason="Sent too early.").available_from)
    editions = SubjectEditions(meeting, timezone.now())
    assert editions.current
    assert editions.current.is_tombstone
    assert editions.live is None


@pytest.mark.once
def test_status_of_a_text_is_that_of_its_editions_and_reviews(people: dict[str, Actor], clock: Any) -> None:
    meeting = make_meeting()

    def describe(digest: str) -> tuple[str, Any, str]:
        status = TextStatus.for_text("meeting", meeting.pk, digest, timezone.now())
        return status.label, status.until, get_review_label(meeting, "en", digest)

    draft, past = get_draft_label(), get_past_label()
    assert describe("0" * 64) == (draft, None, "")
    submit(meeting, by=people["anna"])
    [first] = get_submitted_digests(meeting)
    assert describe(first) == (draft, None, "in review")
    send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Which room?")
    assert describe(first) == (draft, None, "sent back")
    submit_and_approve(people, meeting)
    assert describe(first) == (draft, None, "approved")
    publish(meeting, by=people["paul"], at=TOMORROW)
    assert describe(first) == (format_embargo(TOMORROW), TOMORROW, "approved")
    clock.move_to(TOMORROW)
    assert describe(first) == ("", None, "approved")
    submit_and_approve(people, save_changes(meeting, notice="Second."))
    clock.move_to(publish(meeting, by=people["paul"], note="Second.")[0].available_from)
    assert describe(first) == (past, None, "")
    assert describe("0" * 64) == (draft, None, "")


ACTS: dict[str, Callable[[Meeting], Any]] = {
    "force": actions.publish,
    "schedule": lambda meeting: actions.schedule(meeting, at=TOMORROW),
    "call off": actions.call_off,
    "publish": actions.publish_approved,
    "withdraw": actions.withdraw,
    "change": lambda meeting: save_changes(meeting, notice="Another text."),
    "submit": lambda meeting: submit(meeting, by=get_people()["anna"]),
    "approve": lambda meeting: approve(meeting, by=get_people()["petra"], shown=get_shown(meeting)),
    "return": lambda meeting: send_back(meeting, by=get_people()["petra"], shown=get_shown(meeting), remark="Wrong."),
}


@pytest.mark.parametrize(
    ("acts", "waits"),
    [
        ("force", True),
        ("schedule", True),
        ("schedule, call off", False),
        ("force, approve", False),
        ("submit, approve, force", False),
        ("submit, approve, return, force", True),
        ("force, withdraw", False),
        ("submit, approve, publish, withdraw, force", True),
        ("force, return", True),
        ("force, change, submit, approve", True),
        ("force, return, change, submit", True),
        ("force, return, change, submit, approve", False),
    ],
)
def test_forced_text_waits_until_it_is_approved_gone_or_replaced(
    people: dict[str, Actor], clock: Any, acts: str, waits: bool
) -> None:
    """A text that nobody has approved is public or scheduled."""
    meeting = make_meeting()
    for act in acts.split(", "):
        ACTS[act](meeting)
        meeting.refresh_from_db()
        clock.shift(2 * SECOND)
    assert get_unapproved_entries().exists() is waits
