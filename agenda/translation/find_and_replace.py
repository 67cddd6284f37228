"""Find and replace: find a name in the source and all its translations; change the accepted hits, all or none."""

import datetime as dt
import hashlib
import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import dropwhile, islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agenda.documents.building import build_meeting, build_topic
from agenda.documents.fact_check.disagreements import Disagreement
from agenda.documents.translations.occurrences import Occurrence, Replacement, find_occurrences, replace_occurrences
from agenda.documents.translations.segments import Segment, TextKey, list_segments, replace_texts
from agenda.documents.translations.translated_document import TranslatedText
from agenda.models import BackgroundTopic, RevisionReason
from agenda.translation.save import build_text_field, find_length_error, get_form_text, write_translations
from agenda.workflow.confirmed_differences import (
    ComparisonTime,
    carry_confirmations,
    find_differences,
    select_confirmed_differences,
)
from agenda.workflow.document_length import refuse_long_document
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_key
from agenda.workflow.restoring import save_differences
from agenda.workflow.revisions import keep_revision, record_about_subject
from agenda.workflow.transactions import lock_subject
from agenda.workflow.translation_writers import record_writers
from meetings.access import Right, has_right, require_right
from meetings.access.audit import Actor
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument, compute_digest
from meetings.models import Act, Meeting, Translation

LANGUAGE_ORDER = [*Language.values]
MAX_REMARK_LENGTH = 1000
MAX_HITS = 800
"""The number of hits on one page. The others are found from the next hit on, or after these are replaced."""
MAX_SECONDS = 2
"""Of the processor, for one page. Usual notes take a tenth. Replacing has twice the time, to find all hits again."""
LanguageDisagreement = tuple[str, Disagreement]
"""A disagreement in the translation of a language."""


@dataclass(frozen=True)
class SearchStart:
    """Where a search starts: at a text, by its position in the document, or at an offset in it in one language."""

    position: int = 0
    language: str = ""
    offset: int = 0

    def __str__(self) -> str:
        return f"{self.position}-{self.language}-{self.offset}" if self.language else str(self.position)


BEGINNING = SearchStart()


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
    """A source text with the hits in it and in its translations, and its translations without a hit.

    `position` is its place among the texts of the document.
    """

    segment: Segment
    position: int
    hits: list[TextHit] = field(default_factory=list)
    without_hit: list[TranslationWithoutHit] = field(default_factory=list)

    @property
    def is_found_in_translation(self) -> bool:
        """Return whether the text is found in another language, too: then it is a name rather than a word."""
        return len({hit.language for hit in self.hits}) > 1


@dataclass(frozen=True)
class FindResult:
    """The source document and its texts with hits, in its order. The hits of the source come first in each text.

    `stopped_at` is the position of the text at which the search stopped because there was no more time.
    """

    source: SubjectDocument
    places: list[SegmentHits]
    stopped_at: int | None

    @property
    def count(self) -> int:
        return sum(len(place.hits) for place in self.places)

    @property
    def next_start(self) -> SearchStart | None:
        """Where the first hit is that does not fit on the page, or the search stopped; None if all was searched."""
        if self.count <= MAX_HITS:
            return None if self.stopped_at is None else SearchStart(self.stopped_at)
        last = self.places[-1]
        number_shown = MAX_HITS - (self.count - len(last.hits))
        if not number_shown:
            return SearchStart(last.position)
        hit = last.hits[number_shown]
        return SearchStart(last.position, hit.language, hit.occurrence.start)


def may_replace(by: Actor, subject: Subject, language: str) -> bool:
    """Return whether the actor may replace text in a language.

    Whoever may edit the source may correct names in all languages; a translator only in their own.
    """
    if by.user is None or has_right(by.user, Right.CHANGE, subject):
        return True
    return language != subject.source_language and has_right(by.user, Right.TRANSLATE, subject, language)


