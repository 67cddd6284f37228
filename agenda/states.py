"""What is known of each meeting or topic of a list: never published, live, changed since, to come, withdrawn."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Case, Count, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from meetings.clock import BRUSSELS
from meetings.models import Edition, EditionDocument, SubjectType


def with_states(rows: QuerySet[Any], subject_type: SubjectType, now: dt.datetime) -> QuerySet[Any]:
    """Adds to meetings or topics what `State` tells and filters ask for, in subqueries.

    `is_changed`: the working copy as last saved is not what the last edition says, be it live or still to
    come. A row that was last saved before digests were noted has none, and counts as unchanged.
    """
    editions = Edition.objects.filter(subject_type=subject_type, subject_id=OuterRef("pk")).order_by("-available_from")
    visible = editions.visible(now)
    frozen = EditionDocument.objects.filter(
        edition__subject_type=subject_type,
        edition__subject_id=OuterRef("pk"),
        language=F("edition__source_language"),
    ).order_by("-edition__available_from")
    rows = rows.annotate(
        edition_number=Coalesce(
            Subquery(visible.order_by().values("subject_id").annotate(n=Count("pk")).values("n")), Value(0)
        ),
        is_withdrawn=Subquery(visible.values("is_tombstone")[:1]),
        appears_from=Subquery(editions.pending(now).order_by("available_from").values("available_from")[:1]),
        last_digest=Subquery(frozen.values("document_id")[:1]),
        last_is_tombstone=Subquery(editions.values("is_tombstone")[:1]),
        as_of=Value(now, output_field=DateTimeField()),
    )
    changed = Q(last_is_tombstone=False) & ~Q(digest="") & ~Q(digest=F("last_digest"))
    told: QuerySet[Any] = rows.annotate(is_changed=Case(When(changed, then=Value(True)), default=Value(False)))
    return told


@dataclass(frozen=True)
class State:
    """`number` counts the visible editions, as readers see it; 0: nothing has been published."""

    number: int
    is_withdrawn: bool
    appears_from: dt.datetime | None
    is_changed: bool
    as_of: dt.datetime

    @classmethod
    def of(cls, row: Any) -> Self:
        """`row` comes from `with_states`."""
        return cls(row.edition_number, bool(row.is_withdrawn), row.appears_from, row.is_changed, row.as_of)

    @property
    def is_live(self) -> bool:
        return self.number > 0 and not self.is_withdrawn

    def words(self) -> list[str]:
        """As “Live, edition 2”, “Appears 25 Nov 10:00”; more than one where more than one is so."""
        found = []
        if self.is_withdrawn:
            found.append(_("Withdrawn"))
        elif self.is_live and (self.appears_from or not self.is_changed):
            found.append(_("Live, edition %d") % self.number)
        if self.appears_from:
            found.append(_("Appears %s") % shortly(self.appears_from, self.as_of))
        if self.is_changed:
            found.append(
                _("Changed since the edition to come")
                if self.appears_from
                else _("Changed since edition %d") % self.number
            )
        return found or [_("Draft")]


def shortly(instant: dt.datetime, now: dt.datetime) -> str:
    """In Brussels, without a year that goes without saying: “25 Nov 10:00”."""
    local = instant.astimezone(BRUSSELS)
    shown = "j M H:i" if local.year == now.astimezone(BRUSSELS).year else "j M Y H:i"
    return date_format(local, shown + (":s" if local.second else ""))
