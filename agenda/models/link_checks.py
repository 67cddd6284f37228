"""Whether the web addresses in texts can be reached. Only the press office reads this; it is no part of any text."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models import SubjectType

MAX_FAILURES = 3
"""An address counts as failing after so many attempts in a row that failed."""


class LinkProblem(models.TextChoices):
    NONE = "", _("works")
    HTTP = "http", _("error from the server")
    NO_HOST = "no_host", _("there is no such server")
    CONNECTION = "connection", _("no connection to the server")
    TIMEOUT = "timeout", _("the server does not answer in time")
    CERTIFICATE = "certificate", _("the certificate of the server is not valid")
    PROTOCOL = "protocol", _("the server gives no valid answer")
    REDIRECTS = "redirects", _("too many redirects")
    INVALID = "invalid", _("not a valid address")
    NOT_PUBLIC = "not_public", _("not on the public internet")
    NOT_CHECKABLE = "not_checkable", _("the server does not answer programs")


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def failing(self) -> "LinkCheckQuerySet":
        """Return the addresses that failed several times in a row, those that have failed for longest first."""
        return self.filter(failures__gte=MAX_FAILURES).order_by("failing_since", "url")


class LinkCheck(models.Model):
    """The last check of a web address, without its fragment.

    `failures` counts the attempts in a row that failed, the first of them at `failing_since`.
    """

    url = models.CharField(_("web address"), max_length=1000, unique=True)
    problem = models.CharField(_("problem"), max_length=16, choices=LinkProblem.choices, blank=True)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    failures = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    checked_at = models.DateTimeField(_("last checked"), null=True)
    next_check_at = models.DateTimeField(_("next check"))

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        ordering = ("url",)
        verbose_name = _("checked link")
        verbose_name_plural = _("checked links")
        indexes = [
            models.Index(fields=("next_check_at",), name="link_check_by_time"),
            models.Index(fields=("failures", "failing_since"), name="link_check_by_failures"),
        ]

    def __str__(self) -> str:
        return self.url


class LinkUse(models.Model):
    """A part of a live edition or of a draft in which a checked address is used. `part_id` is the id of the part."""

    link = models.ForeignKey(LinkCheck, on_delete=models.CASCADE, related_name="uses")
    subject_type = models.CharField(max_length=8, choices=SubjectType.choices)
    subject_id = models.UUIDField()
    part_id = models.UUIDField()
    is_live = models.BooleanField()

    class Meta:
        ordering = ("subject_type", "subject_id", "part_id")
        constraints = [
            models.UniqueConstraint(
                fields=("link", "subject_type", "subject_id", "part_id", "is_live"), name="one_use_of_a_link_a_part"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"
