"""Descriptions of all types of problems, for the API's description and for the page at the address of each type."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetings.http.problems import ProblemType


@dataclass(frozen=True)
class ProblemDescription:
    """The description of a type of problem for people.

    `cause` says when it happens, `remedy` what the client can do. `members` are its members besides the usual ones.
    """

    status: int
    title: Any
    cause: Any
    remedy: Any
    members: tuple[str, ...] = ()


PROBLEM_DESCRIPTIONS = {
    ProblemType.BAD_PARAMETER: ProblemDescription(
        400,
        _("Wrong parameter"),
        _("A parameter is unknown, empty, used twice, or has a wrong value."),
        _(
            "`parameter` names the parameter and `detail` says what is wrong. Use the name or value in `nearest`, or "
            "one of those in `allowed` or `known`. The API never ignores a parameter, so that you do not get an answer "
            "to a different question."
        ),
        ("parameter", "nearest", "allowed", "known"),
    ),
    ProblemType.BAD_REQUEST: ProblemDescription(
        400,
        _("Bad request"),
        _("The request itself is malformed, for example its host name."),
        _("Send an ordinary HTTP request to the address of this site."),
    ),
    ProblemType.FORBIDDEN: ProblemDescription(
        403,
        _("Not allowed"),
        _("This request is not allowed. Reading is always allowed."),
        _("Use GET or HEAD. The API is read-only."),
    ),
    ProblemType.NOT_FOUND: ProblemDescription(
        404,
        _("Not found"),
        _("There is nothing at this address. It may be mistyped, or the content is not published."),
        _("Try the address in `nearest`, if there is one. Follow the addresses in answers and do not build your own."),
        ("nearest",),
    ),
    ProblemType.METHOD_NOT_ALLOWED: ProblemDescription(
        405,
        _("Method not allowed"),
        _("The API is read-only. It only accepts GET, HEAD and OPTIONS."),
        _("Use one of the methods in the header `Allow`."),
    ),
    ProblemType.NOT_ACCEPTABLE: ProblemDescription(
        406,
        _("Not acceptable"),
        _("The header `Accept` excludes every available format of the answer."),
        _("Accept application/json, or leave the header out."),
    ),
    ProblemType.WITHDRAWN: ProblemDescription(
        410,
        _("Withdrawn"),
        _("This was published, by itself or as part of something else, and has been withdrawn."),
        _("Delete your copy. `detail` gives the public reason, `name` and `id` identify the meeting or topic."),
        ("name", "id"),
    ),
    ProblemType.PRECONDITION_FAILED: ProblemDescription(
        412,
        _("Condition not met"),
        _("The answer is not the one in `If-Match`, or it has changed since `If-Unmodified-Since`."),
        _("Leave these two headers out. To keep a copy up to date, use `If-None-Match`."),
    ),
    ProblemType.URI_TOO_LONG: ProblemDescription(
        414,
        _("Address too long"),
        _("The path or the query has more than 4000 characters."),
        _("Ask for less in one request. Use a cursor exactly as you got it."),
    ),
    ProblemType.TOO_MANY_REQUESTS: ProblemDescription(
        429,
        _("Too many requests"),
        _("There were too many requests from one address within a minute."),
        _(
            "Wait for the number of seconds in the header `Retry-After`. Send `If-None-Match`: a 304 counts as one "
            "tenth of a request. To follow changes, use the change feed instead of many addresses."
        ),
    ),
    ProblemType.HEADER_TOO_LARGE: ProblemDescription(
        431,
        _("Header too large"),
        _(
            "`Accept`, `Accept-Encoding` or `Accept-Language` has more than 1000 characters, or `If-None-Match` more "
            "than 4000."
        ),
        _("Shorten the header to what this answer needs."),
    ),
    ProblemType.SERVER_ERROR: ProblemDescription(
        500,
        _("Something went wrong"),
        _("There is a fault on our side. We have recorded it."),
        _("Try again in a moment. If it happens again, tell us the address of your request."),
    ),
    ProblemType.UNAVAILABLE: ProblemDescription(
        503,
        _("Temporarily unavailable"),
        _("The site or its database is not responding at the moment."),
        _("Try again after the number of seconds in the header `Retry-After`."),
    ),
}


def find_problem_description(slug: str) -> ProblemDescription | None:
    """Return the description of the type whose address ends with `slug`, or None."""
    return next(
        (meaning for type_, meaning in PROBLEM_DESCRIPTIONS.items() if type_.value.strip("/").endswith(f"/{slug}")),
        None,
    )
