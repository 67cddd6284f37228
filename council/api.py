"""The addresses of the API."""

import difflib
from typing import Any

import msgspec
from django.urls import include, path, re_path, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter

from agenda.api.items import AgendaItemResource
from agenda.api.links import MediaLinkResource
from agenda.api.topics import TopicResource
from council.documentation import api_docs, problem_page
from meetings.api.changes import Changes
from meetings.api.description import Operation, description
from meetings.api.endpoints import Endpoint
from meetings.api.meetings import MeetingResource
from meetings.api.reference import ConfigurationResource, PresidencyResource
from meetings.conditional import validator
from meetings.licence import Licence, licence
from meetings.problems import not_found

router = SimpleRouter(use_regex_path=False)
router.register("meetings", MeetingResource, basename="meeting")
router.register("agenda-items", AgendaItemResource, basename="agenda-item")
router.register("topics", TopicResource, basename="topic")
router.register("media-links", MediaLinkResource, basename="media-link")
router.register("configurations", ConfigurationResource, basename="configuration")
router.register("presidencies", PresidencyResource, basename="presidency")
LISTS = {name: f"{basename}-list" for name, _view, basename in router.registry}
NAMES = {**LISTS, "changes": "changes", "schema": "api-schema"}
TERMS = {"$ref": f"#/components/schemas/{Licence.__name__}"}


class Root(Endpoint):
    def operation(self) -> Operation:
        url = {"type": "string", "format": "uri"}
        members: dict[str, Any] = dict.fromkeys(NAMES, url) | {"licence": TERMS}
        shape = {"type": "object", "required": list(members), "properties": members}
        return Operation("getRoot", gettext_lazy("The resources by name."), "About", shape=shape)

    def get(self, request: Request) -> Response:
        named: dict[str, Any] = {name: reverse(route, request=request) for name, route in NAMES.items()}
        named["licence"] = licence()
        return self.unless_current(validator(request._request, *self.state()), lambda: Response(named))


class Schema(Endpoint):
    def operation(self) -> Operation:
        return Operation("getSchema", gettext_lazy("This description."), "About", shape={"type": "object"})

    def get(self, request: Request) -> Response:
        known = validator(request._request, *self.state())
        return self.unless_current(known, lambda: Response(msgspec.Raw(description())))


class Nothing(Endpoint):
    """Any other address under the API: a problem that names the nearest one there is."""

    schema = None  # no part of the description

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        path = request.path.rstrip("/") + "/"
        if resolve(path.lower()).url_name != "api-nothing":  # a slash was forgotten, or an id is in capitals
            raise not_found(nearest=path.lower())
        known = [reverse("api-root"), *map(reverse, NAMES.values())]
        found = difflib.get_close_matches(path, known, n=1, cutoff=0.8)
        raise not_found(_("The API begins at %s.") % known[0], nearest=found[0] if found else "")


urlpatterns = [
    path("v1/", Root.as_view(), name="api-root"),
    path("v1/schema/", Schema.as_view(), name="api-schema"),
    path("v1/changes/", Changes.as_view(), name="changes"),
    path("v1/", include(router.urls)),
    path("docs/", api_docs, name="api-docs"),
    path("problems/<slug:slug>/", problem_page, name="api-problem"),
    re_path(r"^.*$", Nothing.as_view(), name="api-nothing"),
]
