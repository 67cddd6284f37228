from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0015_appeared_points")]
    operations = [
        migrations.RemoveIndex(model_name="edition", name="edition_by_date"),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                fields=["subject_type", "-listed_on", "subject_id", "available_from"], name="edition_by_date"
            ),
        ),
    ]
