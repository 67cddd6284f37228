"""The digest of what the working copy said when it was last saved.

Meetings from before have none: nobody can tell whether they have changed since they were published, and they count
as unchanged until somebody saves them.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_versions_and_validation")]
    operations = [
        migrations.AddField(
            model_name="meeting",
            name="digest",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        )
    ]
