"""Choose the format of an answer: by `format` where an address has it, else by `Accept` with its quality values."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from meetings.parameters import Parameter, find_nearest
from meetings.problems import Problem, ProblemType, build_parameter_problem

FORMATS = ("json", "csv")
FORMAT = Parameter(
    "format",
    {"type": "string", "enum": list(FORMATS)},
    gettext_lazy("The format of the answer, whatever Accept says: JSON, or CSV for a spreadsheet."),
)
QUALITY_VALUE = re.compile(r"q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


class Negotiation(BaseContentNegotiation):
    """Content negotiation that selects the renderer with the highest quality, and the first one among equals.

    If the client accepts none of them, it still selects the first one, so that a wrong address or parameter is reported
    first. `is_acceptable` tells afterwards.
    """

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        requested = request.query_params.get(FORMAT.name, "").lower() if len(renderers) > 1 else ""
        chosen = next((renderer for renderer in renderers if renderer.format == requested), None)
        ranges = parse_accept(request.headers.get("Accept", ""))
        best = max(renderers, key=lambda renderer: get_quality(get_media_type(renderer), ranges))  # first among equals
        request.is_acceptable = chosen is not None or get_quality(get_media_type(best), ranges) > 0  # type: ignore[attr-defined]
        found = chosen or best
        return found, get_media_type(found)


def is_acceptable(request: Request) -> bool:
    """Return True if the client accepts the selected format. Call it at the end, when there is an answer."""
    return bool(getattr(request, "is_acceptable", True))


def get_media_type(renderer: BaseRenderer) -> str:
    """Return the media type of a renderer without its parameters."""
    return str(renderer.media_type).partition(";")[0]


@lru_cache(maxsize=256)
def parse_accept(accept: str) -> Mapping[str, float]:
    """Return the quality of each media range of the header. A quality that cannot be parsed is ignored."""
    found = {}
    for each in (accept.strip().lower() or "*/*").split(","):
        media_range, *parameters = (part.strip() for part in each.split(";"))
        qualities = [match for parameter in parameters if (match := QUALITY_VALUE.fullmatch(parameter))]
        found[media_range] = float(qualities[0][1]) if qualities else 1.0
    return found


def get_quality(media_type: str, ranges: Mapping[str, float]) -> float:
    """Return the quality of a media type: that of the most specific range that matches, or 0."""
    candidates = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((ranges[candidate] for candidate in candidates if candidate in ranges), 0.0)


def check_format(request: Request) -> None:
    """Raise a Problem (400) for an unknown format."""
    value = request.query_params.get(FORMAT.name)
    if value is not None and value.lower() not in FORMATS:
        detail = _("format must be one of: %s.") % ", ".join(FORMATS)
        raise build_parameter_problem(FORMAT.name, detail, allowed=list(FORMATS), **find_nearest(value[:60], FORMATS))


def build_not_acceptable_problem(renderers: Sequence[BaseRenderer]) -> Problem:
    media_types = [get_media_type(renderer) for renderer in renderers]
    detail = _("This address is available as %s. Errors are always application/problem+json.")
    title = _("Not acceptable")
    return Problem(406, ProblemType.NOT_ACCEPTABLE, title, detail % " or ".join(media_types), allowed=media_types)
