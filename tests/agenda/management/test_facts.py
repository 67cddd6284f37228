"""Tests of `manage.py facts`, for when the admin is down."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from meetings.models import AuditEntry, Edition, Meeting
from tests.agenda.workflow.same_day_changes.helpers import find_press_conference, get_document, publish_day
from tests.factories import publish_now
from tests.worlds import share_world

THE_DAY = "jha/2060/09/14"


@share_world
def published_day(clock: Any) -> Meeting:
    return publish_day(clock)


@pytest.fixture
def meeting(published_day: Meeting, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    monkeypatch.setattr("agenda.management.commands.facts.wait_until_live", lambda edition: None)
    return Meeting.objects.get(pk=published_day.pk)


def run_facts(*options: str) -> None:
    call_command("facts", THE_DAY, *options, "--reason", "The admin is down.")


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ((), "You have not changed anything"),
        (("--time", "14:15"), "Give both --point"),
        (("--point", "press_conference"), "Give both --point"),
        (("--point", "doorstep", "--time", "14:15"), r"There is no “doorstep”(?s:.*)press_conference"),
        (("--point", "press_conference", "--time", "2 pm"), "is not a time"),
        (("--item-note", "No."), "Give both --item"),
        (("--item", "9", "--item-state", "withdrawn"), "There is no “9”"),
        (("--late", "-5"), "from 1 to 720"),
        (("--status", "cancelled"), "public reason"),
    ],
)
def test_invalid_options_are_refused(meeting: Meeting, options: tuple[str, ...], match: str) -> None:
    with pytest.raises(CommandError, match=match):
        run_facts(*options)
    assert Edition.objects.count() == 1


def test_reason_is_required(meeting: Meeting) -> None:
    with pytest.raises(CommandError, match="--reason"):
        call_command("facts", THE_DAY, "--late", "40")


def test_ambiguous_kind_is_refused(meeting: Meeting, clock: Any) -> None:
    meeting.programme.create(kind="press_conference", title="Justice")
    publish_now(clock, meeting)
    with pytest.raises(CommandError, match="There is more than one"):
        run_facts("--point", "press_conference", "--time", "14:15")


def test_change_is_public_and_recorded(meeting: Meeting, capsys: pytest.CaptureFixture[str]) -> None:
    item = str(meeting.agenda.get().pk)
    run_facts(
        *("--point", "press_conference", "--time", "14:15", "--place", "Press room 2", "--state", "as_planned"),
        *("--item", item, "--item-state", "withdrawn", "--item-note", "No majority.", "--alert", "Bring a badge."),
    )
    document = get_document(Edition.objects.get(reason="facts"), "fr")
    assert (
        find_press_conference(document).time,
        find_press_conference(document).place,
        find_press_conference(document).state,
    ) == (
        "14:15",
        "Press room 2",
        "moved",
    )
    assert document.agenda[0].state == "withdrawn"
    output = capsys.readouterr().out
    assert output.startswith("Bring a badge. Press conference: 14:15 instead of about 13:00")
    entry = AuditEntry.objects.get(act="facts_changed")
    assert (entry.actor_id, entry.details["reason"]) == (None, "The admin is down.")
    assert entry.actor.startswith("manage.py facts (")


def test_conflicts_are_reported(meeting: Meeting, capsys: pytest.CaptureFixture[str]) -> None:
    meeting.programme.filter(kind="press_conference").update(place="Agora")
    run_facts("--point", "press_conference", "--place", "Press room 2")
    assert "The draft keeps its own details: Press conference: Agora." in capsys.readouterr().out
