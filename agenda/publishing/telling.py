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
class Notes:
    """Of a release: what is told of all that is in it, and what of some of it, by key."""

    of_all: Told
    of_each: Mapping[UUID, Told]

    @classmethod
    def checked(cls, note: str, editorial: bool, told: Mapping[UUID, Told] | None) -> Self:
        """Raises Refused for a note that is too long."""
        notes_by_subject = {
            key: Told(checked(change_note.note, "note", whose=key), change_note.editorial)
            for key, change_note in (told or {}).items()
        }
        return cls(Told(checked(note, "note"), editorial), notes_by_subject)

    def of(self, key: UUID) -> Told:
        return self.of_each.get(key, self.of_all)
