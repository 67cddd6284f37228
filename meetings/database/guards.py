"""The triggers that migrations create on PostgreSQL (“The guards” in docs/operations.md), for the self-check.

A migration that adds or removes one changes this list, too.
"""

from meetings.models.public_tables import (
    DOCUMENT_TABLE,
    EDITION_DOCUMENT_TABLE,
    EDITION_TABLE,
    FACT_TABLES,
    SEARCH_RESULT_TABLE,
    SUPPRESSION_TABLE,
)

ADDED_ONLY = ("council_append_only", "council_emptying")
UNCHANGED = ("council_change", "council_emptying", "council_refuse_old_view")
PART_OF_EDITION = (*UNCHANGED, "council_late", "council_seal")
GUARDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("agenda_authorapproval", "agenda_revision", "agenda_revisiondocument", "agenda_verdict"), ADDED_ONLY
    ),
    "council_commit_check": ("council_check_commit",),
    "meetings_actconfirmation": ADDED_ONLY,
    "meetings_auditentry": (*ADDED_ONLY, "council_signed"),
    EDITION_TABLE: (*UNCHANGED, "council_late", "council_past"),
    EDITION_DOCUMENT_TABLE: (*PART_OF_EDITION, "council_erased"),
    "meetings_translationwriter": ADDED_ONLY,
    "meetings_erasure": (*ADDED_ONLY, "council_readable", "council_refuse_old_view"),
    **dict.fromkeys(FACT_TABLES, PART_OF_EDITION),
    **dict.fromkeys((SEARCH_RESULT_TABLE, "meetings_searchrow"), (*PART_OF_EDITION, "council_kept")),
    DOCUMENT_TABLE: (*UNCHANGED, "council_erased"),
    SUPPRESSION_TABLE: (
        "council_emptying",
        "council_kept",
        "council_lift",
        "council_refuse_old_view",
        "council_superseded",
    ),
}
"""Their names, by table."""
