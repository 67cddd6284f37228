"""Removing a demo with its database, in spite of the guards, and nothing else: only what is a demo goes."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from council.samples.calendar import TODAY_MEETING_ID
from meetings.models import Edition, Meeting, User

LOCAL_DATABASE = settings.VAR_DIR / "db.sqlite3"  # what is used where DATABASE_URL is not set
LOCK_TIMEOUT = "5s"  # for others who read the tables, before giving up


def remove_demo() -> str:
    """Removes all tables of the site, or the local file. Returns what went, in words; raises CommandError.

    It refuses any database but the local file that does not hold the sample calendar.
    """
    name = str(connection.settings_dict["NAME"])
    if not list_site_tables():
        return f"Nothing to remove: {name} holds no tables of this site."
    if not is_local_database(name) and not has_demo():
        raise CommandError(
            f"--fresh removes all meetings, and {name} does not hold the demo's calendar: nothing was removed. Unset "
            "DATABASE_URL to use the local file, or name an empty database.",
            returncode=2,
        )
    summary = f"Removed from {name}: {describe_contents()}."
    try:
        remove_database_file(Path(name)) if connection.vendor == "sqlite" else drop_site_tables()
    except DatabaseError as error:
        raise CommandError(
            f"{name} is in use, so nothing was removed: stop what is running on it, then try again ({error}).",
            returncode=2,
        ) from error
    return summary


def is_local_database(name: str) -> bool:
    return connection.vendor == "sqlite" and Path(name).resolve() == LOCAL_DATABASE.resolve()


def list_site_tables() -> list[str]:
    """The tables of the site's applications, in whatever state their migrations are."""
    known = set(connection.introspection.django_table_names(only_existing=True))
    labels = tuple(f"{config.label}_" for config in apps.get_app_configs())
    with connection.cursor() as cursor:
        existing = connection.introspection.table_names(cursor)
    return [name for name in existing if name in known or name == "django_migrations" or name.startswith(labels)]


def has_demo() -> bool:
    try:
        return Meeting.objects.filter(pk=TODAY_MEETING_ID).exists()
    except DatabaseError:  # the tables of another version
        return False


def describe_contents() -> str:
    try:
        meetings, editions, accounts = Meeting.objects.count(), Edition.objects.count(), User.objects.count()
    except DatabaseError:
        return "the tables of another version"
    return f"{meetings} meetings, {editions} editions and {accounts} accounts"


def remove_database_file(path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=DELETE")  # refused as long as another connection is open
    connection.close()
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def drop_site_tables() -> None:
    """Tables go with their triggers, which refuse deletions but not this."""
    names = ", ".join(map(connection.ops.quote_name, list_site_tables()))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute(f"DROP TABLE {names} CASCADE")