def find_everywhere(
    subject: Subject, replacements: Sequence[Replacement], by: Actor, start: SearchStart = BEGINNING
) -> FindResult:
    """Return the hits in the source and in its translations, and if there are more than `MAX_HITS`, the first of them.

    What is before `start` is not searched. Raise InvalidDocument if the draft has errors, and ReplacementError if one
    text takes too long.

    This takes one query for all translations, besides those that build the document.
    """
    copy = WorkingCopyTexts(subject, by)
    places, stopped_at = copy.find_places(replacements, start)
    return FindResult(copy.source, [place for place in places if place.hits], stopped_at)


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

    def has_same_texts(self, other: "WorkingCopyTexts") -> bool:
        """Return whether another working copy, loaded before, has the same texts in all languages."""
        return self.source == other.source and self.list_translated_texts() == other.list_translated_texts()

    def list_translated_texts(self) -> list[tuple[TextKey, str, str]]:
        return sorted((key, row.language, row.text) for key, rows in self.translations.items() for row in rows)

    def select_translations(self) -> QuerySet[Translation]:
        return Translation.objects.filter(**get_subject_key(self.subject))

    def find_places(
        self, replacements: Sequence[Replacement], start: SearchStart, max_seconds: float | None = None
    ) -> tuple[list[SegmentHits], int | None]:
        """Return the source texts from `start` with their hits, also those without any.

        Stop when there are more than `MAX_HITS`, or after `MAX_SECONDS`: then return the position of the next text,
        too. Raise ReplacementError if one text in all languages takes longer.
        """
        max_seconds = MAX_SECONDS if max_seconds is None else max_seconds
        begun = time.thread_time()
        allowed = {language: may_replace(self.by, self.subject, language) for language in Language}

        def find_hits(language: Language, segment: Segment, offset: int) -> list[TextHit]:
            found = (
                each for each in find_occurrences(segment.text, segment.rich, replacements) if each.start >= offset
            )
            digest = compute_digest(segment.text)
            return [TextHit(language, segment, digest, each, allowed[language]) for each in islice(found, MAX_HITS + 1)]

        places: list[SegmentHits] = []
        number = 0
        source_language = Language(self.subject.source_language)
        for position, (key, segment) in islice(enumerate(self.segments.items()), start.position, None):
            began_text = time.thread_time()
            if places and began_text - begun > max_seconds:
                return places, position
            texts = [(source_language, segment)]
            texts += [
                (Language(row.language), replace(segment, text=row.text)) for row in self.translations.get(key, ())
            ]
            offset = 0
            if position == start.position and start.language:
                texts = [*dropwhile(lambda text: text[0] != start.language, texts)]
                offset = start.offset
            place = SegmentHits(segment, position)
            is_in_source = False
            for language, text in texts:
                found = find_hits(language, text, offset)
                offset = 0
                place.hits += found
                if language == source_language:
                    is_in_source = bool(found)
                elif is_in_source and not found:
                    place.without_hit.append(TranslationWithoutHit(language, text))
                if time.thread_time() - began_text > max_seconds:
                    raise ReplacementError(
                        _("One of the texts is too long to be searched for all of these at once. Search for fewer.")
                    )
            places.append(place)
            number += len(place.hits)
            if number > MAX_HITS:
                break
        return places, None


def build_source(subject: Subject) -> SubjectDocument:
    """Return the document of the rows alone, without the titles of topics and without earlier dates and places."""
    return build_topic(subject) if isinstance(subject, BackgroundTopic) else build_meeting(subject)


def is_configuration_title(segment: Segment, subject: Subject) -> bool:
    """Return whether a text is the title of a meeting that has no title of its own, but that of its configuration."""
    return segment.path == "title" and isinstance(subject, Meeting) and not subject.title


class ReplacementError(Exception):
    """Nothing was replaced. The message says why, for the user."""


@dataclass(frozen=True)
class ReplacementResult:
    """The number of places that were changed, and their languages."""

    places: int
    languages: list[Language]


