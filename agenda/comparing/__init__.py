"""Comparing two documents of one subject: what changed, told to people."""

from agenda.comparing.changes import Change, ChangeKind, compare
from agenda.comparing.summary import summary
from agenda.comparing.words import Run, RunKind

__all__ = ["Change", "ChangeKind", "Run", "RunKind", "compare", "summary"]
