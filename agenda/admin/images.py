"""Pictures of drafts, for everybody who may read drafts."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from meetings.access import PERMISSIONS, Right
from meetings.images.sizes import list_file_names
from meetings.models import StoredImage
from meetings.site.images import build_file_response


@require_safe
def admin_image(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """Return a file of a picture, whether a published text shows it or not."""
    if not request.user.has_perm(PERMISSIONS[Right.VIEW]):
        raise PermissionDenied
    width = StoredImage.objects.filter(digest=digest).values_list("width", flat=True).first()
    if width is None or name not in list_file_names(width):
        raise Http404
    return build_file_response(digest, name)
