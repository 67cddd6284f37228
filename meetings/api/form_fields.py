"""Django's form fields, made strict, for the parameters of the API and the filters of the public list.

Each field has the JSON Schema of its values as `schema`. A wrong value is a ValidationError whose `params` may contain
the wrong part as `value`, the right values as `choices`, and the one that was probably meant as `nearest`.
`meetings.api.parameters.describe_error` turns it into a sentence with a suggestion.
"""

import datetime as dt
import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.clock import InvalidTimeError, parse_instant
from meetings.documents.choices import Outcome
from meetings.documents.encoding import build_choices_schema
from meetings.models import Configuration
from meetings.reference.delegations import CODES_BY_ISO_CODE, DELEGATIONS, get_country_name, get_delegations_by_name

MAX_VALUE_LENGTH = 200
PRINTABLE_TEXT = (
    r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"  # at least one visible character, and no control characters
)
UUID_PATTERN = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
COUNTRY_CODES = [delegation.code for delegation in DELEGATIONS if not delegation.associated]


class StrictField(forms.Field):
    """A form field that refuses an empty or long text, and one that does not match `pattern`, before it parses it.

    Fields of Django are more tolerant: they read “2017-9-1” as a date. A missing value is None; it gives `initial`.
    """

    pattern = PRINTABLE_TEXT
    max_text_length = MAX_VALUE_LENGTH
    values: Sequence[str] = ()
    is_list = False
    """True if the value is a list, separated by commas. Then the parameter may also appear several times."""
    schema: dict[str, Any] = {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_VALUE_LENGTH,
        "pattern": PRINTABLE_TEXT,
    }
    default_error_messages = {
        "required": gettext_lazy("the value is empty. Enter a value or leave the parameter out."),
        "too_long": gettext_lazy("the value is longer than %(limit)d characters."),
        "invalid": gettext_lazy("the value has control characters."),
    }

    def __init__(self, *, schema: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(**{"required": False} | options)
        self.schema = schema or self.schema

    def clean(self, value: str | None) -> Any:
        if value is None:
            return self.initial
        if not value.strip():
            raise ValidationError(self.error_messages["required"], "required", {"choices": self.values})
        if len(value) > self.max_text_length:
            raise ValidationError(self.error_messages["too_long"], "too_long", {"limit": self.max_text_length})
        if not re.fullmatch(self.pattern, value):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return super().clean(value)


class CharField(StrictField, forms.CharField):
    """A text without control characters."""


class DateField(StrictField, forms.DateField):
    """A day, written as 2017-09-14."""

    pattern = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    schema = {"type": "string", "format": "date"}
    input_formats = ["%Y-%m-%d"]
    default_error_messages = {"invalid": gettext_lazy("“%(value)s” is not a date. Write it like this: 2017-09-14.")}


class BooleanField(StrictField):
    """Either `true` or `false`."""

    values = ("true", "false")
    schema = {"type": "boolean"}

    def to_python(self, text: Any) -> bool:
        if text.casefold() not in self.values:
            raise build_choice_error(text, self.values)
        return bool(text.casefold() == "true")


class UUIDField(StrictField, forms.UUIDField):
    """The id of something."""

    pattern = UUID_PATTERN
    schema = {"type": "string", "format": "uuid"}
    default_error_messages = {
        "invalid": gettext_lazy("“%(value)s” is not an id. Copy the id from an answer of the API.")
    }


class IntegerField(StrictField, forms.IntegerField):
    """A whole number from `min_value` to `max_value`."""

    pattern = "0|[1-9][0-9]*"
    default_error_messages = {
        "invalid": gettext_lazy("“%(value)s” is not a whole number."),
        "min_value": gettext_lazy("the value must be at least %(limit_value)d."),
        "max_value": gettext_lazy("the value must be at most %(limit_value)d."),
    }

    def __init__(self, *, min_value: int, max_value: int, **options: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **options)
        default = {} if self.initial is None else {"default": self.initial}
        self.schema = {"type": "integer", "minimum": min_value, "maximum": max_value} | default


class TopicField(StrictField):
    """The id or the slug of a topic."""

    pattern = "[-a-zA-Z0-9_]+"
    schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "maxLength": MAX_VALUE_LENGTH}
    default_error_messages = {"invalid": gettext_lazy("“%(value)s” is neither the id nor the slug of a topic.")}


class InstantField(StrictField):
    """An instant, written with an offset or `Z`; without them it is Brussels time.

    A day without a time is refused, and so is an hour that the change of the clocks skips or repeats: we do not guess
    an instant. One before the year 1 or after 9999 is the first or last day of these.
    """

    schema = {"type": "string", "format": "date-time", "examples": ["2017-09-14T18:00:00Z"]}
    default_error_messages = {"required": gettext_lazy("the value is empty. Enter it like this: 2017-09-14T16:00:00Z.")}

    def to_python(self, text: Any) -> dt.datetime:
        try:
            return parse_instant_parameter(text)
        except InvalidTimeError as error:
            raise ValidationError("%(reason)s", "invalid", {"reason": str(error)}) from error


