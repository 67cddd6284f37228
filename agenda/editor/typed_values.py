"""Read what officers type into one field: a time, a date, numbers of documents or codes of procedures.

The grammar is that of notes (`agenda.notes`) and of forms (`meetings.i18n`). Whatever is not certain is a question in
`message`; the officer decides.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from msgspec import Struct

from agenda.documents.checks import explain_doubtful_number
from agenda.models.references import validate_documents
from agenda.notes.clock_words import get_clock_phrases
from agenda.notes.language_detection import load_phrases_of_notes
from agenda.notes.time_parser import get_time_parser
from meetings.documents.choices import Language, TimePrecision
from meetings.documents.document_numbers import (
    PRINTED_DOCUMENT,
    PROCEDURE_KINDS,
    TYPED_PROCEDURE_IN_TEXT,
    find_document_numbers,
    normalize_reference,
    parse_document_number,
    parse_procedure_code,
)
from meetings.forms.fields import check_year, shorten_for_message
from meetings.i18n.date_parsing import DateParts, parse_typed_day
from meetings.i18n.printed_times import parse_printed_clocks

MAX_TIME_LENGTH = 100  # of the column of printed times
MAX_DATE_LENGTH = 60
MAX_PASTED_LENGTH = 10_000
SEPARATORS = re.compile(r"[\n\r\t;,]+")


class TypedTime(Struct, frozen=True):
    """A time, with the names of a programme event's members. `time` is HH:MM, or None if the words do not say it."""

    time: str | None
    time_precision: TimePrecision
    time_text: str


class TypedValue(Struct, frozen=True):
    """The meaning of a typed text.

    `value` is a `TypedTime`, an ISO date, or a list of numbers; None for an empty date, and for a text that cannot be
    read. `message` says what is wrong or doubtful; it is empty if nothing is.
    """

    value: TypedTime | str | list[str] | None
    message: str = ""
    is_readable: bool = True


def read_typed(kind: str, text: str, document_language: str, *, near: dt.date | None = None) -> TypedValue:
    """Return what the text of one field means. `kind` is “time”, “date”, “documents” or “procedures”.

    Words are read in the language of the document and in English. A date without a year is the one closest to `near`,
    which is usually the first day of the meeting. Raise ValueError for another kind.
    """
    if kind not in READERS:
        raise ValueError(kind)
    return READERS[kind](text.replace("\0", ""), document_language, near)


def refuse(message: str, **values: Any) -> TypedValue:
    return TypedValue(None, message % values, is_readable=False)


def read_time(text: str, language: str, _near: dt.date | None) -> TypedValue:
    words = " ".join(text.split())
    if not words:
        return TypedValue(TypedTime(None, TimePrecision.NOT_STATED, ""))
    if len(words) > MAX_TIME_LENGTH:
        message = _("The time is too long. Shorten it to at most %(limit)d characters.")
        return refuse(message, limit=MAX_TIME_LENGTH)
    for each in (language, Language.EN):
        if printed := get_time_parser(get_clock_phrases(each)).parse_time(words):
            message = _("Readers see only %s. If the end matters to them, write it in the title.")
            has_end = len(parse_printed_clocks(words)) > 1
            return TypedValue(TypedTime(*printed), message % printed[0] if has_end else "")
    shown = shorten_for_message(words)
    if clocks := parse_printed_clocks(words):
        time = f"{clocks[0]:%H:%M}"
        message = _("We read %(time)s and keep the other words as printed: “%(text)s”. Check the time.")
        typed = TypedTime(time, TimePrecision.EXACT, words)
        return TypedValue(typed, message % {"time": time, "text": shown})
    if re.search(r"\d", words):
        return refuse(_("“%(text)s” is not a time. Enter a time such as 13:00, +/- 13:00 or from 8.30."), text=shown)
    message = _("“%(text)s” has no time of day, so it is shown as printed. If you know the time, enter it: 13:00.")
    return TypedValue(TypedTime(None, TimePrecision.RELATIVE, words), message % {"text": shown})


def read_date(text: str, language: str, near: dt.date | None) -> TypedValue:
    words = " ".join(text.split())
    if not words:
        return TypedValue(None)
    shown = shorten_for_message(words)
    day = parse_typed_day(words, language) if len(words) <= MAX_DATE_LENGTH else None
    if day is None:
        message = _("“%(text)s” is not a date. Enter the date as 14 October 2027, 14/10/2027 or 2027-10-14.")
        return refuse(message, text=shown)
    if not day.parts.year and near is None:
        return refuse(_("“%(text)s” has no year. Enter the year as well."), text=shown)
    date = day.parts.date if day.parts.year or near is None else find_closest_date(day.parts, near)
    if date is None:
        return refuse(_("“%(text)s” is not a date: there is no such day. Correct the day or the month."), text=shown)
    return check_date(date, day.weekday)


