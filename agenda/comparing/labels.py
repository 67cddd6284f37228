"""What people call the members and the parts of a document: every name that a comparison uses."""

from collections.abc import Callable
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.documents import shape

# With a context where Django has a translation of its own for the word (tests/council/test_languages.py).
# By the member's name, or by class and member where it means something else there.
LABELS = {
    "address_word": _("word in the address"),
    "agenda": _("agenda"),
    "agenda_status": _("state of the agenda"),
    "alerts": _("changes on the day"),
    "at": _("at"),
    "chairs": _("chairs"),
    "city": _("city"),
    "configuration": _("configuration"),
    "contacts": _("press contacts"),
    "country": _("country"),
    "date": pgettext_lazy("of a document", "date"),
    "document_number": _("document number"),
    "documents": _("documents"),
    "email": _("e-mail"),
    "end_date": _("last day"),
    "fallbacks": _("texts not translated"),
    "footnotes": _("footnotes"),
    "form": _("form"),
    "image": _("image"),
    "in_margins": _("in the margins of the meeting"),
    "information_from": _("information from"),
    "issued_on": _("issued on"),
    "items": _("agenda items"),
    "kind": _("kind"),
    "language": _("language"),
    "lead": _("lead"),
    "legal_basis": _("legal basis"),
    "links": _("links"),
    "live": _("streamed live"),
    "mark": _("mark"),
    "name": pgettext_lazy("of a document", "name"),
    "notice": _("notice"),
    "number": _("number"),
    "outcome": _("outcome"),
    "outcome_sought": _("outcome sought"),
    "phones": _("telephones"),
    "place": _("place"),
    "presidency": _("presidency"),
    "previous": _("earlier dates and places"),
    "procedure_type": _("procedure"),
    "procedures": _("procedures"),
    "programme": _("programme"),
    "public": _("public session"),
    "public_basis": _("why public"),
    "references": _("other references"),
    "result": _("result"),
    "results": _("results"),
    "role": _("role"),
    "session": pgettext_lazy("of a document", "session"),
    "sessions": pgettext_lazy("of a document", "sessions"),
    "slug": _("word in the address"),
    "source_language": _("written in"),
    "speakers": _("speakers"),
    "start_date": _("first day"),
    "state": _("state"),
    "state_note": _("why"),
    "status": _("status"),
    "status_reason": _("public reason"),
    "supported_by": _("supported by"),
    "text": _("text"),
    "time": _("time"),
    "time_precision": _("how exact the time is"),
    "time_text": _("time as printed"),
    "timezone": _("time zone"),
    "title": _("title"),
    "topics": _("topics"),
    "url": _("address"),
    "venue": _("venue"),
    "Chair.date": _("only on"),
    "Chair.session": _("only of session"),
    "Point.previous": _("earlier times and places"),
}
IGNORED_MEMBERS = {"id", "version"}


def label_of(owner: type, member: str) -> str:
    return str(LABELS.get(f"{owner.__name__}.{member}") or LABELS[member])


def quote(words: str) -> str:
    return f"“{Truncator(words).chars(80)}”" if words else ""


def format_item_name(item: shape.Item) -> str:
    return " ".join(filter(None, (str(item.kind.label), item.number, quote(item.title))))


def format_point_name(point: shape.Point) -> str:
    kind = str(point.kind.label)
    return " ".join(filter(None, (kind[:1].lower() + kind[1:], quote(point.title))))


# Parts are told apart by their id wherever they stand. Each with its kind's word in a path (as `fallbacks` has it),
# what it is called in its list, and what one of them is called where it stands at something else.
PART_TYPES: dict[type, tuple[str, Callable[[Any], str], Any]] = {
    shape.Alert: ("alerts", lambda alert: quote(alert.text), ""),
    shape.Chair: ("chairs", lambda chair: chair.name, ""),
    shape.Contact: ("contacts", lambda contact: contact.name, ""),
    shape.Footnote: ("footnotes", lambda footnote: footnote.mark, ""),
    shape.Item: ("agenda", format_item_name, ""),
    shape.Link: ("links", lambda link: quote(link.title), _("link")),
    shape.Point: ("programme", format_point_name, ""),
    shape.Result: ("results", lambda result: quote(result.title), _("result")),
    shape.Session: ("sessions", lambda session: quote(session.title), ""),
}


def is_part(value: Any) -> bool:
    return type(value) in PART_TYPES


def kind_of(part: Any) -> str:
    return PART_TYPES[type(part)][0]


def name_of(part: Any) -> str:
    return PART_TYPES[type(part)][1](part)
