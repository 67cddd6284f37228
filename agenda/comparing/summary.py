"""Summarize changes: how many there are of each kind."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import ngettext

from agenda.comparing.changes import ChangeKind, DocumentChange


def summarize_changes(changes: Iterable[DocumentChange]) -> list[str]:
    """Return phrases such as “1 part removed”, “2 details changed”. Removed parts come first: they are easy to miss."""
    counts = Counter(change.kind for change in changes)
    phrases = {
        ChangeKind.REMOVED: ngettext("%d part removed", "%d parts removed", counts[ChangeKind.REMOVED]),
        ChangeKind.MOVED: ngettext(
            "%d part moved to another place", "%d parts moved to another place", counts[ChangeKind.MOVED]
        ),
        ChangeKind.ADDED: ngettext("%d part added", "%d parts added", counts[ChangeKind.ADDED]),
        ChangeKind.CHANGED: ngettext("%d detail changed", "%d details changed", counts[ChangeKind.CHANGED]),
    }
    return [phrase % counts[kind] for kind, phrase in phrases.items() if counts[kind]]
