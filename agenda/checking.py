"""What keeps a document from being published, and what an editor should look at before."""

import datetime as dt

from django.utils.translation import gettext as _

from agenda.models import BackgroundTopic
from meetings.addresses import NoAddress, address_of
from meetings.documents.shape import MeetingDocument, TopicDocument
from meetings.indexing import links_of
from meetings.models import Edition, Meeting, SubjectType


def errors_in(document: MeetingDocument | TopicDocument) -> list[str]:
    """Why the document cannot be published, in words; empty where it can."""
    errors = []
    if not document.title.strip():
        errors.append(_("The title is missing."))
    if isinstance(document, MeetingDocument):
        try:
            address_of(document)
        except NoAddress:
            errors.append(
                _("The meeting has no date and never had one, so it cannot have an address: give the first day.")
            )
        if document.status in ("postponed", "cancelled") and not document.status_reason:
            errors.append(_("Give the public reason why the meeting is postponed or cancelled."))
    return errors


def warnings_in(document: MeetingDocument | TopicDocument) -> list[str]:
    """What may be an oversight."""
    warnings = [
        _("The link “%s” has no address and will not be shown as a link.") % link.title
        for _owner_type, _owner, link in links_of(document)
        if not link.url
    ]
    if isinstance(document, MeetingDocument):
        if not document.chairs:
            warnings.append(_("Nobody is named who chairs the meeting."))
        if not document.agenda:
            warnings.append(_("The agenda is empty."))
    return warnings


def topics_left_out(meeting: Meeting, at: dt.datetime) -> list[str]:
    """A warning for each topic of the meeting's items that has no edition yet, so that its document cannot name it."""
    published = Edition.objects.live(at).filter(subject_type=SubjectType.TOPIC).values("subject_id")
    topics = BackgroundTopic.objects.filter(items__meeting=meeting).exclude(pk__in=published).distinct()
    return [_("The topic “%s” is not published and is left out.") % topic.title for topic in topics]
