"""Rendered parts of pages that each process keeps: after a publication, only the parts of new documents are rendered.

A part may depend on nothing but its key: the digest of a document, the page's language, and what else it is given. So
it is rendered in a context of its own, in which there is nothing else (decision 108).
"""

import zlib
from collections.abc import Callable, Mapping
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe

from meetings.http.bounded_store import BoundedStore
from meetings.http.time_travel import get_time_travel
from meetings.i18n.languages import get_page_language
from meetings.site.publications import Publication
from meetings.site.text_marks import has_marks

CAPACITY = 8_000_000  # bytes: some 2,000 agendas
OVERHEAD = 300  # bytes for the key and the objects of a part, roughly
MIN_COMPRESSED_LENGTH = 4_000  # characters; reading a compressed row would take longer than the memory is worth


class PartStore:
    """Texts by key, of at most CAPACITY bytes. Long ones are compressed."""

    def __init__(self) -> None:
        self.contents = BoundedStore[tuple[Any, ...], tuple[bytes, bool]](CAPACITY)

    @property
    def size(self) -> int:
        return self.contents.size

    def get(self, key: tuple[Any, ...]) -> str | None:
        if (part := self.contents.get(key)) is None:
            return None
        content, is_compressed = part
        return (zlib.decompress(content) if is_compressed else content).decode()

    def put(self, key: tuple[Any, ...], text: str) -> None:
        content, is_compressed = text.encode(), len(text) >= MIN_COMPRESSED_LENGTH
        content = zlib.compress(content, 1) if is_compressed else content
        self.contents.put(key, (content, is_compressed), len(content) + OVERHEAD)

    def clear(self) -> None:
        self.contents.clear()


kept_parts = PartStore()


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
    public. A text that is not saved has no digest.
    """
    key = (template, publication.digest, get_page_language(), *inputs.values())
    request = context.get("request")
    is_hidden = context.get("banner") or has_marks.get() or (request and get_time_travel(request))
    is_public = bool(publication.digest) and not is_hidden
    text = kept_parts.get(key) if is_public else None
    if text is None:
        values = {"document": publication.document, **inputs, **build_values()}
        if not is_public:
            values |= {name: context[name] for name in ("request", "images_path") if name in context}
        assert context.template is not None
        engine: Engine = context.template.engine
        text = engine.get_template(template).render(context.new(values))
        if is_public:
            kept_parts.put(key, text)
    return mark_safe(text)  # noqa: S308 (a template has rendered it)
