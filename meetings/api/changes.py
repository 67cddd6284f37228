"""The change feed: everything that appeared, in the order in which it did, for whoever keeps a copy in step."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from meetings.answers import Instant, api_url, page_url
from meetings.api import shapes
from meetings.api.description import Operation
from meetings.api.endpoints import Endpoint
from meetings.changes import MARGIN, Change, appeared, changes_of
from meetings.clock import instant_of
from meetings.conditional import by_generation
from meetings.generation import generation
from meetings.links import site_of
from meetings.models import EditionReason, SubjectType
from meetings.models.history import BEFORE_ALL
from meetings.negotiation import FORMAT
from meetings.paging import Cursor, KeysetPagination, Ordering
from meetings.parameters import ACCEPT_LANGUAGE, LANG, Parameter, instant_in, language_of
from meetings.problems import bad_parameter
from meetings.spreadsheets import columns
from meetings.vocabulary import Language

CHANGES = Ordering("changes", {"available_from": Instant, "id": UUID}, has_past=False)
FIRST = UUID(int=0)  # before the id of every edition
SINCE = Parameter(
    "since",
    {"type": "string", "format": "date-time", "examples": ["2017-09-14T16:00:00Z"]},
    gettext_lazy(
        "Begins with what appeared at this instant or later, instead of at the beginning of all: with Z or an offset "
        "from UTC, whose plus sign an address has as %2B, else in Brussels time. Not together with `cursor`."
    ),
)


class ChangePagination(KeysetPagination):
    """Forwards only, and without an end: behind the last page stands what is still to appear."""

    default_limit = KeysetPagination.max_limit
    parameters = (
        Parameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": default_limit, "default": default_limit},
            gettext_lazy("How many a page."),
        ),
        Parameter(
            "cursor",
            {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
            gettext_lazy("What comes behind an earlier page: from its `next`, and from nowhere else."),
        ),
    )

    @classmethod
    def position(cls, request: Request) -> tuple[Any, ...] | None:
        """Behind which instant and id the cursor says that the page begins. Raises a 400."""
        cursor = cls.cursor(request, CHANGES)
        if cursor is None:
            return None
        instant: dt.datetime = cursor.values[0]
        if cursor.backwards or instant.utcoffset() or instant < BEFORE_ALL:
            raise cls.no_cursor()
        return cursor.values


@dataclass(frozen=True)
class Asked:
    """`behind` is the instant and the id behind which the page begins."""

    behind: tuple[Any, ...]
    limit: int
    language: str

    @classmethod
    def of(cls, request: Request) -> Self:
        """Raises a 400."""
        at = instant_of(request._request)
        return cls(beginning(request, at), ChangePagination().limit(request), language_of(request))


class Changes(Endpoint):
    has_languages = True
    columns = columns(
        *("at", "kind", "subject_type", "subject=subject_id", "title", "status", "start_date", "end_date"),
        *("change_note", "reason", "changed_languages", "changed_members", "suppressed", "edition", "language"),
        *("html_url", "url", "id"),
    )

    def operation(self) -> Operation:
        return Operation(
            "listChanges",
            gettext_lazy("Everything that was published, changed or withdrawn, in the order in which it appeared."),
            "Changes",
            (*ChangePagination.parameters, SINCE, FORMAT, LANG, ACCEPT_LANGUAGE),
            shapes.ChangePage,
            has_language=True,
        )

    def list_name(self) -> str:
        return CHANGES.name

    def get(self, request: Request) -> Response:
        """Known by what is published now, too: a withdrawal takes effect before its notice comes.

        By no date: a line about a text that is closed or opened again is no newer by any.
        """
        at, asked = instant_of(request._request), Asked.of(request)
        state = self.state(asked.language, generation(at).tag)
        known = by_generation(request._request, at - MARGIN, *state, by_date=False)
        return self.unless_current(known, lambda: self.page(asked, at))

    def page(self, asked: Asked, at: dt.datetime) -> Response:
        found = appeared(at - MARGIN, at).filter(CHANGES.behind(asked.behind, backwards=False))
        editions = list(found.order_by(*CHANGES.by(backwards=False))[: asked.limit + 1])
        changes = changes_of(editions[: asked.limit], asked.language)
        ends = CHANGES.values_of(changes[-1].edition) if changes else asked.behind
        page = shapes.ChangePage(
            next=address_behind(self.request, ends),
            up_to_date=len(editions) <= asked.limit,
            results=[told(change, self.request) for change in changes],
        )
        languages = dict.fromkeys(change.language for change in changes)
        return Response(page, headers={"Content-Language": ", ".join(languages) or asked.language})


def beginning(request: Request, at: dt.datetime) -> tuple[Any, ...]:
    """Behind which instant and id the page begins. Raises a 400."""
    position = ChangePagination.position(request)
    if "since" not in request.query_params:
        return position or (BEFORE_ALL, FIRST)
    if position:
        raise bad_parameter("since", _("A cursor says itself where to begin: leave out since, or the cursor."))
    since = instant_in(request, SINCE.name)
    if since > at:
        raise bad_parameter("since", _("since lies in the future: what is still to appear is not told."))
    return max(since, BEFORE_ALL), FIRST


def address_behind(request: Request, values: tuple[Any, ...]) -> str:
    """What comes behind a page: with the parameters of its own address, but that the cursor stands for `since`."""
    kept = {name: value for name, value in request.query_params.items() if name not in ("since", "cursor")}
    cursor = Cursor(BEFORE_ALL, False, CHANGES, values)
    return f"{site_of(request._request)}{reverse('changes')}?{urlencode(kept | {'cursor': str(cursor)})}"


def told(change: Change, request: Request) -> shapes.Change:
    edition, shows = change.edition, not change.is_suppressed
    return shapes.Change(
        id=edition.pk,
        kind=EditionReason(edition.reason),
        at=edition.available_from,
        subject_type=SubjectType(edition.subject_type),
        subject_id=edition.subject_id,
        url=api_url(request, edition.subject_type, edition.subject_id),
        html_url=page_url(request._request, edition.address, change.language),
        edition=change.number,
        language=Language(change.language),
        title=change.head.title,
        change_note=edition.change_note if shows else "",
        reason=change.head.reason,
        status=edition.status if shows else "",
        start_date=edition.start_date if shows else None,
        end_date=edition.end_date if shows else None,
        digests=dict(change.digests),
        changed_languages=[Language(name) for name in change.languages],
        changed_members=list(change.members),
        suppressed=change.is_suppressed,
    )
