"""The addresses of the dump: what is in it, its file, and its description for catalogues of open data."""

import base64
from typing import Annotated

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Meta, Struct
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from council.public_dump.dcat import build_catalogue
from council.public_dump.kept_file import KeptDump, find_public_dump
from meetings.api.negotiation import build_not_acceptable_problem, is_acceptable
from meetings.api.operations import Operation
from meetings.api.renderers import DocumentRenderer
from meetings.api.resource_urls import Instant, Url
from meetings.api.views import Endpoint
from meetings.clock import get_instant, limit_lifetime
from meetings.documents.schema import Sha256
from meetings.http.conditional_get import Validator, build_validator
from meetings.http.licence import Licence, get_licence
from meetings.http.links import get_site_url
from meetings.http.problems import Problem, ProblemType

RETRY_AFTER_SECONDS = 60  # the dump is written again within about that time
MEDIA_TYPE = "application/gzip"
FILE_NAME = "public.ndjson.gz"


class Dump(Struct, kw_only=True, tag_field="type", tag="dump"):
    """A file with everything that is public, as JSON lines, compressed with gzip."""

    url: Annotated[Url, Meta(description="The address of the file.")]
    as_of: Annotated[Instant, Meta(description="The file has what was public at this time, and all of it still is.")]
    changes: Annotated[Url, Meta(description="Where to continue with the changes after this time.")]
    lines: Annotated[int, Meta(ge=2, description="The number of its lines, the first and the last included.")]
    size: Annotated[int, Meta(ge=1, description="Its size in bytes, as it is sent.")]
    sha256: Annotated[Sha256, Meta(description="The SHA-256 digest of the file as it is sent, in hexadecimal.")]
    dcat: Annotated[Url, Meta(description="Its description for catalogues of open data (DCAT-AP).")]
    licence: Licence


class DumpEndpoint(Endpoint):
    """Base class of what depends on the dump. It is found at each request and no answer is kept for another one."""

    def find_dump(self, request: Request) -> KeptDump | None:
        limit_lifetime(request._request, get_instant(request._request))
        return find_public_dump(get_instant(request._request))

    def get_dump(self, request: Request) -> KeptDump:
        """Return the dump. Raise a Problem (503) if something in it is not public any more."""
        found = self.find_dump(request)
        if found is None:
            detail = _("There is no dump at the moment, because it is being written. Try again in a minute.")
            raise Problem(ProblemType.UNAVAILABLE, detail, retry_after=RETRY_AFTER_SECONDS)
        return found


class DumpView(DumpEndpoint):
    def build_operation(self) -> Operation:
        summary = gettext_lazy("Get the address and the digest of the dump, a file with everything that is public.")
        return Operation("getDump", summary, "About", shape=Dump)

    def get(self, request: Request) -> Response:
        kept = self.get_dump(request)
        current = build_validator(request._request, *self.get_state(kept.sha256))
        return self.confirm_or_build(current, lambda: Response(self.build_body(request, kept)))

    def build_body(self, request: Request, kept: KeptDump) -> Dump:
        site = get_site_url(request._request)
        return Dump(
            url=site + reverse("api-dump-file"),
            as_of=kept.as_of,
            changes=kept.changes,
            lines=kept.lines,
            size=kept.size,
            sha256=kept.sha256,
            dcat=site + reverse("api-dump-dcat"),
            licence=get_licence(),
        )


class GzipRenderer(BaseRenderer):
    """Names the media type of the file in the negotiation. The view sends the file itself."""

    media_type = MEDIA_TYPE
    format = "gz"


class DumpFileView(DumpEndpoint):
    """The file. Behind nginx, the site only names it, as it does with pictures."""

    schema = None  # generators of clients do not know this media type

    def build_operation(self) -> Operation:
        return Operation("getDumpFile", gettext_lazy("Get the file of the dump."), "About")

    def get_renderers(self) -> list[BaseRenderer]:
        return [GzipRenderer()]

    def get(self, request: Request) -> HttpResponse | FileResponse:
        kept = self.get_dump(request)
        if not is_acceptable(request):  # before the file is opened
            raise build_not_acceptable_problem(self.get_renderers())
        return self.confirm_or_build(Validator(f'"{kept.sha256}"'), lambda: build_file_response(kept))  # type: ignore[arg-type, return-value]


def build_file_response(kept: KeptDump) -> HttpResponse | FileResponse:
    name = f"council-{kept.as_of:%Y-%m-%d}.ndjson.gz"
    headers = {"Repr-Digest": f"sha-256=:{encode_digest(kept.sha256)}:"}  # RFC 9530
    if settings.INTERNAL_DUMP_PATH:
        headers["X-Accel-Redirect"] = settings.INTERNAL_DUMP_PATH + kept.path.name
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return HttpResponse(content_type=MEDIA_TYPE, headers=headers)
    file = kept.path.open("rb")
    return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPE, headers=headers)


def encode_digest(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()


class JsonLdRenderer(DocumentRenderer):
    media_type = "application/ld+json"
    format = "jsonld"


class DumpCatalogueView(DumpEndpoint):
    """The description for catalogues of open data. While there is no dump, it has no digest and size."""

    schema = None

    def build_operation(self) -> Operation:
        return Operation("getDumpCatalogue", gettext_lazy("Get the description of the dump (DCAT-AP)."), "About")

    def get_renderers(self) -> list[BaseRenderer]:
        return [JsonLdRenderer(), DocumentRenderer()]

    def get(self, request: Request) -> Response:
        kept = self.find_dump(request)
        current = build_validator(request._request, *self.get_state(kept and kept.sha256))
        return self.confirm_or_build(current, lambda: Response(build_catalogue(get_site_url(request._request), kept)))
