"""Two people save one note at the same moment: nothing is lost, and nobody is told something untrue."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections, transaction
from msgspec import to_builtins
from msgspec.structs import replace

from agenda.bulk.line_parsing import DocumentLine, build_subject_lines
from agenda.bulk.loader import Loader
from agenda.editor.saving import InvalidNote, build_edited_document, save_note
from agenda.editor.settings import change_settings
from agenda.workflow.transactions import lock_addresses, lock_subject
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.documents.encoding import InvalidDocument
from meetings.models import Configuration, Meeting, Membership, User
from tests.admin_forms import create_user_with_role
from tests.factories import (
    COMMAND,
    DAY,
    PRESS_DATE,
    make_configuration,
    make_meeting,
    make_meeting_document,
    make_uuid,
)
from tests.locks import run_and_disconnect, wait_for_blocked_query

pytestmark = pytest.mark.postgresql


@pytest.fixture
def meeting(committed: None) -> Meeting:
    create_user_with_role("Authors", "anna")
    return make_meeting()


def get_anna() -> Actor:
    return Actor(User.objects.get(username="anna"), "anna")


def post(meeting: Meeting, **values: Any) -> dict[str, Any]:
    """Return what the editor of somebody sends who opened the note now."""
    base = to_builtins(build_edited_document(Meeting.objects.get(pk=meeting.pk)))
    return {"version": Meeting.objects.get(pk=meeting.pk).version, "base": base, "document": base | values}


def run_while_locked(meeting: Meeting, inside: Callable[[], Any], waiting: Callable[[], Any]) -> list[Any]:
    """Start `waiting` while the meeting is locked, do `inside` in the same transaction, and return what both gave."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(waiting())
        except Exception as error:  # the test looks at it
            results.append(error)
        connections.close_all()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        lock_subject(meeting)
        thread.start()
        wait_for_blocked_query()
        first = inside()
    thread.join(30)
    return [first, *results]


def test_both_texts_stand(meeting: Meeting) -> None:
    by, lead, notice = get_anna(), post(meeting, lead="<p>One.</p>"), post(meeting, notice="Two.")
    run_while_locked(meeting, lambda: save_note(meeting, lead, by=by), lambda: save_note(meeting, notice, by=by))
    saved = build_edited_document(Meeting.objects.get())
    assert (saved.lead, saved.notice) == ("<p>One.</p>", "Two.")


def test_same_text_of_two_people_is_a_question(meeting: Meeting) -> None:
    by, one, two = get_anna(), post(meeting, notice="One."), post(meeting, notice="Two.")
    _first, second = run_while_locked(
        meeting, lambda: save_note(meeting, one, by=by), lambda: save_note(meeting, two, by=by)
    )
    assert [(each.theirs, each.ours) for each in second.conflicts] == [("One.", "Two.")]


def test_note_that_is_moved_at_this_moment_is_not_gone(meeting: Meeting) -> None:
    by, typed, env = get_anna(), post(meeting, lead="<p>One.</p>"), make_configuration("env")
    run_while_locked(
        meeting, lambda: change_settings(meeting, by=by, place=env), lambda: save_note(meeting, typed, by=by)
    )
    saved = build_edited_document(Meeting.objects.get())
    assert (saved.lead, saved.configuration.slug) == ("<p>One.</p>", "env")


def test_right_that_is_lost_at_this_moment_is_missed(meeting: Meeting) -> None:
    by, typed = get_anna(), post(meeting, lead="<p>One.</p>")
    _first, second = run_while_locked(
        meeting, Membership.objects.all().delete, lambda: save_note(meeting, typed, by=by)
    )
    assert isinstance(second, NotAllowed)


def test_save_does_not_wait_for_the_configuration(meeting: Meeting) -> None:
    by, typed = get_anna(), post(meeting, lead="<p>One.</p>")
    with ThreadPoolExecutor() as threads, transaction.atomic():
        Configuration.objects.select_for_update(no_key=True).get(pk=meeting.configuration_id)
        threads.submit(run_and_disconnect, lambda: save_note(meeting, typed, by=by)).result(5)


def test_two_notes_do_not_get_one_address_at_this_moment(meeting: Meeting) -> None:
    by, other = get_anna(), make_meeting(address_word="other")
    typed, same = (post(each, address_word="informal") for each in (meeting, other))
    with ThreadPoolExecutor() as threads:
        with transaction.atomic():
            save_note(meeting, typed, by=by)
            saving = threads.submit(run_and_disconnect, lambda: save_note(other, same, by=by))
            wait_for_blocked_query()
        with pytest.raises(InvalidNote, match="Another meeting of this configuration"):
            saving.result(10)


def test_nor_by_being_given_to_one_configuration(meeting: Meeting) -> None:
    by, other, env = get_anna(), make_meeting("ecofin"), make_configuration("env")
    with ThreadPoolExecutor() as threads:
        with transaction.atomic():
            change_settings(meeting, by=by, place=env)
            changing = threads.submit(run_and_disconnect, lambda: change_settings(other, by=by, place=env))
            wait_for_blocked_query()
        with pytest.raises(InvalidDocument, match="Another meeting of this configuration"):
            changing.result(10)


def test_load_does_not_wait_in_a_circle_with_a_publication(meeting: Meeting) -> None:
    """PostgreSQL ended the publication with an error."""
    changed = replace(build_edited_document(meeting), notice="Other.")
    first, second = (
        make_meeting_document(id=make_uuid(str(day)), start_date=day, end_date=day)
        for day in (PRESS_DATE + DAY, PRESS_DATE + 2 * DAY)
    )
    lines = [DocumentLine(number, document) for number, document in enumerate([changed, second, first], 1)]
    loader = Loader(COMMAND)
    with ThreadPoolExecutor() as threads:
        with transaction.atomic():
            lock_addresses([first])
            loading = threads.submit(
                run_and_disconnect, lambda: [*loader.load(build_subject_lines([line]) for line in lines)]
            )
            wait_for_blocked_query()
            lock_addresses([second])
        loading.result(10)
    assert Meeting.objects.count() == 3
