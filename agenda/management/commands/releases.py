import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from agenda.management.base import WorkflowCommand
from agenda.models import Release
from agenda.workflow.planned_releases import (
    list_release_alarms,
    move_planned_release,
    publish_planned_release,
    resume_held_release,
    schedule_ready_releases,
)
from agenda.workflow.scheduled_releases import call_off_release, hold_release, move_release
from agenda.workflow.transactions import format_instant
from meetings.access.audit import Actor
from meetings.clock import parse_instant
from meetings.models import Edition

ALARM_EXIT_CODE = 3
WRONG_CLOCK = dt.timedelta(seconds=10)
"""A withdrawal takes effect within some seconds. One that is further ahead was made with a wrong clock."""
State = Release.State


class Command(WorkflowCommand):
    help = (
        "Lists the scheduled publications. Puts one of them on hold, resumes it, changes its time or cancels it. "
        f"The exit code is {ALARM_EXIT_CODE} if one is overdue, or due within half an hour, and not approved, or if a "
        "clock was wrong when something was withdrawn."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--hold", metavar="ID", type=UUID, help="put it on hold until it is resumed")
        step.add_argument("--now", metavar="ID", type=UUID, help="publish it now, or resume it if it is on hold")
        step.add_argument("--move", metavar="ID", type=UUID, help="publish it at another time (with --at)")
        step.add_argument("--call-off", metavar="ID", type=UUID, help="cancel it")
        parser.add_argument("--at", metavar="TIME", help='for --move: Brussels time, for example "2017-09-14 18:00"')
        parser.add_argument("--reason", default="", help="for the audit log (required for every change)")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["move"] is None) != (options["at"] is None):
            message = (
                'Nothing was done. --move needs a time, for example --at "2017-09-14 18:00"; no other option does.'
            )
            raise CommandError(f"{message} To publish now, use --now.", returncode=2)
        steps: dict[str, Callable[[Release, Actor, str], Any]] = {
            "hold": lambda release, by, reason: hold_release(release, by=by, reason=reason),
            "call_off": lambda release, by, reason: call_off_release(release, by=by, reason=reason),
            "now": lambda release, by, reason: reschedule_release(release, by, reason, None),
            "move": lambda release, by, reason: reschedule_release(release, by, reason, options["at"]),
        }
        for name, step in steps.items():
            if key := options[name]:
                self.run_step(step, key, options["reason"])
        self.list_releases()

    def run_step(self, step: Callable[[Release, Actor, str], Any], key: UUID, reason: str) -> None:
        release = Release.objects.filter(pk=key).first()
        if release is None:
            message = f"There is no scheduled publication {key}. Run `manage.py releases` to list them."
            raise CommandError(message, returncode=2)
        if not reason.strip():
            raise CommandError("Give the reason for the audit log: --reason “…”.", returncode=2)
        step(release, Actor.for_command("releases"), reason)
        schedule_ready_releases()

    def list_releases(self) -> None:
        now = timezone.now()
        waiting = Release.objects.exclude(state=State.CALLED_OFF).exclude(state=State.SCHEDULED, at__lte=now)
        for release in waiting.prefetch_related("entries").order_by("at", "id"):
            titles = "; ".join(entry.title for entry in release.entries.all())
            self.stdout.write(f"{release.pk}  {format_instant(release.at)}  {release.get_state_display()}: {titles}")
        if not waiting:
            self.stdout.write("Nothing is scheduled.")
        alarmed = list_release_alarms(now)
        for alarm in alarmed:
            titles = "; ".join(map(str, alarm.missing)) or "; ".join(x.title for x in alarm.release.entries.all())
            when = "was due" if alarm.is_overdue else "is due"
            why = "is not approved" if alarm.missing else "is approved, but not scheduled: open its page in the admin"
            self.stderr.write(f"ALARM: {titles} {when} on {format_instant(alarm.release.at)} and {why}.")
        early = [*Edition.objects.pending(now + WRONG_CLOCK).filter(is_tombstone=True)]
        for edition in early:
            when = format_instant(edition.available_from)
            self.stderr.write(
                f"ALARM: {edition.address} was withdrawn for {when}, since a clock was ahead. Readers have it again "
                "until then: withdraw it once more (docs/operations.md, “Time”)."
            )
        if alarmed or early:
            raise SystemExit(ALARM_EXIT_CODE)


def reschedule_release(release: Release, by: Actor, reason: str, at: str | None) -> None:
    instant = None if at is None else parse_instant(at)  # an empty time is an error and never means now
    if release.state == State.PLANNED and instant is None:
        publish_planned_release(release, by, reason=reason)
        return
    steps: dict[str, Callable[..., Any]] = {"held": resume_held_release, "planned": move_planned_release}
    steps.get(release.state, move_release)(release, by=by, at=instant, reason=reason)
