"""Base classes of the admin: lists, lists with dates, read-only rows, audited deletion, rows of all configurations."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.contrib import admin
from django.contrib.admin import ShowFacets, SimpleListFilter
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from meetings.access import Right, has_right, has_right_everywhere
from meetings.sign_in.confirmation import ask_to_confirm

MAX_SEARCH_LENGTH = 500  # characters; the longest title has as many. What follows is not searched for


class ListAdmin(admin.ModelAdmin):
    """Admin whose list is filtered by its own filters only.

    Django lets the address filter by any column and in any way, also by a regular expression, which can occupy the
    database for good.
    """

    show_facets = ShowFacets.NEVER  # a query for each value of each filter, whoever asks for it

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Find a row. An empty `_to_field` in the address is none; Django fails on it."""
        return super().get_object(request, object_id, from_field or None)

    def clean_keys(self, keys: Iterable[str]) -> list[Any]:
        """Return the keys of rows that an address or a form names, however it spells them: Django takes “+5” for 5.

        Those that no row can have are left out.
        """
        cleaned = []
        for key in keys:
            try:
                cleaned.append(self.model._meta.pk.clean(key, None))
            except ValidationError:
                continue
        return cleaned

    def changelist_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        """Show the list, or do something with the marked rows. Django fails on marks that are no keys."""
        if ACTION_CHECKBOX_NAME in request.POST:
            marked = self.clean_keys(request.POST.getlist(ACTION_CHECKBOX_NAME))
            posted: Any = request.POST.copy()
            posted.setlist(ACTION_CHECKBOX_NAME, [str(key) for key in marked])
            request.POST = posted
        return super().changelist_view(request, *args, **options)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        assert request
        return lookup in self.list_lookups(request) and super().lookup_allowed(lookup, value, request)

    def list_lookups(self, request: HttpRequest) -> set[str]:
        """Return the parameters of the list's filters."""
        lookups = set[str]()
        for list_filter in self.get_list_filter(request):
            if isinstance(list_filter, type) and issubclass(list_filter, SimpleListFilter):
                lookups.add(str(list_filter.parameter_name))
            else:
                field = str(list_filter[0] if isinstance(list_filter, tuple) else list_filter)
                lookups |= {field, *(f"{field}__{end}" for end in ("exact", "isnull", "id__exact"))}
        if self.date_hierarchy:
            lookups |= {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        return lookups

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except DisallowedModelAdminLookup as error:
            raise IncorrectLookupParameters from error

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, search_term[:MAX_SEARCH_LENGTH])


class DateHierarchyAdmin(ListAdmin):
    """Admin of a list that can be filtered by date. An impossible date is handled like any invalid filter."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError) as error:  # the year 9999, which has no next year, or too large a number
            raise IncorrectLookupParameters from error


class ReadOnlyAdmin(DateHierarchyAdmin):
    """Admin of rows that nobody adds, changes or deletes here. `view_right` is needed to read them."""

    view_right: Right

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_right(request.user, self.view_right)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


class AuditedDeletionAdmin(ListAdmin):
    """Admin that records each deletion in the audit log."""

    def record_deletion(self, request: HttpRequest, row: Any) -> None:
        raise NotImplementedError

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.record_deletion(request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            for row in queryset:
                self.record_deletion(request, row)
            super().delete_queryset(request, queryset)


class ConfirmedAdmin(ListAdmin):
    """Admin of what decides who may do what, or what readers see at once: users sign in again before they change it."""

    def lock_rows(self, request: HttpRequest, *keys: Any) -> AbstractContextManager[None]:
        """Return a context in which the request is answered. Override it to lock the rows with these keys."""
        return nullcontext()

    def changelist_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        if page := ask_to_confirm(request):
            return page
        with self.lock_rows(request, *self.find_marked_keys(request)):
            return super().changelist_view(request, *args, **options)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **options: Any) -> Any:
        if page := ask_to_confirm(request):
            return page
        with self.lock_rows(request, *self.clean_keys([unquote(object_id)] if object_id else [])):
            return super().changeform_view(request, object_id, *args, **options)

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **options: Any) -> Any:
        if page := ask_to_confirm(request):
            return page
        with self.lock_rows(request, *self.clean_keys([unquote(object_id)])):
            return super().delete_view(request, object_id, *args, **options)

    def find_marked_keys(self, request: HttpRequest) -> list[Any]:
        """Return the keys of the rows that an action of the list is for, which may be all, also of other pages."""
        if request.POST.get("select_across", "0") != "0":
            return list(self.model._default_manager.values_list("pk", flat=True))
        return self.clean_keys(request.POST.getlist(ACTION_CHECKBOX_NAME))


class ChangedFieldsForm(ModelForm):
    """A form of a row that saves only what its user changed.

    It carries what it showed. So it gives back nothing that somebody else has taken away since it was opened, and
    refuses to change what somebody else has changed. A page from before the upgrade carries nothing.
    """

    is_one_value = False
    """The fields mean something together only: to change one is to change all."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        is_old = self.is_bound and not any(self.add_initial_prefix(name) in self.data for name in self.fields)
        if not self.instance._state.adding and not is_old:
            for form_field in self.fields.values():
                form_field.show_hidden_initial = not form_field.disabled

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        changed = {*self.changed_data}
        for name in [*cleaned.keys() & self.initial.keys()]:
            form_field = self.fields[name]
            if not form_field.show_hidden_initial:
                continue
            if name not in changed and not (changed and self.is_one_value):
                cleaned[name] = form_field.to_python(form_field.prepare_value(self.initial[name]))
            elif all(
                form_field.has_changed(self.initial[name], sent)
                for sent in (self.get_shown_value(name), self[name].data)
            ):
                self.add_error(name, _("Somebody has changed this since you opened the page. Open it again."))
        return cleaned

    def get_shown_value(self, name: str) -> Any:
        """Return the value that the form showed, as a browser sends it."""
        widget = self.fields[name].hidden_widget()
        return widget.value_from_datadict(self.data, self.files, self.add_initial_prefix(name))


class AllConfigurationsAdmin(ListAdmin):
    """Admin of rows that only administrators of all configurations may change."""

    read_only_because: Any = _(
        "This applies to all configurations. Only administrators of all configurations can change it."
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and has_right_everywhere(request.user, Right.ADMINISTER)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and has_right_everywhere(request.user, Right.ADMINISTER)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and has_right_everywhere(request.user, Right.ADMINISTER)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        if not self.has_change_permission(request):
            context["read_only_because"] = self.read_only_because
        return super().render_change_form(request, context, *args, **options)
