"""Options for PostgreSQL's query planner.

The planner adds up the cost of all rows, and prefers to read a whole list as a bitmap and sort it. We always read one
page of a list along an index (decision 69). So for readers each row costs ten times as much as by default, and tables
are not read from beginning to end: without that, eight of 120 lists of the API examine too many rows.
"""

PLANNER_OPTIONS = "-c jit=off -c plan_cache_mode=force_generic_plan"  # decisions 44 and 69
READER_PLANNER_OPTIONS = (
    f"{PLANNER_OPTIONS} -c enable_bitmapscan=off -c enable_seqscan=off -c cpu_tuple_cost=0.1 -c random_page_cost=1.1"
)
