"""Template tags for the metadata in the head of a page: title, Open Graph and JSON-LD."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetings.documents.schema import MeetingDocument
from meetings.http.links import get_site_url
from meetings.i18n.languages import get_page_language
from meetings.models import Configuration
from meetings.site import open_graph
from meetings.site.canonical import build_canonical_url, get_route_name
from meetings.site.json_ld import Node, build_breadcrumbs, build_meeting_event, build_website, render_json_ld
from meetings.site.publications import Publication

register = template.Library()


@register.simple_block_tag(takes_context=True, name="pagetitle")
def store_page_title(context: Context, content: str) -> SafeString:
    """Store the content of the block, in one line, as `page_title` in the context, and render nothing."""
    # Translated messages may have quotation marks that are not escaped.
    context["page_title"] = mark_safe(" ".join(content.split()).replace('"', "&quot;"))  # noqa: S308
    return mark_safe("")


def get_configuration(context: Context) -> Configuration | None:
    """Return the configuration that the page is about, or None. In the context of a filtered list it is a slug only."""
    configuration = context.get("configuration")
    return configuration if isinstance(configuration, Configuration) else None


@register.simple_tag(takes_context=True, name="page_metadata")
def get_page_metadata(context: Context) -> dict[str, Any]:
    description = str(context.get("description", ""))
    return open_graph.build_open_graph_data(
        get_page_language(), context.get("publication"), get_configuration(context), description
    )


@register.simple_tag(takes_context=True, name="site_address")
def get_site_address(context: Context) -> str:
    return get_site_url(context["request"])


@register.simple_tag(takes_context=True, name="json_ld")
def json_ld_script(context: Context) -> SafeString:
    """Return the page as JSON-LD with schema.org's vocabulary, or an empty string.

    The route is checked because other pages have the same publication in their context.
    """
    request: HttpRequest = context["request"]
    route, publication = get_route_name(request), context.get("publication")
    if route in ("meeting", "topic") and publication:
        return render_json_ld(describe_document(request, publication))
    if route == "file":
        steps = [
            (pgettext("interinstitutional", "Files"), "files/"),
            (str(context["file"]), f"files/{context['file'].slug}/"),
        ]
        return render_json_ld([build_breadcrumbs(get_site_url(request), get_page_language(), steps)])
    if route == "delegation":
        steps = [(_("Delegations"), "delegations/"), (context["name"], f"delegations/{context['delegation']}/")]
        return render_json_ld([build_breadcrumbs(get_site_url(request), get_page_language(), steps)])
    if configuration := get_configuration(context):
        page = (configuration.get_name(get_page_language()), f"meetings/{configuration.slug}/")
        steps = [(_("Meetings"), "meetings/"), page]
        return render_json_ld([build_breadcrumbs(get_site_url(request), get_page_language(), steps)])
    return render_json_ld([build_website(get_site_url(request), get_page_language())] if route == "home" else [])


def describe_document(request: HttpRequest, publication: Publication) -> list[Node]:
    """Return the nodes for a meeting (an event and its breadcrumbs) or a topic (its breadcrumbs)."""
    document, site = publication.document, get_site_url(request)
    page = (document.title, publication.path.removeprefix(f"/{get_page_language()}/"))
    if not isinstance(document, MeetingDocument):
        return [build_breadcrumbs(site, get_page_language(), [(_("Topics"), "topics/"), page])]
    configuration = document.configuration
    steps = [(_("Meetings"), "meetings/"), (configuration.name, f"meetings/{configuration.slug}/"), page]
    address = build_canonical_url(request, publication)
    return [build_meeting_event(publication, address, site), build_breadcrumbs(site, get_page_language(), steps)]
