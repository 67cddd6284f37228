"""The demo: invented meetings and topics that show what the site does, around the day of its first run.

One module for each field of policy describes its meetings with the functions of `drafting`, so that data is separate
from code. `working_days` finds plausible days, `sample_meetings` collects all meetings, and `fill` writes them into the
database and publishes them.
"""
