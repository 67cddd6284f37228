"""The law of the database (PostgreSQL): what the public site may read, whatever it asks.

`manage.py database_roles` sets it up: two roles, their privileges, and row-level security (docs/operations.md).
"""
