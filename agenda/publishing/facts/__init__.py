"""Facts that move on the day itself: told at once, in all languages, by one person and without a second approval.

Somebody on duty asks for a `FactsChange`. It is settled against the live edition (`Facts`: which values, what readers
are told) and applied to what is live, and to what is to come, in review or a draft where that says what readers saw.
"""

from agenda.publishing.facts.changes import FactsChange, ResolvedChange, apply_change
from agenda.publishing.facts.changing import (
    Foreseen,
    OnTheDay,
    as_shown,
    change_facts,
    facts_may_change,
    foreseen,
    on_the_day,
)
from agenda.publishing.facts.typed import NoTime, read_time, written_time
from agenda.publishing.facts.wrong import WrongFacts

__all__ = [
    "FactsChange",
    "Foreseen",
    "NoTime",
    "OnTheDay",
    "ResolvedChange",
    "WrongFacts",
    "apply_change",
    "as_shown",
    "change_facts",
    "facts_may_change",
    "foreseen",
    "on_the_day",
    "read_time",
    "written_time",
]
