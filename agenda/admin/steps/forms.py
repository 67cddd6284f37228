"""What the steps ask for: a time in Brussels, a note for readers, a reason, a remark."""

import datetime as dt
import re
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

from agenda.admin.outlook import Outlook
from agenda.drafts import Subject
from agenda.models import Release
from agenda.publishing import LONGEST_NOTE, LONGEST_REMARK, Refused, Told, in_brussels
from meetings.clock import BRUSSELS
from meetings.typed import InstantField, plain_clocks

TIME_ALONE = re.compile(r"\d{1,2}[:.h]\d\d")
TOO_LONG = gettext_lazy("This has %(show_value)d characters; at most %(limit_value)d are possible.")
NOT_TOO_LONG = MaxLengthValidator(LONGEST_NOTE, TOO_LONG)
"""Instead of a `max_length`, by which a browser cuts what is pasted and says nothing."""
AREA = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})


class ReasonField(forms.CharField):
    """A sentence or two that have to be given; `missing` is told where they are not."""

    widget = AREA

    def __init__(self, *, missing: Any, **options: Any) -> None:
        super().__init__(validators=[NOT_TOO_LONG], error_messages={"required": missing}, **options)


class InstantOrTodayField(InstantField):
    """A time of day alone is one of today; what is past is refused. `now` is set by the form."""

    now: dt.datetime

    def to_python(self, value: Any) -> dt.datetime | None:
        typed = plain_clocks((value or "").strip())
        today = self.now.astimezone(BRUSSELS)
        if TIME_ALONE.fullmatch(typed):
            typed = f"{today:%Y-%m-%d} {typed}"
        instant = super().to_python(typed)
        if instant and instant <= self.now:
            told = _("%(time)s is not in the future: it is %(now)s (Brussels time).")
            raise forms.ValidationError(told % {"time": in_brussels(instant), "now": in_brussels(self.now)})
        return instant


NOT_BOTH = gettext_lazy("You chose “Now” and gave a time: choose one of the two.")


