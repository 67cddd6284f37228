"""All types of problems, with descriptions for the API's description and for the page at the address of each type.

The descriptions are in `problem_descriptions.toml`, in English; pages show the titles in the language of the interface.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _


class ProblemType(StrEnum):
    """All types of problems, including those that the front server sends."""

    BAD_PARAMETER = "/api/problems/bad-parameter/"
    BAD_REQUEST = "/api/problems/bad-request/"
    FORBIDDEN = "/api/problems/forbidden/"
    NOT_FOUND = "/api/problems/not-found/"
    METHOD_NOT_ALLOWED = "/api/problems/method-not-allowed/"
    NOT_ACCEPTABLE = "/api/problems/not-acceptable/"
    WITHDRAWN = "/api/problems/withdrawn/"
    PRECONDITION_FAILED = "/api/problems/precondition-failed/"
    URI_TOO_LONG = "/api/problems/uri-too-long/"
    TOO_MANY_REQUESTS = "/api/problems/too-many-requests/"
    HEADER_TOO_LARGE = "/api/problems/header-too-large/"
    SERVER_ERROR = "/api/problems/server-error/"
    UNAVAILABLE = "/api/problems/unavailable/"


@dataclass(frozen=True)
class ProblemDescription:
    """The description of a type of problem for people.

    `cause` says when it happens, `remedy` what the client can do. `members` are its members besides the usual ones.
    """

    status: int
    title: Any
    cause: str
    remedy: str
    members: Sequence[str] = ()


TITLES = {
    ProblemType.BAD_PARAMETER: _("Wrong parameter"),
    ProblemType.BAD_REQUEST: _("Bad request"),
    ProblemType.FORBIDDEN: _("Not allowed"),
    ProblemType.NOT_FOUND: _("Not found"),
    ProblemType.METHOD_NOT_ALLOWED: _("Method not allowed"),
    ProblemType.NOT_ACCEPTABLE: _("Not acceptable"),
    ProblemType.WITHDRAWN: _("Withdrawn"),
    ProblemType.PRECONDITION_FAILED: _("Condition not met"),
    ProblemType.URI_TOO_LONG: _("Address too long"),
    ProblemType.TOO_MANY_REQUESTS: _("Too many requests"),
    ProblemType.HEADER_TOO_LARGE: _("Header too large"),
    ProblemType.SERVER_ERROR: _("Something went wrong"),
    ProblemType.UNAVAILABLE: _("Temporarily unavailable"),
}
TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
PROBLEM_DESCRIPTIONS = {type_: ProblemDescription(title=TITLES[type_], **TEXTS[type_.name]) for type_ in ProblemType}


def find_problem_description(slug: str) -> ProblemDescription | None:
    """Return the description of the type whose address ends with `slug`, or None."""
    found = (meaning for type_, meaning in PROBLEM_DESCRIPTIONS.items() if type_.endswith(f"/{slug}/"))
    return next(found, None)
