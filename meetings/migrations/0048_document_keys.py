"""Give each stored document a random key, by which editions refer to it, so that nobody can guess its text (decision 149).

The digest stays as a unique column, to which the tables of the editors refer as before. SQLite rebuilds two tables, which
drops their triggers, and PostgreSQL must not refuse the changes: so all guards of editions are removed first and
installed again at the end, with rules that find the digest of a document by its key.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of this
module, which installs all guards of editions.
"""

import uuid
from importlib import import_module

from django.db import migrations, models

from meetings.database.edition_guards import Guards
from meetings.migrations._operations import RunPython

first = import_module("meetings.migrations.0002_guard_editions")
erasure = import_module("meetings.migrations.0007_suppression_and_erasure")
search = import_module("meetings.migrations.0019_search_rows_of_what_is_published")
earlier = import_module("meetings.migrations.0046_write_without_old_views")

DOCUMENT, PART, ERASURE = first.DOCUMENT, erasure.HELD, erasure.ERASURE
SEARCH_TABLES = ("meetings_searchrow", "meetings_storedsearchresult")

WITH_TEXT = f"SELECT 1 FROM {PART} d JOIN {DOCUMENT} s ON s.id = d.document_id WHERE s.digest = NEW.digest"
READABLE = f"(NOT EXISTS ({WITH_TEXT}) OR EXISTS ({WITH_TEXT} AND NOT EXISTS ({erasure.STANDING})))"
ERASED = f"SELECT 1 FROM {ERASURE} e JOIN {DOCUMENT} s ON s.digest = e.digest"
KEPT = (
    f"{search.SEALED.format(row='OLD')} AND NOT EXISTS ({ERASED} JOIN {PART} d ON d.document_id = s.id "
    "WHERE d.edition_id = OLD.edition_id AND d.language = OLD.language)"
)
# Each: the trigger of SQLite, which is the function on PostgreSQL, too; statement and table; what is refused, and how.
RULES = (
    (f"council_readable_{ERASURE}", "INSERT", ERASURE, READABLE, erasure.STILL_READABLE),
    (f"council_change_{DOCUMENT}", "UPDATE", DOCUMENT, f"NOT (NEW.id = OLD.id AND {erasure.ERASING})", first.CHANGED),
    (f"council_erased_{PART}", "INSERT", PART, f"EXISTS ({ERASED} WHERE s.id = NEW.document_id)", erasure.ERASED),
    *((f"council_seal_delete_{table}", "DELETE", table, KEPT, first.SEALED) for table in SEARCH_TABLES),
)
# INSERT OR REPLACE deletes what is in its way, and no trigger for deletions fires.
REPLACED = (
    f"EXISTS (SELECT 1 FROM {DOCUMENT} WHERE (id = NEW.id AND digest <> NEW.digest) "
    "OR (digest = NEW.digest AND text <> NEW.text AND text <> ''))"
)
REPLACEMENT = (f"council_replace_{DOCUMENT}", "INSERT", DOCUMENT, REPLACED, first.CHANGED)


def postgresql():
    """The triggers that there are call these functions."""
    for trigger, _when, table, refused, message in RULES:
        function = f"{table}_kept" if table in SEARCH_TABLES else trigger
        yield (
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
            f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END IF; "
            "RETURN COALESCE(NEW, OLD); END $$"
        )


