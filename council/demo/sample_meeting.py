"""Sample meetings: their first document, and how it changes later."""

from dataclasses import dataclass
from enum import Enum

from meetings.documents.schema import MeetingDocument


class SampleStatus(Enum):
    """The status that the demo gives to a sample meeting."""

    PUBLISHED = "published, and published again if there is a second document"
    CHANGED = "published; only the working copy has the second document"
    DRAFT = "only in the working copy"
    EMBARGOED = "scheduled for tomorrow"
    WITHDRAWN = "published, then withdrawn"


@dataclass(frozen=True)
class SampleMeeting:
    """A sample meeting with up to three successive documents.

    `note` is public. It says what changed with the second edition, or why the meeting was withdrawn. The third document
    corrects a typing error.
    """

    first: MeetingDocument
    second: MeetingDocument | None = None
    note: str = ""
    status: SampleStatus = SampleStatus.PUBLISHED
    third: MeetingDocument | None = None
