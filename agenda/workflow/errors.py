"""Errors of the workflow. Their messages are for editors; whenever one is raised, nothing was changed."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from meetings.fields.line import join_lines, validate_line

MAX_NOTE_LENGTH = 500
MAX_REMARK_LENGTH = 1000


class WorkflowError(Exception):
    """A step of the workflow was refused. The message tells an editor why and what to do.

    `field` names the form field that is wrong (`at`, `note`, `pending`, `reason`, `force`, `remark`,
    `source_language`), if it is one.
    `subject_id` is the key of the meeting or topic whose note is wrong, if there are several.
    """

    field: str
    subject_id: UUID | None

    def __init__(self, message: str, field: str = "", subject_id: UUID | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.subject_id = subject_id


class PendingEditionError(WorkflowError):
    """There is a scheduled edition or a release on hold, and the caller did not say what to do with it."""


class StaleTextError(WorkflowError):
    """The text, review or edition is no longer the one that the user was shown."""


class MovedReleaseError(WorkflowError):
    """Somebody has changed the time of the release since it was read."""


class NotApprovedError(WorkflowError):
    """The text is not approved. It can be submitted or, in an emergency, published without approval."""


def clean_text(
    text: str, field: str, max_length: int = MAX_NOTE_LENGTH, subject_id: UUID | None = None, missing: str = ""
) -> str:
    """Return the text on one line, without surrounding white space.

    Raise WorkflowError if it is too long, contains characters that a line cannot contain, or is empty although there
    is a message for this (`missing`).
    """
    return clean_lines(join_lines(text), field, max_length, subject_id, missing)


def clean_lines(
    text: str, field: str, max_length: int = MAX_REMARK_LENGTH, subject_id: UUID | None = None, missing: str = ""
) -> str:
    """Return a text of several lines. Otherwise like `clean_text`."""
    lines = [*map(str.rstrip, text.strip().replace("\t", " ").splitlines())]
    text = "\n".join(lines)
    if missing and not text:
        raise WorkflowError(missing, field=field, subject_id=subject_id)
    if len(text) > max_length:
        message = _("This text has %(length)d characters. The maximum is %(maximum)d.")
        raise WorkflowError(message % {"length": len(text), "maximum": max_length}, field=field, subject_id=subject_id)
    try:
        for line in lines:
            validate_line(line)
    except ValidationError as error:
        raise WorkflowError(" ".join(error.messages), field=field, subject_id=subject_id) from error
    return text
