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
# The tables with facts. Each row has the instant of its edition, until which indexes and policies leave it out.
FACT_TABLES = tuple(table for table in INDEX_TABLES if table != SEARCH_RESULT_TABLE)
# Each row of these belongs to an edition, by its column edition_id, and is visible with it.
EDITION_PART_TABLES = (EDITION_DOCUMENT_TABLE, SUPPRESSION_TABLE, *INDEX_TABLES)
REFERENCE_TABLES = ("meetings_configuration", "meetings_presidency")  # the same for all readers at any time

PROTECTED_TABLES = (EDITION_TABLE, DOCUMENT_TABLE, *EDITION_PART_TABLES)  # by row-level security
PUBLIC_TABLES = frozenset({*PROTECTED_TABLES, *REFERENCE_TABLES})
MIGRATIONS_TABLE = "django_migrations"  # for /readyz; no page reads it
# Columns with words, names or digests, of which PostgreSQL must keep no statistics: a role learns from the rows that
# `EXPLAIN` expects which values the rows have that it may not see. For tables that are not public see
# `meetings.database.column_statistics`.
WORD_COLUMNS = {
    EDITION_TABLE: ("change_note", "address", "address_key", "city"),
    DOCUMENT_TABLE: ("text", "digest"),
    SUPPRESSION_TABLE: ("reason", "lifted_because"),
    SEARCH_RESULT_TABLE: ("content",),
}

# The only columns of `FACT_TABLES` of which PostgreSQL keeps statistics. With the last three, lists with a common value
# are read in their order, and those with a rare value by its index.
COUNTED_COLUMNS = ("id", "edition_id", "available_from", "kind", "outcome", "public")

# Columns that the public role may not mention, because conditions on them would tell it words of hidden rows. Through
# functions, it reads what is visible of them (decision 159), but for digests, with which everybody can confirm a guess
# at a text (decision 149), and for `lifted_because`.
CLOSED_COLUMNS = {
    EDITION_TABLE: ("change_note", "address"),
    DOCUMENT_TABLE: ("digest", "text"),
    SUPPRESSION_TABLE: ("reason", "lifted_because"),
    SEARCH_RESULT_TABLE: ("content",),
}
CHANGE_NOTE_FUNCTION, DIGESTS_FUNCTION = "council_change_note", "council_edition_digests"
ADDRESS_FUNCTION = "council_edition_address"
TEXT_FUNCTION, REASON_FUNCTION = "council_document_text", "council_suppression_reason"
SEARCH_RESULT_FUNCTION = "council_result_content"
PAST_EDITION, PAST_ITEM, PAST_LINK = "council_past_edition", "council_past_item", "council_past_link"
PAST_POINT, PAST_SUPPRESSION = "council_past_point", "council_past_suppression"
OPEN_EDITION, WITHDRAWN_EDITION = "council_open_edition", "council_withdrawn_edition"
