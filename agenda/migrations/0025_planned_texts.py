"""Keep in the entries of what is planned for which text it was: the draft of that time (decision 171)."""

from django.db import migrations

from meetings.migrations._operations import RunPython


def fill(apps, schema_editor):
    revisions = apps.get_model("agenda", "Revision").objects.order_by("-version", "-pk")
    entries = apps.get_model("agenda", "ReleaseEntry").objects.filter(release__state__in=("planned", "held"))
    for entry in entries.filter(revision=None).select_related("release"):
        saved = revisions.filter(subject_id=entry.subject_id, at__lte=entry.release.created_at).first()
        if saved:
            documents = saved.documents.filter(language=saved.source_language)
            entry.texts = dict(documents.values_list("language", "document__digest"))
            entry.save(update_fields=["texts"])


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0024_texts_on_hold"),
    ]

    operations = [
        RunPython(fill, RunPython.noop),
    ]
