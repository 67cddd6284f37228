"""What stands in a meeting, as rows of its form."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.http import HttpRequest
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _

from agenda.admin.desks import RowsOfDesk
from agenda.admin.editing import ToldOnce
from agenda.models import AgendaItem, MediaLink, Result
from agenda.models.items import PART_OF_ITSELF
from meetings.models import Alert, Chair, Contact, Footnote, IndexedItem, Meeting, ProgrammePoint, Session
from meetings.typed import AS_TYPED, CountryField

SAVE_FIRST = _("Can be chosen once the meeting has been saved.")
NOT_IN_THIS_MEETING = _("That is not, or no longer, in this meeting: choose another.")


class RowsOfMeeting(BaseInlineFormSet):
    """Its rows are judged against the meeting as it is being saved, and not as it was."""

    def _construct_form(self, i: int, **options: Any) -> Any:
        form = super()._construct_form(i, **options)  # type: ignore[misc]  # the stubs leave it out
        if isinstance(self.instance, Meeting):
            form.instance.meeting = self.instance
        return form


class OfMeeting(RowsOfDesk, admin.options.InlineModelAdmin):
    """Rows of a meeting, which offer only sessions, items and points of that meeting to choose from."""

    extra = 0
    form = ToldOnce
    formset = RowsOfMeeting
    formfield_overrides = AS_TYPED

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        self.meeting = obj if obj is None or isinstance(obj, Meeting) else obj.meeting
        return super().get_formset(request, obj, **options)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "country":
            return CountryField(required=False, label=capfirst(db_field.verbose_name))
        return super().formfield_for_dbfield(db_field, request, **options)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: Any, **options: Any) -> Any:
        model = db_field.remote_field.model
        if "meeting" in {field.name for field in model._meta.fields}:
            options["queryset"] = model._default_manager.filter(meeting=self.meeting)
            if self.meeting is None:
                options["help_text"] = " ".join(filter(None, (str(db_field.help_text), str(SAVE_FIRST))))
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if isinstance(field, ModelChoiceField):
            field.choices = [*field.choices]  # type: ignore[misc]  # asked once, and not once a row
            field.error_messages["invalid_choice"] = NOT_IN_THIS_MEETING
        return field


class Rows(OfMeeting, admin.StackedInline):
    """Stacked, every one: Django's tables give their fields no labels, and do not fit on a screen."""


class ChairInline(Rows):
    model = Chair
    fields = (("position", "name"), "role", ("country", "session", "date"))


class SessionInline(Rows):
    model = Session
    fields = (("position", "title"), ("date", "place"), "text")


class ProgrammeInline(Rows):
    model = ProgrammePoint
    fields = (
        ("position", "kind", "date"),
        "title",
        ("time", "time_precision", "time_text"),
        ("place", "session", "state"),
        "speakers",
        ("live", "in_margins"),
    )
    show_change_link = True


def was_published(item: AgendaItem) -> bool:
    return IndexedItem.objects.filter(item_id=item.pk).exists()


def has_parts(item: AgendaItem, parts: Iterable[AgendaItem]) -> ValidationError:
    """Why the item cannot be deleted: its parts would go with it, and nobody would be asked."""
    named = ", ".join(f"“{Truncator(part).chars(60)}”" for part in parts)
    told = _("“%(item)s” has parts (%(parts)s): delete or move them first.")
    return ValidationError(told, params={"item": Truncator(item).chars(60), "parts": named})


def has_result(item: AgendaItem) -> ValidationError:
    told = _("“%(item)s” has a result: delete that first, or choose another item for it.")
    return ValidationError(told, params={"item": Truncator(item).chars(60)})


class AgendaFormSet(RowsOfMeeting):
    """An item that has been in an edition leaves by its state: its number, anchor and address stay."""

    def clean(self) -> None:
        super().clean()
        deleted = {form.instance.pk: form.instance for form in self.deleted_forms}
        staying = [form.instance for form in self.forms if form.instance.pk not in deleted]
        for item in deleted.values():
            if was_published(item):
                raise ValidationError(
                    _("“%(item)s” has been published: set its state to withdrawn or postponed instead of deleting it."),
                    params={"item": item},
                )
            if parts := [part for part in staying if part.parent_id == item.pk]:
                raise has_parts(item, parts)
        self.instance.items_deleted = deleted  # for the results, which are judged after the agenda
        self.refuse_circles()

    def delete_existing(self, obj: AgendaItem, commit: bool = True) -> None:
        """Not yet: parts and results that are moved away in the same save would go with it, their links too."""

    def delete_at_last(self) -> None:
        AgendaItem.objects.filter(pk__in=[item.pk for item in self.deleted_objects]).delete()

    def refuse_circles(self) -> None:
        """Each row is right by what is stored, and yet two of them may be made part of each other at once."""
        above = {form.instance.pk: form.instance.parent_id for form in self.forms}
        for form in self.forms:
            seen, parent = {form.instance.pk}, form.instance.parent_id
            while parent in above and parent not in seen:
                seen.add(parent)
                parent = above[parent]
            if parent == form.instance.pk and "parent" not in form.errors:
                form.add_error("parent", PART_OF_ITSELF)


class AgendaInline(Rows):
    model = AgendaItem
    formset = AgendaFormSet
    show_change_link = True
    fields = (
        ("position", "number", "kind", "public"),
        "title",
        "text",
        ("session", "parent"),
        ("outcome_sought", "state"),
    )


class ResultFormSet(RowsOfMeeting):
    def clean(self) -> None:
        super().clean()
        items_deleted = getattr(self.instance, "items_deleted", {})
        for form in self.forms:
            item = items_deleted.get(form.instance.item_id)
            if item and not self._should_delete_form(form):  # type: ignore[attr-defined]  # the stubs leave it out
                form.add_error("item", has_result(item))

    def get_unique_error_message(self, unique_check: Any) -> str:
        return str(_("Two results are of the same item: an item has one."))

    def get_form_error(self) -> str:
        return str(_("This result is of the same item as another: an item has one."))


class ResultInline(Rows):
    model = Result
    formset = ResultFormSet
    fields = (("position", "date", "outcome", "item"), "title", "text")
    show_change_link = True


class ContactInline(Rows):
    model = Contact
    classes = ("collapse",)
    fields = (("position", "name"), "role", "phones", ("email", "url"))


class FootnoteInline(Rows):
    model = Footnote
    classes = ("collapse",)
    fields = (("position", "mark"), "text")


class AlertInline(Rows):
    model = Alert
    fields = (("at", "text"),)


class LinkInline(RowsOfDesk, admin.StackedInline):
    model = MediaLink
    extra = 0
    form = ToldOnce
    formfield_overrides = AS_TYPED
    fields = (("position", "kind", "language"), "title", "url")
