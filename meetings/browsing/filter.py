"""The filters of the pages: the API's, but for documents, which people ask for by the bare number."""

from django.utils.translation import gettext_lazy as _

from meetings.api.meetings import MeetingFilter
from meetings.filters.by import ByDocuments


class PageFilter(MeetingFilter):
    document = ByDocuments(label=_("Those with an item that has a document: 14996/22, in any revision."))
