"""Where the site may be served before it is configured, and as whom in the database."""

import ipaddress

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from meetings.law.faults import faults


def is_loopback(host: str) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def refuse_unconfigured_host(host: str) -> None:
    """Raises ImproperlyConfigured where the site would answer other machines without having been configured for it."""
    if not is_loopback(host) and not settings.SERVES_ELSEWHERE:
        raise ImproperlyConfigured(
            f"The site would answer at {host}, but it is configured for this machine alone: set ALLOWED_HOSTS, "
            "SECRET_KEY and DATABASE_URL first (docs/operations.md), or serve it at 127.0.0.1."
        )


def refuse_open_database() -> None:
    """Raises ImproperlyConfigured where the public process could do more in its database than read what is public.

    A database that does not answer is refused as well: nothing is served by a role that nobody has looked at.
    """
    if settings.EDITING:
        return
    if connection.vendor != "postgresql":
        if settings.SERVES_ELSEWHERE:
            raise ImproperlyConfigured(
                "SITE_ROLE=public serves others from PostgreSQL only: SQLite knows no roles, and shows all of the file."
            )
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user, current_user")
            problems = [fault for role in sorted(set(cursor.fetchone())) for fault in faults(cursor, role)]
    except DatabaseError as error:
        raise ImproperlyConfigured(f"SITE_ROLE=public looks at its database role first, but: {error}") from error
    finally:
        connection.close()
    if problems:
        named = "; ".join(problems[:5]) + (f"; and {len(problems) - 5} more" if len(problems) > 5 else "")
        raise ImproperlyConfigured(
            f"SITE_ROLE=public, but this database role is not the public one. It {named}. Run manage.py database_roles "
            "as the owner of the tables, then let DATABASE_URL name the public role (docs/operations.md)."
        )
