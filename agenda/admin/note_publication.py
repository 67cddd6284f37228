"""Show in the note editor what is published, who is next, and the menu of the other screens."""

from typing import Any

from agenda.admin.publication_progress import PublicationProgress
from agenda.admin.screen import Screen, get_public_path
from agenda.models import Release
from agenda.workflow.same_day_changes.publication import can_change_same_day
from agenda.workflow.scheduled_releases import find_release
from agenda.workflow.states import format_release_state, load_states
from meetings.access import Right, has_right
from meetings.models import Meeting

MENU_RIGHTS = {
    "submit": Right.SUBMIT, "publish": Right.PUBLISH, "withdraw": Right.WITHDRAW, "share": Right.SHARE,
    "change": Right.CHANGE,
}  # fmt: skip


def build_publication_context(screen: Screen) -> dict[str, Any]:
    """Return the context of the template `note_publication.html` for the user of the screen."""
    model_admin, user = screen.model_admin, screen.user
    subject = load_states(type(screen.subject), [screen.subject.pk], screen.now)[screen.subject.pk]
    progress = PublicationProgress(subject)
    live, release, pending = progress.live_edition, progress.release, progress.pending_edition
    return {
        "progress": progress,
        "state": progress.state,
        "next_step": progress.get_next_step(user),
        "waiting_message": progress.explain_waiting(user),
        "live_path": live and get_public_path(live.address),
        "has_before": bool(live and progress.state.number > 1),
        "pending": pending,
        "pending_release": pending and find_release(pending),
        "release": release,
        "planned_release": release if release and release.state == Release.State.PLANNED else None,
        "release_status": release and format_release_state(release, progress.state.as_of),
        "may_change_facts": (
            isinstance(subject, Meeting)
            and progress.state.is_live
            and has_right(user, Right.DUTY, subject)
            and can_change_same_day(subject, screen.now)
        ),
        "may_delete": model_admin.has_delete_permission(screen.request, subject),
        **{f"may_{name}": has_right(user, right, subject) for name, right in MENU_RIGHTS.items()},
    }
