"""The workflow of a note: submit, approve, release, correct and withdraw it.

Every function takes `by` (`meetings.audit.Actor`), the person or command that acts. It checks their rights with
`meetings.rights`, writes the audit log in the same transaction, and commits before the change takes effect.
"""

from agenda.publishing.facts import SameDayChange, get_live_meeting, preview_same_day_change, publish_same_day_change
from agenda.publishing.instants import format_instant, wait_until_live
from agenda.publishing.languages import ReleasedTranslations, release_translations, set_language_rule
from agenda.publishing.planning import (
    ReleaseAlarm,
    find_planned_release,
    is_ready_for_release,
    list_release_alarms,
    move_planned_release,
    plan_release,
    publish_planned_release,
    schedule_planned_release,
)
from agenda.publishing.refusals import (
    MAX_NOTE_LENGTH,
    MAX_REMARK_LENGTH,
    NotApprovedError,
    PendingEditionError,
    StaleTextError,
    WorkflowError,
)
from agenda.publishing.releasing import find_replaced_releases, publish
from agenda.publishing.reviewing import approve, send_back, submit
from agenda.publishing.scheduling import (
    call_off_edition,
    call_off_release,
    find_held_releases,
    find_open_release,
    find_release,
    get_release_subjects,
    hold_release,
    move_release,
    resume_release,
)
from agenda.publishing.telling import ChangeNote
from agenda.publishing.translations import build_translation_to_submit, submit_translation
from agenda.publishing.withdrawing import rollback, withdraw

__all__ = [
    "MAX_NOTE_LENGTH",
    "MAX_REMARK_LENGTH",
    "ChangeNote",
    "NotApprovedError",
    "PendingEditionError",
    "ReleaseAlarm",
    "ReleasedTranslations",
    "SameDayChange",
    "StaleTextError",
    "WorkflowError",
    "approve",
    "build_translation_to_submit",
    "call_off_edition",
    "call_off_release",
    "find_held_releases",
    "find_open_release",
    "find_planned_release",
    "find_release",
    "find_replaced_releases",
    "format_instant",
    "get_live_meeting",
    "get_release_subjects",
    "hold_release",
    "is_ready_for_release",
    "list_release_alarms",
    "move_planned_release",
    "move_release",
    "plan_release",
    "preview_same_day_change",
    "publish",
    "publish_planned_release",
    "publish_same_day_change",
    "release_translations",
    "resume_release",
    "rollback",
    "schedule_planned_release",
    "send_back",
    "set_language_rule",
    "submit",
    "submit_translation",
    "wait_until_live",
    "withdraw",
]
