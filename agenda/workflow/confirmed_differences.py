"""Confirm that a difference between a translation and its source is intended.

Some differences (other times) block approval until somebody confirms them.
"""

import datetime as dt
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.documents.fact_check.disagreements import (
    Disagreement,
    compute_difference_digest,
    find_blocking_disagreements,
    find_text_disagreements,
    find_untranslated,
)
from agenda.documents.translations.segments import Segment, list_segments, list_translated_segments
from agenda.documents.translations.translated_document import URL_FIELD
from agenda.models import ConfirmedDifference
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_key
from agenda.workflow.revisions import record_about_subject
from meetings.access.audit import Actor
from meetings.bounded_store import BoundedStore
from meetings.clock import BRUSSELS
from meetings.documents.choices import Language
from meetings.documents.encoding import compute_digest
from meetings.models import Act

Found = TypeVar("Found")
ENTRY_SIZE, WORD_SIZE = 400, 250  # bytes, without the printed words
kept_differences = BoundedStore[str, tuple[Disagreement, ...]](90_000_000)
"""It has room for those of a note of three thousand texts in all languages, twice as many as one can have."""
MAX_SECONDS = 2
"""Of the processor. The texts of a long note in all languages take one."""
MAX_LOCKED_SECONDS = 1
"""The same while the note is locked, when others wait. To find what is kept takes half of it in such a note."""


class Confirmation(NamedTuple):
    """Who confirmed a difference, and when."""

    by_name: str
    at: dt.datetime

    @property
    def words(self) -> str:
        """Return for example “rita, 25 Nov 2030 10:00” (Brussels time)."""
        return _("%(who)s, %(when)s") % {
            "who": self.by_name,
            "when": date_format(self.at.astimezone(BRUSSELS), "j M Y H:i"),
        }


def find_differences(
    segment: Segment, text: str, source_language: str, language: str
) -> list[tuple[Disagreement, str]]:
    """Return the disagreements of a translated text with its source, each with its digest."""
    differences = keep_differences(find_text_disagreements, segment, text, source_language, language)
    return [(found, compute_difference_digest(found, segment.text, text)) for found in differences]


def find_blocking_differences(
    source: Segment, text: str, source_language: str, language: str
) -> tuple[Disagreement, ...]:
    """Return the disagreements that block approval."""
    if source.field == URL_FIELD:
        return ()
    return keep_differences(find_blocking_disagreements, source, text, source_language, language)


def keep_differences(
    find: Callable[..., Iterable[Disagreement]], source: Segment, text: str, *languages: str
) -> tuple[Disagreement, ...]:
    """Return what `find` finds in these texts.

    It is kept: comparing two texts takes 0.1 ms or more, too long for a page of meetings in all languages. So a note
    that is too long for `ComparisonTime` gets on each time.
    """
    facts = source.path, str(source.rich), find.__name__, *languages
    key = compute_digest("\0".join((*facts, source.text, "\0", text)))
    found = kept_differences.get(key)
    if found is None:
        found = tuple(find(source, text, *languages))
        words = [printed for one in found for printed in one.missing + one.added]
        kept_differences.put(key, found, ENTRY_SIZE + sum(WORD_SIZE + len(printed) for printed in words))
    return found


def find_kept_sentences(source: Segment, text: str) -> tuple[Disagreement, ...]:
    """Return what `find_untranslated` finds."""
    return keep_differences(find_untranslated, source, text)


class ComparisonTime:
    """The time that one page or submission has for comparing translations with their source."""

    def __init__(self, *, is_locked: bool = False) -> None:
        self.seconds_left: float = MAX_LOCKED_SECONDS if is_locked else MAX_SECONDS
        self.is_complete = True

    def compare(self, find: Callable[..., Sequence[Found]], *texts: Any) -> Sequence[Found]:
        """Return `find(*texts)`, or nothing if no time is left: then it is not complete."""
        if self.seconds_left <= 0:
            self.is_complete = False
            return ()
        started = time.thread_time()
        found = find(*texts)
        self.seconds_left -= time.thread_time() - started
        return found


def find_unconfirmed_differences(
    subject: Subject,
    source: SubjectDocument,
    translation: SubjectDocument,
    comparison_time: ComparisonTime | None = None,
) -> list[Disagreement]:
    """Return the differences that block approval of the translation, since nobody has confirmed them.

    This takes one query at most.
    """
    comparison_time = comparison_time or ComparisonTime()
    texts = {segment.path: segment.text for segment in list_translated_segments(translation)}
    languages = source.language, translation.language
    blocking = [
        (found, compute_difference_digest(found, segment.text, texts[segment.path]))
        for segment in list_segments(source)
        if segment.path in texts
        for found in comparison_time.compare(find_blocking_differences, segment, texts[segment.path], *languages)
    ]
    if not blocking:
        return []
    confirmed = get_confirmations(subject, translation.language)
    return [found for found, digest in blocking if (found.path, digest) not in confirmed]


def get_confirmations(subject: Subject, language: str) -> dict[tuple[str, str], Confirmation]:
    """Return the confirmations in a language by path and digest of the difference."""
    rows = select_confirmed_differences(subject).filter(language=language)
    values = rows.values_list("path", "digest", "by_name", "at")
    return {(path, digest): Confirmation(name, at) for path, digest, name, at in values}


def select_confirmed_differences(subject: Subject) -> QuerySet[ConfirmedDifference]:
    return ConfirmedDifference.objects.filter(**get_subject_key(subject))


def carry_confirmations(subject: Subject, moved: Mapping[tuple[str, str, str], str]) -> None:
    """Copy confirmations to new digests, because both texts were changed in the same way.

    `moved` maps (language, path, old digest) to the new digest. Who confirmed them, and when, stays.
    """
    rows = [row for row in select_confirmed_differences(subject) if (row.language, row.path, row.digest) in moved]
    for row in rows:
        row.digest = moved[row.language, row.path, row.digest]
        row.pk = uuid.uuid4()
    ConfirmedDifference.objects.bulk_create(rows, ignore_conflicts=True)


def confirm_differences(
    subject: Subject, language: str, differences: Iterable[tuple[Disagreement, str]], by: Actor, now: dt.datetime
) -> int:
    """Record that these differences (each with its digest) are intended. Return how many are newly confirmed."""
    known = get_confirmations(subject, language)
    new = [(found, digest) for found, digest in differences if (found.path, digest) not in known]
    common = get_subject_key(subject) | by.sign(now) | {"language": language}
    rows = (ConfirmedDifference(path=found.path, digest=digest, **common) for found, digest in new)
    ConfirmedDifference.objects.bulk_create(rows, ignore_conflicts=True)
    for found, _digest in new:
        label = str(Language(language).label)
        record_about_subject(by, Act.CONFIRMED, subject, language=label, path=found.path, remark=found.message)
    return len(new)
