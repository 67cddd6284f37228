"""Find and replace: find a name in the source and in all its translations. `replace` replaces what is accepted."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet

from agenda.documents.building import build_meeting, build_topic
from agenda.documents.translations import (
    Occurrence,
    Replacement,
    Segment,
    TextKey,
    find_occurrences,
    list_segments,
)
from agenda.models import BackgroundTopic
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_type
from meetings.access import Right, has_right
from meetings.access.audit import Actor
from meetings.documents.choices import Language
from meetings.documents.encoding import compute_digest
from meetings.models import Meeting, Translation

LANGUAGE_ORDER = [*Language.values]


def compute_id(*facts: object) -> str:
    return hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class TextHit:
    """An occurrence in the source or in a translation.

    `digest` is the digest of the text around it. `may_change`: the user who searches may change this text.
    """

    language: Language
    segment: Segment
    digest: str
    occurrence: Occurrence
    may_change: bool

    @property
    def is_shared(self) -> bool:
        """Return whether it is the name of a person, which all languages take from the source."""
        return self.segment.field.rpartition(".")[2] == "name"

    @property
    def id(self) -> str:
        """Identify this place in this text: another text or place has another id."""
        found = self.occurrence
        return compute_id(self.language, *self.segment.key, self.digest, found.start, found.end, found.replacement)


@dataclass(frozen=True)
class TranslationWithoutHit:
    """A translation without a hit, although its source has one: it may still be correct, or be out of date."""

    language: Language
    segment: Segment

    @property
    def id(self) -> str:
        return compute_id("unlike", self.language, *self.segment.key, compute_digest(self.segment.text))


@dataclass
class SegmentHits:
    """A source text with the hits in it and in its translations, and its translations without a hit."""

    segment: Segment
    hits: list[TextHit] = field(default_factory=list)
    without_hit: list[TranslationWithoutHit] = field(default_factory=list)

    @property
    def is_found_in_translation(self) -> bool:
        """Return whether the text is found in another language, too: then it is a name rather than a word."""
        return len({hit.language for hit in self.hits}) > 1


@dataclass(frozen=True)
class FindResult:
    """The source document and its texts with hits, in its order. The hits of the source come first in each text."""

    source: SubjectDocument
    places: list[SegmentHits]


def may_replace(by: Actor, subject: Subject, language: str) -> bool:
    """Return whether the actor may replace text in a language.

    Whoever may edit the source may correct names in all languages; a translator only in their own.
    """
    if by.user is None or has_right(by.user, Right.CHANGE, subject):
        return True
    return language != subject.source_language and has_right(by.user, Right.TRANSLATE, subject, language)


def find_everywhere(subject: Subject, replacements: Sequence[Replacement], by: Actor) -> FindResult:
    """Return all hits in the source and in its translations. Raise InvalidDocument if the draft has errors.

    This takes one query for all translations, besides those that build the document.
    """
    copy = WorkingCopyTexts(subject, by)
    return FindResult(copy.source, [place for place in copy.find_places(replacements) if place.hits])


class WorkingCopyTexts:
    """The working copy of a meeting or topic in all its languages, for one user."""

    def __init__(self, subject: Subject, by: Actor) -> None:
        self.subject, self.by = subject, by
        self.source = build_source(subject)
        self.segments = {
            segment.key: segment
            for segment in list_segments(self.source, names=True)
            if not is_configuration_title(segment, subject)
        }
        self.translations: dict[TextKey, list[Translation]] = defaultdict(list)
        rows = self.select_translations().exclude(text="").exclude(language=subject.source_language)
        for row in sorted(rows, key=lambda row: LANGUAGE_ORDER.index(row.language)):
            self.translations[row.row_id, row.field].append(row)

    def select_translations(self) -> QuerySet[Translation]:
        return Translation.objects.filter(subject_type=get_subject_type(self.subject), subject_id=self.subject.pk)

    def find_places(self, replacements: Sequence[Replacement]) -> Iterator[SegmentHits]:
        """Yield every source text with its hits, also those without any."""
        allowed = {language: may_replace(self.by, self.subject, language) for language in Language}

        def find_hits(language: Language, segment: Segment) -> list[TextHit]:
            found, digest = find_occurrences(segment.text, segment.rich, replacements), compute_digest(segment.text)
            return [TextHit(language, segment, digest, occurrence, allowed[language]) for occurrence in found]

        for key, segment in self.segments.items():
            in_source = find_hits(Language(self.subject.source_language), segment)
            place = SegmentHits(segment, in_source)
            for row in self.translations.get(key, ()):
                language = Language(row.language)
                translation = replace(segment, text=row.text)
                found = find_hits(language, translation)
                place.hits += found
                place.without_hit += [TranslationWithoutHit(language, translation)] * bool(in_source and not found)
            yield place


def build_source(subject: Subject) -> SubjectDocument:
    """Return the document of the rows alone, without the titles of topics and without earlier dates and places."""
    return build_topic(subject) if isinstance(subject, BackgroundTopic) else build_meeting(subject)


def is_configuration_title(segment: Segment, subject: Subject) -> bool:
    """Return whether a text is the title of a meeting that has no title of its own, but that of its configuration."""
    return segment.path == "title" and isinstance(subject, Meeting) and not subject.title
