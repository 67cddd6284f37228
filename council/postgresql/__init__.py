"""Options for PostgreSQL's query planner.

The planner adds up the cost of all rows and assumes that a row-level policy hides half of them. It therefore prefers to
read a whole list as a bitmap and sort it. We always read one page of a list along an index (decision 69).

It also believes that the functions in policies cost nothing (`meetings.database.policies`). So for readers each row
costs what such a function costs, and tables are not read from beginning to end.
"""

PLANNER_OPTIONS = "-c jit=off -c plan_cache_mode=force_generic_plan"  # decisions 44 and 69
READER_PLANNER_OPTIONS = (
    f"{PLANNER_OPTIONS} -c enable_bitmapscan=off -c enable_seqscan=off -c cpu_tuple_cost=0.1 -c random_page_cost=1.1"
)
