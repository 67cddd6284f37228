"""Guard a new table whose rows belong to editions with the triggers of another one, for use in migrations.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration must end with `install` of the
newest migration that has these guards.
"""

from collections.abc import Iterator
from types import ModuleType
from typing import Any


class EditionGuards:
    """The triggers of a table. `like` is the migration that defines those to copy, with its `STATEMENTS` and `TABLE`.

    `after` is the migration that has all guards of editions so far: its `install` and `remove` include those of `like`.
    """

    def __init__(self, table: str, *, like: ModuleType, after: ModuleType) -> None:
        self.table, self.like, self.after = table, like, after

    def list_statements(self, editor: Any) -> Iterator[str]:
        for statement in self.like.STATEMENTS[editor.connection.vendor]():
            yield statement.replace(self.like.TABLE, self.table)

    def guard(self, _apps: Any, editor: Any) -> None:
        for statement in self.list_statements(editor):
            editor.execute(statement, params=None)  # no placeholders: a % is a %

    def unguard(self, _apps: Any, editor: Any) -> None:
        for statement in self.list_statements(editor):
            if statement.startswith("DROP TRIGGER"):
                editor.execute(statement, params=None)

    def install(self, apps: Any, editor: Any) -> None:
        """Guard this table and all that were guarded before."""
        self.after.install(apps, editor)
        self.guard(apps, editor)

    def remove(self, apps: Any, editor: Any) -> None:
        """Remove the guards of this table and of all that were guarded before."""
        self.unguard(apps, editor)
        self.after.remove(apps, editor)
