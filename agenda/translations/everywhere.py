"""The same change in all languages: a name corrected in the source and in its translations, from one list of hits."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet

from agenda.building import build_meeting, build_topic
from agenda.drafts import Subject, SubjectDocument, type_of
from agenda.models import BackgroundTopic
from agenda.translating import (
    Correction,
    Key,
    Occurrence,
    Segment,
    occurrences,
    segments,
)
from meetings.audit import Actor
from meetings.documents.text import digest_of
from meetings.models import Meeting, Translation
from meetings.rights import Right, may
from meetings.vocabulary import Language

ORDER = [*Language.values]


def id_of(*facts: object) -> str:
    return hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Hit:
    """An occurrence in the source or in a translation. `is_open`: whoever asked may have it changed.

    `digest` is that of the text that it stands in.
    """

    language: Language
    segment: Segment
    digest: str
    occurrence: Occurrence
    is_open: bool

    @property
    def is_shared(self) -> bool:
        """A person's name, which all languages have from the source."""
        return self.segment.field.rpartition(".")[2] == "name"

    @property
    def id(self) -> str:
        """Of this place in this text: gone when either has changed."""
        one = self.occurrence
        return id_of(self.language, *self.segment.key, self.digest, one.start, one.end, one.becomes)


@dataclass(frozen=True)
class Unlike:
    """A translation that has none of the words, although its source has: it may be right as it is, or not any more."""

    language: Language
    segment: Segment

    @property
    def id(self) -> str:
        return id_of("unlike", self.language, *self.segment.key, digest_of(self.segment.text))


@dataclass
class Place:
    """A text of the source with the hits in it and in its translations, and the translations without."""

    segment: Segment
    hits: list[Hit] = field(default_factory=list)
    unlike: list[Unlike] = field(default_factory=list)

    @property
    def is_alike(self) -> bool:
        """A translation has the words, too: so it is a name, and not what the source says by it."""
        return len({hit.language for hit in self.hits}) > 1


@dataclass(frozen=True)
class Found:
    """The source, and where there are hits, in its order; in each place those of the source first."""

    source: SubjectDocument
    places: list[Place]


def right_to_correct(by: Actor, subject: Subject, language: str) -> bool:
    """Whoever edits the source carries its names into all languages; a translator works in their own."""
    if by.user is None or may(by.user, Right.CHANGE, subject):
        return True
    return language != subject.source_language and may(by.user, Right.TRANSLATE, subject, language)


def find_everywhere(subject: Subject, corrections: Sequence[Correction], by: Actor) -> Found:
    """One query for all translations, beside those of a document. Raises InvalidDocument."""
    copy = Copy(subject, by)
    return Found(copy.source, [place for place in copy.places(corrections) if place.hits])


class Copy:
    """The working copy of a meeting or topic in all its languages, as it is for somebody."""

    def __init__(self, subject: Subject, by: Actor) -> None:
        self.subject, self.by = subject, by
        self.source = source_of(subject)
        self.segments = {one.key: one for one in segments(self.source, names=True) if not follows(one, subject)}
        self.translations: dict[Key, list[Translation]] = defaultdict(list)
        rows = self.rows().exclude(text="").exclude(language=subject.source_language)
        for row in sorted(rows, key=lambda row: ORDER.index(row.language)):
            self.translations[row.row_id, row.field].append(row)

    def rows(self) -> QuerySet[Translation]:
        return Translation.objects.filter(subject_type=type_of(self.subject), subject_id=self.subject.pk)

    def places(self, corrections: Sequence[Correction]) -> Iterator[Place]:
        is_open = {language: right_to_correct(self.by, self.subject, language) for language in Language}

        def hits_in(language: Language, segment: Segment) -> list[Hit]:
            found, digest = occurrences(segment.text, segment.rich, corrections), digest_of(segment.text)
            return [Hit(language, segment, digest, one, is_open[language]) for one in found]

        for key, segment in self.segments.items():
            in_source = hits_in(Language(self.subject.source_language), segment)
            place = Place(segment, in_source)
            for row in self.translations.get(key, ()):
                language = Language(row.language)
                translation = replace(segment, text=row.text)
                found = hits_in(language, translation)
                place.hits += found
                place.unlike += [Unlike(language, translation)] * bool(in_source and not found)
            yield place


def source_of(subject: Subject) -> SubjectDocument:
    """As the rows say it. What it is called elsewhere, and where it was published to be before, is no text of them."""
    return build_topic(subject) if isinstance(subject, BackgroundTopic) else build_meeting(subject)


def follows(segment: Segment, subject: Subject) -> bool:
    """The title of a meeting without one of its own is that of its configuration."""
    return segment.path == "title" and isinstance(subject, Meeting) and not subject.title
