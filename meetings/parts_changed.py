"""Describe in words which parts of the note an edition changed, by the members of its document."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from meetings.changes import EditionChange
from meetings.vocabulary import Language

MEMBER_LABELS = {
    "configuration": gettext_lazy("Council configuration"),
    "title": gettext_lazy("title"),
    "number": gettext_lazy("number"),
    "form": gettext_lazy("type of meeting"),
    "status": gettext_lazy("status"),
    "status_reason": gettext_lazy("status"),
    "start_date": pgettext_lazy("of a meeting", "date"),
    "end_date": pgettext_lazy("of a meeting", "date"),
    "timezone": gettext_lazy("time zone"),
    "place": gettext_lazy("place"),
    "presidency": gettext_lazy("presidency"),
    "document_number": gettext_lazy("references"),
    "references": gettext_lazy("references"),
    "issued_on": gettext_lazy("date of issue"),
    "agenda_status": gettext_lazy("agenda"),
    "chairs": gettext_lazy("chairs"),
    "lead": gettext_lazy("introduction"),
    "sessions": gettext_lazy("sessions"),
    "agenda": gettext_lazy("agenda"),
    "programme": gettext_lazy("programme"),
    "results": gettext_lazy("results"),
    "links": gettext_lazy("links"),
    "contacts": gettext_lazy("press contacts"),
    "footnotes": gettext_lazy("footnotes"),
    "alerts": gettext_lazy("changes on the day"),
    "notice": gettext_lazy("notice"),
}


def format_changed_members(change: EditionChange) -> str:
    """Return the changed parts, such as “date, place, agenda”.

    If only translations were changed, return their languages. The text is empty if the change cannot be shown.
    """
    if words := dict.fromkeys(
        str(MEMBER_LABELS[member]) for member in change.changed_members if member in MEMBER_LABELS
    ):
        return ", ".join(words)
    return (
        _("translations (%s)") % ", ".join(list_changed_languages(change))
        if change.previous and change.languages
        else ""
    )


def list_changed_languages(change: EditionChange) -> Iterator[str]:
    """Yield the changed languages, each by its own name."""
    for language in change.languages:
        yield str(Language(language).label)
