"""Template filter for links to the pages of delegations."""

from django import template

from meetings.documents.schema import MeetingDocument
from meetings.reference.delegations import find_delegation_codes

register = template.Library()


@register.filter
def delegation_slug(name: str, document: MeetingDocument) -> str:
    """Return the name in addresses of the only delegation that a text of the document names; otherwise ""."""
    for language in dict.fromkeys((document.language, document.source_language)):
        codes = find_delegation_codes(name, language)
        if len(codes) == 1:
            return codes[0].lower()
    return ""
