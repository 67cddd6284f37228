"""Editions: what was signed off, and from when it may be seen. Public code reads these rows and nothing else.

No row here points at the working copy. The database itself keeps the rules (migration `guard_editions`): documents,
editions and all that belongs to an edition are never changed; an edition is sealed by its own row, written last, so
that nothing can be added to it afterwards; it may be deleted only while its instant lies in the future; and no commit
may come after the instant of an edition it writes.
"""

import datetime as dt
import uuid
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, StrIndex
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from meetings.models.appearance import Appearance
from meetings.models.history import BEFORE_ALL, Appeared, History
from meetings.models.suppression import Suppression, SuppressionQuerySet
from meetings.models.translation import SubjectType


class StoredDocument(models.Model):
    """A document's canonical text (RFC 8785), named by its SHA-256 digest; shared by all editions that hold it."""

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()


def later_editions(at: dt.datetime, edition: str = "", now: dt.datetime | None = None) -> "EditionQuerySet":
    """For a subquery: what stands over the outer edition at an instant (`edition` is the way to it).

    That is each later edition of the subject up to the instant; and each later tombstone up to `now`, since what is
    withdrawn is not shown as of an earlier instant either.
    """
    return Edition.objects.filter(
        Q(available_from__lte=at) | Q(is_tombstone=True, available_from__lte=now or at),
        subject_type=OuterRef(f"{edition}subject_type"),
        subject_id=OuterRef(f"{edition}subject_id"),
        available_from__gt=OuterRef(f"{edition}available_from"),
    )


def suppression(edition: str = "pk") -> SuppressionQuerySet:
    """For a subquery: what closes the text of the outer edition (`edition` is the way to it)."""
    return Suppression.objects.standing().filter(edition=OuterRef(edition))


def number_of() -> Subquery:
    """The outer edition's number: its place among those of its subject that appeared."""
    so_far = Appearance.objects.filter(
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        available_from__lte=OuterRef("available_from"),
    )
    return Subquery(so_far.order_by().values("subject_id").annotate(n=Count("pk")).values("n"))


class EditionQuerySet(models.QuerySet["Edition"]):
    """`at` is an instant in UTC everywhere: what lies after it does not exist for the answer."""

    def visible(self, at: dt.datetime) -> Self:
        return self.filter(available_from__lte=at)

    def standing(self, at: dt.datetime) -> Self:
        """The latest edition of each subject, tombstones included."""
        return self.visible(at).filter(~Exists(later_editions(at)))

    def live(self, at: dt.datetime) -> Self:
        return self.standing(at).filter(is_tombstone=False)

    def pending(self, at: dt.datetime) -> Self:
        return self.filter(available_from__gt=at)

    def of(self, subject_type: str, subject_id: uuid.UUID) -> Self:
        return self.filter(subject_type=subject_type, subject_id=subject_id)


class EditionReason(models.TextChoices):
    """Why there is an edition. The stored values are for machines too and never change."""

    PUBLICATION = "publication", _("published")
    CORRECTION = "correction", _("corrected")
    EDITORIAL = "editorial", _("editorial correction")
    FACTS = "facts", _("changed on the day")
    TRANSLATION = "translation", _("language added")
    AGAIN = "again", _("published again")
    RESTORATION = "restoration", _("earlier edition restored")
    WITHDRAWAL = "withdrawal", _("withdrawn")


