"""Search for the public role: it calls one function that has the rights of the tables' owner and reads live rows only.

The public role cannot read the search tables. The function itself limits which rows are visible, at the instant of the
request and never later than the clock of the database, and how many rows it returns.

It compares words only in rows that are public: those of `meetings_livesearchrow`, which has no others, and those of
pending editions whose instant has passed (`search_triggers.py`). So a word that occurs in hidden texts takes the same
steps as a word that nobody wrote.
"""

from collections.abc import Iterator

from meetings.database.reader_tables import (
    CLOCK,
    FUNCTION_SETTINGS,
    IS_READ_COMMITTED,
    TRANSACTION_START,
    WITHDRAWAL_GRACE,
    join_settings,
)
from meetings.search.search_sql import (
    MATCH_CONDITIONS,
    MAX_RANKED_PARTS,
    SEARCH_COLUMNS,
    build_search_sql,
    build_visibility_condition,
)

SEARCH_FUNCTION = "council_search"
# These are of migration `0027_live_search_rows`.
LIVE_TABLE, PENDING_TABLE = "meetings_livesearchrow", "meetings_pendingsearch"
PENDING_ROWS = "(SELECT * FROM public.meetings_searchrow WHERE id = ANY (pending) OFFSET 0)"
"""`OFFSET 0` keeps the planner from reading by other conditions, such as the dates: it would read hidden rows, and
PostgreSQL tells everybody how many rows they read."""
UPDATE_FUNCTION, WORD_INDEX = "council_update_search", "live_search_by_words"
COLUMN_TYPES = {
    "edition_id": "uuid",
    "part_id": "uuid",
    "date": "date",
    "title_words": "text",
    "reference_words": "text",
}
PARAMETER_TYPES = {
    "asked_words": "text",
    "asked_language": "text",
    "asked_kind": "text",
    "asked_configuration": "text",
    "asked_first": "date",
    "asked_last": "date",
    "asked_at": "timestamp with time zone",
}
MAX_PARTS_READ_SINGLY = f"""(
    SELECT GREATEST(5000, pg_catalog.sqrt({MAX_RANKED_PARTS} * GREATEST(reltuples, 0)::float8))::bigint
    FROM pg_catalog.pg_class WHERE oid = 'public.{LIVE_TABLE}'::pg_catalog.regclass
)"""
"""The number of matching parts up to which each is looked at. Words with more matches are common: reading along the
index of dates soon finds enough. With this number, both take about as long, in a table of any size."""
SEARCH_SETTINGS = FUNCTION_SETTINGS | {"enable_indexscan": "off", "enable_indexonlyscan": "off"}
FUNCTION_BODY = """
DECLARE few bigint := {few}; fitting bigint[]; appeared uuid[]; pending bigint[]; seen_at timestamp with time zone;
BEGIN
    IF NOT {is_read_committed} THEN RETURN; END IF;
    seen_at := LEAST({now}, GREATEST(asked_at, {now} - {grace}));
    SELECT pg_catalog.array_agg(fit.id) INTO fitting
    FROM (SELECT part.id FROM public.{live} AS part WHERE {match} LIMIT few + 1) AS fit;
    PERFORM pg_catalog.set_config('enable_indexscan', 'on', true);
    SELECT pg_catalog.array_agg(edition.id) INTO appeared
    FROM public.{waiting} AS waiting JOIN public.meetings_edition AS edition ON edition.id = waiting.edition_id
    WHERE waiting.available_from <= LEAST(seen_at, {transaction_start}) AND {visible};
    SELECT pg_catalog.array_agg(part.id) INTO pending
    FROM pg_catalog.unnest(appeared) AS shown (id) CROSS JOIN LATERAL (
        SELECT part.id, part.words FROM public.meetings_searchrow AS part WHERE part.edition_id = shown.id OFFSET 0
    ) AS part
    WHERE ({match}) IS TRUE;
    fitting := COALESCE(fitting, ARRAY[0]::bigint[]);
    IF pg_catalog.cardinality(fitting) <= few THEN
        RETURN QUERY {among_few};
    ELSE
        PERFORM pg_catalog.set_config('plan_cache_mode', 'force_custom_plan', true);
        RETURN QUERY {along_dates};
    END IF;
END
"""


def build_search_function(public: str, editor: str) -> Iterator[str]:
    """Yield the statements that create the search function and say who may call it."""
    yield build_search_definition()
    yield f"REVOKE ALL ON FUNCTION public.{SEARCH_FUNCTION} FROM PUBLIC, {editor}"
    yield f"GRANT EXECUTE ON FUNCTION public.{SEARCH_FUNCTION} TO {public}"


def build_search_definition() -> str:
    """Return the statement that creates the search function.

    It works in two steps because the planner cannot know how many parts have a word in one of two dozen languages, and
    guesses a fifth of all. First it may use the index of words only, then any index; `IS TRUE` excludes the index of
    words. `OFFSET 0` keeps the planner from comparing words of pending editions before it knows which ones appeared.
    Each statement is planned once per connection, because that takes longer than to execute it; but the one along the
    dates each time, because the planner must know the dates and the filters.
    """
    columns = ", ".join(f"{column} {COLUMN_TYPES.get(column, 'character varying')}" for column in SEARCH_COLUMNS)
    parameters = ", ".join(f"{name} {kind}" for name, kind in PARAMETER_TYPES.items())
    match = MATCH_CONDITIONS["postgresql"].format(words="asked_words")
    body = FUNCTION_BODY.format(
        match=match,
        few=MAX_PARTS_READ_SINGLY,
        now=CLOCK,
        transaction_start=TRANSACTION_START,
        is_read_committed=IS_READ_COMMITTED,
        grace=WITHDRAWAL_GRACE,
        live=LIVE_TABLE,
        waiting=PENDING_TABLE,
        visible=build_visibility_condition("seen_at", "public."),
        among_few=build_query_of_few(),
        along_dates=build_query_along_dates(f"({match}) IS TRUE"),
    )
    settings = join_settings(SEARCH_SETTINGS)
    return (
        f"CREATE FUNCTION public.{SEARCH_FUNCTION}({parameters}) RETURNS TABLE ({columns}) "
        f"LANGUAGE plpgsql STABLE SECURITY DEFINER {settings} AS $$ #variable_conflict use_column {body} $$"
    )


def build_query_of_few() -> str:
    """Return the query for the rows that were found, live and pending ones, as one that is planned in a third less."""
    return build_search_query(
        f"(SELECT * FROM public.{LIVE_TABLE} WHERE id = ANY (fitting) "
        f"UNION ALL SELECT * FROM {PENDING_ROWS} AS pending_row)"
    )


def build_query_along_dates(match: str) -> str:
    """Return the query for live rows in the order of their dates, which stops when it has enough, and pending rows."""
    live = build_search_query(f"public.{LIVE_TABLE}", match)
    pending = build_search_query(PENDING_ROWS)
    order = f"ORDER BY date DESC, part_id LIMIT {MAX_RANKED_PARTS + 1}"
    return f"SELECT found.* FROM (({live}) UNION ALL ({pending})) AS found {order}"


def build_search_query(rows: str, match: str = "TRUE") -> str:
    _words, language, kind, configuration, first, last, _at = PARAMETER_TYPES
    return build_search_sql(
        "postgresql",
        match=match,
        language=language,
        at="seen_at",
        kind=kind,
        configuration=configuration,
        first=first,
        last=last,
        rows=rows,
    )


def build_search_removal() -> Iterator[str]:
    yield f"DROP FUNCTION IF EXISTS public.{SEARCH_FUNCTION}"
