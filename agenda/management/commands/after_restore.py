import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from agenda.management.base import WorkflowCommand
from agenda.models import Notice, Release
from agenda.preview.links import revoke_all_links
from agenda.workflow.notices import PASSWORD_LINK
from agenda.workflow.scheduled_releases import hold_all_releases
from agenda.workflow.transactions import format_instant
from meetings.access.audit import Actor, KeptLog, LoggedEntry, compare_log, record_act
from meetings.access.lone_acts import OWN_WORDS
from meetings.models import Act, AuditEntry, Edition
from meetings.sign_in.password_links import end_all_links
from meetings.sign_in.second_factors import RECOVERY
from meetings.sign_in.sessions import end_sessions_of_everybody

NAME = "after_restore"
READERS_ACTS = (
    Act.WITHDRAWN, Act.SUPPRESSED, Act.ERASED, Act.ROLLED_BACK, Act.REINSTATED, Act.PUBLISHED, Act.FORCED,
    Act.FACTS_CHANGED, Act.PLANNED, Act.SCHEDULED, Act.MOVED, Act.KEPT, Act.PUT_ON_HOLD, Act.CALLED_OFF,
    Act.LANGUAGE_ADDED, Act.REFERENCE_CHANGED, Act.ACT_DISCARDED, Act.DELETED, Act.IMAGES_REMOVED, Act.SENT_BACK,
    Act.LANGUAGE_RULE,
)  # fmt: skip
"""What changed what readers see, or what may be published."""
ACCOUNT_ACTS = (Act.ACCOUNT_CHANGED, Act.ROLE_CHANGED, Act.PASSWORD_SET, Act.FACTOR_ADDED, Act.FACTOR_REMOVED)
"""What changed who may sign in and what they may do."""
HOLD_REASON = "A backup of {} was restored. Resume this only if it was not cancelled or changed since."
NO_LOG = """Nothing here says what was done since the backup. Ask the press office what they withdrew, removed, erased,
corrected, cancelled, moved and put on hold, and whose accounts and roles they changed. Do it again before you start the
readers' process."""


class Command(WorkflowCommand):
    help = (
        "Run this once after you have restored a backup, before readers see it. It puts all scheduled publications on "
        "hold, ends all sessions, preview links and links to set a password, and lists what must be done again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "log",
            nargs="?",
            help="file with the audit log that was kept elsewhere, as `manage.py audit` writes it; - is standard input",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        log = read_log(options["log"])
        now, by = timezone.now(), Actor.for_command(NAME)
        last = AuditEntry.objects.exclude(actor__startswith=f"manage.py {NAME} ").first()
        made_at = f"{format_instant(last.at)} (Brussels time)" if last else "an unknown time"
        self.stdout.write(f"The last entry of the audit log in this backup is of {made_at}.")
        releases = hold_all_releases(by=by, reason=HOLD_REASON.format(made_at))
        with transaction.atomic():
            ended: dict[str, Any] = {
                "sessions": end_sessions_of_everybody(),
                "preview_links": revoke_all_links(by, now),
                "password_requests": end_all_links(now),
            }
            Notice.objects.filter(kind=PASSWORD_LINK.name, sent_at=None).delete()
            record_act(by, Act.BACKUP_RESTORED, releases=len(releases), **ended)
        counted = f"{ended['sessions']} sessions, {ended['preview_links']} preview links"
        self.stdout.write(f"Ended: {counted}, and all links to set a password.")
        self.list_releases()
        if last:
            appeared = Edition.objects.visible(timezone.now()).filter(available_from__gt=last.at, is_tombstone=False)
            self.list_editions(appeared.order_by("available_from", "address"))
        self.describe_log(log, last)
        if log:
            self.list_lost(log.lost)

    def list_releases(self) -> None:
        """List what this command has put on hold, now or in an earlier run."""
        start, end = HOLD_REASON.split("{}")
        on_hold = Release.objects.filter(state=Release.State.ON_HOLD, reason__startswith=start, reason__endswith=end)
        self.write_list(
            "On hold. Resume or cancel each (“Publications” in the admin, or `manage.py releases`):",
            (f"{release.pk}  {format_instant(release.at)}  {release}" for release in on_hold.order_by("at", "id")),
        )

    def list_editions(self, editions: Iterable[Edition]) -> None:
        """List what became public since the backup was made."""
        self.write_list(
            "Public by now, and perhaps not when the backup was made. Withdraw what was cancelled or moved since:",
            (f"{format_instant(edition.available_from)}  /{edition.address}" for edition in editions),
        )

    def describe_log(self, log: KeptLog | None, last: AuditEntry | None) -> None:
        """Say how far the log reaches, and whether that is past the last entry of the backup."""
        if log is None or log.last_at is None:
            self.stdout.write(f"No audit log was given. {NO_LOG}")
            return
        ended_at = f"{format_instant(log.last_at)} (Brussels time)"
        self.stdout.write(f"The audit log that you gave has {log.size} entries. The last one is of {ended_at}.")
        if last and log.last_at < last.at:
            self.stdout.write(f"It ends before the last entry of this backup. {NO_LOG}")
        elif not log.lost:
            self.stdout.write("It has nothing that this backup lacks.")

    def list_lost(self, lost: list[LoggedEntry]) -> None:
        """List what the log has and the backup lacks."""
        self.write_list(
            "Accounts and roles that were changed since the backup, and recovery codes that were used. Change these "
            "again, and let whoever used a code make new ones:",
            (format_entry(entry) for entry in lost if concerns_accounts(entry)),
        )
        self.write_list(
            "Done since the backup, and lost. Do it again before you start the readers' process:",
            (format_entry(entry) for entry in lost if entry.act in READERS_ACTS),
        )
        counts = Counter(entry.act for entry in lost if entry.act not in READERS_ACTS and not concerns_accounts(entry))
        self.write_list("Lost as well:", (f"{number} × {get_label(act)}" for act, number in counts.most_common()))

    def write_list(self, title: str, lines: Iterable[str]) -> None:
        """Write the title and the lines, or nothing if there are no lines."""
        if lines := list(lines):
            self.stdout.write("\n  ".join([title, *lines]))


def read_log(name: str | None) -> KeptLog | None:
    """Compare the log with the database; None without a file. Raise CommandError if there is no log in the file."""
    if name is None:
        return None
    try:
        with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as lines:
            log = compare_log(lines)
    except OSError as error:
        raise CommandError(f"Nothing was done. The audit log cannot be read: {error}", returncode=2) from error
    if not log.size:
        message = "Nothing was done. There is no entry in this file. Give the audit log that `manage.py audit` writes."
        raise CommandError(message, returncode=2)
    return log


def concerns_accounts(entry: LoggedEntry) -> bool:
    return entry.act in ACCOUNT_ACTS or entry.details.get("second_factor") == RECOVERY


def get_label(act: str) -> str:
    return str(dict(Act.choices).get(act, act))


def format_entry(entry: LoggedEntry) -> str:
    details = msgspec.json.encode({name: entry.details[name] for name in entry.details if name != OWN_WORDS}).decode()
    return f"{format_instant(entry.at)}  {entry.actor} {get_label(entry.act)}  {entry.address}  {details}"
