"""Say that the press office's tables refer to documents by their digest, which is their key no longer (decision 149).

The database is as it was.
"""

import django.db.models.deletion
from django.db import migrations, models


def build_field():
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="meetings.storeddocument",
        to_field="digest",
    )


class Migration(migrations.Migration):
    dependencies = [("agenda", "0017_approval_ends")]
    run_before = [("meetings", "0048_document_keys")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(model, "document", build_field())
                for model in ("comment", "revisiondocument", "verdict")
            ]
        )
    ]
