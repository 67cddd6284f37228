"""Lines of the lists of the dashboard."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agenda.workflow.states import format_to_the_minute


@dataclass(frozen=True)
class DashboardLine:
    """A line of a list: `details` say who or why, `same_day_url` leads to same-day changes. Urgent ones are marked."""

    title: str
    url: str
    statuses: Sequence[str] = ()
    details: str = ""
    same_day_url: str = ""
    is_urgent: bool = False


def format_details(who: str, at: dt.datetime, remark: str, now: dt.datetime) -> str:
    """Format who did something, when, and what they remarked: “Ann Lee, 25 Nov 10:00: “Ready””."""
    details = _("%(who)s, %(when)s") % {"who": who, "when": format_to_the_minute(at, now)}
    return details + (f": “{remark}”" if remark else "")
