"""Choose the format of an answer: by `format` where an address has it, else by `Accept` with its quality values."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.http.request import MediaType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from meetings.api.form_fields import ChoiceField
from meetings.api.parameters import Parameter
from meetings.http.problems import Problem, ProblemType

FORMAT = Parameter(
    "format",
    ChoiceField(choices=("json", "csv")),
    gettext_lazy("The format of the answer, whatever Accept says: JSON, or CSV for a spreadsheet."),
)

RANGE_PARAMETER = re.compile(r";(?!\s*q\s*=)[^;,]*", re.IGNORECASE)  # for example `; charset=utf-8`


class Negotiation(BaseContentNegotiation):
    """Content negotiation that selects the renderer with the highest quality, and the first one among equals.

    If the client accepts none of them, it still selects the first one, so that a wrong address or parameter is reported
    first. `is_acceptable` tells afterwards.
    """

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        requested = request.query_params.get(FORMAT.name, "").lower() if len(renderers) > 1 else ""
        chosen = next((renderer for renderer in renderers if renderer.format == requested), None)
        qualities = [get_quality(request.headers.get("Accept", ""), get_media_type(each)) for each in renderers]
        request.is_acceptable = chosen is not None or max(qualities) > 0  # type: ignore[attr-defined]
        found = chosen or renderers[qualities.index(max(qualities))]  # first among equals
        return found, get_media_type(found)


def is_acceptable(request: Request) -> bool:
    """Return True if the client accepts the selected format. Call it at the end, when there is an answer."""
    return bool(getattr(request, "is_acceptable", True))


def get_media_type(renderer: BaseRenderer) -> str:
    """Return the media type of a renderer without its parameters."""
    return str(renderer.media_type).partition(";")[0]


@lru_cache(maxsize=256)
def get_quality(accept: str, media_type: str) -> float:
    """Return the quality that `Accept` gives a media type: that of the most specific range that matches, or 0.

    Parameters of ranges are ignored. Django parses the ranges, but `HttpRequest.get_preferred_type` would refuse a
    client that sends `application/json; charset=utf-8`, answer with JSON to `application/json;q=0, */*`, and fail at an
    unknown encoding in a parameter.
    """
    ranges = map(MediaType, (RANGE_PARAMETER.sub("", accept).strip() or "*/*").split(","))
    qualities = {f"{each.main_type}/{each.sub_type}": each.quality for each in ranges}
    candidates = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((qualities[candidate] for candidate in candidates if candidate in qualities), 0)


def build_not_acceptable_problem(renderers: Sequence[BaseRenderer]) -> Problem:
    media_types = [get_media_type(renderer) for renderer in renderers]
    detail = _("This address is available as %s. Errors are always application/problem+json.")
    return Problem(ProblemType.NOT_ACCEPTABLE, detail % " or ".join(media_types), allowed=media_types)
