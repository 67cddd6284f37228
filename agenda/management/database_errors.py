"""What commands say of errors of the database."""

from django.core.management.base import CommandError
from django.db import DatabaseError


def build_command_error(error: DatabaseError, otherwise: str) -> CommandError:
    """Return an error that says that there are no tables, or if that is not so, `otherwise`."""
    if is_table_missing(error):
        return CommandError("The database has no tables yet. Run manage.py migrate first.", returncode=2)
    return CommandError(f"The database could not be reached, or ended the connection. {otherwise}", returncode=3)


def is_table_missing(error: DatabaseError) -> bool:
    cause = error.__cause__
    return getattr(cause, "pgcode", "") == "42P01" or "no such table" in str(cause)
