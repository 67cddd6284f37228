"""Commands for when the admin is down: releases, rollback and the audit log."""

import io
import json
import sys
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from agenda.models import Release
from agenda.workflow.planned_releases import plan_release
from meetings.models import Act, AuditEntry, Edition
from tests.actions import approve, submit
from tests.agenda.workflow.users import save_changes
from tests.factories import COMMAND, DAY, MINUTE, PRESS_DAY, make_meeting, publish, publish_now, withdraw

pytestmark = pytest.mark.django_db
EVENING = PRESS_DAY + 480 * MINUTE


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agenda.management.commands.rollback.wait_until_live", lambda edition: None)


def run_command(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


class TestReleases:
    @pytest.fixture(scope="class")
    @classmethod
    def scheduled(cls, class_clock: Any) -> Release:
        publish(make_meeting(), at=EVENING)
        return Release.objects.get()

    @pytest.fixture
    def release(self, scheduled: Release, clock: Any) -> Release:
        return Release.objects.get(pk=scheduled.pk)

    def test_unknown_release_and_missing_reason_are_refused(self, release: Release) -> None:
        with pytest.raises(CommandError, match="There is no scheduled publication"):
            run_command("releases", "--hold", str(uuid4()), "--reason", "No.")
        with pytest.raises(CommandError, match="--reason"):
            run_command("releases", "--hold", str(release.pk))
        assert Edition.objects.exists()

    def test_skipped_local_time_is_refused(self, release: Release) -> None:
        with pytest.raises(CommandError, match="does not exist in Brussels"):
            run_command("releases", "--move", str(release.pk), "--at", "2061-03-27 02:30", "--reason", "Later.")

    @pytest.mark.parametrize("at", [(), ("--at", ""), ("--at", " ")])
    def test_move_needs_a_time(self, release: Release, at: tuple[str, ...]) -> None:
        with pytest.raises(CommandError, match="2017-09-14 18:00") as refusal:
            run_command("releases", "--move", str(release.pk), "--reason", "Later.", *at)
        assert refusal.value.returncode == 2
        assert Edition.objects.get().available_from == EVENING

    @pytest.mark.parametrize("step", ["--now", "--hold", "--call-off"])
    def test_time_is_only_allowed_with_a_move(self, release: Release, step: str) -> None:
        with pytest.raises(CommandError, match="no other option"):
            run_command("releases", step, str(release.pk), "--reason", "Later.", "--at", "2060-09-15 18:00")
        assert Edition.objects.get().available_from == EVENING

    def test_releases_are_listed(self, release: Release) -> None:
        out, err = run_command("releases")
        assert f"{release.pk}  14 September 2060, 18:00:00  scheduled: JHA, 14 September 2060" in out
        assert err == ""

    def test_withdrawal_with_a_wrong_clock_raises_an_alarm(self, clock: Any) -> None:
        """Readers have the text again as soon as the clock is right."""
        publish_now(clock, meeting := make_meeting("env"))
        before = timezone.now()
        clock.move_to(before + 65 * MINUTE)
        withdraw(meeting, reason="Wrong.")
        clock.move_to(before)
        out, err = io.StringIO(), io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("releases", stdout=out, stderr=err)
        assert ended.value.code == 3
        assert "ALARM: meetings/env/2060/09/14/ was withdrawn for 14 September 2060, 11:0" in err.getvalue()
        clock.shift(MINUTE)
        withdraw(meeting, reason="Wrong.")
        clock.shift(MINUTE)
        assert run_command("releases")[1] == ""

    def test_release_can_be_held_and_published_now(self, release: Release, clock: Any) -> None:
        out, _err = run_command("releases", "--hold", str(release.pk), "--reason", "Not agreed.")
        assert "on hold: JHA" in out
        assert not Edition.objects.exists()
        run_command("releases", "--now", str(release.pk), "--reason", "Agreed.")
        assert Edition.objects.get().available_from < PRESS_DAY + MINUTE
        log = [(entry.act, entry.details["reason"]) for entry in AuditEntry.objects.order_by("id")][-2:]
        assert log == [(Act.PUT_ON_HOLD, "Not agreed."), (Act.SCHEDULED, "Agreed.")]
        assert AuditEntry.objects.latest("id").actor.startswith("manage.py releases (")

    def test_release_can_be_moved_and_called_off(self, release: Release) -> None:
        run_command("releases", "--move", str(release.pk), "--at", "2060-09-15 18:00", "--reason", "Later.")
        assert Edition.objects.get().available_from == EVENING + DAY
        out, _err = run_command("releases", "--call-off", str(release.pk), "--reason", "No.")
        assert out == "Nothing is scheduled.\n"


def test_reason_of_moving_and_publishing_a_plan_is_recorded(clock: Any) -> None:
    meeting = make_meeting()
    release = plan_release(meeting, by=COMMAND, at=EVENING)
    run_command("releases", "--move", str(release.pk), "--at", "2060-09-15 18:00", "--reason", "Later.")
    with pytest.raises(CommandError, match="not approved yet"):
        run_command("releases", "--now", str(release.pk), "--reason", "Agreed.")
    clock.shift(MINUTE)
    submit(meeting)
    approve(meeting)
    run_command("releases", "--now", str(release.pk), "--reason", "Agreed.")
    acts = AuditEntry.objects.filter(act__in=[Act.MOVED, Act.PUBLISHED]).order_by("id")
    found = [(entry.act, entry.details["reason"]) for entry in acts]
    assert (found[0], found[-1]) == ((Act.MOVED, "Later."), (Act.PUBLISHED, "Agreed."))


def test_unapproved_release_that_is_due_raises_an_alarm(clock: Any) -> None:
    plan_release(make_meeting(), by=COMMAND, at=EVENING)
    assert run_command("releases")[1] == ""
    clock.move_to(EVENING - 29 * MINUTE)
    err = io.StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("releases", stdout=io.StringIO(), stderr=err)
    assert exit_.value.code == 3
    assert "ALARM: JHA, 14 September 2060 is due on 14 September 2060, 18:00:00" in err.getvalue()


def test_rollback_command(clock: Any) -> None:
    meeting = make_meeting(notice="First.")
    publish_now(clock, meeting)
    with pytest.raises(CommandError, match="Withdraw this one instead"):
        run_command("rollback", "jha/2060/09/14", "--reason", "No.")
    publish_now(clock, save_changes(meeting, notice="Second."))
    out, _err = run_command("rollback", "jha/2060/09/14", "--reason", "The second was not agreed.")
    assert "shows the previous edition from 14 September 2060" in out


class TestAudit:
    def test_audit_log_is_printed_as_json_lines(self, clock: Any) -> None:
        publish_now(clock, make_meeting())
        clock.move_to(EVENING)
        out, _err = run_command("audit")
        [line] = [json.loads(line) for line in out.splitlines()]
        assert line["act"] == "forced"
        assert line["actor"] == "a test"
        assert line["address"] == "meetings/jha/2060/09/14/"
        assert line["digest"] == Edition.objects.get().documents.get().document.digest
        assert line["at"].endswith("Z")

    def test_audit_log_is_filtered_by_time_and_act(self, clock: Any) -> None:
        publish_now(clock, make_meeting())
        assert run_command("audit", "--since", "2060-09-14 10:01")[0] == ""
        assert run_command("audit", "--until", "2060-09-14 10:00")[0] == ""
        assert run_command("audit", "--act", "withdrawn")[0] == ""
        assert len(run_command("audit", "--act", "forced", "--since", "2060-09-14 10:00")[0].splitlines()) == 1


class TestContinuedLog:
    @pytest.fixture
    def continue_log(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
        def run(known: str) -> str:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(known.encode())))
            return run_command("audit", "--continue")[0]

        return run

    def test_only_what_is_missing_is_written(self, clock: Any, continue_log: Callable[[str], str]) -> None:
        publish_now(clock, make_meeting())
        first = continue_log("")
        assert first == run_command("audit")[0] != ""
        publish_now(clock, make_meeting("ecofin"))
        second = continue_log(first)
        assert first + second == run_command("audit")[0]
        assert continue_log(first + second) == ""

    def test_entry_that_was_committed_late_is_written(self, clock: Any, continue_log: Callable[[str], str]) -> None:
        for code in ("jha", "ecofin", "env"):
            publish_now(clock, make_meeting(code))
        first, late, last = run_command("audit")[0].splitlines(keepends=True)
        assert continue_log(first + last) == late

    def test_nothing_from_before_the_known_lines_is_written(
        self, clock: Any, continue_log: Callable[[str], str]
    ) -> None:
        for code in ("jha", "ecofin"):
            publish_now(clock, make_meeting(code))
        _first, last = run_command("audit")[0].splitlines(keepends=True)
        assert continue_log(last) == ""

    def test_line_that_was_cut_off_is_ended(self, clock: Any, continue_log: Callable[[str], str]) -> None:
        publish_now(clock, make_meeting())
        whole = run_command("audit")[0]
        assert continue_log(whole[:40]) == "\n" + whole
