"""Generate any number of meetings for benchmarks. The same seed gives the same meetings.

`generator` generates the documents of the n-th meeting from nothing but the seed and n. `word_lists` has the texts to
choose from. `writer` writes them into the database.
"""
