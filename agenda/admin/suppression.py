"""Suppress a single past edition: ask for the reason, show what readers will see, and do it when confirmed."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.rendering import redirect_to, render_screen
from agenda.admin.steps.forms import ReasonField
from agenda.workflow import WorkflowError, format_instant
from agenda.workflow.drafts import Subject, get_subject_type
from agenda.workflow.suppression import (
    find_same_text_elsewhere,
    get_active_suppression,
    refuse_unsuppressible,
    suppress,
)
from meetings.access import Right, has_right
from meetings.access.audit import Actor
from meetings.i18n.languages import get_own_name
from meetings.models import Edition, Suppression


class SuppressForm(forms.Form):
    reason = ReasonField(
        label=gettext_lazy("Public reason"),
        help_text=gettext_lazy(
            "Readers will see this instead of the text. Do not repeat the content that you are removing."
        ),
        missing=gettext_lazy("Enter the public reason."),
    )


def render_suppressed(
    model_admin: ModelAdmin, request: HttpRequest, subject: Subject, edition: Edition, *, is_erased: bool | None = None
) -> HttpResponse | None:
    """Return a notice to show instead of the edition's text, or None if the user may read the text.

    Suppressed texts are for users with the right to suppress; erased texts are gone for everybody.
    """
    suppression = get_active_suppression(edition)
    if suppression and is_erased is None:
        is_erased = not edition.documents.exclude(document__text="").exists()
    if not is_erased and (suppression is None or has_right(request.user, Right.SUPPRESS, subject)):
        return None
    return render_screen(
        model_admin,
        request,
        subject,
        "suppressed.html",
        _("Removed from the site"),
        status=HTTPStatus.GONE,
        time=format_instant(edition.available_from),
        suppression=suppression,
        suppressed_at=suppression and format_instant(suppression.at),
        is_erased=is_erased,
    )


def suppress_step(model_admin: ModelAdmin, request: HttpRequest, subject: Subject, edition_id: UUID) -> HttpResponse:
    edition = Edition.objects.for_subject(get_subject_type(subject), subject.pk).filter(pk=edition_id).first()
    try:
        if edition is None:
            raise WorkflowError(_("This edition no longer exists."))
        refuse_unsuppressible(edition)
        form = SuppressForm(request.POST if request.method == "POST" else None)
        has_reason = form.is_bound and form.is_valid()
        if has_reason and "confirmed" in request.POST:
            suppression = suppress(subject, edition, by=Actor.from_request(request), reason=form.cleaned_data["reason"])
            report_suppression(model_admin, request, subject, suppression)
            return redirect_to(model_admin, "editions", subject.pk)
    except WorkflowError as error:
        messages.error(request, str(error))
        return redirect_to(model_admin, "editions", subject.pk)
    return render_screen(
        model_admin,
        request,
        subject,
        "suppress.html",
        _("Remove an edition from the site"),
        edition=edition,
        number=Edition.objects.for_subject(edition.subject_type, edition.subject_id)
        .visible(edition.available_from)
        .count(),
        time=format_instant(edition.available_from),
        form=form,
        reason=form.cleaned_data["reason"] if has_reason else "",
        elsewhere=[
            (format_instant(document.edition.available_from), get_own_name(document.language))
            for document in find_same_text_elsewhere(edition)
        ],
    )


def report_suppression(
    model_admin: ModelAdmin, request: HttpRequest, subject: Subject, suppression: Suppression
) -> None:
    time = format_instant(suppression.edition.available_from)
    template = _("Removed the edition of %(time)s (Brussels time) from the site. “%(reason)s”")
    model_admin.log_change(request, subject, template % {"time": time, "reason": suppression.reason})
    messages.success(request, _("The edition of %s (Brussels time) was removed from the site.") % time)
