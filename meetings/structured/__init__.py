"""What pages say to machines in schema.org's words: JSON-LD, beside the same in HTML, and nothing that is not there.

Of what is not live there is none.
"""

from meetings.structured.event import meeting_event
from meetings.structured.graph import Node, script_of
from meetings.structured.site import breadcrumbs, website

__all__ = ["Node", "breadcrumbs", "meeting_event", "script_of", "website"]
