"""Template filters of the press office's screens. The settings load them in the editors' process only."""

import datetime as dt

from django import template
from django.utils import timezone

from agenda.dashboard.admin_urls import admin_url
from agenda.presentation.meeting_context import group_items_by_session
from agenda.workflow.drafts import SubjectDocument
from agenda.workflow.states import format_to_the_minute
from agenda.workflow.transactions import format_instant
from meetings.documents.document_urls import find_address
from meetings.documents.schema import MeetingDocument
from meetings.documents.traversal import collect_links
from meetings.i18n.page_paths import get_page_path

register = template.Library()
register.filter("admin_url", admin_url)
register.filter("instant", format_instant)


@register.filter
def to_the_minute(instant: dt.datetime) -> str:
    """Return when somebody did something, in Brussels time: “25 Nov 10:00”, or with another year."""
    return format_to_the_minute(instant, timezone.now())


@register.filter
def page_path(document: SubjectDocument) -> str:
    """Return the path at which the page of a document will be, or "" if it has no address."""
    address = find_address(document)
    return get_page_path(address, document.language) if address else ""


@register.filter
def link_addresses(document: SubjectDocument) -> list[tuple[str, str]]:
    """Return the title and the web address of each link. The page shows only those in formatted texts."""
    return [(link.title, link.url) for _type, _owner, link in collect_links(document) if link.url]


@register.filter
def unshown_sessions(document: SubjectDocument) -> list[str]:
    """Return the titles of the sessions that no page has a heading for. Search and the API have them."""
    if not isinstance(document, MeetingDocument):
        return []
    shown = {section.session.id for section in group_items_by_session(document) if section.session}
    return [session.title for session in document.sessions if session.id not in shown]
