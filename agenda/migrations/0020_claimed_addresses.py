from django.db import migrations, models


class Migration(migrations.Migration):
    """Give whoever publishes at an address a row to lock."""

    dependencies = [("agenda", "0019_copied_revisions")]

    operations = [
        migrations.CreateModel(
            name="ClaimedAddress",
            fields=[("address", models.CharField(max_length=200, primary_key=True, serialize=False))],
        ),
    ]
