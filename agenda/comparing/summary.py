"""The changes in a sentence: how many of each kind."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import ngettext

from agenda.comparing.changes import Change, ChangeKind


def summary(changes: Iterable[Change]) -> list[str]:
    """As “2 texts or facts changed”, “1 part removed”; what was removed first, since it is missed most easily."""
    counted = Counter(change.kind for change in changes)
    told = {
        ChangeKind.REMOVED: ngettext("%d part removed", "%d parts removed", counted[ChangeKind.REMOVED]),
        ChangeKind.MOVED: ngettext(
            "%d part moved to another place", "%d parts moved to another place", counted[ChangeKind.MOVED]
        ),
        ChangeKind.ADDED: ngettext("%d part added", "%d parts added", counted[ChangeKind.ADDED]),
        ChangeKind.CHANGED: ngettext(
            "%d text or fact changed", "%d texts or facts changed", counted[ChangeKind.CHANGED]
        ),
    }
    return [words % counted[kind] for kind, words in told.items() if counted[kind]]
