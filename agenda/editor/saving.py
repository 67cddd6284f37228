"""Save what was typed in the note editor: merge it with what others have saved meanwhile, check it, write the rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from msgspec import to_builtins

from agenda.documents.building import build_meeting
from agenda.editor.merging import Conflict, merge
from agenda.editor.mistakes import Mistake, find_mistakes
from agenda.models import AgendaItem, BackgroundTopic, RevisionReason
from agenda.workflow.document_checks import load_saved_document
from agenda.workflow.restoring import restore_meeting
from meetings.access import Right, require_right
from meetings.access.audit import Actor
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument, convert_data
from meetings.documents.schema import Alert, Link, MeetingDocument, Point, TopicName
from meetings.documents.traversal import walk_items, walk_parts
from meetings.models import IndexedItem, Meeting


class BaseIsNeeded(Exception):
    """Others have saved since the browser loaded the document, and it did not send what it had loaded."""


class InvalidNote(Exception):
    """The note cannot be saved. `mistakes` has all reasons, each with its place."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(mistake.message for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class SavedNote:
    """The result of a save: the document and version as they are now, and what two people changed at once."""

    document: MeetingDocument
    version: int
    conflicts: Sequence[Conflict] = ()


def build_edited_document(meeting: Meeting) -> MeetingDocument:
    """Return the working copy as the editor shows it: in its source language, with all topics, published or not."""
    document = load_saved_meeting(meeting) or build_meeting(meeting)
    topics: dict[UUID, list[TopicName]] = defaultdict(list)
    rows = BackgroundTopic.objects.filter(items__meeting=meeting).order_by("slug")
    for item_id, key, slug, title in rows.values_list("items", "pk", "slug", "title"):
        topics[item_id].append(TopicName(id=key, slug=slug, title=title))
    for item, _parent in walk_items(document.agenda):
        item.topics = topics[item.id]
    return document


def load_saved_meeting(meeting: Meeting) -> MeetingDocument | None:
    """Return the document of the last save, as it was stored with its revision. Return None if there is none.

    It is what the rows say, because every change of the working copy keeps a revision.
    """
    document = load_saved_document(meeting)
    if not isinstance(document, MeetingDocument):
        return None
    document.title, document.previous = meeting.display_title, list(meeting.previous)  # these follow from other rows
    return document


def read_posted_document(posted: Any, meeting: Meeting) -> MeetingDocument:
    """Return the document that a browser sent, without what nobody types. Raise InvalidNote if it has mistakes."""
    if mistakes := find_mistakes(posted):
        raise InvalidNote(mistakes)
    return read_shape(posted, meeting, load_saved_meeting(meeting))


def read_shape(posted: Any, meeting: Meeting, saved: MeetingDocument | None) -> MeetingDocument:
    """Return the document that a browser sent, without what nobody types; it may have mistakes.

    `saved` is the document of the last save, from which that is taken. Raise InvalidNote if it is no document of the
    meeting.
    """
    try:
        document = convert_data(posted, MeetingDocument)
    except InvalidDocument:
        raise InvalidNote(find_mistakes(posted)) from None
    if document.id != meeting.pk:
        raise InvalidNote([name_mistake(meeting, _("This is the text of another meeting. Reload the page."))])
    keep_untyped(document, meeting, saved)
    return document


def keep_untyped(document: MeetingDocument, meeting: Meeting, saved: MeetingDocument | None) -> None:
    """Set what no control of the editor can change: languages, earlier dates, places and times, images, instants."""
    document.language = document.source_language = Language(meeting.source_language)
    document.previous = list(meeting.previous)
    parts = {part.id: part for part in walk_parts(saved)} if saved else {}
    for part in walk_parts(document):
        before = parts.get(part.id)
        if isinstance(part, Point):
            part.previous = before.previous if isinstance(before, Point) else []
        elif isinstance(part, Link):
            part.image = before.image if isinstance(before, Link) else None
        elif isinstance(part, Alert) and isinstance(before, Alert):
            part.at = before.at


def name_mistake(meeting: Meeting, message: str) -> Mistake:
    return Mistake("meeting", str(meeting.pk), "", message)


def save_note(meeting: Meeting, posted: dict[str, Any], *, by: Actor, remark: str = "") -> SavedNote:
    """Save the posted document of a meeting as its working copy, with a revision.

    `posted` has the document and the `version` that it was based on. If there is a newer version, it must also have
    `base`, the document as it was loaded; otherwise raise BaseIsNeeded. The two are then merged: where both changed the
    same member, what is saved already stays, and the result names the conflict.

    Raise InvalidNote, and change nothing, if the document has mistakes, and NotAllowed if `by` may not edit it.
    """
    with transaction.atomic():
        rows = Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("configuration")
        meeting = rows.get(pk=meeting.pk)
        require_right(by, Right.CHANGE, meeting)
        saved = load_saved_meeting(meeting)
        ours, conflicts = read_shape(posted.get("document"), meeting, saved), list[Conflict]()
        if posted.get("version") != meeting.version:
            if not posted.get("base"):
                raise BaseIsNeeded
            ours, conflicts = merge(read_shape(posted["base"], meeting, saved), ours, build_edited_document(meeting))
        if mistakes := find_mistakes(to_builtins(ours)):
            raise InvalidNote(mistakes)
        refuse_removed_items(meeting, ours)
        try:
            meeting = restore_meeting(ours, by=by, why=RevisionReason.SAVED, remark=remark)
        except InvalidDocument as error:
            raise InvalidNote([name_mistake(meeting, str(error))]) from error
        meeting.refresh_from_db(fields=["digest", "version"])
        return SavedNote(build_edited_document(meeting), meeting.version, conflicts)


def refuse_removed_items(meeting: Meeting, document: MeetingDocument) -> None:
    """Raise InvalidNote if an item is gone that was published: its number, anchor and address stay."""
    removed = AgendaItem.objects.filter(meeting=meeting).exclude(
        pk__in=[item.id for item, _parent in walk_items(document.agenda)]
    )
    published = removed.filter(pk__in=IndexedItem.objects.values("item_id"))
    message = _("You cannot delete “%s” because it is published. Set its state to withdrawn or postponed.")
    if mistakes := [name_mistake(meeting, message % item) for item in published]:
        raise InvalidNote(mistakes)
