"""Form fields of the admin for days, times, instants, countries and time zones as people type them."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.contrib.admin.widgets import (
    AdminDateWidget,
    AdminIntegerFieldWidget,
    AdminTextInputWidget,
)
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.clock import BRUSSELS, InvalidTimeError, parse_instant
from meetings.documents.schema import Speaker
from meetings.i18n.date_parsing import parse_date_parts, parse_typed_day
from meetings.i18n.languages import get_interface_language
from meetings.i18n.printed_times import normalize_typed_clocks, parse_typed_clock
from meetings.models.users import get_time_zones
from meetings.models.validators import validate_country
from meetings.reference.delegations import DELEGATIONS, get_country_name

LINE_ENDS = re.compile(r"\r\n|\r|\n")


def shorten_for_message(text: Any) -> str:
    """Shorten a typed value for an error message."""
    return f"{str(text)[:40]}…" if len(str(text)) > 40 else str(text)


MAX_YEARS_TO_LEAP_DAY = 8
VALID_YEARS = range(1952, 2101)
"""The Council has met since 1952. A year outside this range is a typing error (0026, 2206)."""


def check_year(day: dt.date) -> None:
    if day.year not in VALID_YEARS:
        message = _("Check the year: %(year)s is not between 1952 and 2100.")
        raise ValidationError(message, code="year", params={"year": f"{day.year:04}"})


class DayField(forms.DateField):
    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, str) and value.strip():
            day = parse_typed_day(value, get_interface_language())
            parts = day.parts if day and day.parts.year else None
            if not parts or not parts.date:
                message = _("“%(value)s” is not a date. Enter the date as 2017-09-14 or 14/09/2017.")
                if last := parts and parts.days_in_month:
                    message = _("“%(value)s” is not a date: that month has %(last)d days.")
                raise ValidationError(
                    message, code="invalid", params={"value": shorten_for_message(value), "last": last}
                )
            value = parts.date
            refuse_other_weekday(value, day.weekday if day else None)
        if found := super().to_python(value):
            check_year(found)
        return found


def complete_day(typed: str, today: dt.date) -> str:
    """Return “today”, “tomorrow” or a day without a year as an ISO date: the next such day. Leave others unchanged.

    Raise ValidationError if the day is not on the weekday that was typed.
    """
    for number, words in enumerate(({"today", gettext("today")}, {"tomorrow", gettext("tomorrow")})):
        if typed.strip().casefold() in words:
            return (today + dt.timedelta(days=number)).isoformat()
    day = parse_typed_day(typed, get_interface_language())
    if not day or day.parts.year:
        return typed
    dates = [day.parts._replace(year=today.year + number).date for number in range(MAX_YEARS_TO_LEAP_DAY + 1)]
    found = next((date for date in dates if date and date >= today), None)
    if not found:
        return typed
    refuse_other_weekday(found, day.weekday)
    return found.isoformat()


def refuse_other_weekday(day: dt.date, weekday: int | None) -> None:
    if weekday not in (None, day.weekday()):
        message = _("%(day)s is a %(weekday)s. Correct the weekday or the date.")
        values = {"day": date_format(day, "j F Y"), "weekday": date_format(day, "l")}
        raise ValidationError(message, code="invalid", params=values)


class ComingDayField(DayField):
    """A day that is probably to come: “tomorrow”, and without a year the next one, as “14 December”."""

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, str) and value.strip():
            value = complete_day(value, timezone.now().astimezone(BRUSSELS).date())
        return super().to_python(value)


class InstantField(forms.Field):
    """An instant, shown and typed in Brussels time."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dt.datetime):
            return value
        shown = value.astimezone(BRUSSELS).replace(microsecond=0)
        text = shown.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")
        try:
            return text if parse_instant(text) == shown else shown.isoformat()
        except InvalidTimeError:  # the hour that occurs twice in autumn needs its offset
            return shown.isoformat()

    def to_python(self, value: Any) -> dt.datetime | None:
        if value in self.empty_values or isinstance(value, dt.datetime):
            return value or None
        try:
            instant = parse_instant(convert_to_iso(value))
        except InvalidTimeError as error:
            raise ValidationError(str(error), code="invalid") from error
        check_year(instant)
        return instant

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (data or "").strip() != (self.prepare_value(initial) or "")


