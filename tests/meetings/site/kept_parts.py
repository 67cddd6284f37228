"""Watch the pages and parts of pages that are rendered, and leave out the stores that keep them and answers."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from meetings.api.kept_answers import kept_answers, kept_details
from meetings.site.kept_parts import PartStore


def record_rendered_parts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the template of each page and part that is rendered and kept."""
    rendered: list[str] = []
    keep = PartStore.put

    def put(store: PartStore, key: tuple[Any, ...], text: str) -> None:
        rendered.append(key[0])
        keep(store, key, text)

    monkeypatch.setattr(PartStore, "put", put)
    return rendered


@contextmanager
def render_all_parts() -> Iterator[None]:
    """Keep nothing, and use nothing that is kept."""
    with ExitStack() as stack:
        stack.enter_context(patch.multiple(PartStore, get=lambda store, key: None, put=lambda store, key, text: None))
        for store in (kept_answers, kept_details):
            stack.enter_context(patch.multiple(store, get=lambda key: None, put=lambda key, value, size: None))
        yield
