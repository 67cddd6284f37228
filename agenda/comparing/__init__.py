"""Compare two documents of the same subject and describe the changes for people."""

from agenda.comparing.changes import ChangeKind, DocumentChange, compare_documents
from agenda.comparing.summary import summarize_changes
from agenda.comparing.words import DiffKind, DiffRun

__all__ = ["ChangeKind", "DiffKind", "DiffRun", "DocumentChange", "compare_documents", "summarize_changes"]
