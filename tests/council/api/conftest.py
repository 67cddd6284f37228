from typing import Any

import pytest

from tests.council.api.published_samples import publish_one_of_each


@pytest.fixture
def one_of_each(db: None, clock: Any) -> None:
    """Publish one of each resource, at the addresses of `tests.council.api.published_samples`."""
    publish_one_of_each(clock)
