"""The addresses of the API."""

from django.http import Http404
from django.urls import include, path, re_path
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter

from meetings.api import MeetingViewSet, TopicViewSet

router = SimpleRouter(use_regex_path=False)
router.register("meetings", MeetingViewSet, basename="meeting")
router.register("topics", TopicViewSet, basename="topic")


@api_view(["GET", "HEAD"])
def root(request: Request) -> Response:
    """The resources by name."""
    return Response(
        {"meetings": reverse("meeting-list", request=request), "topics": reverse("topic-list", request=request)}
    )


@api_view(["GET", "HEAD"])
def nothing(request: Request, path: str = "") -> Response:
    """Any other address under the API: its 404 is problem+json too."""
    raise Http404


urlpatterns = [
    path("v1/", root, name="api-root"),
    path("v1/", include(router.urls)),
    re_path(r"^(?P<path>.*)$", nothing, name="api-nothing"),
]
