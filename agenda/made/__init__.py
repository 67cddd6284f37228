"""Generate any number of meetings for benchmarks. The same seed gives the same meetings.

`inventing` generates the documents of the n-th meeting from nothing but the seed and n. `words` has the texts to choose
from. `writing` writes documents into the database in bulk.
"""
