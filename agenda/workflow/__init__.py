"""The workflow of a note: submit, approve, release, correct and withdraw it.

Every function takes `by` (`meetings.access.audit.Actor`), the person or command that acts. It checks their rights with
`meetings.access`, writes the audit log in the same transaction, and commits before the change takes effect.
"""

from agenda.workflow.errors import (
    MAX_NOTE_LENGTH,
    MAX_REMARK_LENGTH,
    NotApprovedError,
    PendingEditionError,
    StaleTextError,
    WorkflowError,
)
from agenda.workflow.planned_releases import (
    ReleaseAlarm,
    find_planned_release,
    is_ready_for_release,
    list_release_alarms,
    move_planned_release,
    plan_release,
    publish_planned_release,
    schedule_planned_release,
)
from agenda.workflow.publication import find_replaced_releases, publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.same_day_changes import (
    SameDayChange,
    get_live_meeting,
    preview_same_day_change,
    publish_same_day_change,
)
from agenda.workflow.scheduled_releases import (
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
from agenda.workflow.transactions import format_instant, wait_until_live
from agenda.workflow.translation_releases import ReleasedTranslations, release_translations, set_language_rule
from agenda.workflow.translation_submission import build_translation_to_submit, submit_translation
from agenda.workflow.unsaved_editions import ChangeNote
from agenda.workflow.withdrawal import rollback, withdraw
