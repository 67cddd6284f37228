"""Check a whole file before anything is loaded, so that all faults are reported at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from agenda.bulk.line_parsing import LineError, SubjectLines, group_lines
from agenda.documents.validation import find_errors
from agenda.models import BackgroundTopic
from agenda.workflow.drafts import SubjectDocument
from agenda.workflow.restoring import check_references, check_texts
from agenda.workflow.topic_names import collect_topic_ids
from meetings.documents.document_urls import NoAddressError, build_address
from meetings.documents.encoding import InvalidDocument
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.models import Configuration

MAX_FAULTS_SHOWN = 20


class InvalidFileError(ValueError):
    """The file cannot be loaded. `messages` are the first faults, `count` is the number of all."""

    def __init__(self, messages: list[str], count: int) -> None:
        super().__init__("\n".join(messages))
        self.messages, self.count = messages, count


@dataclass
class BulkFile:
    """A file of JSON lines that can be read several times, and the counts of what is in it.

    `publish` means that its contents are to be published, so that no two may have the same address.
    """

    path: Path
    publish: bool = False
    subjects: int = 0
    lines: int = 0
    topics: set[UUID] = field(default_factory=set)
    configurations: set[str] = field(default_factory=set)
    lines_by_address: dict[str, int] = field(default_factory=dict)

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
            yield from group_lines(file)

    def iterate_entries(self) -> Iterator[SubjectLines]:
        """Yield the groups of lines of a checked file. Raise LineError if it has been changed since."""
        for entry in self.read_entries():
            if isinstance(entry, LineError):
                raise entry
            yield entry

    def find_fault(self, entry: SubjectLines) -> LineError | None:
        """Return the fault of a group of lines, or None. Count the group and remember its id and address."""
        self.subjects += 1
        self.lines += len(entry.lines)
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


def find_address(document: SubjectDocument) -> str:
    """Return the address of the document; empty if it cannot have one, which publishing reports."""
    try:
        return build_address(document)
    except NoAddressError:
        return ""
