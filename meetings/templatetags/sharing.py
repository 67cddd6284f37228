"""What a page says of itself in its head, to machines."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context, Node
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from meetings import sharing
from meetings.canonical import canonical_address, route_of
from meetings.documents.shape import MeetingDocument
from meetings.languages import page_language
from meetings.links import site_of
from meetings.models import Configuration
from meetings.publications import Publication
from meetings.structured import Node as Told
from meetings.structured import breadcrumbs, meeting_event, script_of, website

register = template.Library()


class Titled(Node):
    """Keeps what is in it as `page_title`, in one line, and shows nothing."""

    def __init__(self, nodelist: Any) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        text = " ".join(self.nodelist.render(context).split()).replace('"', "&quot;")  # words may have it as it is
        context["page_title"] = mark_safe(text)  # noqa: S308
        return mark_safe("")


@register.tag
def titled(parser: Any, token: Any) -> Titled:
    nodelist = parser.parse(("endtitled",))
    parser.delete_first_token()
    return Titled(nodelist)


def configuration_of(context: Context) -> Configuration | None:
    """That which the page is about; a list that is filtered by one has its slug only."""
    found = context.get("configuration")
    return found if isinstance(found, Configuration) else None


@register.simple_tag(takes_context=True)
def shared(context: Context) -> sharing.Shared:
    description = str(context.get("description", ""))
    return sharing.shared_as(page_language(), context.get("publication"), configuration_of(context), description)


@register.simple_tag(takes_context=True)
def site_address(context: Context) -> str:
    return site_of(context["request"])


@register.simple_tag(takes_context=True)
def structured(context: Context) -> SafeString:
    """The page in schema.org's words. Its own route has to be asked for: other pages are about the same text."""
    request: HttpRequest = context["request"]
    route, publication = route_of(request), context.get("publication")
    if route in ("meeting", "topic") and publication:
        return script_of(about_text(request, publication))
    if configuration := configuration_of(context):
        return script_of([trail_of_configuration(request, configuration)])
    return script_of([website(site_of(request), page_language())] if route == "home" else [])


def about_text(request: HttpRequest, publication: Publication) -> list[Told]:
    document, site = publication.document, site_of(request)
    page = (document.title, publication.path.removeprefix(f"/{page_language()}/"))
    if not isinstance(document, MeetingDocument):
        return [breadcrumbs(site, page_language(), [(_("Topics"), "topics/"), page])]
    body = document.configuration
    steps = [(_("Meetings"), "meetings/"), (body.name, f"meetings/{body.slug}/"), page]
    address = canonical_address(request, publication)
    return [meeting_event(publication, address, site), breadcrumbs(site, page_language(), steps)]


def trail_of_configuration(request: HttpRequest, shown: Configuration) -> Told:
    page = (shown.name_in(page_language()), f"meetings/{shown.slug}/")
    return breadcrumbs(site_of(request), page_language(), [(_("Meetings"), "meetings/"), page])
