from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from council.public_dump.kept_file import update_dump
from tests.council.api.published_samples import publish_one_of_each


@pytest.fixture(scope="class")
def one_of_each(class_clock: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Publish one of each resource, at the addresses of `tests.council.api.published_samples`, and write the dump."""
    publish_one_of_each(class_clock)
    with override_settings(DUMP_ROOT=tmp_path_factory.mktemp("dump")):
        update_dump("http://testserver/", timezone.now())
        yield
