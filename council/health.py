"""For load balancers and containers: is the process alive, can it answer."""

from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

PROBES = {"/healthz", "/readyz"}


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return render_status("ok")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 where the database answers and has all migrations of this code, else 503. One query.

    Migrations that the code does not know are no fault: while a new version is rolled out, the old one still answers.
    """
    try:
        applied = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except Error:
        connection.close()
        return render_status("the database does not answer, or has no tables yet", status=503)
    if not newest_migrations() <= applied:
        return render_status("the database lacks migrations", status=503)
    return render_status("ok")


@cache
def newest_migrations() -> set[tuple[str, str]]:
    """The last migration of each app. Reading them takes some milliseconds, so it is done once a process."""
    return set(MigrationLoader(None).graph.leaf_nodes())


def render_status(message: str, status: int = 200) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(f"{message}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
