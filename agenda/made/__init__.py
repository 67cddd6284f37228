"""Made meetings: any number of them, the same for the same seed, to measure with.

`inventing` makes the documents of the n-th meeting from nothing but seed and n; `words` has the vocabulary; `writing`
puts documents into the database in bulk.
"""
