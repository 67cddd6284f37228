"""Build answers of the API: stored documents in their envelope."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from meetings.api.resource_urls import Instant, Url, build_api_url, build_page_url
from meetings.documents.choices import Language
from meetings.documents.reading_order import sort_members
from meetings.documents.schema import Sha256
from meetings.editions.live_rows import LiveDocumentRow
from meetings.models import EditionDocument


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
    """Renders JSON in UTF-8. The members of stored documents are sent byte for byte as msgspec.Raw."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else msgspec.json.encode(data)


def wrap_in_envelope(edition_document: EditionDocument | LiveDocumentRow, request: Request) -> msgspec.Raw:
    """Return the stored document and its envelope as one flat object, with its members in reading order.

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
        digest=edition_document.document.text_digest,
        change_note=edition.change_note,
    )
    document = sort_members(edition_document.document.text, edition.subject_type)
    return msgspec.Raw(document[:-1] + b"," + msgspec.json.encode(envelope)[1:])
