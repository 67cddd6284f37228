"""Helpers that save revisions and suppress editions."""

from typing import Any

from django.utils import timezone

from agenda.models import Revision
from agenda.workflow.revisions import keep_revision
from agenda.workflow.suppression import erase, get_edition_by_number, suppress
from meetings.models import Meeting
from tests.agenda.workflow.users import save_changes
from tests.factories import COMMAND, publish_now


def save_revision(subject: Any, **values: Any) -> Revision:
    """Save the subject with these values as a revision."""
    revision = keep_revision(save_changes(subject, **values), timezone.now(), COMMAND)
    assert revision
    return revision


def suppress_revision(clock: Any, meeting: Meeting, *, erased: bool = False) -> Revision:
    """Return the revision of edition 1, which was corrected and suppressed."""
    revision = save_revision(meeting)
    publish_now(clock, meeting)
    publish_now(clock, save_changes(meeting, notice="Corrected."))
    edition = get_edition_by_number(meeting, 1)
    suppress(meeting, edition, by=COMMAND, reason="A private number.")
    if erased:
        erase(meeting, edition, by=COMMAND, reason="Court order.")
    return revision
