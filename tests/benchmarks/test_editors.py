"""Test what the comparison of editing screens measures and prints, without the other site."""

import pytest
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse

from tests.benchmarks.editors import format_table
from tests.benchmarks.request_costs import QUERIES_HEADER, RequestCostMiddleware

pytestmark = pytest.mark.once


@pytest.mark.django_db
def test_queries_of_a_request_are_counted() -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{Group.objects.count()} {Group.objects.exists()}")

    assert RequestCostMiddleware(answer)(HttpRequest())[QUERIES_HEADER] == "2"


def test_table_marks_what_exceeds_its_limit() -> None:
    lines = format_table(
        {"HTML, kB": 150, "SQL queries to save": 71, "the slowest key, ms": 999},
        {"HTML, kB": 300, "SQL queries to save": 710, "the slowest key, ms": 999},
    ).splitlines()
    assert lines[1].split()[-4:] == ["150.0", "300.0", "2.0", "150"]
    assert lines[2].split()[-5:] == ["71.0", "710.0", "10.0", "40", "EXCEEDED"]
    assert lines[3].split()[-3:] == ["999.0", "999.0", "1.0"]
