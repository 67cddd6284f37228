"""The site, who publishes it, and where in it a page is."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from meetings.answers import html_path
from meetings.reference.configurations import CONFIGURATIONS
from meetings.structured.graph import Node

OF_THE_COUNCIL = frozenset(facts.slug for facts in CONFIGURATIONS)


def council(site: str) -> Node:
    """Its address on the web is not this site, so none is told."""
    return {"@type": "GovernmentOrganization", "@id": f"{site}/#council", "name": _("Council of the European Union")}


def organizer(slug: str, name: str, site: str) -> Node:
    """Who holds the meetings of a configuration; other bodies, such as the Eurogroup, hold their own."""
    return council(site) if slug in OF_THE_COUNCIL else {"@type": "GovernmentOrganization", "name": name}


def website(site: str, language: str) -> Node:
    """`language` is the page's."""
    home = site + html_path("", language)
    wanted: dict[str, Any] = {
        "@type": "EntryPoint",
        "urlTemplate": f"{site}{html_path('search/', language)}?q={{search_term_string}}",
    }
    return {
        "@type": "WebSite",
        "@id": f"{home}#website",
        "name": _("Council agendas"),
        "url": home,
        "inLanguage": language,
        "publisher": council(site),
        "potentialAction": {
            "@type": "SearchAction",
            "target": wanted,
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(site: str, language: str, steps: Iterable[tuple[str, str]]) -> Node:
    """`steps` lead from below the front page to the page itself: each a name and an address behind the language."""
    trail = [(_("Council agendas"), ""), *steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": site + html_path(below, language)}
            for number, (name, below) in enumerate(trail, start=1)
        ],
    }
