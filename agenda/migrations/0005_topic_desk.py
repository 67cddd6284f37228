"""The desk that keeps a topic; those from before have none, and every desk edits them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0004_revisions_and_releases"),
        ("meetings", "0006_memberships"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="backgroundtopic",
            options={
                "ordering": ("title", "id"),
                "verbose_name": "background topic",
                "verbose_name_plural": "background topics",
            },
        ),
        migrations.AddField(
            model_name="backgroundtopic",
            name="desk",
            field=models.ForeignKey(
                blank=True,
                help_text="The configuration whose people edit it. Empty: those of every one.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="topics",
                to="meetings.configuration",
                verbose_name="desk",
            ),
        ),
    ]
