"""Views of the pages of meetings and topics.

The edition is found by the address that it stores; the page is rendered from its document alone.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.presentation.files import EarlierItem, FileRow, find_file_references
from agenda.presentation.meeting_context import build_meeting_context, list_days
from agenda.presentation.next_steps import find_next_steps
from agenda.presentation.topic_context import build_topic_context, find_topic_days
from agenda.site.redirects import redirect_or_gone
from meetings.clock import get_instant, get_minute_near, get_today
from meetings.database.prepared_query import fetch_rows
from meetings.documents.schedule import get_start_instant
from meetings.documents.schema import MeetingDocument
from meetings.editions.edition_history import find_last_change
from meetings.editions.index_rows import build_called_off_condition
from meetings.i18n.page_paths import get_page_path
from meetings.i18n.text_folding import fold_words
from meetings.models import Edition, EditionDocument, SubjectType
from meetings.site.kept_parts import render_kept_page
from meetings.site.publications import Publication, build_publications, find_live_document, select_live_documents
from meetings.site.published_cache import keep_while_published

MAX_LISTED_TOPICS = 500


class NeighbouringMeeting(NamedTuple):
    address: str
    start_date: dt.date
    end_date: dt.date

    @property
    def path(self) -> str:
        return get_page_path(self.address, get_language() or "")


def meeting(request: HttpRequest, configuration: str, dates: str) -> HttpResponse:
    address = f"meetings/{configuration}/{dates}/"
    edition_document = find_live_document(request, SubjectType.MEETING, address)
    if edition_document is None:
        return redirect_or_gone(request, address)
    publication = Publication.from_row(edition_document)
    assert isinstance(publication.document, MeetingDocument)
    context = build_meeting_context(publication, get_minute_near(request, list_days(publication.document)))
    context |= find_neighbours(publication.document, get_instant(request))
    context["change"] = find_last_change(edition_document)
    context["files"] = find_file_references(request, edition_document.edition_id, publication.document)
    if context["is_over"]:
        context["next_steps"] = find_next_steps(
            request, edition_document.edition_id, publication.document, context["files"]
        )
    state = describe_meeting_state(publication, context)
    response = render_kept_page(request, "agenda/meeting.html", state, lambda: {"publication": publication} | context)
    response["Content-Language"] = publication.language
    return response


def describe_meeting_state(publication: Publication, context: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what the page of a meeting depends on besides its document: its edition, the clock, and other meetings.

    What the page tells of an item of another meeting follows from the row of the item, since editions never change, and
    from whether its text could still be read.
    """
    entries = [entry for day in context["days"] for entry in day.entries]
    next_entry, change, next_steps = (context.get(name) for name in ("next_entry", "change", "next_steps"))
    return (
        publication,
        context["is_over"],
        context["is_today"],
        [(entry.is_over, entry.is_expected) for entry in entries],
        next_entry and next_entry.point.id,
        context.get("previous_meeting"),
        context.get("next_meeting"),
        change and (change.range, change.changed.edition.pk),
        [(code, file.slug, describe_item(file.earlier)) for code, file in context["files"].items()],
        next_steps and (next_steps.meeting, [(step.later, describe_item(step.since)) for step in next_steps.files]),
    )


def describe_item(earlier: EarlierItem | None) -> tuple[FileRow, bool] | None:
    return (earlier.row, earlier.item is not None) if earlier else None


def find_neighbours(document: MeetingDocument, at: dt.datetime) -> dict[str, NeighbouringMeeting | None]:
    """Return the previous and next meetings of the configuration; an empty dictionary for a meeting without a date.

    Meetings on the same day follow each other by their start, then by id. Meetings that are called off are skipped.
    """
    if document.start_date is None:
        return {}
    start = get_start_instant(document, document.start_date)
    own = document.configuration.slug, document.start_date, start, document.id, at
    found = (fetch_rows(build_neighbour_query(is_later=is_later), *own) for is_later in (False, True))
    neighbours = (NeighbouringMeeting(*rows[0]) if rows else None for rows in found)
    return dict(zip(("previous_meeting", "next_meeting"), neighbours, strict=True))


@cache
def build_neighbour_query(*, is_later: bool) -> Callable[..., QuerySet[Any, Any]]:
    def build_query(slug: Any, day: Any, start: Any, own: Any, at: Any) -> QuerySet[Any, Any]:
        live = Edition.objects.live(at).filter(configuration=slug, end_date__isnull=False)
        going_ahead = live.exclude(build_called_off_condition())
        if is_later:
            after_start = Q(sorted_at__gt=start) | Q(sorted_at=start, subject_id__gt=own)
            after = Q(listed_on__gt=day) | Q(after_start, listed_on=day)
            found = going_ahead.filter(after, listed_on__gte=day).order_by("listed_on", "sorted_at", "subject_id")
        else:
            before_start = Q(sorted_at__lt=start) | Q(sorted_at=start, subject_id__lt=own)
            before = Q(listed_on__lt=day) | Q(before_start, listed_on=day)
            found = going_ahead.filter(before, listed_on__lte=day).order_by("-listed_on", "-sorted_at", "-subject_id")
        return found.values_list(*NeighbouringMeeting._fields)[:1]

    return build_query


def render_document_page(
    request: HttpRequest, template: str, publication: Publication, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page about one text, with the language of the text in the Content-Language header."""
    response = render(request, template, {"publication": publication} | context, status=status)
    response["Content-Language"] = str(publication.language)
    return response


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the text of a topic and the meetings that had it on their agenda."""
    address = f"topics/{slug}/"
    edition_document = find_live_document(request, SubjectType.TOPIC, address)
    if edition_document is None:
        return redirect_or_gone(request, address)
    publication = Publication.from_row(edition_document)
    context = build_topic_context(request, publication) | {"change": find_last_change(edition_document)}
    return render_document_page(request, "agenda/topic.html", publication, context)


def topics(request: HttpRequest) -> HttpResponse:
    """List all topics by title, each with the number of meetings on it, and the last and the next of them."""
    found = build_publications(select_live_documents(request, SubjectType.TOPIC, select_listed_topics))
    today = get_today(request)
    days = keep_while_published(request, ("topic days", today), lambda: find_topic_days(request, today))
    context = {
        "topics": [
            (topic, days.get(topic.document.id))
            for topic in sorted(found, key=lambda topic: fold_words(topic.document.title))
        ],
        "description": _("Topics that the Council of the European Union returns to, and the meetings on each topic."),
    }
    return render(request, "agenda/topics.html", context)


def select_listed_topics(live: QuerySet[EditionDocument]) -> QuerySet[EditionDocument]:
    return live[:MAX_LISTED_TOPICS]
