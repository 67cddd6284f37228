"""Search for the public role: it calls one function, which has the rights of the tables' owner and reads what is live.

The table of words is not granted to it: under row-level security PostgreSQL would use no index of words. What may be
seen is said in the function, by the database's clock, and so is how much it gives.
"""

from collections.abc import Iterator

from meetings.search.question import COLUMNS, question

SEARCH = "council_search"
TYPES = {"edition_id": "uuid", "part_id": "uuid", "date": "date", "title_words": "text", "reference_words": "text"}
ASKED = {
    "asked_words": "text",
    "asked_language": "text",
    "asked_kind": "text",
    "asked_configuration": "text",
    "asked_first": "date",
    "asked_last": "date",
}
NOW = "pg_catalog.statement_timestamp()"


def law(public: str, editor: str) -> Iterator[str]:
    """In PL/pgSQL, whose plan is made for the words that are asked: how many have them decides what is cheap."""
    columns = ", ".join(f"{column} {TYPES.get(column, 'character varying')}" for column in COLUMNS)
    asked = ", ".join(f"{name} {kind}" for name, kind in ASKED.items())
    words, language, kind, configuration, first, last = ASKED
    body = question(
        "postgresql",
        words=words,
        language=language,
        at=NOW,
        kind=kind,
        configuration=configuration,
        first=first,
        last=last,
    )
    yield (
        f"CREATE FUNCTION public.{SEARCH}({asked}) RETURNS TABLE ({columns}) LANGUAGE plpgsql STABLE SECURITY DEFINER "
        "SET search_path = pg_catalog, pg_temp SET enable_bitmapscan = on SET plan_cache_mode = force_custom_plan "
        f"AS $$ #variable_conflict use_column BEGIN RETURN QUERY {body}; END $$"
    )
    yield f"REVOKE ALL ON FUNCTION public.{SEARCH} FROM PUBLIC, {editor}"
    yield f"GRANT EXECUTE ON FUNCTION public.{SEARCH} TO {public}"


def removal() -> Iterator[str]:
    yield f"DROP FUNCTION IF EXISTS public.{SEARCH}"