def convert_to_iso(typed: str) -> str:
    """Convert day and time to ISO format if they are in another known format; leave anything else unchanged."""
    day, _space, time = " ".join(normalize_typed_clocks(typed).replace(",", " ").split()).rpartition(" ")
    parts, clock = parse_date_parts(day, get_interface_language()), parse_typed_clock(time)
    if parts and parts.date and clock:
        return f"{parts.date} {clock:%H:%M}"
    return shorten_for_message(typed.strip())


class CountryField(forms.ChoiceField):
    """A member state by its code. Lower case is accepted, and the errors explain codes of other lists."""

    def __init__(self, **options: Any) -> None:
        offered = [each.code for each in DELEGATIONS if not each.associated]
        known = [(code, f"{get_country_name(code)} ({code})") for code in sorted(offered, key=get_country_name)]
        super().__init__(choices=[("", "---------"), *known], **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).strip().upper()

    def validate(self, value: Any) -> None:
        if value and not self.valid_value(value):
            validate_country(value)
        super().validate(value)


class SpeakersField(forms.CharField):
    """Speakers, one per line, as “Name, role”, or as “Name | role” if the name contains a comma.

    Text that is sent back unchanged never counts as changed.
    """

    widget = forms.Textarea(attrs={"rows": 2, "cols": 40})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(format_speaker, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[Speaker]:  # type: ignore[override]
        lines = [line.strip() for line in LINE_ENDS.split(value or "")]
        return [self.parse_line(line, number) for number, line in enumerate(lines, 1) if line]

    def has_changed(self, initial: Any, data: Any) -> bool:
        before, after = (LINE_ENDS.split((value or "").strip()) for value in (self.prepare_value(initial), data))
        return bool(before != after)

    def parse_line(self, line: str, number: int) -> Speaker:
        name, _mark, role = line.partition("|" if "|" in line else ",")
        if "\0" in line:
            raise ValidationError(_("Line %(number)d: null characters are not allowed."), params={"number": number})
        if not name.strip():
            message = _("Line %(number)d has no name. Enter “Name, role” or “Name | role”.")
            raise ValidationError(message, params={"number": number})
        return Speaker(name=name.strip(), role=role.strip())


def format_speaker(speaker: Speaker) -> str:
    if "," in speaker.name or "|" in speaker.role:
        return f"{speaker.name} | {speaker.role}".rstrip()
    return f"{speaker.name}, {speaker.role}" if speaker.role else speaker.name


class UntruncatedTextInput(AdminTextInputWidget):
    """A text input without `maxlength`, so that the browser does not silently cut off pasted text.

    The server reports what is too long.
    """

    def get_context(self, name: str, value: Any, attrs: Any) -> Any:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("maxlength", None)
        return context


class TimeZoneInput(forms.TextInput):
    """A text input that suggests European time zones; others are accepted too."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        proposals = f"{name}-proposals"
        field = super().render(name, value, {**(attrs or {}), "list": proposals, "autocomplete": "off"}, renderer)
        zones = ((zone,) for zone in sorted(get_time_zones()) if zone.startswith("Europe/"))
        options = format_html_join("", '<option value="{}"></option>', zones)
        return format_html('{}<datalist id="{}">{}</datalist>', field, proposals, options)


FORMFIELD_OVERRIDES: dict[type[models.Field], dict[str, Any]] = {
    models.DateField: {"form_class": DayField, "widget": AdminDateWidget},
    models.PositiveIntegerField: {
        "widget": AdminIntegerFieldWidget,
        "max_value": 9999,  # the database's limit is far higher; “last” must be able to be one more
        "error_messages": {
            "min_value": _("Positions start at 1. Enter 0 to put a row last."),
            "max_value": _("Positions go up to 9999. Enter 0 to put a row last."),
        },
    },
    models.CharField: {"widget": UntruncatedTextInput},
    models.SlugField: {"widget": AdminTextInputWidget},
}
"""Value for `formfield_overrides` of an admin."""
