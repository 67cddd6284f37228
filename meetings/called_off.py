"""`meetings.documents.calling_off` as a condition of queries: the same rule by the columns of editions."""

from django.db.models import Exists, OuterRef, Q

from meetings.models import IndexedEarlierDays
from meetings.vocabulary import MeetingStatus


def called_off(edition: str = "") -> Q:
    """`edition` is the way to it, as `edition__`; empty for editions themselves."""
    had_another = IndexedEarlierDays.objects.filter(
        ~Q(start_date=OuterRef(f"{edition}start_date")),
        edition=OuterRef(f"{edition}pk"),
        point_id=None,
        start_date__isnull=False,
    )
    nowhere_to_go = Q(**{f"{edition}start_date": None}) | Q(~Exists(had_another))
    postponed = Q(nowhere_to_go, **{f"{edition}status": MeetingStatus.POSTPONED})
    return postponed | Q(**{f"{edition}status": MeetingStatus.CANCELLED})
