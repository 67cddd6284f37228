"""The tables that public code may read. All others belong to the working copy or contain personal data.

A table that is added here becomes public with the next run of `manage.py database_roles`; all others stay closed.
"""

EDITION_TABLE = "meetings_edition"
DOCUMENT_TABLE = "meetings_storeddocument"
EDITION_DOCUMENT_TABLE, SUPPRESSION_TABLE = "meetings_editiondocument", "meetings_suppression"
SEARCH_RESULT_TABLE = "meetings_storedsearchresult"
INDEX_TABLES = (
    "meetings_indexeditem",
    "meetings_indexedreference",
    "meetings_indexedfile",
    "meetings_indexeddelegation",
    "meetings_indexedpoint",
    "meetings_indexedearlierdays",
    "meetings_indexedlink",
    "meetings_indexedimage",
    "meetings_indexedtopic",
    "meetings_indexedeffect",
    SEARCH_RESULT_TABLE,
)
# Those with facts, without texts.
FACT_TABLES = tuple(table for table in INDEX_TABLES if table != SEARCH_RESULT_TABLE)
# Each row of these belongs to an edition, by its column edition_id, and is visible with it.
EDITION_PART_TABLES = (EDITION_DOCUMENT_TABLE, SUPPRESSION_TABLE, *INDEX_TABLES)
REFERENCE_TABLES = ("meetings_configuration", "meetings_presidency")  # the same for all readers at any time

PROTECTED_TABLES = (EDITION_TABLE, DOCUMENT_TABLE, *EDITION_PART_TABLES)  # readers have copies of what is public
PUBLIC_TABLES = frozenset({*PROTECTED_TABLES, *REFERENCE_TABLES})
MIGRATIONS_TABLE = "django_migrations"  # for /readyz; no page reads it
DIGESTS_FUNCTION = "council_edition_digests"
TEXT_FUNCTION = "council_document_text"
SEARCH_RESULT_FUNCTION, RESULT_EDITION_FUNCTION = "council_result_content", "council_result_edition"
PAST_EDITION, PAST_ITEM, PAST_LINK = "council_past_edition", "council_past_item", "council_past_link"
PAST_POINT, PAST_SUPPRESSION = "council_past_point", "council_past_suppression"
