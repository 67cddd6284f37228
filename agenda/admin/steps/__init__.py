"""The publication steps, one screen each. Each step is recorded in the history and in the audit log."""

from agenda.admin.steps.releasing import force_step, release_step
from agenda.admin.steps.reviewing import review_step
from agenda.admin.steps.submitting import submit_step
from agenda.admin.steps.withdrawing import call_off_step, rollback_step, withdraw_step

__all__ = [
    "call_off_step",
    "force_step",
    "release_step",
    "review_step",
    "rollback_step",
    "submit_step",
    "withdraw_step",
]
