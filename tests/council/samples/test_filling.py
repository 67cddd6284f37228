"""The sample calendar in the database: published once, whatever interrupts it."""

import datetime as dt
from itertools import cycle
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from agenda.building import build_meeting
from agenda.importing import import_reading, read_file
from agenda.models import BackgroundTopic
from agenda.publishing import in_brussels
from council.management.commands.demo import SEED_NOTE
from council.samples import filling
from council.samples.accounts import create_demo_accounts
from council.samples.calendar import (
    CORRECTED_MEETING_ID,
    EMBARGOED_MEETING_ID,
    MOVED_MEETING_ID,
    TODAY_MEETING_ID,
    WITHDRAWN_MEETING_ID,
)
from council.samples.drafting import get_sample_id
from meetings.models import Edition, Meeting
from tests.cast import COMMAND, DAY, PRESS_DATE, PRESS_DAY, make_configuration
from tests.publicity import Visitor

STEPS = ("create_topics", "publish_first_editions", "publish_second_editions", "finish_samples", "withdraw")


class Killed(Exception):
    """Stands for a process that ends here."""


@pytest.fixture
def seed(db: None, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    monkeypatch.setattr(filling, "wait_for", lambda edition: clock.move_to(max(edition.available_from, now())))
    for slug in "gac fac ecofin jha epsco compet tte agrifish env eycs".split():
        make_configuration(slug)
    call_command("load_reference", verbosity=0)
    create_demo_accounts()
    return import_reading(read_file(SEED_NOTE), by=COMMAND)


def now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)


