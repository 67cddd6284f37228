"""Public search: parse the query, find parts of live editions, and show the results page."""
