"""Why a note cannot be had as a file."""


class TypesettingError(ValueError):
    """The note could not be typeset. The log contains the reason."""


class TooManyFilesError(TypesettingError):
    """Other files are being made at the moment. Trying again later helps."""
