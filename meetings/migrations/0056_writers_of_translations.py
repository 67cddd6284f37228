import hashlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BATCH = 2000


def record_last_writers(apps, schema_editor):
    """Record who saved each translation last. Who wrote the words before that is not known."""
    translations = apps.get_model("meetings", "Translation").objects.filter(by__isnull=False).order_by("pk")
    writers = apps.get_model("meetings", "TranslationWriter")
    columns = "subject_id", "language", "row_id", "field", "text", "by"
    batch = []

    def write():
        writers.objects.bulk_create(batch, ignore_conflicts=True)
        batch.clear()

    for subject, language, row, field, text, user in translations.values_list(*columns).iterator(BATCH):
        digest = hashlib.sha256("\0".join((str(row), field, "", text)).encode()).hexdigest()
        batch.append(writers(subject_id=subject, language=language, words_digest=digest, user_id=user))
        if len(batch) >= BATCH:
            write()
    write()


class Migration(migrations.Migration):
    """Record who wrote the words of translations."""

    dependencies = [("meetings", "0055_kept_older_texts"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="TranslationWriter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_id", models.UUIDField()),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("bg", "български"),
                            ("es", "español"),
                            ("cs", "čeština"),
                            ("da", "dansk"),
                            ("de", "Deutsch"),
                            ("et", "eesti"),
                            ("el", "ελληνικά"),
                            ("en", "English"),
                            ("fr", "français"),
                            ("ga", "Gaeilge"),
                            ("hr", "hrvatski"),
                            ("it", "italiano"),
                            ("lv", "latviešu"),
                            ("lt", "lietuvių"),
                            ("hu", "magyar"),
                            ("mt", "Malti"),
                            ("nl", "Nederlands"),
                            ("pl", "polski"),
                            ("pt", "português"),
                            ("ro", "română"),
                            ("sk", "slovenčina"),
                            ("sl", "slovenščina"),
                            ("fi", "suomi"),
                            ("sv", "svenska"),
                        ],
                        max_length=2,
                    ),
                ),
                ("words_digest", models.CharField(max_length=64)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_id", "language", "words_digest", "user"),
                        name="one_writer_of_translated_words",
                    )
                ],
            },
        ),
        migrations.RunPython(record_last_writers, migrations.RunPython.noop),
    ]