def replace_everywhere(
    subject: Subject,
    replacements: Sequence[Replacement],
    accepted: Collection[str],
    *,
    by: Actor,
    now: dt.datetime,
    start: SearchStart = BEGINNING,
) -> ReplacementResult:
    """Replace the accepted hits, all or none, and keep one revision. `accepted` are ids of hits found from `start`.

    A current translation stays current, whether it is changed or not. A translation without a hit, whose source has
    one, becomes out of date unless its id is accepted, too. Raise ReplacementError if a hit no longer exists or cannot
    be changed, or a language becomes too long, NotAllowed, and InvalidDocument if a row cannot take its new text.

    The search takes long in long texts. It comes before the row is locked, for which a withdrawal would wait.
    """
    searched = WorkingCopyTexts(subject, by)
    places, _stopped_at = searched.find_places(replacements, start, 2 * MAX_SECONDS)
    with transaction.atomic():
        copy = WorkingCopyReplacer(lock_subject(subject), by)
        if not copy.has_same_texts(searched):
            raise build_changed_error()
        chosen = copy.select_hits(places, {*accepted})
        outdated = [found for place in places for found in place.without_hit if found.id not in accepted]
        confirmed = copy.get_confirmed_disagreements(chosen)
        copy.replace_hits(chosen, outdated, now)
        copy.carry_confirmations(confirmed, chosen)
        languages = [language for language in Language if language in {hit.language for hit in chosen}]
        copy.keep_revision(replacements, languages, now)
    return ReplacementResult(len(chosen), languages)


def build_changed_error() -> ReplacementError:
    return ReplacementError(
        _("Nothing was changed, because some texts have changed since you searched. Check the updated list.")
    )


