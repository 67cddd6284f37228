"""The addresses of meetings and topics: the path after the language, as editions store it. Telephone links."""

import datetime as dt

from meetings.documents.schema import MeetingDocument, TopicDocument


class NoAddressError(ValueError):
    """The meeting has no address because it has no date and never had one."""


def format_address_dates(start: dt.date, end: dt.date, word: str = "") -> str:
    """Return the dates as a part of an address.

    For example, `2017/09/14`, `2017/09/14-15` for two days, `2017/11/30-01` across months or `2017/09/14-informal` with
    a word.
    """
    first = f"{start.year:04}/{start:%m/%d}"  # %Y writes early years with fewer digits
    days = first if start == end else f"{first}-{end:%d}"
    return f"{days}-{word}" if word else days


def build_address(document: MeetingDocument | TopicDocument) -> str:
    """Return the address of a document, such as `meetings/jha/2017/09/14/`. Raise NoAddressError if it has none.

    A meeting that is postponed without a new date keeps the address of its last date.
    """
    if isinstance(document, TopicDocument):
        return f"topics/{document.slug}/"
    start, end = document.start_date, document.end_date
    if start is None and document.previous:
        start, end = document.previous[-1].start_date, document.previous[-1].end_date
    if start is None:
        raise NoAddressError
    dates = format_address_dates(start, end or start, document.address_word)
    return f"meetings/{document.configuration.slug}/{dates}/"


def find_address(document: MeetingDocument | TopicDocument) -> str:
    """Return the address of a document (see `build_address`), or "" if it has none."""
    try:
        return build_address(document)
    except NoAddressError:
        return ""


def format_dial_number(phone: str) -> str:
    """Return the telephone number for a link: “+32 (0)2 281 51 50” becomes “+3222815150”."""
    return "".join(sign for sign in phone.replace("(0)", "") if sign in "+0123456789")
