import os
import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from meetings.database.checks import find_additions, find_editor_faults, find_open_ends, find_role_faults
from meetings.database.roles import (
    BlockedError,
    DatabaseRole,
    UnusableRoleError,
    keep_out,
    remove_rights,
    set_up_roles,
)


class Command(BaseCommand):
    help = (
        "Set up the two PostgreSQL roles of the site's processes, their privileges, and readers' tables. The public "
        "role can only read published editions, from their instant until they are withdrawn. Run this as the owner of "
        "the tables after each migrate; a second run changes nothing. Passwords are read from PUBLIC_ROLE_PASSWORD and "
        "EDITOR_ROLE_PASSWORD, or from the files named in …_PASSWORD_FILE."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--public", default="council_public", help="the public role (default: council_public)")
        parser.add_argument("--editor", default="council_editor", help="the editor role (default: council_editor)")
        parser.add_argument(
            "--remove", action="store_true", help="remove all of it; the roles themselves remain, without rights"
        )
        parser.add_argument(
            "--copy-again",
            action="store_true",
            help="make the tables of readers anew, for example after a migration that changed rows but no table",
        )
        parser.add_argument(
            "--end-sessions",
            action="store_true",
            help="first end all sessions of the public role, which may begin no others until this is done: for a new "
            "password, if somebody else has the old one. Readers get errors for some seconds",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("This command needs PostgreSQL: SQLite has no roles.", returncode=2)
        public, editor = (read_role(kind, options[kind]) for kind in ("public", "editor"))
        if public.name == editor.name:
            raise CommandError("The public role and the editor role must be two different roles.", returncode=2)
        if options["end_sessions"] and not public.password:
            raise CommandError(
                "With --end-sessions, the public role needs a new password (PUBLIC_ROLE_PASSWORD). Otherwise whoever "
                "has the old one comes back.",
                returncode=2,
            )
        refuse_newer_database()
        try:
            with keep_out(public) if options["end_sessions"] else nullcontext():
                if options["remove"]:
                    remove_rights(public, editor)
                else:
                    set_up_roles(public, editor, copies_again=options["copy_again"])
        except UnusableRoleError as error:
            raise CommandError(str(error), returncode=2) from error
        except BlockedError as error:
            hint = "" if options["end_sessions"] else f" If they are of {public.name}, end them with --end-sessions."
            raise CommandError(
                f"Other sessions hold locks, and nothing was changed: {error}.\nTry again when they have ended, or "
                f"stop the editors' process first.{hint}",
                returncode=1,
            ) from error
        except DatabaseError as error:
            raise CommandError(
                f"PostgreSQL refused, and nothing was changed: {error}\nRun this command as the owner of the tables, "
                "with the right to create roles (CREATEROLE), after manage.py migrate.",
                returncode=1,
            ) from error
        if options["remove"]:
            self.stdout.write(f"{public.name} and {editor.name} no longer have any rights in this database.")
            return
        refuse_faults(public, editor)
        self.warn_of_open_ends(public)
        self.warn_of_additions()
        for role, rights in ((public, "can read published editions"), (editor, "can do the editors' work")):
            password = "its password was set" if role.password else "its password was not changed"
            self.stdout.write(f"{role.name} {rights}; {password}.")

    def warn_of_open_ends(self, public: DatabaseRole) -> None:
        with connection.cursor() as cursor:
            found = find_open_ends(cursor, public.name)
        if found:
            named = "; ".join(found[:5]) + (f"; and {len(found) - 5} more" if len(found) > 5 else "")
            self.stderr.write(
                f"{public.name} {named}. This shows no text, and only a superuser can take it away "
                "(docs/operations.md, “What PostgreSQL does not prevent”)."
            )

    def warn_of_additions(self) -> None:
        with connection.cursor() as cursor:
            found = find_additions(cursor)
        if found:
            self.stderr.write(f"This is not of the site: {'; '.join(found)} (docs/operations.md, “Roles”).")


def refuse_newer_database() -> None:
    """Raise CommandError if a newer version of the site has migrated the database.

    This version would set up the roles as that one did not want them, and its processes do not know all rules.
    """
    loader = MigrationLoader(connection)
    labels = {config.label for config in apps.get_app_configs()}
    unknown = sorted(
        key for key in loader.applied_migrations.keys() - loader.disk_migrations.keys() if key[0] in labels
    )
    if unknown:
        raise CommandError(
            "Nothing was changed: a newer version of the site has migrated this database (it has "
            f"{', '.join(map('.'.join, unknown[:3]))}). Start that version; with docker compose, name it by TAG in "
            ".env (docs/operations.md, “Upgrade”).",
            returncode=1,
        )


def refuse_faults(public: DatabaseRole, editor: DatabaseRole) -> None:
    """Raise CommandError if a role has rights that the owner of the tables cannot revoke."""
    problems = []
    for role, find_faults in ((public, find_role_faults), (editor, find_editor_faults)):
        with connection.cursor() as cursor:
            if found := find_faults(cursor, role.name):
                problems.append(f"The role {role.name} is not set up correctly: it {'; it '.join(found)}.\n")
    if problems:
        raise CommandError(
            f"{''.join(problems)}Ask the owner of these objects or a superuser to correct this (docs/operations.md, "
            "“Roles”), then run the command again.",
            returncode=1,
        )


def read_role(kind: str, name: str) -> DatabaseRole:
    if not re.fullmatch("[a-z_][a-z0-9_]{0,62}", name) or name.startswith("pg_") or name == "public":
        raise CommandError(
            f"“{name}” is not a valid name for the {kind} role. Use lower-case letters, digits and underscores. For "
            f"example, council_{kind}.",
            returncode=2,
        )
    variable = f"{kind.upper()}_ROLE_PASSWORD"
    path = os.environ.get(f"{variable}_FILE", "")
    if not path:
        return DatabaseRole(name, os.environ.get(variable, ""))
    try:
        return DatabaseRole(name, Path(path).read_text().rstrip("\r\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{variable}_FILE is {path}, which cannot be read: {error}", returncode=2) from error
