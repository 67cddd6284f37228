"""Editions: approved documents with the instant from which they are public. Public code reads only these rows.

No row here refers to the working copy. The database itself enforces these rules (migration `0002_guard_editions`):
documents, editions and their parts are never changed; the edition's own row is written last and seals it, so that
nothing can be added afterwards; an edition can be deleted only while its instant is in the future; and a transaction
that writes an edition must be committed before the edition's instant.
"""

import datetime as dt
import hashlib
import uuid
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Aggregate, Count, Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import MD5, Cast, Coalesce, Concat, Left, StrIndex
from django.db.models.lookups import Exact
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from meetings.documents.encoding import compute_digest
from meetings.models.appearance import Appearance
from meetings.models.public_tables import DIGESTS_FUNCTION
from meetings.models.publication_history import BEFORE_ALL_EDITIONS, HistoryAggregate, PublicationHistory
from meetings.models.translation import SubjectType

BY_DATE = ("-listed_on", "-sorted_at", "subject_id")
ADDRESS_KEY_LENGTH = 4
"""In hexadecimal digits: enough to find one of many editions, and too few to confirm a guess at an address."""


def compute_address_key(address: str) -> str:
    return hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()[:ADDRESS_KEY_LENGTH]


class AddressKeyField(models.CharField):
    """The key by which editions with an address are found.

    PostgreSQL does not generate it, because it would then not let `build_statistics_removal` alter the address.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = compute_address_key(model_instance.address)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key


def has_address(*addresses: str, edition: str = "") -> Q:
    """Return the condition that an edition has one of the addresses. `edition` is the lookup prefix of the edition.

    With the address alone, PostgreSQL would read all editions (decision 139).
    """
    keys = [Left(MD5(Value(address)), ADDRESS_KEY_LENGTH) for address in addresses]
    return Q(**{f"{edition}address_key__in": keys, f"{edition}address__in": addresses})


class StoredDocument(models.Model):
    """The canonical text (RFC 8785) of a document, shared by all editions and revisions that contain it.

    The key is random, so that it tells nothing of a text that whoever reads a row may not see (decision 149). Tables
    for editors refer to the SHA-256 digest, which the public process computes from a text that it reads.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    text = models.TextField()

    @cached_property
    def text_digest(self) -> str:
        """The digest of the text, also in the public process."""
        return compute_digest(self.text)


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def active(self) -> Self:
        """Return the suppressions that have not been lifted: at most one per edition."""
        return self.filter(lifted_at=None)


class Suppression(models.Model):
    """A suppression of an edition: its text cannot be read, but its number, time and reason stay public.

    Only superseded editions are suppressed (`agenda.workflow.suppression`), so a live one never is. The audit log says
    who did it. Rows are never deleted, and change only once, when the suppression is lifted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey("meetings.Edition", on_delete=models.DO_NOTHING, related_name="suppressions")
    at = models.DateTimeField(_("when"))
    reason = models.CharField(_("public reason"), max_length=500)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_because = models.CharField(_("why it was lifted"), max_length=500, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("edition",), condition=models.Q(lifted_at=None), name="one_standing_suppression_an_edition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} from {self.at:%Y-%m-%d %H:%M:%S} UTC: {self.reason}"


class Erasure(models.Model):
    """The erasure of a stored document's text: its digest and the reason. Rows are only ever added."""

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    at = models.DateTimeField(_("when"))
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.digest} at {self.at:%Y-%m-%d %H:%M:%S} UTC: {self.reason}"


def get_superseding_editions(at: dt.datetime, edition: str = "", now: dt.datetime | None = None) -> "EditionQuerySet":
    """Return the editions that supersede the outer edition at the instant `at`, for a subquery.

    `edition` is the lookup prefix of the outer edition, such as `edition__`. These are the later editions of the
    subject up to `at`, and its later tombstones up to `now`: a withdrawn subject is not shown as of an earlier instant
    either.
    """
    return Edition.objects.filter(
        Q(available_from__lte=at) | Q(is_tombstone=True, available_from__lte=now or at),
        subject_type=OuterRef(f"{edition}subject_type"),
        subject_id=OuterRef(f"{edition}subject_id"),
        available_from__gt=OuterRef(f"{edition}available_from"),
    )


def get_later_notices(edition: str = "") -> "EditionQuerySet":
    """Return the withdrawal notices after the outer edition, which nobody can read since the first, for a subquery.

    `edition` is the lookup prefix of the outer edition, such as `edition__`.
    """
    return Edition.objects.filter(
        is_tombstone=True,
        subject_type=OuterRef(f"{edition}subject_type"),
        subject_id=OuterRef(f"{edition}subject_id"),
        available_from__gt=OuterRef(f"{edition}available_from"),
    ).order_by("available_from")


