"""The filters of the public list: the API's, except that a document may be given by its bare number."""

from django.utils.translation import gettext_lazy as _

from meetings.api.filters.filters import AnyRevisionFilter
from meetings.api.meetings import MeetingFilterSet


class MeetingListFilter(MeetingFilterSet):
    document = AnyRevisionFilter(
        label=_("Meetings with an item that has this document in any revision, such as 14996/22.")
    )
