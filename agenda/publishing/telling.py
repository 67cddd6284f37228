"""What readers are told of a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from agenda.publishing.refusals import checked


@dataclass(frozen=True)
class Told:
    """A note; or nothing, where only a typing error is corrected (`editorial`)."""

    note: str = ""
    editorial: bool = False


@dataclass(frozen=True)
class ChangeNotes:
    """Of a release: what is told of all that is in it, and what of some of it, by key."""

    default: Told
    by_subject: Mapping[UUID, Told]

    @classmethod
    def clean(cls, note: str, is_editorial: bool, change_notes: Mapping[UUID, Told] | None) -> Self:
        """Raises Refused for a note that is too long."""
        notes_by_subject = {
            key: Told(checked(change_note.note, "note", subject_id=key), change_note.editorial)
            for key, change_note in (change_notes or {}).items()
        }
        return cls(Told(checked(note, "note"), is_editorial), notes_by_subject)

    def for_subject(self, subject_id: UUID) -> Told:
        return self.by_subject.get(subject_id, self.default)
