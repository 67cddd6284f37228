"""All sample meetings, around a day."""

import datetime as dt

from council.samples import economy, foreign, nature, networks, society
from council.samples.diary import Diary
from council.samples.drafting import sample_id
from council.samples.stories import Fate, Story

OF_TODAY = sample_id("meeting environment today")  # its first day is the day that the others are counted from
EMBARGOED = sample_id("meeting development ministers")
MOVED = sample_id("meeting general affairs moved")
CORRECTED = sample_id("meeting trade ministers")  # twice: the second time by a letter
WITHDRAWN = sample_id("meeting telecommunications")


def build_sample_meetings(diary: Diary, now: dt.datetime) -> list[Story]:
    """`now` is what the programme of today's meeting is laid around."""
    return [
        *economy.stories(diary),
        *foreign.stories(diary),
        *nature.stories(diary, now),
        *networks.stories(diary),
        *society.stories(diary),
    ]


def with_fate(stories: list[Story], *fates: Fate) -> list[Story]:
    return [story for story in stories if story.fate in fates]