def check_date(date: dt.date, weekday: int | None) -> TypedValue:
    """Return the date, with a question if it is not on the typed weekday."""
    try:
        check_year(date)
    except ValidationError as error:
        return TypedValue(None, " ".join(error.messages), is_readable=False)
    if weekday is None or weekday == date.weekday():
        return TypedValue(date.isoformat())
    typed = date + dt.timedelta(days=weekday - date.weekday())
    message = _("%(date)s is a %(weekday)s, not a %(typed)s.")
    values = {"date": date_format(date, "j F Y"), "weekday": date_format(date, "l"), "typed": date_format(typed, "l")}
    return TypedValue(date.isoformat(), message % values)


def find_closest_date(parts: DateParts, near: dt.date) -> dt.date | None:
    """Return the date, of any year, that is closest to `near`; None if no year has such a day."""
    dates = []
    for year in range(max(near.year - 4, dt.MINYEAR), min(near.year + 4, dt.MAXYEAR) + 1):
        with suppress(ValueError):
            dates.append(dt.date(year, parts.month, parts.day))
    return min(dates, key=lambda date: abs(date - near), default=None)


def read_documents(text: str, language: str, _near: dt.date | None) -> TypedValue:
    phrases = load_phrases_of_notes(language)

    def read_entry(entry: str) -> Iterator[tuple[str, str]]:
        if parsed := parse_document_number(entry):
            yield str(parsed), explain_mending(entry, str(parsed))
        elif parse_procedure_code(entry):
            message = _("“%(text)s” is a procedure number. Enter it in the field “procedures”.")
            yield "", message % {"text": shorten_for_message(entry)}
        elif found := find_document_numbers(entry.upper(), phrases.agenda.act_reference):
            has_more = re.search(r"\d", PRINTED_DOCUMENT.sub("", entry.upper()))
            message = _("We read only the Council's numbers in “%(text)s”. Check for others.") if has_more else ""
            for number in found:
                parsed = parse_document_number(number)
                yield (str(parsed) if parsed else number), message % {"text": shorten_for_message(entry)}
        else:
            yield from read_other_number(entry)

    return read_entries(text, read_entry)


def read_other_number(entry: str) -> Iterator[tuple[str, str]]:
    """Yield the number of another institution, as typed."""
    try:
        validate_documents([entry])
    except ValidationError as error:
        yield "", " ".join(error.messages)
    else:
        yield entry, explain_doubtful_number(entry)


def read_procedures(text: str, _language: str, _near: dt.date | None) -> TypedValue:
    def read_entry(entry: str) -> Iterator[tuple[str, str]]:
        whole = [entry] if parse_procedure_code(entry) else []
        for found in whole or TYPED_PROCEDURE_IN_TEXT.findall(entry):
            code = parse_procedure_code(found)
            if not code:
                continue
            message = explain_mending(found, str(code))
            if not code.kind:
                message = _("“%(text)s” does not say the kind of procedure, so we wrote %(code)s. Check the kind.")
            elif code.kind not in PROCEDURE_KINDS:
                message = _("“%(kind)s” is not a usual kind of procedure in %(code)s. Check it.")
            yield str(code), message % {"text": found, "code": code, "kind": code.kind}
            whole = [found]
        if not whole:
            message = _("“%(text)s” is not a procedure number. Enter it as 2016/0142 (COD).")
            yield "", message % {"text": shorten_for_message(entry)}

    return read_entries(text, read_entry)


def explain_mending(typed: str, value: str) -> str:
    """Return a message if the value has other letters or digits than the typed text."""
    if re.sub(r"\W", "", normalize_reference(typed)).removeprefix("ST") == re.sub(r"\W", "", value):
        return ""
    return _("We wrote “%(typed)s” as %(value)s.") % {"typed": " ".join(typed.split()), "value": value}


def read_entries(text: str, read_entry: Callable[[str], Iterator[tuple[str, str]]]) -> TypedValue:
    """Return the numbers in pasted text, each once, with all messages. Entries end with a line, a comma or the like.

    `read_entry` yields number and message; the number is empty if there is none.
    """
    if len(text) > MAX_PASTED_LENGTH:
        return refuse(_("The text is too long. Paste only the numbers."))
    values: dict[str, None] = {}
    messages: dict[str, None] = {}
    has_found_all = True
    for entry in filter(None, (" ".join(each.split()) for each in SEPARATORS.split(text))):
        for value, message in read_entry(entry):
            if value:
                values[value] = None
            else:
                has_found_all = False
            if message:
                messages[message] = None
    return TypedValue(list(values), " ".join(messages), is_readable=has_found_all)


READERS: Mapping[str, Callable[[str, str, dt.date | None], TypedValue]] = {
    "time": read_time,
    "date": read_date,
    "documents": read_documents,
    "procedures": read_procedures,
}
