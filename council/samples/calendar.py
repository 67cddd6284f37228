"""Collect the sample meetings of all fields of policy."""

import datetime as dt

from council.samples import economy, foreign, nature, networks, society
from council.samples.diary import Diary
from council.samples.drafting import get_sample_id
from council.samples.stories import SampleMeeting, SampleStatus

TODAY_MEETING_ID = get_sample_id(
    "meeting environment today"
)  # its first day is the day that the others are counted from
EMBARGOED_MEETING_ID = get_sample_id("meeting development ministers")
MOVED_MEETING_ID = get_sample_id("meeting general affairs moved")
CORRECTED_MEETING_ID = get_sample_id("meeting trade ministers")  # corrected twice, the second time by one letter
WITHDRAWN_MEETING_ID = get_sample_id("meeting telecommunications")


def build_sample_meetings(diary: Diary, now: dt.datetime) -> list[SampleMeeting]:
    """Return all sample meetings. The programme of today's meeting takes place around `now`."""
    return [
        *economy.draft_economy_meetings(diary),
        *foreign.draft_foreign_meetings(diary),
        *nature.draft_nature_meetings(diary, now),
        *networks.draft_network_meetings(diary),
        *society.draft_society_meetings(diary),
    ]


def filter_by_status(samples: list[SampleMeeting], *statuses: SampleStatus) -> list[SampleMeeting]:
    return [sample for sample in samples if sample.status in statuses]
