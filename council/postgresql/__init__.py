"""What PostgreSQL is told of the questions that the site asks.

The planner adds up what all rows would cost, believes that a policy hides half of them, and that half a page is left:
to it, a list seems best read whole, as a bitmap, and sorted. A page is always read along an index (decision 69).
"""

PLANNER_OPTIONS = "-c jit=off -c plan_cache_mode=force_generic_plan"  # decisions 44 and 69
READER_PLANNER_OPTIONS = f"{PLANNER_OPTIONS} -c enable_bitmapscan=off"
