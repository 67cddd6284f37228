"""Texts of one line, such as titles, names and email addresses: which characters they can contain, and the columns."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext as _

from meetings.documents.combining_marks import MAX_MARKS, find_excess_mark

# Python's and Unicode's line and paragraph separators: str.splitlines, calendars and JavaScript end lines there.
LINE_BREAKS = "\n\v\f\r\x1c-\x1e\x85\u2028\u2029"
# They change the direction of what follows, so that a text can look different from what it says (Unicode TR36).
DIRECTION_SIGNS = "\u061c\u200f\u202a-\u202e\u2066-\u2069"
# No page shows them, but programs read them, and tags spell whole sentences. They are Unicode's default ignorable
# characters, without those that shape words and emoji or say where a word may break.
HIDDEN_SIGNS = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2061-\u2065\u206a-\u206f\u3164\ufe00-\ufe0d\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
CONTROL_CHARACTERS = "\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
REFUSED_IN_LINES = re.compile(f"[{LINE_BREAKS}{DIRECTION_SIGNS}{HIDDEN_SIGNS}{CONTROL_CHARACTERS}]")
REFUSED_IN_ADDRESSES = re.compile(r"[\s\"\\?&#%]")
# Not the no-break spaces, which French has before “:”.
BREAKING_SPACES = re.compile(f"[ \t{LINE_BREAKS}]+")
SHOWN_BEFORE = 30  # characters


def validate_line(text: str) -> None:
    """Raise ValidationError, naming the place, if the text has a line break, or a sign that nobody sees.

    Every format that we write, from calendars to CSV, has texts that must stay on one line.
    """
    if found := REFUSED_IN_LINES.search(text):
        before = text[: found.start()].strip()[-SHOWN_BEFORE:]
        message = _("There is %(sign)s after “%(before)s”. Delete it, or type the text again instead of pasting it.")
        if not before:
            message = _("There is %(sign)s at the start. Delete it, or type the text again instead of pasting it.")
        raise ValidationError(message, code="line", params={"sign": describe_sign(found[0]), "before": before})
    if not text.isascii() and (position := find_excess_mark(text)):
        before = text[: position - MAX_MARKS].strip()[-SHOWN_BEFORE:]
        message = _("The letter after “%(before)s” has more than %(most)d accents or other marks. Type it again.")
        raise ValidationError(message, code="marks", params={"before": before[:-1], "most": MAX_MARKS})


def describe_sign(sign: str) -> str:
    """Name a character that a line cannot contain: “a line break (U+2028)”."""
    code = f"U+{ord(sign):04X}"
    if re.match(f"[{LINE_BREAKS}]", sign):
        return _("a line break (%s)") % code
    if sign == "\t":
        return _("a tab (%s)") % code
    if re.match(f"[{DIRECTION_SIGNS}]", sign):
        return _("an invisible sign that turns the direction of the text (%s)") % code
    if re.match(f"[{HIDDEN_SIGNS}]", sign):
        return _("an invisible sign (%s)") % code
    return _("an invisible control character (%s)") % code


def join_lines(text: str) -> str:
    """Return the text on one line, with one space for each run of spaces, tabs and line breaks."""
    return BREAKING_SPACES.sub(" ", text).strip(" ")


class LineFormField(forms.CharField):
    """A text of one line. What was typed on several lines is joined."""

    def to_python(self, value: Any) -> Any:
        return join_lines(super().to_python(value) or "")


if TYPE_CHECKING:  # Django's fields have no type parameters when the code runs
    TextColumn = models.CharField[str, str]
else:
    TextColumn = models.CharField


class LineField(TextColumn):
    """A column with a text of one line. In migrations it is a CharField."""

    default_validators = [validate_line]

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def formfield(self, *args: Any, **options: Any) -> Any:
        return super().formfield(*args, **{"form_class": LineFormField, **options})


def validate_address(text: str) -> None:
    """Raise ValidationError if this is no email address, or has signs that a line or a link refuses.

    Django accepts control characters in quotation marks, which Python writes as line breaks, and so adds headers to a
    mail. After “?”, the programs that open a link find headers, too.
    """
    validate_line(text)
    validate_email(text)
    if found := REFUSED_IN_ADDRESSES.search(text):
        message = _("Email addresses cannot contain “%(sign)s”. Enter one without it.")
        raise ValidationError(message, code="address", params={"sign": found[0]})


class AddressField(models.EmailField):
    """A column with an email address. In migrations it is an EmailField."""

    default_validators = [validate_address]

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.EmailField", args, options
