"""What one person published alone: without approval, by restoring an edition, or in words that nobody approved.

Words are those of a same-day change, with places and people that the published text did not name, the reason of a
withdrawal or of the removal of a past text, and what an administrator typed as reference data.

It is published all the same, because on press day a text must be corrected even if nobody else is there. The dashboard
and the audit log show it until somebody else has confirmed it.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from meetings.models import Act, ActConfirmation, AuditEntry

OWN_WORDS = "words"
"""The detail of an audit entry that has the words that its author typed for readers. Withdrawals and removals before
decision 120, and changes of reference data before decision 130, have none, so that nobody must confirm old ones.
"""
LONE_ACTS = (Act.FORCED, Act.ROLLED_BACK)
ACTS_WITH_WORDS = (Act.FACTS_CHANGED, Act.WITHDRAWN, Act.SUPPRESSED, Act.REFERENCE_CHANGED)
IS_LONE = Q(act__in=LONE_ACTS) | Q(act__in=ACTS_WITH_WORDS, details__has_key=OWN_WORDS)


def is_lone(entry: AuditEntry) -> bool:
    return entry.act in LONE_ACTS or (entry.act in ACTS_WITH_WORDS and OWN_WORDS in entry.details)


def find_lone_acts() -> QuerySet[AuditEntry]:
    """Return the audit entries of lone acts that nobody has confirmed, the newest first."""
    confirmed = ActConfirmation.objects.filter(entry=OuterRef("pk"))
    return AuditEntry.objects.filter(IS_LONE).exclude(Exists(confirmed)).order_by("-pk")


def describe_confirmation(entry: AuditEntry, confirmed_by: str | None) -> str:
    """Return who has confirmed a lone act, or that nobody has; empty for other acts."""
    if not is_lone(entry):
        return ""
    return _("confirmed by %s") % confirmed_by if confirmed_by else _("not confirmed by a colleague yet")
