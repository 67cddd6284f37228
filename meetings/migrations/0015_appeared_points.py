"""A model for reading which points appeared: without a table of its own (`meetings.models.appearance`)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0014_documents_are_read_faster")]

    operations = [
        migrations.CreateModel(
            name="AppearedPoint",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("point_id", models.UUIDField()),
            ],
            options={
                "db_table": "meetings_indexedpoint",
                "abstract": False,
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
