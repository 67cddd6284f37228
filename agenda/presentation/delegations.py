"""What a delegation asked for in a year, what it supported, and what it chaired, from live meetings."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest

from meetings.clock import get_instant
from meetings.documents.schema import Item, MeetingDocument
from meetings.documents.traversal import walk_items
from meetings.editions.keyset import LATEST_FIRST
from meetings.http.time_travel import exclude_suppressed
from meetings.models import IndexedDelegation, SubjectType
from meetings.models.edition import EditionPartQuerySet
from meetings.site.publications import Publication, build_publications, find_live_documents

MAX_MEETINGS = 200  # of a year
Role = IndexedDelegation.Role


@dataclass(frozen=True)
class DelegationMeeting:
    """A meeting with the items that a delegation asked for or supports."""

    meeting: Publication
    items: Sequence[Item]


def find_live_rows(request: HttpRequest) -> EditionPartQuerySet[IndexedDelegation]:
    return exclude_suppressed(request, IndexedDelegation.objects.live(get_instant(request)))


def find_years(request: HttpRequest, code: str) -> list[int]:
    """Return the years with a meeting of the delegation, the latest first."""
    years = find_live_rows(request).filter(code=code).order_by().values_list("edition__listed_on__year", flat=True)
    return sorted(years.distinct(), reverse=True)


def count_requests(request: HttpRequest, year: int) -> dict[str, int]:
    """Return how many items of a year each delegation asked for, by its code."""
    asked = find_live_rows(request).filter(role=Role.REQUEST, edition__listed_on__range=get_days(year))
    return dict(asked.order_by().values("code").annotate(count=Count("pk")).values_list("code", "count"))


def get_days(year: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def find_delegation_meetings(request: HttpRequest, code: str, year: int) -> dict[str, list[DelegationMeeting]]:
    """Return the meetings of a year by the role of the delegation, the latest first.

    This takes two queries, and one if there is no meeting.
    """
    rows = find_live_rows(request).filter(code=code, edition__listed_on__range=get_days(year))
    roles: dict[Any, dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for edition, role, item in rows.values_list("edition", "role", "item_id"):
        roles[edition][role].add(item)
    documents = find_live_documents(request, SubjectType.MEETING).filter(edition__in=list(roles))
    latest = documents.order_by(*LATEST_FIRST)[:MAX_MEETINGS] if roles else []
    meetings: dict[str, list[DelegationMeeting]] = {role.value: [] for role in Role}
    for row in latest:
        for meeting in build_publications([row]):
            assert isinstance(meeting.document, MeetingDocument)
            items = [item for item, _parent in walk_items(meeting.document.agenda)]
            for role, own in roles[row.edition_id].items():
                meetings[role].append(DelegationMeeting(meeting, [item for item in items if item.id in own]))
    return meetings
