"""Install the check of 0038 again, which has looked at each edition and part alone, and took long for many of them.

So whoever wrote enough parts exchanged an edition that everybody had read already (docs/attacks.md, the fifth attack).
The check now looks at the least instant, last. A database that has 0038 would keep the earlier functions.
"""

from importlib import import_module

from django.db import migrations

from meetings.migrations._operations import RunPython

check = import_module("meetings.migrations.0038_check_at_the_end_of_the_commit")


def install_again(apps, editor):
    check.guards.guard(apps, editor)
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER TABLE {check.TABLE} DROP COLUMN IF EXISTS edition_id")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0038_check_at_the_end_of_the_commit")]
    operations = [RunPython(install_again, RunPython.noop)]
