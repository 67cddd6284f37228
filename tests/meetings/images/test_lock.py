"""Pictures are decoded one at a time by all processes that share the folder, because each takes half a gigabyte."""

import io
import threading
from pathlib import Path

from django.conf import settings
from django.core.files import locks
from PIL import Image

from meetings.images.cleaning import LOCK_FILE, clean_image


def test_picture_waits_for_another_process() -> None:
    data = io.BytesIO()
    Image.new("RGB", (400, 300), "navy").save(data, "PNG")
    done = threading.Event()

    def decode() -> None:
        clean_image(data.getvalue())
        done.set()

    thread = threading.Thread(target=decode)
    with (Path(settings.MEDIA_ROOT) / LOCK_FILE).open("wb") as file:
        locks.lock(file, locks.LOCK_EX)
        thread.start()
        assert not done.wait(0.3)
    assert done.wait(10)
    thread.join()
