"""Changing facts on the day: the programme as one short form, what readers will see of it, one button."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.admin.editing import Mistake, mistakes_in
from agenda.admin.screens import go_to, public_path, show
from agenda.comparing import Change, compare
from agenda.drafts import Subject
from agenda.publishing import (
    LONGEST_NOTE,
    FactsChange,
    Refused,
    change_facts,
    foreseen,
    in_brussels,
    on_the_day,
    wait_for,
)
from agenda.publishing.facts import NoTime, OnTheDay, read_time, written_time
from agenda.publishing.facts.lateness import LATEST, day_of, today_at
from agenda.publishing.facts.telling import name_of
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.documents.shape import Item, MeetingDocument, Point
from meetings.indexing import walk
from meetings.models import Edition, Meeting
from meetings.shaped import SpeakersField
from meetings.typed import DayField
from meetings.vocabulary import ItemState, Language, MeetingStatus, PointKind, PointState

FOR_THE_PRESS = (PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING)


class ChangesForm(forms.Form):
    """Only what differs from what readers see counts as given; where nothing was sent, nothing does."""

    name = ""

    def __init__(self, data: Any, prefix: str, initial: dict[str, Any]) -> None:
        sent = data is not None and any(name.startswith(f"{prefix}-") for name in data)
        super().__init__(data if sent else None, prefix=prefix, initial=initial)

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
            return read_time(typed) if "time" in self.changed_data else typed
        except NoTime as error:
            raise forms.ValidationError(str(error)) from error

    def values(self) -> dict[str, Any]:
        values = super().values()
        if "time" in values:
            values["time"], values["time_precision"] = values["time"]
        return values


class ItemForm(ChangesForm):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=ItemState.choices, required=False)
    state_note = forms.CharField(
        label=gettext_lazy("Why (public)"), required=False, validators=[MaxLengthValidator(LONGEST_NOTE)]
    )

    def __init__(self, item: Item, data: Any) -> None:
        initial = {"state": item.state.value, "state_note": item.state_note}
        super().__init__(data, f"item-{item.id}", initial)
        self.key, self.name = item.id, f"{item.number} {item.title}".strip()


class StatusForm(ChangesForm):
    status = forms.ChoiceField(label=gettext_lazy("Status of the meeting"), choices=MeetingStatus.choices)
    status_reason = forms.CharField(
        label=gettext_lazy("Public reason"),
        required=False,
        validators=[MaxLengthValidator(LONGEST_NOTE)],
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
        validators=[MaxLengthValidator(LONGEST_NOTE)],
        help_text=gettext_lazy("At the top of the page. What you change below is told there by itself."),
    )


class FactsForms:
    """The forms of one screen. `today` are the points of the day, or all where there are none: the press ones first."""

    def __init__(self, day: OnTheDay, now: Any, data: Any = None) -> None:
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


@dataclass(frozen=True)
class Outlook:
    """What readers will see changed, by language, the source's first; and what becomes of all else."""

    languages: list[tuple[Language, list[Change]]]
    consequences: list[str]

    @classmethod
    def of(cls, meeting: Meeting, day: OnTheDay, after: list[MeetingDocument]) -> "Outlook":
        pairs = zip(day.live, after, strict=True)
        changes = [(Language(new.language), compare(old, new)) for old, new in pairs]
        consequences = [
            _("The edition of %s (Brussels time) is changed with it, and appears at its time.")
            % in_brussels(edition.available_from)
            for edition in day.pending
        ]
        if meeting.digest not in ("", day.digest):
            consequences.append(_("Your unpublished draft stays unpublished; it gets the same facts."))
        consequences.append(_("What is approved or in review stays so, with the same facts."))
        return cls(changes, consequences)


def facts_step(desk: ModelAdmin, request: HttpRequest, meeting: Subject) -> HttpResponse:
    """Asks, shows what readers will see, and changes just that when it is confirmed."""
    assert isinstance(meeting, Meeting)
    now, refusals = instant_of(request), []
    try:
        day = on_the_day(meeting, now)
    except Refused as error:
        return show(desk, request, meeting, "facts.html", _("Change facts"), impossible=str(error))
    posted = request.method == "POST"
    form, outlook = FactsForms(day, now, request.POST if posted else None), None
    if posted and form.is_right() and "again" not in request.POST:
        try:
            if request.POST.get("shown") != day.digest:
                raise Refused(changed_meanwhile())
            outlook = Outlook.of(meeting, day, foreseen(day, form.change(), now))
            if "confirmed" in request.POST:
                by, shown = Actor.of(request), day.digest
                return done(desk, request, meeting, change_facts(meeting, form.change(), by=by, shown=shown))
        except Refused as error:
            refusals, outlook = [str(error)], None
    if refusals and request.POST.get("shown") != day.digest:
        form = FactsForms(day, now)  # what was typed was typed over something else
    return show(
        desk,
        request,
        meeting,
        "facts.html",
        _("Change facts"),
        form=form,
        refusals=refusals,
        mistakes=form.mistakes(),
        outlook=outlook,
        shown=day.digest,
        languages=[Language(document.language) for document in day.live],
    )


def changed_meanwhile() -> str:
    return _(
        "Somebody has changed what readers see since this page was shown. Nothing of yours was changed: this is how it "
        "is now."
    )


def done(desk: ModelAdmin, request: HttpRequest, meeting: Meeting, edition: Edition) -> HttpResponse:
    time = in_brussels(edition.available_from)
    desk.log_change(
        request,
        meeting,
        _("Changed facts from %(time)s (Brussels time). “%(note)s”") % {"time": time, "note": edition.change_note},
    )
    told = ngettext(
        "Readers see it since {time} (Brussels time): “{note}”. {link}",
        "Readers see it since {time} (Brussels time), in {n} languages: “{note}”. {link}",
        len(edition.languages),
    )
    link = format_html('<a href="{}">{}</a>', public_path(edition.address), _("View on site"))
    wait_for(edition)
    messages.success(
        request, format_html(told, time=time, note=edition.change_note, n=len(edition.languages), link=link)
    )
    return go_to(desk, "facts", meeting.pk)
