"""Forms of a same-day change. Only values that differ from what readers see now count as changes."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django import forms
from django.core.validators import MaxLengthValidator
from django.forms.boundfield import BoundField
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.steps.forms import TOO_LONG_MESSAGE, validate_note_length
from agenda.workflow.same_day_changes.alerts import format_point_name
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.delays import (
    MAX_DELAY_MINUTES,
    STARTED_STATES,
    format_typed_time,
    get_local_date,
    get_minutes_message,
    get_point_date,
    parse_point_time,
)
from agenda.workflow.same_day_changes.publication import LiveMeeting
from agenda.workflow.same_day_changes.resolution import SameDayChangeError
from meetings.clock import InvalidTimeError
from meetings.documents.choices import ItemState, MeetingStatus, Outcome, PointKind, PointState
from meetings.documents.schema import Item, MeetingDocument, Point
from meetings.documents.traversal import walk_items
from meetings.forms.fields import DayField, SpeakersField
from meetings.models import ProgrammePoint

MAX_PLACE_LENGTH: int = ProgrammePoint._meta.get_field("place").max_length  # type: ignore[assignment]
validate_place_length = MaxLengthValidator(MAX_PLACE_LENGTH, TOO_LONG_MESSAGE)
OVER = (PointState.ENDED, PointState.CANCELLED)
PRESS_KINDS = (PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING)


@dataclass(frozen=True)
class FieldMistake:
    """An entry of the summary of errors above the form. `anchor` is the id of the field on the page, or empty."""

    where: str
    anchor: str
    messages: list[Any]


class SameDayForm(forms.Form):
    """A form in which only values that differ from what readers see count as changes, and none if nothing was sent.

    `linked_fields`: fields that belong together. If one of them was changed by others meanwhile, the user's values
    for all of them are out of date.
    """

    key: UUID | None = None
    name = ""
    conflicts: Sequence[str] = ()
    """The fields with a typed value whose published value others have changed meanwhile."""
    linked_fields: tuple[str, ...] = ()

    def __init__(self, data: Any, prefix: str, initial: dict[str, Any]) -> None:
        sent = data is not None and any(name.startswith(f"{prefix}-") for name in data)
        shown = {name: value.strip() if isinstance(value, str) else value for name, value in initial.items()}
        super().__init__(data if sent else None, prefix=prefix, initial=shown)

    def list_mistakes(self) -> Iterator[FieldMistake]:
        for name, messages in self.errors.items():
            if name in self.fields:
                yield self.build_field_mistake(name, messages)
            else:
                yield FieldMistake(self.name, "", list(messages))

    def build_field_mistake(self, name: str, messages: Iterable[Any]) -> FieldMistake:
        where = ": ".join(filter(None, [self.name, capfirst(str(self.fields[name].label or name))]))
        return FieldMistake(where, self[name].id_for_label, list(messages))

    def ask_about(self, changed: Mapping[str, Sequence[str]]) -> Iterator[FieldMistake]:
        """Say at each of these fields what readers see now, which others have changed. What was typed stays.

        `changed` are the fields, each with those whose published values are new.
        """
        self.conflicts = tuple(changed)
        for name, others in changed.items():
            now = "; ".join(describe_value(self[each], self.initial.get(each)) for each in others)
            message = (
                _("Changed meanwhile. Readers see now: %s. What you typed is kept: check it.") % now
                if now
                else _("The times have changed meanwhile. What you typed is kept: check it.")
            )
            self[name].help_text = format_html('<strong class="meanwhile">{}</strong>', message)
            yield self.build_field_mistake(name, [message])

    def list_new_values(self, name: str, earlier: Self | None) -> list[str]:
        """Return the fields that belong to this one, and whose published values differ from those of the earlier form.

        Without an earlier form it is the field itself.
        """
        if earlier is None:
            return [name] if name in self.initial else []
        linked = self.linked_fields if name in self.linked_fields else (name,)
        return [each for each in linked if earlier.initial.get(each) != self.initial.get(each)]

    def get_changed_values(self) -> dict[str, Any]:
        changed = self.changed_data if self.is_bound else []
        return {name: self.cleaned_data[name] for name in changed if name in self.cleaned_data}

    def serialize(self) -> dict[str, str]:
        """Return all fields as a browser would send them."""
        values = {bound.html_name: serialize_widget_value(bound.field.widget, bound.value()) for bound in self}
        return {name: value for name, value in values.items() if value is not None}

    def get_shown_values(self, name: str) -> Any:
        """Return the published values that the user sees when typing into the field."""
        return [self.initial.get(each) for each in (self.linked_fields if name in self.linked_fields else (name,))]

    def add_first_error(self, about: str, message: str) -> None:
        """Add the error to the field that it is about, unless the field has an error already."""
        name = about if about in self.fields else next(iter(self.fields))
        if name not in self.errors:
            self.add_error(name, message)


def serialize_widget_value(widget: Any, value: Any) -> str | None:
    if isinstance(widget, forms.CheckboxInput):
        return "on" if value else None
    shown = widget.format_value(value)
    return str(shown[0]) if isinstance(shown, list) else shown or ""


class PointForm(SameDayForm):
    time = forms.CharField(
        label=gettext_lazy("Time"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    place = forms.CharField(label=gettext_lazy("Place"), required=False, validators=[validate_place_length])
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=PointState.choices, required=False)
    date = DayField(label=gettext_lazy("Day"), required=False)
    speakers = SpeakersField(
        label=gettext_lazy("Speakers"),
        required=False,
        help_text=gettext_lazy("Enter one per line: “Name, role”."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    live = forms.BooleanField(label=gettext_lazy("Live stream"), required=False)

    main_field_names = ("time", "state", "place")
    other_field_names = ("live", "date", "speakers")
    linked_fields = ("time", "date")

    def __init__(self, point: Point, document: MeetingDocument, data: Any) -> None:
        initial = {name: getattr(point, name) for name in ("place", "speakers", "live")}
        initial |= {"state": point.state.value, "date": get_point_date(point, document)}
        initial |= {"time": format_typed_time(point.time, point.time_precision, point.time_text)}
        super().__init__(data, f"point-{point.id}", initial)
        self.key, self.name = point.id, format_point_name(point, document)

    def list_other_fields(self) -> list[Any]:
        return [self[name] for name in self.other_field_names]

    def must_show_other_fields(self) -> bool:
        return not {*self.errors, *self.conflicts}.isdisjoint(self.other_field_names)

    def list_main_fields(self) -> list[Any]:
        return [self[name] for name in self.main_field_names]

    def clean_time(self) -> Any:
        """Parse value and precision in one. An unchanged value is not parsed, since it may be in words."""
        typed = self.cleaned_data["time"]
        try:
            return parse_point_time(typed) if "time" in self.changed_data else typed
        except InvalidTimeError as error:
            raise forms.ValidationError(str(error)) from error

    def get_changed_values(self) -> dict[str, Any]:
        values = super().get_changed_values()
        if "time" in values:
            values["time"], values["time_precision"] = values["time"]
        return values


class ItemForm(SameDayForm):
    linked_fields = ("state", "state_note")

    outcome = forms.ChoiceField(label=gettext_lazy("Result"), choices=Outcome.choices, required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=ItemState.choices, required=False)
    state_note = forms.CharField(label=gettext_lazy("Public reason"), required=False, validators=[validate_note_length])

    def __init__(self, item: Item, data: Any) -> None:
        initial = {"state": item.state.value, "state_note": item.state_note}
        initial |= {"outcome": item.result.outcome.value if item.result else ""}
        super().__init__(data, f"item-{item.id}", initial)
        self.key, self.name = item.id, f"{item.number} {item.title}".strip()


class StatusForm(SameDayForm):
    linked_fields = ("status", "status_reason")

    status = forms.ChoiceField(label=gettext_lazy("Status of the meeting"), choices=MeetingStatus.choices)
    status_reason = forms.CharField(
        label=gettext_lazy("Public reason"),
        required=False,
        validators=[validate_note_length],
        help_text=gettext_lazy("Required if the meeting is postponed or cancelled."),
    )

    def __init__(self, document: MeetingDocument, data: Any) -> None:
        initial = {"status": document.status.value, "status_reason": document.status_reason}
        super().__init__(data, "meeting", initial)


class WholeMeetingForm(SameDayForm):
    late = forms.IntegerField(
        label=gettext_lazy("Delay everything by (minutes)"),
        required=False,
        min_value=1,
        max_value=MAX_DELAY_MINUTES,
        error_messages={
            "invalid": gettext_lazy("Enter the minutes as a number, for example 40."),
            **dict.fromkeys(("min_value", "max_value"), lazy(get_minutes_message, str)()),
        },
        widget=forms.NumberInput(attrs={"size": 4}),
        help_text=gettext_lazy(
            "Delays all of today’s programme events that are still to start. If one should have started already, "
            "change its own time."
        ),
    )
    alert = forms.CharField(
        label=gettext_lazy("Message to readers"),
        required=False,
        validators=[validate_note_length],
        help_text=gettext_lazy("Shown at the top of the page. We add your changes below automatically."),
    )

    def __init__(self, document: MeetingDocument, data: Any) -> None:
        super().__init__(data, "all", {})
        self.begins = [
            (get_point_date(point, document), point.time, point.state in STARTED_STATES) for point in document.programme
        ]

    def get_shown_values(self, name: str) -> Any:
        """Return the start times for `late`, since a delay is relative to them."""
        return self.begins if name == "late" else None


def describe_value(bound: BoundField, value: Any) -> str:
    """Return a value of the field as text, for example “Time: 14:30”."""
    field: Any = bound.field
    if isinstance(field, forms.BooleanField):
        value = _("yes") if value else _("no")
    elif isinstance(field, forms.ChoiceField):
        value = dict(field.choices).get(value, value)  # type: ignore[arg-type]
    else:
        value = serialize_widget_value(field.widget, field.prepare_value(value))
    return f"{bound.label}: {', '.join(str(value or '–').splitlines())}"


def describe_input(form: SameDayForm, bound: BoundField) -> str:
    """Return the input as text, for example “Press conference: Time: 14:30”."""
    return ": ".join(filter(None, (form.name, describe_value(bound, bound.data))))


class SameDayChangeForms:
    """The forms of one screen.

    `today` are the points of today, or all if there are none today. What changes most often comes first: those for the
    press, and at the end those that are over.
    """

    def __init__(self, day: LiveMeeting, now: dt.datetime, data: Any = None) -> None:
        document = day.documents[0]
        today = get_local_date(document, now)
        programme = sorted(document.programme, key=lambda point: (point.state in OVER, point.kind not in PRESS_KINDS))
        points = [(get_point_date(point, document), PointForm(point, document, data)) for point in programme]
        self.today = [form for date, form in points if date == today] or [form for _date, form in points]
        self.other_days = [form for _date, form in points if form not in self.today]
        self.items = [ItemForm(item, data) for item, _parent in walk_items(document.agenda)]
        self.status, self.all = StatusForm(document, data), WholeMeetingForm(document, data)

    def list_forms(self) -> list[Any]:
        return [self.all, *self.today, *self.other_days, *self.items, self.status]

    @classmethod
    def build_on_current(
        cls, day: LiveMeeting, now: dt.datetime, earlier: Self, *, is_known: bool = True
    ) -> tuple[Self, list[FieldMistake], list[str]]:
        """Build forms on what readers see now, with all values that were typed into earlier forms.

        Return the forms; the typed values that others have changed meanwhile, which say so at their fields; and as
        texts, the values that have no field any more. Unless `is_known`, the earlier forms are built on what readers
        see now, because we do not know what the user saw: then each value that differs is one to check.
        """
        shown = cls(day, now)
        forms_now = {form.prefix: form for form in shown.list_forms()}
        data: dict[str, Any] = {}
        changed: dict[str, dict[str, list[str]]] = {}
        lost = []
        for form in (form for form in earlier.list_forms() if form.is_bound):
            current = forms_now.get(form.prefix)
            data |= current.serialize() if current else {}
            for bound in (form[name] for name in form.changed_data):
                if not current:
                    lost.append(describe_input(form, bound))
                    continue
                data[bound.html_name] = serialize_widget_value(bound.field.widget, bound.data)
                is_same = is_known and form.get_shown_values(bound.name) == current.get_shown_values(bound.name)
                if not is_same and bound.field.has_changed(current.initial.get(bound.name), bound.data):
                    new = current.list_new_values(bound.name, form if is_known else None)
                    changed.setdefault(form.prefix, {})[bound.name] = new
        built = cls(day, now, {name: value for name, value in data.items() if value is not None})
        asked = [mistake for form in built.list_forms() for mistake in form.ask_about(changed.get(form.prefix, {}))]
        return built, asked, lost

    def is_valid(self) -> bool:
        """Validate all forms, so that each reports its errors."""
        return not [form for form in self.list_forms() if form.is_bound and not form.is_valid()]

    def add_errors(self, refusal: SameDayChangeError) -> None:
        """Add each error to the field that it is about."""
        parts = {form.key: form for form in [*self.today, *self.other_days, *self.items]}
        for wrong in refusal.every:
            of_all = self.all if wrong.field in (*self.all.fields, "text") else self.status
            form = parts[wrong.part_id] if wrong.part_id else of_all
            form.add_first_error("alert" if wrong.field == "text" else wrong.field, wrong.message)

    def must_show_other_days(self) -> bool:
        return any(form.errors or form.conflicts for form in self.other_days)

    def list_mistakes(self) -> list[FieldMistake]:
        return [mistake for form in self.list_forms() for mistake in form.list_mistakes()]

    def render_hidden_fields(self) -> list[str]:
        """Render all values as hidden fields, to be sent again."""
        return [bound.as_hidden() for form in self.list_forms() for bound in form]

    def build_change(self) -> SameDayChange:
        points = {form.key: form.get_changed_values() for form in [*self.today, *self.other_days] if form.key}
        items = {form.key: form.get_changed_values() for form in self.items if form.key}
        return SameDayChange(
            points={key: values for key, values in points.items() if values},
            items={key: values for key, values in items.items() if values},
            meeting=self.status.get_changed_values(),
            alert=self.all.get_changed_values().get("alert", ""),
            delay_minutes=self.all.get_changed_values().get("late") or 0,
        )
