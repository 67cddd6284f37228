"""Find what an agenda item refers to: documents, files, Articles of the Treaties, and delegations."""

from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request

from agenda.api import types
from meetings.api.resource_urls import build_api_url, build_page_url
from meetings.documents.document_numbers import parse_procedure_code
from meetings.documents.register_urls import get_document_url, get_procedure_url, link_treaty_articles
from meetings.documents.schema import Item, MeetingDocument
from meetings.editions.index_rows import list_delegation_codes


def build_item_addresses(request: Request, document: MeetingDocument, item: Item, language: str) -> dict[str, Any]:
    """Return the members of `types.ItemAddresses`. `language` is that of the answer, and so of the pages it names."""
    return {
        "information_from_countries": list_countries(document, item.information_from),
        "supported_by_countries": list_countries(document, item.supported_by),
        "document_links": [
            types.NumberedDocument(number=number, url=get_document_url(number, language)) for number in item.documents
        ],
        "procedure_links": [build_procedure(request, code, language) for code in item.procedures],
        "legal_basis_links": [
            types.LegalBasisPart(text=part.text, url=part.url) for part in link_treaty_articles(item.legal_basis)
        ],
    }


def list_countries(document: MeetingDocument, names: Sequence[str]) -> list[str]:
    """Return the codes of the delegations that are named. A name without a translation is in another language."""
    return list_delegation_codes(names, document.language) or list_delegation_codes(names, document.source_language)


def build_procedure(request: Request, code: str, language: str) -> types.NumberedProcedure:
    parsed = parse_procedure_code(code)
    slug = parsed.slug if parsed else ""
    return types.NumberedProcedure(
        number=code,
        url=get_procedure_url(code, language),
        api_url=build_api_url(request, "file", slug) if slug else "",
        html_url=build_page_url(request._request, f"files/{slug}/", language) if slug else "",
    )
