"""Describe in words which parts of the note an edition changed, by the members of its document."""

from django.utils.translation import gettext as _

from meetings.documents.choices import Language
from meetings.documents.members import get_members
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.editions.edition_history import EditionChange
from meetings.models import SubjectType


def format_changed_members(change: EditionChange) -> str:
    """Return the changed parts, such as “date, place, agenda”.

    If only translations were changed, return their languages, each by its own name. The text is empty if the change
    cannot be shown.
    """
    shape = MeetingDocument if change.edition.subject_type == SubjectType.MEETING else TopicDocument
    members = get_members(shape)
    if words := [word for name in change.changed_members if (word := members[name].change_word)]:
        return ", ".join(dict.fromkeys(words))
    if not change.previous or not change.languages:
        return ""
    return _("translations (%s)") % ", ".join(str(Language(language).label) for language in change.languages)
