"""Template tag for the pictures of a document."""

from typing import Any

from django import template
from django.template import Context

from meetings.documents.schema import Image
from meetings.images.files import (
    FULL_FILE,
    PUBLIC_PATH,
    build_image_path,
    find_rendition,
    list_renditions,
)

MIDDLE_WIDTH = 960  # of the file for browsers that choose none themselves

register = template.Library()


@register.simple_tag(takes_context=True, name="image_sources")
def build_image_sources(context: Context, image: Image) -> dict[str, Any]:
    """Return the addresses of a picture: `webp` for a srcset, `jpeg` with its size, and `full`.

    The page of a text that is not public sets `images_path`, where its pictures are.
    """
    base = str(context.get("images_path", PUBLIC_PATH))
    middle = find_rendition(image, MIDDLE_WIDTH)
    return {
        "webp": ", ".join(
            f"{build_image_path(image.digest, file.name, base)} {file.width}w"
            for file in list_renditions(image, "webp")
        ),
        "jpeg": build_image_path(image.digest, middle.name, base),
        "width": middle.width,
        "height": middle.height,
        "full": build_image_path(image.digest, FULL_FILE, base),
    }
