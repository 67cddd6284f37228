"""Row-level security in PostgreSQL: which rows the public site can read, whatever it queries.

`manage.py database_roles` sets up two roles, their privileges and the policies (docs/operations.md).
"""
