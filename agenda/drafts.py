"""The working copy as publishing would freeze it at an instant: its document, and what stands in its way."""

import copy
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from agenda.building import build_meeting, build_topic, topic_names
from agenda.checking import errors_in
from agenda.models import BackgroundTopic
from meetings.addresses import NoAddress, address_of
from meetings.documents.shape import EarlierDate, MeetingDocument, Tombstone, TopicDocument
from meetings.documents.text import InvalidDocument, canonical_text, digest_of, read
from meetings.models import Edition, Meeting, SubjectType

Subject = Meeting | BackgroundTopic
SubjectDocument = MeetingDocument | TopicDocument
NO_DOCUMENT = "-"  # no edition has this digest, so the working copy counts as changed


def type_of(subject: Subject | SubjectDocument) -> SubjectType:
    return SubjectType.MEETING if isinstance(subject, Meeting | MeetingDocument) else SubjectType.TOPIC


def draft_of(subject: Subject, now: dt.datetime, released: Sequence[TopicDocument] = ()) -> SubjectDocument:
    """The document, with topics named as in `released` or as live at the instant. No row is changed.

    Raises InvalidDocument.
    """
    if isinstance(subject, BackgroundTopic):
        return build_topic(subject)
    meeting = copy.copy(subject)
    meeting.previous = earlier_dates(subject, live_document(subject, now))
    return build_meeting(meeting, topics=topic_names(meeting, meeting.source_language, now, released))


def digest_of_draft(document: SubjectDocument) -> str:
    return digest_of(canonical_text(document))


def keep_digest(subject: Subject, now: dt.datetime) -> None:
    """Notes what the working copy says, as last saved, so that “changed since published” is a fact.

    To be called after every way in, in the same transaction.
    """
    try:
        digest = digest_of_draft(draft_of(type(subject)._default_manager.get(pk=subject.pk), now))
    except InvalidDocument:
        digest = NO_DOCUMENT
    note_digest(subject, digest)


def note_digest(subject: Subject, digest: str, **more: Any) -> None:
    type(subject)._default_manager.filter(pk=subject.pk).update(digest=digest, **more)


def documents_of(edition: Edition) -> list[SubjectDocument]:
    """The documents of an edition that is no tombstone, each language's own, without those whose text was erased."""
    held_documents = edition.documents.exclude(document__text="").select_related("document")
    documents = [read(held.document.text) for held in held_documents]
    return [document for document in documents if not isinstance(document, Tombstone)]


def source_document(edition: Edition) -> SubjectDocument:
    return next(document for document in documents_of(edition) if document.language == edition.source_language)


def live_document(subject: Subject | SubjectDocument, now: dt.datetime) -> SubjectDocument | None:
    edition = Edition.objects.of(type_of(subject), subject.id).live(now).first()
    return source_document(edition) if edition else None


def moved(live: MeetingDocument, now: Meeting | MeetingDocument) -> bool:
    city = now.city if isinstance(now, Meeting) else now.place.city
    return (live.start_date, live.end_date, live.place.city) != (now.start_date, now.end_date, city)


def missing_reason(meeting: Meeting | MeetingDocument, live: SubjectDocument | None) -> str:
    """What to tell who moves or calls off a published meeting and gives no public reason of its own for that."""
    if not isinstance(live, MeetingDocument):
        return ""
    called_off = meeting.status != live.status and meeting.status in ("postponed", "cancelled")
    if not (called_off or moved(live, meeting)) or meeting.status_reason not in ("", live.status_reason):
        return ""
    told = _(
        "“%(meeting)s” is published with another date, place or status: give the public reason for the change first."
    )
    if meeting.status_reason:
        told = _(
            "“%(meeting)s” is published with another date, place or status. "
            "The public reason is still that of the earlier change (“%(reason)s”): write the one for this change."
        )
    return told % {"meeting": live.title, "reason": live.status_reason}


def earlier_dates(meeting: Meeting, live: SubjectDocument | None) -> list[EarlierDate]:
    """When and where the meeting was published to be before, with the live edition's date where it has moved since."""
    if not isinstance(live, MeetingDocument):
        return list(meeting.previous)
    if not moved(live, meeting) or live.start_date is None:
        return list(live.previous)
    left = EarlierDate(start_date=live.start_date, end_date=live.end_date, city=live.place.city, venue=live.place.venue)
    return [*live.previous, left]


def hindrances(document: SubjectDocument, now: dt.datetime) -> list[str]:
    """Why the document cannot be published as it is, in words; that it is published already is no such reason."""
    live = live_document(document, now)
    found = errors_in(document)
    if isinstance(document, MeetingDocument) and (missing := missing_reason(document, live)):
        found.append(missing)
    try:
        address = address_of(document)
    except NoAddress:
        return found  # errors_in says so
    claims = Edition.objects.filter(address=address).exclude(subject_id=document.id)
    if (claims.live(now) | claims.pending(now)).exists():
        found.append(_("Another meeting or topic has the address %s: give this one a word for its address.") % address)
    return found
