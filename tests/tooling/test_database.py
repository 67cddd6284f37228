"""The tests run on the database that is configured."""

import os

from django.db import connection


def test_tests_run_on_the_configured_database(db):
    asked_for = os.environ.get("DATABASE_URL", "sqlite:").partition(":")[0]
    assert connection.vendor == {"postgres": "postgresql"}.get(asked_for, asked_for)
    with connection.cursor() as cursor:
        cursor.execute("SELECT upper('agenda')")
        assert cursor.fetchone() == ("AGENDA",)
