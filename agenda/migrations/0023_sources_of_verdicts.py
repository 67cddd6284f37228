import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery

from meetings.database.append_only import append_only, guard, unguard

TABLE = "agenda_verdict"


def fill_sources(apps, schema_editor):
    unguard(schema_editor, TABLE)
    sources = apps.get_model("agenda", "RevisionDocument").objects.filter(language=F("revision__source_language"))
    source = Subquery(sources.filter(revision=OuterRef("revision")).values("document")[:1])
    apps.get_model("agenda", "Verdict").objects.update(source=source)
    if schema_editor.connection.vendor == "postgresql":  # foreign keys are checked at the end otherwise
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def build_source(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="meetings.storeddocument",
        to_field="digest",
        **options,
    )


class Migration(migrations.Migration):
    """Store for which source document each text was approved or sent back."""

    dependencies = [("agenda", "0022_approvals_of_authors")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, lambda _apps, editor: guard(editor, TABLE)),
        migrations.AddField("Verdict", "source", build_source(null=True)),
        migrations.RunPython(fill_sources, migrations.RunPython.noop),
        migrations.AlterField("Verdict", "source", build_source()),
        append_only(TABLE),
    ]
