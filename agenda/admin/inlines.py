"""Inlines of the meeting form: sessions, programme, agenda, results and other rows."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.http import HttpRequest
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _

from agenda.admin.permissions import DeskInlinePermissionMixin
from agenda.admin.versioned_forms import SingleErrorForm
from agenda.models import AgendaItem, MediaLink, Result
from agenda.models.items import PART_OF_ITSELF_MESSAGE
from meetings.forms.fields import FORMFIELD_OVERRIDES, CountryField
from meetings.models import Alert, Chair, Contact, Footnote, IndexedItem, Meeting, ProgrammePoint, Session

SAVE_FIRST_HELP_TEXT = _("Save the meeting first to choose from this list.")
NOT_IN_THIS_MEETING_MESSAGE = _("This is not in this meeting any more. Choose another.")


class MeetingFormSet(BaseInlineFormSet):
    """A formset whose rows are validated against the meeting as it is being saved, not as it was."""

    def _construct_form(self, i: int, **options: Any) -> Any:
        form = super()._construct_form(i, **options)  # type: ignore[misc]  # the stubs leave it out
        if isinstance(self.instance, Meeting):
            form.instance.meeting = self.instance
        return form


class MeetingInline(DeskInlinePermissionMixin, admin.StackedInline):
    """Inline of a meeting that offers only sessions, items and points of that meeting.

    Django's tabular inlines have no field labels and do not fit on a screen.
    """

    extra = 0
    form = SingleErrorForm
    formset = MeetingFormSet
    formfield_overrides = FORMFIELD_OVERRIDES

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
                options["help_text"] = " ".join(filter(None, (str(db_field.help_text), str(SAVE_FIRST_HELP_TEXT))))
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if isinstance(field, ModelChoiceField):
            field.choices = [*field.choices]  # type: ignore[misc]  # queried once, not once per row
            field.error_messages["invalid_choice"] = NOT_IN_THIS_MEETING_MESSAGE
        return field


class ChairInline(MeetingInline):
    model = Chair
    fields = (("position", "name"), "role", ("country", "session", "date"))


class SessionInline(MeetingInline):
    model = Session
    fields = (("position", "title"), ("date", "place"), "text")


class ProgrammeInline(MeetingInline):
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


def build_parts_error(item: AgendaItem, parts: Iterable[AgendaItem]) -> ValidationError:
    """Return the error for an item with parts: they would be deleted with it, without confirmation."""
    names = ", ".join(f"“{Truncator(part).chars(60)}”" for part in parts)
    message = _("You cannot delete “%(item)s” because it has parts (%(parts)s). Delete or move them first.")
    return ValidationError(message, params={"item": Truncator(item).chars(60), "parts": names})


def build_result_error(item: AgendaItem) -> ValidationError:
    message = _(
        "You cannot delete “%(item)s” because it has a result. Delete the result or choose another item for it first."
    )
    return ValidationError(message, params={"item": Truncator(item).chars(60)})


class AgendaFormSet(MeetingFormSet):
    """The agenda. A published item is not deleted but changes its state: its number, anchor and address stay."""

    def clean(self) -> None:
        super().clean()
        deleted = {form.instance.pk: form.instance for form in self.deleted_forms}
        staying = [form.instance for form in self.forms if form.instance.pk not in deleted]
        for item in deleted.values():
            if was_published(item):
                raise ValidationError(
                    _("You cannot delete “%(item)s” because it is published. Set its state to withdrawn or postponed."),
                    params={"item": item},
                )
            if parts := [part for part in staying if part.parent_id == item.pk]:
                raise build_parts_error(item, parts)
        self.instance.items_deleted = deleted  # for the results, which are validated after the agenda
        self.refuse_circles()

    def delete_existing(self, obj: AgendaItem, commit: bool = True) -> None:
        """Do nothing yet: parts and results that are moved in the same save would be deleted too, with their links.

        `delete_items` deletes the items at the end.
        """

    def delete_items(self) -> None:
        AgendaItem.objects.filter(pk__in=[item.pk for item in self.deleted_objects]).delete()

    def refuse_circles(self) -> None:
        """Refuse items that become part of each other in one save; each row alone is valid by what is stored."""
        above = {form.instance.pk: form.instance.parent_id for form in self.forms}
        for form in self.forms:
            seen, parent = {form.instance.pk}, form.instance.parent_id
            while parent in above and parent not in seen:
                seen.add(parent)
                parent = above[parent]
            if parent == form.instance.pk and "parent" not in form.errors:
                form.add_error("parent", PART_OF_ITSELF_MESSAGE)


class AgendaInline(MeetingInline):
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


class ResultFormSet(MeetingFormSet):
    def clean(self) -> None:
        super().clean()
        items_deleted = getattr(self.instance, "items_deleted", {})
        for form in self.forms:
            item = items_deleted.get(form.instance.item_id)
            if item and not self._should_delete_form(form):  # type: ignore[attr-defined]  # the stubs leave it out
                form.add_error("item", build_result_error(item))

    def get_unique_error_message(self, unique_check: Any) -> str:
        return str(_("Two results have the same item. An item can only have one result."))

    def get_form_error(self) -> str:
        return str(_("Another result has this item. An item can only have one result."))


class ResultInline(MeetingInline):
    model = Result
    formset = ResultFormSet
    fields = (("position", "date", "outcome", "item"), "title", "text")
    show_change_link = True


class ContactInline(MeetingInline):
    model = Contact
    classes = ("collapse",)
    fields = (("position", "name"), "role", "phones", ("email", "url"))


class FootnoteInline(MeetingInline):
    model = Footnote
    classes = ("collapse",)
    fields = (("position", "mark"), "text")


class AlertInline(MeetingInline):
    model = Alert
    fields = (("at", "text"),)


class LinkInline(DeskInlinePermissionMixin, admin.StackedInline):
    model = MediaLink
    extra = 0
    form = SingleErrorForm
    formfield_overrides = FORMFIELD_OVERRIDES
    fields = (("position", "kind", "language"), "title", "url")


MEETING_INLINES = (
    ChairInline,
    SessionInline,
    ProgrammeInline,
    AgendaInline,
    LinkInline,
    ResultInline,
    ContactInline,
    FootnoteInline,
    AlertInline,
)
