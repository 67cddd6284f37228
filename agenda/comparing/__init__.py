"""Compare two documents of the same subject and describe the changes for people."""

from agenda.comparing.changes import Change, ChangeKind, compare
from agenda.comparing.summary import summary
from agenda.comparing.words import Run, RunKind

__all__ = ["Change", "ChangeKind", "Run", "RunKind", "compare", "summary"]