def everything() -> dict[str, Any]:
    """All rows of the meetings, topics and editions."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OURS]
    return {model._meta.label: sorted(map(str, model._default_manager.values_list())) for model in models}


OURS = ("agenda", "meetings")


def editions_of_each() -> list[int]:
    """How many editions the real note and the samples have, the fewest first."""
    return sorted(Edition.objects.filter(subject_id=meeting.pk).count() for meeting in Meeting.objects.all())


@pytest.mark.once
@pytest.mark.django_db
class TestFilling:
    def test_a_second_run_changes_no_row_also_on_a_later_day(self, seed: Meeting, clock: Any) -> None:
        filling.fill_demo(seed)
        before = everything()
        filling.fill_demo(seed)
        clock.move_to(PRESS_DAY + 40 * DAY)
        filling.fill_demo(seed)
        assert everything() == before

    @pytest.mark.parametrize(("step", "days"), [*zip(STEPS, cycle([0, 3]), strict=False)])
    def test_a_run_that_was_killed_is_completed_by_the_next(
        self, seed: Meeting, clock: Any, monkeypatch: pytest.MonkeyPatch, step: str, days: int
    ) -> None:
        def killed(*_args: Any, **_options: Any) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(filling, step, killed)
            with pytest.raises(Killed):
                filling.fill_demo(seed)
        assert not filling.is_demo_complete()
        clock.move_to(PRESS_DAY + days * DAY + dt.timedelta(minutes=5))
        filling.fill_demo(seed)
        assert filling.is_demo_complete()
        assert editions_of_each() == [0, *[1] * 9, *[2] * 12, 3]
        if step != "create_topics":
            assert Meeting.objects.get(pk=TODAY_MEETING_ID).start_date == PRESS_DATE

    def test_a_run_killed_while_it_waited_is_completed_at_once(self, seed: Meeting, monkeypatch: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(filling, "wait_for", lambda _edition: (_ for _ in ()).throw(Killed))
            with pytest.raises(Killed):
                filling.fill_demo(seed)
        filling.fill_demo(seed)
        assert filling.is_demo_complete()

    def test_what_an_editor_did_to_the_finished_demo_stays(self, seed: Meeting) -> None:
        filling.fill_demo(seed)
        Meeting.objects.filter(pk=TODAY_MEETING_ID).update(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY)
        BackgroundTopic.objects.filter(slug="water-resilience").update(title="Rivers")
        before = everything()
        filling.fill_demo(seed)
        assert everything() == before


@pytest.mark.django_db
def test_what_readers_find(seed: Meeting, visitor: Visitor, clock: Any, subtests: pytest.Subtests) -> None:
    """In one run, since it takes seconds to fill a database."""
    filling.fill_demo(seed)
    for look in (moved, corrected_twice, withdrawn, a_draft, changed_since, lists_and_topics, every_page, embargoed):
        with subtests.test(look.__doc__):
            look(visitor, clock)


def moved(visitor: Visitor, _clock: Any) -> None:
    """The old address of the moved one leads to the new."""
    first, second = Edition.objects.filter(subject_id=MOVED_MEETING_ID).order_by("available_from")
    answer = visitor.get(f"/en/{first.address}")
    assert (answer.status_code, answer["Location"]) == (302, f"/en/{second.address}")
    assert "Planned before:" in visitor.get(f"/en/{second.address}").content.decode()


def corrected_twice(visitor: Visitor, _clock: Any) -> None:
    """One was corrected twice and shows what changed."""
    editions = f"/en/{Edition.objects.filter(subject_id=CORRECTED_MEETING_ID)[0].address}editions/"
    first = visitor.get(f"{editions}1..2/").content.decode()
    for kind in ("removed", "moved to another place", "added", "changed"):
        assert f'<span class="change-kind">{kind}</span>' in first
    assert "four</ins>" in visitor.get(f"{editions}2..3/").content.decode()


def withdrawn(visitor: Visitor, _clock: Any) -> None:
    """The withdrawn one answers with its reason."""
    assert visitor.get(f"/en/{Edition.objects.filter(subject_id=WITHDRAWN_MEETING_ID)[0].address}").status_code == 410


def a_draft(visitor: Visitor, _clock: Any) -> None:
    """The draft answers not at all."""
    draft = get_sample_id("meeting next budget")
    assert visitor.get(f"/api/v1/meetings/{draft}/").status_code == 404
    assert Meeting.objects.filter(pk=draft).exists()


def changed_since(visitor: Visitor, _clock: Any) -> None:
    """One has later changes in its working copy only."""
    key = get_sample_id("meeting employment")
    live = visitor.get(f"/api/v1/meetings/{key}/").json()
    copy = build_meeting(Meeting.objects.get(pk=key))
    assert (live["agenda"][1]["state"], copy.agenda[1].state) == ("", "postponed")


def lists_and_topics(visitor: Visitor, _clock: Any) -> None:
    """Lists say that they are samples, and topics list their meetings."""
    html = visitor.get("/en/meetings/").content.decode()
    assert html.count("<li>Sample</li>") == html.count('class="row"') - html.count("/en/meetings/jha/2017/09/14/")
    water = visitor.get("/en/topics/water-resilience/").content.decode()
    assert water.count('<li class="row') == 3
    assert "/en/meetings/jha/2017/09/14/" in visitor.get("/en/topics/migration-policy/").content.decode()


def every_page(visitor: Visitor, _clock: Any) -> None:
    """Every public page answers."""
    for edition in Edition.objects.exclude(subject_id__in=[EMBARGOED_MEETING_ID, WITHDRAWN_MEETING_ID]):
        assert visitor.get(f"/en/{edition.address}", follow=True).status_code == 200, edition.address


def embargoed(visitor: Visitor, clock: Any) -> None:
    """The embargoed one lifts tomorrow at ten."""
    edition = Edition.objects.get(subject_id=EMBARGOED_MEETING_ID)
    assert in_brussels(edition.available_from) == "15 September 2060, 10:00:00"
    assert visitor.get(f"/en/{edition.address}").status_code == 404
    clock.move_to(edition.available_from)
    assert visitor.get(f"/en/{edition.address}").status_code == 200
