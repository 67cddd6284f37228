"""Pictures, and index rows of those that an edition shows, guarded as the others.

Editions that are there have none: no picture could be uploaded before. SQLite drops the triggers of a table that a
later migration rebuilds: such a migration ends with `install` of this module, which installs all guards of editions.
"""

import uuid
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

from meetings.database.edition_guards import EditionGuards
from meetings.migrations._operations import RunPython

earlier = import_module("meetings.migrations.0020_earlier_days")

guards = EditionGuards("meetings_indexedimage", like=earlier, after=earlier)
install, remove = guards.install, guards.remove


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0023_plain_words_of_accounts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="act",
            field=models.CharField(
                choices=[
                    ("saved", "saved"),
                    ("deleted", "deleted"),
                    ("imported", "imported"),
                    ("translated", "translated"),
                    ("restored", "restored as the draft"),
                    ("submitted", "submitted for approval"),
                    ("approved", "approved"),
                    ("sent_back", "sent back"),
                    ("planned", "scheduled before approval"),
                    ("published", "published"),
                    ("scheduled", "scheduled"),
                    ("forced", "published without approval"),
                    ("moved", "changed the publication time"),
                    ("held", "put on hold"),
                    ("called_off", "cancelled the scheduled publication"),
                    ("facts_changed", "made a same-day change"),
                    ("withdrawn", "withdrawn"),
                    ("rolled_back", "restored the previous edition"),
                    ("suppressed", "removed a past edition from the site"),
                    ("reinstated", "put a removed edition back on the site"),
                    ("erased", "erased the text of an edition"),
                    ("language_added", "added a language"),
                    ("language_rule", "set which languages to wait for"),
                    ("confirmed", "confirmed a difference in a translation"),
                    ("image_added", "uploaded a picture"),
                    ("images_removed", "removed unused pictures"),
                    ("preview_shared", "created a preview link"),
                    ("preview_revoked", "revoked a preview link"),
                    ("preview_opened", "opened a preview link"),
                    ("preview_refused", "tried to open a preview link"),
                    ("travelled", "viewed the site at another time"),
                    ("signed_in", "signed in"),
                    ("sign_in_refused", "failed to sign in"),
                    ("password_set", "set a password"),
                    ("account_changed", "changed an account"),
                    ("role_changed", "changed a role"),
                    ("reference_changed", "changed reference data"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.CreateModel(
            name="StoredImage",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name="digest")),
                ("width", models.PositiveIntegerField(verbose_name="width")),
                ("height", models.PositiveIntegerField(verbose_name="height")),
                ("format", models.CharField(max_length=8, verbose_name="format")),
                ("by_name", models.CharField(max_length=200, verbose_name="person")),
                ("uploaded_at", models.DateTimeField(verbose_name="last uploaded")),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "indexes": [models.Index(fields=["uploaded_at"], name="image_by_upload")],
            },
        ),
        migrations.CreateModel(
            name="IndexedImage",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="meetings.edition"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["digest"], name="image_by_digest")],
            },
        ),
        RunPython(guards.guard, guards.unguard),
    ]
