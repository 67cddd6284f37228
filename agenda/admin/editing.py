"""Saving from a form: never over a newer version, only what has changed, and with every mistake named."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from agenda.admin.desks import OfDesk, why_read_only
from agenda.moving import require_move
from meetings.audit import Actor
from meetings.clock import BRUSSELS
from meetings.models import EditedRow
from meetings.rights import NotAllowed
from meetings.typed import AS_TYPED


class ToldOnce(forms.ModelForm):
    """A field that could not be read is told so, and not also what the model says of one that is empty."""

    def add_error(self, field: str | None, error: Any) -> None:
        by_field = getattr(error, "error_dict", None)
        if field is None and by_field is not None:
            error = ValidationError({name: told for name, told in by_field.items() if name not in self.errors})
        super().add_error(field, error)


class VersionedForm(ToldOnce):
    """Carries the version that it was made from, and is refused where there is a newer one by now."""

    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)
    by = Actor()
    """Who edits; set by the admin, for one request."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["based_on"].initial = self.edited().version

    def edited(self) -> EditedRow:
        """The row whose version counts: what is published as a whole."""
        row: EditedRow = self.instance
        return row

    def clean(self) -> Any:
        cleaned = super().clean()
        edited = self.edited()
        if not edited._state.adding and self.cleaned_data.get("based_on") != edited.version:
            raise ValidationError(outdated(edited), code="outdated")
        self.check_move()
        return cleaned

    def check_move(self) -> None:
        """What is saved here may go to another configuration: whoever may not do that is told so beside the field."""
        for name in {"configuration", "desk"} & {*self.changed_data} & {*self.cleaned_data}:
            if not self.instance._state.adding:
                try:
                    require_move(self.by, self.instance, self.cleaned_data[name])
                except NotAllowed as error:
                    self.add_error(name, str(error))


def outdated(edited: EditedRow) -> str:
    """Who saved when, and how to go on."""
    kind = ContentType.objects.get_for_model(edited)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(edited.pk), action_time__gte=edited.updated_at)
    entry: Any = entries.select_related("user").order_by("action_time", "pk").first()
    address = reverse(f"admin:{edited._meta.app_label}_{edited._meta.model_name}_change", args=[edited.pk])
    return format_html(
        _(
            "{who} saved this {kind} on {when} (Brussels time), after you opened it. So that nothing is overwritten, "
            "nothing of yours was saved; what you typed is still here. "
            '<a href="{address}" target="_blank">Open the newest version in a new window</a>, '
            "carry over what is yours there, and save it there."
        ),
        who=(entry.user.get_full_name() or entry.user.get_username()) if entry else _("Somebody"),
        kind=edited._meta.verbose_name,
        when=date_format(edited.updated_at.astimezone(BRUSSELS), "j F Y, H:i"),
        address=address,
    )


@dataclass(frozen=True)
class Mistake:
    """For the summary over the form: in which section, row and field, and where the field is on the page."""

    where: str
    anchor: str
    messages: list[Any]


def mistakes_in(form: forms.BaseForm, section: str = "") -> Iterator[Mistake]:
    for name, messages in form.errors.items():
        if name not in form.fields:
            if section:  # those of the whole form stand above anyway
                yield Mistake(section, "", list(messages))
            continue
        where = ": ".join(filter(None, [section, str(capfirst(form.fields[name].label or name))]))
        yield Mistake(where, form[name].id_for_label, list(messages))


def mistakes_in_rows(formset: Any) -> Iterator[Mistake]:
    options = formset.model._meta
    section, anchor = str(capfirst(options.verbose_name_plural)), f"{formset.prefix}-group"
    if formset.non_form_errors():
        yield Mistake(section, anchor, list(formset.non_form_errors()))
    for number, form in enumerate(formset.forms, 1):
        if form.errors and not (formset.can_delete and formset._should_delete_form(form)):
            named = "" if form.instance._state.adding else f" “{Truncator(form.instance).chars(40)}”"
            row = _("%(section)s, row %(number)d%(named)s") % {"section": section, "number": number, "named": named}
            for mistake in mistakes_in(form, row):
                yield mistake if mistake.anchor else Mistake(mistake.where, anchor, mistake.messages)


class EditingAdmin(OfDesk, admin.ModelAdmin):
    """The admin of what carries a version, or belongs to what does."""

    form = VersionedForm
    formfield_overrides = AS_TYPED

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **options)
        form.by = Actor.of(request)
        return form

    def edited(self, row: Any) -> EditedRow:
        """What the version belongs to."""
        edited: EditedRow = row
        return edited

    def locked(self, key: str) -> models.QuerySet[Any]:
        """The edited row of the row with the key, to be locked."""
        rows: models.QuerySet[Any] = self.model._default_manager.filter(pk=key)
        return rows

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Holds the lock from before the versions are compared until the commit: of two who save at once one wins."""
        asked = (request, object_id, form_url, extra_context)
        if request.method != "POST":
            return super().changeform_view(*asked)
        try:
            return self.save_under_lock(*asked)
        except IntegrityError:  # somebody added the same at this moment: by now the form can see it, and say so
            return self.save_under_lock(*asked)

    def save_under_lock(self, request: HttpRequest, object_id: str | None, *asked: Any) -> HttpResponse:
        with transaction.atomic():
            if object_id:
                self.lock(object_id)
            response: HttpResponse = super().changeform_view(request, object_id, *asked)
            return response

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Asks whether it may be deleted under the lock: else somebody could publish it between the two."""
        if request.method != "POST":
            return self.answer_deletion(request, object_id, extra_context)
        with transaction.atomic():
            self.lock(object_id)
            return self.answer_deletion(request, object_id, extra_context)

    def answer_deletion(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return super().delete_view(request, object_id, extra_context)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            rows = list(queryset.select_for_update(no_key=True, of=("self",)).order_by("pk"))
            if not all(self.has_delete_permission(request, row) for row in rows):
                raise PermissionDenied  # published since the question was shown
            super().delete_queryset(request, queryset)

    def lock(self, key: str) -> None:
        with suppress(ValidationError, ValueError):  # no such key: told by the page
            list(self.locked(key).select_for_update(no_key=True).values_list("pk"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        obj = form.instance
        moved = isinstance(obj, EditedRow) and (not change or form.has_changed())
        if not moved and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            self.edited(obj).move_version()

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing changed, nothing to log; what belongs to something is logged there too."""
        if not message:
            return None
        assert request.user.pk
        edited = self.edited(obj)
        if edited is not obj:
            about = {"name": str(obj._meta.verbose_name), "object": str(obj)}
            told = [{kind: about | facts} for change in message for kind, facts in change.items()]
            LogEntry.objects.log_actions(request.user.pk, [edited], CHANGE, told, single_object=True)
        return super().log_change(request, obj, message)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        context["read_only_because"] = why_read_only(request, context["original"]) if context["original"] else ""
        context["mistakes"] = list(mistakes_in_all(context["adminform"].form, formsets))
        return super().render_change_form(request, context, *args, **options)


def mistakes_in_all(form: forms.BaseForm, formsets: Iterable[Any]) -> Iterator[Mistake]:
    if form.is_bound:
        yield from mistakes_in(form)
        for formset in formsets:
            yield from mistakes_in_rows(formset)
