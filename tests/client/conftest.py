from collections.abc import Iterator

import pytest

from tests.client.fake_site import FakeSite, start_site


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with start_site() as running:
        yield running
