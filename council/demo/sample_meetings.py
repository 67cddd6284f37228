"""The sample meetings: their documents, and what the demo does with them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from typing import Any

from council.demo.document_files import apply_changes, build_meeting, get_sample_id, read_meeting_files
from council.demo.working_days import Diary
from meetings.documents.schema import MeetingDocument

# Its first day is the day that the others are counted from.
TODAY_MEETING_ID = get_sample_id("meeting environment today")
EMBARGOED_MEETING_ID = get_sample_id("meeting development ministers")
MOVED_MEETING_ID = get_sample_id("meeting general affairs moved")
CORRECTED_MEETING_ID = get_sample_id("meeting trade ministers")  # corrected twice, the second time by one letter
WITHDRAWN_MEETING_ID = get_sample_id("meeting telecommunications")


class SampleStatus(Enum):
    """The status that the demo gives to a sample meeting."""

    PUBLISHED = "published"  # and published again if there is a second document
    CHANGED = "changed"  # published; only the working copy has the second document
    DRAFT = "draft"  # only in the working copy
    EMBARGOED = "embargoed"  # scheduled for tomorrow
    WITHDRAWN = "withdrawn"  # published, then withdrawn


@dataclass(frozen=True)
class SampleMeeting:
    """A sample meeting with up to three successive documents.

    `note` is public. It says what changed with the second edition, or why the meeting was withdrawn. The third document
    corrects a typing error.
    """

    status: SampleStatus
    note: str
    first: MeetingDocument
    second: MeetingDocument | None = None
    third: MeetingDocument | None = None


def build_sample_meetings(diary: Diary, now: dt.datetime) -> list[SampleMeeting]:
    """Return all sample meetings. The programme of today's meeting takes place around `now`."""
    return [build_sample_meeting(name, data, diary, now) for name, data in read_meeting_files().items()]


def build_sample_meeting(name: str, file: Mapping[str, Any], diary: Diary, now: dt.datetime) -> SampleMeeting:
    """Return the sample meeting that a data file describes: its editions, and what happens to it."""
    data = dict(file)
    status = SampleStatus(data.pop("demo_status", "published"))
    note = data.pop("note", "")
    changes = [dict(data.pop(edition)) for edition in ("second", "third") if edition in data]
    for change in changes:
        note = change.pop("note", note)
    try:
        documents = [build_meeting(name, state, diary, now) for state in accumulate([data, *changes], apply_changes)]
    except (LookupError, ValueError) as error:
        error.add_note(f"The error is in the file of the sample meeting “{name}”.")
        raise
    return SampleMeeting(status, note, *documents)


def filter_by_status(samples: list[SampleMeeting], *statuses: SampleStatus) -> list[SampleMeeting]:
    return [sample for sample in samples if sample.status in statuses]
