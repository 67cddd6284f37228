"""Annotate editions with the person who published them."""

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from agenda.models import Release
from meetings.models import Act, AuditEntry, Edition, User

IMMEDIATE_ACTS = (Act.FACTS_CHANGED, Act.WITHDRAWN, Act.ROLLED_BACK)
"""Acts that publish an edition in the next second without a release. The last one before an edition published it."""


def annotate_publishers(editions: QuerySet[Edition]) -> QuerySet[Edition]:
    """Annotate each edition with the name of the person who published it, as `published_by` (or "")."""
    full = NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value(""))
    names = User.objects.filter(pk=OuterRef("actor_id")).annotate(full=full).values("full")
    acts = AuditEntry.objects.filter(
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        act__in=IMMEDIATE_ACTS,
        at__lte=OuterRef("available_from"),
    )
    last = acts.order_by("-pk").annotate(who=Coalesce(Subquery(names), F("actor"))).values("who")[:1]
    releases = Release.objects.filter(entries__edition_id=OuterRef("pk")).values("by_name")[:1]
    return editions.annotate(published_by=Coalesce(Subquery(releases), Subquery(last), Value("")))
