"""Install the check of 0038 again, which let a message of the protocol end the transaction instead of COMMIT.

PostgreSQL then names no statement, and keeps a query without a name, which may take seconds to close after the check. So
an edition that everybody had read was exchanged (docs/attacks.md, the sixth attack).
"""

from importlib import import_module

from django.db import migrations

from meetings.migrations._operations import RunPython

check = import_module("meetings.migrations.0038_check_at_the_end_of_the_commit")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0041_waiting_changes")]
    operations = [RunPython(check.guards.guard, RunPython.noop)]
