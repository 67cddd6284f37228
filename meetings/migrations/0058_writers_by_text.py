from django.db import migrations, models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Abs

from meetings.database.append_only import append_only, guard, unguard

TABLE = "meetings_translationwriter"
COLUMNS = ("subject_id", "language", "row_id", "field", "user")


def keep_first_rows(apps, schema_editor):
    """Keep the first row of each writer of a text. Those without a revision had only written words that were changed.

    They have a row as writers of these, too.
    """
    unguard(schema_editor, TABLE)
    writers = apps.get_model("meetings", "TranslationWriter").objects
    writers.filter(saved_after=0).delete()
    writers.update(saved_after=Abs("saved_after"))
    earlier = writers.filter(pk__lt=OuterRef("pk"), **{name: OuterRef(name) for name in COLUMNS})
    writers.filter(Exists(earlier)).delete()


def delete_writers(apps, schema_editor):
    apps.get_model("meetings", "TranslationWriter").objects.all().delete()


class Migration(migrations.Migration):
    """Record who changed which text of a translation, whatever the words.

    Undoing it forgets who did: only whoever submits a translation is kept from approving it then.
    """

    dependencies = [("meetings", "0057_saves_of_translation_writers")]

    operations = [
        migrations.RunPython(keep_first_rows, lambda _apps, editor: guard(editor, TABLE)),
        migrations.RemoveConstraint("TranslationWriter", "one_writer_of_translated_words"),
        migrations.RemoveField("TranslationWriter", "words_digest"),
        migrations.RemoveField("TranslationWriter", "approved_words"),
        migrations.AlterField("TranslationWriter", "saved_after", models.BigIntegerField()),
        migrations.AddConstraint(
            "TranslationWriter", models.UniqueConstraint(fields=COLUMNS, name="one_row_of_a_writer_of_a_text")
        ),
        migrations.RunPython(migrations.RunPython.noop, delete_writers),
        append_only(TABLE),
    ]
