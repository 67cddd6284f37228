"""The meetings as a list and as a calendar of months, by what the reader chooses; all of it in the address."""
