"""Search for the public role: it calls one function, which has the rights of the tables' owner and reads what is live.

The table of words is not granted to it: under row-level security PostgreSQL would use no index of words. What may be
seen is said in the function, at the instant of the request and never later than the database's clock says, and so is
how much it gives. A word that only hidden texts have takes the same steps as one that none has; how long
they take still follows from how many hidden rows have it, a microsecond each, and how often one may ask is limited.
"""

from collections.abc import Iterator

from meetings.search.question import COLUMNS, MATCHES, question

SEARCH = "council_search"
TYPES = {"edition_id": "uuid", "part_id": "uuid", "date": "date", "title_words": "text", "reference_words": "text"}
ASKED = {
    "asked_words": "text",
    "asked_language": "text",
    "asked_kind": "text",
    "asked_configuration": "text",
    "asked_first": "date",
    "asked_last": "date",
    "asked_at": "timestamp with time zone",
}
NOW = "pg_catalog.statement_timestamp()"
APART = "interval '1 minute'"  # as much as the clocks of application and database may differ

FEW = 5_000
"""Parts that are looked at one by one. Words that more have are common: along the dates, enough are soon found."""
SETTINGS = {
    "search_path": "pg_catalog, pg_temp",
    "plan_cache_mode": "force_custom_plan",
    "enable_bitmapscan": "on",
    "enable_seqscan": "off",
    "enable_indexscan": "off",
    "enable_indexonlyscan": "off",
}
BODY = """
DECLARE fitting bigint[]; seen_at timestamp with time zone;
BEGIN
    seen_at := LEAST({now}, GREATEST(asked_at, {now} - {apart}));
    SELECT pg_catalog.array_agg(fit.id) INTO fitting
    FROM (SELECT part.id FROM public.meetings_searchrow AS part WHERE {match} LIMIT {few} + 1) AS fit;
    PERFORM pg_catalog.set_config('enable_indexscan', 'on', true);
    fitting := COALESCE(fitting, ARRAY[0]::bigint[]);
    IF pg_catalog.cardinality(fitting) <= {few} THEN
        RETURN QUERY {among_few};
    ELSE
        RETURN QUERY {along_dates};
    END IF;
END
"""


def law(public: str, editor: str) -> Iterator[str]:
    """In two steps, since the planner cannot know how many parts have a word in one of two dozen languages, and guesses
    a fifth of all: first the index of words and nothing else may be used, then any; `IS TRUE` keeps that one out.
    """
    columns = ", ".join(f"{column} {TYPES.get(column, 'character varying')}" for column in COLUMNS)
    asked = ", ".join(f"{name} {kind}" for name, kind in ASKED.items())
    match = MATCHES["postgresql"].format(words="asked_words")
    body = BODY.format(
        match=match,
        few=FEW,
        now=NOW,
        apart=APART,
        among_few=asking("part.id = ANY (fitting)"),
        along_dates=asking(f"({match}) IS TRUE"),
    )
    settings = " ".join(f"SET {name} = {value}" for name, value in SETTINGS.items())
    yield (
        f"CREATE FUNCTION public.{SEARCH}({asked}) RETURNS TABLE ({columns}) LANGUAGE plpgsql STABLE SECURITY DEFINER "
        f"{settings} AS $$ #variable_conflict use_column {body} $$"
    )
    yield f"REVOKE ALL ON FUNCTION public.{SEARCH} FROM PUBLIC, {editor}"
    yield f"GRANT EXECUTE ON FUNCTION public.{SEARCH} TO {public}"


def asking(match: str) -> str:
    _words, language, kind, configuration, first, last, _at = ASKED
    return question(
        "postgresql",
        match=match,
        language=language,
        at="seen_at",
        kind=kind,
        configuration=configuration,
        first=first,
        last=last,
    )


def removal() -> Iterator[str]:
    yield f"DROP FUNCTION IF EXISTS public.{SEARCH}"
