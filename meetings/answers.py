"""Build answers of the API: stored documents in their envelope. Build the addresses that answers contain."""

import datetime as dt
from functools import cache
from typing import Annotated, Any

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from msgspec import Meta
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from meetings.documents.shape import Sha256
from meetings.languages import LANGUAGES
from meetings.links import get_site_url
from meetings.models import EditionDocument
from meetings.standing import LiveDocumentRow
from meetings.vocabulary import Language

Url = Annotated[str, Meta(extra_json_schema={"format": "uri"})]
Instant = Annotated[dt.datetime, Meta(tz=True)]


class Envelope(msgspec.Struct, kw_only=True):
    """The members that the site adds to a document about its edition."""

    url: Annotated[Url, Meta(description="The address of this meeting or topic in the API.")]
    html_url: Annotated[Url, Meta(description="The address of its page.")]
    edition: Annotated[int, Meta(ge=1, description="The number of the edition, from 1. Withdrawals are counted too.")]
    languages: Annotated[list[Language], Meta(description="The languages of the edition.")]
    published_at: Annotated[
        Instant, Meta(description="The time of first publication; after a withdrawal, the first time since.")
    ]
    modified_at: Annotated[Instant, Meta(description="The time of the last change to the text in this language.")]
    digest: Annotated[Sha256, Meta(description="The SHA-256 digest of the document's canonical bytes (RFC 8785).")]
    change_note: Annotated[str, Meta(description="A note on what changed in this edition.")]


def build_answer_type(document: type[msgspec.Struct], name: str, **options: Any) -> type[msgspec.Struct]:
    """Return the type of an answer: the members of the document and of the envelope in one flat object."""
    members = [(member.name, member.type) for member in msgspec.structs.fields(Envelope)]
    return msgspec.defstruct(
        name, members, bases=(document,), namespace={"__doc__": document.__doc__}, kw_only=True, **options
    )


class DocumentRenderer(BaseRenderer):
    """Renders JSON in UTF-8. Stored documents are sent byte for byte as msgspec.Raw, without parsing them."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else msgspec.json.encode(data)


def wrap_in_envelope(edition_document: EditionDocument | LiveDocumentRow, request: Request) -> msgspec.Raw:
    """Return the stored document and its envelope as one flat object.

    `edition_document` must come from a queryset `with_history`.
    """
    edition = edition_document.edition
    envelope = Envelope(
        url=build_api_url(request, edition.subject_type, edition.subject_id),
        html_url=build_page_url(request._request, edition.address, edition_document.language),
        edition=edition_document.history.number,
        languages=edition.languages,
        published_at=edition_document.history.published_at,
        modified_at=edition_document.history.modified_at,
        digest=edition_document.document_id,
        change_note=edition.change_note,
    )
    return msgspec.Raw(edition_document.document.text[:-1].encode() + b"," + msgspec.json.encode(envelope)[1:])


def build_api_url(request: Request, resource: str, key: Any) -> str:
    """Return the address of a resource in the API. `key` needs no quoting: an id, a slug or a half-year."""
    return f"{get_site_url(request._request)}{get_list_path(resource)}{key}/"


def build_list_url(request: Request, resource: str, query: str) -> str:
    return f"{get_site_url(request._request)}{get_list_path(resource)}?{query}"


@cache
def get_list_path(resource: str) -> str:
    return reverse(f"{resource}-list")


def build_page_url(request: HttpRequest, address: str, language: str, anchor: str = "") -> str:
    path = get_page_path(address, language) + (f"#{anchor}" if anchor else "")
    return get_site_url(request) + iri_to_uri(path)


def get_page_path(address: str, language: str) -> str:
    """Return the path of a page in the language, or in the site's default language if it has no pages in that one."""
    page_language = language if language in LANGUAGES else settings.LANGUAGE_CODE
    return f"/{page_language}/{address}"
