"""The background topics resource of the API."""

from django.utils.translation import gettext_lazy as _

from agenda.api import types
from meetings.api.csv_tables import build_columns, build_member_columns
from meetings.api.edition_views import EDITION_COLUMNS, EditionResource
from meetings.api.filters import ModifiedSinceFilter, StrictFilterSet, TopicSlugFilter
from meetings.documents.schema import TopicDocument
from meetings.editions.keyset import build_document_orderings, build_newest_first_ordering
from meetings.models import SubjectType


class TopicFilterSet(StrictFilterSet):
    slug = TopicSlugFilter("edition__subject_id", label=_("Only the topic that has this slug, or had it."))
    modified_since = ModifiedSinceFilter(
        label=_("Only topics whose text, in the language of the answer, changed at or after this time.")
    )


class TopicResource(EditionResource):
    """Published background topics as whole documents."""

    singular, plural = "Topic", "Topics"
    summaries = {
        "list": _("List published background topics with all their contents, latest edition first."),
        "retrieve": _("Get a published background topic."),
    }
    subject_type = SubjectType.TOPIC
    shape = types.Topic
    columns = (*build_columns("id"), *build_member_columns(TopicDocument), *EDITION_COLUMNS)
    ordering = build_newest_first_ordering("topics")
    orderings = build_document_orderings(ordering)
    filterset_class = TopicFilterSet
