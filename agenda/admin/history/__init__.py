"""The history of a meeting or topic: one screen for its saves, reviews, comments and editions, and comparisons."""
