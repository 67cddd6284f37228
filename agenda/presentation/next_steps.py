"""What happens next, below a meeting that is over: documents to come, its files, and the next meeting."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from agenda.presentation.files import (
    ROW_COLUMNS,
    STATES_ON_AGENDA,
    EarlierItem,
    FileReference,
    FileRow,
    build_earlier_item,
    load_agendas,
)
from meetings.clock import get_instant, get_today
from meetings.database.prepared_query import fetch_rows
from meetings.documents.choices import LinkKind
from meetings.documents.schema import Item, Link, MeetingDocument
from meetings.documents.traversal import walk_items
from meetings.editions.index_rows import build_called_off_condition
from meetings.i18n.languages import get_page_language
from meetings.i18n.page_paths import get_page_path
from meetings.models import Edition, IndexedFile
from meetings.models.meeting import MAX_MEETING_DURATION
from meetings.reference.configurations import CONFIGURATIONS_BY_SLUG

# What appears during or after a meeting, in contrast to live streams, registration and background material.
LATER_KINDS = (
    LinkKind.CONCLUSIONS,
    LinkKind.PRESS_RELEASE,
    LinkKind.DOCUMENT,
    LinkKind.RECORDING,
    LinkKind.BROADCAST,
    LinkKind.PHOTOS,
)


class NextMeeting(NamedTuple):
    address: str
    start_date: dt.date
    end_date: dt.date

    @property
    def path(self) -> str:
        return get_page_path(self.address, get_page_language())


class AnnouncedLink(NamedTuple):
    """A link that the press office has announced and that has no address yet, with the item that it belongs to."""

    link: Link
    item: Item | None


@dataclass(frozen=True)
class FileStep:
    """A file of the meeting: the item that was on it, and an item on it at a later meeting, if any.

    `since` is that later item with what came of it, if that meeting is over, too.
    """

    code: str
    slug: str
    item: Item
    later: FileRow | None
    since: EarlierItem | None

    @property
    def later_configuration(self) -> str:
        """The slug of the configuration that meets later."""
        assert self.later
        return self.later.address.split("/")[1]

    @property
    def later_code(self) -> str:
        """Its code, as the badge shows it."""
        facts = CONFIGURATIONS_BY_SLUG.get(self.later_configuration)
        return facts.code if facts else ""

    @property
    def later_path(self) -> str:
        assert self.later
        return get_page_path(self.later.address, get_page_language()) + f"#item-{self.later.item_id}"


@dataclass(frozen=True)
class NextSteps:
    announced: Sequence[AnnouncedLink]
    files: Sequence[FileStep]
    meeting: NextMeeting | None

    def __bool__(self) -> bool:
        return bool(self.announced or self.files or self.meeting)

    @property
    def files_with_date(self) -> list[FileStep]:
        return [step for step in self.files if step.later and not step.since]

    @property
    def files_dealt_with_since(self) -> list[FileStep]:
        return [step for step in self.files if step.since]

    @property
    def files_without_date(self) -> list[FileStep]:
        return [step for step in self.files if not step.later]


def find_next_steps(
    request: HttpRequest, edition: UUID, document: MeetingDocument, files: Mapping[str, FileReference]
) -> NextSteps:
    """Return what comes after a meeting that is over.

    This takes two queries, one for a meeting without files, and one more if a later meeting on a file is over, too.

    `files` are its files by their codes as printed.
    """
    at, today = get_instant(request), get_today(request)
    earliest = today - MAX_MEETING_DURATION
    found = fetch_rows(find_next_meeting, document.configuration.slug, document.id, today, earliest, at)
    passed: dict[str, FileRow] = {}
    coming: dict[str, FileRow] = {}
    for row in fetch_rows(find_later_rows, edition, document.end_date, at) if files and document.end_date else ():
        later = FileRow(*row)
        assert later.date  # because its meeting has one
        (passed if later.date < today else coming).setdefault(later.slug, later)
    agendas = load_agendas(get_page_language(), {row.edition_id for row in passed.values()})
    since = {slug: build_earlier_item(row, agendas.get(row.edition_id)) for slug, row in passed.items()}
    return NextSteps(
        list(list_announced_links(document)),
        list(list_file_steps(document, files, since, coming)),
        NextMeeting(*found[0]) if found else None,
    )


def find_next_meeting(slug: Any, own: Any, today: Any, earliest: Any, at: Any) -> QuerySet[Any, Any]:
    """Return the next meeting of a configuration that is not over. `earliest` lets the database use its index."""
    live = Edition.objects.live(at).filter(configuration=slug, listed_on__gte=earliest, end_date__gte=today)
    found = live.exclude(build_called_off_condition()).exclude(subject_id=own)
    return found.order_by("listed_on", "sorted_at", "subject_id").values_list(*NextMeeting._fields)[:1]


def find_later_rows(edition: Any, day: Any, at: Any) -> QuerySet[Any, Any]:
    """Return the items on the files of an edition at meetings after the day, the next first."""
    own = IndexedFile.objects.filter(edition=edition).values("slug")
    live = IndexedFile.objects.live(at).filter(slug__in=own, state__in=STATES_ON_AGENDA)
    later = live.filter(edition__start_date__gt=day).exclude(build_called_off_condition("edition__"))
    return later.order_by("edition__listed_on", "edition_id", "position").values_list(*ROW_COLUMNS)


def list_announced_links(document: MeetingDocument) -> Iterator[AnnouncedLink]:
    groups: list[tuple[Item | None, list[Link]]] = [(None, document.links)]
    groups += [(None, result.links) for result in document.results]
    for item, _parent in walk_items(document.agenda):
        groups += [(item, item.links), (item, item.result.links if item.result else [])]
    for owner, links in groups:
        for link in links:
            if link.kind in LATER_KINDS and not link.url and not link.image:
                yield AnnouncedLink(link, owner)


def list_file_steps(
    document: MeetingDocument,
    files: Mapping[str, FileReference],
    since: Mapping[str, EarlierItem],
    coming: Mapping[str, FileRow],
) -> Iterator[FileStep]:
    """Yield what came of each file at the next meeting on it, and where it goes; one step without a later meeting."""
    seen: set[str] = set()
    for item, _parent in walk_items(document.agenda):
        for code in item.procedures:
            file = files.get(code)
            if file and file.slug not in seen:
                seen.add(file.slug)
                past, next_row = since.get(file.slug), coming.get(file.slug)
                if past:
                    yield FileStep(code, file.slug, item, past.row, past)
                if next_row or not past:
                    yield FileStep(code, file.slug, item, next_row, None)
