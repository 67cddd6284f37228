"""For load balancers: is the process alive, can it answer."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from meetings.models import Edition


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 where the database answers and has the site's tables, else 503."""
    try:
        Edition.objects.exists()
    except DatabaseError:
        connection.close()
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
