"""The programme points of a meeting."""

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.documents import schema
from meetings.documents.choices import PointKind, PointState, TimePrecision
from meetings.fields.line import LineField
from meetings.fields.richtext import RichTextField
from meetings.fields.struct_field import StructField
from meetings.i18n.printed_times import format_printed_time, parse_printed_clocks
from meetings.models.base import OrderedModel
from meetings.models.meeting import Meeting, Session

PRECISIONS_WITH_CLOCK = (TimePrecision.EXACT, TimePrecision.APPROXIMATE, TimePrecision.FROM)
KINDS_ON_OTHER_DAYS = (PointKind.PRESS_BRIEFING, PointKind.REGISTRATION)


class ProgrammePoint(OrderedModel):
    """A programme point. Its time consists of a value, a precision and the text as printed.

    The printed text stays as typed or imported until the value changes, and is then generated from the value, so that
    the two never contradict each other.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="programme")
    kind = models.CharField(_("kind"), max_length=20, choices=PointKind.choices, default=PointKind.OTHER)
    title = LineField(_("title"), max_length=500, blank=True)
    text = RichTextField(_("text"), blank=True)
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="programme", verbose_name=_("session")
    )
    date = models.DateField(
        _("date"), null=True, blank=True, help_text=_("Required if the meeting lasts more than one day.")
    )
    time = models.TimeField(_("time"), null=True, blank=True, help_text=_("For example, 13:00. Use local time."))
    time_precision = models.CharField(
        _("time precision"),
        max_length=16,
        choices=TimePrecision.choices,
        blank=True,
        help_text=_(
            "If you leave this blank, we use the wording in “Time as printed”. If that is blank too, we show "
            "“exactly at”."
        ),
    )
    time_text = LineField(
        _("time as printed"),
        max_length=100,
        blank=True,
        help_text=_("Leave blank to generate this from the time and precision."),
    )
    live = models.BooleanField(_("streamed live"), default=False)
    place = LineField(_("place"), max_length=200, blank=True)
    in_margins = models.BooleanField(_("alongside the meeting"), default=False)
    speakers = StructField(
        list[schema.Speaker],
        verbose_name=_("speakers"),
        help_text=_("Enter one per line: “Name, role”. If the name contains a comma, use “Name | role”."),
    )
    state = models.CharField(_("state"), max_length=16, choices=PointState.choices, blank=True)
    previous = StructField(list[schema.EarlierTime], verbose_name=_("earlier times and places"))

    shape = schema.Point

    class Meta(OrderedModel.Meta):
        verbose_name = _("programme event")
        verbose_name_plural = _("programme")
        constraints = [
            models.CheckConstraint(
                condition=~Q(time_precision__in=PRECISIONS_WITH_CLOCK) | Q(time__isnull=False),
                name="a_stated_time_has_a_value",
                violation_error_message=_("Enter the time, or choose another precision."),
            ),
            models.CheckConstraint(
                condition=~Q(time_precision__in=("", TimePrecision.RELATIVE)) | Q(time=None),
                name="a_time_has_a_precision",
                violation_error_message=_("Choose a precision. Leave the time blank if it is relative."),
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
        """Keep value and text as they were set together, because a document contains both."""
        self._stored_time = (self.time, self.time_precision, self.time_text)

    def find_precision_error(self) -> tuple[str, Any] | None:
        if self.time and self.time_precision == TimePrecision.RELATIVE:
            message = _("A relative time cannot have a clock time. Leave the time blank, or choose another precision.")
            return "time_precision", message
        needs_time = self.time is None and self.time_precision in PRECISIONS_WITH_CLOCK
        if needs_time and not parse_printed_clocks(self.time_text):
            return "time", _("Enter the time, or choose another precision.")
        return None

    def save(self, *args: Any, **options: Any) -> None:
        self.update_time_text()
        super().save(*args, **options)
        self._stored_time = (self.time, self.time_precision, self.time_text)

    def update_time_text(self) -> None:
        time, precision, text = self._stored_time
        value_changed = (self.time, self.time_precision) != (time, precision)
        if not self.time_text or (value_changed and self.time_text == text):
            self.time_text = format_printed_time(self.time, self.time_precision)