def sqlite():
    for trigger, when, table, refused, message in (*RULES, REPLACEMENT):
        yield f"DROP TRIGGER IF EXISTS {trigger}"
        yield (
            f"CREATE TRIGGER {trigger} BEFORE {when} ON {table} WHEN {refused} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


guards = Guards({"postgresql": postgresql, "sqlite": sqlite}, after=earlier)
install, remove = guards.install, guards.remove


FIND_REFERENCES = f"""
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND confrelid = '{DOCUMENT}'::regclass
"""
# `database_roles` creates again what depends on the columns, and removes what is not in its version.
DEPENDENT = (
    f"DROP POLICY IF EXISTS council_readers ON {DOCUMENT}",
    "DROP VIEW IF EXISTS council_open_document",
    "DROP FUNCTION IF EXISTS council_edition_digests(uuid)",
)
ADD_KEYS = (
    f"ALTER TABLE {DOCUMENT} ADD id uuid NOT NULL DEFAULT gen_random_uuid()",
    f"ALTER TABLE {DOCUMENT} ALTER id DROP DEFAULT, DROP CONSTRAINT {DOCUMENT}_pkey",
    f"ALTER TABLE {DOCUMENT} ADD PRIMARY KEY (id), ADD CONSTRAINT {DOCUMENT}_digest_key UNIQUE (digest)",
    # Texts that were stored together are in the order of their digests, and `EXPLAIN ANALYZE` tells where hidden rows are.
    f"CLUSTER {DOCUMENT} USING {DOCUMENT}_pkey",
    f"ALTER TABLE {DOCUMENT} SET WITHOUT CLUSTER",
)
REMOVE_KEYS = (
    f"ALTER TABLE {DOCUMENT} DROP id, DROP CONSTRAINT {DOCUMENT}_digest_key",
    f"ALTER TABLE {DOCUMENT} ADD PRIMARY KEY (digest)",
)


def list_part_changes(column_type, key, other):
    """Yield the statements of PostgreSQL that let editions refer to the column `key` of documents instead of `other`."""
    yield f"ALTER TABLE {PART} RENAME document_id TO former"
    yield f"ALTER TABLE {PART} ADD document_id {column_type}"
    yield f"UPDATE {PART} SET document_id = s.{key} FROM {DOCUMENT} s WHERE s.{other} = former"
    yield "SET CONSTRAINTS ALL IMMEDIATE"
    yield f"ALTER TABLE {PART} DROP former, ALTER document_id SET NOT NULL"
    yield f"CREATE INDEX {PART}_document_id ON {PART} (document_id)"


def change_postgresql(editor, key, changes):
    """Change the columns while no foreign key refers to a document, because it would depend on the old key's index."""
    with editor.connection.cursor() as cursor:
        cursor.execute(FIND_REFERENCES)
        references = cursor.fetchall()
    for table, name, _definition in references:
        editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    run(editor, (*DEPENDENT, *changes))
    to_key = f"FOREIGN KEY (document_id) REFERENCES {DOCUMENT} ({key}) DEFERRABLE INITIALLY DEFERRED"
    for table, name, definition in references:
        editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {to_key if table == PART else definition}")


def list_rebuilding(table, columns, values):
    """Yield the statements of SQLite that create a table anew, with its rows as `values` has them."""
    yield f'CREATE TABLE "new__{table}" ({columns})'
    yield f'INSERT INTO "new__{table}" SELECT {values} FROM {table} AS former'
    yield f'DROP TABLE "{table}"'
    yield f'ALTER TABLE "new__{table}" RENAME TO "{table}"'


def rebuild_documents(columns, values):
    yield from list_rebuilding(DOCUMENT, f"{columns}, text text NOT NULL", f"{values}, text")


def rebuild_parts(column_type, key, other):
    def refer(column, kind, table, to):
        return f'{column} {kind} NOT NULL REFERENCES "{table}" ("{to}") DEFERRABLE INITIALLY DEFERRED'

    yield from list_rebuilding(
        PART,
        "id char(32) NOT NULL PRIMARY KEY, language varchar(2) NOT NULL, "
        f"{refer('document_id', column_type, DOCUMENT, key)}, {refer('edition_id', 'char(32)', first.EDITION, 'id')}, "
        "CONSTRAINT one_document_of_an_edition_a_language UNIQUE (edition_id, language)",
        f"id, language, (SELECT s.{key} FROM {DOCUMENT} s WHERE s.{other} = former.document_id), edition_id",
    )
    for column in ("document_id", "edition_id"):
        yield f"CREATE INDEX {PART}_{column} ON {PART} ({column})"


def add_keys(_apps, editor):
    if editor.connection.vendor == "postgresql":
        change_postgresql(editor, "id", (*ADD_KEYS, *list_part_changes("uuid", "id", "digest")))
        return
    columns = "id char(32) NOT NULL PRIMARY KEY, digest varchar(64) NOT NULL UNIQUE"
    run(editor, rebuild_documents(columns, "lower(hex(randomblob(16))), digest"))
    run(editor, rebuild_parts("char(32)", "id", "digest"))


def remove_keys(_apps, editor):
    if editor.connection.vendor == "postgresql":
        change_postgresql(editor, "digest", (*list_part_changes("varchar(64)", "digest", "id"), *REMOVE_KEYS))
        return
    run(editor, rebuild_parts("varchar(64)", "digest", "id"))
    run(editor, rebuild_documents("digest varchar(64) NOT NULL PRIMARY KEY", "digest"))


def run(editor, statements):
    for statement in statements:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0047_has_change_note")]
    operations = [
        RunPython(earlier.remove, earlier.install),
        migrations.SeparateDatabaseAndState(
            [RunPython(add_keys, remove_keys)],
            [
                migrations.AlterField(
                    "storeddocument", "digest", models.CharField(editable=False, max_length=64, unique=True)
                ),
                migrations.AddField(
                    "storeddocument",
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
            ],
        ),
        RunPython(install, remove),
    ]
