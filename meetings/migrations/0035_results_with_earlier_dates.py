"""What search results show has the earlier dates of a meeting, so that a result can say from when it was moved."""

from importlib import import_module

from django.db import migrations

stored = import_module("meetings.migrations.0030_stored_search_results")


def write_again(apps, schema_editor):
    apps.get_model("meetings", "StoredSearchResult").objects.all().delete()
    stored.fill(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0034_sorted_points")]

    operations = [
        migrations.RunPython(stored.unguard, stored.guard),
        migrations.RunPython(write_again, migrations.RunPython.noop),
        migrations.RunPython(stored.guard, stored.unguard),
    ]
