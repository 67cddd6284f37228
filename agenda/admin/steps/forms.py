"""Forms of the publication steps: Brussels time, note for readers, reason, comment."""

import datetime as dt
from collections.abc import Sequence
from itertools import chain
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.publication_outlook import PublicationOutlook
from agenda.admin.screen import Screen
from agenda.models import Release
from agenda.workflow.drafts import Subject
from agenda.workflow.errors import MAX_NOTE_LENGTH, MAX_REMARK_LENGTH, WorkflowError
from agenda.workflow.transactions import format_instant
from agenda.workflow.unsaved_editions import ChangeNote
from meetings.clock import BRUSSELS
from meetings.fields.line import LineFormField, validate_line
from meetings.forms.fields import InstantField, complete_day
from meetings.i18n.printed_times import normalize_typed_clocks, parse_typed_clock
from meetings.models import Meeting

TOO_LONG_MESSAGE = gettext_lazy("This must be %(limit_value)d characters or fewer. It has %(show_value)d.")
validate_note_length = MaxLengthValidator(MAX_NOTE_LENGTH, TOO_LONG_MESSAGE)
"""Used instead of `max_length`, with which a browser silently cuts off pasted text."""
REASON_TEXTAREA = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})


class ReasonField(LineFormField):
    """A required reason of a sentence or two, on one line. `missing` is the error if it is empty."""

    widget = REASON_TEXTAREA

    def __init__(self, *, missing: Any, **options: Any) -> None:
        super().__init__(
            validators=[validate_note_length, validate_line], error_messages={"required": missing}, **options
        )


class InstantOrTodayField(InstantField):
    """An instant in the future. A time without a date means today. The form sets `now`."""

    now: dt.datetime

    def to_python(self, value: Any) -> dt.datetime | None:
        instant = super().to_python(self.complete_typed_time((value or "").strip()))
        if instant and instant <= self.now:
            message = _("Enter a time in the future. %(time)s has passed: it is now %(now)s (Brussels time).")
            raise forms.ValidationError(message % {"time": format_instant(instant), "now": format_instant(self.now)})
        return instant

    def complete_typed_time(self, typed: str) -> str:
        """Add what is left out: today’s date to “18:00”, or the year to “1 December 18h00” and “tomorrow 9:00”."""
        today = self.now.astimezone(BRUSSELS).date()
        day, _space, time = " ".join(normalize_typed_clocks(typed).replace(",", " ").split()).rpartition(" ")
        clock = parse_typed_clock(time)
        if not clock:
            return typed
        return f"{complete_day(day.removesuffix(' at'), today) if day else today} {clock:%H:%M}"


class StepForm(forms.Form):
    """A form of a step.

    The button “check” only validates the time, and “tomorrow” fills it in. The other buttons of `CHECK_BUTTONS` do
    nothing either.
    """

    CHECK_BUTTONS = frozenset({"check", "tomorrow", "back", "add", "without"})

    def __init__(self, data: Any, now: dt.datetime, **options: Any) -> None:
        if data is not None and "tomorrow" in data:
            data = data.copy()
            data["when"], data["at"] = "at", InstantField().prepare_value(get_tomorrow_morning(now))
        super().__init__(data, **options)
        for field in self.fields.values():
            if isinstance(field, InstantOrTodayField):
                field.now = now

    @property
    def is_check_only(self) -> bool:
        """True if the form is only checked. This is also so if `more` was chosen but not added yet."""
        return not self.CHECK_BUTTONS.isdisjoint(self.data) or bool(self.data.get("more"))

    def add_refusal(self, error: WorkflowError) -> None:
        """Show the refusal beside the field that it is about."""
        self.add_error(self.get_field_name(error), str(error))

    def get_field_name(self, error: WorkflowError) -> str | None:
        return error.field if error.field in self.fields else None

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.is_check_only:
            for name in {*self.errors} - ({"at"} if {"check", "tomorrow"} & {*self.data} else set()):
                del self.errors[name]
                self.cleaned_data[name] = self.fields[name].to_python("")  # as if it was not filled in
        self.write_out_times()

    def write_out_times(self) -> None:
        """Show a time without a date with its date, so that it keeps this date if it is sent again after midnight."""
        data: Any = self.data
        for name, field in self.fields.items():
            instant = self.cleaned_data.get(name) if self.is_bound else None
            if isinstance(field, InstantOrTodayField) and instant:
                data = data.copy()
                data[self.add_prefix(name)] = field.prepare_value(instant)
        self.data = data

    def get_typed_time(self) -> dt.datetime | None:
        instant: dt.datetime | None = getattr(self, "cleaned_data", {}).get("at") if self.is_bound else None
        return instant


def get_tomorrow_morning(now: dt.datetime) -> dt.datetime:
    """Return 9:00 in Brussels on the day after today, also if the clocks change until then."""
    tomorrow = now.astimezone(BRUSSELS).date() + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(9), BRUSSELS)


