"""The digest of what a topic said when it was last saved; topics from before have none and count as unchanged."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agenda", "0002_versions_and_validation")]
    operations = [
        migrations.AddField(
            model_name="backgroundtopic",
            name="digest",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        )
    ]
