"""Dashboard lines of web addresses that fail, one for each meeting or topic that uses one."""

import datetime as dt
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agenda.dashboard.admin_urls import admin_url
from agenda.dashboard.dashboard_line import DashboardLine
from agenda.dashboard.fair_lists import fetch_fairly, narrow_to_desks
from agenda.models import MAX_FAILURES, LinkCheck, LinkUse
from agenda.workflow.drafts import load_subjects
from agenda.workflow.states import format_to_the_minute
from meetings.access import Right, has_right
from meetings.models import User

MAX_USES = 200
MAX_SHOWN_URL = 100


def build_link_lines(user: User, now: dt.datetime) -> list[DashboardLine]:
    """Build the lines for users who can correct the address: those on the site first, then what has failed for longest.

    There are at most `MAX_USES`, so that many in the texts of one meeting or topic, or of another desk, hide no others.
    """
    if not has_right(user, Right.CHANGE):
        return []
    found: dict[tuple[UUID, int], list[LinkUse]] = {}
    select, desks = narrow_to_desks(select_failing_uses, user)
    uses, _has_more = fetch_fairly(select, *desks, limit=MAX_USES, person="subject_id", ranks=1)
    for use in uses:
        found.setdefault((use.subject_id, use.link_id), []).append(use)
    subjects = load_subjects({key for key, _link in found}, with_texts=False)
    return [
        DashboardLine(
            str(subjects[key]),
            f"{admin_url(subjects[key], 'change')}#{uses_of_link[0].part_id}",
            [describe_problem(uses_of_link[0].link)],
            describe_failure(uses_of_link, now),
        )
        for (key, _link), uses_of_link in found.items()
        if key in subjects and has_right(user, Right.CHANGE, subjects[key])
    ]


def select_failing_uses() -> QuerySet[LinkUse]:
    uses = LinkUse.objects.filter(link__failures__gte=MAX_FAILURES).select_related("link")
    return uses.annotate(is_draft=Q(is_live=False)).order_by("is_draft", "link__failing_since", "link__url", "pk")


def describe_problem(check: LinkCheck) -> str:
    """Return for example “Error from the server (404)”."""
    return capfirst(f"{check.get_problem_display()}{f' ({check.status})' if check.status else ''}")


def describe_failure(uses: list[LinkUse], now: dt.datetime) -> str:
    """Return for example “https://example.eu/page, since 25 Nov 10:00, on the site”. The uses are of one address."""
    check = uses[0].link
    since = format_to_the_minute(check.failing_since, now) if check.failing_since else ""
    values = {"url": shorten_url(check.url), "since": since, "where": describe_uses(uses)}
    return _("%(url)s, since %(since)s, %(where)s") % values


def describe_uses(uses: list[LinkUse]) -> str:
    where = {use.is_live for use in uses}
    return (
        _("on the site and in the draft")
        if len(where) > 1
        else _("on the site")
        if True in where
        else _("in the draft")
    )


def shorten_url(url: str) -> str:
    return url if len(url) <= MAX_SHOWN_URL else f"{url[:MAX_SHOWN_URL]}…"
