"""Somebody publishes a meeting while somebody else takes back the topic that it names."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone
from msgspec.structs import replace

from agenda.bulk.line_parsing import DocumentLine, build_subject_lines
from agenda.bulk.loader import Loader
from agenda.bulk.subject_loader import load_subject
from agenda.models import BackgroundTopic, Release
from agenda.workflow.drafts import build_draft
from agenda.workflow.errors import WorkflowError
from agenda.workflow.planned_releases import move_planned_release, plan_release
from agenda.workflow.publication import publish
from agenda.workflow.reviews import find_approved_review
from agenda.workflow.scheduled_releases import find_held_releases, hold_all_releases, hold_release, resume_release
from agenda.workflow.suppression import get_edition_by_number, suppress
from agenda.workflow.transactions import lock_subject, lock_subjects, wait_until_live
from agenda.workflow.translation_releases import set_language_rule
from meetings.access.audit import Actor
from meetings.editions.freezing import write_editions
from meetings.models import Configuration, Edition, IndexedTopic, Meeting, Suppression
from tests import actions
from tests.agenda.workflow.users import save_changes
from tests.factories import COMMAND, make_configuration, make_meeting, make_topic
from tests.locks import run_and_disconnect, wait_for_blocked_query

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("committed")]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def tomorrow() -> dt.datetime:
    return timezone.now().replace(microsecond=0) + 24 * HOUR


@pytest.fixture
def meeting() -> Meeting:
    meeting, topic = make_meeting(), make_topic()
    meeting.agenda.get().topics.add(topic)
    return meeting


@pytest.fixture
def topic(meeting: Meeting) -> BackgroundTopic:
    return BackgroundTopic.objects.get()


def run_while_sealing(monkeypatch: pytest.MonkeyPatch, first: Callable[[], Any], second: Callable[[], Any]) -> str:
    """Run both in threads. The first stops before it writes its edition until the second waits for a lock. Return the
    errors.
    """
    stopped, go_on = threading.Event(), threading.Event()
    refusals: list[str] = []

    def seal_later(*arguments: Any) -> None:
        stopped.set()
        go_on.wait(10)
        write_editions(*arguments)

    def go(step: Callable[[], Any]) -> None:
        try:
            step()
        except WorkflowError as refusal:
            refusals.append(str(refusal))
        finally:
            connections.close_all()

    monkeypatch.setattr("agenda.workflow.publication.write_editions", seal_later)
    threads = [threading.Thread(target=go, args=(first,)), threading.Thread(target=go, args=(second,))]
    threads[0].start()
    assert stopped.wait(10)
    threads[1].start()
    wait_for_blocked_query()
    go_on.set()
    for thread in threads:
        thread.join(30)
    return " ".join(refusals)


@pytest.mark.parametrize("take_back", [actions.call_off, actions.hold])
def test_topic_cannot_be_unscheduled_while_a_meeting_that_names_it_is_written(
    monkeypatch: pytest.MonkeyPatch, meeting: Meeting, topic: BackgroundTopic, tomorrow: dt.datetime, take_back: Any
) -> None:
    actions.submit(topic, meeting)
    actions.approve(topic, meeting)
    actions.schedule_approved(topic, at=tomorrow)
    refusal = run_while_sealing(
        monkeypatch, lambda: actions.schedule_approved(meeting, at=tomorrow + HOUR), lambda: take_back(topic)
    )
    assert "would not be public under that name by then" in refusal
    assert Edition.objects.count() == 2


def test_withdrawing_a_topic_meanwhile_puts_the_meeting_on_hold(
    monkeypatch: pytest.MonkeyPatch, meeting: Meeting, topic: BackgroundTopic, tomorrow: dt.datetime
) -> None:
    wait_until_live(actions.publish(topic)[0])
    refusal = run_while_sealing(
        monkeypatch, lambda: actions.schedule(meeting, at=tomorrow), lambda: actions.withdraw(topic)
    )
    assert refusal == ""
    assert Edition.objects.latest("available_from").is_tombstone
    assert not IndexedTopic.objects.exists()
    assert not Edition.objects.filter(subject_id=meeting.pk).exists()


def test_removing_a_title_of_a_topic_meanwhile_puts_the_meeting_on_hold(
    monkeypatch: pytest.MonkeyPatch, meeting: Meeting, topic: BackgroundTopic, tomorrow: dt.datetime
) -> None:
    wait_until_live(actions.publish(topic)[0])
    actions.submit(meeting)
    actions.approve(meeting)
    wait_until_live(actions.publish(save_changes(topic, title="Asylum"))[0])
    first = get_edition_by_number(topic, 1)
    refusal = run_while_sealing(
        monkeypatch,
        lambda: actions.schedule_approved(meeting, at=tomorrow),
        lambda: suppress(topic, first, by=COMMAND, reason="A secret."),
    )
    assert refusal == ""
    assert Suppression.objects.get().edition == first
    assert not Edition.objects.filter(subject_id=meeting.pk).exists()


def test_lock_that_somebody_holds_delays_a_withdrawal_only_while_it_is_held(meeting: Meeting) -> None:
    """An author kept a note locked with a long save, and a withdrawal of it then left three times as long."""
    wait_until_live(actions.publish(meeting)[0])
    has_lock = threading.Event()

    def save_for_long() -> dt.datetime:
        with transaction.atomic():
            lock_subject(meeting)
            has_lock.set()
            time.sleep(3)
            return timezone.now()

    with ThreadPoolExecutor() as threads:
        saving = threads.submit(run_and_disconnect, save_for_long)
        assert has_lock.wait(10)
        withdrawal = actions.withdraw(meeting)
        assert withdrawal.available_from - saving.result() < dt.timedelta(seconds=4)


@pytest.mark.parametrize(
    ("slow_step", "check"),
    [
        (actions.submit, "agenda.workflow.review_actions.refuse_time_differences"),
        (actions.publish, "agenda.workflow.publication.check_release_texts"),
    ],
)
def test_long_step_of_one_note_delays_no_withdrawal_of_another(
    monkeypatch: pytest.MonkeyPatch, meeting: Meeting, slow_step: Callable[[Meeting], Any], check: str
) -> None:
    """Both are of the same configuration, which was locked for as long as all languages of a long note took."""
    wait_until_live(actions.publish(meeting)[0])
    has_lock, go_on = threading.Event(), threading.Event()

    def wait(*_arguments: Any) -> None:
        has_lock.set()
        go_on.wait(10)

    monkeypatch.setattr(check, wait)
    other = make_meeting(start_date=timezone.localdate())
    with ThreadPoolExecutor() as threads:
        working = threads.submit(run_and_disconnect, lambda: slow_step(other))
        assert has_lock.wait(10)
        withdrawing = threads.submit(run_and_disconnect, lambda: actions.withdraw(meeting))
        try:
            assert withdrawing.result(5).is_tombstone
        finally:
            go_on.set()
        working.result()


PrepareStep = Callable[[Meeting, dt.datetime], Callable[[], Any]]
"""Prepares a step with the meeting for the instant, and returns it."""


def prepare_move_of_plan(meeting: Meeting, at: dt.datetime) -> Callable[[], Any]:
    release = plan_release(meeting, by=COMMAND, at=at)
    return lambda: move_planned_release(release, by=COMMAND, at=at + HOUR)


def prepare_move(meeting: Meeting, at: dt.datetime) -> Callable[[], Any]:
    actions.schedule(meeting, at=at)
    return lambda: actions.move(meeting, at=at + HOUR)


def prepare_resumption(meeting: Meeting, at: dt.datetime) -> Callable[[], Any]:
    actions.schedule(meeting, at=at)
    actions.hold(meeting)
    return lambda: resume_release(find_held_releases([meeting])[0], by=COMMAND, at=at)


def prepare_rollback(meeting: Meeting, _at: dt.datetime) -> Callable[[], Any]:
    wait_until_live(actions.publish(meeting)[0])
    wait_until_live(actions.publish(save_changes(meeting, lead="<p>Changed.</p>"))[0])
    return lambda: actions.roll_back(meeting)


@pytest.mark.parametrize(
    "prepare",
    [
        lambda meeting, at: lambda: plan_release(meeting, by=COMMAND, at=at),
        lambda meeting, at: lambda: actions.schedule(meeting, at=at),
        prepare_move_of_plan,
        prepare_move,
        prepare_resumption,
        prepare_rollback,
        lambda _meeting, _at: lambda: hold_all_releases(by=COMMAND, reason="A restored backup."),
        lambda meeting, _at: lambda: set_language_rule(meeting, by=COMMAND, required=["fr"], others="wait"),
    ],
    ids=["plan", "schedule", "move plan", "move", "resume", "restore", "hold all", "language rule"],
)
def test_step_does_not_wait_for_another_note_of_the_configuration(
    meeting: Meeting, tomorrow: dt.datetime, prepare: PrepareStep
) -> None:
    """Whoever published ten notes kept all others of their configuration waiting."""
    step = prepare(make_meeting(start_date=timezone.localdate()), tomorrow)
    with ThreadPoolExecutor() as threads, transaction.atomic():
        Configuration.objects.select_for_update(no_key=True).get(pk=meeting.configuration_id)
        threads.submit(run_and_disconnect, step).result(5)


@pytest.mark.parametrize("kind", ["meeting", "topic"])
def test_two_texts_that_were_approved_for_one_address_do_not_both_get_it(
    monkeypatch: pytest.MonkeyPatch, tomorrow: dt.datetime, kind: str
) -> None:
    """The first has moved since."""
    make = make_topic if kind == "topic" else make_meeting
    first = make()
    actions.submit(first)
    actions.approve(first)
    review = find_approved_review(first)
    assert review
    shown = review.get_approved_texts()[1]
    elsewhere: dict[str, Any] = {"slug": "other"} if kind == "topic" else {"configuration": make_configuration("env")}
    save_changes(first, **elsewhere)
    other = make()
    refusal = run_while_sealing(
        monkeypatch,
        lambda: publish(first, by=COMMAND, at=tomorrow, shown=shown),
        lambda: actions.schedule(other, at=tomorrow),
    )
    assert "Another meeting or topic has the address" in refusal
    assert Edition.objects.get().subject_id == first.pk


def test_withdrawal_succeeds_although_a_colleague_holds_and_resumes_a_publication_all_the_time(
    monkeypatch: pytest.MonkeyPatch, meeting: Meeting, topic: BackgroundTopic, tomorrow: dt.datetime
) -> None:
    """Each attempt found another release than before it had its locks, and gave up after the third."""
    wait_until_live(actions.publish(topic, meeting)[0])
    BackgroundTopic.objects.update(lead="<p>Changed.</p>")
    Meeting.objects.update(lead="<p>Changed.</p>")
    actions.schedule(BackgroundTopic.objects.get(), Meeting.objects.get(), at=tomorrow)
    toggling: list[str] = []

    def toggle() -> None:
        release = Release.objects.latest("at")
        toggling.append(release.state)
        if release.state == Release.State.SCHEDULED:
            hold_release(release, by=COMMAND, reason="?")
        else:
            resume_release(release, by=COMMAND, at=tomorrow)

    def lock_later(*arguments: Any, **options: Any) -> Any:
        """Let the colleague act between the look at the releases and the locks."""
        monkeypatch.undo()
        with ThreadPoolExecutor() as threads:
            threads.submit(run_and_disconnect, toggle).result()
        monkeypatch.setattr("agenda.workflow.scheduled_releases.lock_subjects", lock_later)
        return lock_subjects(*arguments, **options)

    monkeypatch.setattr("agenda.workflow.scheduled_releases.lock_subjects", lock_later)
    assert actions.withdraw(meeting).is_tombstone
    assert toggling


def test_texts_that_are_loaded_and_published_together_wait_for_each_other_in_turn(
    monkeypatch: pytest.MonkeyPatch, meeting: Meeting, topic: BackgroundTopic
) -> None:
    """A file has topics first, while publications lock meetings first. PostgreSQL ended the publication."""
    now, by = timezone.now(), Actor.for_command("load_meetings")
    documents = [replace(build_draft(subject, now), lead="<p>Changed.</p>") for subject in (topic, meeting)]
    lines = [build_subject_lines([DocumentLine(number, document)]) for number, document in enumerate(documents, 1)]
    has_loaded, go_on = threading.Event(), threading.Event()

    def load_slowly(*arguments: Any) -> Any:
        outcome = load_subject(*arguments)
        has_loaded.set()
        go_on.wait(10)
        return outcome

    monkeypatch.setattr("agenda.bulk.loader.load_subject", load_slowly)
    with ThreadPoolExecutor() as threads:
        loading = threads.submit(run_and_disconnect, lambda: [*Loader(by).load(lines)])
        assert has_loaded.wait(10)
        publishing = threads.submit(run_and_disconnect, lambda: actions.publish(topic, meeting))
        wait_for_blocked_query()
        go_on.set()
        assert len(loading.result(30)) == 1
        assert len(publishing.result(30)) == 2
