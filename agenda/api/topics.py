"""Background topics in the API."""

from django.utils.translation import gettext_lazy as _

from agenda.api import shapes
from meetings.api.editions import EditionResource
from meetings.filters.by import ByModification, BySlugOfTopic
from meetings.filters.strict import StrictFilterSet
from meetings.models import SubjectType
from meetings.paging import newest_first, orderings_of_documents
from meetings.spreadsheets import columns


class TopicFilter(StrictFilterSet):
    slug = BySlugOfTopic("edition__subject_id", label=_("The one that has this slug, or had it."))
    modified_since = ByModification(label=_("Those whose document, in the answer's language, changed then or later."))


class TopicResource(EditionResource):
    one, many = "Topic", "Topics"
    about = {
        "list": _("The published background topics, whole, by the day of their present edition, the latest first."),
        "retrieve": _("A background topic as it is published now."),
    }
    subject_type = SubjectType.TOPIC
    shape = shapes.Topic
    columns = columns(
        *("id", "slug", "title", "lead", "text", "html_url", "url", "language", "edition", "published_at"),
        *("modified_at", "change_note"),
        rich=("lead", "text"),
    )
    ordering = newest_first("topics")
    orderings = orderings_of_documents(ordering)
    filterset_class = TopicFilter
