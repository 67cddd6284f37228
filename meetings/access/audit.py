"""Write the audit log. An entry is written in the same transaction as the action that it describes."""

import datetime as dt
import getpass
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from meetings.documents.document_urls import find_address
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.models import Act, AuditEntry, Edition, SubjectType, User

MAX_NAME_LENGTH = 200


@dataclass(frozen=True)
class Actor:
    """A user who is signed in, or a command.

    `remote` is the network address of the user. `label` is shown to people instead of a command's name; the audit log
    contains the name.
    """

    user: User | None = None
    name: str = ""
    remote: str = ""
    label: str = ""

    @classmethod
    def from_request(cls, request: HttpRequest, user: User | None = None) -> Self:
        """Return the user who is signed in, or the one given, who is just signing in."""
        user = user or (request.user if isinstance(request.user, User) else None)
        return cls(user, user.get_username() if user else "", request.META.get("REMOTE_ADDR", ""))

    @classmethod
    def for_command(cls, name: str, words: str = "") -> Self:
        """Return a command as an actor, with the account of the operating system that runs it."""
        try:
            account = getpass.getuser()
        except (KeyError, OSError):  # the user of a container can have no name
            account = "?"
        return cls(name=f"manage.py {name} ({account})", label=words)

    def sign(self, at: dt.datetime) -> dict[str, Any]:
        """Return who does something, and when, as columns of a row."""
        return {"by": self.user, "by_name": self.display_name, "at": at}

    @property
    def display_name(self) -> str:
        """The name to show, shortened because the columns for it can be shorter than first name and surname."""
        name = (self.user.get_full_name() if self.user else self.label) or self.name
        return name if len(name) <= MAX_NAME_LENGTH else f"{name[: MAX_NAME_LENGTH - 1]}…"


def record_act(
    actor: Actor,
    act: Act,
    subject_type: SubjectType | str = "",
    subject_id: UUID | None = None,
    *,
    address: str = "",
    digest: str = "",
    **details: Any,
) -> AuditEntry:
    """Add an entry at the present instant. `details` are JSON for people to read: texts, numbers or lists of these."""
    entry = build_entry(actor, act, subject_type, subject_id, address=address, digest=digest, **details)
    entry.save(force_insert=True)
    return entry


def build_entry(
    actor: Actor,
    act: Act,
    subject_type: SubjectType | str = "",
    subject_id: UUID | None = None,
    *,
    address: str = "",
    digest: str = "",
    **details: Any,
) -> AuditEntry:
    """Return the entry that `record_act` adds, without adding it."""
    return AuditEntry(
        at=timezone.now(),
        actor_id=actor.user.pk if actor.user else None,
        actor=actor.name or "?",
        remote=actor.remote,
        act=act,
        subject_type=subject_type,
        subject_id=subject_id,
        address=address,
        digest=digest,
        details={name: value for name, value in details.items() if value not in ("", None, [], {})},
    )


def record_about_document(
    actor: Actor, act: Act, document: MeetingDocument | TopicDocument, *, digest: str = "", **details: Any
) -> AuditEntry:
    """Add an entry about a meeting or topic, with its title and, if it has one, its address."""
    entry = build_entry_about_document(actor, act, document, digest=digest, **details)
    entry.save(force_insert=True)
    return entry


def build_entry_about_document(
    actor: Actor, act: Act, document: MeetingDocument | TopicDocument, *, digest: str = "", **details: Any
) -> AuditEntry:
    """Return the entry that `record_about_document` adds, without adding it."""
    subject_type = SubjectType.MEETING if isinstance(document, MeetingDocument) else SubjectType.TOPIC
    about = {"address": find_address(document), "digest": digest, "title": document.title}
    return build_entry(actor, act, subject_type, document.id, **about, **details)


def record_about_edition(actor: Actor, act: Act, edition: Edition, /, **details: Any) -> AuditEntry:
    """Add an entry about an edition, with its address and the digest of its source document."""
    source = edition.documents.filter(language=edition.source_language)
    digest = source.values_list("document__digest", flat=True).get()
    about = {"address": edition.address, "digest": digest}
    return record_act(actor, act, edition.subject_type, edition.subject_id, **about, **details)


def record_account(actor: Actor, act: Act, account: User, **details: Any) -> AuditEntry:
    """Add an entry about a user account. It never contains passwords, and says only that a name was changed."""
    return record_act(actor, act, account=account.get_username(), account_id=account.pk, **details)


def serialize_entries(entries: QuerySet[AuditEntry]) -> Iterator[bytes]:
    """Yield the entries as lines of JSON in UTF-8, the oldest first. Instants are in UTC (RFC 3339)."""
    columns = [field.name for field in AuditEntry._meta.concrete_fields]
    for entry in entries.order_by("id").values(*columns).iterator(chunk_size=2000):
        yield msgspec.json.encode(entry) + b"\n"


class LoggedEntry(msgspec.Struct, frozen=True):
    """What `serialize_entries` wrote of an entry, as far as it is read again."""

    id: int
    at: dt.datetime
    actor: str
    act: str
    address: str
    details: dict[str, Any]


def parse_entries(lines: Iterable[bytes]) -> Iterator[LoggedEntry]:
    """Yield the entries that `serialize_entries` wrote. Other lines are left out: one may be cut off by a crash."""
    for line in lines:
        with suppress(msgspec.DecodeError):
            yield msgspec.json.decode(line, type=LoggedEntry)


def serialize_new_entries(entries: QuerySet[AuditEntry], known: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the entries as lines that are not among those `known`, from the time of the first of these on.

    The known ones are the last of an earlier output. There should be many: an entry can be committed after later ones.
    """
    if first := next(parse_entries(known), None):
        entries = entries.filter(at__gte=first.at)
    lines = set(known)
    if known and not known[-1].endswith(b"\n"):
        yield b"\n"
    yield from (line for line in serialize_entries(entries) if line not in lines)


@dataclass(frozen=True)
class KeptLog:
    """A log that was kept outside the database: how many entries it has, and the time of the last (None without any).

    `lost` are the entries that the database does not have, each once, by time.
    """

    size: int
    last_at: dt.datetime | None
    lost: list[LoggedEntry]


def compare_log(lines: Iterable[bytes]) -> KeptLog:
    """Compare the output of `serialize_entries` with the database."""
    entries, size = parse_entries(lines), 0
    last_at: dt.datetime | None = None
    lost: dict[Any, LoggedEntry] = {}
    while batch := list(islice(entries, 500)):
        rows = AuditEntry.objects.filter(pk__in=[entry.id for entry in batch])
        stored = set(rows.values_list("pk", "at", "act"))
        lost |= {key: entry for entry in batch if (key := (entry.id, entry.at, entry.act)) not in stored}
        times = [entry.at for entry in batch]
        size, last_at = size + len(batch), max(times if last_at is None else [last_at, *times])
    return KeptLog(size, last_at, sorted(lost.values(), key=lambda entry: (entry.at, entry.id)))
