"""The workflow of a note: submit, approve, release, correct and withdraw it.

Every function takes `by` (`meetings.audit.Actor`), the person or command that acts. It checks their rights with
`meetings.rights`, writes the audit log in the same transaction, and commits before the change takes effect.
"""

from agenda.publishing.facts import FactsChange, change_facts, foreseen, on_the_day
from agenda.publishing.instants import in_brussels, wait_for
from agenda.publishing.languages import ReleasedTranslations, follow, set_rule
from agenda.publishing.planning import (
    ReleaseAlarm,
    is_ready,
    list_release_alarms,
    move_plan,
    plan,
    planned_for,
    publish_planned_release,
    schedule_as_planned,
)
from agenda.publishing.refusals import (
    LONGEST_NOTE,
    LONGEST_REMARK,
    ChangedMeanwhile,
    NotApprovedError,
    PendingEditionError,
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
    "ChangedMeanwhile",
    "FactsChange",
    "NotApprovedError",
    "PendingEditionError",
    "Refused",
    "ReleaseAlarm",
    "ReleasedTranslations",
    "Told",
    "approve",
    "call_off",
    "call_off_release",
    "change_facts",
    "follow",
    "foreseen",
    "held_releases",
    "hold",
    "in_brussels",
    "is_ready",
    "list_release_alarms",
    "move",
    "move_plan",
    "on_the_day",
    "past_held",
    "plan",
    "planned_for",
    "publish",
    "publish_planned_release",
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
