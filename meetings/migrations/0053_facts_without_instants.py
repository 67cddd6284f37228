"""Undo 0051 and 0047: readers' tables have nothing hidden in them, so no index has to leave it out (decision 160).

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of
`0048_document_keys`, as this one does.
"""

from importlib import import_module

from django.db import migrations, models

from meetings.migrations._operations import BuildModelsOnce, RunPython

instants = import_module("meetings.migrations.0051_instants_in_indexes")
guards, notes = instants.guards, import_module("meetings.migrations.0047_has_change_note")
EDITION = models.ForeignKey("meetings.Edition", models.DO_NOTHING, related_name="+")


def list_indexes_without_instant():
    """Yield the indexes of 0051 as they were before; those of an edition alone belong to the foreign key again."""
    for model, indexes in instants.INDEXES.items():
        for index in indexes:
            if index.fields != instants.OF_EDITION:
                yield model, models.Index(fields=index.fields[:-1], name=index.name, condition=index.condition)


def collect_statistics_again(apps, editor):
    """Until now, most columns of facts had none. `database_roles` removes those that it must (decision 151)."""
    if editor.connection.vendor == "postgresql":
        for model in instants.FACT_MODELS:
            for column in apps.get_model("meetings", model)._meta.concrete_fields:
                editor.execute(f"ALTER TABLE meetings_{model} ALTER COLUMN {column.column} SET STATISTICS -1")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0052_reader_tables")]
    operations = [
        RunPython(guards.remove, guards.install),
        RunPython(instants.reset_vacuum_options, instants.set_vacuum_options),
        BuildModelsOnce(
            [
                migrations.RemoveIndex(model, index.name)
                for model, indexes in instants.INDEXES.items()
                for index in indexes
            ]
        ),
        RunPython(RunPython.noop, instants.fill),
        RunPython(RunPython.noop, notes.fill),
        BuildModelsOnce(  # for the way back
            [
                migrations.AlterField(model, "available_from", models.DateTimeField(default=instants.NEVER))
                for model in instants.FACT_MODELS
            ]
        ),
        BuildModelsOnce([migrations.RemoveField(model, "available_from") for model in instants.FACT_MODELS]),
        migrations.RemoveField("edition", "has_change_note"),
        BuildModelsOnce([migrations.AlterField(model, "edition", EDITION) for model in instants.FACT_MODELS]),
        BuildModelsOnce([migrations.AddIndex(model, index) for model, index in list_indexes_without_instant()]),
        RunPython(collect_statistics_again, RunPython.noop),
        RunPython(guards.install, guards.remove),
    ]
