"""Tests of the sample meetings in the database: they are published once, whatever interrupts the command."""

import datetime as dt
from itertools import cycle
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from agenda.documents.building import build_meeting
from agenda.models import BackgroundTopic
from agenda.workflow.note_import import import_parsed_note, read_note_file
from agenda.workflow.transactions import format_instant
from council.demo import fill
from council.demo.accounts import create_demo_accounts
from council.demo.document_files import get_sample_id
from council.demo.sample_meetings import (
    CORRECTED_MEETING_ID,
    EMBARGOED_MEETING_ID,
    MOVED_MEETING_ID,
    TODAY_MEETING_ID,
    WITHDRAWN_MEETING_ID,
)
from council.management.commands.demo import SEED_NOTE, name_main_meeting
from meetings.models import Edition, Meeting
from tests.factories import COMMAND, DAY, PRESS_DATE, PRESS_DAY, make_configuration
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = pytest.mark.once  # it publishes with the functions that tests/agenda/workflow tests on both databases
STEPS = "create_topics publish_first_editions wait_until_live publish_second_editions finish_samples withdraw".split()


class DemoInterrupted(Exception):
    """Simulates a process that ends here."""


@share_world
def seed(_clock: Any) -> Meeting:
    for slug in "gac fac ecofin jha epsco compet tte agrifish env eycs".split():
        make_configuration(slug)
    call_command("load_reference", verbosity=0)
    create_demo_accounts()
    return import_parsed_note(read_note_file(SEED_NOTE), by=COMMAND)


def fill_with_clock(seed: Meeting, clock: Any, interrupted_step: str = "") -> None:
    """Fill the demo, and move the clock instead of waiting. The run ends at `interrupted_step`, if one is given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fill, "wait_until_live", lambda edition: clock.move_to(max(edition.available_from, now())))
        if interrupted_step:
            patch.setattr(fill, interrupted_step, interrupt)
        fill.fill_demo(Meeting.objects.get(pk=seed.pk))


def interrupt(*_args: Any, **_options: Any) -> None:
    raise DemoInterrupted


def now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)


def collect_rows() -> dict[str, Any]:
    """Return all rows of our own applications."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OWN_APPS]
    return {model._meta.label: sorted(map(str, model._default_manager.values_list())) for model in models}


OWN_APPS = ("agenda", "meetings")


def count_editions_by_meeting() -> list[int]:
    """Return the number of editions of each meeting, the lowest first."""
    return sorted(Edition.objects.filter(subject_id=meeting.pk).count() for meeting in Meeting.objects.all())


class TestFinishedDemo:
    """All tests use one database, because it takes seconds to fill. Each step of filling it was interrupted once."""

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def filled(cls, seed: Meeting, class_clock: Any) -> None:
        for step, days in zip(STEPS, cycle([0, 3]), strict=False):
            with pytest.raises(DemoInterrupted):
                fill_with_clock(seed, class_clock, interrupted_step=step)
            assert not fill.is_demo_complete()
            class_clock.move_to(max(now(), PRESS_DAY + days * DAY) + dt.timedelta(minutes=5))
        fill_with_clock(seed, class_clock)

    def test_run_after_interrupted_ones_completes_the_demo(self) -> None:
        assert fill.is_demo_complete()
        assert count_editions_by_meeting() == [0, *[1] * 9, *[2] * 12, 3]
        assert Meeting.objects.get(pk=TODAY_MEETING_ID).start_date == PRESS_DATE

    def test_second_run_changes_no_row_even_on_a_later_day(self, seed: Meeting, clock: Any) -> None:
        before = collect_rows()
        fill_with_clock(seed, clock)
        clock.move_to(PRESS_DAY + 40 * DAY)
        fill_with_clock(seed, clock)
        assert collect_rows() == before

    def test_changes_by_editors_stay(self, seed: Meeting, clock: Any) -> None:
        Meeting.objects.filter(pk=TODAY_MEETING_ID).update(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY)
        BackgroundTopic.objects.filter(slug="water-resilience").update(title="Rivers")
        before = collect_rows()
        fill_with_clock(seed, clock)
        assert collect_rows() == before

    def test_readers_find_all_samples(self, visitor: Visitor, clock: Any, subtests: pytest.Subtests) -> None:
        for look in (
            check_moved_meeting,
            check_meeting_corrected_twice,
            check_withdrawn_meeting,
            check_draft,
            check_changed_draft,
            check_lists_and_topics,
            check_every_page,
            check_embargoed_meeting,
            check_title_of_the_main_meeting,
        ):
            with subtests.test(look.__doc__):
                look(visitor, clock)


