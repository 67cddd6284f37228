"""Test the glossary, and the links to it from our own labels."""

import re
from typing import Any

import pytest
from django.db.models import TextChoices
from django.template import Context
from django.utils.safestring import SafeString

from meetings.documents import choices
from meetings.documents.choices import ItemKind, Outcome, PointKind
from meetings.documents.schema import Point, Result
from meetings.reference.glossary import SLUGS_BY_LABEL, TERMS
from meetings.templatetags.documents import link_term
from tests.edition_publisher import EditionPublisher, appears
from tests.factories import make_full_document, make_uuid
from tests.public_requests import Visitor, get_visible_text

__all__ = ["appears"]


def test_glossary_has_its_terms_without_a_query(visitor: Visitor) -> None:
    response = visitor.get("/en/glossary/")
    assert (response.status_code, visitor.statements) == (200, [])
    html, text = response.content.decode(), get_visible_text(response)
    assert len(TERMS) >= 30
    for term in TERMS.values():
        assert f'id="{term.slug}"' in html
        assert f'href="#{term.slug}"' in html
        assert term.text.split(".")[0] in text, term


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.slug)
def test_term_is_complete(term: Any) -> None:
    assert 40 < len(term.text) < 400, "a few plain sentences"
    assert term.text.endswith(".")
    assert set(term.see) <= set(TERMS) - {term.slug}
    assert "  " not in term.text


def test_every_page_and_the_sitemap_lead_to_the_glossary(visitor: Visitor, db: None) -> None:
    assert '<a href="/en/glossary/">Glossary</a>' in visitor.get("/en/about/").content.decode()
    assert "<loc>http://testserver/en/glossary/</loc>" in visitor.get("/sitemap-pages-1.xml").content.decode()


def list_links(visitor: Visitor, page: str) -> list[tuple[str, str]]:
    """Return the term and the label of each link. Its name says where it leads, also out of context."""
    link = r'<a class="term" href="/\w\w/glossary/#([^"]+)" aria-label="([^"]+) \(glossary\)">\2</a>'
    return re.findall(link, visitor.get(page).content.decode())


def test_label_leads_to_its_explanation_where_it_stands_first(visitor: Visitor, appears: EditionPublisher) -> None:
    document = make_full_document()
    first = document.agenda[0]
    first.kind, first.title = ItemKind.A_ITEMS, "Without discussion"
    first.result = Result(id=make_uuid("result"), outcome=Outcome.GENERAL_APPROACH)
    document.programme = [Point(id=make_uuid(f"point {n}"), kind=PointKind.DOORSTEP) for n in range(3)]
    page = f"/en/{appears(document).address}"
    links = list_links(visitor, page)
    assert ("a-items", "List of A items") in links
    assert ("general-approach", "General approach") in links
    assert [link for link in links if link[0] == "doorstep"] == [("doorstep", "Doorstep")]
    assert {slug for slug, _label in links} <= set(TERMS)
    assert list_links(visitor, page.replace("/en/", "/fr/"))


def test_office_texts_have_no_links_to_the_glossary(visitor: Visitor, appears: EditionPublisher) -> None:
    edition = appears(make_full_document(lead="<p>A doorstep and Coreper.</p>"))
    html = visitor.get(f"/en/{edition.address}").content.decode()
    assert '<div class="prose lead"><p>A doorstep and Coreper.</p></div>' in html


def test_labels_are_values_of_choices() -> None:
    kinds = (kind for kind in vars(choices).values() if isinstance(kind, type) and issubclass(kind, TextChoices))
    assert set(SLUGS_BY_LABEL) <= {value for kind in kinds for value in kind.values}


@pytest.mark.parametrize("typed", ["coreper", "Committee of Permanent Representatives", "AOB", "Trialogue"])
def test_search_for_a_term_leads_to_its_explanation(visitor: Visitor, db: None, typed: str) -> None:
    html = visitor.get("/en/search/", {"q": typed}).content.decode()
    assert re.search(r'href="/en/glossary/#(coreper|any-other-business|trilogue)"', html)
    assert "/en/glossary/#" not in visitor.get("/en/search/?q=wine").content.decode()


def test_a_label_is_escaped_unless_it_is_safe() -> None:
    label = "A & B"
    links = [link_term(Context(), each, "presidency") for each in (label, SafeString(label), label)]
    assert [link.endswith(">A &amp; B</a>") for link in links] == [True, False, True]
