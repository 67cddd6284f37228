"""What PostgreSQL decides: a picture is uploaded at the moment at which the command deletes it, or its files."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from agenda.workflow import unused_images
from meetings.images.files import build_storage_name
from meetings.images.sizes import list_file_names
from meetings.images.store import delete_image
from meetings.models import StoredImage
from tests.factories import DAY
from tests.locks import wait_for_blocked_query
from tests.pictures import make_stored_image

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("committed")]


@pytest.mark.parametrize("has_row", [True, False])
def test_upload_waits_for_the_deletion_and_stores_all_files_again(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path, has_row: bool
) -> None:
    settings.MEDIA_ROOT = tmp_path
    image = make_stored_image()
    long_ago = timezone.now() - 40 * DAY
    StoredImage.objects.update(uploaded_at=long_ago)
    if not has_row:
        StoredImage.objects.all().delete()
        for file in Path(default_storage.path(build_storage_name(image.digest, ""))).iterdir():
            os.utime(file, (long_ago.timestamp(), long_ago.timestamp()))
    locked, upload_waits = threading.Event(), threading.Event()

    def wait_and_delete(image: StoredImage) -> None:
        locked.set()
        upload_waits.wait(10)
        delete_image(image)

    monkeypatch.setattr(unused_images, "delete_image", wait_and_delete)

    def remove() -> None:
        call_command("remove_unused_images", verbosity=0)
        connections.close_all()

    def upload() -> None:
        locked.wait(10)
        make_stored_image()
        connections.close_all()

    threads = [threading.Thread(target=remove), threading.Thread(target=upload)]
    for thread in threads:
        thread.start()
    wait_for_blocked_query()
    upload_waits.set()
    for thread in threads:
        thread.join(30)
    assert StoredImage.objects.get().uploaded_at > long_ago
    names = default_storage.listdir(build_storage_name(image.digest, ""))[1]
    assert sorted(names) == sorted(list_file_names(image.width))
