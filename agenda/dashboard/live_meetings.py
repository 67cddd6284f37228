"""Published meetings: their days and names, which may differ in the draft."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from meetings.database.prepared_query import fetch_objects, fetch_rows, pad_keys
from meetings.documents.document_urls import format_address_dates
from meetings.editions.index_rows import build_called_off_condition
from meetings.i18n.page_dates import format_page_date_range
from meetings.models import Configuration, Edition, Meeting, SubjectType
from meetings.models.meeting import format_meeting_name


def get_live_meeting_editions(now: dt.datetime) -> QuerySet[Any]:
    """Return the live editions of meetings, with the `code` of the configuration."""
    codes = Configuration.objects.filter(slug=OuterRef("configuration")).values("code")
    live = Edition.objects.live(now).filter(subject_type=SubjectType.MEETING)
    return live.annotate(code=Subquery(codes[:1]))


def find_next_meeting_day(after: dt.date, now: dt.datetime) -> dt.date | None:
    """Return the first day after `after` on which a meeting starts, by its published days, or those of the draft.

    Two queries.
    """
    found = [*fetch_rows(select_next_published_day, after, now), *fetch_rows(select_next_draft_day, after, now)]
    return min((day for (day,) in found), default=None)


def select_next_published_day(after: dt.date, now: dt.datetime) -> QuerySet[Any, Any]:
    editions = Edition.objects.live(now).filter(subject_type=SubjectType.MEETING, start_date__gt=after)
    return editions.order_by("start_date").values_list("start_date")[:1]


def select_next_draft_day(after: dt.date, now: dt.datetime) -> QuerySet[Any, Any]:
    is_live = Exists(Edition.objects.live(now).filter(subject_id=OuterRef("pk"), is_tombstone=False))
    drafts = Meeting.objects.filter(~is_live, start_date__gt=after)
    return drafts.order_by("start_date").values_list("start_date")[:1]


def load_live_editions(keys: Collection[UUID], now: dt.datetime) -> dict[UUID, Edition]:
    """Load the live editions of these meetings, by the key of the meeting, with `is_called_off`, in one query."""
    return {edition.subject_id: edition for edition in fetch_objects(select_live_editions, now, *pad_keys(keys))}


def select_live_editions(now: dt.datetime, *keys: UUID) -> QuerySet[Any]:
    is_called_off = Case(When(build_called_off_condition(), then=True), default=False)
    live = get_live_meeting_editions(now)
    editions: QuerySet[Any] = live.filter(subject_id__in=keys).annotate(is_called_off=is_called_off)
    return editions


def format_live_name(edition: Any) -> str:
    """Return the published name of a meeting, in the form of `str(meeting)`.

    The edition must come from `get_live_meeting_editions`.
    """
    word = ""
    if edition.start_date:
        days = format_address_dates(edition.start_date, edition.end_date or edition.start_date)
        word = edition.address.rstrip("/").rpartition(days)[2].lstrip("-")
    return format_meeting_name(edition.code or edition.configuration.upper(), edition.start_date, word)


def describe_draft_move(meeting: Meeting, edition: Edition) -> str:
    """Say to which days the draft moves the meeting; empty if it has the published days."""
    if (meeting.start_date, meeting.end_date) == (edition.start_date, edition.end_date):
        return ""
    if meeting.start_date is None:
        return _("the draft has no date")
    shown = format_page_date_range(meeting.start_date, meeting.end_date)
    is_same_year = edition.start_date and edition.start_date.year == meeting.start_date.year
    if is_same_year and meeting.start_date == meeting.end_date:
        shown = date_format(meeting.start_date, "j F")
    return _("the draft moves it to %s") % shown
