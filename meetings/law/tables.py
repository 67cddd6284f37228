"""Which tables public code may read. Everything else is the working copy, or about people.

A table that is named here is public from the next `manage.py database_roles` on. One that is not named, is not.
"""

EDITION = "meetings_edition"
DOCUMENT = "meetings_storeddocument"
HELD, SUPPRESSION = "meetings_editiondocument", "meetings_suppression"
INDEX = (
    "meetings_indexeditem",
    "meetings_indexedreference",
    "meetings_indexedpoint",
    "meetings_indexedearlierdays",
    "meetings_indexedlink",
    "meetings_indexedtopic",
)
PARTS = (HELD, SUPPRESSION, *INDEX)  # each row belongs to an edition, by its column edition_id, and is seen with it
REFERENCE = ("meetings_configuration", "meetings_presidency")  # the same for everybody at any time

GOVERNED = (EDITION, DOCUMENT, *PARTS)  # by row-level security
PUBLIC_TABLES = frozenset({*GOVERNED, *REFERENCE})
MIGRATIONS = "django_migrations"  # for /readyz; no page reads it
AUDIT = "meetings_auditentry"  # editors add to it and change nothing
