"""Template tag for the pictures of a document."""

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from meetings.documents.fallbacks import get_text_language
from meetings.documents.schema import Image, Link, MeetingDocument
from meetings.images.files import PUBLIC_PATH, build_image_path, find_rendition, list_renditions
from meetings.images.sizes import FULL_FILE
from meetings.site.text_marks import has_marks
from meetings.templatetags.documents import mark_text

MIDDLE_WIDTH = 960  # of the file for browsers that choose none themselves

register = template.Library()


@register.simple_tag(name="alt_text_to_review")
def render_alt_text_to_review(document: MeetingDocument, link: Link, image: Image) -> SafeString | str:
    """Return the alternative text as a caption on the page of a review. Readers do not see it, so pages have none."""
    if not has_marks.get() or not image.alt:
        return ""
    text = mark_text(image.alt, get_text_language(document, "links", link.id, "image", "alt"))
    return format_html('<figcaption class="note">{} {}</figcaption>', _("Alternative text:"), text)


@register.simple_tag(takes_context=True, name="image_sources")
def build_image_sources(context: Context, image: Image) -> dict[str, Any]:
    """Return the addresses of a picture: `webp` for a srcset, `jpeg` with its size, and `full`.

    The page of a text that is not public sets `images_path`, where its pictures are.
    """
    base = str(context.get("images_path") or PUBLIC_PATH)
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
