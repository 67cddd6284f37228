"""Why there is an edition; and the audit log, whose rows are only ever added."""

from importlib import import_module

from django.db import migrations, models

from meetings.database.append_only import append_only
from meetings.migrations._operations import RunPython

guards = import_module("meetings.migrations.0002_guard_editions")


def reasons_of_old(apps, editor):
    """Editions from before are a first publication, a withdrawal or a correction: nobody said more."""
    editions = apps.get_model("meetings", "Edition").objects
    editions.filter(is_tombstone=True).update(reason="withdrawal")
    earlier = editions.filter(
        subject_type=models.OuterRef("subject_type"),
        subject_id=models.OuterRef("subject_id"),
        available_from__lt=models.OuterRef("available_from"),
    )
    editions.filter(models.Exists(earlier), is_tombstone=False).update(reason="correction")


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0004_working_copy_digest"),
    ]

    operations = [
        RunPython(guards.remove, guards.install),
        migrations.AddField(
            model_name="edition",
            name="reason",
            field=models.CharField(
                choices=[
                    ("publication", "published"),
                    ("correction", "corrected"),
                    ("editorial", "editorial correction"),
                    ("facts", "changed on the day"),
                    ("translation", "language added"),
                    ("again", "published again"),
                    ("restoration", "earlier edition restored"),
                    ("withdrawal", "withdrawn"),
                ],
                default="publication",
                max_length=16,
            ),
        ),
        RunPython(reasons_of_old, RunPython.noop),
        RunPython(guards.install, guards.remove),  # SQLite has rebuilt the table, and lost its triggers
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("actor_id", models.PositiveBigIntegerField(null=True)),
                ("actor", models.CharField(max_length=200, verbose_name="who")),
                ("remote", models.CharField(blank=True, max_length=45, verbose_name="from")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("saved", "saved"),
                            ("deleted", "deleted"),
                            ("imported", "imported"),
                            ("restored", "restored into the working copy"),
                            ("submitted", "submitted for approval"),
                            ("approved", "approved"),
                            ("sent_back", "sent back"),
                            ("planned", "planned a release"),
                            ("published", "published"),
                            ("scheduled", "scheduled"),
                            ("forced", "published without approval"),
                            ("moved", "moved to another time"),
                            ("held", "held"),
                            ("called_off", "called off"),
                            ("facts_changed", "changed facts on the day"),
                            ("withdrawn", "withdrawn"),
                            ("rolled_back", "went back to the edition before"),
                            ("suppressed", "took out an edition"),
                            ("erased", "erased the text of an edition"),
                            ("preview_shared", "made a preview link"),
                            ("preview_revoked", "revoked a preview link"),
                            ("preview_opened", "opened a preview link"),
                            ("preview_refused", "was refused a preview link"),
                            ("travelled", "looked at the site at another time"),
                            ("signed_in", "signed in"),
                            ("sign_in_refused", "was refused to sign in"),
                            ("role_changed", "changed a role"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                (
                    "subject_type",
                    models.CharField(blank=True, choices=[("meeting", "meeting"), ("topic", "topic")], max_length=8),
                ),
                ("subject_id", models.UUIDField(null=True)),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="digest")),
                ("details", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit log",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["subject_id", "-id"], name="audit_by_subject"),
                    models.Index(fields=["at"], name="audit_by_time"),
                ],
            },
        ),
        append_only("meetings_auditentry"),
    ]
