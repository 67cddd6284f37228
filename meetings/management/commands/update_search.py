from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from meetings.database.checks import find_late_commits
from meetings.database.reader_tables import EDITION_RELATIONS, PENDING_EDITIONS, READERS
from meetings.database.reader_triggers import COPY_FUNCTION
from meetings.database.search_function import LIVE_TABLE, PENDING_TABLE, UPDATE_FUNCTION, WORD_INDEX
from meetings.database.search_triggers import REPAIR


class Command(BaseCommand):
    help = (
        "Update the tables that readers search on PostgreSQL: copy the words of what has appeared since the last "
        "publication, and remove all traces of what was taken out. Search is right without it; run it every night, and "
        "after a large load, as the owner of the tables, to keep search and lists fast. It also names editions that "
        "were written after their instant."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            self.stdout.write("There is nothing to do: only PostgreSQL has these tables.")
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute(REPAIR)
                cursor.execute(f"SELECT public.{UPDATE_FUNCTION}()")
                [count] = cursor.fetchone()
                cursor.execute("SELECT pg_catalog.to_regclass(%s) IS NOT NULL", [PENDING_EDITIONS])
                tables = [f"public.{LIVE_TABLE}", f"public.{PENDING_TABLE}"]
                if cursor.fetchone() == (True,):  # `database_roles` has run
                    cursor.execute(f"SELECT public.{COPY_FUNCTION}()")
                    tables += [PENDING_EDITIONS, *(f"{READERS}.{relation.name}" for relation in EDITION_RELATIONS)]
                cursor.execute(f"VACUUM {', '.join(tables)}")
                cursor.execute("ANALYZE")  # after a load, lists took minutes until PostgreSQL had counted the rows
                cursor.execute(f"REINDEX INDEX CONCURRENTLY public.{WORD_INDEX}")  # it forgets words only then
                late = find_late_commits(cursor)
        except DatabaseError as error:
            raise CommandError(
                f"PostgreSQL refused: {error}\nRun this command as the owner of the tables (docs/operations.md, "
                "“Search”).",
                returncode=1,
            ) from error
        self.stdout.write(f"Editions that were added to the search table: {count}.")
        if late:
            self.stderr.write(
                f"These editions were written after readers could see others in their place: {'; '.join(late)}. Unless "
                "the database was restored or a migration rewrote them after that, somebody has got around the guards "
                "(docs/operations.md, “The guards”)."
            )
