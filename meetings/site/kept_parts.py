"""Rendered pages and parts of pages that each process keeps: after a publication, only what is new is rendered.

They may depend on nothing but their keys (decision 108). A page is kept by its address and by all that was read for it.
A part is kept by the key of a document, the page's language, and what else it is given; it is rendered in a context
of its own, in which there is nothing else.
"""

import hashlib
import zlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from meetings.bounded_store import BoundedStore
from meetings.http.links import get_site_url
from meetings.http.time_travel import get_time_travel
from meetings.i18n.languages import get_page_language
from meetings.site.publications import Publication
from meetings.site.text_marks import has_marks

CAPACITY = 6_000_000  # bytes: some 1,000 pages of meetings
QUERY_CAPACITY = 2_000_000  # bytes for pages with a query: invented queries displace nothing else
OVERHEAD = 300  # bytes for the key and the objects of a part, roughly
MIN_COMPRESSED_LENGTH = 4_000  # characters; reading a compressed row would take longer than the memory is worth


class PartStore:
    """Texts by key, of at most `capacity` bytes. Long ones are compressed."""

    def __init__(self, capacity: int) -> None:
        self.contents = BoundedStore[Hashable, tuple[bytes, bool]](capacity)

    @property
    def size(self) -> int:
        return self.contents.size

    def get(self, key: Hashable) -> str | None:
        if (part := self.contents.get(key)) is None:
            return None
        content, is_compressed = part
        return (zlib.decompress(content) if is_compressed else content).decode()

    def put(self, key: Hashable, text: str) -> None:
        content, is_compressed = text.encode(), len(text) >= MIN_COMPRESSED_LENGTH
        content = zlib.compress(content, 1) if is_compressed else content
        self.contents.put(key, (content, is_compressed), len(content) + OVERHEAD)

    def clear(self) -> None:
        self.contents.clear()


kept_parts, kept_query_pages = PartStore(CAPACITY), PartStore(QUERY_CAPACITY)


def render_part(
    context: Context,
    template: str,
    publication: Publication,
    inputs: Mapping[str, Any],
    build_values: Callable[[], Mapping[str, Any]],
) -> SafeString:
    """Return a part of a page, rendered from the document alone, or as it was kept.

    The template gets the document, the values of `inputs`, which are part of the key, and those of `build_values`,
    which must follow from these. Nothing is kept while somebody travels in time, and on pages of texts that are not
    public. A text that is not saved has no key.
    """
    key = (template, publication.text_key, get_page_language(), *inputs.values())
    request = context.get("request")
    is_hidden = context.get("banner") or has_marks.get() or (request and get_time_travel(request))
    is_public = bool(publication.text_key) and not is_hidden
    text = kept_parts.get(key) if is_public else None
    if text is None:
        values = {"document": publication.document, **inputs, **build_values()}
        if not is_public:
            values |= {name: context[name] for name in ("request", "images_path") if name in context}
        text = render_to_string(template, values)
        if is_public:
            kept_parts.put(key, text)
    return mark_safe(text)  # noqa: S308 (a template has rendered it)


def render_kept_page(
    request: HttpRequest,
    template: str,
    state: object,
    build_context: Callable[[], Mapping[str, Any]],
    insertions: Iterable[tuple[str, object]] = (),
) -> HttpResponse:
    """Return a whole page, rendered or as it was kept for the same address and state.

    `state` is all that the page depends on, besides its address and the code: the keys of the documents, what else
    was read from the database, and what of it follows the clock. Its representation (`repr`) must tell all of this, as
    that of texts, dates and tuples does, and that of a model does not. If a text was removed before it could be shown,
    or the page shows something newer than the state, the context says `is_incomplete`, and the page is not kept.
    `insertions` are placeholders that the page is kept with, and what is shown in place of them; they need no escaping.
    """
    address = get_site_url(request) + request.get_full_path()
    key = template, hashlib.blake2b(repr((address, state)).encode(), digest_size=16).digest()
    store = kept_query_pages if request.META.get("QUERY_STRING") else kept_parts
    is_public = not (has_marks.get() or get_time_travel(request))
    text = store.get(key) if is_public else None
    if text is None:
        context = dict(build_context())
        text = render_to_string(template, context, request)
        if is_public and not context.get("is_incomplete"):
            store.put(key, text)
    for placeholder, inserted in insertions:
        text = text.replace(placeholder, str(inserted))
    return HttpResponse(text)