def get_active_suppression(edition: str = "pk") -> SuppressionQuerySet:
    """Return the active suppression of the outer edition, for a subquery. `edition` is the lookup of the edition."""
    return Suppression.objects.active().filter(edition=OuterRef(edition))


def build_number() -> Subquery:
    """Return a subquery for the outer edition's number: its position among the subject's editions that appeared."""
    so_far = Appearance.objects.filter(
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        available_from__lte=OuterRef("available_from"),
    )
    return Subquery(so_far.order_by().values("subject_id").annotate(n=Count("pk")).values("n"))


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions as of an instant `at` in UTC. Later editions do not exist for the result."""

    def visible(self, at: dt.datetime) -> Self:
        return self.filter(available_from__lte=at)

    def current(self, at: dt.datetime) -> Self:
        """Return the latest edition of each subject, including tombstones."""
        return self.visible(at).filter(~Exists(get_superseding_editions(at)))

    def live(self, at: dt.datetime) -> Self:
        return self.current(at).filter(is_tombstone=False)

    def pending(self, at: dt.datetime) -> Self:
        return self.filter(available_from__gt=at)

    def for_subject(self, subject_type: str, subject_id: uuid.UUID) -> Self:
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def with_digests(self) -> Self:
        """Annotate each edition with the digests of its documents by language.

        The public process has none of an edition whose text was removed, and reads them through a function.
        """
        own = EditionDocument.objects.filter(edition=OuterRef("pk")).order_by().values("edition")
        stored = Subquery(own.annotate(all=DigestsAggregate("language", "document__digest")).values("all"))
        read = Func("pk", function=f"public.{DIGESTS_FUNCTION}", output_field=models.JSONField())
        return self.annotate(digests=read if settings.READS_READER_TABLES else stored)


class DigestsAggregate(Aggregate):
    """Aggregate digests to an object. The expressions are the language and the digest."""

    output_field = models.JSONField()
    arity = 2

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_OBJECT_AGG", **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_GROUP_OBJECT", **extra)


class EditionReason(models.TextChoices):
    """The reasons for an edition. The stored values are part of the API and never change."""

    PUBLICATION = "publication", _("published")
    CORRECTION = "correction", _("corrected")
    EDITORIAL = "editorial", _("minor correction (spelling or wording)")
    FACTS = "facts", _("changed on the day")
    TRANSLATION = "translation", _("translated")
    AGAIN = "again", _("published again")
    RESTORATION = "restoration", _("restored")
    WITHDRAWAL = "withdrawal", _("withdrawn")


class Edition(models.Model):
    """An edition of a meeting or topic in all its languages. The columns repeat members of its document for filters.

    Lists are sorted by `listed_on`, the first known day of a meeting, and within a day by `sorted_at`, its start
    (`get_start_instant`). For a topic they are the day and the instant of the edition.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_type = models.CharField(max_length=8, choices=SubjectType.choices)
    subject_id = models.UUIDField()
    available_from = models.DateTimeField()
    is_tombstone = models.BooleanField(default=False)
    reason = models.CharField(max_length=16, choices=EditionReason.choices, default=EditionReason.PUBLICATION)
    change_note = models.CharField(max_length=500, blank=True)
    address = models.CharField(max_length=200)
    address_key = AddressKeyField(max_length=ADDRESS_KEY_LENGTH, editable=False)
    source_language = models.CharField(max_length=2)
    languages = models.JSONField(default=list)

    configuration = models.CharField(max_length=16, blank=True)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    listed_on = models.DateField()
    sorted_at = models.DateTimeField()
    status = models.CharField(max_length=16, blank=True)
    form = models.CharField(max_length=20, blank=True)
    presidency = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=100, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ("available_from", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("subject_type", "subject_id", "available_from"), name="one_edition_of_a_subject_an_instant"
            )
        ]
        indexes = [
            models.Index(fields=("address_key", "available_from"), name="edition_by_address"),
            # With the instant, no plan that sorts can be cheaper, whatever the planner estimates to be live; and who
            # looks for later editions along an index of subjects does not read scheduled ones.
            models.Index(fields=("subject_type", *BY_DATE, "available_from"), name="edition_by_date"),
            models.Index(fields=("configuration", *BY_DATE, "available_from"), name="edition_by_configuration"),
            models.Index(fields=("status", *BY_DATE, "available_from"), name="edition_by_status"),
            models.Index(fields=("form", *BY_DATE, "available_from"), name="edition_by_form"),
            models.Index(fields=("presidency", *BY_DATE, "available_from"), name="edition_by_presidency"),
            models.Index(fields=("available_from", "id"), name="edition_by_instant"),
            models.Index(
                fields=("available_from",), condition=models.Q(is_tombstone=True), name="tombstone_by_instant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address} from {self.available_from:%Y-%m-%d %H:%M:%S} UTC"


def build_last_instant(editions: models.QuerySet[Any]) -> Coalesce:
    """Return an expression for the latest instant of the editions of a subquery, or one before all editions."""
    return Coalesce(
        Subquery(editions.order_by("-available_from").values("available_from")[:1]),
        Value(BEFORE_ALL_EDITIONS),
        output_field=models.DateTimeField(),
    )


Part = TypeVar("Part", bound=models.Model)


class EditionPartQuerySet(models.QuerySet[Part]):
    def live(self, at: dt.datetime, now: dt.datetime | None = None) -> Self:
        """Return the rows that were live at `at`, except those withdrawn up to `now` or suppressed.

        Live editions are never suppressed, but editions that were live at an earlier instant can be.
        """
        is_superseded = Exists(get_superseding_editions(at, "edition__", now))
        live = self.filter(~is_superseded, edition__available_from__lte=at, edition__is_tombstone=False)
        return live if now is None or now == at else live.readable()

    def readable(self) -> Self:
        """Exclude rows of suppressed editions. Call this wherever past texts are shown."""
        return self.filter(~Exists(get_active_suppression("edition")))


class EditionDocumentQuerySet(EditionPartQuerySet["EditionDocument"]):
    def current(self, at: dt.datetime) -> Self:
        """Return the documents of the latest edition of each subject, including tombstones."""
        return self.filter(~Exists(get_superseding_editions(at, "edition__")), edition__available_from__lte=at)

    def withdrawn(self, at: dt.datetime) -> Self:
        """Return the notices of the subjects that are withdrawn at `at`."""
        return self.current(at).filter(edition__is_tombstone=True)

    def in_language(self, language: str) -> Self:
        """Return one document of each edition: in `language`, or in the source language if it has none.

        The languages are read from the edition's own row, because looking for the document would be one more query.
        """
        quoted = Concat(Value('"'), Value(language), Value('"'))
        position = StrIndex(Cast("edition__languages", models.TextField()), quoted)
        return self.filter(Q(language=language) | (Q(language=F("edition__source_language")) & Q(Exact(position, 0))))

    def with_history(self) -> Self:
        """Fetch the texts as well, and annotate the history of each edition, for the API's envelope."""
        same = Exists(self.get_same_documents())
        so_far = (
            self.get_appearances_so_far()
            .values("subject_id")
            .annotate(all=HistoryAggregate("available_from", "is_tombstone", same))
        )
        return self.select_related("edition", "document").annotate(history=Subquery(so_far.values("all")))

    def modified_since(self, at: dt.datetime) -> Self:
        """Return the documents that have been modified since the instant `at`.

        A document is modified if the last edition before `at` was a tombstone or had another document, or one of the
        editions since was or had, or if there was no edition before. Then its own edition is not older than `at`
        either, which is an indexed condition.
        """
        recent = self.filter(edition__available_from__gte=at)
        differing = self.get_appearances_so_far().filter(Q(is_tombstone=True) | ~Exists(self.get_same_documents()))
        before = build_last_instant(self.get_appearances_so_far().filter(available_from__lt=at))
        return recent.annotate(differed_until=build_last_instant(differing)).filter(differed_until__gte=before)

    @staticmethod
    def get_appearances_so_far() -> "models.QuerySet[Appearance]":
        """Return the subject's editions up to the outer document's own, for a subquery."""
        return Appearance.objects.filter(
            subject_type=OuterRef("edition__subject_type"),
            subject_id=OuterRef("edition__subject_id"),
            available_from__lte=OuterRef("edition__available_from"),
        ).order_by()

    @staticmethod
    def get_same_documents() -> "EditionDocumentQuerySet":
        """Return the documents of an edition that equal the outer document, for a subquery of the one above."""
        return EditionDocument.objects.filter(
            edition=OuterRef("pk"), language=OuterRef(OuterRef("language")), document=OuterRef(OuterRef("document_id"))
        )


class EditionDocument(models.Model):
    history: PublicationHistory  # only from `with_history`

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.DO_NOTHING, related_name="documents")
    language = models.CharField(max_length=2)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")

    objects = EditionDocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("edition", "language"), name="one_document_of_an_edition_a_language")
        ]
