"""Why something was refused: in words for an editor, and nothing was changed."""

from uuid import UUID

from django.utils.translation import gettext as _

LONGEST_NOTE = 500
LONGEST_REMARK = 1000


class Refused(Exception):
    """The message tells an editor why and what to do.

    `about` names what was given wrongly (`at`, `note`, `pending`, `reason`, `force`, `remark`), where it is that;
    `whose` is the key of the one of several meetings and topics whose note it is.
    """

    about: str
    whose: UUID | None

    def __init__(self, message: str, about: str = "", subject_id: UUID | None = None) -> None:
        super().__init__(message)
        self.about = about
        self.whose = subject_id


class PendingEditionError(Refused):
    """There is an edition still to come, or a held release, and the caller did not say what is to become of it."""


class ChangedMeanwhile(Refused):
    """What the caller was shown is no longer what there is."""


class NotApprovedError(Refused):
    """Nobody has approved the text: it can be submitted, or, in an emergency, forced."""


def checked(text: str, field: str, max_length: int = LONGEST_NOTE, subject_id: UUID | None = None) -> str:
    """The text without white space around it. Raises Refused where it is too long, or no database could hold it."""
    text = text.strip()
    if len(text) > max_length:
        raise Refused(
            _("This text has %(length)d characters; at most %(most)d are possible.")
            % {"length": len(text), "most": max_length},
            about=field,
            subject_id=subject_id,
        )
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise Refused(_("This text has a character that is none: write it anew."), about=field, subject_id=subject_id)
    return text
