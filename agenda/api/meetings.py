"""The meetings resource of the API, with what needs the search and the agenda."""

from django.utils.translation import gettext_lazy as _

from agenda.api.search_filter import SearchFilter
from meetings.api import meetings


class MeetingFilterSet(meetings.MeetingFilterSet):
    q = SearchFilter(
        label=_(
            "Only meetings with these words, in their own texts or in those of one agenda item, as in the search of "
            "the site. The last word may be the beginning of a longer one. Not together with `as_of`."
        )
    )


class MeetingResource(meetings.MeetingResource):
    """Published meetings as whole documents."""

    filterset_class = MeetingFilterSet