class WorkingCopyReplacer(WorkingCopyTexts):
    """Replace hits in a working copy whose row is locked."""

    def __init__(self, subject: Subject, by: Actor) -> None:
        super().__init__(subject, by)
        self.comparison_time = ComparisonTime()

    def select_hits(self, places: Sequence[SegmentHits], accepted: set[str]) -> list[TextHit]:
        """Return the accepted hits. Raise ReplacementError or NotAllowed if one cannot be changed."""
        hits = [hit for place in places for hit in place.hits]
        without_hit = {found.id for place in places for found in place.without_hit}
        if not accepted <= {hit.id for hit in hits} | without_hit:
            raise build_changed_error()
        found = [hit for hit in hits if hit.id in accepted]
        if not found:
            raise ReplacementError(_("Nothing was changed, because you ticked no place."))
        for hit in found:
            if not hit.may_change:
                right = Right.CHANGE if hit.language == self.subject.source_language else Right.TRANSLATE
                require_right(self.by, right, self.subject, hit.language)
            if hit.occurrence.is_interrupted:
                raise ReplacementError(_("You can only change “%s” in the text itself.") % hit.occurrence.text)
        return found

    def replace_hits(
        self, chosen: Sequence[TextHit], outdated: Sequence[TranslationWithoutHit], now: dt.datetime
    ) -> None:
        """Replace the chosen hits; the outdated translations keep the digest of the old source."""
        by_text: dict[tuple[Language, TextKey], list[TextHit]] = defaultdict(list)
        for hit in chosen:
            by_text[hit.language, hit.segment.key].append(hit)
        by_language: dict[str, dict[TextKey, str]] = defaultdict(dict)
        for (language_of_text, key), hits in by_text.items():
            by_language[language_of_text][key] = apply_hits(hits)
        self.replace_in_source(by_language.pop(self.subject.source_language, {}), outdated)
        source_digests = {
            (row.language, row.row_id, row.field): row.source_digest for row in self.select_translations()
        }
        for language, texts in by_language.items():
            self.refuse_long_texts(language, texts)
        translated = {
            language: {key: TranslatedText(text, source_digests[language, *key]) for key, text in texts.items()}
            for language, texts in by_language.items()
        }
        write_translations(self.subject, translated, by=self.by, now=now)

    def refuse_long_texts(self, language: str, texts: Mapping[TextKey, str]) -> None:
        """Raise ReplacementError if all texts in this language together would be too long, as the editor refuses it."""
        rows = [row for found in self.translations.values() for row in found if row.language == language]
        before = {(row.row_id, row.field): len(row.text) for row in rows}
        after = before | {key: len(text) for key, text in texts.items()}
        if error := find_length_error(sum(before.values()), sum(after.values())):
            raise ReplacementError(f"{Language(language).label}: {error}")

    def replace_in_source(self, texts: Mapping[TextKey, str], outdated: Sequence[TranslationWithoutHit]) -> None:
        """Save new source texts. Current translations get the new source digest, except the outdated ones."""
        if not texts:
            return
        changed = replace_texts(self.source, lambda segment, _owner: texts.get(segment.key, segment.text), names=True)
        refuse_long_document(changed, self.subject)
        save_differences(self.source, changed)
        self.subject.refresh_from_db()
        self.subject.increase_version()
        excluded = {key: [found.language for found in outdated if found.segment.key == key] for key in texts}
        digests = {
            segment.key: (compute_digest(self.segments[segment.key].text), compute_digest(segment.text))
            for segment in list_segments(build_source(self.subject), names=True)
            if segment.key in texts
        }
        self.record_who_kept(digests, excluded)
        for (row, name), (old_digest, new_digest) in digests.items():
            current = self.select_translations().filter(row_id=row, field=name, source_digest=old_digest)
            current.exclude(language__in=excluded[row, name]).update(source_digest=new_digest)

    def record_who_kept(
        self, digests: Mapping[TextKey, tuple[str, str]], excluded: Mapping[TextKey, Collection[str]]
    ) -> None:
        """Record who keeps translations for other originals: whoever says that they are still right does so, too."""
        kept: dict[str, dict[TextKey, TranslatedText]] = defaultdict(dict)
        for row in self.select_translations():
            key = row.row_id, row.field
            if key in digests and row.source_digest == digests[key][0] and row.language not in excluded[key]:
                kept[row.language][key] = TranslatedText(row.text, digests[key][1])
        record_writers(self.subject, kept, self.by)

    def get_confirmed_disagreements(self, chosen: Sequence[TextHit]) -> dict[LanguageDisagreement, str]:
        """Return the confirmed disagreements of the texts that will change, each with its digest."""
        rows = select_confirmed_differences(self.subject)
        known = {(row.language, row.path, row.digest) for row in rows}
        found = self.compute_digests(self, chosen) if known else {}
        return {each: digest for each, digest in found.items() if (each[0], each[1].path, digest) in known}

    def carry_confirmations(self, confirmed: Mapping[LanguageDisagreement, str], chosen: Sequence[TextHit]) -> None:
        """Copy confirmations of disagreements that are the same in the changed texts."""
        if confirmed:
            found = self.compute_digests(WorkingCopyTexts(self.subject, self.by), chosen)
            moved = {(each[0], each[1].path, confirmed[each]): found[each] for each in confirmed if each in found}
            carry_confirmations(self.subject, moved)

    def compute_digests(self, copy: WorkingCopyTexts, chosen: Sequence[TextHit]) -> dict[LanguageDisagreement, str]:
        """Return the disagreements in the translations of the chosen texts, each with its digest.

        Of very long texts, some are left out: their confirmations end, as if somebody had typed the change.
        """
        return {
            (row.language, found): digest
            for key in {hit.segment.key for hit in chosen} & copy.translations.keys()
            for row in copy.translations[key]
            for found, digest in self.comparison_time.compare(
                find_differences, copy.segments[key], row.text, copy.source.language, row.language
            )
        }

    def keep_revision(
        self, replacements: Sequence[Replacement], languages: Sequence[Language], now: dt.datetime
    ) -> None:
        """Keep a revision whose comment names the replacements and the languages."""
        changes = ", ".join(f"“{each.find}” → “{each.replace_with}”" for each in replacements)
        remark = f"{changes} ({', '.join(str(language.label) for language in languages)})"[:MAX_REMARK_LENGTH]
        why = RevisionReason.SAVED if self.subject.source_language in languages else RevisionReason.TRANSLATED
        revision = keep_revision(self.subject, now, self.by, why, remark)
        if revision is None and why == RevisionReason.TRANSLATED:  # every changed text is out of date: no new document
            record_about_subject(self.by, Act.TRANSLATED, self.subject, remark=remark)


def apply_hits(hits: Sequence[TextHit]) -> str:
    """Return the text with the hits replaced. Raise InvalidDocument if the translation editor would refuse it."""
    segment = hits[0].segment
    text = segment.text
    try:
        text = replace_occurrences(segment.text, segment.rich, [hit.occurrence for hit in hits])
        build_text_field(segment).clean(get_form_text(segment, text))
    except ValidationError as error:
        raise InvalidDocument(f"{hits[0].language.label}, “{text[:80]}”: {' '.join(error.messages)}") from error
    return text
