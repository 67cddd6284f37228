"""URL configuration of the API, and the views that belong to no resource."""

import difflib
from typing import Any

import msgspec
from django.db.models import TextChoices
from django.http import HttpResponseRedirect
from django.urls import include, path, re_path, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter

from agenda.api.files import FileResource
from agenda.api.items import AgendaItemResource
from agenda.api.links import MediaLinkResource
from agenda.api.meetings import MeetingResource
from agenda.api.programme import ProgrammeResource
from agenda.api.topics import TopicResource
from council.public_dump.views import FILE_NAME, DumpCatalogueView, DumpFileView, DumpView
from council.views.api_docs import api_docs, problem_page, tutorial
from meetings.api.changes import ChangesView
from meetings.api.form_fields import ChoiceField
from meetings.api.operations import Operation
from meetings.api.parameters import Parameter
from meetings.api.reference import ConfigurationResource, PresidencyResource
from meetings.api.views import Endpoint
from meetings.http.conditional_get import build_validator
from meetings.http.licence import Licence, get_licence
from meetings.http.problems import build_not_found_problem
from meetings.http.redirects import redirect_with_query

router = SimpleRouter(use_regex_path=False)
router.register("meetings", MeetingResource, basename="meeting")
router.register("agenda-items", AgendaItemResource, basename="agenda-item")
router.register("programme", ProgrammeResource, basename="programme-point")
router.register("topics", TopicResource, basename="topic")
router.register("files", FileResource, basename="file")
router.register("media-links", MediaLinkResource, basename="media-link")
router.register("configurations", ConfigurationResource, basename="configuration")
router.register("presidencies", PresidencyResource, basename="presidency")
LIST_ROUTES = {name: f"{basename}-list" for name, _view, basename in router.registry}
ROUTES = {**LIST_ROUTES, "changes": "changes", "dump": "api-dump", "schema": "api-schema"}
lead_to_docs = require_safe(RedirectView.as_view(pattern_name="api-docs"))
lead_to_tutorial = require_safe(RedirectView.as_view(pattern_name="api-tutorial"))
LICENCE_REFERENCE = {"$ref": f"#/components/schemas/{Licence.__name__}"}


class RootView(Endpoint):
    """The addresses of all resources."""

    def build_operation(self) -> Operation:
        url = {"type": "string", "format": "uri"}
        members: dict[str, Any] = dict.fromkeys(ROUTES, url) | {"licence": LICENCE_REFERENCE}
        shape = {"type": "object", "required": list(members), "properties": members}
        return Operation("getRoot", gettext_lazy("List the resources by name."), "About", shape=shape)

    def get(self, request: Request) -> Response:
        members: dict[str, Any] = {name: reverse(route, request=request) for name, route in ROUTES.items()}
        members["licence"] = get_licence()
        return self.confirm_or_build(build_validator(request._request, *self.get_state()), lambda: Response(members))


class DescribedAnswers(TextChoices):
    ALL = "all"
    WHOLE = "whole"


ANSWERS = Parameter(
    "answers",
    ChoiceField(choices=list(DescribedAnswers.values), initial=DescribedAnswers.ALL.value),
    gettext_lazy(
        "For code generators: `whole` leaves out `fields` and `format`, and the answers that only they and conditional "
        "requests give. So the type of each answer is that of the whole answer as JSON, and no union. Parameters that "
        "take one value or several take a list, and lists of values have names."
    ),
)


class SchemaView(Endpoint):
    """The OpenAPI description."""

    def build_operation(self) -> Operation:
        summary = gettext_lazy("Get this description.")
        return Operation("getSchema", summary, "About", (ANSWERS,), {"type": "object"})

    def get(self, request: Request) -> Response:
        from meetings.api.client_description import build_whole_answers_description
        from meetings.api.description import build_description

        is_whole = ANSWERS.get_value(request) == DescribedAnswers.WHOLE
        build = build_whole_answers_description if is_whole else build_description
        current = build_validator(request._request, *self.get_state())
        return self.confirm_or_build(current, lambda: Response(msgspec.Raw(build())))


class UnknownAddressView(Endpoint):
    """Any other address under the API.

    One that only lacks its last slash, or is in capitals, redirects to the address that is meant, with its query. Any
    other is a 404 that suggests the nearest one.
    """

    schema = None  # not in the description

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        path = request.path.rstrip("/") + "/"
        self.meant = path.lower() if resolve(path.lower()).url_name != "api-nothing" else ""
        if self.meant and request.method in ("GET", "HEAD"):
            return
        if self.meant:
            raise build_not_found_problem(nearest=self.meant)
        known = [reverse("api-root"), *map(reverse, ROUTES.values())]
        found = difflib.get_close_matches(path, known, n=1, cutoff=0.8)
        raise build_not_found_problem(_("The API starts at %s.") % known[0], nearest=found[0] if found else "")

    def get(self, request: Request) -> HttpResponseRedirect:
        return redirect_with_query(request, self.meant)


urlpatterns = [
    path("v1/", RootView.as_view(), name="api-root"),
    path("v1/schema/", SchemaView.as_view(), name="api-schema"),
    path("v1/dump/", DumpView.as_view(), name="api-dump"),
    path("v1/dump/dcat/", DumpCatalogueView.as_view(), name="api-dump-dcat"),
    path(f"v1/dump/{FILE_NAME}", DumpFileView.as_view(), name="api-dump-file"),
    path("v1/changes/", ChangesView.as_view(), name="changes"),
    path("v1/", include(router.urls)),
    path("", lead_to_docs),
    path("docs", lead_to_docs),
    path("docs/", api_docs, name="api-docs"),
    path("docs/press-conferences", lead_to_tutorial),
    path("docs/press-conferences/", tutorial, name="api-tutorial"),
    path("problems/<slug:slug>/", problem_page, name="api-problem"),
    re_path(r"^.*$", UnknownAddressView.as_view(), name="api-nothing"),
]
