"""Removing a demo with its database, in spite of the guards, and nothing else: only what is a demo goes."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from council.samples.calendar import OF_TODAY
from meetings.models import Edition, Meeting, User

LOCAL = settings.VAR_DIR / "db.sqlite3"  # what is used where DATABASE_URL is not set
WAIT = "5s"  # for others who read the tables, before giving up


def remove_demo() -> str:
    """Removes all tables of the site, or the local file. Returns what went, in words; raises CommandError.

    It refuses any database but the local file that does not hold the sample calendar.
    """
    name = str(connection.settings_dict["NAME"])
    if not site_tables():
        return f"Nothing to remove: {name} holds no tables of this site."
    if not is_local(name) and not holds_demo():
        raise CommandError(
            f"--fresh removes all meetings, and {name} does not hold the demo's calendar: nothing was removed. Unset "
            "DATABASE_URL to use the local file, or name an empty database.",
            returncode=2,
        )
    what = f"Removed from {name}: {contents()}."
    try:
        remove_file(Path(name)) if connection.vendor == "sqlite" else drop_tables()
    except DatabaseError as error:
        raise CommandError(
            f"{name} is in use, so nothing was removed: stop what is running on it, then try again ({error}).",
            returncode=2,
        ) from error
    return what


def is_local(name: str) -> bool:
    return connection.vendor == "sqlite" and Path(name).resolve() == LOCAL.resolve()


def site_tables() -> list[str]:
    """The tables of the site's applications, in whatever state their migrations are."""
    known = set(connection.introspection.django_table_names(only_existing=True))
    labels = tuple(f"{config.label}_" for config in apps.get_app_configs())
    with connection.cursor() as cursor:
        existing = connection.introspection.table_names(cursor)
    return [name for name in existing if name in known or name == "django_migrations" or name.startswith(labels)]


def holds_demo() -> bool:
    try:
        return Meeting.objects.filter(pk=OF_TODAY).exists()
    except DatabaseError:  # the tables of another version
        return False


def contents() -> str:
    try:
        meetings, editions, accounts = Meeting.objects.count(), Edition.objects.count(), User.objects.count()
    except DatabaseError:
        return "the tables of another version"
    return f"{meetings} meetings, {editions} editions and {accounts} accounts"


def remove_file(path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=DELETE")  # refused as long as another connection is open
    connection.close()
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def drop_tables() -> None:
    """Tables go with their triggers, which refuse deletions but not this."""
    names = ", ".join(map(connection.ops.quote_name, site_tables()))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
        cursor.execute(f"DROP TABLE {names} CASCADE")
