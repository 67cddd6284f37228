"""Lines of the lists of the dashboard."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class DashboardLine:
    """A line of a list: `details` say who or why, `same_day_url` leads to same-day changes."""

    title: str
    url: str
    statuses: Sequence[str] = ()
    details: str = ""
    same_day_url: str = ""
