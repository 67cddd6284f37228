"""Keep the texts of what is on hold in its entries. Until now, what was approved when it was resumed went out."""

from django.db import migrations, models

from meetings.migrations._operations import RunPython


def fill(apps, schema_editor):
    """Give the entries on hold the texts of their revisions that are approved or, without approval, not sent back."""
    verdicts = apps.get_model("agenda", "Verdict").objects.order_by("-pk")
    entries = apps.get_model("agenda", "ReleaseEntry").objects.filter(release__state="held", revision__isnull=False)
    for entry in entries.select_related("revision"):
        digests = dict(entry.revision.documents.values_list("language", "document__digest"))
        source = digests.get(entry.revision.source_language)
        for language, digest in digests.items():
            on_text = verdicts.filter(
                revision__subject_id=entry.subject_id,
                language=language,
                document__digest=digest,
                source__digest=source,
            )
            last = on_text.values_list("approved", "end").first()
            if last == (True, None) or (entry.forced_reason and last != (False, None)):
                entry.texts[language] = digest
        entry.save(update_fields=["texts"])


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0023_sources_of_verdicts"),
    ]

    operations = [
        migrations.AddField(
            model_name="releaseentry",
            name="texts",
            field=models.JSONField(default=dict),
        ),
        RunPython(fill, RunPython.noop),
    ]
