"""Template filters of the press office's screens. The settings load them in the editors' process only."""

from django import template

from agenda.dashboard.admin_urls import admin_url
from agenda.workflow.transactions import format_instant

register = template.Library()
register.filter("admin_url", admin_url)
register.filter("instant", format_instant)
