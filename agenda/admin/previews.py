"""Create, list and revoke the preview links of a meeting or topic."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.revisions import describe_revision, get_revisions
from agenda.admin.screens import redirect_to, render_screen
from agenda.drafts import Subject
from agenda.models import PreviewLink
from agenda.previews import (
    DEFAULT_LIFETIME,
    PublicHistory,
    get_closed_reason,
    get_links,
    revoke_link,
    share_revision,
    sign_link,
)
from agenda.publishing import WorkflowError
from meetings import marks
from meetings.audit import Actor
from meetings.clock import get_instant
from meetings.typed import InstantField

MAX_LINKS = 100


class ShareForm(forms.Form):
    for_whom = forms.CharField(
        label=gettext_lazy("Recipient"),
        max_length=150,
        help_text=gettext_lazy("Name and organisation. Shown on the page and recorded in the audit log."),
        error_messages={"required": gettext_lazy("Enter who the link is for.")},
    )
    expires_at = InstantField(
        label=gettext_lazy("Works until"),
        help_text=gettext_lazy("Brussels time, at most 14 days from now. For example, 2026-12-09 18:00."),
        error_messages={"required": gettext_lazy("Enter when the link expires.")},
    )


@dataclass(frozen=True)
class PreviewLinkRow:
    """A preview link as one row of the list.

    `address` is set only for the user who created the link, while it works: others create their own.
    """

    link: PreviewLink
    state: str
    is_open: bool
    address: str

    @property
    def created(self) -> str:
        return marks.format_brussels_time(self.link.made_at)

    @property
    def until(self) -> str:
        return marks.format_brussels_time(self.link.expires_at)

    @property
    def revision(self) -> str:
        return describe_revision(self.link.revision)


def preview_links(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show the links, with a form for a new one to the revision `?revision=`, or to the last one."""
    now, revisions = get_instant(request), get_revisions(subject).prefetch_related("documents")
    revision_key = request.GET.get("revision", "")
    if revision_key.isascii() and revision_key.isdigit():
        revisions = revisions.filter(pk=int(revision_key[:18]))
    revision = revisions.first()
    form = ShareForm(
        request.POST if request.method == "POST" else None,
        initial={"expires_at": round_to_minute(now + DEFAULT_LIFETIME)},
    )
    if revision and form.is_valid():
        data = form.cleaned_data
        try:
            share_revision(
                subject,
                revision,
                by=Actor.from_request(request),
                now=now,
                for_whom=data["for_whom"],
                until=data["expires_at"],
            )
        except WorkflowError as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _("Link created for %s. Copy it from the list below.") % data["for_whom"])
            return redirect_to(model_admin, "previews", subject.pk)
    return render_screen(
        model_admin,
        request,
        subject,
        "previews.html",
        _("Preview links"),
        form=form,
        revision=revision,
        draft_name=revision and describe_revision(revision),
        rows=build_link_rows(request, subject, now),
    )


def round_to_minute(instant: dt.datetime) -> dt.datetime:
    """Return the instant without seconds, as people type it."""
    return instant.replace(second=0, microsecond=0)


def build_link_rows(request: HttpRequest, subject: Subject, now: dt.datetime) -> list[PreviewLinkRow]:
    links = list(get_links(subject)[:MAX_LINKS])
    public = PublicHistory.for_revisions([link.revision for link in links], now)
    rows = []
    for link in links:
        closed = get_closed_reason(link, public, now)
        state = str(closed.label) if closed else _("active")
        if link.revoked_at:
            facts = {"who": link.revoked_by_name, "time": marks.format_brussels_time(link.revoked_at)}
            state = _("revoked by %(who)s, %(time)s") % facts
        own = closed is None and link.by_id is not None and link.by_id == request.user.pk
        address = request.build_absolute_uri(reverse("preview-link", args=[sign_link(link)])) if own else ""
        rows.append(PreviewLinkRow(link, state, closed is None, address))
    return rows


def revoke_preview_link(model_admin: ModelAdmin, request: HttpRequest, subject: Subject, link_id: UUID) -> HttpResponse:
    link = get_links(subject).filter(pk=link_id).first()
    if link is None:
        raise Http404
    if request.method == "POST":
        if revoke_link(subject, link, by=Actor.from_request(request), now=get_instant(request)):
            messages.success(request, _("The link for %s no longer works.") % link.for_whom)
        else:
            messages.info(request, _("The link for %s was already revoked.") % link.for_whom)
    return redirect_to(model_admin, "previews", subject.pk)
