"""Calendars to subscribe to (RFC 5545): one event per meeting and, on request, one per programme point with a time.

`meetings` reads from the database; the other modules render what was read.
"""
