"""Preview links of a meeting or topic: making one, the list, revoking."""

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

from agenda.admin.revisions import named, revisions_of
from agenda.admin.screens import go_to, show
from agenda.drafts import Subject
from agenda.models import PreviewLink
from agenda.previews import USUAL, Public, links_of_subject, revoke, share, token_of, why_closed
from agenda.publishing import Refused
from meetings import marks
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.typed import InstantField

MOST_SHOWN = 100


class ShareForm(forms.Form):
    for_whom = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=150,
        help_text=gettext_lazy("Name and organisation. It stands on the page, and in the audit log."),
        error_messages={"required": gettext_lazy("Say who is to get the link.")},
    )
    expires_at = InstantField(
        label=gettext_lazy("Works until"),
        help_text=gettext_lazy("Brussels time, as 2017-09-14 18:00; at most 14 days ahead."),
        error_messages={"required": gettext_lazy("Say until when the link is to work.")},
    )


@dataclass(frozen=True)
class Row:
    """`address` only for who made the link, as long as it opens: others make their own, in their own name."""

    link: PreviewLink
    state: str
    is_open: bool
    address: str

    @property
    def made(self) -> str:
        return marks.brussels(self.link.made_at)

    @property
    def until(self) -> str:
        return marks.brussels(self.link.expires_at)

    @property
    def revision(self) -> str:
        return named(self.link.revision)


def previews_screen(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """The links, and a form for another one: of `?revision=`, or of the last one."""
    now, revisions = instant_of(request), revisions_of(subject).prefetch_related("documents")
    asked = request.GET.get("revision", "")
    if asked.isascii() and asked.isdigit():
        revisions = revisions.filter(pk=int(asked[:18]))
    revision = revisions.first()
    form = ShareForm(request.POST if request.method == "POST" else None, initial={"expires_at": whole(now + USUAL)})
    if revision and form.is_valid():
        data = form.cleaned_data
        try:
            share(subject, revision, by=Actor.of(request), now=now, for_whom=data["for_whom"], until=data["expires_at"])
        except Refused as error:
            form.add_error(error.about or None, str(error))
        else:
            messages.success(request, _("The link for %s is made: copy its address below.") % data["for_whom"])
            return go_to(desk, "previews", subject.pk)
    return show(
        desk,
        request,
        subject,
        "previews.html",
        _("Preview links"),
        form=form,
        revision=revision,
        named=revision and named(revision),
        rows=rows_of(request, subject, now),
    )


def whole(instant: dt.datetime) -> dt.datetime:
    """To the minute, as one types it."""
    return instant.replace(second=0, microsecond=0)


def rows_of(request: HttpRequest, subject: Subject, now: dt.datetime) -> list[Row]:
    links = list(links_of_subject(subject)[:MOST_SHOWN])
    public = Public.of([link.revision for link in links], now)
    rows = []
    for link in links:
        closed = why_closed(link, public, now)
        state = str(closed.label) if closed else _("open")
        if link.revoked_at:
            facts = {"who": link.revoked_by_name, "time": marks.brussels(link.revoked_at)}
            state = _("revoked by %(who)s, %(time)s") % facts
        own = closed is None and link.by_id is not None and link.by_id == request.user.pk
        address = request.build_absolute_uri(reverse("preview-link", args=[token_of(link)])) if own else ""
        rows.append(Row(link, state, closed is None, address))
    return rows


def revoke_step(desk: ModelAdmin, request: HttpRequest, subject: Subject, link_id: UUID) -> HttpResponse:
    link = links_of_subject(subject).filter(pk=link_id).first()
    if link is None:
        raise Http404
    if request.method == "POST":
        if revoke(subject, link, by=Actor.of(request), now=instant_of(request)):
            messages.success(request, _("The link for %s opens nothing any more.") % link.for_whom)
        else:
            messages.info(request, _("The link for %s was revoked already.") % link.for_whom)
    return go_to(desk, "previews", subject.pk)
