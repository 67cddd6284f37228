"""Views of interinstitutional files: the list, and the page, calendar and feed of one file.

A file has no text of its own: it is what the live meetings that dealt with it say. Without such a meeting, its page
does not exist.
"""

import datetime as dt
from functools import partial

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.presentation.files import (
    STATES_ON_AGENDA,
    build_file_context,
    describe_item,
    describe_items,
    fetch_file_rows,
    find_live_files,
    is_item_on_file,
    summarize_files,
)
from meetings.clock import get_instant, get_today
from meetings.documents.document_numbers import ProcedureCode, parse_file_slug
from meetings.documents.schema import MeetingDocument
from meetings.documents.traversal import walk_items
from meetings.editions.index_rows import build_called_off_condition
from meetings.editions.keyset import FILES_ORDERING, Cursor, KeysetPage
from meetings.feeds.calendars.ical import CalendarInfo
from meetings.feeds.calendars.queries import find_current_meetings, list_latest
from meetings.feeds.calendars.views import render_meetings_calendar
from meetings.feeds.views import conditional_by_etag, render_feed
from meetings.i18n.languages import get_interface_language, get_page_language
from meetings.models import IndexedFile

PAGE_SIZE = 25
MAX_COMING_FILES = 15
MAX_COMING_ROWS = 200


def file_page(request: HttpRequest, file: str) -> HttpResponse:
    """Show every item of every live meeting that dealt with the file."""
    code = parse_file_slug(file)
    context = build_file_context(request, code) if code else None
    if context is None:
        raise Http404
    context["description"] = _(
        "What the Council of the European Union did on file %(code)s, and when it returns to it."
    ) % {"code": code}
    return render(request, "agenda/file.html", context)


def file_list(request: HttpRequest) -> HttpResponse:
    """List the files of live meetings, the latest code first. The first page begins with those on coming agendas.

    No file is listed twice.
    """
    at, today = get_instant(request), get_today(request)
    live = find_live_files(request)
    cursor = Cursor.parse(request.GET.get("cursor", ""), at, FILES_ORDERING)
    coming = list_coming_slugs(live, today)
    rows = fetch_file_rows(live.exclude(slug__in=coming), at, cursor, PAGE_SIZE)
    page = KeysetPage(rows, at=at, cursor=cursor, limit=PAGE_SIZE, ordering=FILES_ORDERING)
    coming = [] if page.previous else coming
    slugs = [row.slug for row in page.rows]
    summaries = {each.slug: each for each in summarize_files(live, {*coming, *slugs}, today, get_page_language())}
    context = {
        "coming": [summaries[slug] for slug in coming if slug in summaries],
        "files": [summaries[slug] for slug in slugs if slug in summaries],
        "newer": page.previous,
        "older": page.next,
        "description": _("Interinstitutional files on the agendas of the Council of the European Union."),
    }
    return render(request, "agenda/files.html", context)


def list_coming_slugs(live: QuerySet[IndexedFile], today: dt.date) -> list[str]:
    """Return the files that meetings deal with today or later, the next first."""
    coming = live.filter(date__gte=today, state__in=STATES_ON_AGENDA).exclude(build_called_off_condition("edition__"))
    rows = coming.order_by("date", "edition_id", "position").values_list("slug", flat=True)[:MAX_COMING_ROWS]
    return list(dict.fromkeys(rows))[:MAX_COMING_FILES]


@conditional_by_etag
def file_feed(request: HttpRequest, file: str) -> HttpResponse:
    """Return the feed of the meetings that dealt with the file. A withdrawn meeting is not in it."""
    code = get_live_file(request, file)
    editions = IndexedFile.objects.filter(slug=file).readable().values("edition")
    return render_feed(
        request,
        Q(pk__in=editions),
        format_title(code),
        f"files/{file}",
        reverse("file", args=[file]),
        describe=partial(describe_items, slug=file),
    )


def file_calendar(request: HttpRequest, file: str) -> HttpResponse:
    """Return the calendar of the meetings that dealt with the file. A withdrawn meeting is not in it."""
    info = CalendarInfo(
        format_title(get_live_file(request, file)), get_interface_language(), reverse("file", args=[file]), file
    )
    editions = IndexedFile.objects.filter(slug=file).values("edition")
    found = list_latest(find_current_meetings(request).filter(edition__in=editions))
    return render_meetings_calendar(request, info, found, describe=partial(describe_items_of_document, slug=file))


def describe_items_of_document(document: MeetingDocument, slug: str) -> str:
    items = (item for item, _parent in walk_items(document.agenda) if is_item_on_file(item, slug))
    return "\n".join(describe_item(item) for item in items)


def get_live_file(request: HttpRequest, slug: str) -> ProcedureCode:
    """Return the code of a file that a live meeting dealt with. Raise Http404 for any other."""
    code = parse_file_slug(slug)
    if code is None or not find_live_files(request).filter(slug=slug).exists():
        raise Http404
    return code


def format_title(code: ProcedureCode) -> str:
    return _("File %(code)s") % {"code": code}
