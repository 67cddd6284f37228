"""Save forms of the admin: never over a newer version, only what has changed, with every mistake listed."""

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

from agenda.admin.permissions import DeskPermissionMixin, explain_read_only
from agenda.workflow.approval_rights import require_transfer
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.clock import BRUSSELS
from meetings.forms.fields import FORMFIELD_OVERRIDES
from meetings.models import VersionedModel


class SingleErrorForm(forms.ModelForm):
    """A form that shows one error per field.

    If a field could not be parsed, the model's error about an empty field is not added.
    """

    def add_error(self, field: str | None, error: Any) -> None:
        by_field = getattr(error, "error_dict", None)
        if field is None and by_field is not None:
            error = ValidationError({name: messages for name, messages in by_field.items() if name not in self.errors})
        super().add_error(field, error)


class VersionedForm(SingleErrorForm):
    """A form that carries the version it was built from, and is refused if there is a newer one."""

    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)
    by = Actor()
    """The user who edits. The admin sets it for each request."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["based_on"].initial = self.get_edited_row().version

    def get_edited_row(self) -> VersionedModel:
        """Return the row whose version counts: the meeting or topic that is published as a whole."""
        row: VersionedModel = self.instance
        return row

    def clean(self) -> Any:
        cleaned = super().clean()
        edited = self.get_edited_row()
        if not edited._state.adding and self.cleaned_data.get("based_on") != edited.version:
            raise ValidationError(build_outdated_message(edited), code="outdated")
        self.check_move()
        return cleaned

    def check_move(self) -> None:
        """Add an error to the field if the user may not move the row to the chosen configuration."""
        for name in {"configuration", "desk"} & {*self.changed_data} & {*self.cleaned_data}:
            if not self.instance._state.adding:
                try:
                    require_transfer(self.by, self.instance, self.cleaned_data[name])
                except NotAllowed as error:
                    self.add_error(name, str(error))


def build_outdated_message(edited: VersionedModel) -> str:
    """Return a message that says who saved the row, when, and what the user can do."""
    kind = ContentType.objects.get_for_model(edited)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(edited.pk), action_time__gte=edited.updated_at)
    entry: Any = entries.select_related("user").order_by("action_time", "pk").first()
    address = reverse(f"admin:{edited._meta.app_label}_{edited._meta.model_name}_change", args=[edited.pk])
    return format_html(
        _(
            "{who} saved this {kind} on {when} (Brussels time), after you opened it. To avoid overwriting "
            "their changes, yours were not saved. What you typed is still on this page. "
            '<a href="{address}" target="_blank">Open the latest version in a new window</a>, '
            "copy your changes to it and save it there."
        ),
        who=(entry.user.get_full_name() or entry.user.get_username()) if entry else _("Someone"),
        kind=edited._meta.verbose_name,
        when=date_format(edited.updated_at.astimezone(BRUSSELS), "j F Y, H:i"),
        address=address,
    )


@dataclass(frozen=True)
class FieldMistake:
    """An entry of the error summary above the form.

    `where` names the section, row and field; `anchor` is the id of the field on the page, and may be empty.
    """

    where: str
    anchor: str
    messages: list[Any]


def list_form_mistakes(form: forms.BaseForm, section: str = "") -> Iterator[FieldMistake]:
    for name, messages in form.errors.items():
        if name not in form.fields:
            if section:  # errors of the whole form are shown above it anyway
                yield FieldMistake(section, "", list(messages))
            continue
        where = ": ".join(filter(None, [section, str(capfirst(form.fields[name].label or name))]))
        yield FieldMistake(where, form[name].id_for_label, list(messages))


def list_formset_mistakes(formset: Any) -> Iterator[FieldMistake]:
    options = formset.model._meta
    section, anchor = str(capfirst(options.verbose_name_plural)), f"{formset.prefix}-group"
    if formset.non_form_errors():
        yield FieldMistake(section, anchor, list(formset.non_form_errors()))
    for number, form in enumerate(formset.forms, 1):
        if form.errors and not (formset.can_delete and formset._should_delete_form(form)):
            named = "" if form.instance._state.adding else f" “{Truncator(form.instance).chars(40)}”"
            row = _("%(section)s, row %(number)d%(named)s") % {"section": section, "number": number, "named": named}
            for mistake in list_form_mistakes(form, row):
                yield mistake if mistake.anchor else FieldMistake(mistake.where, anchor, mistake.messages)


class EditingAdmin(DeskPermissionMixin, admin.ModelAdmin):
    """Admin of rows that carry a version, or that belong to such a row."""

    form = VersionedForm
    formfield_overrides = FORMFIELD_OVERRIDES

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **options)
        form.by = Actor.from_request(request)
        return form

    def get_edited_row(self, row: Any) -> VersionedModel:
        edited: VersionedModel = row
        return edited

    def get_rows_to_lock(self, key: str) -> models.QuerySet[Any]:
        """Return a queryset with the row that carries the version of the row with this key, to lock it."""
        rows: models.QuerySet[Any] = self.model._default_manager.filter(pk=key)
        return rows

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Hold a lock from before the versions are compared until the commit: if two users save at once, one wins."""
        arguments = (request, object_id, form_url, extra_context)
        if request.method != "POST":
            return super().changeform_view(*arguments)
        try:
            return self.save_under_lock(*arguments)
        except IntegrityError:  # someone added the same row at this moment; now the form can see it and report it
            return self.save_under_lock(*arguments)

    def save_under_lock(self, request: HttpRequest, object_id: str | None, *arguments: Any) -> HttpResponse:
        with transaction.atomic():
            if object_id:
                self.lock(object_id)
            response: HttpResponse = super().changeform_view(request, object_id, *arguments)
            return response

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Check under the lock whether the row may be deleted, so that nobody can publish it in between."""
        if request.method != "POST":
            return self.delete_under_lock(request, object_id, extra_context)
        with transaction.atomic():
            self.lock(object_id)
            return self.delete_under_lock(request, object_id, extra_context)

    def delete_under_lock(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return super().delete_view(request, object_id, extra_context)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            rows = list(queryset.select_for_update(no_key=True, of=("self",)).order_by("pk"))
            if not all(self.has_delete_permission(request, row) for row in rows):
                raise PermissionDenied  # published after the confirmation page was shown
            super().delete_queryset(request, queryset)

    def lock(self, key: str) -> None:
        with suppress(ValidationError, ValueError):  # no such key: the page says so
            list(self.get_rows_to_lock(key).select_for_update(no_key=True).values_list("pk"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        obj = form.instance
        is_saved = isinstance(obj, VersionedModel) and (not change or form.has_changed())
        if not is_saved and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            self.get_edited_row(obj).increase_version()

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Skip empty messages, and log changes of a part on its meeting too."""
        if not message:
            return None
        assert request.user.pk
        edited = self.get_edited_row(obj)
        if edited is not obj:
            about = {"name": str(obj._meta.verbose_name), "object": str(obj)}
            entries = [{kind: about | facts} for change in message for kind, facts in change.items()]
            LogEntry.objects.log_actions(request.user.pk, [edited], CHANGE, entries, single_object=True)
        return super().log_change(request, obj, message)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        context["read_only_because"] = explain_read_only(request, context["original"]) if context["original"] else ""
        context["mistakes"] = list(list_all_mistakes(context["adminform"].form, formsets))
        return super().render_change_form(request, context, *args, **options)


def list_all_mistakes(form: forms.BaseForm, formsets: Iterable[Any]) -> Iterator[FieldMistake]:
    if form.is_bound:
        yield from list_form_mistakes(form)
        for formset in formsets:
            yield from list_formset_mistakes(formset)
