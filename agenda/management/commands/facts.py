from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from agenda.management.base import WorkflowCommand
from agenda.management.lookup import find_meeting
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.delays import parse_point_time
from agenda.workflow.same_day_changes.publication import (
    get_live_meeting,
    preview_same_day_change,
    publish_same_day_change,
)
from agenda.workflow.transactions import format_instant, wait_until_live
from meetings.access.audit import Actor
from meetings.documents.choices import ItemState, MeetingStatus, Outcome, PointState
from meetings.documents.schema import MeetingDocument
from meetings.documents.traversal import walk_items


class Command(WorkflowCommand):
    help = (
        "Publishes a same-day change of a meeting at once, in all languages: a programme event, an agenda item, the "
        "status, or a delay of the whole programme. Use it when the admin is down."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("meeting", help="address (jha/2017/09/14) or id")
        point = parser.add_argument_group("programme event")
        point.add_argument("--point", help="kind, for example press_conference, if there is only one; or id")
        point.add_argument("--time", help='"14:15", "+/- 14:15", "from 14:15", "14:15 (tbc)", or "tbc"')
        point.add_argument("--place")
        point.add_argument("--state", choices=["as_planned", *filter(None, PointState.values)])
        item = parser.add_argument_group("agenda item")
        item.add_argument("--item", help="number as printed, or id")
        item.add_argument("--item-state", choices=["on_the_agenda", *filter(None, ItemState.values)])
        item.add_argument("--item-note", help="public reason")
        item.add_argument("--item-result", choices=["not_stated", *filter(None, Outcome.values)])
        parser.add_argument("--status", choices=MeetingStatus.values, help="status of the meeting")
        parser.add_argument("--status-reason", help="public reason for the status")
        parser.add_argument("--late", type=int, default=0, metavar="MINUTES", help="delay of everything today")
        parser.add_argument("--alert", default="", help="message to readers at the top of the page")
        parser.add_argument("--reason", required=True, help="why you use this command (for the audit log, not public)")

    def handle(self, *args: Any, **options: Any) -> None:
        meeting = find_meeting(options["meeting"])
        day = get_live_meeting(meeting, timezone.now())
        change = build_change(day.documents[0], options)
        _documents, conflicts = preview_same_day_change(day, change, timezone.now())
        edition = publish_same_day_change(meeting, change, by=Actor.for_command("facts"), reason=options["reason"])
        self.stdout.write(edition.change_note)
        self.stdout.write(f"/{edition.address} is updated on {format_instant(edition.available_from)} (Brussels time).")
        for conflict in conflicts:
            self.stdout.write(conflict)
        wait_until_live(edition)


def build_change(live: MeetingDocument, options: dict[str, Any]) -> SameDayChange:
    point = select_options(options, place="place", state="state")
    if options["time"] is not None:
        point["time"], point["time_precision"] = parse_point_time(options["time"])
    item = select_options(options, item_state="state", item_note="state_note", item_result="outcome")
    for values, name in ((point, "point"), (item, "item")):
        if bool(values) != bool(options[name]):
            raise CommandError(f"Give both --{name} and what changes, or neither.", returncode=2)
    points = {part.id: {part.kind.value, str(part.id)} for part in live.programme}
    items = {part.id: {part.number, str(part.id)} for part, _parent in walk_items(live.agenda)}
    return SameDayChange(
        points={find_part(options["point"], points): point} if point else {},
        items={find_part(options["item"], items): item} if item else {},
        meeting=select_options(options, status="status", status_reason="status_reason"),
        alert=options["alert"],
        delay_minutes=options["late"],
    )


def select_options(options: dict[str, Any], **names: str) -> dict[str, Any]:
    values = {name: options[option] for option, name in names.items() if options[option] is not None}
    if values.get("state") in ("as_planned", "on_the_agenda"):
        values["state"] = ""
    if values.get("outcome") == "not_stated":
        values["outcome"] = ""
    return values


def find_part(name: str, names: dict[UUID, set[str]]) -> UUID:
    matches = [key for key, known in names.items() if name in known]
    if len(matches) != 1:
        choices = "\n".join(f"  {key}  {min(known, key=len)}" for key, known in names.items())
        problem = "There is no" if not matches else "There is more than one"
        raise CommandError(f"{problem} “{name}” in the published edition. It has:\n{choices}", returncode=2)
    return matches[0]
