"""Same-day changes: the duty officer changes facts for readers at once, in all languages, without a second approval.

The duty officer asks for a `SameDayChange`. We resolve it against the live edition (`ResolvedChange`: the new values
and the alerts for readers), then apply it to the live edition; and to scheduled editions, texts in review and the
working copy, wherever they still have the value that readers saw.
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
