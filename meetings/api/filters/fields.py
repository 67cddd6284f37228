"""Form fields for the values of filters. Each describes its values, parses them strictly and suggests right ones."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from meetings.api.parameters import find_nearest, parse_instant_parameter
from meetings.clock import InvalidTimeError
from meetings.documents.choices import Outcome
from meetings.documents.encoding import build_choices_schema
from meetings.i18n.date_parsing import parse_iso_date
from meetings.models import Configuration
from meetings.reference.delegations import DELEGATIONS, get_country_name, get_delegations_by_name

COUNTRY_CODE_ALIASES = {"GR": "EL", "GB": "UK"}  # ISO 3166 codes and those of the Interinstitutional Style Guide
MAX_VALUE_LENGTH = 200
PRINTABLE_TEXT = (
    r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"  # at least one visible character, and no control characters
)


class FilterValueError(ValidationError):
    """A validation error of a parameter, with members for the Problem."""

    def __init__(self, message: str, **members: Any) -> None:
        super().__init__(message)
        self.members = members


class ParameterField(forms.Field):
    """A form field of a parameter. `parse` gets a text of sensible length and returns the value.

    Raise ValidationError for a wrong value.
    """

    schema: dict[str, Any] = {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_VALUE_LENGTH,
        "pattern": PRINTABLE_TEXT,
    }

    def to_python(self, value: str | None) -> Any:
        if value is None:
            return None
        if not value.strip():
            raise ValidationError(_("the value is empty. Enter a value or leave the parameter out."))
        if len(value) > MAX_VALUE_LENGTH:
            raise ValidationError(_("the value is longer than %d characters.") % MAX_VALUE_LENGTH)
        return self.parse(value)

    def parse(self, text: str) -> Any:
        if not re.fullmatch(PRINTABLE_TEXT, text):
            raise ValidationError(_("the value has control characters."))
        return text.strip()


def format_suggestion(suggestion: str) -> str:
    return _("Did you mean “%s”?") % suggestion if suggestion else ""


def build_choice_error(text: str, choices: Sequence[str], *, suggestion: str = "") -> FilterValueError:
    """Return the error for a text that is not one of the choices, with `suggestion` or else the nearest choice."""
    likely = {"nearest": suggestion} if suggestion else find_nearest(text, choices)
    detail = _("“%(text)s” is not one of the values. Use one of: %(known)s. %(hint)s") % {
        "text": text[:60],
        "known": ", ".join(choices) or _("none yet"),
        "hint": format_suggestion(likely.get("nearest", "")),
    }
    return FilterValueError(detail.strip(), allowed=list(choices), **likely)


class WordParameterField(ParameterField):
    """One value of a vocabulary, in any case. The empty value is not accepted: leave the parameter out instead."""

    def __init__(self, *, words: type[TextChoices], **options: Any) -> None:
        super().__init__(**options)
        self.words = [word for word in words.values if word]
        self.schema = build_choices_schema(words, empty=False)

    def parse(self, text: str) -> str:
        if text.lower() not in self.words:
            raise build_choice_error(text, self.words)
        return text.lower()


class MultipleWordParameterField(WordParameterField):
    """One or several values of a vocabulary, separated by commas."""

    def __init__(self, *, words: type[TextChoices], **options: Any) -> None:
        super().__init__(words=words, **options)
        several = {"type": "array", "items": self.schema, "minItems": 1, "uniqueItems": True}
        self.schema = {"anyOf": [self.schema, several]}

    def parse(self, text: str) -> Any:
        words = [*map(super().parse, text.split(","))]
        if len(words) > len(set(words)):
            raise ValidationError(_("a value appears twice. Use each value once."))
        return words


class OutcomeParameterField(WordParameterField):
    """An outcome, or `any` for all of them."""

    ANY = "any"

    def __init__(self, **options: Any) -> None:
        super().__init__(words=Outcome, **options)
        self.outcomes = list(self.words)
        self.words.append(self.ANY)
        meanings = [*self.schema["x-enum-descriptions"], "any outcome; items without an outcome are left out"]
        self.schema = self.schema | {"enum": self.words, "x-enum-descriptions": meanings}

    def parse(self, text: str) -> Any:
        word = super().parse(text)
        return self.outcomes if word == self.ANY else [word]


class DayParameterField(ParameterField):
    """A day, written as 2017-09-14."""

    schema = {"type": "string", "format": "date"}

    def parse(self, text: str) -> dt.date:
        try:
            return parse_iso_date(text)
        except ValueError:
            raise ValidationError(_("“%s” is not a date. Write it like this: 2017-09-14.") % text[:60]) from None


class InstantParameterField(ParameterField):
    """An instant; see `parse_instant_parameter`."""

    schema = {"type": "string", "format": "date-time", "examples": ["2017-09-14T18:00:00Z"]}

    def parse(self, text: str) -> dt.datetime:
        try:
            return parse_instant_parameter(text)
        except InvalidTimeError as error:
            raise ValidationError(str(error)) from error


class IdParameterField(ParameterField):
    """A UUID."""

    schema = {"type": "string", "format": "uuid"}

    def parse(self, text: str) -> UUID:
        if not is_uuid(text):
            raise ValidationError(_("“%s” is not an id. Copy the id from an answer of the API.") % text[:60])
        return UUID(text)


class TopicParameterField(ParameterField):
    """The id or the slug of a topic."""

    schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "maxLength": MAX_VALUE_LENGTH}

    def parse(self, text: str) -> UUID | str:
        if not re.fullmatch("[-a-zA-Z0-9_]+", text):
            raise ValidationError(_("“%s” is neither the id nor the slug of a topic.") % text[:60])
        return UUID(text) if is_uuid(text) else text


class TopicSlugParameterField(TopicParameterField):
    """The slug of a topic; one that looks like a UUID is still a slug."""

    def parse(self, text: str) -> str:
        return str(super().parse(text))


class YearParameterField(ParameterField):
    """A year from 1950 to 2999."""

    schema = {"type": "integer", "minimum": 1950, "maximum": 2999}

    def parse(self, text: str) -> int:
        if not re.fullmatch("(19[5-9]|2[0-9]{2})[0-9]", text):
            raise ValidationError(_("“%s” is not a year. Write it like this: 2017.") % text[:60])
        return int(text)


class CountryParameterField(ParameterField):
    """The code of a present or former member state, in any case."""

    codes = [delegation.code for delegation in DELEGATIONS if not delegation.associated]
    schema = {"type": "string", "enum": codes, "x-enum-descriptions": [get_country_name(code) for code in codes]}

    def parse(self, text: str) -> str:
        code = text.upper()
        if code not in self.codes:
            named = get_delegations_by_name("en").get(text.casefold())
            raise build_choice_error(
                text, self.codes, suggestion=COUNTRY_CODE_ALIASES.get(code, named.code if named else "")
            )
        return code


class PresidencyParameterField(CountryParameterField):
    """A country, or a half-year, which is parsed into its first and last day."""

    schema = {
        "anyOf": [
            CountryParameterField.schema,
            {"type": "string", "pattern": "^[12][0-9]{3}-[12]$", "examples": ["2017-2"]},
        ]
    }

    def parse(self, text: str) -> Any:
        half_year = re.fullmatch("([12][0-9]{3})-([12])", text)
        if not half_year:
            return super().parse(text)
        year, second = int(half_year[1]), half_year[2] == "2"
        return dt.date(year, 7 if second else 1, 1), dt.date(year, 12, 31) if second else dt.date(year, 6, 30)


class ConfigurationParameterField(ParameterField):
    """A configuration by its code or slug, in any case. Parsing takes one database query."""

    schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "maxLength": 16, "examples": ["jha", "ECOFIN"]}

    def parse(self, text: str) -> str:
        slugs = dict(Configuration.objects.values_list("code", "slug"))
        found = {word.casefold(): slug for code, slug in slugs.items() for word in (code, slug)}
        if text.casefold() not in found:
            close = find_nearest(text.casefold()[:60], list(found))
            raise build_choice_error(text, list(slugs.values()), suggestion=found[close["nearest"]] if close else "")
        return found[text.casefold()]


def is_uuid(text: str) -> bool:
    return bool(re.fullmatch("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text))
