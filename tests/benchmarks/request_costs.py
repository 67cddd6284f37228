"""A middleware that reports what each request costs, in headers of its response. It works in any Django project."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

MILLISECONDS_HEADER = "x-server-milliseconds"
PROCESSOR_HEADER = "x-processor-milliseconds"
QUERIES_HEADER = "x-queries"


class RequestCostMiddleware:
    """Report the time and the number of SQL queries. It must be the first middleware.

    The time includes waiting for the database and for other processes. The processor time is that of this thread, so it
    also tells something on a busy machine.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        queries = 0

        def count_query(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal queries
            queries += 1
            return execute(*arguments)

        start, processor_start = time.perf_counter(), time.thread_time()
        with connection.execute_wrapper(count_query):
            response = self.get_response(request)
        response[MILLISECONDS_HEADER] = f"{(time.perf_counter() - start) * 1000:.1f}"
        response[PROCESSOR_HEADER] = f"{(time.thread_time() - processor_start) * 1000:.1f}"
        response[QUERIES_HEADER] = str(queries)
        return response
