"""Write the instant of its edition into each index row with facts, and put it at the end of each index (decision 158).

Until then, the public role could count in an index what has not appeared.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of
`0048_document_keys`, as this one does.
"""

import datetime as dt
from importlib import import_module

from django.db import migrations, models

from meetings.migrations._operations import BuildModelsOnce, RunPython

guards = import_module("meetings.migrations.0048_document_keys")

OF_EDITION = ["edition", "available_from"]  # in the place of the indexes of foreign keys
INDEXES = {
    "edition": (
        models.Index(
            fields=["configuration", "-listed_on", "-sorted_at", "subject_id", "available_from"],
            name="edition_by_configuration",
        ),
        models.Index(
            fields=["status", "-listed_on", "-sorted_at", "subject_id", "available_from"], name="edition_by_status"
        ),
        models.Index(
            fields=["form", "-listed_on", "-sorted_at", "subject_id", "available_from"], name="edition_by_form"
        ),
        models.Index(
            fields=["presidency", "-listed_on", "-sorted_at", "subject_id", "available_from"],
            name="edition_by_presidency",
        ),
    ),
    "indexeddelegation": (
        models.Index(fields=OF_EDITION, name="delegation_of_edition"),
        models.Index(fields=["code", "role", "available_from"], name="delegation_by_code"),
    ),
    "indexedearlierdays": (
        models.Index(fields=OF_EDITION, name="earlier_days_of_edition"),
        models.Index(fields=["start_date", "end_date", "available_from"], name="earlier_days_by_date"),
    ),
    "indexedeffect": (
        models.Index(fields=["edition", "kind", "available_from"], name="effect_of_edition"),
        models.Index(fields=["kind", "available_from"], name="effect_by_kind"),
    ),
    "indexedfile": (
        models.Index(fields=OF_EDITION, name="file_of_edition"),
        models.Index(fields=["slug", "available_from"], name="file_by_slug"),
        models.Index(fields=["-year", "-number", "slug", "available_from"], name="file_by_number"),
        models.Index(fields=["date", "available_from"], name="file_by_date"),
    ),
    "indexedimage": (
        models.Index(fields=OF_EDITION, name="image_of_edition"),
        models.Index(fields=["key", "available_from"], name="image_by_key"),
    ),
    "indexeditem": (
        models.Index(fields=["item_id", "available_from"], name="item_by_id"),
        models.Index(fields=["date", "public", "available_from"], name="item_by_date"),
        models.Index(fields=["edition", "public", "available_from"], name="item_of_edition_by_public"),
        models.Index(fields=["edition", "outcome", "available_from"], name="item_of_edition_by_outcome"),
        models.Index(condition=models.Q(("state__gt", "")), fields=["state", "available_from"], name="item_by_state"),
        models.Index(
            condition=models.Q(("outcome__gt", "")), fields=["outcome", "available_from"], name="item_by_outcome"
        ),
        models.Index(
            condition=models.Q(("kind", "item"), _negated=True), fields=["kind", "available_from"], name="item_by_kind"
        ),
    ),
    "indexedlink": (
        models.Index(fields=OF_EDITION, name="link_of_edition"),
        models.Index(fields=["link_id", "available_from"], name="link_by_id"),
        models.Index(fields=["kind", "available_from"], name="link_by_kind"),
        models.Index(fields=["owner_id", "available_from"], name="link_by_owner"),
    ),
    "indexedpoint": (
        models.Index(fields=OF_EDITION, name="point_of_edition"),
        models.Index(fields=["date", "kind", "available_from"], name="point_by_date"),
        models.Index(fields=["point_id", "available_from"], name="point_by_id"),
        models.Index(fields=["sorted_at", "available_from"], name="point_by_time"),
        models.Index(fields=["configuration", "sorted_at", "available_from"], name="point_by_configuration"),
        models.Index(
            condition=models.Q(("takes_place", False)), fields=["sorted_at", "available_from"], name="point_called_off"
        ),
    ),
    "indexedreference": (
        models.Index(fields=OF_EDITION, name="reference_of_edition"),
        models.Index(fields=["kind", "reference", "available_from"], name="item_by_reference"),
    ),
    "indexedtopic": (
        models.Index(fields=OF_EDITION, name="topic_of_edition"),
        models.Index(fields=["topic_id", "available_from"], name="item_by_topic"),
    ),
}
FACT_MODELS = [model for model in INDEXES if model != "edition"]
EDITION = models.ForeignKey("meetings.Edition", models.DO_NOTHING, related_name="+", db_index=False)
NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


def fill(apps, editor):
    for model in FACT_MODELS:
        editor.execute(
            f"UPDATE meetings_{model} SET available_from = "
            f"(SELECT e.available_from FROM meetings_edition e WHERE e.id = meetings_{model}.edition_id)"
        )


# An index keeps the entries of an edition that was called off until a vacuum. These tables have no other deleted rows,
# so PostgreSQL may begin one after each.
VACUUM_OPTIONS = "autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, vacuum_index_cleanup = on"


def set_vacuum_options(_apps, editor):
    if editor.connection.vendor == "postgresql":
        for model in INDEXES:
            editor.execute(f"ALTER TABLE meetings_{model} SET ({VACUUM_OPTIONS})")


def reset_vacuum_options(_apps, editor):
    if editor.connection.vendor == "postgresql":
        for model in INDEXES:
            names = ", ".join(option.partition(" ")[0] for option in VACUUM_OPTIONS.split(", "))
            editor.execute(f"ALTER TABLE meetings_{model} RESET ({names})")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0050_digests_of_wordy_references")]
    operations = [
        RunPython(guards.remove, guards.install),
        BuildModelsOnce(
            [
                migrations.RemoveIndex(model, index.name)
                for model, indexes in INDEXES.items()
                for index in indexes
                if index.fields != OF_EDITION
            ]
        ),
        BuildModelsOnce([migrations.AlterField(model, "edition", EDITION) for model in FACT_MODELS]),
        BuildModelsOnce(
            [
                migrations.AddField(
                    model, "available_from", models.DateTimeField(default=NEVER), preserve_default=False
                )
                for model in FACT_MODELS
            ]
        ),
        RunPython(fill, RunPython.noop),
        BuildModelsOnce([migrations.AddIndex(model, index) for model, indexes in INDEXES.items() for index in indexes]),
        RunPython(set_vacuum_options, reset_vacuum_options),
        RunPython(guards.install, guards.remove),
    ]
