"""Save what was typed in the note editor: merge it with what others have saved meanwhile, check it, write the rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, overload
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from msgspec import Struct, to_builtins

from agenda.documents.building import build_meeting, build_topic
from agenda.documents.checks import get_document_kind
from agenda.documents.diff.document_side import PartKey, get_part_key
from agenda.editor.images import set_image_facts
from agenda.editor.merging import Conflict, merge
from agenda.editor.mistakes import Mistake, find_length_mistake, find_mistakes, get_key
from agenda.models import AgendaItem, BackgroundTopic, RevisionReason
from agenda.workflow.document_checks import load_saved_document
from agenda.workflow.document_length import walk_values
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_type
from agenda.workflow.restoring import overwrite_document
from agenda.workflow.transactions import lock_subject
from meetings.access import Right, require_right
from meetings.access.audit import Actor
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument, convert_data
from meetings.documents.members import get_members
from meetings.documents.schema import Alert, MeetingDocument, Point, TopicDocument, TopicName
from meetings.documents.traversal import get_part_kind, walk_items, walk_parts
from meetings.fields.richtext import clean_html
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

    document: SubjectDocument
    version: int
    conflicts: Sequence[Conflict] = ()


@overload
def build_edited_document(subject: Meeting) -> MeetingDocument: ...


@overload
def build_edited_document(subject: Subject) -> SubjectDocument: ...


def build_edited_document(subject: Subject) -> SubjectDocument:
    """Return the working copy as the editor shows it: in its source language, with all topics, published or not."""
    return show_note(subject, load_note(subject))


def show_note(subject: Subject, document: SubjectDocument) -> SubjectDocument:
    """Set the members of the saved document that follow from other rows, as the editor shows them."""
    if not isinstance(document, MeetingDocument) or not isinstance(subject, Meeting):
        return document
    document.title, document.previous = subject.display_title, list(subject.previous)
    topics: dict[UUID, list[TopicName]] = defaultdict(list)
    rows = BackgroundTopic.objects.filter(items__meeting=subject).order_by("slug")
    for item_id, key, slug, title in rows.values_list("items", "pk", "slug", "title"):
        topics[item_id].append(TopicName(id=key, slug=slug, title=title))
    for item, _parent in walk_items(document.agenda):
        item.topics = topics[item.id]
    return document


def load_note(subject: Subject) -> SubjectDocument:
    """Return the working copy as it was stored with its last revision, or if there is none, as its rows say.

    Raise InvalidDocument if the rows cannot be expressed as a document.
    """
    document = load_saved_document(subject)
    if isinstance(subject, BackgroundTopic):
        return document or build_topic(subject)
    return document if isinstance(document, MeetingDocument) else build_meeting(subject)


def get_shape(subject: Subject) -> type[MeetingDocument] | type[TopicDocument]:
    return MeetingDocument if isinstance(subject, Meeting) else TopicDocument


def read_posted_document(posted: Any, subject: Subject) -> SubjectDocument:
    """Return the document that a browser sent, as it would be saved. Raise InvalidNote if it has mistakes."""
    document, _saved = read_posted_and_saved(posted, subject)
    return document


def read_posted_and_saved(posted: Any, subject: Subject) -> tuple[SubjectDocument, SubjectDocument]:
    """Return the document that a browser sent, as it would be saved, and the working copy. Raise InvalidNote."""
    if mistakes := find_mistakes(posted, subject):
        raise InvalidNote(mistakes)
    saved = load_current_note(subject)
    document = read_shape(posted, subject, saved)
    refuse_removed_items(subject, document, saved)
    return document, saved


def load_current_note(subject: Subject) -> SubjectDocument:
    """Return the working copy. Raise InvalidNote, whose mistake has no field, if it cannot be read."""
    try:
        return load_note(subject)
    except InvalidDocument as error:
        raise InvalidNote([name_mistake(subject, str(error))]) from error


def clean_texts_early(posted: Mapping[str, Any]) -> None:
    """Clean the texts of what a browser sent, so that saving finds their clean forms kept (`clean_html`).

    That can take seconds, in which the row must not be locked: others would wait. Fields clean their texts, too. A note
    that is too long is refused without it.
    """
    texts = [posted.get("document"), posted.get("base")]
    if any(find_length_mistake(text) for text in texts):
        return
    for value in walk_values(texts):
        if isinstance(value, str) and ("<" in value or "&" in value):
            with suppress(ValidationError):  # the text gets its message later
                clean_html(clean_html(value))


def read_shape(posted: Any, subject: Subject, saved: SubjectDocument) -> SubjectDocument:
    """Return the document that a browser sent, with clean texts; it may have mistakes.

    What nobody types is taken from `saved`, the working copy. Raise InvalidNote if it is no document of the meeting or
    topic, if it is too long, or if it has a picture that is not stored.
    """
    if mistake := find_length_mistake(posted, subject):
        raise InvalidNote([mistake])
    try:
        document: SubjectDocument = convert_data(posted, get_shape(subject))
    except InvalidDocument:
        raise InvalidNote(find_mistakes(posted, subject)) from None
    if document.id != subject.pk:
        raise InvalidNote([name_mistake(subject, _("This is the text of something else. Reload the page."))])
    saved_parts = {get_part_key(part): part for part in walk_parts(saved)}
    keep_untyped(document, subject, saved, saved_parts)
    if mistakes := list(clean_texts(document, saved, saved_parts)):
        found = find_mistakes(posted, subject)
        known = set(map(get_key, found))
        raise InvalidNote([*found, *(mistake for mistake in mistakes if get_key(mistake) not in known)])
    if mistakes := list(set_image_facts(document, saved)):
        raise InvalidNote(mistakes)
    return document


def clean_texts(
    document: SubjectDocument, saved: SubjectDocument, saved_parts: Mapping[PartKey, Any]
) -> Iterator[Mistake]:
    """Write the formatted texts as the database will have them, so that no difference is found where there is none.

    Texts that have not changed are clean already: they come from the database. Yield why others cannot be cleaned.
    """
    whole = get_document_kind(document), document, saved
    parts = ((get_part_kind(part), part, saved_parts.get(get_part_key(part))) for part in walk_parts(document))
    for kind, part, before in (whole, *parts):
        for name in list_html_members(part.__class__):
            text = getattr(part, name)
            if text != getattr(before, name, None):
                try:
                    setattr(part, name, clean_html(text))
                except ValidationError as error:
                    yield Mistake(kind, str(part.id), name, " ".join(error.messages))


@cache
def list_html_members(shape: type[Struct]) -> list[str]:
    return [name for name, member in get_members(shape).items() if member.is_html]


def keep_untyped(
    document: SubjectDocument, subject: Subject, saved: SubjectDocument, saved_parts: Mapping[PartKey, Any]
) -> None:
    """Set what no control of the editor can change.

    That is languages, the presidency, the names of the configuration and of topics, earlier dates, places and times,
    and instants.
    """
    document.language = document.source_language = Language(subject.source_language)
    document.fallbacks = []
    if isinstance(document, MeetingDocument) and isinstance(subject, Meeting) and isinstance(saved, MeetingDocument):
        document.previous = list(subject.previous)
        document.presidency = saved.presidency
        if document.configuration.slug == saved.configuration.slug:
            document.configuration = saved.configuration
        name_topics(document)
    for part in walk_parts(document):
        before = saved_parts.get(get_part_key(part))
        if isinstance(part, Point):
            part.previous = before.previous if before else []
        elif isinstance(part, Alert) and before:
            part.at = before.at


def name_topics(document: MeetingDocument) -> None:
    """Give the topics of items their present titles and addresses, as `show_note` does.

    One that is gone keeps its id only.
    """
    items = [item for item, _parent in walk_items(document.agenda) if item.topics]
    if not items:
        return
    rows = BackgroundTopic.objects.filter(pk__in={topic.id for item in items for topic in item.topics})
    names = {
        key: TopicName(id=key, slug=slug, title=title) for key, slug, title in rows.values_list("pk", "slug", "title")
    }
    for item in items:
        item.topics = [names.get(one.id) or TopicName(id=one.id, slug=str(one.id), title="") for one in item.topics]


def name_mistake(subject: Subject, message: str) -> Mistake:
    return Mistake(get_subject_type(subject).value, str(subject.pk), "", message)


def save_note(subject: Subject, posted: dict[str, Any], *, by: Actor, remark: str = "") -> SavedNote:
    """Save the posted document of a meeting or topic as its working copy, with a revision.

    `posted` has the document and the `version` that it was based on. If there is a newer version, it must also have
    `base`, the document as it was loaded; otherwise raise BaseIsNeeded. The two are then merged: where both changed the
    same member, what is saved already stays, and the result names the conflict.

    Raise InvalidNote, and change nothing, if the document has mistakes, NotAllowed if `by` may not edit it, and
    WorkflowError if it has been deleted.
    """
    clean_texts_early(posted)
    with transaction.atomic():
        subject = lock_subject(subject)
        require_right(by, Right.CHANGE, subject)
        saved = load_current_note(subject)
        ours, conflicts = read_shape(posted.get("document"), subject, saved), list[Conflict]()
        if posted.get("version") != subject.version:
            if not posted.get("base"):
                raise BaseIsNeeded
            base: Any = read_shape(posted["base"], subject, saved)
            ours, conflicts = merge(base, ours, show_note(subject, saved))
        if mistakes := find_mistakes(to_builtins(ours), subject):
            raise InvalidNote(mistakes)
        refuse_removed_items(subject, ours, saved)
        try:
            document = overwrite_document(subject, ours, by=by, why=RevisionReason.SAVED, remark=remark)
        except InvalidDocument as error:
            raise InvalidNote([name_mistake(subject, str(error))]) from error
        return SavedNote(show_note(subject, document or load_current_note(subject)), subject.version, conflicts)


def refuse_removed_items(subject: Subject, document: SubjectDocument, saved: SubjectDocument) -> None:
    """Raise InvalidNote if an item of a meeting is gone that was published: its number, anchor and address stay."""
    if not isinstance(document, MeetingDocument) or not isinstance(saved, MeetingDocument):
        return
    before, after = ({item.id for item, _parent in walk_items(each.agenda)} for each in (saved, document))
    removed = AgendaItem.objects.filter(meeting=subject.pk, pk__in=before - after)
    published = removed.filter(pk__in=IndexedItem.objects.values("item_id"))
    message = _("You cannot delete “%s” because it is published. Undo, and set its state to withdrawn or postponed.")
    if mistakes := [name_mistake(subject, message % item) for item in published]:
        raise InvalidNote(mistakes)
