"""Admin of the reference data: Council configurations and presidencies."""

import datetime as dt
import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from meetings.access import Right, has_right_everywhere
from meetings.access.audit import Actor, record_act
from meetings.access.lone_acts import OWN_WORDS, WAITING_VALUES, find_waiting_changes, serialize_value
from meetings.admin.base import AllConfigurationsAdmin, AuditedDeletionAdmin, ConfirmedAdmin
from meetings.forms.fields import FORMFIELD_OVERRIDES, CountryField
from meetings.models import Act, AuditEntry, Configuration, Presidency
from meetings.reference.delegations import get_delegations_by_name


class ReferenceAdmin(ConfirmedAdmin, AuditedDeletionAdmin):
    """Admin that records changes in the audit log: documents that are built afterwards contain them.

    Readers see them on lists, and nobody approves them, so a colleague confirms them: afterwards (decision 130), or for
    configurations before they take effect (decision 134).
    """

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.record_form(request, obj, form, change)

    def record_form(self, request: HttpRequest, obj: Any, form: Any, change: bool, **details: Any) -> None:
        before, after = (
            {name: format_value(form.fields[name], values.get(name)) for name in form.changed_data}
            for values in (form.initial, form.cleaned_data)
        )
        labels = {name: capfirst(form.fields[name].label) for name in form.changed_data}
        if not change:
            words = [f"{labels[name]}: {value}" for name, value in after.items()]
            self.record_change(request, obj, new=True, **{OWN_WORDS: words}, **details)
        elif after:
            words = [f"{labels[name]}: {before[name]} → {value}" for name, value in after.items()]
            self.record_change(request, obj, changed=words, **{OWN_WORDS: words}, **details)

    def record_deletion(self, request: HttpRequest, row: Any) -> None:
        self.record_change(request, row, deleted=True, **{OWN_WORDS: [_("Deleted: %s") % row]})

    def record_change(self, request: HttpRequest, row: Any, **details: Any) -> None:
        about: dict[str, Any] = {"kind": self.opts.model_name, "key": str(row.pk), "title": str(row)}
        record_act(Actor.from_request(request), Act.REFERENCE_CHANGED, **about, **details)


def format_value(field: Any, value: Any) -> str:
    """Return the value as the form shows it: the label of a choice, and a date in words."""
    if value in (None, ""):
        return "–"
    if isinstance(value, dt.date):
        return date_format(value, "j F Y")
    return str(dict(getattr(field, "choices", ())).get(value, value))


ADDRESSES_WITH_SLUG = ("configuration", "configuration-calendar", "configuration-feed")


class ConfigurationForm(forms.ModelForm):
    """Form of a configuration that refuses words of other addresses, and codes and words that wait for confirmation."""

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        for name in ADDRESSES_WITH_SLUG:
            address = reverse(name, kwargs={"slug": slug})
            if resolve(address).url_name != name:
                raise ValidationError(
                    _("Another page of the site has the address %(address)s. Choose another word."),
                    params={"address": address},
                )
        return slug

    def clean(self) -> Any:
        cleaned: dict[str, Any] = super().clean() or {}
        for entry in find_waiting_changes():
            if entry.details["key"] == str(self.instance.pk):
                continue
            for name in ("code", "slug"):
                after = entry.details[WAITING_VALUES].get(name, (None, None))[1]
                if after and after == cleaned.get(name):
                    self.add_error(name, _("“%s” waits for confirmation already.") % entry.details["title"])
        return cleaned


def describe_waiting_change(entry: AuditEntry) -> tuple[str, str]:
    """Return the path of the page where a colleague decides on the change, and the words for it."""
    words = _("To add: %s") if entry.details.get("new") else _("To change: %s")
    if entry.details.get("deleted"):
        words = _("To delete: %s")
    return reverse("confirm-reference", args=[entry.pk]), words % entry.details["title"]


def describe_request(message: Any) -> str:
    """Return what Django's history says of a change that waits. `message` is what it says of one that was saved."""
    return _("Asked for: %s") % LogEntry(change_message=json.dumps(message)).get_change_message()


