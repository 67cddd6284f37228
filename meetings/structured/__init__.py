"""Structured data of pages (JSON-LD with schema.org terms). It contains nothing that the page does not show.

Pages of texts that are not live have no structured data.
"""

from meetings.structured.event import build_meeting_event
from meetings.structured.graph import Node, render_json_ld
from meetings.structured.site import build_breadcrumbs, build_website

__all__ = ["Node", "build_breadcrumbs", "build_meeting_event", "build_website", "render_json_ld"]
