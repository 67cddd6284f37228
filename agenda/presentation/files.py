"""Interinstitutional files: which items of live meetings dealt with a file, before a meeting and altogether.

Index rows say which items are on a file; what they say is read from the documents of the same editions.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agenda.presentation.topic_context import MAX_STAGES, find_current_paths, is_meeting_called_off
from meetings.clock import get_instant, get_today
from meetings.database.prepared_query import fetch_rows, pad_keys
from meetings.documents.choices import ItemState, MeetingStatus
from meetings.documents.document_numbers import SEARCHED_PROCEDURE, ProcedureCode, parse_file_slug, parse_procedure_code
from meetings.documents.schema import Item, MeetingDocument, Result, TopicName
from meetings.documents.traversal import walk_items
from meetings.editions.index_rows import build_called_off_condition
from meetings.editions.keyset import FILES_ORDERING, LATEST_FIRST, Cursor, select_page_rows
from meetings.http.time_travel import exclude_suppressed, get_time_travel
from meetings.i18n.languages import get_page_language
from meetings.i18n.page_paths import get_page_path
from meetings.models import EditionDocument, IndexedFile, SubjectType
from meetings.models.edition import EditionPartQuerySet
from meetings.site.publications import Publication, build_publications, select_live_documents

STATES_ON_AGENDA = (ItemState.UNCHANGED, ItemState.ADDED)  # not withdrawn from the agenda, and not postponed


class ItemExtract(msgspec.Struct):
    """What is read of an item of an earlier meeting."""

    id: UUID
    title: str
    outcome_sought: str = ""
    result: Result | None = None
    topics: list[TopicName] = []
    items: list["ItemExtract"] = []


class AgendaExtract(msgspec.Struct):
    """A meeting document without most of its members, so that it is decoded fast."""

    language: str
    source_language: str
    agenda: list[ItemExtract] = []
    fallbacks: list[str] = []

    def find_item(self, key: UUID) -> ItemExtract | None:
        items: Any = walk_items(self.agenda)  # type: ignore[arg-type]
        return next((item for item, _parent in items if item.id == key), None)


AGENDA_DECODER = msgspec.json.Decoder(AgendaExtract)


class FileRow(NamedTuple):
    """An item of a live meeting that is on a file."""

    slug: str
    item_id: UUID
    edition_id: UUID
    address: str
    start_date: dt.date | None
    end_date: dt.date | None
    date: dt.date | None


ROW_COLUMNS = (
    "slug", "item_id", "edition_id", "edition__address", "edition__start_date", "edition__end_date", "date",
)  # fmt: skip


@dataclass(frozen=True)
class EarlierItem:
    """The last time before a meeting that the Council dealt with a file, and what came of it or was asked for."""

    row: FileRow
    document: AgendaExtract | None
    item: ItemExtract | None

    @property
    def path(self) -> str:
        return get_page_path(self.row.address, get_page_language()) + f"#item-{self.row.item_id}"


@dataclass(frozen=True)
class FileReference:
    """A procedure of an item that has a page here, with the last item on it at an earlier meeting."""

    slug: str
    earlier: EarlierItem | None


def find_file_references(request: HttpRequest, edition: UUID, document: MeetingDocument) -> dict[str, FileReference]:
    """Return the files of a live meeting by their codes as printed. This takes two queries, and none without a file."""
    slugs = {
        code: parsed.slug
        for item, _parent in walk_items(document.agenda)
        for code in item.procedures
        if (parsed := parse_procedure_code(code)) and parsed.slug
    }
    if not slugs:
        return {}
    earlier = find_earlier_items(request, edition, document.start_date) if document.start_date else {}
    return {code: FileReference(slug, earlier.get(slug)) for code, slug in slugs.items()}


def find_earlier_items(request: HttpRequest, edition: UUID, day: dt.date) -> dict[str, EarlierItem]:
    """Return, for each file of the edition, the last item on it at a meeting that began before the day.

    Items that were withdrawn or postponed do not count, and meetings that are called off do not, either.
    """
    at = get_instant(request)
    if get_time_travel(request):
        rows = list(exclude_suppressed(request, select_earlier_rows(edition, day, at)).values_list(*ROW_COLUMNS))
    else:
        rows = fetch_rows(find_earlier_columns, edition, day, at)
    last: dict[str, FileRow] = {}
    for row in rows:
        last.setdefault(row[0], FileRow(*row))
    agendas = load_agendas(get_page_language(), {row.edition_id for row in last.values()})
    return {slug: build_earlier_item(row, agendas.get(row.edition_id)) for slug, row in last.items()}


def build_earlier_item(row: FileRow, agenda: AgendaExtract | None) -> EarlierItem:
    return EarlierItem(row, agenda, agenda.find_item(row.item_id) if agenda else None)


def select_earlier_rows(edition: Any, day: Any, at: Any) -> EditionPartQuerySet[IndexedFile]:
    own = IndexedFile.objects.filter(edition=edition).values("slug")
    live = IndexedFile.objects.live(at).filter(slug__in=own, state__in=STATES_ON_AGENDA)
    earlier = live.filter(edition__start_date__lt=day).exclude(build_called_off_condition("edition__"))
    return earlier.order_by("-edition__listed_on", "edition_id", "position")


def find_earlier_columns(edition: Any, day: Any, at: Any) -> QuerySet[Any, Any]:
    return select_earlier_rows(edition, day, at).values_list(*ROW_COLUMNS)


def load_agendas(language: str, editions: Collection[UUID]) -> dict[UUID, AgendaExtract]:
    """Return the agendas of editions in a language, or in their source languages. One that is unreadable is left out.

    This takes one query, and none without an edition.
    """
    agendas = {}
    for edition, text in fetch_rows(find_texts, language, *pad_keys(editions)) if editions else ():
        try:
            agendas[edition] = AGENDA_DECODER.decode(text)
        except msgspec.DecodeError:
            continue
    return agendas


def find_texts(language: Any, *editions: Any) -> QuerySet[Any, Any]:
    documents = EditionDocument.objects.filter(edition__in=editions).in_language(language)
    return documents.values_list("edition_id", "document__text")


def fetch_file_rows(live: QuerySet[Any], at: dt.datetime, cursor: Cursor | None, limit: int) -> list[Any]:
    """Return one row for each file of a page, and one more; the latest code first."""
    rows = select_page_rows(live, at, cursor, FILES_ORDERING)
    return list(rows.values_list("year", "number", "slug", "as_of", named=True).distinct()[: limit + 1])


@dataclass(frozen=True)
class FileSummary:
    """A file in a list: its last and next days at the Council, and its newest item.

    `agenda` and `item` are None if the newest document cannot be read. `state` says why nothing took or takes place, if
    so: the state of the newest item, or else of its meeting.
    """

    code: ProcedureCode
    meetings: int
    first_date: dt.date | None
    last_date: dt.date | None
    next_date: dt.date | None
    agenda: AgendaExtract | None
    item: ItemExtract | None
    state: str = ""

    @property
    def slug(self) -> str:
        return self.code.slug


def summarize_files(
    live: QuerySet[IndexedFile], slugs: Iterable[str], today: dt.date, language: str
) -> list[FileSummary]:
    """Return a summary of each file, in the given order. This takes two queries.

    `live` are all rows that can be seen.
    """
    rows_by_slug: dict[str, list[tuple[FileRow, bool]]] = defaultdict(list)
    states: dict[str, str] = {}
    takes_place = ~Q(build_called_off_condition("edition__")) & Q(state__in=STATES_ON_AGENDA)
    found = live.filter(slug__in=list(slugs)).annotate(counts=ExpressionWrapper(takes_place, BooleanField()))
    found = found.order_by("-edition__listed_on", "edition_id", "position")
    for *row, counts, status, state in found.values_list(*ROW_COLUMNS, "counts", "edition__status", "state"):
        rows_by_slug[row[0]].append((FileRow(*row), counts))
        states.setdefault(row[0], describe_absence(status, state))
    newest = {slug: rows[0][0] for slug, rows in rows_by_slug.items()}
    agendas = load_agendas(language, {row.edition_id for row in newest.values()})
    return [
        build_summary(
            rows_by_slug[slug],
            today,
            build_earlier_item(newest[slug], agendas.get(newest[slug].edition_id)),
            states[slug],
        )
        for slug in slugs
        if slug in newest
    ]


def describe_absence(status: str, state: str) -> str:
    """Return what keeps an item from taking place: its own state, or else the status of its meeting."""
    if state not in STATES_ON_AGENDA:
        return _("Item withdrawn") if state == ItemState.WITHDRAWN else _("Item postponed")
    if status == MeetingStatus.POSTPONED:
        return _("Meeting postponed, no new date")
    return _("Meeting cancelled") if status == MeetingStatus.CANCELLED else ""


def build_summary(rows: Sequence[tuple[FileRow, bool]], today: dt.date, newest: EarlierItem, state: str) -> FileSummary:
    code = parse_file_slug(newest.row.slug)
    assert code
    days = [row.date for row, counts in rows if counts and row.date and row.start_date]
    return FileSummary(
        code=code,
        meetings=len({row.edition_id for row, _counts in rows}),
        first_date=min(days, default=None),
        last_date=max((day for day in days if day < today), default=None),
        next_date=min((day for day in days if day >= today), default=None),
        agenda=newest.document,
        item=newest.item,
        state="" if any(counts for _row, counts in rows) else state,
    )


def find_live_files(request: HttpRequest) -> EditionPartQuerySet[IndexedFile]:
    return exclude_suppressed(request, IndexedFile.objects.live(get_instant(request)))


def find_files_in_text(request: HttpRequest, text: str) -> list[ProcedureCode]:
    """Return the codes of the files that a typed text names, if a live meeting dealt with them.

    Several files may have the same number with other letters. This takes one query, and none for a text without a code.
    """
    named = Q()
    for found in SEARCHED_PROCEDURE.finditer(text):
        code = ProcedureCode(found["year"], found["number"], (found["kind"] or "").upper())
        named |= Q(slug=code.slug) if code.kind else Q(year=int(code.year), number=int(code.number))
    slugs = find_live_files(request).filter(named).order_by("slug").values_list("slug", flat=True) if named else []
    return [code for code in map(parse_file_slug, dict.fromkeys(slugs)) if code]


def build_file_context(request: HttpRequest, code: ProcedureCode) -> dict[str, Any] | None:
    """Return the template context of the page of a file; None if no live meeting has an item on it.

    The stages are the meetings, the latest first. This takes one query.
    """
    found = select_live_documents(request, SubjectType.MEETING, select_by_file, code.slug)
    if not found:
        return None
    stages = build_stages(build_publications(found[:MAX_STAGES]), code.slug, get_today(request))
    items = [(stage.meeting.document, item) for stage in stages for item in stage.items]
    return {
        "file": code,
        "stages": stages,
        "has_older": len(found) > MAX_STAGES,
        "newest": items[0] if items else None,
        "takes_place": any(stage.takes_place for stage in stages),
        "next_stage": next((stage for stage in reversed(stages) if stage.is_today or stage.is_next), None),
        "decided": next(((stage, item) for stage in stages for item in stage.items if item.result), None),
        "documents": list(dict.fromkeys(number for _document, item in items for number in item.documents)),
        "topics": list({topic.id: (document, topic) for document, item in items for topic in item.topics}.values()),
        "legal_basis": next(((document, item) for document, item in items if item.legal_basis), None),
    }


def select_by_file(live: QuerySet[EditionDocument], slug: Any) -> QuerySet[EditionDocument]:
    """Return the meetings with an item on the file, the latest first. One more than is shown."""
    editions = IndexedFile.objects.filter(slug=slug).values("edition")
    return live.filter(edition__in=editions).order_by(*LATEST_FIRST)[: MAX_STAGES + 1]


@dataclass(frozen=True)
class FileStage:
    """A meeting with a file on its agenda. `items` are its items on the file, in the order of the agenda."""

    meeting: Publication
    items: Sequence[Item]
    is_today: bool
    is_next: bool

    @property
    def takes_place(self) -> bool:
        """Return whether the meeting is not called off, and has an item on the file that is on its agenda."""
        return not is_meeting_called_off(self.meeting) and any(item.state in STATES_ON_AGENDA for item in self.items)


def build_stages(meetings: Sequence[Publication], slug: str, today: dt.date) -> list[FileStage]:
    today_paths, next_path = find_current_paths(meetings, today)
    stages = []
    for meeting in meetings:
        assert isinstance(meeting.document, MeetingDocument)
        items = [item for item, _parent in walk_items(meeting.document.agenda) if is_item_on_file(item, slug)]
        stages.append(
            FileStage(meeting, items, is_today=meeting.path in today_paths, is_next=meeting.path == next_path)
        )
    return stages


def describe_items(editions: Collection[UUID], slug: str) -> dict[UUID, str]:
    """Return, by edition, the titles of its items on the file with their outcomes. This takes two queries.

    Editions whose text is suppressed are left out.
    """
    rows = IndexedFile.objects.filter(slug=slug, edition__in=editions).readable().order_by("edition_id", "position")
    keys = list(rows.values_list("edition_id", "item_id"))
    agendas = load_agendas(get_page_language(), {edition for edition, _item in keys})
    found = defaultdict(list)
    for edition, key in keys:
        if edition in agendas and (item := agendas[edition].find_item(key)):
            found[edition].append(describe_item(item))
    return {edition: "; ".join(texts) for edition, texts in found.items()}


def describe_item(item: Item | ItemExtract) -> str:
    """Return the title of an item, with its outcome if there is one: “Dublin regulation (general approach)”."""
    result = item.result
    outcome = str(result.outcome.label if result.outcome else result.title) if result else ""
    return f"{item.title} ({outcome})" if outcome else item.title


def is_item_on_file(item: Item, slug: str) -> bool:
    return any(code.slug == slug for code in map(parse_procedure_code, item.procedures) if code)
