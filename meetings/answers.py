"""Answers of the API: documents as they are stored, in their envelope."""

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
from meetings.links import site_of
from meetings.models import EditionDocument
from meetings.standing import Standing
from meetings.vocabulary import Language

Url = Annotated[str, Meta(extra_json_schema={"format": "uri"})]
Instant = Annotated[dt.datetime, Meta(tz=True)]


class Envelope(msgspec.Struct, kw_only=True):
    """What the site knows of an edition, beside its document."""

    url: Annotated[Url, Meta(description="This meeting or topic in the API.")]
    html_url: Annotated[Url, Meta(description="Its page.")]
    edition: Annotated[int, Meta(ge=1, description="1 for the first, and so on; a withdrawal counts too.")]
    languages: Annotated[list[Language], Meta(description="The languages that the edition holds.")]
    published_at: Annotated[Instant, Meta(description="When it first appeared; after a withdrawal, first since.")]
    modified_at: Annotated[Instant, Meta(description="Since when the document stands as it does, in this language.")]
    digest: Annotated[Sha256, Meta(description="SHA-256 of the document's canonical bytes (RFC 8785).")]
    change_note: Annotated[str, Meta(description="What changed in this edition, in words.")]


def enveloped(document: type[msgspec.Struct], name: str, **options: Any) -> type[msgspec.Struct]:
    """The type of an answer: the document's members and the envelope's in one flat object."""
    members = [(member.name, member.type) for member in msgspec.structs.fields(Envelope)]
    return msgspec.defstruct(
        name, members, bases=(document,), namespace={"__doc__": document.__doc__}, kw_only=True, **options
    )


class DocumentRenderer(BaseRenderer):
    """JSON in UTF-8. Stored documents go out byte for byte as msgspec.Raw; nothing is parsed or built again."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else msgspec.json.encode(data)


def in_envelope(held: EditionDocument | Standing, request: Request) -> msgspec.Raw:
    """The stored document and its envelope as one flat object. `held` comes from `with_history`."""
    edition = held.edition
    envelope = Envelope(
        url=api_url(request, edition.subject_type, edition.subject_id),
        html_url=page_url(request._request, edition.address, held.language),
        edition=held.history.number,
        languages=edition.languages,
        published_at=held.history.published_at,
        modified_at=held.history.modified_at,
        digest=held.document_id,
        change_note=edition.change_note,
    )
    return msgspec.Raw(held.document.text[:-1].encode() + b"," + msgspec.json.encode(envelope)[1:])


def api_url(request: Request, resource: str, key: Any) -> str:
    """`key` is what may stand in an address as it is: an id, a slug, a half-year."""
    return f"{site_of(request._request)}{list_path(resource)}{key}/"


def list_url(request: Request, resource: str, query: str) -> str:
    return f"{site_of(request._request)}{list_path(resource)}?{query}"


@cache
def list_path(resource: str) -> str:
    return reverse(f"{resource}-list")


def page_url(request: HttpRequest, address: str, language: str, anchor: str = "") -> str:
    path = html_path(address, language) + (f"#{anchor}" if anchor else "")
    return site_of(request) + iri_to_uri(path)


def html_path(address: str, language: str) -> str:
    """The path of a page: in the language where the interface has it, else in the site's first language."""
    shown = language if language in LANGUAGES else settings.LANGUAGE_CODE
    return f"/{shown}/{address}"