def parse_instant_parameter(text: str) -> dt.datetime:
    """Return the instant of an `InstantField`'s text. Raise InvalidTimeError for one that it refuses."""
    excerpt, written = text[:60], text.strip().upper()
    if re.search(r"T\d\d:\d\d\S* \d\d:?\d\d\Z", written):
        raise InvalidTimeError(
            _("“%s” has a space where its “+” should be. Write the “+” as %%2B, or use UTC with a Z.") % excerpt
        )
    try:
        time = dt.datetime.fromisoformat(written)
    except ValueError:
        time = None
    if time and re.fullmatch(r"\d{4}-\d\d-\d\d", written, re.ASCII):
        message = _("“%(day)s” is only a date, and a day starts at different times in different time zones. %(how)s")
        instruction = _("Add a time, for example %sT00:00:00Z.") % written
        raise InvalidTimeError(message % {"day": excerpt, "how": instruction})
    if time is None or time.tzinfo is None or not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", written, re.ASCII):
        return parse_instant(excerpt, for_address=True)
    try:
        return time.astimezone(dt.UTC)
    except OverflowError:  # before the year 1 or after 9999 in UTC
        first, last = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (dt.MINYEAR, dt.MAXYEAR))
        return first if time.year == dt.MINYEAR else last


class ChoiceField(StrictField):
    """One of the choices, in any case. `aliases` are words that clients may try instead, in small letters."""

    def __init__(
        self, *, choices: type[TextChoices] | Sequence[str], aliases: Mapping[str, str] | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.schema = {"type": "string", "enum": list(choices)}
        if isinstance(choices, type):
            self.schema = build_choices_schema(choices, empty=False)
        if self.initial is not None:
            self.schema = self.schema | {"default": self.initial}
        self.values, self.aliases = self.schema["enum"], aliases or {}

    def to_python(self, text: Any) -> Any:
        for value in self.values:
            if value.casefold() == text.casefold():
                return value
        raise build_choice_error(text, self.values, self.aliases.get(text.casefold()))


def build_choice_error(text: str, choices: Sequence[str], nearest: str | None = None) -> ValidationError:
    message = gettext_lazy("“%(value)s” is not one of the values.")
    return ValidationError(
        message, "invalid_choice", {"value": text[:60], "choices": list(choices), "nearest": nearest}
    )


class YesNoField(ChoiceField):
    """A yes or no, as a boolean. Words that many programs write for it are values too."""

    booleans = {"yes": True, "no": False, "true": True, "false": False}

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=list(self.booleans), **options)

    def to_python(self, text: Any) -> bool:
        return self.booleans[super().to_python(text)]


class MultipleChoiceField(ChoiceField):
    """One or several of the choices, separated by commas."""

    is_list = True
    default_error_messages = {"repeated": gettext_lazy("a value appears twice. Use each value once.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.schema = self.allow_several(self.schema)

    @staticmethod
    def allow_several(schema: dict[str, Any]) -> dict[str, Any]:
        return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1, "uniqueItems": True}]}

    def to_python(self, text: Any) -> list[str]:
        chosen = [super(MultipleChoiceField, self).to_python(word) for word in text.split(",")]
        if len(chosen) > len(set(chosen)):
            raise ValidationError(self.error_messages["repeated"], "repeated")
        return chosen


class OutcomeField(MultipleChoiceField):
    """One or several outcomes, or `any` for all of them."""

    ANY = "any"

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=Outcome, **options)
        [schema, _several] = self.schema["anyOf"]
        meanings = [*schema["x-enum-descriptions"], "any outcome; items without an outcome are left out"]
        names = [*schema["x-enum-varnames"], self.ANY.upper()]
        self.values = [*self.values, self.ANY]
        self.schema = self.allow_several(
            schema | {"enum": self.values, "x-enum-varnames": names, "x-enum-descriptions": meanings}
        )

    def to_python(self, text: Any) -> list[str]:
        chosen = super().to_python(text)
        return [each for each in self.values if each != self.ANY] if self.ANY in chosen else chosen


class CountryField(ChoiceField):
    """The code of a present or former member state. Its English name gives a suggestion."""

    def __init__(self, **options: Any) -> None:
        named = get_delegations_by_name("en").items()
        aliases = {name: delegation.code for name, delegation in named if delegation.code in COUNTRY_CODES}
        aliases |= {iso_code.casefold(): code for iso_code, code in CODES_BY_ISO_CODE.items()}
        super().__init__(choices=COUNTRY_CODES, aliases=aliases, **options)
        self.schema = self.schema | {"x-enum-descriptions": [get_country_name(code) for code in COUNTRY_CODES]}


class PresidencyField(CountryField):
    """A country, or a half-year, which is parsed into its first and last day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        half_year = {"type": "string", "pattern": "^[12][0-9]{3}-[12]$", "examples": ["2017-2"]}
        self.schema = {"anyOf": [self.schema, half_year]}

    def to_python(self, text: Any) -> Any:
        half_year = re.fullmatch("([12][0-9]{3})-([12])", text)
        if not half_year:
            return super().to_python(text)
        year, second = int(half_year[1]), half_year[2] == "2"
        return dt.date(year, 7 if second else 1, 1), dt.date(year, 12, 31) if second else dt.date(year, 6, 30)


class ConfigurationField(StrictField):
    """A configuration by its code or slug, in any case. Parsing takes one database query."""

    schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "maxLength": 16, "examples": ["jha", "ECOFIN"]}

    def to_python(self, text: Any) -> str:
        slugs = dict(Configuration.objects.values_list("code", "slug"))
        found = {word.casefold(): slug for code, slug in slugs.items() for word in (code, slug)}
        if text.casefold() not in found:
            nearest = found.get(find_nearest(text[:60], list(found)))
            raise build_choice_error(text, list(slugs.values()), nearest)
        return found[text.casefold()]


def find_nearest(word: str, known: Sequence[str], cutoff: float = 0.5) -> str:
    """Return the most similar known word, ignoring case; an empty string if none is similar."""
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else ""
