"""Meetings as they are live: their days and their names, which a draft may say otherwise."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from meetings.addresses import dates_in_address
from meetings.models import Configuration, Edition, Meeting, SubjectType
from meetings.models.meeting import meeting_name
from meetings.templatetags.publishing import date_range


def live_meetings(now: dt.datetime) -> QuerySet[Any]:
    """Their editions, with the `code` of the configuration."""
    codes = Configuration.objects.filter(slug=OuterRef("configuration")).values("code")
    live = Edition.objects.live(now).filter(subject_type=SubjectType.MEETING)
    return live.annotate(code=Subquery(codes[:1]))


def live_editions(keys: Collection[UUID], now: dt.datetime) -> dict[UUID, Edition]:
    """By the key of the meeting, in one query."""
    return {edition.subject_id: edition for edition in live_meetings(now).filter(subject_id__in=keys)}


def live_name(edition: Any) -> str:
    """As `str` of the meeting would be, were it what readers see; the edition is of `live_meetings`."""
    word = ""
    if edition.start_date:
        days = dates_in_address(edition.start_date, edition.end_date or edition.start_date)
        word = edition.address.rstrip("/").rpartition(days)[2].lstrip("-")
    return meeting_name(edition.code or edition.configuration.upper(), edition.start_date, word)


def draft_moves(meeting: Meeting, edition: Edition) -> str:
    """Empty where the working copy has the days that are live."""
    if (meeting.start_date, meeting.end_date) == (edition.start_date, edition.end_date):
        return ""
    if meeting.start_date is None:
        return _("a draft leaves it without a date")
    shown = date_range(meeting.start_date, meeting.end_date)
    if (
        meeting.start_date == meeting.end_date
        and edition.start_date
        and edition.start_date.year == meeting.start_date.year
    ):
        shown = date_format(meeting.start_date, "j F")
    return _("a draft moves it to %s") % shown
