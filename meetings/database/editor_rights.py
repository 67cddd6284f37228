"""What the editors' role may do with tables: `roles.py` grants it, and `checks.py` compares."""

from meetings.database.edition_guards import COMMIT_CHECK_TABLE
from meetings.database.search_function import LIVE_TABLE, PENDING_TABLE
from meetings.models import AuditEntry, Erasure, TranslationWriter
from meetings.models.public_tables import DOCUMENT_TABLE, MIGRATIONS_TABLE

EDITOR_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
# With an id of its own choice, an editor could put an entry before others.
AUDIT_COLUMNS = [field.column for field in AuditEntry._meta.concrete_fields if not field.primary_key]
CLOSER_TABLES: dict[str, tuple[str, ...]] = {
    MIGRATIONS_TABLE: ("SELECT",),
    AuditEntry._meta.db_table: ("SELECT", *(f"INSERT ({column})" for column in AUDIT_COLUMNS)),
    Erasure._meta.db_table: ("SELECT",),  # only the owner erases texts, with a command (`manage.py erase`)
    DOCUMENT_TABLE: ("SELECT", "INSERT"),
    TranslationWriter._meta.db_table: ("SELECT", "INSERT"),  # whoever wrote something stays its writer
    **dict.fromkeys((LIVE_TABLE, PENDING_TABLE, COMMIT_CHECK_TABLE), ()),  # triggers write them
}
"""The tables of which the role may do less, with what it may do."""


def list_editor_rights(relation: str) -> tuple[str, ...]:
    """Return what the role may do with a table or view. The name has the schema if that is not “public”."""
    return () if "." in relation else CLOSER_TABLES.get(relation, EDITOR_RIGHTS)
