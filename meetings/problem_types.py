"""What each type of problem means: for the API's description, and for the page at the type's own address."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetings.problems import ProblemType


@dataclass(frozen=True)
class Meaning:
    """`mend` is what whoever asked can do about it. `members` are what the problem says beside the usual."""

    status: int
    title: Any
    when: Any
    mend: Any
    members: tuple[str, ...] = ()


MEANINGS = {
    ProblemType.BAD_PARAMETER: Meaning(
        400,
        _("A parameter is wrong"),
        _("A parameter is unknown here, given twice, empty, or its value cannot be."),
        _(
            "`parameter` names it and `detail` says what is wrong. Take the name or value in `nearest`, or one of "
            "`allowed` or `known`. Nothing is ignored silently, so the answer would have been another one."
        ),
        ("parameter", "nearest", "allowed", "known"),
    ),
    ProblemType.BAD_REQUEST: Meaning(
        400,
        _("Bad request"),
        _("The request itself is malformed, for instance its host name."),
        _("Send an ordinary HTTP request to the site's own name."),
    ),
    ProblemType.FORBIDDEN: Meaning(
        403,
        _("Not allowed"),
        _("The request is refused. Reading never is."),
        _("Read by GET or HEAD. There is nothing else that the API does."),
    ),
    ProblemType.NOT_FOUND: Meaning(
        404,
        _("Not found"),
        _("There is nothing at this address: it is mistyped, or what it would be has not been published."),
        _("Where `nearest` has an address, that one was perhaps meant. Follow the addresses in answers; build none."),
        ("nearest",),
    ),
    ProblemType.METHOD_NOT_ALLOWED: Meaning(
        405,
        _("Method not allowed"),
        _("Any method but GET, HEAD and OPTIONS: the API reads only."),
        _("Use one of those that the header `Allow` names."),
    ),
    ProblemType.NOT_ACCEPTABLE: Meaning(
        406,
        _("Not acceptable"),
        _("The header `Accept` leaves out every form that the answer has."),
        _("Accept application/json, or leave the header out."),
    ),
    ProblemType.WITHDRAWN: Meaning(
        410,
        _("Withdrawn"),
        _("It was published, or what it is part of was, and it has been withdrawn."),
        _("Delete your copy of it. `detail` is the public reason; `name` and `id` are those of the meeting or topic."),
        ("name", "id"),
    ),
    ProblemType.PRECONDITION_FAILED: Meaning(
        412,
        _("A condition does not hold"),
        _("The answer is not the one that `If-Match` names, or it has changed since `If-Unmodified-Since`."),
        _("Ask without these two. To keep a copy in step, `If-None-Match` is what is meant."),
    ),
    ProblemType.URI_TOO_LONG: Meaning(
        414,
        _("The address is too long"),
        _("The path or the query has more than 4000 characters."),
        _("Ask for less at once. A cursor is taken as it was given."),
    ),
    ProblemType.TOO_MANY_REQUESTS: Meaning(
        429,
        _("Too many requests"),
        _("More was asked from one address within a minute than anybody needs who keeps a copy in step."),
        _(
            "Wait as many seconds as the header `Retry-After` says. Send `If-None-Match`: a 304 counts a tenth. To "
            "follow what changes, one address is enough."
        ),
    ),
    ProblemType.HEADER_TOO_LARGE: Meaning(
        431,
        _("A header is too large"),
        _("`Accept`, `Accept-Encoding` or `Accept-Language` has more than 1000 characters, `If-None-Match` 4000."),
        _("Send only what this answer needs."),
    ),
    ProblemType.SERVER_ERROR: Meaning(
        500,
        _("Something went wrong"),
        _("A fault on our side. It has been recorded."),
        _("Ask again in a moment. If it stays, tell us the address that you asked for."),
    ),
    ProblemType.UNAVAILABLE: Meaning(
        503,
        _("Away for a moment"),
        _("The site, or its database, does not answer just now."),
        _("Ask again after as many seconds as the header `Retry-After` says."),
    ),
}


def meaning_at(slug: str) -> Meaning | None:
    """Of the type whose address ends so."""
    return next((meaning for type_, meaning in MEANINGS.items() if type_.value.strip("/").endswith(f"/{slug}")), None)
