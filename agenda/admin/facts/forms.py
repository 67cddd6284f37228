"""What the screen of the day asks, over what readers see now: only what differs from that counts as given."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Self
from uuid import UUID

from django import forms
from django.core.validators import MaxLengthValidator
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.editing import Mistake, mistakes_in
from agenda.admin.steps.forms import TOO_LONG
from agenda.publishing import LONGEST_NOTE, FactsChange
from agenda.publishing.facts import NoTime, OnTheDay, WrongFacts, read_time, written_time
from agenda.publishing.facts.lateness import BEGUN, LATEST, day_of, no_minutes, today_at
from agenda.publishing.facts.telling import name_of
from meetings.documents.shape import Item, MeetingDocument, Point
from meetings.indexing import walk
from meetings.models import ProgrammePoint
from meetings.shaped import SpeakersField
from meetings.typed import DayField, plain_clocks
from meetings.vocabulary import ItemState, MeetingStatus, PointKind, PointState

NOT_TOO_LONG = MaxLengthValidator(LONGEST_NOTE, TOO_LONG)
LONGEST_PLACE: int = ProgrammePoint._meta.get_field("place").max_length  # type: ignore[assignment]
PLACE_NOT_TOO_LONG = MaxLengthValidator(LONGEST_PLACE, TOO_LONG)
FOR_THE_PRESS = (PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING)


class ChangesForm(forms.Form):
    """Only what differs from what readers see counts as given; where nothing was sent, nothing does.

    `together`: fields that say one thing. Where one of them has changed meanwhile, none was typed over what stands now.
    """

    key: UUID | None = None
    name = ""
    together: tuple[str, ...] = ()

    def __init__(self, data: Any, prefix: str, initial: dict[str, Any]) -> None:
        sent = data is not None and any(name.startswith(f"{prefix}-") for name in data)
        shown = {name: value.strip() if isinstance(value, str) else value for name, value in initial.items()}
        super().__init__(data if sent else None, prefix=prefix, initial=shown)

    def is_right(self) -> bool:
        return not self.is_bound or self.is_valid()

    def values(self) -> dict[str, Any]:
        given = self.changed_data if self.is_bound else []
        return {name: self.cleaned_data[name] for name in given if name in self.cleaned_data}

    def hidden(self) -> Iterator[str]:
        """All that was typed, to be sent again."""
        return (bound.as_hidden() for bound in self)

    def sent(self) -> dict[str, str]:
        """All fields as a browser would send them."""
        values = {bound.html_name: sent_by(bound.field.widget, bound.value()) for bound in self}
        return {name: value for name, value in values.items() if value is not None}

    def seen(self, name: str) -> Any:
        """What somebody looks at who types into the field."""
        return [self.initial.get(each) for each in (self.together if name in self.together else (name,))]

    def typed(self) -> Iterator[BoundField]:
        return (self[name] for name in (self.changed_data if self.is_bound else ()))

    def tell(self, about: str, message: str) -> None:
        """Beside the field that it is about, unless something is told there already."""
        name = about if about in self.fields else next(iter(self.fields))
        if name not in self.errors:
            self.add_error(name, message)


def sent_by(widget: Any, value: Any) -> str | None:
    if isinstance(widget, forms.CheckboxInput):
        return "on" if value else None
    shown = widget.format_value(value)
    return str(shown[0]) if isinstance(shown, list) else shown or ""


class PointForm(ChangesForm):
    time = forms.CharField(
        label=gettext_lazy("Time"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    place = forms.CharField(label=gettext_lazy("Place"), required=False, validators=[PLACE_NOT_TOO_LONG])
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=PointState.choices, required=False)
    date = DayField(label=gettext_lazy("Day"), required=False)
    speakers = SpeakersField(
        label=gettext_lazy("Speakers"),
        required=False,
        help_text=gettext_lazy("One a line, as “Name, role”."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    live = forms.BooleanField(label=gettext_lazy("Streamed live"), required=False)

    at_once = ("time", "state", "place")
    together = ("time", "date")

    def __init__(self, point: Point, document: MeetingDocument, data: Any) -> None:
        initial = {name: getattr(point, name) for name in ("place", "speakers", "live")}
        initial |= {"state": point.state.value, "date": day_of(point, document)}
        initial |= {"time": written_time(point.time, point.time_precision, point.time_text)}
        super().__init__(data, f"point-{point.id}", initial)
        self.key, self.name = point.id, name_of(point, document)

    def further(self) -> list[Any]:
        return [bound for bound in self if bound.name not in self.at_once]

    def first(self) -> list[Any]:
        return [self[name] for name in self.at_once]

    def clean_time(self) -> Any:
        """Value and precision in one; what stands there as it stood may be in words."""
        typed = self.cleaned_data["time"]
        try:
            return read_time(plain_clocks(typed)) if "time" in self.changed_data else typed
        except NoTime as error:
            raise forms.ValidationError(str(error)) from error

    def values(self) -> dict[str, Any]:
        values = super().values()
        if "time" in values:
            values["time"], values["time_precision"] = values["time"]
        return values


class ItemForm(ChangesForm):
    together = ("state", "state_note")

    state = forms.ChoiceField(label=gettext_lazy("State"), choices=ItemState.choices, required=False)
    state_note = forms.CharField(label=gettext_lazy("Why (public)"), required=False, validators=[NOT_TOO_LONG])

    def __init__(self, item: Item, data: Any) -> None:
        initial = {"state": item.state.value, "state_note": item.state_note}
        super().__init__(data, f"item-{item.id}", initial)
        self.key, self.name = item.id, f"{item.number} {item.title}".strip()


class StatusForm(ChangesForm):
    together = ("status", "status_reason")

    status = forms.ChoiceField(label=gettext_lazy("Status of the meeting"), choices=MeetingStatus.choices)
    status_reason = forms.CharField(
        label=gettext_lazy("Public reason"),
        required=False,
        validators=[NOT_TOO_LONG],
        help_text=gettext_lazy("Needed where the meeting is postponed or cancelled."),
    )

    def __init__(self, document: MeetingDocument, data: Any) -> None:
        initial = {"status": document.status.value, "status_reason": document.status_reason}
        super().__init__(data, "meeting", initial)


class AllForm(ChangesForm):
    late = forms.IntegerField(
        label=gettext_lazy("Everything is later by … minutes"),
        required=False,
        error_messages={"invalid": gettext_lazy("Write the minutes in digits, as 40.")},
        widget=forms.NumberInput(attrs={"size": 4, "min": 1, "max": LATEST}),
        help_text=gettext_lazy("Than it says below: all of today that has a time and has not begun."),
    )
    alert = forms.CharField(
        label=gettext_lazy("To readers"),
        required=False,
        validators=[NOT_TOO_LONG],
        help_text=gettext_lazy("At the top of the page. What you change below is told there by itself."),
    )

    def __init__(self, document: MeetingDocument, data: Any) -> None:
        super().__init__(data, "all", {})
        self.begins = [(day_of(point, document), point.time, point.state in BEGUN) for point in document.programme]

    def seen(self, name: str) -> Any:
        """Later is later than it said."""
        return self.begins if name == "late" else None

    def clean_late(self) -> int | None:
        late: int | None = self.cleaned_data["late"]
        if late is not None and not 1 <= late <= LATEST:
            raise forms.ValidationError(no_minutes())
        return late


def in_words(form: ChangesForm, bound: BoundField) -> str:
    """As “Press conference: Time: 14:30”."""
    value = bound.data
    if isinstance(bound.field, forms.BooleanField):
        value = _("yes") if value else _("no")
    elif isinstance(bound.field, forms.ChoiceField):
        value = dict(bound.field.choices).get(value, value)  # type: ignore[arg-type]
    words = ", ".join(str(value or "–").splitlines())
    return ": ".join(filter(None, (form.name, str(bound.label), words)))


class FactsForms:
    """The forms of one screen. `today` are the points of the day, or all where there are none: the press ones first."""

    def __init__(self, day: OnTheDay, now: dt.datetime, data: Any = None) -> None:
        document = day.live[0]
        today = today_at(document, now)
        programme = sorted(document.programme, key=lambda point: point.kind not in FOR_THE_PRESS)
        points = [(day_of(point, document), PointForm(point, document, data)) for point in programme]
        self.today = [form for date, form in points if date == today] or [form for _date, form in points]
        self.other_days = [form for _date, form in points if form not in self.today]
        self.items = [ItemForm(item, data) for item, _parent in walk(document.agenda)]
        self.status, self.all = StatusForm(document, data), AllForm(document, data)

    def every(self) -> list[Any]:
        return [self.all, *self.today, *self.other_days, *self.items, self.status]

    @classmethod
    def on_top(cls, day: OnTheDay, now: dt.datetime, earlier: Self) -> tuple[Self, list[str]]:
        """What was typed into earlier forms, over what readers see by now; and, in words, what has changed meanwhile.

        That is not kept: it was typed over something else.
        """
        shown = cls(day, now)
        forms_now = {form.prefix: form for form in shown.every()}
        data: dict[str, Any] = {}
        lost = []
        for form in (form for form in earlier.every() if form.is_bound):
            standing = forms_now.get(form.prefix)
            data |= standing.sent() if standing else {}
            for bound in form.typed():
                if standing and form.seen(bound.name) == standing.seen(bound.name):
                    data[bound.html_name] = sent_by(bound.field.widget, bound.data)
                elif not standing or bound.field.has_changed(standing.initial.get(bound.name), bound.data):
                    lost.append(in_words(form, bound))
        return cls(day, now, {name: value for name, value in data.items() if value is not None}), lost

    def is_right(self) -> bool:
        """Asks all of them, so that each says what is wrong."""
        return not [form for form in self.every() if not form.is_right()]

    def tell(self, refusal: WrongFacts) -> None:
        """Each thing where it was typed."""
        parts = {form.key: form for form in [*self.today, *self.other_days, *self.items]}
        for wrong in refusal.every:
            of_all = self.all if wrong.about in (*self.all.fields, "text") else self.status
            form = parts[wrong.key] if wrong.key else of_all
            form.tell("alert" if wrong.about == "text" else wrong.about, wrong.message)

    def is_wrong_elsewhere(self) -> bool:
        return any(form.errors for form in self.other_days)

    def mistakes(self) -> list[Mistake]:
        return [mistake for form in self.every() for mistake in mistakes_in(form, form.name)]

    def hidden(self) -> list[str]:
        return [field for form in self.every() for field in form.hidden()]

    def change(self) -> FactsChange:
        points = {form.key: form.values() for form in [*self.today, *self.other_days] if form.key}
        items = {form.key: form.values() for form in self.items if form.key}
        return FactsChange(
            points={key: values for key, values in points.items() if values},
            items={key: values for key, values in items.items() if values},
            meeting=self.status.values(),
            alert=self.all.values().get("alert", ""),
            late=self.all.values().get("late") or 0,
        )
