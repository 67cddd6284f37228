"""Put the instant at the end of the indexes of editions again, which 0053 took from them.

The search function of the public role looks for later editions of a subject, and may do so along any index that has the
subject. Without the instant, it read scheduled editions, and PostgreSQL tells how many rows were read.
"""

from django.db import migrations, models

from meetings.migrations._operations import BuildModelsOnce

BY_DATE = ["-listed_on", "-sorted_at", "subject_id"]
INDEXES = {
    "edition_by_configuration": "configuration",
    "edition_by_status": "status",
    "edition_by_form": "form",
    "edition_by_presidency": "presidency",
}


class Migration(migrations.Migration):
    dependencies = [("meetings", "0062_confirmed_addresses")]

    operations = [
        BuildModelsOnce([migrations.RemoveIndex("edition", name) for name in INDEXES]),
        BuildModelsOnce(
            [
                migrations.AddIndex("edition", models.Index(fields=[field, *BY_DATE, "available_from"], name=name))
                for name, field in INDEXES.items()
            ]
        ),
    ]
