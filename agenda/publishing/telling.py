"""Public notes on what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from agenda.publishing.refusals import checked


@dataclass(frozen=True)
class Told:
    """The public note on a change; for a minor correction (`is_editorial`), readers see no note."""

    note: str = ""
    editorial: bool = False


@dataclass(frozen=True)
class ChangeNotes:
    """The notes of a release: one by default, and others for some of its meetings and topics."""

    default: Told
    by_subject: Mapping[UUID, Told]

    @classmethod
    def clean(cls, note: str, is_editorial: bool, change_notes: Mapping[UUID, Told] | None) -> Self:
        """Clean the notes. Raise WorkflowError for a note that is too long."""
        notes_by_subject = {
            key: Told(checked(change_note.note, "note", subject_id=key), change_note.editorial)
            for key, change_note in (change_notes or {}).items()
        }
        return cls(Told(checked(note, "note"), is_editorial), notes_by_subject)

    def for_subject(self, subject_id: UUID) -> Told:
        return self.by_subject.get(subject_id, self.default)
