"""What an edition changed, in words: parts of the note, by the members of its document that are not as they were."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from meetings.changes import Change
from meetings.vocabulary import Language

MEMBER_LABELS = {
    "configuration": gettext_lazy("who meets"),
    "title": gettext_lazy("title"),
    "number": gettext_lazy("number"),
    "form": gettext_lazy("kind of meeting"),
    "status": gettext_lazy("status"),
    "status_reason": gettext_lazy("status"),
    "start_date": pgettext_lazy("of a meeting", "date"),
    "end_date": pgettext_lazy("of a meeting", "date"),
    "timezone": gettext_lazy("time zone"),
    "place": gettext_lazy("place"),
    "presidency": gettext_lazy("presidency"),
    "document_number": gettext_lazy("references"),
    "references": gettext_lazy("references"),
    "issued_on": gettext_lazy("day of issue"),
    "agenda_status": gettext_lazy("agenda"),
    "chairs": gettext_lazy("chairs"),
    "lead": gettext_lazy("introduction"),
    "sessions": gettext_lazy("sessions of the meeting"),
    "agenda": gettext_lazy("agenda"),
    "programme": gettext_lazy("programme"),
    "results": gettext_lazy("results"),
    "links": gettext_lazy("links"),
    "contacts": gettext_lazy("press contacts"),
    "footnotes": gettext_lazy("footnotes"),
    "alerts": gettext_lazy("changes on the day"),
    "notice": gettext_lazy("notice"),
}


def parts_changed(change: Change) -> str:
    """“date, place, agenda”; where only translations were changed, those; empty where nothing may be told of it."""
    if words := dict.fromkeys(str(MEMBER_LABELS[member]) for member in change.members if member in MEMBER_LABELS):
        return ", ".join(words)
    return (
        _("translations (%s)") % ", ".join(list_changed_languages(change)) if change.before and change.languages else ""
    )


def list_changed_languages(change: Change) -> Iterator[str]:
    """By the names that the languages have of themselves."""
    for language in change.languages:
        yield str(Language(language).label)
