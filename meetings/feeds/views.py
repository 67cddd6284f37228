"""Build feeds of the fifty newest editions; the views of those of a configuration and of corrections."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.clock import get_instant
from meetings.editions.edition_history import (
    READER_KINDS,
    ReaderKind,
    build_changes,
    build_kind_condition,
    get_appeared_editions,
)
from meetings.feeds.atom import AtomFeed, strip_invalid_xml
from meetings.feeds.entries import build_entry
from meetings.feeds.filters import get_choice
from meetings.http.conditional_get import conditional
from meetings.http.licence import get_licence
from meetings.http.links import add_link
from meetings.i18n.languages import get_page_language
from meetings.models import ChangeEffect, Configuration, EditionDocument, EditionReason, SubjectType

MAX_ENTRIES = 50
FEED_NAMESPACE = UUID("b5a8a5a5-6e0c-4c0e-8a39-3c9a1f6d2b07")  # ids of feeds are derived from it
CORRECTION_REASONS = (
    EditionReason.AGAIN,
    EditionReason.CORRECTION,
    EditionReason.EDITORIAL,
    EditionReason.FACTS,
    EditionReason.RESTORATION,
    EditionReason.WITHDRAWAL,
)


class ChangeFilter(NamedTuple):
    """A kind of change that readers can choose, with the condition for its editions."""

    label: Any
    build_condition: Callable[[], Q]
    is_correction: bool = True


CHANGE_KINDS = {
    "published": ChangeFilter(
        gettext_lazy("Published"),
        partial(build_kind_condition, [ReaderKind.PUBLISHED]),
        is_correction=False,
    ),
    "results": ChangeFilter(gettext_lazy("Results"), partial(build_kind_condition, [ChangeEffect.RESULTS])),
    "moved": ChangeFilter(gettext_lazy("Moved"), partial(build_kind_condition, [ChangeEffect.MOVED])),
    "cancelled": ChangeFilter(
        gettext_lazy("Cancelled or postponed"),
        partial(build_kind_condition, [ChangeEffect.CANCELLED, ChangeEffect.POSTPONED]),
    ),
    "corrected": ChangeFilter(gettext_lazy("Corrected"), partial(build_kind_condition, [ReaderKind.CORRECTED])),
    "facts": ChangeFilter(gettext_lazy("Changed on the day"), partial(build_kind_condition, [EditionReason.FACTS])),
    "translated": ChangeFilter(
        gettext_lazy("Translated"), partial(build_kind_condition, [ReaderKind.TRANSLATED]), is_correction=False
    ),
    "restored": ChangeFilter(gettext_lazy("Restored"), partial(build_kind_condition, [ReaderKind.RESTORED])),
    "withdrawn": ChangeFilter(gettext_lazy("Withdrawn"), partial(build_kind_condition, [ReaderKind.WITHDRAWN])),
}
KINDS_OF_THE_API: Mapping[str, str] = {reason.value: word.value for reason, word in READER_KINDS.items()} | {
    ChangeEffect.POSTPONED.value: ChangeEffect.CANCELLED.value,
    ChangeEffect.OTHER.value: ReaderKind.CORRECTED.value,
}
"""The words of the API that pages accept as well, with those of `CHANGE_KINDS` that include them."""

conditional_by_etag = partial(conditional, by_date=False)
# The condition is negative so that the database keeps using the index that finds the newest editions.
MEETING_EDITIONS = ~Q(subject_type=SubjectType.TOPIC)


@conditional_by_etag
def corrections_feed(request: HttpRequest) -> HttpResponse:
    """Return the feed of changes to what was published. It includes what was postponed, cancelled or withdrawn.

    `?kind=results` has only the changes of one kind (`CHANGE_KINDS`).
    """
    kind = get_choice(request, "kind", CHANGE_KINDS, KINDS_OF_THE_API)
    title, name, page = _("Council meetings: corrections"), "corrections", reverse("corrections")
    if kind:
        title = _("Council meetings: changes (%s)") % CHANGE_KINDS[kind].label
        name, page = f"{name}/{kind}", f"{page}?kind={kind}"
    return render_feed(request, build_change_condition(kind), title, name, page)


def build_change_condition(kind: str) -> Q:
    """Return the condition for the editions of meetings that are changes of a kind, or corrections if it is empty."""
    found = MEETING_EDITIONS
    if not kind or CHANGE_KINDS[kind].is_correction:
        found &= Q(reason__in=CORRECTION_REASONS)
    return found & CHANGE_KINDS[kind].build_condition() if kind else found


@conditional_by_etag
def configuration_feed(request: HttpRequest, slug: str) -> HttpResponse:
    title = get_object_or_404(Configuration, slug=slug).get_meeting_title(get_page_language())
    found = MEETING_EDITIONS & Q(configuration=slug)
    return render_feed(request, found, title, f"configurations/{slug}", reverse("configuration", args=[slug]))


def render_feed(
    request: HttpRequest,
    found: Q,
    title: str,
    name: str,
    path: str,
    *,
    describe: Callable[[Sequence[UUID]], Mapping[UUID, str]] | None = None,
) -> HttpResponse:
    """Return the feed of the editions that match `found`.

    `name` identifies the feed for ever, even if its address changes. `path` is that of the page with the same content;
    a query in it is that of the feed as well. `describe` returns what titles of entries say besides, by edition.
    """
    language, at = get_page_language(), get_instant(request)
    editions = get_appeared_editions(at, at).filter(found).order_by("-available_from", "-id")[:MAX_ENTRIES]
    changes = [change for change in build_changes(editions, language, at) if change.can_be_decoded]
    configurations = {each.slug: each for each in Configuration.objects.all()} if changes else {}
    entries = [build_entry(change, request, configurations) for change in changes]
    more = describe([change.edition.pk for change in changes]) if describe else {}
    for change, entry in zip(changes, entries, strict=True):
        if text := more.get(change.edition.pk):
            entry["title"] = f"{entry['title']} – {strip_invalid_xml(text)}"
    return write_feed(request, title, name, path, entries)


def build_newest_condition(live: QuerySet[EditionDocument]) -> Q:
    """Return a condition for all editions of the subjects that some live documents belong to.

    It names only those that were published last: they include the newest entries of the feed, because no edition of a
    subject is newer than its live one.
    """
    return Q(subject_id__in=list(select_newest(live)))


def select_newest(live: QuerySet[EditionDocument]) -> QuerySet[Any, Any]:
    newest = live.order_by("-edition__available_from", "-edition_id")
    return newest.values_list("edition__subject_id", flat=True)[:MAX_ENTRIES]


def write_feed(
    request: HttpRequest, title: str, name: str, path: str, entries: Iterable[dict[str, Any]]
) -> HttpResponse:
    """Return a feed. `entries` are the arguments of its `add_item`; the others are those of `render_feed`."""
    language, terms = get_page_language(), get_licence()
    _path, mark, query = path.partition("?")
    metadata: dict[str, Any] = {
        "title": strip_invalid_xml(title),
        "link": request.build_absolute_uri(path),
        "description": "",
        "language": language,
        "feed_url": request.build_absolute_uri(request.path + mark + query),
        "feed_guid": f"urn:uuid:{uuid5(FEED_NAMESPACE, f'{language}/{name}')}",
        "author_name": _("Press office of the Council of the European Union"),
        "feed_copyright": f"{terms.attribution}, {terms.name}: {terms.url}",
        "licence": terms.url,
    }
    atom = AtomFeed(**metadata)
    for entry in entries:
        atom.add_item(**entry)
    response = HttpResponse(content_type=AtomFeed.content_type)
    atom.write(response, "utf-8")
    response["Content-Language"] = language
    add_link(response, terms.url, "license")
    return response
