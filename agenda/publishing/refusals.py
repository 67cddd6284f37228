"""Errors of the workflow. Their messages are for editors; whenever one is raised, nothing was changed."""

from uuid import UUID

from django.utils.translation import gettext as _

LONGEST_NOTE = 500
LONGEST_REMARK = 1000


class Refused(Exception):
    """A step of the workflow was refused. The message tells an editor why and what to do.

    `field` names the form field that is wrong (`at`, `note`, `pending`, `reason`, `force`, `remark`), if it is one.
    `subject_id` is the key of the meeting or topic whose note is wrong, if there are several.
    """

    about: str
    whose: UUID | None

    def __init__(self, message: str, about: str = "", subject_id: UUID | None = None) -> None:
        super().__init__(message)
        self.about = about
        self.whose = subject_id


class PendingEditionError(Refused):
    """There is a scheduled edition or a release on hold, and the caller did not say what to do with it."""


class ChangedMeanwhile(Refused):
    """The text, review or edition is no longer the one that the user was shown."""


class NotApprovedError(Refused):
    """The text is not approved. It can be submitted or, in an emergency, published without approval."""


def checked(text: str, field: str, max_length: int = LONGEST_NOTE, subject_id: UUID | None = None) -> str:
    """Return the text without surrounding white space.

    Raise WorkflowError if it is too long or contains characters that a database cannot store.
    """
    text = text.strip()
    if len(text) > max_length:
        raise Refused(
            _("This text has %(length)d characters. The maximum is %(maximum)d.")
            % {"length": len(text), "maximum": max_length},
            about=field,
            subject_id=subject_id,
        )
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise Refused(_("This text contains an invalid character. Type it again."), about=field, subject_id=subject_id)
    return text
