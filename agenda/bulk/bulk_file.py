"""Check a whole file before anything is loaded, so that all faults are reported at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from agenda.bulk.line_parsing import LineError, SubjectLines, group_lines, read_lines
from agenda.documents.validation import find_errors
from agenda.models import BackgroundTopic
from agenda.workflow.restoring import check_references, check_texts
from agenda.workflow.topic_names import collect_topic_ids
from meetings.documents.document_urls import find_address
from meetings.documents.encoding import InvalidDocument
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.forms.fields import VALID_YEARS
from meetings.models import Configuration

MAX_FAULTS_SHOWN = 20


class InvalidFileError(ValueError):
    """The file cannot be loaded. `messages` are the first faults, `count` is the number of all."""

    def __init__(self, messages: list[str], count: int) -> None:
        super().__init__("\n".join(messages))
        self.messages, self.count = messages, count


@dataclass(frozen=True, slots=True)
class LinesOfSubject:
    """Where the lines of a meeting or topic are: number and offset of the first one, and how many there are."""

    number: int
    offset: int
    count: int


@dataclass
class BulkFile:
    """A file of JSON lines that can be read several times, and the counts of what is in it.

    `publish` means that its contents are to be published, so that no two may have the same address. `topic_places` and
    `meeting_places` say where the lines of each are.
    """

    path: Path
    publish: bool = False
    subjects: int = 0
    lines: int = 0
    topics: set[UUID] = field(default_factory=set)
    configurations: set[str] = field(default_factory=set)
    lines_by_address: dict[str, int] = field(default_factory=dict)
    topic_places: list[LinesOfSubject] = field(default_factory=list)
    meeting_places: list[LinesOfSubject] = field(default_factory=list)

    def check(self) -> None:
        """Read and check the whole file. Raise InvalidFileError for faults, and OSError if it cannot be read."""
        self.topics = set(BackgroundTopic.objects.values_list("pk", flat=True))
        self.configurations = set(Configuration.objects.values_list("slug", flat=True))
        messages, count = [], 0
        for entry in self.read_entries():
            fault = entry if isinstance(entry, LineError) else self.find_fault(entry)
            if fault:
                count += 1
                messages += [str(fault)] * (count <= MAX_FAULTS_SHOWN)
        if count:
            raise InvalidFileError(messages, count)

    def read_entries(self) -> Iterator[SubjectLines | LineError]:
        with self.path.open("rb") as file:
            yield from group_lines(read_lines(file))

    def iterate_entries(self, places: Iterable[LinesOfSubject] | None = None) -> Iterator[SubjectLines]:
        """Yield the groups of lines of a checked file, by default all of them.

        Raise LineError if the file has been changed since.
        """
        for entry in self.read_entries() if places is None else self.read_places(places):
            if isinstance(entry, LineError):
                raise entry
            yield entry

    def read_places(self, places: Iterable[LinesOfSubject]) -> Iterator[SubjectLines | LineError]:
        with self.path.open("rb") as file:
            for place in places:
                file.seek(place.offset)
                yield from group_lines(islice(read_lines(file, place.number, place.offset), place.count))

    def find_fault(self, entry: SubjectLines) -> LineError | None:
        """Return the fault of a group of lines, or None. Count the group and remember its id and address."""
        self.subjects += 1
        self.lines += len(entry.lines)
        places = self.topic_places if isinstance(entry.document, TopicDocument) else self.meeting_places
        places.append(LinesOfSubject(entry.first.number, entry.first.offset, len(entry.lines)))
        try:
            check_texts(entry.document)
            if isinstance(entry.document, TopicDocument):
                self.topics.add(entry.document.id)
            else:
                self.check_meeting(entry.document)
            if self.publish:
                self.check_publishable(entry)
        except InvalidDocument as error:
            return LineError(entry.source.number, str(error))
        return None

    def check_meeting(self, document: MeetingDocument) -> None:
        check_references(document)
        if document.configuration.slug not in self.configurations:
            message = _("there is no configuration “%s”. manage.py load_reference adds those of the Council")
            raise InvalidDocument(message % document.configuration.slug)
        for alert in document.alerts:
            if alert.at.year not in VALID_YEARS:  # it may be no instant in another time zone
                message = _("the year of a change on the day is wrong (%s)")
                raise InvalidDocument(message % alert.at.isoformat())
        if missing := collect_topic_ids([document]) - self.topics:
            message = _("it refers to the topic %s, which does not exist. Put the topic's own line before this one")
            raise InvalidDocument(message % min(missing))

    def check_publishable(self, entry: SubjectLines) -> None:
        """Raise InvalidDocument for faults of the document or its address. Publishing checks everything else."""
        if errors := find_errors(entry.document):
            raise InvalidDocument(_("it cannot be published: %s") % " ".join(errors))
        address = find_address(entry.document)
        before = self.lines_by_address.setdefault(address, entry.source.number) if address else entry.source.number
        if before != entry.source.number:
            message = _("it would be published at %s, like line %d. Change the address_word or slug of one of the two")
            raise InvalidDocument(message % (address, before))
