"""Documents got random keys in a loaded database, and lose them in an upgrade that is rolled back."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from agenda.models import RevisionDocument
from agenda.workflow.revisions import keep_revision
from meetings.access.audit import Actor
from meetings.documents.choices import Language
from meetings.editions.freezing import create_edition
from meetings.models import EditionDocument, StoredDocument
from tests.factories import DAY, make_meeting, make_meeting_document, make_uuid
from tests.public_requests import lifted_guards

TRIGGERS = {  # but those of readers' tables, which `database_roles` creates
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT pg_get_triggerdef(oid), pg_get_functiondef(tgfoid) FROM pg_trigger "
    "WHERE NOT tgisinternal AND tgfoid::regproc::text !~ '^council_readers'",
}


def fetch_rows(query: str) -> set[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {*cursor.fetchall()}


def list_contents() -> tuple[set[Any], set[Any]]:
    """Return the digests and texts of the editions, and those of the revisions."""
    columns = ("language", "document__digest", "document__text")
    documents = EditionDocument.objects.values_list("edition_id", *columns)
    return {*documents}, {*RevisionDocument.objects.values_list("revision_id", *columns)}


@pytest.fixture
def migrated_back(committed: None, request: Any) -> Iterator[tuple[Any, ...]]:
    """Two editions with one text in common, and a revision, in the tables as they were before. Yield what they were."""
    roles = request.getfixturevalue("roles") if connection.vendor == "postgresql" else None
    now = timezone.now().replace(microsecond=0)
    with lifted_guards(), transaction.atomic():
        for title, instant in (("First", now - DAY), ("Second", now)):
            facts: dict[str, Any] = {"id": make_uuid("meeting"), "language": Language.FR, "fallbacks": []}
            documents = [make_meeting_document(title, id=make_uuid("meeting")), make_meeting_document("Un", **facts)]
            create_edition(documents, available_from=instant)
    keep_revision(make_meeting(), now, Actor.for_command("test"))
    before = list_contents(), fetch_rows(TRIGGERS[connection.vendor]), {*StoredDocument.objects.values_list("pk")}
    try:
        MigrationExecutor(connection).migrate([("meetings", "0047_has_change_note")])
        yield before
    finally:
        MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
        if roles:
            call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())


def refuse(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"never changed|sealed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_texts_and_guards_survive_migrating_back_and_forth(migrated_back: tuple[Any, ...]) -> None:
    contents, triggers, keys = migrated_back
    statements = ("UPDATE meetings_storeddocument SET text = ''", "DELETE FROM meetings_editiondocument")
    editions = fetch_rows(
        "SELECT language, digest, text FROM meetings_editiondocument "
        "JOIN meetings_storeddocument ON digest = document_id"
    )
    assert editions == {row[1:] for row in contents[0]}
    for statement in statements:
        refuse(statement)
    MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    assert list_contents() == contents
    assert fetch_rows(TRIGGERS[connection.vendor]) == triggers
    new_keys = {*StoredDocument.objects.values_list("pk")}
    assert len(new_keys) == len(keys) == len(new_keys | keys) / 2
    for statement in statements:
        refuse(statement)
