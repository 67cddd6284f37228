"""Reading a whole file before anything of it is loaded: all that is wrong is told at once, and mended at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from agenda.bulk.lines import Entry, LineError, entries
from agenda.checking import errors_in
from agenda.drafts import SubjectDocument
from agenda.models import BackgroundTopic
from agenda.publishing.naming import topics_in
from agenda.restoring import check_references, check_texts
from meetings.addresses import NoAddress, address_of
from meetings.documents.shape import MeetingDocument, TopicDocument
from meetings.documents.text import InvalidDocument
from meetings.models import Configuration

MOST_TOLD = 20


class Faulty(ValueError):
    """The file cannot be loaded: `told` are the first faults, `count` says how many there are."""

    def __init__(self, told: list[str], count: int) -> None:
        super().__init__("\n".join(told))
        self.told, self.count = told, count


@dataclass
class Reading:
    """A file that can be read again, entry by entry, and how much there is in it.

    `publish`: what it holds is to be published, so that no two have one address.
    """

    path: Path
    publish: bool = False
    subjects: int = 0
    lines: int = 0
    topics: set[UUID] = field(default_factory=set)
    configurations: set[str] = field(default_factory=set)
    taken: dict[str, int] = field(default_factory=dict)

    def check(self) -> None:
        """Reads all of it. Raises Faulty, and OSError where there is no such file."""
        self.topics = set(BackgroundTopic.objects.values_list("pk", flat=True))
        self.configurations = set(Configuration.objects.values_list("slug", flat=True))
        told, count = [], 0
        for one in self.each():
            fault = one if isinstance(one, LineError) else self.fault(one)
            if fault:
                count += 1
                told += [str(fault)] * (count <= MOST_TOLD)
        if count:
            raise Faulty(told, count)

    def each(self) -> Iterator[Entry | LineError]:
        with self.path.open("rb") as file:
            yield from entries(file)

    def entries(self) -> Iterator[Entry]:
        """Of a file that was checked. Raises LineError where it has been changed since."""
        for one in self.each():
            if isinstance(one, LineError):
                raise one
            yield one

    def fault(self, entry: Entry) -> LineError | None:
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
            told = _("there is no configuration “%s”: manage.py load_reference adds those of the Council")
            raise InvalidDocument(told % document.configuration.slug)
        if missing := topics_in([document]) - self.topics:
            told = _("it takes up the topic %s, which is not there: put the topic's own line before this one")
            raise InvalidDocument(told % min(missing))

    def check_publishable(self, entry: Entry) -> None:
        """Whatever else stands in the way of publishing, the publishing tells."""
        if errors := errors_in(entry.document):
            raise InvalidDocument(_("it cannot be published: %s") % " ".join(errors))
        address = address_in(entry.document)
        before = self.taken.setdefault(address, entry.source.number) if address else entry.source.number
        if before != entry.source.number:
            told = _("it would be published at %s, as line %d: give one of the two an address_word, or another slug")
            raise InvalidDocument(told % (address, before))


def address_in(document: SubjectDocument) -> str:
    """Empty where it can have none; publishing says so."""
    try:
        return address_of(document)
    except NoAddress:
        return ""
