"""The rule of `meetings.documents.calling_off` as a query condition on the columns of editions."""

from django.db.models import Exists, OuterRef, Q

from meetings.models import IndexedEarlierDays
from meetings.vocabulary import MeetingStatus


def build_called_off_condition(edition: str = "") -> Q:
    """Return the condition that an edition's meeting is called off.

    `edition` is the lookup prefix of the edition, such as `edition__`; it is empty in queries of editions.
    """
    had_another_date = IndexedEarlierDays.objects.filter(
        ~Q(start_date=OuterRef(f"{edition}start_date")),
        edition=OuterRef(f"{edition}pk"),
        point_id=None,
        start_date__isnull=False,
    )
    has_no_new_date = Q(**{f"{edition}start_date": None}) | Q(~Exists(had_another_date))
    postponed = Q(has_no_new_date, **{f"{edition}status": MeetingStatus.POSTPONED})
    return postponed | Q(**{f"{edition}status": MeetingStatus.CANCELLED})
