"""Compare two documents of the same subject and describe the changes for people."""

from agenda.documents.diff.changes import ChangeKind, DocumentChange, compare_documents
from agenda.documents.diff.summary import summarize_changes
from agenda.documents.diff.word_diff import DiffKind, DiffRun

__all__ = ["ChangeKind", "DiffKind", "DiffRun", "DocumentChange", "compare_documents", "summarize_changes"]
