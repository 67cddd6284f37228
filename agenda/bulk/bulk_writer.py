"""Write many new meetings and topics at once: working copies, revisions, audit entries and first editions.

Each table gets one statement for a batch (several on a database that limits their size). The rows are the same as those
that importing and publishing one document writes. Whatever the ordinary functions would refuse is refused here too, but
for the whole batch and without a message for people: the caller then loads the batch one by one.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Model
from django.utils.translation import gettext as _

from agenda.bulk.new_copies import NewCopy, TopicPairs
from agenda.documents.building import ITEM_TOPICS
from agenda.documents.validation import find_errors
from agenda.models import BackgroundTopic, Release, ReleaseEntry, Revision, RevisionDocument, RevisionReason
from agenda.translation.save import build_translations
from agenda.workflow.drafts import get_subject_key
from agenda.workflow.errors import WorkflowError, clean_text
from agenda.workflow.notices import Recipients, notify_approvers_of_new_texts
from agenda.workflow.restoring import refuse_published_ids
from agenda.workflow.scheduled_releases import State, build_entry
from agenda.workflow.topic_names import collect_topic_ids, refuse_hidden_topics
from agenda.workflow.transactions import lock_addresses, lock_subjects
from agenda.workflow.unsaved_editions import ChangeNote
from meetings.access import Right, require_right
from meetings.access.audit import Actor, build_entry_about_document
from meetings.database.row_insertion import insert_rows, prepare_large_insertion
from meetings.documents.choices import Language
from meetings.editions.freezing import (
    compose_edition,
    seal_editions,
    store_texts,
    write_edition_parts,
)
from meetings.models import Act, AuditEntry, Edition, EditionDocument, Meeting, Translation
from meetings.models.base import UUIDModel
from meetings.models.edition import compute_address_key


@dataclass(frozen=True)
class KnownSubjects:
    """What is stored about the subjects of a batch, by their keys.

    `digests` are those of the working copies as last saved, `topics` the keys of their items and topics.
    `published` are the digests of the source documents of their last editions. `with_history` are the subjects with any
    trace of a working copy or edition, even if it has been deleted.
    """

    digests: Mapping[UUID, str]
    topics: Mapping[UUID, TopicPairs]
    revisions: Mapping[UUID, Mapping[str, str]]
    published: Mapping[UUID, str]
    with_history: Collection[UUID]

    @classmethod
    def load(cls, copies: Collection[NewCopy]) -> "KnownSubjects":
        keys = [copy.subject.pk for copy in copies]
        digests = {
            key: digest
            for model in (Meeting, BackgroundTopic)
            for key, digest in model._default_manager.filter(pk__in=keys).values_list("pk", "digest")
        }
        topics: dict[UUID, TopicPairs] = defaultdict(set)
        pairs = ITEM_TOPICS.objects.filter(agendaitem__meeting__in=digests) if digests else ITEM_TOPICS.objects.none()
        for meeting, *pair in pairs.values_list("agendaitem__meeting", "agendaitem", "backgroundtopic"):
            topics[meeting].add((pair[0], pair[1]))
        sources = EditionDocument.objects.filter(edition__subject_id__in=keys, language=F("edition__source_language"))
        columns = "edition__subject_id", "document__digest"
        published = dict(sources.order_by("edition__available_from").values_list(*columns))
        revisions: dict[UUID, dict[str, str]] = {}
        documents = RevisionDocument.objects.filter(revision__subject_id__in=keys).order_by(
            "revision__version", "revision"
        )
        last: dict[UUID, int] = {}
        for key, revision, language, digest in documents.values_list(
            "revision__subject_id", "revision", "language", "document__digest"
        ):
            if last.get(key) != revision:
                last[key], revisions[key] = revision, {}
            revisions[key][language] = digest
        with_history = {*digests, *published, *revisions}
        for model in (Translation, ReleaseEntry):
            with_history |= {*model._default_manager.filter(subject_id__in=keys).values_list("subject_id", flat=True)}
        return cls(digests, topics, revisions, published, with_history)

    def is_same(self, copy: NewCopy) -> bool:
        """Return whether the working copy is stored, exactly as it is in the lines."""
        key = copy.subject.pk
        stored = self.revisions.get(key, {})
        return (
            self.digests.get(key) == copy.source.digest
            and self.topics.get(key, set()) == copy.topics
            and all(x.document and stored.get(x.language) == x.document.digest for x in copy.translations)
        )


def write_copies(copies: Sequence[NewCopy], now: dt.datetime, by: Actor) -> None:
    """Write new working copies with the revisions and audit entries of an import. This must run in a transaction.

    Raise InvalidDocument if a part has the id of a published one of another meeting or topic (`refuse_published_ids`).
    """
    refuse_published_ids((row, copy.subject.pk) for copy in copies for row in copy.rows if isinstance(row, UUIDModel))
    prepare_large_insertion()
    store_texts({document.digest: document.text for copy in copies for document in copy.list_documents()})
    ordered = sorted(copies, key=get_lock_order)
    write_rows([*(copy.subject for copy in ordered), *(row for copy in ordered for row in copy.rows[1:])])
    insert_rows(
        row
        for copy in copies
        for each in copy.translations
        for row in build_translations(copy.subject, each.language, each.texts, by=by, now=now)
    )
    write_revisions(list_import_revisions(copies, now, by))
    insert_rows(list_import_entries(copies, by))


def get_lock_order(copy: NewCopy) -> tuple[bool, UUID]:
    """Sort subjects in the order in which everybody writes and locks them, so that nobody waits in a circle."""
    return isinstance(copy.subject, Meeting), copy.subject.pk


def write_rows(rows: Iterable[Model]) -> None:
    """Write rows of any models, with one statement for each model, in the order in which the models appear."""
    rows_by_model: dict[type[Model], list[Model]] = defaultdict(list)
    for row in rows:
        rows_by_model[type(row)].append(row)
    for rows_of_model in rows_by_model.values():
        insert_rows(rows_of_model, are_clean=True)


RevisionDigests = tuple[Revision, Mapping[str, str]]
"""A revision that is not written yet, and the digests of its documents by language."""


def list_import_revisions(copies: Iterable[NewCopy], now: dt.datetime, by: Actor) -> Iterator[RevisionDigests]:
    """Yield the revision of each import, and one for each translation that adds a document."""
    for copy in copies:
        digests = {**copy.source_digests}
        yield build_revision(copy, now, by, RevisionReason.IMPORTED), {**digests}
        for each in copy.translations:
            if each.document:
                digests[each.language] = each.document.digest
                remark = Language(each.language).label
                yield build_revision(copy, now, by, RevisionReason.TRANSLATED, remark), {**digests}


def list_import_entries(copies: Iterable[NewCopy], by: Actor) -> Iterator[AuditEntry]:
    for copy in copies:
        source, digest = copy.source.document, copy.source.digest
        yield build_entry_about_document(by, Act.IMPORTED, source, digest=digest)
        for each in copy.translations:
            if each.document:
                remark = Language(each.language).label
                yield build_entry_about_document(by, Act.TRANSLATED, source, digest=digest, remark=remark)


def build_revision(copy: NewCopy, now: dt.datetime, by: Actor, why: RevisionReason, remark: str = "") -> Revision:
    language = copy.source.document.language
    facts = {"version": copy.subject.version, "why": why, "remark": remark, "source_language": language}
    return Revision(**get_subject_key(copy.subject), **by.sign(now), **facts)


def write_revisions(revisions: Iterable[RevisionDigests]) -> list[Revision]:
    """Write revisions and their documents. Their keys count up in the given order."""
    revisions = [*revisions]
    written = insert_rows(revision for revision, _digests in revisions)
    insert_rows(
        RevisionDocument(revision=revision, language=language, document_id=digest)
        for revision, digests in revisions
        for language, digest in digests.items()
    )
    return written


def publish_copies(
    copies: Sequence[NewCopy],
    now: dt.datetime,
    instant: dt.datetime,
    *,
    by: Actor,
    reason: str,
    recipients: Recipients,
) -> list[Edition]:
    """Publish new working copies together at the instant, in their source language and without approval.

    `write_copies` has just written them in this transaction, which must end with this. Topics and addresses are
    locked at the end and for a short time, because others wait for them.

    `recipients` are the people to notify who have been looked up so far. Raise WorkflowError or InvalidDocument if one
    of them cannot be published.
    """
    reason = clean_text(reason, "force")
    copies = sorted(copies, key=get_lock_order)
    for copy in copies:
        require_right(by, Right.FORCE, copy.subject)
        if errors := find_errors(copy.source.document):
            raise WorkflowError(" ".join(errors))
    compositions = [
        compose_edition([copy.source.document], available_from=instant, digests=[copy.source.digest]) for copy in copies
    ]
    revisions = write_revisions(
        (build_revision(copy, now, by, RevisionReason.FORCED, reason), copy.source_digests) for copy in copies
    )
    release = Release(state=State.SCHEDULED, at=instant, created_at=now, by=by.user, by_name=by.display_name)
    release.save(force_insert=True)
    texts = [*zip(copies, revisions, compositions, strict=True)]
    insert_rows(
        build_entry(
            release,
            copy.subject,
            ChangeNote(),
            revision=revision,
            forced_reason=reason,
            edition_id=composition.edition.pk,
        )
        for copy, revision, composition in texts
    )
    insert_rows(
        build_entry_about_document(
            by,
            Act.FORCED,
            copy.source.document,
            digest=copy.source.digest,
            languages=[copy.source.document.language],
            editorial=False,
            reason=reason,
            at=instant.isoformat(),
        )
        for copy in copies
    )
    notify_approvers_of_new_texts(
        ((copy.subject, revision) for copy, revision, _composition in texts), by, now, recipients
    )
    write_edition_parts(compositions)
    topics = {copy.subject.pk: collect_topic_ids([copy.source.document]) for copy in copies}
    lock_subjects([copy.subject for copy in copies], lambda meeting: topics[meeting.pk])
    lock_addresses(copy.source.document for copy in copies)
    refuse_taken_addresses([composition.edition for composition in compositions], now)
    refuse_hidden_topics(compositions)
    seal_editions(compositions)
    return [composition.edition for composition in compositions]


def refuse_taken_addresses(editions: Sequence[Edition], now: dt.datetime) -> None:
    """Raise WorkflowError if two editions have one address, or if it is that of another meeting or topic."""
    addresses = {edition.address for edition in editions}
    keys = [compute_address_key(address) for address in addresses]  # `has_address` has an expression for each
    others = Edition.objects.filter(address_key__in=keys, address__in=addresses)
    same_addresses = others.live(now) | others.pending(now)
    if len(addresses) < len(editions) or same_addresses.exists():
        raise WorkflowError(_("Two of these have the same address. Add a word to the address of one of them."))
