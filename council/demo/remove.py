"""Remove a demo with all its tables, in spite of the database's guards. Refuses any database that is not a demo."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from council.demo.sample_meetings import TODAY_MEETING_ID
from meetings.database.reader_tables import READERS_SCHEMAS
from meetings.models import Edition, Meeting, User

LOCAL_DATABASE = settings.VAR_DIR / "db.sqlite3"  # the database that is used if DATABASE_URL is not set
LOCK_TIMEOUT = "5s"  # how long to wait for others who read the tables


def remove_demo() -> str:
    """Remove all tables of the site, or the local file, and return a sentence that says what was removed.

    Raise CommandError if the database is in use, or if it does not contain the sample meetings and is not the local
    file.
    """
    name = str(connection.settings_dict["NAME"])
    if not list_site_tables():
        return f"Nothing to remove: {name} has no tables of this site."
    if not is_local_database(name) and not has_demo():
        raise CommandError(
            f"Nothing was removed: --fresh removes all meetings, and {name} does not contain the demo. Unset "
            "DATABASE_URL to use the local file, or choose an empty database.",
            returncode=2,
        )
    summary = f"Removed from {name}: {describe_contents()}."
    try:
        remove_database_file(Path(name)) if connection.vendor == "sqlite" else drop_site_tables()
    except DatabaseError as error:
        raise CommandError(
            f"Nothing was removed: {name} is in use. Stop the programs that use it, then try again ({error}).",
            returncode=2,
        ) from error
    return summary


def is_local_database(name: str) -> bool:
    return connection.vendor == "sqlite" and Path(name).resolve() == LOCAL_DATABASE.resolve()


def list_site_tables() -> list[str]:
    """Return the tables of the site's applications, whichever migrations were applied."""
    known = set(connection.introspection.django_table_names(only_existing=True))
    labels = tuple(f"{config.label}_" for config in apps.get_app_configs())
    with connection.cursor() as cursor:
        existing = connection.introspection.table_names(cursor)
    return [name for name in existing if name in known or name == "django_migrations" or name.startswith(labels)]


def has_demo() -> bool:
    try:
        return Meeting.objects.filter(pk=TODAY_MEETING_ID).exists()
    except DatabaseError:  # the tables belong to another version
        return False


def describe_contents() -> str:
    try:
        meetings, editions, accounts = Meeting.objects.count(), Edition.objects.count(), User.objects.count()
    except DatabaseError:
        return "the tables of another version"
    return f"{meetings} meetings, {editions} editions and {accounts} accounts"


def remove_database_file(path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=DELETE")  # SQLite refuses this while another connection is open
    connection.close()
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def drop_site_tables() -> None:
    """Drop all tables of the site. Their triggers refuse to delete rows, but not to drop tables."""
    names = ", ".join(map(connection.ops.quote_name, list_site_tables()))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute(f"DROP TABLE {names} CASCADE")
        cursor.execute(f"DROP SCHEMA IF EXISTS {', '.join(READERS_SCHEMAS)} CASCADE")  # `database_roles` creates them
