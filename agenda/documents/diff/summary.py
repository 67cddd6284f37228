"""Summarize changes: how many there are of each kind."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import ngettext

from agenda.documents.diff.changes import ChangeKind, DocumentChange


def summarize_changes(changes: Iterable[DocumentChange]) -> list[str]:
    """Return phrases such as “1 item removed”, “2 details changed”. Removed items come first: they are easy to miss."""
    counts = Counter(change.kind for change in changes)
    phrases = {
        ChangeKind.REMOVED: ngettext("%d item removed", "%d items removed", counts[ChangeKind.REMOVED]),
        ChangeKind.MOVED: ngettext("%d item moved", "%d items moved", counts[ChangeKind.MOVED]),
        ChangeKind.ADDED: ngettext("%d item added", "%d items added", counts[ChangeKind.ADDED]),
        ChangeKind.CHANGED: ngettext("%d detail changed", "%d details changed", counts[ChangeKind.CHANGED]),
    }
    return [phrase % counts[kind] for kind, phrase in phrases.items() if counts[kind]]
