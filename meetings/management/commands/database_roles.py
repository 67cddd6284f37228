import os
import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from meetings.law.faults import faults
from meetings.law.roles import DatabaseRole, UnusableRoleError, remove_rights, set_up_roles


class Command(BaseCommand):
    help = (
        "Sets up the two roles of PostgreSQL that the site's processes use, what each may do, and row-level security: "
        "the public role reads published editions and nothing else, from their time on and until they are withdrawn. "
        "Connect as the owner of the tables, after each migrate; another run changes nothing. Passwords come from "
        "PUBLIC_ROLE_PASSWORD and EDITOR_ROLE_PASSWORD, or from the files that …_PASSWORD_FILE names."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--public", default="council_public", help="the public role (default: council_public)")
        parser.add_argument("--editor", default="council_editor", help="the editor role (default: council_editor)")
        parser.add_argument(
            "--remove", action="store_true", help="take all of it away again; the roles themselves stay, without rights"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Roles are PostgreSQL's: this database is SQLite, which knows none.", returncode=2)
        public, editor = (read_role(kind, options[kind]) for kind in ("public", "editor"))
        if public.name == editor.name:
            raise CommandError("The public role and the editor role are two: name another one.", returncode=2)
        try:
            (remove_rights if options["remove"] else set_up_roles)(public, editor)
        except UnusableRoleError as error:
            raise CommandError(str(error), returncode=2) from error
        except DatabaseError as error:
            raise CommandError(
                f"PostgreSQL refused, and nothing was changed: {error}\nThis command connects as the owner of the "
                "tables, who may create roles (CREATEROLE), after manage.py migrate.",
                returncode=1,
            ) from error
        if options["remove"]:
            self.stdout.write(f"{public.name} and {editor.name} have no rights in this database any more.")
            return
        refuse_faults(public)
        for made, may in ((public, "reads what is published"), (editor, "does the editors' work")):
            kept = "its password was set" if made.password else "its password was left as it is"
            self.stdout.write(f"{made.name} {may}; {kept}.")


def refuse_faults(public: DatabaseRole) -> None:
    """What the owner of the tables could not take away, since it is another's, or everybody's."""
    with connection.cursor() as cursor:
        found = faults(cursor, public.name)
    if found:
        raise CommandError(
            f"The role {public.name} is not yet as it should be: it {'; it '.join(found)}.\nLet the owner of what is "
            "named, or a superuser, see to that (docs/operations.md, “Roles”), then run this again.",
            returncode=1,
        )


def read_role(kind: str, name: str) -> DatabaseRole:
    if not re.fullmatch("[a-z_][a-z0-9_]{0,62}", name) or name.startswith("pg_") or name == "public":
        raise CommandError(
            f"“{name}” is no name for the {kind} role: use small letters, digits and underscores, as council_{kind}.",
            returncode=2,
        )
    variable = f"{kind.upper()}_ROLE_PASSWORD"
    path = os.environ.get(f"{variable}_FILE", "")
    if not path:
        return DatabaseRole(name, os.environ.get(variable, ""))
    try:
        return DatabaseRole(name, Path(path).read_text().rstrip("\r\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{variable}_FILE names {path}, which cannot be read: {error}", returncode=2) from error
