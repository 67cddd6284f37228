"""Refuse to serve the site at an address, with a database role, or with a number of threads that is not safe."""

import ipaddress
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.signals import connection_created

logger = logging.getLogger(__name__)


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
            f"The site would answer at {host}, but it is configured for this machine only. Set ALLOWED_HOSTS "
            "and the settings that it requires first (docs/operations.md), or serve it at 127.0.0.1."
        )


def refuse_too_many_threads(environment: Mapping[str, str]) -> None:
    """Raise ImproperlyConfigured if a public process has more threads than readers may have connections."""
    workers, threads = (environment.get(f"GRANIAN_{name}", "1") for name in ("WORKERS", "BLOCKING_THREADS"))
    needed = (int(workers) + 1) * int(threads) + 3  # granian starts a worker before it ends another; and the dump
    if settings.SITE_ROLE == "public" and needed > settings.READERS_CONNECTIONS:
        raise ImproperlyConfigured(
            f"{workers} workers with {threads} threads need up to {needed} connections to the database, but "
            f"READERS_CONNECTIONS is {settings.READERS_CONNECTIONS}. Set it to {needed} for all services, also for "
            "database_roles (docs/operations.md)."
        )


def refuse_privileged_database_role() -> bool:
    """Raise ImproperlyConfigured if the process may do more in its database than its role needs.

    Return whether that could be found out.

    The public process may only read what is public. The editors' process may own nothing, so that it cannot change the
    rules of the database. If the database does not respond, the public process raises it too. The editors' process
    starts and is checked at its first connection: we never serve anything with a role that was not checked.
    """
    if connection.vendor != "postgresql":
        if not settings.EDITING and settings.SERVES_ELSEWHERE:
            raise ImproperlyConfigured(
                "SITE_ROLE=public needs PostgreSQL to serve other machines: SQLite has no roles, so the process could "
                "read the whole file."
            )
        return True
    if settings.SITE_ROLE == "all":
        return True
    try:
        problem = describe_role_faults(connection)
    except DatabaseError as error:
        if not settings.EDITING:
            raise ImproperlyConfigured(f"SITE_ROLE=public could not check its database role: {error}") from error
        connection_created.connect(check_first_connection)
        return False
    finally:
        connection.close()
    if problem:
        raise ImproperlyConfigured(problem)
    return True


def check_first_connection(connection: Any, **_more: Any) -> None:
    """Close a new connection and raise OperationalError, which is a 503, if its role has too many rights."""
    try:
        problem = describe_role_faults(connection)
    except DatabaseError:
        connection.close()
        raise
    if problem:
        connection.close()
        logger.critical(problem)
        raise OperationalError(problem)
    connection_created.disconnect(check_first_connection)


def describe_role_faults(connection: Any) -> str:
    """Return what the role of the connection may do and must not, and how to set it right; empty if all is well."""
    from meetings.database.checks import find_editor_faults, find_role_faults  # noqa: PLC0415 - they need models

    find_faults = find_editor_faults if settings.EDITING else find_role_faults
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_user")
        faults = [fault for role in sorted(set(cursor.fetchone())) for fault in find_faults(cursor, role)]
    if not faults:
        return ""
    named = "; ".join(faults[:5]) + (f"; and {len(faults) - 5} more" if len(faults) > 5 else "")
    what = "the editors’ one" if settings.EDITING else "the public one"
    return (
        f"SITE_ROLE={settings.SITE_ROLE}, but this database role is not {what}. It {named}. Run manage.py "
        "database_roles as the owner of the tables. Then set DATABASE_URL to use the "
        f"{settings.SITE_ROLE} role (docs/operations.md)."
    )
