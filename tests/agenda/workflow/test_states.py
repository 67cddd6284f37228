"""The labels of the state in which a meeting is, for lists and for the dashboard."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import BooleanField, ExpressionWrapper
from django.utils import timezone

from agenda.models import AgendaItem, RevisionReason
from agenda.workflow.drafts import NO_DOCUMENT, SubjectEditions
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import ReviewState, find_unreleased_review
from agenda.workflow.revisions import keep_revision, keep_translation_revision
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from agenda.workflow.states import (
    TEXT_WAITS,
    TextStatus,
    WorkflowState,
    annotate_publishers,
    annotate_states,
    format_short_time,
    get_review_label,
    get_unapproved_entries,
)
from agenda.workflow.suppression import erase, suppress
from agenda.workflow.withdrawal import rollback, withdraw
from meetings.access.audit import Actor
from meetings.models import Edition, Meeting, SubjectType, User
from meetings.site.status_labels import format_embargo, get_draft_label, get_past_label
from tests import actions
from tests.agenda.workflow.users import get_people, get_shown, get_submitted_digests, save_changes, submit_and_approve
from tests.factories import COMMAND, DAY, PRESS_DAY, SECOND, call_off, make_meeting, publish_now, translate

TOMORROW = PRESS_DAY + DAY
IN_REVIEW, SENT_BACK, APPROVED = ReviewState.IN_REVIEW, ReviewState.SENT_BACK, ReviewState.APPROVED


def get_state() -> WorkflowState:
    return WorkflowState(annotate_states(Meeting.objects.all(), SubjectType.MEETING, timezone.now()).get())


UNTOUCHED = dict.fromkeys(
    ("submitted", "submitted_why", "review", "appears_from", "planned_at", "is_held", "unreleased")
)
UNTOUCHED |= dict.fromkeys(("edition_number", "released", "is_withdrawn", "is_changed", "differs_from_withdrawn"), 0)
UNTOUCHED |= dict.fromkeys(("submission_waits", "is_unapproved"), False)
FLAGS = ("live", "released", "unpublished", "new", "unsubmitted", "sent_back", "waiting_for_release", "changed_since")
LIVE: dict[str, Any] = {"edition_number": 1, "submitted": 1, "released": 1}
CHANGED = LIVE | {"is_changed": True}
WITHDRAWN = LIVE | {"edition_number": 2, "is_withdrawn": True}
FORCED: dict[str, Any] = {"is_unapproved": True, "submitted_why": RevisionReason.FORCED, "review": IN_REVIEW}
SCHEDULED = {"appears_from": TOMORROW, "submitted": 1, "released": 1}
WAITS = {"submitted": 2, "submission_waits": True}
UNRELEASED: dict[str, Any] = {"submitted": 2, "unreleased": 2}
SCHEDULED_LABEL, CHANGED_LABEL = "Will be published 15 Sep 10:00", "Changed since edition 1"


@pytest.mark.once
@pytest.mark.parametrize(
    ("values", "flags", "labels"),
    [
        ({}, "unpublished new", ["Draft"]),
        (WAITS | {"review": IN_REVIEW}, "unpublished", ["In review"]),
        (WAITS, "unpublished unsubmitted changed_since", ["In review", "Draft changed since"]),
        ({"review": SENT_BACK, "submitted": 1}, "unpublished sent_back", ["Sent back"]),
        (UNRELEASED | {"review": APPROVED}, "unpublished waiting_for_release", ["Approved"]),
        (UNRELEASED | {"review": APPROVED, "is_held": True}, "unpublished", ["Approved", "On hold"]),
        (
            UNRELEASED,
            "unpublished unsubmitted waiting_for_release changed_since",
            ["Approved", "Draft changed since"],
        ),
        (
            WAITS | {"review": IN_REVIEW, "unreleased": 1},
            "unpublished waiting_for_release",
            ["Earlier text approved", "In review"],
        ),
        (
            {"review": SENT_BACK, "submitted": 2, "unreleased": 1},
            "unpublished sent_back waiting_for_release",
            ["Earlier text approved", "Sent back"],
        ),
        ({"planned_at": TOMORROW}, "unpublished new", ["Scheduled for 15 Sep 10:00, not yet approved"]),
        (
            UNRELEASED | {"planned_at": TOMORROW, "review": APPROVED},
            "unpublished",
            ["Approved", "Scheduled for 15 Sep 10:00, not yet approved"],
        ),
        (SCHEDULED | {"review": APPROVED}, "released", [SCHEDULED_LABEL]),
        (SCHEDULED | FORCED, "released", [SCHEDULED_LABEL, "Published without approval"]),
        (SCHEDULED | {"is_changed": True}, "unsubmitted", [SCHEDULED_LABEL, "Changed since the scheduled edition"]),
        (LIVE | {"review": APPROVED}, "live released", ["Live, edition 1"]),
        # A correction waits, and the draft has the live text again.
        (LIVE | WAITS, "live released changed_since", ["Live, edition 1", "In review", "Draft changed since"]),
        (
            LIVE | UNRELEASED,
            "live released waiting_for_release changed_since",
            ["Live, edition 1", "Approved", "Draft changed since"],
        ),
        # The live text was submitted again, perhaps with a translation.
        (LIVE | {"review": IN_REVIEW, "submitted": 2}, "live released", ["Live, edition 1"]),
        (LIVE | {"review": APPROVED, "submitted": 2}, "live released", ["Live, edition 1"]),
        (LIVE | FORCED, "live released", ["Live, edition 1", "Published without approval"]),
        (LIVE | FORCED | {"review": SENT_BACK}, "live released", ["Live, edition 1", "Published without approval"]),
        (CHANGED, "live unsubmitted", [CHANGED_LABEL]),
        (CHANGED | WAITS | {"review": IN_REVIEW}, "live", [CHANGED_LABEL, "In review"]),
        (
            CHANGED | WAITS,
            "live unsubmitted changed_since",
            [CHANGED_LABEL, "In review", "Draft changed since"],
        ),
        (CHANGED | {"review": SENT_BACK, "submitted": 2}, "live sent_back", [CHANGED_LABEL, "Sent back"]),
        (CHANGED | UNRELEASED | {"review": APPROVED}, "live waiting_for_release", [CHANGED_LABEL, "Approved"]),
        # The text before was restored since.
        (CHANGED | {"review": APPROVED}, "live unsubmitted", [CHANGED_LABEL]),
        (CHANGED | FORCED, "live", [CHANGED_LABEL, "Published without approval"]),
        (
            CHANGED | FORCED | {"review": SENT_BACK},
            "live sent_back",
            [CHANGED_LABEL, "Published without approval", "Sent back"],
        ),
        (WITHDRAWN, "", ["Withdrawn"]),
        (
            WITHDRAWN | {"differs_from_withdrawn": True},
            "unsubmitted changed_since",
            ["Withdrawn", "Draft changed since"],
        ),
        (
            WITHDRAWN | WAITS | {"differs_from_withdrawn": True, "review": IN_REVIEW},
            "",
            ["Withdrawn", "In review"],
        ),
        (
            WITHDRAWN | WAITS | {"differs_from_withdrawn": True},
            "unsubmitted changed_since",
            ["Withdrawn", "In review", "Draft changed since"],
        ),
        (WITHDRAWN | SCHEDULED, "", ["Withdrawn", SCHEDULED_LABEL]),
    ],
)
def test_each_state_has_its_labels(values: dict[str, Any], flags: str, labels: list[str]) -> None:
    state = WorkflowState(SimpleNamespace(**UNTOUCHED | {"as_of": PRESS_DAY} | values))
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
    assert get_review_label(meeting, "fr", first) == ""
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


def keep_changes(meeting: Meeting, **values: Any) -> None:
    keep_revision(save_changes(meeting, **values), timezone.now(), get_people()["anna"])


def erase_first_edition(meeting: Meeting, languages: tuple[str, ...] = ()) -> None:
    edition = Edition.objects.order_by("available_from")[0]
    suppress(meeting, edition, by=COMMAND, reason="A private number.")
    erase(meeting, edition, by=COMMAND, reason="A private number.", languages=languages)


def submit_in_french(meeting: Meeting) -> None:
    translate(meeting, lead="<p>Les ministres.</p>")
    submit(meeting, by=get_people()["anna"], languages=["fr"])


def break_document(meeting: Meeting) -> None:
    """Save rows that make no valid document: two items that contain each other."""
    item = meeting.agenda.get()
    AgendaItem.objects.filter(pk=item.pk).update(parent=AgendaItem.objects.create(meeting=meeting, parent=item))
    keep_changes(meeting)
    assert Meeting.objects.get().digest == NO_DOCUMENT


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
    "correct": lambda meeting: publish(meeting, by=get_people()["paul"], note="Changed."),
    "roll back": actions.roll_back,
    "change the day": lambda meeting: publish_same_day_change(
        meeting, SameDayChange(alert="Wait."), by=get_people()["dora"]
    ),
    "erase": erase_first_edition,
    "submit in French": submit_in_french,
    "erase the French": lambda meeting: erase_first_edition(meeting, ("fr",)),
    "save": lambda meeting: keep_changes(meeting, notice="Another text."),
    "save again": lambda meeting: keep_changes(meeting, notice="A third text."),
    "undo": lambda meeting: keep_changes(meeting, notice=""),
    "break": break_document,
    "translate": lambda meeting: translate(meeting, lead="<p>Bonjour.</p>"),
    "change language": lambda meeting: Meeting.objects.update(source_language="fr"),
}


def play_acts(acts: str, clock: Any) -> Iterator[tuple[str, Meeting]]:
    """Create a meeting, and do with it what the words say, two seconds apart. Yield what was done so far each time."""
    meeting, done = make_meeting(), ""
    for act in acts.split(", "):
        ACTS[act](meeting)
        meeting.refresh_from_db()
        clock.shift(2 * SECOND)
        done = f"{done}, {act}" if done else act
        yield done, meeting


def list_longest(acts: Iterable[str]) -> list[Any]:
    """Return the acts with which no others begin: the others are checked on the way.

    PostgreSQL runs every fourth, because they differ in what happens and not in what the database decides.
    """
    longest = [each for each in acts if not any(other.startswith(f"{each}, ") for other in acts)]
    return [pytest.param(each, marks=pytest.mark.once if number % 4 else ()) for number, each in enumerate(longest)]


PUBLISH, PUBLISH_FRENCH = "submit, approve, publish", "submit in French, approve, publish"
# By what was done: whether the submission waits for an approval, and whether an approved text waits for its publication
WAITING = {
    "save": (False, False),
    "submit": (True, False),
    "submit, save": (True, False),
    "submit, break": (True, False),
    "submit, change language": (False, False),
    "submit, return": (False, False),
    "submit, return, save": (False, False),
    "submit, return, submit": (True, False),
    "submit, approve": (False, True),
    "submit, approve, save": (False, True),
    "submit, approve, break": (False, True),
    "submit, approve, change language": (False, False),
    "submit, approve, return": (False, False),
    "submit, approve, save, submit": (True, True),
    "submit, approve, save, submit, return": (False, True),
    "submit, approve, save, submit, approve": (False, True),
    "submit, approve, save, force": (False, False),
    "submit, approve, save, force, save again, submit": (True, False),
    PUBLISH: (False, False),
    f"{PUBLISH}, save": (False, False),
    f"{PUBLISH}, save, submit": (True, False),
    f"{PUBLISH}, save, submit, undo": (True, False),
    f"{PUBLISH}, save, submit, withdraw": (True, False),
    f"{PUBLISH}, save, submit, approve": (False, True),
    f"{PUBLISH}, save, submit, approve, undo": (False, True),
    f"{PUBLISH}, save, submit, approve, withdraw": (False, False),
    f"{PUBLISH}, withdraw": (False, False),
    f"{PUBLISH}, withdraw, submit": (True, False),
    f"{PUBLISH}, withdraw, submit, approve": (False, True),
    f"{PUBLISH}, withdraw, submit, erase": (False, False),
    f"{PUBLISH}, withdraw, submit, approve, erase": (False, False),
    f"{PUBLISH_FRENCH}, withdraw, submit in French, erase the French": (False, False),
    f"{PUBLISH_FRENCH}, withdraw, submit in French, approve, erase the French": (False, False),
    f"{PUBLISH}, save, submit, approve, correct": (False, False),
    f"{PUBLISH}, save, submit, approve, correct, roll back": (False, False),
    f"{PUBLISH}, save, submit, approve, correct, roll back, submit": (True, False),
    f"{PUBLISH}, save, submit, approve, correct, roll back, submit, roll back": (False, False),
    f"{PUBLISH}, save, schedule, call off": (True, False),
    f"{PUBLISH}, save, schedule, call off, withdraw": (False, False),
    f"{PUBLISH}, translate, submit": (False, False),
    "force": (False, False),
    "force, save": (False, False),
    "force, withdraw": (False, False),
    "force, save, submit": (True, False),
    "force, save, submit, undo, submit": (False, False),  # listed as published without approval
    "schedule": (False, False),
    "schedule, call off": (True, False),
    "schedule, call off, approve": (False, True),
}


@pytest.fixture(scope="module")
def checked() -> set[str]:
    """What other tests have checked already, because several begin with the same acts."""
    return set()


@pytest.mark.parametrize("acts", list_longest(WAITING))
def test_what_waits_does_not_depend_on_the_draft(
    people: dict[str, Actor], clock: Any, checked: set[str], acts: str
) -> None:
    for done, meeting in play_acts(acts, clock):
        if done in WAITING and done not in checked:
            check_what_waits(done, meeting)
            checked.add(done)


def check_what_waits(done: str, meeting: Meeting) -> None:
    states = annotate_states(Meeting.objects.all(), SubjectType.MEETING, timezone.now())
    row = states.annotate(waits=ExpressionWrapper(TEXT_WAITS, BooleanField())).get()
    assert (row.submission_waits, row.unreleased is not None) == WAITING[done], done
    assert row.waits is any(WAITING[done]), done
    if "translate" not in done:  # such a text has new languages, and no new source
        review = find_unreleased_review(meeting)
        assert row.unreleased == (review and review.revision.pk), done


FORCED_WAITS = {
    "force": True,
    "schedule": True,
    "schedule, call off": False,
    "force, approve": False,
    "submit, approve, force": False,
    "submit, approve, return, force": True,
    "force, withdraw": False,
    "submit, approve, publish, withdraw, force": True,
    "force, return": True,
    "force, change, submit, approve": True,
    "force, return, change, submit": True,
    "force, return, change, submit, approve": True,  # readers still have the text that was sent back
    "force, return, change, submit, approve, correct": False,
    "force, return, change, submit, approve, correct, roll back": True,
    "force, return, change, submit, change the day": True,  # the words stay
    "force, change the day, return, change, submit, approve": True,
    "force, change the day, return, change, submit, approve, correct": False,
    "force, change the day, withdraw": False,
    "force, change, submit, approve, correct": True,  # nobody has looked at the first text
    "force, submit in French, approve, return": True,
    "submit, return, force, change, submit, approve, correct": True,  # it was sent back before
    "submit, approve, publish, change, force, return, roll back": False,
}


@pytest.mark.parametrize("acts", list_longest(FORCED_WAITS))
def test_forced_text_waits_until_it_is_approved_gone_or_replaced(
    people: dict[str, Actor], clock: Any, acts: str
) -> None:
    """A text that nobody has approved is public or scheduled."""
    for done, _meeting in play_acts(acts, clock):
        if done in FORCED_WAITS:
            assert get_unapproved_entries().exists() is FORCED_WAITS[done], done
