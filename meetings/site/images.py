"""Send the files of pictures to those who may see them.

The address of a file names the digest of its picture, so its content never changes. Whether the picture is public is
decided at each request: caches may store it, but must ask again each time (`no-cache` with an ETag).
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from meetings.clock import get_instant
from meetings.http.conditional_get import Validator, add_validator_headers, confirm_unchanged
from meetings.http.time_travel import get_time_travel
from meetings.images.files import build_storage_name, get_content_type
from meetings.images.sizes import list_file_names
from meetings.images.store import read_image_file
from meetings.models import IndexedImage


def image_file(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """Return a file of a picture if an edition that is public shows it; otherwise a 404, as for any other address."""
    time_travel = get_time_travel(request)
    visible = IndexedImage.objects.visible(get_instant(request), time_travel.now if time_travel else None)
    width = visible.of_picture(digest).values_list("width", flat=True).first()
    if width is None or name not in list_file_names(width):
        raise Http404
    validator = Validator(f'"{digest[:32]}-{name}"')
    return confirm_unchanged(request, validator) or add_validator_headers(build_file_response(digest, name), validator)


def build_file_response(digest: str, name: str) -> HttpResponse:
    """Return the file, or behind nginx the order to send it. The caller has checked that the request may see it."""
    headers = {"Content-Disposition": f'inline; filename="{digest[:8]}-{name}"'}
    content: bytes | None = b""
    if settings.INTERNAL_MEDIA_PATH:
        headers["X-Accel-Redirect"] = settings.INTERNAL_MEDIA_PATH + build_storage_name(digest, name)
    else:
        content = read_image_file(digest, name)
    if content is None:
        raise Http404
    return HttpResponse(content, content_type=get_content_type(name), headers=headers)
