"""Who has which role, where."""

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from meetings.models.calendar import Configuration
from meetings.models.people import User
from meetings.vocabulary import Language

BY_PLACE = (F("configuration__position").asc(nulls_first=True), "configuration__code", "language", "pk")
OF_A_LANGUAGE = ("translate_note", "revise_note")
HAS_IT_ALREADY = _("They have this role there already.")


class Membership(models.Model):
    """The only way to a role: what somebody may do follows from their memberships (`meetings.rights`).

    A role or a configuration that somebody's membership names cannot be deleted: without a configuration it would be
    one for all of them.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("role"))
    configuration = models.ForeignKey(
        Configuration,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("configuration"),
        help_text=_("Empty: all of them."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language.choices,
        blank=True,
        help_text=_("Only for translators and revisers: the one that they work in. Empty: all of them."),
    )

    class Meta:
        ordering = ("role__name", *BY_PLACE)
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        permissions = [  # one for each right that is not Django's own (`meetings.rights.PERMISSIONS`)
            ("submit_note", _("Can submit for approval")),
            ("approve_note", _("Can approve what others submitted")),
            ("publish_note", _("Can publish, schedule and call off")),
            ("force_note", _("Can publish without approval, with a reason")),
            ("duty_note", _("Can change facts on the day itself")),
            ("withdraw_note", _("Can withdraw")),
            ("suppress_note", _("Can suppress a past edition")),
            ("share_note", _("Can give out preview links")),
            ("travel_site", _("Can see the site at another time")),
            ("read_audit", _("Can read the audit log")),
            ("translate_note", _("Can translate")),
            ("revise_note", _("Can approve translations")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("user", "role", "configuration", "language"),
                name="one_membership_a_configuration",
                violation_error_message=HAS_IT_ALREADY,
            ),
            models.UniqueConstraint(  # to a database, one null is no other's double
                fields=("user", "role", "language"),
                condition=Q(configuration=None),
                name="one_membership_for_all_configurations",
                violation_error_message=HAS_IT_ALREADY,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.place}"

    @property
    def place(self) -> str:
        """As “JHA”, or “all configurations (fr)”."""
        where = self.configuration.code if self.configuration else str(_("all configurations"))
        return f"{where} ({self.language})" if self.language else where

    def clean(self) -> None:
        super().clean()
        if self.language and self.role_id and not self.role.permissions.filter(codename__in=OF_A_LANGUAGE).exists():
            told = _("Those who have the role “%(role)s” translate and revise nothing: leave the language empty.")
            raise ValidationError({"language": told % {"role": self.role}})
