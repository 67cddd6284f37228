"""The daily schedule: everything that takes place on a day, from all meetings, in time order, for the press room."""
