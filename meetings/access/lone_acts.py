"""What one person published alone: without approval, by restoring an edition, or in words that nobody approved.

So is a text that was approved before another one was, if it was submitted again since and nobody else looked at it, or
if one person resumed it after it was on hold, changed its time, or kept it scheduled while the other one was published.

Words are those of a same-day change, with places and people that the published text did not name, the reason of a
withdrawal or of the removal of a past text, and what an administrator typed as reference data.

It is published all the same, because on press day a text must be corrected even if nobody else is there. The dashboard
and the audit log show it until somebody else has confirmed it. Only changes of configurations wait until then, because
they are never urgent and their names are on nearly all pages (decision 134).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, ProtectedError, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from meetings.models import Act, ActConfirmation, AuditEntry, Configuration

OWN_WORDS = "words"
"""The detail of an audit entry that has the words that its author typed for readers. Withdrawals and removals before
decision 120, and changes of reference data before decision 130, have none, so that nobody must confirm old ones.
"""
WAITING_VALUES = "values"
"""The detail of an audit entry with the change of a configuration that waits: by field, the value before and after. The
detail `deleted` says that it is a deletion.
"""
EARLIER_APPROVAL = "approved_at"
"""The detail of a publication with the instant at which its text was approved, if another one was approved after it
(`find_earlier_approval` in `agenda.workflow.publication`, `find_earlier_approval_of_entry`). A text that was published
without approval although it had one is confirmed, too, since nobody can approve it again.
"""
LONE_ACTS = (Act.FORCED, Act.ROLLED_BACK)
ACTS_WITH_WORDS = (Act.FACTS_CHANGED, Act.WITHDRAWN, Act.SUPPRESSED, Act.REFERENCE_CHANGED)
PUBLICATIONS = (Act.PUBLISHED, Act.SCHEDULED, Act.MOVED, Act.KEPT)
IS_LONE = (
    Q(act__in=LONE_ACTS)
    | Q(act__in=ACTS_WITH_WORDS, details__has_key=OWN_WORDS)
    | Q(act__in=PUBLICATIONS, details__has_key=EARLIER_APPROVAL)
)
HAS_AUTHORS = Q(act__in=LONE_ACTS) | Q(details__has_key=EARLIER_APPROVAL)
"""The acts that are about a text whose authors cannot confirm them (`find_authors_of_acts`)."""


def is_lone(entry: AuditEntry) -> bool:
    if entry.act in PUBLICATIONS:
        return EARLIER_APPROVAL in entry.details
    return entry.act in LONE_ACTS or (entry.act in ACTS_WITH_WORDS and OWN_WORDS in entry.details)


def find_lone_acts() -> QuerySet[AuditEntry]:
    """Return the audit entries of lone acts that nobody has confirmed, the newest first."""
    confirmed = ActConfirmation.objects.filter(entry=OuterRef("pk"))
    return AuditEntry.objects.filter(IS_LONE).exclude(Exists(confirmed)).order_by("-pk")


def find_waiting_changes() -> QuerySet[AuditEntry]:
    """Return the audit entries of changes of configurations that wait for a colleague, the newest first."""
    return find_lone_acts().filter(act=Act.REFERENCE_CHANGED, details__has_key=WAITING_VALUES)


def describe_confirmation(entry: AuditEntry, confirmed_by: str | None) -> str:
    """Return who has confirmed a lone act, or that nobody has; empty for other acts."""
    if not is_lone(entry):
        return ""
    if confirmed_by and WAITING_VALUES in entry.details:
        return _("decided by %s") % confirmed_by  # whose own entry says how
    return _("confirmed by %s") % confirmed_by if confirmed_by else _("not confirmed by a colleague yet")


def serialize_value(value: Any) -> Any:
    """Return the value of a field for `WAITING_VALUES`."""
    return value if isinstance(value, int) else str(value or "") or None


def apply_waiting_change(entry: AuditEntry) -> None:
    """Add, change or delete the configuration, if that has waited for a colleague to confirm it, in a transaction.

    Raise ValidationError if that is not possible any more, since somebody has changed something else meanwhile.
    """
    values = entry.details.get(WAITING_VALUES)
    if values is None:
        return
    key, is_new = entry.details["key"], entry.details.get("new", False)
    is_deletion = entry.details.get("deleted", False)
    row = Configuration(pk=key) if is_new else Configuration.objects.select_for_update().filter(pk=key).first()
    if row is None:
        raise ValidationError(_("This configuration has been deleted meanwhile. Discard this change."))
    if not is_new:
        refuse_outdated_values(row, values)
    if is_deletion:
        delete_unused(row)
        return
    for name, (_before, after) in values.items():
        setattr(row, name, after)
    try:
        row.full_clean()
        save_first(row) if is_new else row.save(update_fields=[*values])
    except ValidationError as error:
        advice = _("Another change came first, and this one does not fit with it. Discard it and make it again.")
        raise ValidationError([*error.messages, advice]) from error


def refuse_outdated_values(row: Configuration, values: Mapping[str, Sequence[Any]]) -> None:
    """Raise ValidationError if the row has other values than the change was made from, and say which."""
    fields = {field.name: field for field in Configuration._meta.fields}
    changed = [name for name, (before, _after) in values.items() if serialize_value(getattr(row, name)) != before]
    if changed:
        names = ", ".join(f"“{capfirst(fields[name].verbose_name)}”" for name in changed)
        raise ValidationError(
            _("Somebody has changed %s since this was asked for. Discard this change and make it again.") % names
        )


def save_first(configuration: Configuration) -> None:
    """Save a new configuration. Raise ValidationError if another one with its code or word is saved at this moment."""
    try:
        configuration.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("A configuration with this code or word has just been added.")) from error


def delete_unused(configuration: Configuration) -> None:
    """Delete a configuration. Raise ValidationError in a transaction, which must end, if other rows belong to it."""
    message = _("This configuration is used, so it cannot be deleted. Discard this change.")
    try:
        _number, deleted = configuration.delete()
    except ProtectedError as error:
        raise ValidationError(message) from error
    if deleted.keys() - {Configuration._meta.label}:
        raise ValidationError(message)
