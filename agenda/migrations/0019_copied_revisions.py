import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Say of which revision a same-day change made a copy. Copies from before this say nothing."""

    dependencies = [("agenda", "0018_documents_by_digest")]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="copied_from",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agenda.revision"
            ),
        ),
    ]
