"""Refuse to serve the site at an address, or with a database role, that is not safe."""

import ipaddress

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection


def is_loopback(host: str) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def refuse_unconfigured_host(host: str) -> None:
    """Raise ImproperlyConfigured if the site would answer other machines but is not configured for that."""
    if not is_loopback(host) and not settings.SERVES_ELSEWHERE:
        raise ImproperlyConfigured(
            f"The site would answer at {host}, but it is configured for this machine only. Set ALLOWED_HOSTS, "
            "SECRET_KEY and DATABASE_URL first (docs/operations.md), or serve it at 127.0.0.1."
        )


def refuse_superuser() -> None:
    """Raise ImproperlyConfigured if the editors' process could change the rules of its database.

    An unavailable database raises nothing: the process then waits for it, since it serves nothing without.
    """
    if connection.vendor != "postgresql":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolname FROM pg_roles WHERE rolname IN (session_user, current_user)"
                " AND (rolsuper OR rolbypassrls OR rolcreaterole)"
            )
            found = cursor.fetchone()
    except DatabaseError:
        return
    finally:
        connection.close()
    if found:
        raise ImproperlyConfigured(
            f"SITE_ROLE=editor, but the database role {found[0]} may change the rules of the database. Run manage.py "
            "database_roles as the owner of the tables. Then set DATABASE_URL to use the editor role "
            "(docs/operations.md)."
        )


def refuse_privileged_database_role() -> None:
    """Raise ImproperlyConfigured if the process may do more in its database than its role needs.

    The public process may only read what is public, and the editors' process may not be a superuser. For the public
    process, raise it too if the database does not respond: we never serve anything with a role that was not checked.
    """
    if settings.SITE_ROLE == "editor":
        refuse_superuser()
    if settings.EDITING:
        return
    if connection.vendor != "postgresql":
        if settings.SERVES_ELSEWHERE:
            raise ImproperlyConfigured(
                "SITE_ROLE=public needs PostgreSQL to serve other machines: SQLite has no roles, so the process could "
                "read the whole file."
            )
        return
    from meetings.database.checks import find_role_faults  # noqa: PLC0415 - it needs models, so loaded apps

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user, current_user")
            problems = [fault for role in sorted(set(cursor.fetchone())) for fault in find_role_faults(cursor, role)]
    except DatabaseError as error:
        raise ImproperlyConfigured(f"SITE_ROLE=public could not check its database role: {error}") from error
    finally:
        connection.close()
    if problems:
        named = "; ".join(problems[:5]) + (f"; and {len(problems) - 5} more" if len(problems) > 5 else "")
        raise ImproperlyConfigured(
            f"SITE_ROLE=public, but this database role is not the public one. It {named}. Run manage.py database_roles "
            "as the owner of the tables. Then set DATABASE_URL to use the public role (docs/operations.md)."
        )