class MoveForm(StepForm):
    """A form for a time or the button “now”."""

    at = InstantOrTodayField(
        label=gettext_lazy("Publication time"),
        help_text=gettext_lazy("Brussels time. For example, 9 December 18:00, tomorrow 9:00, or 18:00 for today."),
        error_messages={"required": gettext_lazy("Enter the publication time.")},
    )

    def full_clean(self) -> None:
        """Ignore the time with the button “now”, even if it is not valid."""
        super().full_clean()
        if self.is_bound and "now" in self.data:
            self.errors.pop("at", None)
            self.cleaned_data["at"] = None


HELD_CHOICES = (
    ("replace", gettext_lazy("Cancel it and publish this version")),
    ("keep", gettext_lazy("Keep it on hold and publish this version now")),
)


class ReleaseForm(StepForm):
    """A form to publish the texts of the outlooks.

    `planning`: some of them are not approved, so a time is needed. `corrected`: subjects that readers have or had,
    whether approved or not; an added language needs no note. `on_hold`: releases on hold that contain one of the
    subjects. `keeps_older`: a colleague must confirm it if a scheduled edition is kept.
    """

    when = forms.ChoiceField(
        label=gettext_lazy("Publish"),
        choices=(("now", gettext_lazy("Now")), ("at", gettext_lazy("At a set time"))),
        widget=forms.RadioSelect,
        required=False,
        help_text=gettext_lazy("We will ask you to confirm before publishing."),
    )
    at = InstantOrTodayField(
        label=gettext_lazy("Time"),
        required=False,
        help_text=gettext_lazy("Brussels time. For example, 9 December 18:00, tomorrow 9:00, or 18:00 for today."),
    )
    pending = forms.ChoiceField(
        label=gettext_lazy("The scheduled edition"),
        choices=(
            ("replace", gettext_lazy("Cancel it and publish this version")),
            ("keep", gettext_lazy("Keep it scheduled and publish this version now")),
        ),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(
        self,
        data: Any,
        now: dt.datetime,
        outlooks: Sequence[PublicationOutlook],
        *,
        planning: bool = False,
        corrected: Sequence[Subject] = (),
        on_hold: Sequence[Release] = (),
        keeps_older: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(data, now, **options)
        self.planning = planning
        self.add_note_fields(outlooks, corrected)
        has_pending = any(outlook.pending for outlook in outlooks)
        if planning or not (has_pending or on_hold):
            del self.fields["pending"]
        elif not has_pending:
            self.fields["pending"].label = _("The publication that is on hold")
            self.fields["pending"].choices = HELD_CHOICES  # type: ignore[attr-defined]
        elif keeps_older:
            self.fields["pending"].help_text = _(
                "If you keep it, a colleague must confirm that afterwards, because its text is older."
            )
        if planning:
            del self.fields["when"]

    def add_note_fields(self, outlooks: Sequence[PublicationOutlook], corrected: Sequence[Subject]) -> None:
        """Add the note fields of each published subject, after the time.

        The fields have plain names if there is only one subject; `note_field_names` maps subjects to their fields.
        """
        subjects = {outlook.subject.pk: outlook.subject for outlook in outlooks if not outlook.is_first}
        subjects |= {subject.pk: subject for subject in corrected}
        other_names = [name for name in self.fields if name not in ("when", "at")]
        self.note_field_names: dict[UUID, tuple[str, str]] = {}
        for subject in subjects.values():
            alone = len(subjects) == 1
            names = ("note", "editorial") if alone else (f"note-{subject.pk}", f"editorial-{subject.pk}")
            self.note_field_names[subject.pk] = names
            self.fields[names[0]] = forms.CharField(
                label=_("What changed") if alone else _("What changed in %s") % subject,
                required=False,
                validators=[validate_note_length],
                help_text=_("One sentence. Readers will see it with this edition."),
            )
            label = _("Minor correction (spelling or wording)")
            self.fields[names[1]] = forms.BooleanField(
                label=label if alone else f"{label}: {subject}",
                required=False,
                help_text=_("If you tick this, readers will not see the sentence above."),
            )
        self.order_fields(["when", "at", *chain.from_iterable(self.note_field_names.values()), *other_names])
        needed = {outlook.subject.pk for outlook in outlooks if outlook.needs_note}
        self.needs_note = needed | ({subject.pk for subject in corrected} if self.planning else set())

    def get_change_notes(self) -> dict[UUID, ChangeNote]:
        data = self.cleaned_data
        return {
            key: ChangeNote(data[note], data[editorial]) for key, (note, editorial) in self.note_field_names.items()
        }

    def get_field_name(self, error: WorkflowError) -> str | None:
        """Return the note field of the subject that the refusal is about, if there are several."""
        positions = {"note": 0, "editorial": 1}
        if error.subject_id in self.note_field_names and error.field in positions:
            return self.note_field_names[error.subject_id][positions[error.field]]
        return super().get_field_name(error)

    def clean_at(self) -> dt.datetime | None:
        at: dt.datetime | None = self.cleaned_data["at"]
        if self.planning and at is None:
            raise forms.ValidationError(_("Enter the publication time."))
        return at

    @property
    def is_now(self) -> bool:
        return bool(self.cleaned_data.get("when") == "now")

    def check_when(self) -> None:
        """Require “now” or a time. A time alone is enough, and no input never means now."""
        when, at = self.cleaned_data.get("when"), self.cleaned_data.get("at")
        if "when" not in self.fields or {"when", "at"} & {*self.errors}:
            return
        if when == "now" and at:
            self.add_error("when", _("Choose “Now” or enter a time, not both."))
        elif when == "at" and at is None:
            self.add_error("at", _("Enter the publication time."))
        elif not when and at is None:
            self.add_error("when", _("Choose when to publish: now, or at a time."))

    def clean(self) -> Any:
        self.check_when()
        for key, (note, editorial) in self.note_field_names.items():
            has_note = self.cleaned_data.get(note, "").strip() or self.cleaned_data.get(editorial)
            if key in self.needs_note and not has_note and note not in self.errors:
                message = _("Tell readers in one sentence what changed, or tick “Minor correction”.")
                self.add_error(note, message)
        return super().clean()


class ForceForm(ReleaseForm):
    force = ReasonField(
        label=gettext_lazy("Reason for publishing without approval"),
        help_text=gettext_lazy("For colleagues and the audit log. Readers will not see it."),
        missing=gettext_lazy("Enter the reason for publishing without approval."),
    )


class WithdrawForm(StepForm):
    reason = ReasonField(
        label=gettext_lazy("Public reason"),
        help_text=gettext_lazy("Readers will see this instead of the page."),
        missing=gettext_lazy("Enter the public reason for the withdrawal."),
    )


class WithdrawMeetingForm(WithdrawForm):
    """Ask as well whether the meeting itself takes place: readers of the notice want to know this first."""

    takes_place = forms.TypedChoiceField(
        label=gettext_lazy("The meeting itself"),
        choices=[
            ("yes", gettext_lazy("takes place")),
            ("no", gettext_lazy("does not take place")),
            ("unknown", gettext_lazy("do not say")),
        ],
        coerce={"yes": True, "no": False}.get,
        empty_value=None,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The notice names its date, and says this."),
        error_messages={"required": gettext_lazy("Select what the notice says about the meeting itself.")},
    )


class RollbackForm(StepForm):
    reason = ReasonField(
        label=gettext_lazy("What changed"),
        help_text=gettext_lazy("Say in one sentence why you restored the previous edition. Readers will see it."),
        missing=gettext_lazy("Tell readers why you restored the previous edition."),
    )


class ReasonForm(StepForm):
    """A form for the reason for which a release is put on hold or cancelled."""

    reason = ReasonField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("For colleagues and the audit log. Readers will not see it."),
        missing=gettext_lazy("Enter the reason, for your colleagues."),
    )


class RemarkForm(StepForm):
    remark = forms.CharField(
        label=gettext_lazy("Comment (optional)"),
        required=False,
        validators=[MaxLengthValidator(MAX_REMARK_LENGTH, TOO_LONG_MESSAGE)],
        widget=REASON_TEXTAREA,
    )


class ReviewForm(RemarkForm):
    """A form for a decision on a text. A text that is sent back needs a remark, or comments that are open."""

    def __init__(self, *args: Any, has_comments: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Overall comment (optional)") if has_comments else _("Overall comment (required to send back)")
        self.fields["remark"].label = label


def format_clocks(screen: Screen, instant: dt.datetime | None) -> list[tuple[str, str]]:
    """Format the instant, if any, in Brussels time, in UTC and in the user's time zone, with the name of each."""
    if instant is None:
        return []
    places = {"Europe/Brussels": _("Brussels"), "UTC": "UTC"}
    places.setdefault(screen.user.time_zone, screen.user.time_zone)

    def format_in(zone: dt.tzinfo) -> str:
        local = instant.astimezone(zone)
        shown = date_format(local, "l j F Y, H:i:s")
        return _("%s, today") % shown if local.date() == screen.now.astimezone(zone).date() else shown

    return [(place, format_in(ZoneInfo(zone))) for zone, place in places.items()]


def question_time(subjects: Sequence[Subject], instant: dt.datetime | None) -> str:
    """Return a question about a publication that comes after the end of a meeting, or an empty string."""
    for subject in subjects:
        end = subject.end_date or subject.start_date if isinstance(subject, Meeting) else None
        if instant and end and instant.astimezone(BRUSSELS).date() > end:
            values = {"name": subject, "day": date_format(end, "j F Y")}
            return _("This is after the end of the meeting (%(name)s, until %(day)s). Check the date.") % values
    return ""
