"""What search finds texts by: their words, folded and stemmed, a row for each part of each document."""
