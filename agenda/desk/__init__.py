"""The press office's admin site: the dashboard, warnings on every page, and explained refusals.

It is not in `agenda.admin`, which registers with the site on import, so that the site can be created first.
"""
