"""The life of a note: submitted, approved, released, corrected, withdrawn.

Everything here takes `by`, who does it (`meetings.audit.Actor`), asks `meetings.rights` whether they may, and keeps it
in the audit log, in one transaction that ends before its effect.
"""

from agenda.publishing.facts import FactsChange, change_facts, foreseen, on_the_day
from agenda.publishing.instants import in_brussels, wait_for
from agenda.publishing.languages import Followed, follow, set_rule
from agenda.publishing.planning import (
    Alarm,
    alarms,
    carry_out,
    is_ready,
    move_plan,
    plan,
    planned_for,
    schedule_as_planned,
)
from agenda.publishing.refusals import (
    LONGEST_NOTE,
    LONGEST_REMARK,
    ChangedMeanwhile,
    NotApproved,
    PendingEdition,
    Refused,
)
from agenda.publishing.releasing import past_held, publish
from agenda.publishing.reviewing import approve, send_back, submit
from agenda.publishing.scheduling import (
    call_off,
    call_off_release,
    held_releases,
    hold,
    move,
    release_holding,
    release_of,
    resume,
    subjects_of,
)
from agenda.publishing.telling import Told
from agenda.publishing.translations import submit_translation, translation_to_submit
from agenda.publishing.withdrawing import rollback, withdraw

__all__ = [
    "LONGEST_NOTE",
    "LONGEST_REMARK",
    "Alarm",
    "ChangedMeanwhile",
    "FactsChange",
    "Followed",
    "NotApproved",
    "PendingEdition",
    "Refused",
    "Told",
    "alarms",
    "approve",
    "call_off",
    "call_off_release",
    "carry_out",
    "change_facts",
    "follow",
    "foreseen",
    "held_releases",
    "hold",
    "in_brussels",
    "is_ready",
    "move",
    "move_plan",
    "on_the_day",
    "past_held",
    "plan",
    "planned_for",
    "publish",
    "release_holding",
    "release_of",
    "resume",
    "rollback",
    "schedule_as_planned",
    "send_back",
    "set_rule",
    "subjects_of",
    "submit",
    "submit_translation",
    "translation_to_submit",
    "wait_for",
    "withdraw",
]
