"""Describe the site, its publisher, and the position of a page within the site."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from meetings.answers import get_page_path
from meetings.reference.configurations import CONFIGURATIONS
from meetings.structured.graph import Node

COUNCIL_SLUGS = frozenset(facts.slug for facts in CONFIGURATIONS)


def build_council(site: str) -> Node:
    """Return the Council. It has no `url`, since this site is not its home page."""
    return {"@type": "GovernmentOrganization", "@id": f"{site}/#council", "name": _("Council of the European Union")}


def build_organizer(slug: str, name: str, site: str) -> Node:
    """Return the organizer of a meeting: the Council, or another body such as the Eurogroup itself."""
    return build_council(site) if slug in COUNCIL_SLUGS else {"@type": "GovernmentOrganization", "name": name}


def build_website(site: str, language: str) -> Node:
    """Return the site with its search. `language` is that of the page."""
    home = site + get_page_path("", language)
    target: dict[str, Any] = {
        "@type": "EntryPoint",
        "urlTemplate": f"{site}{get_page_path('search/', language)}?q={{search_term_string}}",
    }
    return {
        "@type": "WebSite",
        "@id": f"{home}#website",
        "name": _("Council agendas"),
        "url": home,
        "inLanguage": language,
        "publisher": build_council(site),
        "potentialAction": {
            "@type": "SearchAction",
            "target": target,
            "query-input": "required name=search_term_string",
        },
    }


def build_breadcrumbs(site: str, language: str, steps: Iterable[tuple[str, str]]) -> Node:
    """Return the breadcrumbs. Each step from the home page to the page is a name and a path after the language."""
    trail = [(_("Council agendas"), ""), *steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": site + get_page_path(path, language)}
            for number, (name, path) in enumerate(trail, start=1)
        ],
    }
