"""What the public site can read in PostgreSQL, whatever it queries.

`manage.py database_roles` sets up two roles, their privileges and the tables of readers (docs/operations.md).
"""
