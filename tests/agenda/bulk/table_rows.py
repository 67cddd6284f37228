"""Read all rows of the working copy and of what is published, so that two ways of writing them can be compared."""

import uuid
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import transaction

from agenda.models import Release, Revision
from meetings.models import Edition, StoredDocument, UUIDModel


def read_rows_and_undo(write: Callable[[], object]) -> dict[str, list[str]]:
    """Call `write`, return the rows that there are then, and undo everything."""
    savepoint = transaction.savepoint()
    write()
    rows = read_rows()
    transaction.savepoint_rollback(savepoint)
    return rows


def read_rows() -> dict[str, list[str]]:
    """Return all rows of each table as texts, sorted. Keys that are generated are replaced by what they refer to."""
    names: dict[Any, str] = {release.pk: "a release" for release in Release.objects.all()}
    names |= {edition.pk: f"edition of {edition.subject_id}" for edition in Edition.objects.all()}
    names |= {stored.pk: f"text {stored.digest}" for stored in StoredDocument.objects.all()}
    revisions = {one.pk: f"{one.why} revision of {one.subject_id} {one.remark}" for one in Revision.objects.all()}
    tables: dict[str, list[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in ("meetings", "agenda"):
            continue
        is_generated = not issubclass(model, UUIDModel) and model._meta.pk.name == "id"
        rows = []
        for row in model._default_manager.values():
            if is_generated:
                del row["id"]
            if "revision_id" in row:
                row["revision_id"] = revisions.get(row["revision_id"])
            if model.__name__ == "Notice":
                row["about"] = revisions[int(row["about"])]
            rows.append(
                {
                    name: names.get(value, value) if isinstance(value, uuid.UUID) else value
                    for name, value in row.items()
                }
            )
        tables[model.__name__] = sorted(repr(sorted(row.items())) for row in rows)
    return tables
