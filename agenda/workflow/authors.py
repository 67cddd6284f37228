"""Find the authors of texts, who cannot approve them: those who wrote a part of a text, or submitted it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, Case, F, Max, Min, OuterRef, Q, QuerySet, When

from agenda.models import REVIEWABLE_REASONS, Revision, RevisionDocument, RevisionReason, Verdict
from agenda.workflow.drafts import Subject
from agenda.workflow.reviews import SubjectLanguage, split_keys
from agenda.workflow.translation_writers import UserKeys, find_writers_of_draft, find_writers_of_submitted
from meetings.database.prepared_query import fetch_rows, pad_keys
from meetings.models import User


class SavedText(NamedTuple):
    """A document in one language, as saved or submitted in a revision."""

    revision: int
    by: int | None
    digest: str
    why: str
    version: int


class TextVerdict(NamedTuple):
    """A verdict on a document. `is_copied`: a same-day change copied it (before revisions said what they copy)."""

    digest: str
    approved: bool
    revision: int
    ended_at: dt.datetime | None
    is_copied: bool

    @property
    def is_approval(self) -> bool:
        """True if the text is approved, and was neither withdrawn nor taken back since."""
        return self.approved and self.ended_at is None


class AuthorData:
    """The history of some texts, loaded in the same few queries for any number of them.

    `texts` are ordered as `RevisionQuerySet.newest_first` does; `sources` are those that were the original at their
    time, by subject, in whatever language: whoever wrote a text stays its author if its language is corrected.
    Same-day changes are left out: they make nobody an author. The texts that they make of submissions and of the
    working copy count as those that they were made of, wherever they stand.
    """

    def __init__(self, places: Collection[SubjectLanguage]) -> None:
        keys, languages = {key for key, _language in places}, {str(language) for _key, language in places}
        self.texts: dict[SubjectLanguage, list[SavedText]] = defaultdict(list)
        self.sources: dict[UUID, list[SavedText]] = defaultdict(list)
        saved = fetch_rows(select_saved_texts, *pad_keys(keys), *pad_keys(languages))
        rows = [
            (key, language, source, original, SavedText(*facts)) for key, language, source, original, *facts in saved
        ]
        originals = find_originals(rows)
        for key, language, source, original, text in rows:
            if original is None:
                saved_text = text._replace(digest=find_original(originals, language, text.digest))
                self.texts[key, language].append(saved_text)
                if language == source:
                    self.sources[key].append(saved_text)
        self.verdicts: dict[UUID, list[TextVerdict]] = defaultdict(list)
        for key, language, original, *facts in fetch_rows(select_text_verdicts, *pad_keys(keys)):
            verdict = TextVerdict(*facts)
            digest = find_original(originals, language, verdict.digest)
            self.verdicts[key].append(verdict._replace(digest=digest, revision=original or verdict.revision))

    def find_writers(self, subject: UUID, newest: SavedText, texts: Sequence[SavedText]) -> UserKeys:
        """Return who wrote the newest of these source texts since one was last approved.

        - We go back to the revision that was approved, not to one with the same text: a change that was undone may have
          come back. A same-day change copies it behind later ones, so its copy does not count.
        - If a text that we have found so far was saved before that, too, its words were restored: its authors of that
          time count as well, and those who wrote between it and the approval before.
        - Texts of a later version do not count.
        """
        texts = [text for text in texts if text.version <= newest.version]
        verdicts = [verdict for verdict in self.verdicts[subject] if verdict.digest != newest.digest]
        last = {verdict.digest: verdict.is_approval for verdict in verdicts}
        approved = {digest for digest, is_approved in last.items() if is_approved}
        until = {
            (verdict.revision, verdict.digest)
            for verdict in verdicts
            if verdict.is_approval and verdict.digest in approved and not verdict.is_copied
        }
        digests, is_since = {newest.digest}, True
        for text in texts:
            if text.digest in digests:
                is_since = True  # it may have been restored, with the words of those who wrote before
            elif (text.revision, text.digest) in until:
                is_since = False
            if is_since and text.digest not in approved:
                digests.add(text.digest)
        in_time = sorted(texts, key=lambda text: -text.revision)  # a submission is of an earlier version than the draft
        return {
            text.by
            for text, before in zip_longest(in_time, in_time[1:])
            if text.by is not None and text.digest in digests
            if before is None
            or before.digest != text.digest
            or (text.digest == newest.digest and text.why != RevisionReason.TRANSLATED)
        }

    def find_submission(self, place: SubjectLanguage, newest: SavedText) -> SavedText:
        """Return the first submission of the translation since it was sent back.

        A later submission with another language has it, too.
        """
        submissions = [
            text
            for text in reversed(self.texts[place])
            if text.why in REVIEWABLE_REASONS and text.digest == newest.digest and text.version == newest.version
            if text.revision <= newest.revision
        ]
        sent_back = [verdict for verdict in self.verdicts[place[0]] if verdict.digest == newest.digest]
        refused_at = max((verdict.revision for verdict in sent_back if not verdict.approved), default=0)
        since = [text for text in submissions if text.revision > refused_at]
        [first, *_later] = since or submissions
        return first


StoredText = tuple[UUID, str, str, int | None, SavedText]
"""A text with its subject and language, the original language, and the revision that a same-day change copied."""


def find_originals(rows: Iterable[StoredText]) -> dict[tuple[str, str], str]:
    """Return the digest of what same-day changes were made to, by the language and the digest of the result.

    A submission was copied as a whole. The working copy is what was saved last in each language: a submission that came
    later may have another text, which was approved before.
    """
    rows = sorted(rows, key=lambda row: row[-1].revision)
    digests = {(text.revision, language): text.digest for _key, language, _source, _original, text in rows}
    saved: dict[SubjectLanguage, str] = {}
    found: dict[tuple[str, str], str] = {}
    for key, language, _source, original, text in rows:
        before = digests.get((original, language)) if original else None
        if text.why == RevisionReason.FACTS:
            before = saved.get((key, language), before)
        if original and before:
            found[language, text.digest] = before
        if text.why not in REVIEWABLE_REASONS:
            saved[key, language] = text.digest
    return found


def find_original(originals: Mapping[tuple[str, str], str], language: str, digest: str) -> str:
    """Return the digest of the text of which same-day changes made the one with this digest, or this digest.

    `originals` has the digest of what was copied, by the language and the digest of the copy.
    """
    seen = set[str]()
    while digest not in seen and (language, digest) in originals:
        seen.add(digest)
        digest = originals[language, digest]
    return digest


def select_saved_texts(*keys_and_languages: UUID | str) -> QuerySet[RevisionDocument, Any]:
    keys, languages = split_keys(keys_and_languages)
    is_wanted = Q(language__in=languages) | Q(language=F("revision__source_language"))
    rows = RevisionDocument.objects.filter(is_wanted, revision__subject_id__in=keys)
    rows = rows.exclude(revision__why=RevisionReason.FACTS, revision__copied_from=None)  # from before there were copies
    rows = rows.order_by("-revision__version", "-revision_id")
    facts = "revision", "revision__by", "document", "revision__why", "revision__version"
    about = "revision__subject_id", "language", "revision__source_language", "revision__copied_from"
    return rows.values_list(*about, *facts)


def select_text_verdicts(*keys: UUID) -> QuerySet[Verdict, Any]:
    has_same_version = Q(carried_from__revision__version=F("revision__version"))  # not of a newer source text
    is_copied = Case(When(has_same_version, then=True), default=False)
    verdicts = Verdict.objects.filter(revision__subject_id__in=keys).annotate(is_copied=is_copied).order_by("id")
    columns = "document", "approved", "revision", "end__at", "is_copied"
    return verdicts.values_list("revision__subject_id", "language", "revision__copied_from", *columns)


def get_authors(revision: Revision, language: str) -> UserKeys:
    """Return the keys of the authors of the document in this language of a submitted revision."""
    return find_authors([(revision, language)])[revision.pk, language]


def find_authors(reviewed: Iterable[tuple[Revision, str]]) -> dict[tuple[int, str], UserKeys]:
    """Return the authors of documents of submitted revisions, by the revision's key and the language.

    Authors of a source text wrote a part of it since it was last approved, or submitted it, also later: its approval
    counts for all submissions of it. Authors of a translation saved words of it that nobody has approved yet, or
    submitted it first. The number of queries does not depend on the number of documents.
    """
    reviewed = [*reviewed]
    data = AuthorData({(revision.subject_id, language) for revision, language in reviewed})
    found = dict[tuple[int, str], UserKeys]()
    submissions = dict[tuple[Revision, str], SavedText]()
    for revision, language in reviewed:
        place, is_source = (revision.subject_id, language), language == revision.source_language
        saved = data.sources[revision.subject_id] if is_source else data.texts[place]
        texts = [text for text in saved if text.revision <= revision.original_id]
        newest = next(text for text in texts if text.revision == revision.original_id)
        if is_source:  # whoever submitted it is one of its writers
            found[revision.pk, language] = data.find_writers(revision.subject_id, newest, texts)
            if again := find_later_submission(newest, saved):
                found[revision.pk, language] |= data.find_writers(revision.subject_id, again, saved)
        else:
            submissions[revision, language] = data.find_submission(place, newest)
    writers = find_writers_of_submitted({pair: first.revision for pair, first in submissions.items()})
    for (revision, language), first in submissions.items():
        found[revision.pk, language] = writers[revision.pk, language] | ({first.by} if first.by else set())
    return found


def find_later_submission(text: SavedText, saved: Iterable[SavedText]) -> SavedText | None:
    """Return the last submission of the text after this one, if there is one.

    Whoever publishes it without approval may approve it, but confirms nothing by that (`lone_acts`).
    """
    later = (each for each in saved if each.why == RevisionReason.SUBMITTED and each.revision > text.revision)
    return max((each for each in later if each.digest == text.digest), key=lambda each: each.revision, default=None)


def find_authors_of_documents(wanted: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], UserKeys]:
    """Return the authors of documents by the subject and the digest, in whatever submissions they were.

    What a same-day change made of a document has the authors of the submissions of its version. The number of queries
    does not depend on the number of documents, nor does their cost on how often each was submitted: the first
    submission says who submitted it, and the last one has all writers.
    """
    places: dict[tuple[UUID, str], set[tuple[int, str]]] = defaultdict(set)
    for subject, digest, language, _why, *submissions in select_submissions_of_documents(wanted):
        places[subject, digest] |= {(key, language) for key in submissions if key}
    revisions = Revision.objects.in_bulk({key for one in wanted for key, _language in places[one]})
    authors = find_authors((revisions[key], language) for one in wanted for key, language in sorted(places[one]))
    return {one: {key for place in places[one] for key in authors[place]} for one in wanted}


def select_submissions_of_documents(wanted: Collection[tuple[UUID, str]]) -> QuerySet[RevisionDocument, Any]:
    """Select the first and the last submission of each document, and of what same-day changes made it of."""
    rows = RevisionDocument.objects.filter(revision__subject_id__in={subject for subject, _digest in wanted})
    submitted = rows.filter(revision__why__in=REVIEWABLE_REASONS)
    before = submitted.filter(
        language=OuterRef("language"),
        revision__subject_id=OuterRef("revision__subject_id"),
        revision__version__lte=OuterRef("revision__version"),
        revision__lt=OuterRef("revision"),
    )
    changed = rows.filter(revision__why=RevisionReason.FACTS)
    is_changed = When(revision__why=RevisionReason.FACTS, then=before.order_by("-revision").values("revision")[:1])
    found = (submitted | changed).filter(document__in={digest for _subject, digest in wanted})
    found = found.alias(submission=Case(is_changed, default=F("revision"), output_field=BigIntegerField()))
    about = "revision__subject_id", "document", "language", "revision__why"
    return found.values_list(*about).annotate(first=Min("submission"), last=Max("submission"))


def find_authors_after_save(subject: Subject, language: str, user: User) -> UserKeys:
    """Return who would be the authors of the working copy in this language if the user changed and submitted it."""
    if language != subject.source_language:
        return find_writers_of_draft(subject, language) | {user.pk}
    data = AuthorData([(subject.pk, language)])
    texts = data.sources[subject.pk]
    version = max((text.version for text in texts), default=0) + 1
    saved = SavedText(0, user.pk, "", RevisionReason.SAVED, version)
    return data.find_writers(subject.pk, saved, [saved, *texts])
