"""The names of a document's members and parts that a comparison shows to people."""

from collections.abc import Callable
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.documents import schema

# By the member's name, or by class and member if it means something else in that class. A word that Django itself
# translates needs a context (tests/council/middleware/test_languages.py).
LABELS = {
    "address_word": _("word in the web address"),
    "agenda": _("agenda"),
    "agenda_status": _("agenda status"),
    "alerts": _("changes on the day"),
    "at": _("time"),
    "chairs": _("chairs"),
    "city": _("city"),
    "configuration": _("Council configuration"),
    "contacts": _("press contacts"),
    "country": _("country"),
    "date": pgettext_lazy("of a document", "date"),
    "document_number": _("document number"),
    "documents": _("documents"),
    "email": _("e-mail"),
    "end_date": _("last day"),
    "fallbacks": _("untranslated texts"),
    "footnotes": _("footnotes"),
    "form": _("type of meeting"),
    "image": _("image"),
    "in_margins": _("alongside the meeting"),
    "information_from": _("information from"),
    "issued_on": _("first issued"),
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
    "phones": _("phone numbers"),
    "place": _("place"),
    "presidency": _("presidency"),
    "previous": _("earlier dates and places"),
    "procedure_type": _("procedure"),
    "procedures": _("procedures"),
    "programme": _("programme"),
    "public": _("public session"),
    "public_basis": _("reason for the public session"),
    "references": _("other references"),
    "result": _("result"),
    "results": _("results"),
    "role": _("role"),
    "session": pgettext_lazy("of a document", "session"),
    "sessions": pgettext_lazy("of a document", "sessions"),
    "slug": _("word in the web address"),
    "source_language": _("original language"),
    "speakers": _("speakers"),
    "start_date": _("first day"),
    "state": _("state"),
    "state_note": _("public reason"),
    "status": _("status"),
    "status_reason": _("public reason"),
    "supported_by": _("supported by"),
    "text": _("text"),
    "time": _("time"),
    "time_precision": _("time precision"),
    "time_text": _("time as printed"),
    "timezone": _("time zone"),
    "title": _("title"),
    "topics": _("topics"),
    "url": _("web address"),
    "venue": _("venue"),
    "Chair.date": _("on this date only"),
    "Chair.session": _("for this session only"),
    "Point.previous": _("earlier times and places"),
}
IGNORED_MEMBERS = {"id", "version"}


def get_label(owner: type, member: str) -> str:
    return str(LABELS.get(f"{owner.__name__}.{member}") or LABELS[member])


def quote(words: str) -> str:
    return f"“{Truncator(words).chars(80)}”" if words else ""


def format_item_name(item: schema.Item) -> str:
    return " ".join(filter(None, (str(item.kind.label), item.number, quote(item.title))))


def format_point_name(point: schema.Point) -> str:
    kind = str(point.kind.label)
    return " ".join(filter(None, (kind[:1].lower() + kind[1:], quote(point.title))))


# Parts are identified by their id, wherever they are in the document. For each type: its word in a path (as in
# `fallbacks`), a function for the name of a part in its list, and the noun before that name if the part belongs to
# another part.
PART_TYPES: dict[type, tuple[str, Callable[[Any], str], Any]] = {
    schema.Alert: ("alerts", lambda alert: quote(alert.text), ""),
    schema.Chair: ("chairs", lambda chair: chair.name, ""),
    schema.Contact: ("contacts", lambda contact: contact.name, ""),
    schema.Footnote: ("footnotes", lambda footnote: footnote.mark, ""),
    schema.Item: ("agenda", format_item_name, ""),
    schema.Link: ("links", lambda link: quote(link.title), _("link")),
    schema.Point: ("programme", format_point_name, ""),
    schema.Result: ("results", lambda result: quote(result.title), _("result")),
    schema.Session: ("sessions", lambda session: quote(session.title), ""),
}


def is_part(value: Any) -> bool:
    return type(value) in PART_TYPES


def get_part_kind(part: Any) -> str:
    return PART_TYPES[type(part)][0]


def get_part_name(part: Any) -> str:
    return PART_TYPES[type(part)][1](part)
