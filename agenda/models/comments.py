"""Comments of colleagues on passages of a text, with their answers. No document contains them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agenda.models.revisions import Revision, SignedModel
from meetings.documents.choices import Language
from meetings.models import StoredDocument, SubjectType


class Comment(SignedModel):
    """A comment on a passage of a revision, or on a part, or on the whole note. It is open until somebody settles it.

    `part_id` is the id of the part, or of the meeting or topic itself; `place` is its name when the comment was made.
    `member` is empty if the comment is not about one text. `quote` is the passage, with some words `before` and
    `after` it, so that it is found again in a later text.
    """

    subject_type = models.CharField(max_length=8, choices=SubjectType.choices)
    subject_id = models.UUIDField()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="comments")
    language = models.CharField(max_length=2, choices=Language.choices)
    document = models.ForeignKey(StoredDocument, to_field="digest", on_delete=models.PROTECT, related_name="+")
    part_id = models.UUIDField()
    member = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=300, blank=True)
    quote = models.CharField(max_length=1000, blank=True)
    before = models.CharField(max_length=100, blank=True)
    after = models.CharField(max_length=100, blank=True)
    text = models.CharField(_("comment"), max_length=2000)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=("subject_id", "id"), name="comment_by_subject"),
            models.Index(fields=("subject_id",), condition=models.Q(settled_at=None), name="open_comment_by_subject"),
        ]


class CommentReply(SignedModel):
    """What followed a comment: an answer, or that somebody settled or reopened it. Nothing changes such a row."""

    class Act(models.TextChoices):
        ANSWERED = "answered", _("answered")
        SETTLED = "settled", _("settled")
        REOPENED = "reopened", _("reopened")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="replies")
    act = models.CharField(max_length=8, choices=Act.choices)
    text = models.CharField(_("comment"), max_length=2000, blank=True)

    class Meta:
        ordering = ("id",)
