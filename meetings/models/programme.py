"""The programme of a meeting: what happens when."""

from collections.abc import Collection
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.documents.shape import EarlierTime, Speaker
from meetings.models.days import OnADay
from meetings.models.meeting import Meeting, Session
from meetings.models.rows import OrderedRow
from meetings.richtext import RichTextField
from meetings.shaped import ShapedField
from meetings.times import printed_clocks, printed_precision, printed_time
from meetings.vocabulary import PointKind, PointState, TimePrecision

WITH_A_CLOCK = (TimePrecision.EXACT, TimePrecision.APPROXIMATE, TimePrecision.FROM)


class ProgrammePoint(OnADay, OrderedRow):
    """Its time is a value, a precision and the text as printed.

    The printed text stands as typed or imported until the value changes, and is then renewed from it, so that there
    are never two truths about a time.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="programme")
    kind = models.CharField(_("kind"), max_length=20, choices=PointKind.choices, default=PointKind.OTHER)
    title = models.CharField(_("title"), max_length=500, blank=True)
    text = RichTextField(_("text"), blank=True)
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="programme", verbose_name=_("session")
    )
    date = models.DateField(_("date"), null=True, blank=True, help_text=_("Needed where the meeting has several days."))
    time = models.TimeField(_("time"), null=True, blank=True, help_text=_("As 13:00, where the meeting takes place."))
    time_precision = models.CharField(
        _("precision"),
        max_length=16,
        choices=TimePrecision.choices,
        blank=True,
        help_text=_("Empty with a time: as the printed time says, or else exactly at."),
    )
    time_text = models.CharField(
        _("time as printed"), max_length=100, blank=True, help_text=_("Empty: follows from time and precision.")
    )
    live = models.BooleanField(_("streamed live"), default=False)
    place = models.CharField(_("place"), max_length=200, blank=True)
    in_margins = models.BooleanField(_("in the margins of the meeting"), default=False)
    speakers = ShapedField(
        list[Speaker],
        verbose_name=_("speakers"),
        help_text=_("One a line, as “Name, role”; where the name has a comma, as “Name | role”."),
    )
    state = models.CharField(_("state"), max_length=16, choices=PointState.choices, blank=True)
    previous = ShapedField(list[EarlierTime], verbose_name=_("earlier times and places"))

    translated = ("title", "text", "time_text", "place")

    class Meta(OrderedRow.Meta):
        verbose_name = _("programme point")
        verbose_name_plural = _("programme")
        constraints = [
            models.CheckConstraint(
                condition=~Q(time_precision__in=WITH_A_CLOCK) | Q(time__isnull=False),
                name="a_stated_time_has_a_value",
                violation_error_message=_("Give the time, or choose another precision."),
            ),
            models.CheckConstraint(
                condition=~Q(time_precision__in=("", TimePrecision.RELATIVE)) | Q(time=None),
                name="a_time_has_a_precision",
                violation_error_message=_("Say how exact the time is; a relative time has no clock."),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.time_text, self.title or self.get_kind_display())))

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        point = super().from_db(db, field_names, values)
        if {"time", "time_precision", "time_text"} <= point.__dict__.keys():
            point._stored_time = (point.time, point.time_precision, point.time_text)
        return point

    _stored_time: tuple[Any, str, str] = (None, "", "")

    def keep_time_text(self) -> None:
        """Lets value and text stand as they were set together: a document says both."""
        self._stored_time = (self.time, self.time_precision, self.time_text)

    def is_around(self) -> bool:
        return self.in_margins or self.kind in (PointKind.PRESS_BRIEFING, PointKind.REGISTRATION)

    def outside(self, days: str) -> str:
        more = _("What belongs to it on another day is “in the margins of the meeting”.")
        return f"{super().outside(days)} {more}"

    def clean(self) -> None:
        if self.time and not self.time_precision:
            typed = self.time_text if self.time_text != self._stored_time[2] else ""
            self.time_precision = printed_precision(typed)
        self.renew_time_text()
        super().clean()
        if wrong := self.wrong_precision() or self.two_truths():
            raise ValidationError(dict([wrong]))

    def wrong_precision(self) -> tuple[str, Any] | None:
        if self.time and self.time_precision == TimePrecision.RELATIVE:
            told = _("A relative time has no clock: leave the time empty, or choose another precision.")
            return "time_precision", told
        if self.time is None and self.time_precision in WITH_A_CLOCK and not printed_clocks(self.time_text):
            return "time", _("Give the time, or choose another precision.")
        return None

    def two_truths(self) -> tuple[str, Any] | None:
        """Judged in forms only, and what was stored stands: a note may print something else."""
        clocks = printed_clocks(self.time_text)
        as_stored = (self.time, self.time_precision, self.time_text) == self._stored_time
        if as_stored or not clocks or self.time in clocks:
            return None
        facts = {"printed": f"{clocks[0]:%H:%M}", "time": self.time and f"{self.time:%H:%M}"}
        if self.time:
            told = _(
                "The printed time says %(printed)s and the time is %(time)s: make them agree, or empty the printed one."
            )
            return "time_text", told % facts
        if self.time_precision == TimePrecision.RELATIVE:  # “after the lunch of 13:00”
            return None
        return "time", _("The printed time says %(printed)s: write it here too, or empty the printed one.") % facts

    def save(self, *args: Any, **options: Any) -> None:
        self.renew_time_text()
        super().save(*args, **options)
        self._stored_time = (self.time, self.time_precision, self.time_text)

    def renew_time_text(self) -> None:
        time, precision, text = self._stored_time
        value_changed = (self.time, self.time_precision) != (time, precision)
        if not self.time_text or (value_changed and self.time_text == text):
            self.time_text = printed_time(self.time, self.time_precision)
