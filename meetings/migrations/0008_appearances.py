"""Models for reading what appeared: without tables of their own (`meetings.models.appearance`)."""

from django.db import migrations, models

UNMANAGED = {"managed": False, "default_permissions": ()}


class Migration(migrations.Migration):
    dependencies = [("meetings", "0007_suppression_and_erasure")]

    operations = [
        migrations.CreateModel(
            name="Appearance",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject_type", models.CharField(max_length=8)),
                ("subject_id", models.UUIDField()),
                ("available_from", models.DateTimeField()),
                ("is_tombstone", models.BooleanField()),
                ("address", models.CharField(max_length=200)),
            ],
            options={"db_table": "meetings_edition", **UNMANAGED},
        ),
        migrations.CreateModel(
            name="AppearedItem",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("item_id", models.UUIDField()),
            ],
            options={"db_table": "meetings_indexeditem", "abstract": False, **UNMANAGED},
        ),
        migrations.CreateModel(
            name="AppearedLink",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("link_id", models.UUIDField()),
            ],
            options={"db_table": "meetings_indexedlink", "abstract": False, **UNMANAGED},
        ),
    ]
