"""Why something was refused: in words for an editor, and nothing was changed."""


class Refused(Exception):
    """The message tells an editor why and what to do.

    `about` names what was given wrongly (`at`, `note`, `pending`, `reason`, `force`, `remark`), where it is that.
    """

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


class PendingEdition(Refused):
    """There is an edition still to come, and the caller did not say what is to become of it."""


class ChangedMeanwhile(Refused):
    """The working copy is another than the one that the caller was shown."""


class NotApproved(Refused):
    """Nobody has approved the text: it can be submitted, or, in an emergency, forced."""
