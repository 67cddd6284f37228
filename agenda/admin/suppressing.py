"""Taking out a single past edition: asks for the reason, shows what readers will see, and does it when confirmed."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.screens import go_to, show
from agenda.admin.steps.forms import ReasonField
from agenda.drafts import Subject, type_of
from agenda.publishing import Refused, in_brussels
from agenda.suppressing import refuse_to_suppress, same_text_elsewhere, standing_suppression, suppress
from meetings.audit import Actor
from meetings.models import Edition, Suppression
from meetings.rights import Right, may
from meetings.templatetags.publishing import own_name


class SuppressForm(forms.Form):
    reason = ReasonField(
        label=gettext_lazy("Public reason"),
        help_text=gettext_lazy("Readers see it in the place of the text. Do not repeat in it what must not be read."),
        missing=gettext_lazy("Give the reason; it is public."),
    )


def closed(
    desk: ModelAdmin, request: HttpRequest, subject: Subject, edition: Edition, *, is_erased: bool | None = None
) -> HttpResponse | None:
    """What is told instead of the edition's text: to those without the right, and to everybody where it is erased."""
    standing = standing_suppression(edition)
    if standing and is_erased is None:
        is_erased = not edition.documents.exclude(document__text="").exists()
    if not is_erased and (standing is None or may(request.user, Right.SUPPRESS, subject)):
        return None
    return show(
        desk,
        request,
        subject,
        "suppressed.html",
        _("Taken out"),
        status=HTTPStatus.GONE,
        time=in_brussels(edition.available_from),
        standing=standing,
        standing_from=standing and in_brussels(standing.at),
        is_erased=is_erased,
    )


def suppress_step(desk: ModelAdmin, request: HttpRequest, subject: Subject, edition_id: UUID) -> HttpResponse:
    edition = Edition.objects.of(type_of(subject), subject.pk).filter(pk=edition_id).first()
    try:
        if edition is None:
            raise Refused(_("There is no such edition any more."))
        refuse_to_suppress(edition)
        form = SuppressForm(request.POST if request.method == "POST" else None)
        given = form.is_bound and form.is_valid()
        if given and "confirmed" in request.POST:
            standing = suppress(subject, edition, by=Actor.of(request), reason=form.cleaned_data["reason"])
            tell_suppressed(desk, request, subject, standing)
            return go_to(desk, "editions", subject.pk)
    except Refused as error:
        messages.error(request, str(error))
        return go_to(desk, "editions", subject.pk)
    return show(
        desk,
        request,
        subject,
        "suppress.html",
        _("Take out an edition"),
        edition=edition,
        number=Edition.objects.of(edition.subject_type, edition.subject_id).visible(edition.available_from).count(),
        time=in_brussels(edition.available_from),
        form=form,
        reason=form.cleaned_data["reason"] if given else "",
        elsewhere=[
            (in_brussels(one.edition.available_from), own_name(one.language)) for one in same_text_elsewhere(edition)
        ],
    )


def tell_suppressed(desk: ModelAdmin, request: HttpRequest, subject: Subject, standing: Suppression) -> None:
    time = in_brussels(standing.edition.available_from)
    told = _("Took out the edition of %(time)s (Brussels time). “%(reason)s”")
    desk.log_change(request, subject, told % {"time": time, "reason": standing.reason})
    messages.success(request, _("The edition of %s (Brussels time) is taken out: its text is closed.") % time)
