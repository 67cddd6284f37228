"""A sample meeting as it was first published, and what became of it."""

from dataclasses import dataclass
from enum import Enum

from meetings.documents.shape import MeetingDocument


class SampleStatus(Enum):
    PUBLISHED = "published, and once more where there is a second document"
    CHANGED = "published; the second document is in the working copy only"
    DRAFT = "in the working copy only"
    EMBARGOED = "published for tomorrow"
    WITHDRAWN = "published, then withdrawn"


@dataclass(frozen=True)
class SampleMeeting:
    """`note` is public: what changed with the second edition, or why the meeting was withdrawn.

    The third, where there is one, mends a typing error.
    """

    first: MeetingDocument
    second: MeetingDocument | None = None
    note: str = ""
    status: SampleStatus = SampleStatus.PUBLISHED
    third: MeetingDocument | None = None
