"""Suppressing a past edition, and erasing its text: the one exception to the rules of `0002_guard_editions`.

1. A suppression is never deleted, and changes only once: when it is lifted.
2. An erasure is never changed nor deleted. There is one of a text only while each edition that holds it is suppressed.
3. A stored document whose erasure is written may be emptied. No other change of it is let through.
4. A text that was erased is not stored again, and no edition is made of it.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of this
module, which installs the guards of 0002 as well.
"""

import uuid
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

from meetings.database import append_only
from meetings.migrations._operations import RunPython

guards = import_module("meetings.migrations.0002_guard_editions")

HELD = "meetings_editiondocument"
SUPPRESSION = "meetings_suppression"
ERASURE = "meetings_erasure"
UNLIFTED = "A suppression is not deleted, and only lifting changes it, once."
STILL_READABLE = "An edition that is not suppressed holds this text: it cannot be erased."
ERASED = "This text was erased: it is not stored again."

STANDING = f"SELECT 1 FROM {SUPPRESSION} s WHERE s.edition_id = d.edition_id AND s.lifted_at IS NULL"
READABLE = (
    f"(NOT EXISTS (SELECT 1 FROM {HELD} d WHERE d.document_id = NEW.digest) OR "
    f"EXISTS (SELECT 1 FROM {HELD} d WHERE d.document_id = NEW.digest AND NOT EXISTS ({STANDING})))"
)
ERASING = (
    f"(NEW.digest = OLD.digest AND NEW.text = '' AND EXISTS (SELECT 1 FROM {ERASURE} e WHERE e.digest = OLD.digest))"
)
LIFTING = (
    "(NEW.id = OLD.id AND NEW.edition_id = OLD.edition_id AND NEW.at = OLD.at AND NEW.reason = OLD.reason "
    "AND OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL)"
)


def erased(column):
    return f"EXISTS (SELECT 1 FROM {ERASURE} e WHERE e.digest = NEW.{column})"


# Each: the trigger's name, the statement, its table, what is refused, and how that is told.
RULES = (
    ("council_lift", "UPDATE", SUPPRESSION, f"NOT {LIFTING}", UNLIFTED),
    ("council_kept", "DELETE", SUPPRESSION, "", UNLIFTED),
    ("council_readable", "INSERT", ERASURE, READABLE, STILL_READABLE),
    ("council_change", "UPDATE", guards.DOCUMENT, f"NOT {ERASING}", guards.CHANGED),
    ("council_erased", "INSERT", guards.DOCUMENT, erased("digest"), ERASED),
    ("council_erased", "INSERT", HELD, erased("document_id"), ERASED),
)


def postgresql():
    for name, when, table, refused, message in RULES:
        function = f"{name}_{table}"
        refuse = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';"
        body = f"IF {refused} THEN {refuse} END IF; RETURN NEW;" if refused else refuse
        yield (f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    refuse = f"RAISE EXCEPTION '{UNLIFTED}' USING ERRCODE = 'restrict_violation';"
    body = f"IF EXISTS (SELECT 1 FROM {SUPPRESSION}) THEN {refuse} END IF; RETURN NULL;"
    yield (
        f"CREATE OR REPLACE FUNCTION {SUPPRESSION}_emptying() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {body} END $$"
    )
    yield f"DROP TRIGGER IF EXISTS council_emptying ON {SUPPRESSION}"
    yield (
        f"CREATE TRIGGER council_emptying BEFORE TRUNCATE ON {SUPPRESSION} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION {SUPPRESSION}_emptying()"
    )


def sqlite():
    for name, when, table, refused, message in (*RULES, *REPLACED):
        yield f"DROP TRIGGER IF EXISTS {name}_{table}"
        yield (
            f"CREATE TRIGGER {name}_{table} BEFORE {when} ON {table} WHEN {refused or '1'} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


# INSERT OR REPLACE deletes what is in its way, and no trigger for deletions fires.
REPLACED = (
    (
        "council_replace",
        "INSERT",
        SUPPRESSION,
        f"EXISTS (SELECT 1 FROM {SUPPRESSION} WHERE id = NEW.id OR (edition_id = NEW.edition_id AND lifted_at IS NULL))",
        UNLIFTED,
    ),
    (
        "council_replace",
        "INSERT",
        ERASURE,
        f"EXISTS (SELECT 1 FROM {ERASURE} WHERE digest = NEW.digest)",
        append_only.MESSAGE,
    ),
    (
        "council_replace",
        "INSERT",
        guards.DOCUMENT,
        f"EXISTS (SELECT 1 FROM {guards.DOCUMENT} WHERE digest = NEW.digest AND text <> NEW.text AND text <> '')",
        guards.CHANGED,
    ),
)
STATEMENTS = {"postgresql": postgresql, "sqlite": sqlite}


def install(apps, schema_editor):
    guards.install(apps, schema_editor)
    append_only.guard(schema_editor, ERASURE)
    for statement in STATEMENTS[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)  # no placeholders: a % is a %


def remove(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor]():
        if statement.startswith("DROP TRIGGER"):
            schema_editor.execute(statement, params=None)
    append_only.unguard(schema_editor, ERASURE)
    guards.remove(apps, schema_editor)


def remove_and_guard_as_before(apps, schema_editor):
    remove(apps, schema_editor)
    guards.install(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0006_memberships")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="digest")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
            ],
            options={"ordering": ("id",)},
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="when")),
                ("reason", models.CharField(max_length=500, verbose_name="public reason")),
                ("lifted_at", models.DateTimeField(null=True, verbose_name="lifted")),
                ("lifted_because", models.CharField(blank=True, max_length=500, verbose_name="why it was lifted")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="suppressions",
                        to="meetings.edition",
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("edition",),
                        name="one_standing_suppression_an_edition",
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="act",
            field=models.CharField(
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
                    ("reinstated", "put back an edition that was taken out"),
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
        RunPython(install, remove_and_guard_as_before),
    ]