def check_moved_meeting(visitor: Visitor, _clock: Any) -> None:
    """The old address of a moved meeting redirects to the new one."""
    first, second = Edition.objects.filter(subject_id=MOVED_MEETING_ID).order_by("available_from")
    answer = visitor.get(f"/en/{first.address}")
    assert (answer.status_code, answer["Location"]) == (302, f"/en/{second.address}")
    assert "Previously planned:" in visitor.get(f"/en/{second.address}").content.decode()


def check_meeting_corrected_twice(visitor: Visitor, _clock: Any) -> None:
    """A meeting that was corrected twice shows what changed."""
    editions = f"/en/{Edition.objects.filter(subject_id=CORRECTED_MEETING_ID)[0].address}editions/"
    first = visitor.get(f"{editions}1..2/").content.decode()
    for kind in ("removed", "moved", "added", "changed"):
        assert f'<span class="change-kind">{kind}</span>' in first
    assert "four</ins>" in visitor.get(f"{editions}2..3/").content.decode()


def check_withdrawn_meeting(visitor: Visitor, _clock: Any) -> None:
    """The withdrawn meeting returns 410."""
    assert visitor.get(f"/en/{Edition.objects.filter(subject_id=WITHDRAWN_MEETING_ID)[0].address}").status_code == 410


def check_draft(visitor: Visitor, _clock: Any) -> None:
    """The draft is not found."""
    draft = get_sample_id("meeting next budget")
    assert visitor.get(f"/api/v1/meetings/{draft}/").status_code == 404
    assert Meeting.objects.filter(pk=draft).exists()


def check_changed_draft(visitor: Visitor, _clock: Any) -> None:
    """A later change is only in the working copy."""
    key = get_sample_id("meeting employment")
    live = visitor.get(f"/api/v1/meetings/{key}/").json()
    copy = build_meeting(Meeting.objects.get(pk=key))
    assert (live["agenda"][1]["state"], copy.agenda[1].state) == ("", "postponed")


def check_lists_and_topics(visitor: Visitor, _clock: Any) -> None:
    """Lists mark the samples, and topics list their meetings. The reason of a withdrawal says itself that it is one."""
    html = visitor.get("/en/meetings/").content.decode()
    others = html.count('href="/en/meetings/jha/2017/09/14/"') + html.count("A sample of a withdrawal")
    assert html.count("<li>Sample</li>") == html.count('class="row"') - others
    water = visitor.get("/en/topics/water-resilience/").content.decode()
    assert water.count('<li class="row') == 3
    assert "/en/meetings/jha/2017/09/14/" in visitor.get("/en/topics/migration-policy/").content.decode()


def check_every_page(visitor: Visitor, _clock: Any) -> None:
    """Every public page is found."""
    for edition in Edition.objects.exclude(subject_id__in=[EMBARGOED_MEETING_ID, WITHDRAWN_MEETING_ID]):
        assert visitor.get(f"/en/{edition.address}", follow=True).status_code == 200, edition.address


def check_embargoed_meeting(visitor: Visitor, clock: Any) -> None:
    """The embargoed meeting is published tomorrow at ten."""
    edition = Edition.objects.get(subject_id=EMBARGOED_MEETING_ID)
    assert format_instant(edition.available_from) == "18 September 2060, 10:00:00"  # the last run was on the 17th
    assert visitor.get(f"/en/{edition.address}").status_code == 404
    clock.move_to(edition.available_from)
    assert visitor.get(f"/en/{edition.address}").status_code == 200


def check_title_of_the_main_meeting(_visitor: Visitor, clock: Any) -> None:
    """The first sample meeting is called today's meeting on its day only."""
    titles = []
    for days in (-2, 0, 2):
        clock.move_to(PRESS_DAY + days * DAY)
        titles.append(name_main_meeting())
    assert titles == ["The next meeting:", "Today's meeting:", "A recent meeting:"]
