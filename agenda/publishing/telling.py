"""Public notes on what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from agenda.publishing.refusals import clean_text


@dataclass(frozen=True)
class ChangeNote:
    """The public note on a change; for a minor correction (`is_editorial`), readers see no note."""

    text: str = ""
    is_editorial: bool = False


@dataclass(frozen=True)
class ChangeNotes:
    """The notes of a release: one by default, and others for some of its meetings and topics."""

    default: ChangeNote
    by_subject: Mapping[UUID, ChangeNote]

    @classmethod
    def clean(cls, note: str, is_editorial: bool, change_notes: Mapping[UUID, ChangeNote] | None) -> Self:
        """Clean the notes. Raise WorkflowError for a note that is too long."""
        notes_by_subject = {
            key: ChangeNote(clean_text(change_note.text, "note", subject_id=key), change_note.is_editorial)
            for key, change_note in (change_notes or {}).items()
        }
        return cls(ChangeNote(clean_text(note, "note"), is_editorial), notes_by_subject)

    def for_subject(self, subject_id: UUID) -> ChangeNote:
        return self.by_subject.get(subject_id, self.default)
