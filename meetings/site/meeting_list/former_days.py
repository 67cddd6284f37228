"""Find the meetings that the month calendar shows on their former days: moved, without a date now, or withdrawn."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from meetings.database.prepared_query import pad_keys
from meetings.models import EditionDocument, SubjectType
from meetings.site.daily_schedule.queries import MAX_MEETINGS, find_moved_editions
from meetings.site.meeting_list.selection import MeetingSelection, Month
from meetings.site.publications import find_live_documents, select_live_documents
from meetings.site.withdrawal_notices import find_withdrawal_notices

MAX_MONTH_MEETINGS = 300  # an ordinary month has some twenty


def select_in_order(documents: QuerySet[EditionDocument]) -> QuerySet[EditionDocument]:
    return documents.order_by("edition__listed_on", "edition__subject_id")[:MAX_MONTH_MEETINGS]


def select_editions_in_order(documents: QuerySet[EditionDocument], *editions: Any) -> QuerySet[EditionDocument]:
    return select_in_order(documents.filter(edition__in=editions))


def find_moved_meetings(selection: MeetingSelection, month: Month) -> Sequence[EditionDocument]:
    """Return the selected meetings that an earlier edition had on a day of the month.

    This runs a query for their keys first: with the keys as a subquery, the database would read all meetings in order.
    """
    request = selection.request
    keys = find_moved_editions(request, month.first_day, month.last_day)[:MAX_MEETINGS]
    if selection.raw_filters:
        live = find_live_documents(request, SubjectType.MEETING)
        return list(select_editions_in_order(selection.apply_filters(live), *keys))
    return (
        select_live_documents(request, SubjectType.MEETING, select_editions_in_order, *pad_keys(keys)) if keys else []
    )


def find_notices_of_month(selection: MeetingSelection, month: Month) -> Sequence[EditionDocument]:
    """Return the notices of withdrawn meetings that had a day in the month.

    Of a withdrawn meeting only the configuration is known, so no notice matches any other filter.
    """
    if selection.has_extra_filters:
        return []
    return find_withdrawal_notices(selection.request, month.first_day, month.last_day, selection.configuration_slugs)
