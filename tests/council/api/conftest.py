from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from council.public_dump.kept_file import update_dump
from tests.council.api.published_samples import publish_one_of_each


@pytest.fixture
def one_of_each(db: None, clock: Any, settings: Any, tmp_path: Path) -> None:
    """Publish one of each resource, at the addresses of `tests.council.api.published_samples`, and write the dump."""
    publish_one_of_each(clock)
    settings.DUMP_ROOT = tmp_path
    update_dump("http://testserver/", timezone.now())
