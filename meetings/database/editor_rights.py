"""What the editors' role may do with tables: `roles.py` grants it, and `checks.py` compares."""

from collections.abc import Mapping
from functools import cache

from django.apps import apps
from django.db.models import AutoField, Model

from meetings.database.edition_guards import COMMIT_CHECK_TABLE
from meetings.database.guards import ADDED_ONLY, GUARDS
from meetings.database.search_function import LIVE_TABLE, PENDING_TABLE
from meetings.models import Erasure
from meetings.models.public_tables import DOCUMENT_TABLE, MIGRATIONS_TABLE

EDITOR_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@cache
def get_closer_tables() -> Mapping[str, tuple[str, ...]]:
    """Return the tables of which the role may do less, with what it may do."""
    return {
        **{model._meta.db_table: list_adding_rights(model) for model in apps.get_models() if has_only_additions(model)},
        MIGRATIONS_TABLE: ("SELECT",),
        Erasure._meta.db_table: ("SELECT",),  # only the owner erases texts, with a command (`manage.py erase`)
        DOCUMENT_TABLE: ("SELECT", "INSERT"),
        **dict.fromkeys((LIVE_TABLE, PENDING_TABLE, COMMIT_CHECK_TABLE), ()),  # triggers write them
    }


def has_only_additions(model: type[Model]) -> bool:
    """Return True if triggers refuse to change and to delete rows of this model."""
    return set(ADDED_ONLY) <= set(GUARDS.get(model._meta.db_table, ()))


def list_adding_rights(model: type[Model]) -> tuple[str, ...]:
    """Return the rights to read rows and to add some, without choosing their numbers.

    With a number of its own choice, an editor could put an audit entry before others, and an approval after all that
    follow: the last one counts.
    """
    columns = [field.column for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    return ("SELECT", *(f"INSERT ({column})" for column in columns))


def list_editor_rights(relation: str) -> tuple[str, ...]:
    """Return what the role may do with a table or view. The name has the schema if that is not “public”."""
    return () if "." in relation else get_closer_tables().get(relation, EDITOR_RIGHTS)
