"""Calendars to subscribe to (RFC 5545): one event per meeting and, on request, one per programme point with a time.

`queries` reads from the database, `events` builds the events of what was read, and `ical` renders them.
"""
