"""What the screen of the day asks, over what readers see now: only what differs from that counts as given."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy

from agenda.admin.editing import Mistake, mistakes_in
from agenda.publishing import LONGEST_NOTE, FactsChange
from agenda.publishing.facts import NoTime, OnTheDay, read_time, written_time
from agenda.publishing.facts.lateness import LATEST, day_of, today_at
from agenda.publishing.facts.telling import name_of
from meetings.documents.shape import Item, MeetingDocument, Point
from meetings.indexing import walk
from meetings.shaped import SpeakersField
from meetings.typed import DayField, plain_clocks
from meetings.vocabulary import ItemState, MeetingStatus, PointKind, PointState

NOT_TOO_LONG = MaxLengthValidator(LONGEST_NOTE)
FOR_THE_PRESS = (PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING)


class ChangesForm(forms.Form):
    """Only what differs from what readers see counts as given; where nothing was sent, nothing does."""

    name = ""

    def __init__(self, data: Any, prefix: str, initial: dict[str, Any]) -> None:
        sent = data is not None and any(name.startswith(f"{prefix}-") for name in data)
        shown = {name: value.strip() if isinstance(value, str) else value for name, value in initial.items()}
        super().__init__(data if sent else None, prefix=prefix, initial=shown)

    def is_right(self) -> bool:
        return not self.is_bound or self.is_valid()

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data} if self.is_bound else {}

    def hidden(self) -> Iterator[str]:
        """All that was typed, to be sent again."""
        return (bound.as_hidden() for bound in self)


class PointForm(ChangesForm):
    time = forms.CharField(
        label=gettext_lazy("Time"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    place = forms.CharField(label=gettext_lazy("Place"), required=False)
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
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=ItemState.choices, required=False)
    state_note = forms.CharField(label=gettext_lazy("Why (public)"), required=False, validators=[NOT_TOO_LONG])

    def __init__(self, item: Item, data: Any) -> None:
        initial = {"state": item.state.value, "state_note": item.state_note}
        super().__init__(data, f"item-{item.id}", initial)
        self.key, self.name = item.id, f"{item.number} {item.title}".strip()


class StatusForm(ChangesForm):
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
        min_value=1,
        max_value=LATEST,
        widget=forms.NumberInput(attrs={"size": 4}),
        help_text=gettext_lazy("Than it says below: all of today that has a time and has not begun."),
    )
    alert = forms.CharField(
        label=gettext_lazy("To readers"),
        required=False,
        validators=[NOT_TOO_LONG],
        help_text=gettext_lazy("At the top of the page. What you change below is told there by itself."),
    )


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
        self.status, self.all = StatusForm(document, data), AllForm(data, "all", {})

    def every(self) -> list[Any]:
        return [self.all, *self.today, *self.other_days, *self.items, self.status]

    def is_right(self) -> bool:
        return all(form.is_right() for form in self.every())

    def mistakes(self) -> list[Mistake]:
        return [mistake for form in self.every() for mistake in mistakes_in(form, form.name)]

    def hidden(self) -> list[str]:
        return [field for form in self.every() for field in form.hidden()]

    def change(self) -> FactsChange:
        points: dict[UUID, Any] = {form.key: form.values() for form in [*self.today, *self.other_days]}
        items: dict[UUID, Any] = {form.key: form.values() for form in self.items}
        return FactsChange(
            points={key: values for key, values in points.items() if values},
            items={key: values for key, values in items.items() if values},
            meeting=self.status.values(),
            alert=self.all.values().get("alert", ""),
            late=self.all.values().get("late") or 0,
        )
