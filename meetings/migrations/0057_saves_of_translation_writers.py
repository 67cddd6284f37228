import uuid

from django.db import migrations, models
from django.db.models import Exists, OuterRef

from meetings.database.append_only import append_only

NAME = "one_writer_of_translated_words"
BEFORE = ("subject_id", "language", "words_digest", "user")
COLUMNS = (*BEFORE, "approved_words", "saved_after")


def delete_repeated_saves(apps, schema_editor):
    """Keep one row of each writer of words, when the migration is undone."""
    writers = apps.get_model("meetings", "TranslationWriter").objects
    earlier = writers.filter(pk__lt=OuterRef("pk"), **{name: OuterRef(name) for name in BEFORE})
    writers.filter(Exists(earlier)).delete()


class Migration(migrations.Migration):
    """Record when writers of translations saved them, and of which approved words theirs are made. Only add rows."""

    dependencies = [("meetings", "0056_writers_of_translations")]

    operations = [
        migrations.RemoveConstraint("TranslationWriter", NAME),
        migrations.RunPython(migrations.RunPython.noop, delete_repeated_saves),
        migrations.AddField(
            "TranslationWriter", "row_id", models.UUIDField(default=uuid.UUID(int=0)), preserve_default=False
        ),
        migrations.AddField(
            "TranslationWriter", "field", models.CharField(max_length=40, default=""), preserve_default=False
        ),
        migrations.AddField("TranslationWriter", "approved_words", models.CharField(max_length=64, default="")),
        migrations.AddField("TranslationWriter", "saved_after", models.BigIntegerField(default=0)),
        migrations.AddConstraint("TranslationWriter", models.UniqueConstraint(fields=COLUMNS, name=NAME)),
        append_only("meetings_translationwriter"),
    ]
