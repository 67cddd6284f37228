from collections.abc import Iterator

import pytest

from tests.client.site import FakeSite, started


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with started() as running:
        yield running
