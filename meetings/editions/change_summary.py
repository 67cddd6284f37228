"""Describe in words what an edition changed: what happened to the meeting, and which parts of its note differ."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from meetings.documents.choices import Language
from meetings.documents.members import get_members
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.editions.edition_history import EditionChange
from meetings.i18n.page_dates import format_move_in_sentence
from meetings.models import ChangeEffect, Edition, EditionReason, SubjectType

REASONS_WITH_EFFECTS = (EditionReason.PUBLICATION, EditionReason.CORRECTION, EditionReason.FACTS)


def describe_edition(edition: Edition, effects: Sequence[ChangeEffect], before: Edition | None) -> str:
    """Return what happened, such as “results” or “moved from 8 to 17 December 2026”, or else the reason.

    `before` is the edition before, if readers can read it. It may be another than the one with which the edition was
    compared, and may have the new date already (decision 112).
    """
    has_moved = before is None or (before.start_date, before.end_date) != (edition.start_date, edition.end_date)
    hidden = {ChangeEffect.OTHER} if has_moved else {ChangeEffect.OTHER, ChangeEffect.MOVED}
    shown = [describe_effect(effect, edition, before) for effect in effects if effect not in hidden]
    if not shown or edition.reason not in REASONS_WITH_EFFECTS:
        return str(EditionReason(edition.reason).label)
    if [*effects] == [ChangeEffect.RESULTS, ChangeEffect.OTHER]:
        shown.append(str(ChangeEffect.OTHER.label))
    return ", ".join(shown)


def describe_effect(effect: ChangeEffect, edition: Edition, before: Edition | None) -> str:
    if effect == ChangeEffect.MOVED and before and before.start_date:
        earlier, later = format_move_in_sentence(before, edition)
        return _("moved from %(before)s to %(after)s") % {"before": earlier, "after": later}
    return str(effect.label)


def format_changed_members(change: EditionChange) -> str:
    """Return the changed parts, such as “date, place, agenda”.

    The presidency follows from the date, so it is not named if the meeting has just lost its date, or has one again. If
    only translations were changed, return their languages, each by its own name. The text is empty if the change
    cannot be shown.
    """
    shape = MeetingDocument if change.edition.subject_type == SubjectType.MEETING else TopicDocument
    members = get_members(shape)
    is_dated = {bool(each.start_date) for each in (change.edition, change.previous) if each}
    hidden = {"presidency"} if len(is_dated) > 1 else set()
    if words := [word for name in change.changed_members if name not in hidden and (word := members[name].change_word)]:
        return ", ".join(dict.fromkeys(words))
    if not change.previous or change.previous.is_suppressed or not change.languages:  # type: ignore[attr-defined]
        return ""
    return _("translations (%s)") % ", ".join(str(Language(language).label) for language in change.languages)
