"""Store the instants at which approvals end. Until now, every query for the state of a review computed them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q, Subquery

from meetings.migrations._operations import RunPython


def fill(apps, schema_editor):
    ends = annotate_ends(apps, apps.get_model("agenda", "Verdict").objects.all()).exclude(ended_at=None)
    end = apps.get_model("agenda", "ApprovalEnd")
    end.objects.bulk_create(
        [end(verdict_id=key, at=at) for key, at in ends.values_list("pk", "ended_at")], batch_size=1000
    )


def annotate_ends(apps, verdicts):
    """Return the approvals, annotated with `ended_at`: the query as it was in `agenda.workflow.reviews`.

    The tests compare what `agenda.workflow.verdicts` stores with it, also since the digest is no longer a document's key.
    """
    editions = apps.get_model("meetings", "Edition").objects
    documents = apps.get_model("meetings", "EditionDocument").objects
    of_subject = {"subject_type": OuterRef("subject_type"), "subject_id": OuterRef("subject_id")}
    before = editions.filter(**of_subject, available_from__lt=OuterRef("available_from"))
    of_text = documents.filter(language=OuterRef(OuterRef("language")), document__digest=OuterRef(OuterRef("document")))
    came_back = of_text.filter(
        edition__subject_type=OuterRef("subject_type"),
        edition__subject_id=OuterRef("subject_id"),
        edition__available_from__gte=OuterRef("available_from"),
        edition__reason="restoration",
    )
    replaced_documents = documents.filter(edition=OuterRef(OuterRef("replaced"))).values("document")
    same_source = documents.filter(
        edition=OuterRef("pk"), language=OuterRef("source_language"), document__in=replaced_documents
    )
    takes_back = (
        Q(reason="restoration")
        & Exists(of_text.filter(edition=OuterRef("replaced")))
        & ~Exists(came_back)
        & (Q(source_language=OuterRef("language")) | Exists(same_source))
    )
    later = editions.filter(
        subject_type=OuterRef("revision__subject_type"),
        subject_id=OuterRef("revision__subject_id"),
        available_from__gt=OuterRef("at"),
    )
    later = later.annotate(replaced=Subquery(before.order_by("-available_from").values("pk")[:1]))
    ends = later.filter(Q(is_tombstone=True) | takes_back).order_by("available_from").values("available_from")
    return verdicts.filter(approved=True).annotate(ended_at=Subquery(ends[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0016_templates_and_shared_blocks"),
        ("meetings", "0029_sign_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApprovalEnd",
            fields=[
                (
                    "verdict",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="end",
                        serialize=False,
                        to="agenda.verdict",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        RunPython(fill, RunPython.noop),
    ]
