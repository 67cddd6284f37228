"""The same change in all languages: a name corrected in the source and in its translations, from one list of hits."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agenda.building import build_meeting, build_topic
from agenda.drafts import Subject, SubjectDocument, type_of
from agenda.models import BackgroundTopic, Why
from agenda.restoring import save_differences
from agenda.revisions import keep_revision
from agenda.translating import (
    Correction,
    Key,
    Made,
    Occurrence,
    Segment,
    occurrences,
    with_corrections,
    with_texts_of,
)
from agenda.translations.saving import shown, typed_field, write_texts
from meetings.audit import Actor, record
from meetings.documents.text import InvalidDocument, digest_of
from meetings.models import Act, Meeting, Translation
from meetings.rights import Right, may, require
from meetings.vocabulary import Language

LONGEST_REMARK = 1000


class NotCorrected(Exception):
    """Nothing was changed, with the reason, for the one who asked."""


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
        said = (self.language, *self.segment.key, self.digest, one.start, one.end, one.becomes)
        return hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()[:32]


@dataclass
class Place:
    """A text of the source with the hits in it and in its translations.

    `unlike` are the languages whose translation has none of the words, although the source has.
    """

    segment: Segment
    hits: list[Hit] = field(default_factory=list)
    unlike: list[Language] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """The source, and where there are hits, in its order; in each place those of the source first."""

    source: SubjectDocument
    places: list[Place]


@dataclass(frozen=True)
class Corrected:
    """How many places were changed, and in which languages."""

    places: int
    languages: list[Language]


def right_to_correct(by: Actor, subject: Subject, language: str) -> bool:
    """Whoever edits the source carries its names into all languages; a translator works in their own."""
    if by.user is None or may(by.user, Right.CHANGE, subject):
        return True
    return language != subject.source_language and may(by.user, Right.TRANSLATE, subject, language)


def find_everywhere(subject: Subject, corrections: Sequence[Correction], by: Actor) -> Found:
    """One query for all translations, beside those of a document. Raises InvalidDocument."""
    copy = Copy(subject, by)
    return Found(copy.source, [place for place in copy.places(corrections) if place.hits])


@transaction.atomic
def correct_everywhere(
    subject: Subject, corrections: Sequence[Correction], accepted: Collection[str], *, by: Actor, now: dt.datetime
) -> Corrected:
    """Changes the hits that are named by their ids, all or none, and keeps one revision.

    A translation that was current stays so, be it changed or not. Raises NotCorrected where one of the hits is not
    there any more or cannot be changed, NotAllowed, and InvalidDocument where a row does not take its new text.
    """
    rows: QuerySet[Any] = type(subject)._default_manager.select_for_update(no_key=True, of=("self",))
    copy = Copy(rows.get(pk=subject.pk), by)
    chosen = copy.chosen({*accepted}, corrections)
    copy.correct(chosen, now)
    languages = [language for language in Language if language in {hit.language for hit in chosen}]
    copy.keep(corrections, languages, now)
    return Corrected(len(chosen), languages)


class Copy:
    """The working copy of a meeting or topic in all its languages, as it is for somebody."""

    def __init__(self, subject: Subject, by: Actor) -> None:
        self.subject, self.by = subject, by
        self.source = source_of(subject)
        self.segments = {one.key: one for one in texts_in(self.source) if not follows(one, subject)}
        self.translations: dict[Key, list[Translation]] = defaultdict(list)
        for row in self.rows().exclude(text="").exclude(language=subject.source_language).order_by("language"):
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
                found = hits_in(language, translated(segment, row.text))
                place.hits += found
                place.unlike += [language] * bool(in_source and not found)
            yield place

    def chosen(self, accepted: set[str], corrections: Sequence[Correction]) -> list[Hit]:
        found = [hit for place in self.places(corrections) for hit in place.hits if hit.id in accepted]
        if len(found) < len(accepted):
            raise NotCorrected(
                _("Some texts were changed after you searched. Nothing was changed: look at the list as it is now.")
            )
        for hit in found:
            if not hit.is_open:
                right = Right.CHANGE if hit.language == self.subject.source_language else Right.TRANSLATE
                require(self.by, right, self.subject, hit.language)
            if hit.occurrence.is_interrupted:
                raise NotCorrected(_("“%s” can only be changed by hand.") % hit.occurrence.said)
        return found

    def correct(self, chosen: Sequence[Hit], now: dt.datetime) -> None:
        by_text: dict[tuple[Language, Key], list[Hit]] = defaultdict(list)
        for hit in chosen:
            by_text[hit.language, hit.segment.key].append(hit)
        by_language: dict[str, dict[Key, str]] = defaultdict(dict)
        for (of, key), hits in by_text.items():
            by_language[of][key] = corrected_text(hits)
        self.correct_source(by_language.pop(self.subject.source_language, {}))
        for language, texts in by_language.items():
            self.correct_translation(language, texts, now)

    def correct_source(self, texts: Mapping[Key, str]) -> None:
        """Translations that were made from a text as it was are made from it as it is."""
        if not texts:
            return
        after = with_texts_of(self.source, lambda one, _owner: texts.get(one.key, one.text), names=True)
        save_differences(self.source, after)
        self.subject.refresh_from_db()
        self.subject.move_version()
        for segment in texts_in(source_of(self.subject)):
            if segment.key in texts:
                was, becomes = digest_of(self.segments[segment.key].text), digest_of(segment.text)
                made_from_it = self.rows().filter(row_id=segment.row, field=segment.field, source_digest=was)
                made_from_it.update(source_digest=becomes)

    def correct_translation(self, language: str, texts: Mapping[Key, str], now: dt.datetime) -> None:
        made_from = {(row.row_id, row.field): row.source_digest for row in self.rows().filter(language=language)}
        made = {key: Made(text, made_from[key]) for key, text in texts.items()}
        write_texts(self.subject, language, made, by=self.by, now=now)

    def keep(self, corrections: Sequence[Correction], languages: Sequence[Language], now: dt.datetime) -> None:
        changes = ", ".join(f"“{one.find}” → “{one.becomes}”" for one in corrections)
        remark = f"{changes} ({', '.join(str(one.label) for one in languages)})"[:LONGEST_REMARK]
        why = Why.SAVED if self.subject.source_language in languages else Why.TRANSLATED
        revision = keep_revision(self.subject, now, self.by, why, remark)
        if revision is None and why == Why.TRANSLATED:  # no document says it: what was changed is out of date
            record(
                self.by, Act.TRANSLATED, type_of(self.subject), self.subject.pk, title=str(self.subject), remark=remark
            )


def source_of(subject: Subject) -> SubjectDocument:
    """As the rows say it. What it is called elsewhere, and where it was published to be before, is no text of them."""
    return build_topic(subject) if isinstance(subject, BackgroundTopic) else build_meeting(subject)


def texts_in(source: SubjectDocument) -> list[Segment]:
    found: list[Segment] = []

    def collect(segment: Segment, _owner: Any) -> str:
        found.append(segment)
        return segment.text

    with_texts_of(source, collect, names=True)
    return found


def follows(segment: Segment, subject: Subject) -> bool:
    """The title of a meeting without one of its own is that of its configuration."""
    return segment.path == "title" and isinstance(subject, Meeting) and not subject.title


def translated(segment: Segment, text: str) -> Segment:
    return Segment(segment.path, segment.rich, text, segment.row, segment.field)


def corrected_text(hits: Sequence[Hit]) -> str:
    """Raises InvalidDocument for what the translation desk would refuse."""
    segment = hits[0].segment
    text = with_corrections(segment.text, segment.rich, [hit.occurrence for hit in hits])
    try:
        typed_field(segment).clean(shown(segment, text))
    except ValidationError as error:
        raise InvalidDocument(f"{hits[0].language.label}, “{text[:80]}”: {' '.join(error.messages)}") from error
    return text