class Edition(models.Model):
    """One edition of a meeting or topic in all its languages. The columns repeat facts of its document for filters."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_type = models.CharField(max_length=8, choices=SubjectType.choices)
    subject_id = models.UUIDField()
    available_from = models.DateTimeField()
    is_tombstone = models.BooleanField(default=False)
    reason = models.CharField(max_length=16, choices=EditionReason.choices, default=EditionReason.PUBLICATION)
    change_note = models.CharField(max_length=500, blank=True)
    address = models.CharField(max_length=200)
    source_language = models.CharField(max_length=2)
    languages = models.JSONField(default=list)

    configuration = models.CharField(max_length=16, blank=True)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    listed_on = models.DateField()
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
            ),
        ]
        indexes = [
            models.Index(fields=("address", "available_from"), name="edition_by_address"),
            # The instant is in it so that no plan that sorts can be cheaper, whatever is thought of how much is live.
            models.Index(fields=("subject_type", "-listed_on", "subject_id", "available_from"), name="edition_by_date"),
            models.Index(fields=("configuration", "-listed_on", "subject_id"), name="edition_by_configuration"),
            models.Index(fields=("status", "-listed_on", "subject_id"), name="edition_by_status"),
            models.Index(fields=("form", "-listed_on", "subject_id"), name="edition_by_form"),
            models.Index(fields=("presidency", "-listed_on", "subject_id"), name="edition_by_presidency"),
            models.Index(fields=("available_from", "id"), name="edition_by_instant"),
        ]

    def __str__(self) -> str:
        return f"{self.address} from {self.available_from:%Y-%m-%d %H:%M:%S} UTC"


def last_of(editions: models.QuerySet[Any]) -> Coalesce:
    """The latest instant of the editions of a subquery, or one before all editions."""
    return Coalesce(
        Subquery(editions.order_by("-available_from").values("available_from")[:1]),
        Value(BEFORE_ALL),
        output_field=models.DateTimeField(),
    )


Part = TypeVar("Part", bound=models.Model)


class EditionPartQuerySet(models.QuerySet[Part]):
    """What belongs to editions."""

    def live(self, at: dt.datetime, now: dt.datetime | None = None) -> Self:
        """What was live at an instant, without what has been withdrawn up to `now`, or is suppressed by now.

        What is live now is never suppressed; what was live at an earlier instant may be.
        """
        covered = Exists(later_editions(at, "edition__", now))
        found = self.filter(~covered, edition__available_from__lte=at, edition__is_tombstone=False)
        return found if now is None or now == at else found.readable()

    def readable(self) -> Self:
        """Without what belongs to editions that are suppressed. Whatever shows a past text asks this."""
        return self.filter(~Exists(suppression("edition")))


class EditionDocumentQuerySet(EditionPartQuerySet["EditionDocument"]):
    def standing(self, at: dt.datetime) -> Self:
        return self.filter(~Exists(later_editions(at, "edition__")), edition__available_from__lte=at)

    def buried(self, at: dt.datetime) -> Self:
        return self.standing(at).filter(edition__is_tombstone=True)

    def in_language(self, language: str) -> Self:
        """One document of each edition: in the language where it has one, else in its source language.

        Which languages it has, its own row says: to look for the document would ask under a policy once more.
        """
        quoted = Concat(Value('"'), Value(language), Value('"'))
        place = StrIndex(Cast("edition__languages", models.TextField()), quoted)
        return self.filter(Q(language=language) | (Q(language=F("edition__source_language")) & Q(Exact(place, 0))))

    def with_history(self) -> Self:
        """Fetches the texts, and what came before each edition, of which an envelope tells."""
        same = Exists(self.same_document())
        so_far = self.so_far().values("subject_id").annotate(all=Appeared("available_from", "is_tombstone", same))
        return self.select_related("edition", "document").annotate(history=Subquery(so_far.values("all")))

    def modified_since(self, at: dt.datetime) -> Self:
        """Those whose document did not stand yet before the instant: the last edition before it held another one, or
        was a tombstone, or one of those between did or was; or there was none.

        A document stands since an edition that is the present one or an earlier one. So the present one is not older
        than the instant either, which a database looks for first.
        """
        found = self.filter(edition__available_from__gte=at)
        differing = self.so_far().filter(Q(is_tombstone=True) | ~Exists(self.same_document()))
        before = last_of(self.so_far().filter(available_from__lt=at))
        return found.annotate(differed_until=last_of(differing)).filter(differed_until__gte=before)

    @staticmethod
    def so_far() -> "models.QuerySet[Appearance]":
        """For a subquery: the editions of the subject that appeared, up to the outer document's own."""
        return Appearance.objects.filter(
            subject_type=OuterRef("edition__subject_type"),
            subject_id=OuterRef("edition__subject_id"),
            available_from__lte=OuterRef("edition__available_from"),
        ).order_by()

    @staticmethod
    def same_document() -> "EditionDocumentQuerySet":
        """For a subquery of `so_far`: that an edition holds the document, in its language."""
        return EditionDocument.objects.filter(
            edition=OuterRef("pk"),
            language=OuterRef(OuterRef("language")),
            document=OuterRef(OuterRef("document_id")),
        )


class EditionDocument(models.Model):
    """Which document an edition holds in a language."""

    history: History  # only from `with_history`

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.DO_NOTHING, related_name="documents")
    language = models.CharField(max_length=2)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")

    objects = EditionDocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("edition", "language"), name="one_document_of_an_edition_a_language")
        ]
