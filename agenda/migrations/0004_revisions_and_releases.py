"""Revisions, verdicts and releases. What was said and judged is only ever added to."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from meetings.database.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0003_topic_digest"),
        ("meetings", "0006_memberships"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned, not yet approved"),
                            ("scheduled", "scheduled"),
                            ("held", "held"),
                            ("called_off", "called off"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="appears")),
                ("by_name", models.CharField(max_length=200, verbose_name="who")),
                ("created_at", models.DateTimeField(verbose_name="made")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "release",
                "verbose_name_plural": "releases",
                "ordering": ("-at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200, verbose_name="who")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("remark", models.CharField(blank=True, max_length=1000, verbose_name="remark")),
                ("subject_type", models.CharField(choices=[("meeting", "meeting"), ("topic", "topic")], max_length=8)),
                ("subject_id", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("saved", "saved"),
                            ("imported", "imported"),
                            ("restored", "restored from an earlier revision"),
                            ("submitted", "submitted for approval"),
                            ("forced", "published without approval"),
                            ("facts", "facts changed on the day"),
                        ],
                        max_length=10,
                        verbose_name="why",
                    ),
                ),
                (
                    "source_language",
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
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="ReleaseEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("subject_type", models.CharField(choices=[("meeting", "meeting"), ("topic", "topic")], max_length=8)),
                ("subject_id", models.UUIDField()),
                ("title", models.CharField(max_length=300)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("is_editorial", models.BooleanField(default=False)),
                ("forced_reason", models.CharField(blank=True, max_length=500)),
                ("edition_id", models.UUIDField(null=True)),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="agenda.release"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agenda.revision"
                    ),
                ),
            ],
            options={
                "ordering": ("release", "subject_type", "subject_id"),
            },
        ),
        migrations.CreateModel(
            name="RevisionDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="meetings.storeddocument"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="documents", to="agenda.revision"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200, verbose_name="who")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("remark", models.CharField(blank=True, max_length=1000, verbose_name="remark")),
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
                ("approved", models.BooleanField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "carried_from",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agenda.verdict"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="meetings.storeddocument"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="verdicts", to="agenda.revision"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(fields=["state", "at"], name="release_by_state"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["subject_id", "-id"], name="revision_by_subject"),
        ),
        migrations.AddIndex(
            model_name="releaseentry",
            index=models.Index(fields=["subject_id"], name="release_entry_by_subject"),
        ),
        migrations.AddIndex(
            model_name="releaseentry",
            index=models.Index(fields=["edition_id"], name="release_entry_by_edition"),
        ),
        migrations.AddConstraint(
            model_name="releaseentry",
            constraint=models.UniqueConstraint(
                fields=("release", "subject_type", "subject_id"), name="once_in_a_release"
            ),
        ),
        migrations.AddConstraint(
            model_name="revisiondocument",
            constraint=models.UniqueConstraint(
                fields=("revision", "language"), name="one_document_of_a_revision_a_language"
            ),
        ),
        append_only("agenda_revision", "agenda_revisiondocument", "agenda_verdict"),
    ]
