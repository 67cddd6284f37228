"""The SQL of the search: it finds visible parts, with one text for both databases.

It contains all conditions of visibility: live at an instant, not withdrawn by then, not suppressed, and one language
per edition. It counts no rows, so that hidden rows cannot influence any number. The newest parts come first, and their
number is limited, so that all searches cost about the same.
"""

MAX_RANKED_PARTS = 1_000  # parts that are ranked
SEARCH_COLUMNS = "edition_id language kind part_id configuration date title_words reference_words".split()
MATCH_CONDITIONS = {
    "postgresql": "part.words OPERATOR(pg_catalog.@@) {words}::pg_catalog.tsquery",
    "sqlite": 'part."id" IN (SELECT "rowid" FROM "meetings_searchwords" WHERE "meetings_searchwords" MATCH {words})',
}
STRPOS = {"postgresql": "pg_catalog.strpos", "sqlite": "instr"}


def build_search_sql(
    vendor: str,
    *,
    match: str,
    language: str,
    at: str,
    kind: str,
    configuration: str,
    first: str,
    last: str,
    rows: str = '"meetings_searchrow"',
) -> str:
    """Return the statement. All arguments except `vendor` are SQL expressions.

    `match` is the condition that parts must fulfil, usually one of `MATCH_CONDITIONS`. `kind` and `configuration` may
    be empty texts, which match all. `rows` is the table or query that has the parts.
    """
    schema = "public." if vendor == "postgresql" else ""
    languages = "edition.languages::text" if vendor == "postgresql" else "edition.languages"
    absent = f"""{STRPOS[vendor]}({languages}, '"' || {language} || '"') = 0"""
    return f"""
SELECT {", ".join(f"part.{column}" for column in SEARCH_COLUMNS)}
FROM {rows} AS part JOIN {schema}"meetings_edition" AS edition ON edition.id = part.edition_id
WHERE {match}
AND (part.language = {language} OR (part.language = edition.source_language AND {absent}))
AND ({kind} = '' OR part.kind = {kind}) AND ({configuration} = '' OR part.configuration = {configuration})
AND part.date >= {first} AND part.date <= {last}
AND {build_visibility_condition(at, schema)}
ORDER BY part.date DESC, part.part_id LIMIT {MAX_RANKED_PARTS + 1}
""".strip()  # noqa: S608 - expressions are parameters


def build_visibility_condition(at: str, schema: str = "") -> str:
    """Return the condition under which texts of an `edition` are shown at an instant."""
    return f"""
edition.available_from <= {at} AND NOT edition.is_tombstone
AND NOT EXISTS (
    SELECT 1 FROM {schema}"meetings_edition" AS later
    WHERE later.subject_type = edition.subject_type AND later.subject_id = edition.subject_id
    AND later.available_from > edition.available_from
    AND later.available_from <= {at}
)
AND NOT EXISTS (
    SELECT 1 FROM {schema}"meetings_suppression" AS closed
    WHERE closed.edition_id = edition.id AND closed.lifted_at IS NULL
)
""".strip()  # noqa: S608 - expressions are parameters
