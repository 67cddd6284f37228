"""Full-text search: the words of each part of each document, folded and stemmed, as rows."""
