"""Install triggers that guard editions and their parts, for use in migrations.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration must end with `install` of the
newest migration that has these guards.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

COMMIT_CHECK_TABLE = "council_commit_check"
"""What is still to be checked at a commit, on PostgreSQL. Triggers write it, and it is empty between transactions."""


class Guards:
    """Triggers. `statements` has the functions that yield what creates them, by database vendor.

    `after` is the migration that has all guards of editions so far, with its `install` and `remove`.
    """

    def __init__(self, statements: Mapping[str, Callable[[], Iterable[str]]], *, after: ModuleType) -> None:
        self.statements, self.after = statements, after

    def list_statements(self, editor: Any) -> Iterable[str]:
        return self.statements[editor.connection.vendor]()

    def guard(self, _apps: Any, editor: Any) -> None:
        for statement in self.list_statements(editor):
            editor.execute(statement, params=None)  # no placeholders: a % is a %

    def unguard(self, _apps: Any, editor: Any) -> None:
        for statement in self.list_statements(editor):
            if statement.startswith("DROP TRIGGER"):
                editor.execute(statement, params=None)

    def install(self, apps: Any, editor: Any) -> None:
        """Install these guards and all that there were before."""
        self.after.install(apps, editor)
        self.guard(apps, editor)

    def remove(self, apps: Any, editor: Any) -> None:
        """Remove these guards and all that there were before."""
        self.unguard(apps, editor)
        self.after.remove(apps, editor)


class EditionGuards(Guards):
    """The triggers of a new table whose rows belong to editions, as those of another one.

    `like` is the migration that defines those to copy, with its `STATEMENTS` and `TABLE`.
    """

    def __init__(self, table: str, *, like: ModuleType, after: ModuleType) -> None:
        super().__init__(like.STATEMENTS, after=after)
        self.table, self.like = table, like

    def list_statements(self, editor: Any) -> Iterator[str]:
        for statement in super().list_statements(editor):
            yield statement.replace(self.like.TABLE, self.table)
