"""That an edition appeared, with which items, links and points; without a word of them.

The public process reads this of withdrawn editions, too, of which it sees nothing else: numbers go on after a
withdrawal, what led to the text leads to the notice, and calendars tell that a point is off. On PostgreSQL it has views
for that (`meetings.law.policies`); all others read the tables of editions themselves. There, ask for `available_from`:
what is still to come has not appeared.
"""

from django.conf import settings
from django.db import models

from meetings.law.policies import PAST_EDITION, PAST_ITEM, PAST_LINK, PAST_POINT


def seen_in(view: str, table: str) -> str:
    return view if settings.READS_BY_LAW else table


class Appearance(models.Model):
    id = models.UUIDField(primary_key=True)
    subject_type = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    available_from = models.DateTimeField()
    is_tombstone = models.BooleanField()
    address = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = seen_in(PAST_EDITION, "meetings_edition")
        default_permissions = ()


class AppearedPart(models.Model):
    id = models.UUIDField(primary_key=True)
    edition = models.ForeignKey(Appearance, on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        abstract = True
        managed = False
        default_permissions = ()


class AppearedItem(AppearedPart):
    item_id = models.UUIDField()

    class Meta(AppearedPart.Meta):
        db_table = seen_in(PAST_ITEM, "meetings_indexeditem")


class AppearedLink(AppearedPart):
    link_id = models.UUIDField()

    class Meta(AppearedPart.Meta):
        db_table = seen_in(PAST_LINK, "meetings_indexedlink")


class AppearedPoint(AppearedPart):
    """In the view, those with a clock only; in the table, all."""

    point_id = models.UUIDField()

    class Meta(AppearedPart.Meta):
        db_table = seen_in(PAST_POINT, "meetings_indexedpoint")
