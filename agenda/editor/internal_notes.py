"""Notes for colleagues on the parts of a meeting or topic. No document contains them."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from agenda.models import Comment, EditorDraft, InternalNote
from agenda.workflow.drafts import Subject, get_subject_key
from agenda.workflow.errors import WorkflowError
from agenda.workflow.transactions import lock_subject
from meetings.access.audit import Actor

MAX_STRAY_NOTES = 100
"""How many notes are kept on parts that are not saved or are gone: the editor loads all notes of a meeting or topic."""
MAX_TOTAL_LENGTH = 500_000
"""How many characters the notes on a meeting or topic have together: each editor loads all of them."""
MAX_LENGTH = InternalNote._meta.get_field("text").max_length or 0


def list_internal_notes(subject: Subject) -> dict[str, dict[str, str]]:
    """Return the notes by the id of their part, each with who wrote it last and when."""
    return {
        str(note.part_id): {"text": note.text, "by": note.by_name, "at": note.at.isoformat()}
        for note in InternalNote.objects.filter(**get_subject_key(subject))
    }


def save_internal_note(
    subject: Subject, part_id: UUID, text: str, *, by: Actor, now: dt.datetime, shown: str | None = None
) -> None:
    """Write the note of a part, or delete it if the text is empty.

    `shown` is the `at` of the note that was changed (`list_internal_notes`), or empty if there was none; None if nobody
    knows. If a colleague has written another one since, the text is added to it, and nothing is deleted.

    Raise WorkflowError if it would make the notes too long together.
    """
    key: dict[str, Any] = {**get_subject_key(subject), "part_id": part_id}
    with transaction.atomic():
        lock_subject(subject)
        stored = InternalNote.objects.filter(**key).first()
        if shown is not None and stored and stored.at.isoformat() != shown and stored.by_name != by.name:
            if text.strip() in ("", *stored.text.splitlines()):
                return
            text = f"{stored.text}\n{text}"
            if len(text) > MAX_LENGTH:
                raise WorkflowError(_("%s wrote a note here meanwhile. Yours does not fit below it.") % stored.by_name)
        store_internal_note(subject, key, text, by=by, now=now)


def store_internal_note(subject: Subject, key: dict[str, Any], text: str, *, by: Actor, now: dt.datetime) -> None:
    part_id = key["part_id"]
    if text.strip():
        lengths = dict(InternalNote.objects.filter(**get_subject_key(subject)).values_list("part_id", Length("text")))
        before, length = lengths.get(part_id, 0), len(text[:MAX_LENGTH])
        if length > before and sum(lengths.values()) - before + length > MAX_TOTAL_LENGTH:
            message = _(
                "Not saved. The internal notes here would have more than %s characters together. Delete some first."
            )
            raise WorkflowError(message % f"{MAX_TOTAL_LENGTH:,}")
        note = InternalNote(**key, text=text[:MAX_LENGTH], by_name=by.name, at=now)
        InternalNote.objects.bulk_create(
            [note], update_conflicts=True, unique_fields=list(key), update_fields=["text", "by_name", "at"]
        )
    else:
        InternalNote.objects.filter(**key).delete()


def delete_stray_notes(subject: Subject, parts: Collection[UUID]) -> None:
    """Delete the oldest notes on others than these parts, beyond `MAX_STRAY_NOTES`."""
    strays = InternalNote.objects.filter(**get_subject_key(subject)).exclude(part_id__in=parts)
    strays.filter(pk__in=strays.order_by("-at", "pk").values("pk")[MAX_STRAY_NOTES:]).delete()


def delete_beside(subject: Subject) -> None:
    """Delete what colleagues keep beside a meeting or topic that is about to be deleted: notes, comments, drafts."""
    Comment.objects.filter(**get_subject_key(subject)).delete()
    InternalNote.objects.filter(**get_subject_key(subject)).delete()
    EditorDraft.objects.filter(**get_subject_key(subject)).delete()
