"""A world is built once for a module, and no test changes it for another."""

from typing import Any

from django.utils import timezone

from meetings.models import Edition, Meeting
from tests.factories import DAY, PRESS_DAY, make_meeting, publish_now
from tests.worlds import share_world

built: list[Meeting] = []


@share_world
def world(clock: Any) -> Meeting:
    meeting = make_meeting()
    publish_now(clock, meeting)
    built.append(meeting)
    return meeting


def test_a_test_may_write_and_move_the_clock(world: Meeting, clock: Any) -> None:
    publish_now(clock, make_meeting("env"))
    clock.shift(DAY)
    Meeting.objects.filter(pk=world.pk).update(number="1")
    assert Edition.objects.count() == 2


def test_the_next_test_finds_the_world_as_it_was_built(world: Meeting) -> None:
    assert [Edition.objects.get().subject_id, Meeting.objects.get().number] == [world.pk, ""]
    assert PRESS_DAY < timezone.now() < PRESS_DAY + DAY
    assert built == [world]
