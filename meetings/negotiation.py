"""Which format an answer is in: by `format` where an address takes it, else by `Accept` with its quality values."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from meetings.parameters import Parameter, nearest
from meetings.problems import Problem, ProblemType, bad_parameter

FORMATS = ("json", "csv")
FORMAT = Parameter(
    "format",
    {"type": "string", "enum": list(FORMATS)},
    gettext_lazy("The format of the answer, whatever Accept says: JSON, or a table for a spreadsheet."),
)
QUALITY = re.compile(r"q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


class Negotiation(BaseContentNegotiation):
    """Of the view's renderers, the one that the reader likes best; at equal quality, the one named first.

    Where the reader takes none of them, it is the first one all the same: what is wrong with an address or parameter is
    told first (`is_acceptable`).
    """

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        wanted = request.query_params.get(FORMAT.name, "").lower() if len(renderers) > 1 else ""
        chosen = next((one for one in renderers if one.format == wanted), None)
        ranges = accepted_ranges(request.headers.get("Accept", ""))
        best = max(renderers, key=lambda one: quality(media_type(one), ranges))  # the first of equals
        request.is_acceptable = chosen is not None or quality(media_type(best), ranges) > 0  # type: ignore[attr-defined]
        found = chosen or best
        return found, media_type(found)


def is_acceptable(request: Request) -> bool:
    """The reader takes what the answer is in. Asked at the end, when there is an answer."""
    return bool(getattr(request, "is_acceptable", True))


def media_type(renderer: BaseRenderer) -> str:
    """Without its parameters."""
    return str(renderer.media_type).partition(";")[0]


@lru_cache(maxsize=256)
def accepted_ranges(accept: str) -> Mapping[str, float]:
    """The quality of each media range of the header; a quality that cannot be read counts as none given."""
    found = {}
    for each in (accept.strip().lower() or "*/*").split(","):
        media_range, *parameters = (part.strip() for part in each.split(";"))
        given = [match for parameter in parameters if (match := QUALITY.fullmatch(parameter))]
        found[media_range] = float(given[0][1]) if given else 1.0
    return found


def quality(kind: str, ranges: Mapping[str, float]) -> float:
    """By the most specific range that the media type falls under."""
    wider = (kind, f"{kind.partition('/')[0]}/*", "*/*")
    return next((ranges[one] for one in wider if one in ranges), 0.0)


def check_format(request: Request) -> None:
    """Raises a 400 for a format that there is not."""
    given = request.query_params.get(FORMAT.name)
    if given is not None and given.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        detail = _("format is one of: %s.") % known
        raise bad_parameter(FORMAT.name, detail, allowed=list(FORMATS), **nearest(given[:60], FORMATS))


def not_acceptable(renderers: Sequence[BaseRenderer]) -> Problem:
    there = [media_type(one) for one in renderers]
    detail = _("This address answers in %s, and all errors are in application/problem+json: accept one of the first.")
    title = _("Not acceptable")
    return Problem(406, ProblemType.NOT_ACCEPTABLE, title, detail % " or ".join(there), allowed=there)
