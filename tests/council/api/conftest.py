from typing import Any

import pytest

from tests.council.api.published import publish_one_of_each


@pytest.fixture
def one_of_each(db: None, clock: Any) -> None:
    """Publish one of each resource, at the addresses of `tests.council.api.published`."""
    publish_one_of_each(clock)
