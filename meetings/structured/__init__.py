"""Structured data of pages (JSON-LD with schema.org terms). It contains nothing that the page does not show.

Pages of texts that are not live have no structured data.
"""

from meetings.structured.event import meeting_event
from meetings.structured.graph import Node, script_of
from meetings.structured.site import breadcrumbs, website

__all__ = ["Node", "breadcrumbs", "meeting_event", "script_of", "website"]
