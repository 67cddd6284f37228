"""Find the meetings that the month calendar shows on their former days: moved, without a date now, or withdrawn."""

from django.db.models import QuerySet

from meetings.browsing.choice import MeetingSelection, Month
from meetings.clock import get_instant
from meetings.day_sheet.finding import MAX_MEETINGS, find_earlier_days_between
from meetings.languages import get_page_language
from meetings.models import EditionDocument, SubjectType
from meetings.models.meeting import MAX_MEETING_DURATION
from meetings.publications import find_live_documents
from meetings.travel import exclude_suppressed


def find_moved_meetings(selection: MeetingSelection, month: Month) -> QuerySet[EditionDocument]:
    """Return the selected meetings that an earlier edition had on a day of the month.

    This runs a query for their keys first: with the keys as a subquery, the database would read all meetings in order.
    """
    request = selection.request
    earlier_days = find_earlier_days_between(request, month.first_day, month.last_day).filter(point_id=None).order_by()
    keys = list(earlier_days.values_list("edition", flat=True).distinct()[:MAX_MEETINGS])
    return selection.apply_filters(find_live_documents(request, SubjectType.MEETING).filter(edition__in=keys))


def find_withdrawal_notices(selection: MeetingSelection, month: Month) -> QuerySet[EditionDocument]:
    """Return the notices of withdrawn meetings that had a day in the month.

    Of a withdrawn meeting only the configuration is known, so no notice matches any other filter.
    """
    notices = exclude_suppressed(
        selection.request, EditionDocument.objects.withdrawn(get_instant(selection.request))
    ).filter(
        edition__subject_type=SubjectType.MEETING,
        edition__listed_on__range=(month.first_day - MAX_MEETING_DURATION, month.last_day),
    )
    if selection.has_extra_filters:
        return notices.none()
    slugs = [option.value for option in selection.options.configurations if option.is_chosen]
    notices = notices.filter(edition__configuration__in=slugs) if slugs else notices
    return notices.in_language(get_page_language()).with_history()
