import uuid

from django.db import migrations, models

NAME = "one_writer_of_translated_words"
COLUMNS = ("subject_id", "language", "words_digest", "user", "approved_words", "saved_after")


class Migration(migrations.Migration):
    """Record when writers of translations saved them, and of which approved words theirs are made."""

    dependencies = [("meetings", "0056_writers_of_translations")]

    operations = [
        migrations.RemoveConstraint("TranslationWriter", NAME),
        migrations.AddField(
            "TranslationWriter", "row_id", models.UUIDField(default=uuid.UUID(int=0)), preserve_default=False
        ),
        migrations.AddField(
            "TranslationWriter", "field", models.CharField(max_length=40, default=""), preserve_default=False
        ),
        migrations.AddField("TranslationWriter", "approved_words", models.CharField(max_length=64, default="")),
        migrations.AddField("TranslationWriter", "saved_after", models.BigIntegerField(default=0)),
        migrations.AddConstraint("TranslationWriter", models.UniqueConstraint(fields=COLUMNS, name=NAME)),
    ]
