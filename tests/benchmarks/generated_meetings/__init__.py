"""Generate any number of meetings for benchmarks. The same seed gives the same meetings.

`generator` generates the documents of the n-th meeting from nothing but the seed and n. `word_lists` has the texts to
choose from. `bulk_writer` writes documents into the database in bulk.
"""
