"""Create, list and revoke the preview links of a meeting or topic."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.revisions import describe_revision, get_revisions
from agenda.admin.screen import Screen
from agenda.preview.links import (
    DEFAULT_LIFETIME,
    PublicHistory,
    get_closed_reason,
    get_links,
    revoke_link,
    share_revision,
    sign_link,
)
from agenda.workflow.errors import WorkflowError
from meetings.forms.fields import InstantField
from meetings.site import status_labels

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


def preview_links(screen: Screen) -> HttpResponse:
    """Show the links, with a form for a new one to the revision `?revision=`, or to the last one."""
    now, revisions = screen.now, get_revisions(screen.subject).prefetch_related("documents")
    revision_key = screen.request.GET.get("revision", "")
    if revision_key.isascii() and revision_key.isdigit():
        revisions = revisions.filter(pk=int(revision_key[:18]))
    revision = revisions.first()
    expiry = (now + DEFAULT_LIFETIME).replace(second=0, microsecond=0)  # without seconds, as people type it
    form = ShareForm(screen.posted, initial={"expires_at": expiry})
    if revision and form.is_valid():
        for_whom, until = form.cleaned_data["for_whom"], form.cleaned_data["expires_at"]
        try:
            share_revision(screen.subject, revision, by=screen.by, now=now, for_whom=for_whom, until=until)
        except WorkflowError as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(screen.request, _("Link created for %s. Copy it from the list below.") % for_whom)
            return screen.redirect_to("previews")
    return screen.render(
        "previews.html",
        _("Preview links"),
        form=form,
        revision=revision,
        draft_name=revision and describe_revision(revision),
        rows=build_link_rows(screen),
    )


def build_link_rows(screen: Screen) -> list[dict[str, Any]]:
    """Build the rows of the list.

    `address` is set only for the user who created the link, while it works: others create their own.
    """
    links = list(get_links(screen.subject)[:MAX_LINKS])
    public = PublicHistory.for_revisions([link.revision for link in links], screen.now)
    rows = []
    for link in links:
        closed = get_closed_reason(link, public, screen.now)
        state = str(closed.label) if closed else _("active")
        if link.revoked_at:
            facts = {"who": link.revoked_by_name, "time": status_labels.format_brussels_time(link.revoked_at)}
            state = _("revoked by %(who)s, %(time)s") % facts
        own = closed is None and link.by_id is not None and link.by_id == screen.user.pk
        address = screen.request.build_absolute_uri(reverse("preview-link", args=[sign_link(link)])) if own else ""
        revision = describe_revision(link.revision)
        row = {"link": link, "state": state, "is_open": closed is None, "address": address, "revision": revision}
        rows.append(row)
    return rows


def revoke_preview_link(screen: Screen, link_id: UUID) -> HttpResponse:
    link = get_object_or_404(get_links(screen.subject), pk=link_id)
    if screen.posted is not None:
        if revoke_link(screen.subject, link, by=screen.by, now=screen.now):
            messages.success(screen.request, _("The link for %s no longer works.") % link.for_whom)
        else:
            messages.info(screen.request, _("The link for %s was already revoked.") % link.for_whom)
    return screen.redirect_to("previews")
