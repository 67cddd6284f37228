"""Preview links: show a revision to somebody without an account until it expires, is revoked or is published.

The address has the signed key of a row, so it can neither be guessed nor made from a copy of the database. Attempts are
recorded in the audit log, with a limit per hour, so that nobody can flood it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import F, Max, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.models import BackgroundTopic, PreviewLink, ReleaseEntry, Revision
from agenda.workflow.drafts import Subject, get_subject_type
from agenda.workflow.errors import WorkflowError
from agenda.workflow.revisions import get_revision_documents
from meetings.access import Right, has_right, require_right
from meetings.access.audit import Actor, record_about_document, record_act
from meetings.editions.freezing import find_suppressed_digests
from meetings.models import Act, AuditEntry, Edition, EditionDocument, Meeting, StoredDocument, SubjectType

DEFAULT_LIFETIME = dt.timedelta(hours=48)
MAX_LIFETIME = dt.timedelta(days=14)
MAX_RECORDED_PER_HOUR = 60
"""Maximum number of audit entries per hour for one link, and for forged links together."""


class ClosedReason(TextChoices):
    """Why a link does not open. The values are stored in the audit log; visitors are not told which one applies."""

    FORGED = "forged", gettext_lazy("forged")
    REVOKED = "revoked", gettext_lazy("revoked")
    EXPIRED = "expired", gettext_lazy("expired")
    PUBLISHED = "published", gettext_lazy("ended: this text or a newer one is published")
    WITHDRAWN = "withdrawn", gettext_lazy("ended: the page was withdrawn")
    DELETED = "deleted", gettext_lazy("ended: the draft was deleted")
    ERASED = "erased", gettext_lazy("ended: the text was erased")
    SUPPRESSED = "suppressed", gettext_lazy("ended: a text of it was removed from the site")
    RIGHT_ENDED = "right_ended", gettext_lazy("ended: whoever created it may no longer share it")


def get_signer() -> Signer:
    return Signer(salt="agenda.previews", sep=".")


def sign_link(link: PreviewLink) -> str:
    return get_signer().sign(link.pk.hex)


def parse_token(token: str) -> UUID | None:
    try:
        return UUID(get_signer().unsign(token))
    except (BadSignature, ValueError):
        return None


@dataclass(frozen=True)
class PublicHistory:
    """The published history of a meeting or topic, as far as it closes preview links. Load it once per subject.

    `erased` and `suppressed` are digests of texts that were removed; one of them is enough to close a link.
    """

    working_copy: Subject | None
    digests: frozenset[str]
    erased: frozenset[str]
    suppressed: frozenset[str]
    newest_revision: int
    withdrawn_at: dt.datetime | None

    @classmethod
    def for_revisions(cls, revisions: Iterable[Revision], now: dt.datetime) -> Self:
        """Load the history for revisions of one subject, with their documents."""
        revisions = list(revisions)
        if not revisions:
            return cls(None, frozenset(), frozenset(), frozenset(), 0, None)
        subject_type, subject_id = revisions[0].subject_type, revisions[0].subject_id
        working_copies: Any = (Meeting if subject_type == SubjectType.MEETING else BackgroundTopic).objects
        visible = Edition.objects.for_subject(subject_type, subject_id).visible(now).order_by()
        all_digests = {row.document_id for revision in revisions for row in revision.documents.all()}
        published = EditionDocument.objects.filter(edition__in=visible, document__digest__in=all_digests)
        released = ReleaseEntry.objects.filter(edition_id__in=visible.values("pk"))
        return cls(
            working_copies.filter(pk=subject_id).first(),
            frozenset(published.values_list("document__digest", flat=True)),
            frozenset(StoredDocument.objects.filter(digest__in=all_digests, text="").values_list("digest", flat=True)),
            frozenset(find_suppressed_digests(all_digests)),
            released.aggregate(newest=Max("revision"))["newest"] or 0,
            visible.filter(is_tombstone=True).aggregate(last=Max("available_from"))["last"],
        )

    def get_closed_reason(self, revision: Revision, made_at: dt.datetime) -> ClosedReason | None:
        """Return why a link to the revision is closed, or None."""
        digests = {row.document_id for row in revision.documents.all()}
        if revision.pk <= self.newest_revision or digests <= self.digests:
            return ClosedReason.PUBLISHED
        if self.withdrawn_at and self.withdrawn_at > made_at:
            return ClosedReason.WITHDRAWN
        if digests & self.erased:
            return ClosedReason.ERASED
        if digests & self.suppressed:
            return ClosedReason.SUPPRESSED
        return None if self.working_copy else ClosedReason.DELETED


def get_closed_reason(link: PreviewLink, history: PublicHistory, now: dt.datetime) -> ClosedReason | None:
    """Return why the link does not open, or None. It opens only while whoever created it may share the text."""
    if link.revoked_at:
        return ClosedReason.REVOKED
    if link.is_over(now):
        return ClosedReason.EXPIRED
    if link.by and not has_right(link.by, Right.SHARE, history.working_copy):
        return ClosedReason.RIGHT_ENDED
    return history.get_closed_reason(link.revision, link.made_at)


def get_links(subject: Subject) -> Any:
    return select_links().filter(revision__subject_type=get_subject_type(subject), revision__subject_id=subject.pk)


def select_links() -> QuerySet[PreviewLink]:
    """Select the links with what decides whether they open."""
    return PreviewLink.objects.select_related("revision").prefetch_related("by", "revision__documents")


def share_revision(
    subject: Subject, revision: Revision, *, by: Actor, now: dt.datetime, for_whom: str, until: dt.datetime
) -> PreviewLink:
    """Create a preview link.

    Raise WorkflowError if the revision is public, or one of its texts is removed from the site, or if the link would
    last too long; and NotAllowed.
    """
    require_right(by, Right.SHARE, subject)
    if not now < until <= now + MAX_LIFETIME:
        raise WorkflowError(
            _("Enter a time in the future, at most %d days from now.") % MAX_LIFETIME.days, field="expires_at"
        )
    match PublicHistory.for_revisions([revision], now).get_closed_reason(revision, now):
        case ClosedReason.PUBLISHED:
            raise WorkflowError(_("This text or a newer one is published. Share the address of the page instead."))
        case ClosedReason.ERASED:
            raise WorkflowError(_("The text of this draft was erased, so there is nothing to show."))
        case ClosedReason.SUPPRESSED:
            message = _("A text of this draft was removed from the site, so it cannot be shared. Change it first.")
            raise WorkflowError(message)
    with transaction.atomic():
        link = PreviewLink.objects.create(
            revision=revision, for_whom=for_whom, by=by.user, by_name=by.display_name, made_at=now, expires_at=until
        )
        record_link(by, Act.PREVIEW_SHARED, link, until=until.isoformat())
    return link


def revoke_link(subject: Subject, link: PreviewLink, *, by: Actor, now: dt.datetime) -> bool:
    """Revoke the link. Return False if it was revoked already."""
    require_right(by, Right.SHARE, subject)
    with transaction.atomic():
        revoked = PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(
            revoked_at=now, revoked_by=by.user, revoked_by_name=by.display_name
        )
        if revoked:
            record_link(by, Act.PREVIEW_REVOKED, link)
    return bool(revoked)


def revoke_all_links(by: Actor, now: dt.datetime) -> int:
    """Revoke all links that are neither revoked nor expired, and return their number. We check no right."""
    with transaction.atomic():
        links = list(PreviewLink.objects.filter(revoked_at=None, expires_at__gt=now).select_related("revision"))
        for link in links:
            record_link(by, Act.PREVIEW_REVOKED, link)
        PreviewLink.objects.filter(pk__in=[link.pk for link in links]).update(
            revoked_at=now, revoked_by=by.user, revoked_by_name=by.display_name
        )
    return len(links)


def find_open_link(token: str, now: dt.datetime) -> PreviewLink | None:
    """Return the link if it opens, without counting a visit: for what its page loads."""
    key = parse_token(token)
    link = select_links().filter(pk=key).first() if key else None
    if link and get_closed_reason(link, PublicHistory.for_revisions([link.revision], now), now):
        return None
    return link


def open_link(token: str, remote: str, now: dt.datetime) -> PreviewLink | None:
    """Return the link and count the visit, or return None if it does not open for any reason."""
    key = parse_token(token)
    link = select_links().filter(pk=key).first() if key else None
    if link is None:
        record_refusal(Actor(name=_("preview link"), remote=remote), now, ClosedReason.FORGED, None)
        return None
    with transaction.atomic():
        by = Actor(name=_("preview link for %s") % link.for_whom, remote=remote)
        if closed := get_closed_reason(link, PublicHistory.for_revisions([link.revision], now), now):
            record_refusal(by, now, closed, link)
            return None
        PreviewLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, last_opened_at=now)
        if count_recent_entries(Act.PREVIEW_OPENED, now, link=str(link.pk)) < MAX_RECORDED_PER_HOUR:
            record_link(by, Act.PREVIEW_OPENED, link)
        return link


def record_refusal(by: Actor, now: dt.datetime, why: ClosedReason, link: PreviewLink | None) -> None:
    about = {"link": str(link.pk)} if link else {"why": str(why)}
    if count_recent_entries(Act.PREVIEW_REFUSED, now, **about) >= MAX_RECORDED_PER_HOUR:
        return
    if link:
        record_link(by, Act.PREVIEW_REFUSED, link, why=str(why))
    else:
        record_act(by, Act.PREVIEW_REFUSED, why=str(why))


def count_recent_entries(act: Act, now: dt.datetime, **about: str) -> int:
    """Count the audit entries of this act in the last hour whose details have these values."""
    entries = AuditEntry.objects.filter(at__gt=now - dt.timedelta(hours=1), act=act)
    return entries.filter(**{f"details__{name}": value for name, value in about.items()}).count()


def record_link(by: Actor, act: Act, link: PreviewLink, **details: Any) -> None:
    revision = link.revision
    details |= {"link": str(link.pk), "revision": revision.pk, "for_whom": link.for_whom}
    digests = {row.language: row.document_id for row in revision.documents.all()}
    digest = digests.get(revision.source_language, "")
    document = get_revision_documents(revision).get(revision.source_language)
    if document:
        record_about_document(by, act, document, digest=digest, **details)
    else:
        record_act(by, act, revision.subject_type, revision.subject_id, digest=digest, **details)
