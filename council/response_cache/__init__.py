"""The cache of whole responses, in front of Django and in the memory of each process (decision 102)."""