class StepForm(forms.Form):
    """With the button “check” only the time is looked at; with the others of `LOOKS` nothing is done either."""

    LOOKS = frozenset({"check", "back", "add", "without"})

    def __init__(self, data: Any, now: dt.datetime, **options: Any) -> None:
        super().__init__(data, **options)
        for field in self.fields.values():
            if isinstance(field, InstantOrTodayField):
                field.now = now

    @property
    def is_look(self) -> bool:
        """Nothing is to be done yet; so it is where something chosen was not added before the other button."""
        return not self.LOOKS.isdisjoint(self.data) or bool(self.data.get("more"))

    def leave_out(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    def refuse(self, error: Refused) -> None:
        """Shows the refusal beside the field that it is about."""
        self.add_error(self.field_of(error), str(error))

    def field_of(self, error: Refused) -> str | None:
        return error.about if error.about in self.fields else None

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.is_look:
            for name in {*self.errors} - ({"at"} if "check" in self.data else set()):
                del self.errors[name]
        self.write_out_times()

    def write_out_times(self) -> None:
        """A time alone is shown with the day that it was read as: sent again after midnight, it is of that day."""
        data: Any = self.data
        for name, field in self.fields.items():
            instant = self.cleaned_data.get(name) if self.is_bound else None
            if isinstance(field, InstantOrTodayField) and instant:
                data = data.copy()
                data[self.add_prefix(name)] = field.prepare_value(instant)
        self.data = data

    def typed_time(self) -> dt.datetime | None:
        instant: dt.datetime | None = getattr(self, "cleaned_data", {}).get("at") if self.is_bound else None
        return instant


class MoveForm(StepForm):
    """The button “now” is in the place of a time."""

    at = InstantOrTodayField(
        label=gettext_lazy("Appears"),
        help_text=gettext_lazy("Brussels time, as 2017-09-14 18:00, or 18:00 for today."),
        error_messages={"required": gettext_lazy("Give the time at which it is to appear.")},
    )

    @property
    def is_now(self) -> bool:
        return "now" in self.data

    def full_clean(self) -> None:
        """With “now”, what the field holds counts for nothing, be it wrong."""
        super().full_clean()
        if self.is_bound and self.is_now:
            self.errors.pop("at", None)
            self.cleaned_data["at"] = None


class NoteField(forms.CharField):
    """`subject` is named where there are several."""

    def __init__(self, subject: Subject | None) -> None:
        super().__init__(
            label=_("What changed in %s") % subject if subject else _("What changed"),
            required=False,
            validators=[NOT_TOO_LONG],
            help_text=_("One sentence. It is public: readers see it with the edition."),
        )


class EditorialField(forms.BooleanField):
    def __init__(self, subject: Subject | None) -> None:
        label = _("Editorial correction (typing error)")
        super().__init__(
            label=f"{label}: {subject}" if subject else label,
            required=False,
            help_text=_("Readers are told no note; what you write above stays in the press office."),
        )


HELD_CHOICES = (
    ("replace", gettext_lazy("Call it off: this one takes its place")),
    ("keep", gettext_lazy("Leave it held, and publish this one now")),
)


class ReleaseForm(StepForm):
    """For what is shown in the outlooks. `planning`: some of it is not approved, so it needs a time.

    `corrected`: what is live of it, be it shown or not approved; a language that is added takes no note. `held`:
    releases that something of it is held in.
    """

    when = forms.ChoiceField(
        label=gettext_lazy("Appears"),
        choices=(("now", gettext_lazy("Now")), ("at", gettext_lazy("At a time"))),
        widget=forms.RadioSelect,
        required=False,
        help_text=gettext_lazy("“Now” is asked once more before anything goes out."),
    )
    at = InstantOrTodayField(
        label=gettext_lazy("Time"),
        required=False,
        help_text=gettext_lazy("Brussels time, as 2017-09-14 18:00, or 18:00 for today."),
    )
    pending = forms.ChoiceField(
        label=gettext_lazy("The edition still to come"),
        choices=(
            ("replace", gettext_lazy("Replace it by this one")),
            ("keep", gettext_lazy("Publish this one now, and let it appear at its time all the same")),
        ),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(
        self,
        data: Any,
        now: dt.datetime,
        outlooks: Sequence[Outlook],
        *,
        planning: bool = False,
        corrected: Sequence[Subject] = (),
        held: Sequence[Release] = (),
        **options: Any,
    ) -> None:
        super().__init__(data, now, **options)
        self.planning = planning
        self.add_notes(outlooks, corrected)
        waiting = any(outlook.pending for outlook in outlooks)
        if planning or not (waiting or held):
            self.leave_out("pending")
        elif not waiting:
            self.fields["pending"].label = _("The release that is held")
            self.fields["pending"].choices = HELD_CHOICES  # type: ignore[attr-defined]
        if planning:
            self.leave_out("when")

    def add_notes(self, outlooks: Sequence[Outlook], corrected: Sequence[Subject]) -> None:
        """Of each whose readers know something, after the time: what changed in it, or that it is a typing error.

        The fields have plain names where there is one only; `told_of` says whose a pair is.
        """
        subjects = {one.subject.pk: one.subject for one in outlooks if not one.is_first}
        subjects |= {subject.pk: subject for subject in corrected}
        behind = [name for name in self.fields if name not in ("when", "at")]
        self.told_of: dict[UUID, tuple[str, str]] = {}
        for subject in subjects.values():
            alone = len(subjects) == 1
            names = ("note", "editorial") if alone else (f"note-{subject.pk}", f"editorial-{subject.pk}")
            self.told_of[subject.pk] = names
            self.fields[names[0]] = NoteField(None if alone else subject)
            self.fields[names[1]] = EditorialField(None if alone else subject)
        self.order_fields(["when", "at", *chain.from_iterable(self.told_of.values()), *behind])
        needed = {one.subject.pk for one in outlooks if one.takes_note}
        self.needs_note = needed | ({subject.pk for subject in corrected} if self.planning else set())

    def told(self) -> dict[UUID, Told]:
        data = self.cleaned_data
        return {key: Told(data[note], data[editorial]) for key, (note, editorial) in self.told_of.items()}

    def field_of(self, error: Refused) -> str | None:
        """What readers are told of one of several has its own fields."""
        kinds = {"note": 0, "editorial": 1}
        if error.whose in self.told_of and error.about in kinds:
            return self.told_of[error.whose][kinds[error.about]]
        return super().field_of(error)

    def clean_at(self) -> dt.datetime | None:
        at: dt.datetime | None = self.cleaned_data["at"]
        if self.planning and at is None:
            raise forms.ValidationError(_("Give the time at which it is to appear once it is approved."))
        return at

    @property
    def is_now(self) -> bool:
        return bool(self.cleaned_data.get("when") == "now")

    def check_when(self) -> None:
        """A time alone is answer enough; nothing at all is none, and never means now."""
        when, at = self.cleaned_data.get("when"), self.cleaned_data.get("at")
        if "when" not in self.fields or {"when", "at"} & {*self.errors}:
            return
        if when == "now" and at:
            self.add_error("when", NOT_BOTH)
        elif when == "at" and at is None:
            self.add_error("at", _("Give the time at which it is to appear."))
        elif not when and at is None:
            self.add_error("when", _("Choose when it appears: now, or at a time."))

    def clean(self) -> Any:
        self.check_when()
        for key, (note, editorial) in self.told_of.items():
            said = self.cleaned_data.get(note, "").strip() or self.cleaned_data.get(editorial)
            if key in self.needs_note and not said and note not in self.errors:
                told = _("Say in a sentence what changed, for readers; or mark it as an editorial correction.")
                self.add_error(note, told)
        return super().clean()


class ForceForm(ReleaseForm):
    force = ReasonField(
        label=gettext_lazy("Why it cannot wait for approval"),
        help_text=gettext_lazy("For the press office and the audit log; readers do not see it."),
        missing=gettext_lazy("Say why it goes out without approval."),
    )


class WithdrawForm(StepForm):
    reason = ReasonField(
        label=gettext_lazy("Public reason"),
        help_text=gettext_lazy("Readers see it in the place of the page, and nothing else."),
        missing=gettext_lazy("Give the public reason for the withdrawal."),
    )


class RollbackForm(StepForm):
    reason = ReasonField(
        label=gettext_lazy("What changed"),
        help_text=gettext_lazy("Why the edition before is back, in a sentence. It is public."),
        missing=gettext_lazy("Say, for readers, why the edition before is back."),
    )


class ReasonForm(StepForm):
    """Why a release is held or called off."""

    reason = ReasonField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("For colleagues and the audit log; nobody outside learns of it."),
        missing=gettext_lazy("Say why, for colleagues."),
    )


class RemarkForm(StepForm):
    remark = forms.CharField(
        label=gettext_lazy("Remark"),
        required=False,
        validators=[MaxLengthValidator(LONGEST_REMARK, TOO_LONG)],
        widget=AREA,
    )


def clocks(instant: dt.datetime, time_zone: str, now: dt.datetime) -> list[tuple[str, str]]:
    """The instant in Brussels, in UTC, and where the officer is."""
    places = {"Europe/Brussels": _("Brussels"), "UTC": "UTC"}
    places.setdefault(time_zone, time_zone)

    def told(zone: dt.tzinfo) -> str:
        local = instant.astimezone(zone)
        shown = date_format(local, "l j F Y, H:i:s")
        return _("%s, today") % shown if local.date() == now.astimezone(zone).date() else shown

    return [(place, told(ZoneInfo(zone))) for zone, place in places.items()]
