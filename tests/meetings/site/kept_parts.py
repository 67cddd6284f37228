"""Watch the parts of pages that are rendered, and leave out the store that keeps them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from meetings.site.kept_parts import kept_parts


def record_rendered_parts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the template of each part that is rendered and kept."""
    rendered: list[str] = []
    keep = kept_parts.put

    def put(key: tuple[Any, ...], text: str) -> None:
        rendered.append(key[0])
        keep(key, text)

    monkeypatch.setattr(kept_parts, "put", put)
    return rendered


@contextmanager
def render_all_parts() -> Iterator[None]:
    """Keep no part, and use none that is kept."""
    with patch.multiple(kept_parts, get=lambda key: None, put=lambda key, text: None):
        yield
