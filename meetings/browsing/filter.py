"""The filters of the public list: the API's, except that a document may be given by its bare number."""

from django.utils.translation import gettext_lazy as _

from meetings.api.meetings import MeetingFilterSet
from meetings.filters.by import AnyRevisionFilter


class MeetingListFilter(MeetingFilterSet):
    document = AnyRevisionFilter(
        label=_("Meetings with an item that has this document in any revision, such as 14996/22.")
    )
