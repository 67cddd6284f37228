"""The press room's sheet of a day: all that happens on it, over all meetings, in time order."""
