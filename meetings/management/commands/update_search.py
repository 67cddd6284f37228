from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from meetings.database.search_function import LIVE_TABLE, PENDING_TABLE, UPDATE_FUNCTION, WORD_INDEX


class Command(BaseCommand):
    help = (
        "Update the tables that readers search on PostgreSQL: copy the words of what has appeared since the last "
        "publication, and remove all traces of what was taken out. Search is right without it; run it every night, as "
        "the owner of the tables, to keep it fast."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            self.stdout.write("There is nothing to do: only PostgreSQL has these tables.")
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT public.{UPDATE_FUNCTION}()")
                [count] = cursor.fetchone()
                cursor.execute(f"VACUUM (ANALYZE) public.{LIVE_TABLE}, public.{PENDING_TABLE}")
                cursor.execute(f"REINDEX INDEX CONCURRENTLY public.{WORD_INDEX}")  # it forgets words only then
        except DatabaseError as error:
            raise CommandError(
                f"PostgreSQL refused: {error}\nRun this command as the owner of the tables (docs/operations.md, "
                "“Search”).",
                returncode=1,
            ) from error
        self.stdout.write(f"Editions that were added to the search table: {count}.")
