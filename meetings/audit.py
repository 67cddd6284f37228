"""Keeping who did what. An entry is written in the transaction of the act: both are there, or neither."""

import getpass
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from meetings.addresses import NoAddress, address_of
from meetings.documents.shape import MeetingDocument, TopicDocument
from meetings.models import Act, AuditEntry, SubjectType, User

MAX_NAME_LENGTH = 200


@dataclass(frozen=True)
class Actor:
    """Somebody who signed in, or a command; `remote` is the network address that they came from.

    `words` are what people read in the place of a command's name; the audit log keeps the name.
    """

    user: User | None = None
    name: str = ""
    remote: str = ""
    label: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        user = request.user if isinstance(request.user, User) else None
        return cls(user, user.get_username() if user else "", remote_address(request))

    @classmethod
    def command(cls, name: str, words: str = "") -> Self:
        """A command, with the account of the operating system that runs it."""
        try:
            account = getpass.getuser()
        except (KeyError, OSError):  # a container's user without a name
            account = "?"
        return cls(name=f"manage.py {name} ({account})", label=words)

    @property
    def shown(self) -> str:
        """For people to read. Kept in columns that are shorter than a first name and a surname together may be."""
        name = (self.user.get_full_name() if self.user else self.label) or self.name
        return name if len(name) <= MAX_NAME_LENGTH else f"{name[: MAX_NAME_LENGTH - 1]}…"


def remote_address(request: HttpRequest) -> str:
    """Where there is a front server, it says who asked: ours overwrites the header, so nobody else can."""
    behind = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
    told = request.headers.get("X-Forwarded-For", "") if behind else ""
    return (told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:45]


def record(
    actor: Actor,
    act: Act,
    subject_type: SubjectType | str = "",
    subject_id: UUID | None = None,
    *,
    address: str = "",
    digest: str = "",
    **details: Any,
) -> AuditEntry:
    """Adds an entry at this instant. `details` are JSON, for people to read: texts, numbers, lists of them."""
    return AuditEntry.objects.create(
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


def record_about(
    actor: Actor, act: Act, document: MeetingDocument | TopicDocument, *, digest: str = "", **details: Any
) -> AuditEntry:
    """Adds an entry about a meeting or topic, with its title and its address, where it can have one."""
    is_meeting = isinstance(document, MeetingDocument)
    try:
        address = address_of(document)
    except NoAddress:
        address = ""
    return record(
        actor,
        act,
        SubjectType.MEETING if is_meeting else SubjectType.TOPIC,
        document.id,
        address=address,
        digest=digest,
        title=document.title,
        **details,
    )


def record_account(actor: Actor, act: Act, account: User, **details: Any) -> AuditEntry:
    """Adds an entry about somebody's account: never a password, and of a name only which was changed."""
    return record(actor, act, account=account.get_username(), account_id=account.pk, **details)


def json_lines(entries: QuerySet[AuditEntry]) -> Iterator[bytes]:
    """The entries as lines of JSON in UTF-8, the oldest first; instants are in UTC (RFC 3339)."""
    columns = [field.name for field in AuditEntry._meta.concrete_fields]
    for entry in entries.order_by("id").values(*columns).iterator(chunk_size=2000):
        yield msgspec.json.encode(entry) + b"\n"
