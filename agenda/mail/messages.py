"""Compose a mail from the notices of one person.

A mail never contains a text that may be under embargo: of a meeting only the configuration and the date, of a topic its
desk, and a link to the admin screen. Of a text that was published without approval it names who did it, and the reason
once it is public.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.dashboard.admin_urls import admin_url
from agenda.models import Notice
from agenda.workflow.drafts import Subject, load_subjects
from agenda.workflow.notices import NOTICE_KINDS, PASSWORD_LINK, TEST, NoticeKind, find_reachable
from agenda.workflow.states import format_short_time
from meetings.access import has_right
from meetings.fields.line import validate_line
from meetings.i18n.languages import get_language_name
from meetings.models import Meeting, User
from meetings.models.meeting import format_meeting_name
from meetings.sign_in.password_links import build_password_path, can_mail_link

MAX_LINES = 20
"""How many meetings and topics a mail lists under one heading. The dashboard lists all."""


@dataclass
class MailLine:
    """A meeting or topic in a mail: its name, its languages, details, and the address of the screen to open."""

    name: str
    url: str
    languages: list[str] = field(default_factory=list)
    time: str = ""
    details: str = ""

    def __str__(self) -> str:
        languages = f" ({', '.join(dict.fromkeys(self.languages))})" if self.languages else ""
        time = _(", due %s Brussels time") % self.time if self.time else ""
        details = f", {self.details}" if self.details else ""
        return f"{self.name}{languages}{time}{details}\n  {self.url}"


def is_valid_address(address: str) -> bool:
    """Return whether a mail can be sent to this one address. One with a line break could add headers."""
    try:
        validate_line(address)
        validate_email(address)
    except ValidationError:
        return False
    return True


def select_notices_to_send(user: User, notices: Sequence[Notice], subjects: dict[UUID, Subject]) -> list[Notice]:
    """Return the notices that still reach the user and are still true. The number of queries depends on the kinds.

    `subjects` are the meetings and topics that there still are. The user must still have a right that the kind asks
    for.
    """
    selected: list[Notice] = []
    for kind in NOTICE_KINDS.values():
        of_kind = [notice for notice in notices if notice.kind == kind.name]
        if of_kind and is_valid_address(user.email) and find_reachable(User.objects.filter(pk=user.pk), kind).exists():
            of_kind = [notice for notice in of_kind if may_be_told(user, kind, notice, subjects)]
            settled = kind.find_settled(of_kind)
            selected += [notice for notice in of_kind if notice.pk not in settled]
    return selected


def may_be_told(user: User, kind: NoticeKind, notice: Notice, subjects: dict[UUID, Subject]) -> bool:
    subject = subjects.get(notice.subject_id) if notice.subject_id else None
    return subject is None or any(has_right(user, right, subject) for right in kind.rights)


def compose_mail(user: User, notices: Sequence[Notice], batch: UUID, now: dt.datetime) -> EmailMessage | None:
    """Compose the mail of a batch of notices. Return None if nothing in it is left to tell.

    A mail that is sent again has the same Message-ID, so that mail programs can show it once.
    """
    subjects = load_subjects({notice.subject_id for notice in notices if notice.subject_id})
    notices = select_notices_to_send(user, notices, subjects)
    sections: list[tuple[NoticeKind, list[MailLine]]] = []
    for kind in NOTICE_KINDS.values():
        of_kind = [notice for notice in notices if notice.kind == kind.name]
        lines = [*build_lines(kind, of_kind, subjects, now)]
        if kind is PASSWORD_LINK and of_kind and can_mail_link(user):  # asked again: the mail may have waited
            lines = [MailLine(user.get_username(), settings.SITE_URL + build_password_path(user))]
        if lines or (kind is TEST and of_kind):
            sections.append((kind, lines))
    if not sections:
        return None
    return EmailMessage(
        subject=build_subject_line(sections),
        body="\n\n".join([*build_sections(sections), build_footer()]) + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[user.email],
        headers={
            "Message-ID": f"<{batch}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: no mail program answers it by itself
            "X-Auto-Response-Suppress": "All",  # the same for Exchange
        },
    )


def build_lines(
    kind: NoticeKind, notices: Iterable[Notice], subjects: dict[UUID, Subject], now: dt.datetime
) -> Iterator[MailLine]:
    """Yield a line for each screen to open. What has been deleted has none."""
    lines: dict[tuple[Any, ...], MailLine] = {}
    notices = [*notices]
    details = kind.find_details(notices, now) if notices else {}
    for notice in notices:
        subject = subjects.get(notice.subject_id) if notice.subject_id else None
        if subject is None:
            continue
        time = format_short_time(notice.instant, now) if kind.shows_time else ""
        url = settings.SITE_URL + build_screen_path(kind, subject, notice.language)
        new = MailLine(format_subject_name(subject), url, time=time, details=details.get(notice.pk, ""))
        line = lines.setdefault((url, time, new.details), new)
        line.languages += [get_language_name(notice.language)] if notice.language else []
    yield from lines.values()


def build_screen_path(kind: NoticeKind, subject: Subject, language: str) -> str:
    if kind.translation_screen and language not in ("", subject.source_language):
        return admin_url(subject, kind.translation_screen, language)
    return admin_url(subject, kind.screen) + (f"#{kind.anchor}" if kind.anchor else "")


def format_subject_name(subject: Subject) -> str:
    """Return the configuration and the date of a meeting. The title of a topic may be under embargo."""
    if isinstance(subject, Meeting):
        name = format_meeting_name(subject.configuration.code, subject.start_date, "")
    else:
        name = _("A background topic (%s)") % subject.desk.code if subject.desk else _("A background topic")
    return " ".join(str(name).split())  # it stands in a header, so it must have no line break


def build_subject_line(sections: Sequence[tuple[NoticeKind, Sequence[MailLine]]]) -> str:
    kind, lines = sections[0]
    line = ": ".join([str(kind.title), *(line.name for line in lines[:1])])
    total = sum(max(len(lines), 1) for _kind, lines in sections)
    return line + (_(", and %d more") % (total - 1) if total > 1 else "")


def build_sections(sections: Iterable[tuple[NoticeKind, Sequence[MailLine]]]) -> Iterator[str]:
    for kind, lines in sections:
        listed = [f"- {line}" for line in lines[:MAX_LINES]]
        if rest := len(lines) - MAX_LINES if len(lines) > MAX_LINES else 0:
            where = settings.SITE_URL + reverse("admin:index")
            listed.append(_("- and %(number)d more: see “Your work”\n  %(url)s") % {"number": rest, "url": where})
        yield "\n".join([f"{str(kind.title).upper()}", str(kind.advice), *([""] if listed else []), *listed])


def build_footer() -> str:
    """Return the last lines: why the person gets the mail, and how to change that."""
    lines = [
        "----",
        _("The Council agendas site sent this mail because of your work in the press office. Nobody reads replies."),
        _("To choose which mails you get:"),
        settings.SITE_URL + reverse("own-settings"),
    ]
    return "\n".join(lines)
