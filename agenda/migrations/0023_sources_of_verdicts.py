import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from meetings.database.append_only import append_only, guard, unguard

TABLE = "agenda_verdict"


def fill_sources(apps, schema_editor):
    unguard(schema_editor, TABLE)
    sources = apps.get_model("agenda", "RevisionDocument").objects.filter(language=F("revision__source_language"))
    source = Subquery(sources.filter(revision=OuterRef("revision")).values("document")[:1])
    apps.get_model("agenda", "Verdict").objects.update(source=source)
    if schema_editor.connection.vendor == "postgresql":  # foreign keys are checked at the end otherwise
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def copy_approvals(apps, schema_editor):
    """Keep translations approved that were approved for an earlier original, in each last submission and edition.

    Until now, an approval counted for every original for which the translation had the same bytes. A language of which
    somebody approved another text since is left out: the copy would be newer.
    """
    verdicts, revisions = (apps.get_model("agenda", name).objects for name in ("Verdict", "Revision"))
    ends = apps.get_model("agenda", "ApprovalEnd").objects
    submissions = revisions.filter(subject_id=OuterRef("subject_id"), why__in=("submitted", "forced"))
    released = apps.get_model("agenda", "ReleaseEntry").objects.filter(
        subject_id=OuterRef("subject_id"), edition_id__isnull=False, revision__isnull=False
    )
    last = revisions.filter(
        Q(pk=Subquery(submissions.order_by("-version", "-pk").values("pk")[:1]))
        | Q(pk=Subquery(released.order_by("-revision_id").values("revision")[:1]))
    )
    documents = apps.get_model("agenda", "RevisionDocument").objects.filter(revision__in=last.values("pk"))
    source = documents.filter(revision=OuterRef("revision"), language=OuterRef("revision__source_language"))
    of_text = verdicts.filter(
        revision__subject_id=OuterRef("revision__subject_id"),
        language=OuterRef("language"),
        document=OuterRef("document"),
    ).order_by("-pk")
    found = documents.exclude(language=F("revision__source_language")).annotate(
        source=Subquery(source.values("document")[:1]), verdict=Subquery(of_text.values("pk")[:1])
    )
    approved_since = verdicts.filter(
        revision__subject_id=OuterRef("revision__subject_id"),
        language=OuterRef("language"),
        approved=True,
        carried_from=None,
        pk__gt=OuterRef("verdict"),
    )
    found = found.exclude(verdict=None).exclude(Exists(of_text.filter(source=OuterRef("source"))))
    found = found.exclude(Exists(approved_since))
    for row in found.order_by("revision_id", "language").iterator(2000):
        verdict = verdicts.get(pk=row.verdict)
        if verdict.approved and not ends.filter(verdict=verdict.pk).exists():
            verdicts.create(
                revision_id=row.revision_id,
                language=row.language,
                document_id=row.document_id,
                source_id=row.source,
                approved=True,
                by_id=verdict.by_id,
                by_name=verdict.by_name,
                at=verdict.at,
                remark=verdict.remark,
                carried_from_id=verdict.pk,
            )
    if schema_editor.connection.vendor == "postgresql":
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
        migrations.RunPython(copy_approvals, migrations.RunPython.noop),
        migrations.AlterField("Verdict", "source", build_source()),
        append_only(TABLE),
    ]
