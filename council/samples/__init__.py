"""The demo's calendar: meetings and topics invented to show what the site does, around the day of the first run.

Data apart from code: a module a field of policy says what its meetings are about, in the small language of `drafting`;
`diary` finds plausible days; `stories` puts all together; `filling` writes it into the database and publishes it.
"""
