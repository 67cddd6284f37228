"""Template filters of the press office's screens. The settings load them in the editors' process only."""

import datetime as dt

from django import template
from django.utils import timezone

from agenda.dashboard.admin_urls import admin_url
from agenda.workflow.states import format_to_the_minute
from agenda.workflow.transactions import format_instant

register = template.Library()
register.filter("admin_url", admin_url)
register.filter("instant", format_instant)


@register.filter
def to_the_minute(instant: dt.datetime) -> str:
    """Return when somebody did something, in Brussels time: “25 Nov 10:00”, or with another year."""
    return format_to_the_minute(instant, timezone.now())
