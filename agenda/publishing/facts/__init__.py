"""Facts that move on the day itself: told at once, in all languages, by one person and without a second approval.

Somebody on duty asks for a `FactsChange`. It is settled against the live edition (`Facts`: which values, what readers
are told) and applied alike to what is live, what is to come, what is in review, and the working copy.
"""

from agenda.publishing.facts.changes import Facts, FactsChange, with_facts
from agenda.publishing.facts.changing import OnTheDay, change_facts, foreseen, on_the_day
from agenda.publishing.facts.typed import NoTime, read_time, written_time

__all__ = [
    "Facts",
    "FactsChange",
    "NoTime",
    "OnTheDay",
    "change_facts",
    "foreseen",
    "on_the_day",
    "read_time",
    "with_facts",
    "written_time",
]
