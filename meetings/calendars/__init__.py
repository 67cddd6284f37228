"""Calendars to subscribe to (RFC 5545): an event a meeting and, for who asks, one a programme point with a clock.

`entries` reads; all else renders what was read.
"""
