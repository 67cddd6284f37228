"""What a filter's value may be: read strictly, described by the same class, refused with what was perhaps meant."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from meetings.clock import NoSuchTime
from meetings.documents.text import word_list
from meetings.models import Configuration
from meetings.parameters import nearest, read_asked
from meetings.reference.delegations import DELEGATIONS, country_name, delegations_by_name
from meetings.vocabulary import Outcome

OTHERWISE_CODED = {"GR": "EL", "GB": "UK"}  # by ISO 3166, and by the Interinstitutional Style Guide
LONGEST = 200
PRINTED = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"  # a character that shows, and none that controls


class Refusal(ValidationError):
    """A value that is wrong, with members for the problem."""

    def __init__(self, message: str, **members: Any) -> None:
        super().__init__(message)
        self.members = members


class Value(forms.Field):
    """`read` makes the value of a text that is neither empty nor endless. Raises ValidationError."""

    schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": PRINTED}

    def to_python(self, value: str | None) -> Any:
        if value is None:
            return None
        if not value.strip():
            raise ValidationError(_("it is empty: give a value, or leave the parameter out."))
        if len(value) > LONGEST:
            raise ValidationError(_("it is longer than %d characters.") % LONGEST)
        return self.read(value)

    def read(self, text: str) -> Any:
        if not re.fullmatch(PRINTED, text):
            raise ValidationError(_("it holds control characters."))
        return text.strip()


def meant_hint(meant: str) -> str:
    return _("Did you mean “%s”?") % meant if meant else ""


def one_of(text: str, known: Sequence[str], *, meant: str = "") -> Refusal:
    """The refusal of a text that is none of the known words, with the nearest of them or the one that is `meant`."""
    likely = {"nearest": meant} if meant else nearest(text, known)
    detail = _("there is no “%(text)s”. It is one of: %(known)s. %(hint)s") % {
        "text": text[:60],
        "known": ", ".join(known) or _("none at all yet"),
        "hint": meant_hint(likely.get("nearest", "")),
    }
    return Refusal(detail.strip(), allowed=list(known), **likely)


class WordValue(Value):
    """One of a word list in any case, its empty word left out: to ask for that is to leave the parameter out."""

    def __init__(self, *, words: type[TextChoices], **options: Any) -> None:
        super().__init__(**options)
        self.words = [word for word in words.values if word]
        self.schema = word_list(words, empty=False)

    def read(self, text: str) -> str:
        if text.lower() not in self.words:
            raise one_of(text, self.words)
        return text.lower()


class WordsValue(WordValue):
    """One or several of a word list, separated by commas."""

    def __init__(self, *, words: type[TextChoices], **options: Any) -> None:
        super().__init__(words=words, **options)
        several = {"type": "array", "items": self.schema, "minItems": 1, "uniqueItems": True}
        self.schema = {"anyOf": [self.schema, several]}

    def read(self, text: str) -> Any:
        words = [*map(super().read, text.split(","))]
        if len(words) > len(set(words)):
            raise ValidationError(_("it has a word twice: give each once."))
        return words


class OutcomeValue(WordValue):
    """An outcome, or all of them."""

    ANY = "any"

    def __init__(self, **options: Any) -> None:
        super().__init__(words=Outcome, **options)
        self.outcomes = list(self.words)
        self.words.append(self.ANY)
        meanings = [*self.schema["x-enum-descriptions"], "any outcome, but for none at all"]
        self.schema = self.schema | {"enum": self.words, "x-enum-descriptions": meanings}

    def read(self, text: str) -> Any:
        word = super().read(text)
        return self.outcomes if word == self.ANY else [word]


class DayValue(Value):
    schema = {"type": "string", "format": "date"}

    def read(self, text: str) -> dt.date:
        try:
            if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):  # fromisoformat reads more
                return dt.date.fromisoformat(text)
        except ValueError:
            pass
        raise ValidationError(_("“%s” is no day: write it as 2017-09-14.") % text[:60])


class InstantValue(Value):
    schema = {"type": "string", "format": "date-time", "examples": ["2017-09-14T18:00:00Z"]}

    def read(self, text: str) -> dt.datetime:
        try:
            return read_asked(text)
        except NoSuchTime as error:
            raise ValidationError(str(error)) from error


class IdValue(Value):
    schema = {"type": "string", "format": "uuid"}

    def read(self, text: str) -> UUID:
        if not is_id(text):
            raise ValidationError(_("“%s” is no id: give one as the API gave it.") % text[:60])
        return UUID(text)


class TopicValue(Value):
    """A topic by its id or by its slug."""

    schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "maxLength": LONGEST}

    def read(self, text: str) -> UUID | str:
        if not re.fullmatch("[-a-zA-Z0-9_]+", text):
            raise ValidationError(_("“%s” is neither the id nor the slug of a topic.") % text[:60])
        return UUID(text) if is_id(text) else text


class SlugValue(TopicValue):
    def read(self, text: str) -> str:
        return str(super().read(text))


class YearValue(Value):
    schema = {"type": "integer", "minimum": 1950, "maximum": 2999}

    def read(self, text: str) -> int:
        if not re.fullmatch("(19[5-9]|2[0-9]{2})[0-9]", text):
            raise ValidationError(_("“%s” is no year: write it as 2017.") % text[:60])
        return int(text)


class CountryValue(Value):
    """A member state, present or past, by its code in any case."""

    codes = [delegation.code for delegation in DELEGATIONS if not delegation.associated]
    schema = {"type": "string", "enum": codes, "x-enum-descriptions": [country_name(code) for code in codes]}

    def read(self, text: str) -> str:
        code = text.upper()
        if code not in self.codes:
            named = delegations_by_name("en").get(text.casefold())
            raise one_of(text, self.codes, meant=OTHERWISE_CODED.get(code, named.code if named else ""))
        return code


class PresidencyValue(CountryValue):
    """The country, or the first and the last day of a half-year."""

    schema = {
        "anyOf": [
            CountryValue.schema,
            {"type": "string", "pattern": "^[12][0-9]{3}-[12]$", "examples": ["2017-2"]},
        ]
    }

    def read(self, text: str) -> Any:
        half_year = re.fullmatch("([12][0-9]{3})-([12])", text)
        if not half_year:
            return super().read(text)
        year, second = int(half_year[1]), half_year[2] == "2"
        return dt.date(year, 7 if second else 1, 1), dt.date(year, 12, 31) if second else dt.date(year, 6, 30)


class ConfigurationValue(Value):
    """A configuration by its code or slug in any case. Takes a query: the configurations are reference data."""

    schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "maxLength": 16, "examples": ["jha", "ECOFIN"]}

    def read(self, text: str) -> str:
        slugs = dict(Configuration.objects.values_list("code", "slug"))
        found = {word.casefold(): slug for code, slug in slugs.items() for word in (code, slug)}
        if text.casefold() not in found:
            close = nearest(text.casefold()[:60], list(found))
            raise one_of(text, list(slugs.values()), meant=found[close["nearest"]] if close else "")
        return found[text.casefold()]


def is_id(text: str) -> bool:
    return bool(re.fullmatch("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text))