@admin.register(Configuration)
class ConfigurationAdmin(ReferenceAdmin):
    """Admin of configurations.

    What is added, changed or deleted waits until a colleague has confirmed it (decision 134).
    """

    actions = None  # each deletion is asked for by itself
    form = ConfigurationForm
    change_list_template = "admin/meetings/configuration_list.html"
    formfield_overrides = FORMFIELD_OVERRIDES
    list_display = ("code", "name", "kind", "in_force")
    list_filter = ("kind",)
    search_fields = ("code", "slug", "name")
    fieldsets = (
        (None, {"fields": ("code", "slug", "name", "kind")}),
        (_("In force"), {"fields": ("valid_from", "valid_until")}),
        (_("Order"), {"fields": ("position",)}),
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the change into the audit log only. `apply_waiting_change` saves it later."""
        if change and not form.changed_data:
            messages.info(request, _("You changed nothing."))
            return
        names = form.changed_data if change else form.cleaned_data
        values = {
            name: [serialize_value(form.initial.get(name)), serialize_value(form.cleaned_data[name])] for name in names
        }
        self.record_form(request, obj, form, change, **{WAITING_VALUES: values})
        self.tell_of_waiting(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Write the deletion into the audit log only, with the values that must be the same when it is confirmed."""
        now = {field.name: serialize_value(field.value_from_object(obj)) for field in self.opts.fields}
        values = {name: [value, None] for name, value in now.items() if name != "id"}
        details = {OWN_WORDS: [_("Delete: %s") % obj], WAITING_VALUES: values}
        self.record_change(request, obj, deleted=True, **details)
        self.tell_of_waiting(request)

    def tell_of_waiting(self, request: HttpRequest) -> None:
        messages.warning(request, _("Nothing has changed yet. A colleague who may approve must confirm it first."))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return super().log_addition(request, obj, describe_request(message))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return super().log_change(request, obj, describe_request(message)) if message else None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Record in the history of the row, which is still there, that somebody asked for its deletion."""
        return [super(ConfigurationAdmin, self).log_change(request, row, _("Asked for: deletion.")) for row in queryset]

    def response_delete(self, request: HttpRequest, *args: Any) -> HttpResponse:
        return self.response_add(request, None)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **options: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:meetings_configuration_changelist"))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_continue" in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        return self.response_add(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the slug read-only, which published addresses and editions contain, and names of the reference data."""
        if obj and obj.has_reference_name:
            return ("code", "slug", "name", "kind")
        return ("slug",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Say who confirms what is saved, and why the names of the reference data are read-only."""
        description = str(_("What you save changes nothing until a colleague who may approve has confirmed it."))
        if obj:
            waiting = find_waiting_changes().filter(details__key=str(obj.pk))
            link = _("A change waits for confirmation.")
            links = ((url, link) for url, _words in map(describe_waiting_change, waiting))
            description += format_html_join("", ' <a href="{}">{}</a>', links)
        if obj and obj.has_reference_name:
            why = _("Code, name and kind are those of the reference data, in 24 languages. You cannot change them.")
            description = f"{why} {description}"
        (title, options), *others = self.fieldsets
        return ((title, {**options, "description": description}), *others)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        waiting = [describe_waiting_change(entry) for entry in find_waiting_changes()]
        return super().changelist_view(request, {"waiting_changes": waiting, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and has_right_everywhere(request.user, Right.ADMINISTER)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("meetings.change_configuration", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse those of the reference data: one added in their place would have another name."""
        is_known = obj is not None and obj.has_reference_name
        return not is_known and request.user.has_perm("meetings.delete_configuration", obj)

    @admin.display(description=_("in force"), ordering="valid_from")
    def in_force(self, configuration: Configuration) -> str:
        return configuration.validity


@admin.register(Presidency)
class PresidencyAdmin(AllConfigurationsAdmin, ReferenceAdmin):
    list_display = ("half_year", "name", "country")
    list_filter = ("year",)
    search_fields = ("country", "year")
    ordering = ("-year", "-half")
    fields = (("year", "half"), "country")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "country":
            return CountryField(label=capfirst(db_field.verbose_name))
        return super().formfield_for_dbfield(db_field, request, **options)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Presidency], search_term: str
    ) -> tuple[QuerySet[Presidency], bool]:
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        wanted = search_term.casefold().strip()
        named = [country.code for name, country in get_delegations_by_name("en").items() if wanted and wanted in name]
        return found | queryset.filter(country__in=named), may_repeat

    @admin.display(description=_("half-year"), ordering="year")
    def half_year(self, presidency: Presidency) -> str:
        return f"{presidency.year}, {presidency.get_half_display()}"
