"""What a month's calendar tells of days that it left: meetings that moved or lost their date, and notices."""

from django.db.models import QuerySet

from meetings.browsing.choice import Choice, Month
from meetings.clock import instant_of
from meetings.day_sheet.finding import MOST, left_between
from meetings.languages import page_language
from meetings.models import EditionDocument, SubjectType
from meetings.models.meeting import LONGEST
from meetings.publications import live_documents
from meetings.travel import open_texts


def that_left(choice: Choice, month: Month) -> QuerySet[EditionDocument]:
    """Meetings that fit, and were published before to be on a day of the month; with a query for their keys.

    With the keys in one question, a database looks at all meetings that there are, in their order.
    """
    left = left_between(choice.request, month.first, month.last).filter(point_id=None).order_by()
    keys = list(left.values_list("edition", flat=True).distinct()[:MOST])
    return choice.fitting(live_documents(choice.request, SubjectType.MEETING).filter(edition__in=keys))


def withdrawn(choice: Choice, month: Month) -> QuerySet[EditionDocument]:
    """The notices of those withdrawn. Only who was to meet is known of them: whatever else is chosen, none fits."""
    buried = open_texts(choice.request, EditionDocument.objects.buried(instant_of(choice.request))).filter(
        edition__subject_type=SubjectType.MEETING, edition__listed_on__range=(month.first - LONGEST, month.last)
    )
    if choice.has_more:
        return buried.none()
    bodies = [option.value for option in choice.options.configurations if option.is_chosen]
    buried = buried.filter(edition__configuration__in=bodies) if bodies else buried
    return buried.in_language(page_language()).with_history()
