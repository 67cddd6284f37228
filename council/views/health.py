"""Health checks for load balancers and containers: is the process alive, and can it answer requests."""

from functools import cache

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from meetings.database.reader_triggers import copy_appeared_editions

PROBES = {"/healthz", "/readyz"}


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return render_status("ok")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Return 200 if the database answers and has all migrations of this code, else 503. This costs readers one query.

    Migrations that the code does not know are allowed, because the old version still answers while a new one is
    being deployed. The editors' process, which is asked every few seconds, copies what has appeared meanwhile.
    """
    try:
        applied = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except Error:
        connection.close()
        return render_status("the database does not respond, or it has no tables yet", status=503)
    if not get_latest_migrations() <= applied:
        return render_status("some migrations are missing in the database", status=503)
    if settings.EDITING:
        copy_appeared_editions()
    return render_status("ok")


@cache
def get_latest_migrations() -> set[tuple[str, str]]:
    """Return the last migration of each app. Each process reads them once, since that takes some milliseconds."""
    return set(MigrationLoader(None).graph.leaf_nodes())


def render_status(message: str, status: int = 200) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(f"{message}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
