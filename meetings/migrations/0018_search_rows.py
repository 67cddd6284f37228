"""The table that search asks, with an index of words: GIN over the vectors on PostgreSQL, FTS5 beside it on SQLite.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `index` again.
"""

import django.db.models.deletion
from django.db import migrations, models

import meetings.models.index
from meetings.migrations._operations import RunPython

TABLE, WORDS = "meetings_searchrow", "meetings_searchwords"


def postgresql():
    yield f"CREATE INDEX searched_by_words ON {TABLE} USING gin (words)"


def sqlite():
    """`ascii` parts words at spaces and leaves letters beyond ASCII alone: they are folded already."""
    yield f"CREATE VIRTUAL TABLE {WORDS} USING fts5(words, content='{TABLE}', content_rowid='id', tokenize='ascii')"
    yield (
        f"CREATE TRIGGER council_search_added AFTER INSERT ON {TABLE} BEGIN "
        f"INSERT INTO {WORDS} (rowid, words) VALUES (NEW.id, NEW.words); END"
    )
    yield (
        f"CREATE TRIGGER council_search_deleted AFTER DELETE ON {TABLE} BEGIN "
        f"INSERT INTO {WORDS} ({WORDS}, rowid, words) VALUES ('delete', OLD.id, OLD.words); END"
    )


def index(apps, schema_editor):
    for statement in {"postgresql": postgresql, "sqlite": sqlite}[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    """On PostgreSQL an index goes with its table."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER council_search_added")
        schema_editor.execute("DROP TRIGGER council_search_deleted")
        schema_editor.execute(f"DROP TABLE {WORDS}")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0017_lists_by_index")]

    operations = [
        migrations.CreateModel(
            name="SearchRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("language", models.CharField(max_length=2)),
                (
                    "kind",
                    models.CharField(
                        choices=[("meeting", "meeting"), ("item", "agenda item"), ("topic", "topic")], max_length=8
                    ),
                ),
                ("part_id", models.UUIDField()),
                ("configuration", models.CharField(max_length=16)),
                ("date", models.DateField()),
                ("title_words", models.TextField()),
                ("reference_words", models.TextField()),
                ("words", meetings.models.index.SearchWords()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="meetings.edition"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["-date", "part_id"], name="searched_by_date")]},
        ),
        RunPython(index, remove),
    ]
