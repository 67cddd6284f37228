"""User accounts with their time zones, and memberships: which user has which role, and for which configuration."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractUser, Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from meetings.documents.choices import Language
from meetings.fields.line import AddressField, LineField
from meetings.models.configurations import Configuration

SCOPE_ORDERING = (F("configuration__position").asc(nulls_first=True), "configuration__code", "language", "pk")
LANGUAGE_CODENAMES = ("translate_note", "revise_note")
DUPLICATE_MESSAGE = _("This person already has this role there.")


@cache
def get_time_zones() -> frozenset[str]:
    """Return the names of the time zones of places, without the technical ones `localtime` and `Factory`."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def validate_time_zone(name: str) -> None:
    if name not in get_time_zones():
        message = _("“%(name)s” is not a time zone. Enter a name such as %(suggestion)s.")
        raise ValidationError(message, params={"name": name, "suggestion": suggest_time_zone(name)})


def suggest_time_zone(name: str) -> str:
    """Return the time zone whose city is most similar to `name`, or Europe/Brussels if none is similar."""
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(get_time_zones(), reverse=True)}
    wanted = name.strip().rpartition("/")[2].replace(" ", "_").casefold()[:40]
    return next((cities[city] for city in get_close_matches(wanted, cities, n=1)), "Europe/Brussels")


class User(AbstractUser):
    is_staff = models.BooleanField(_("may sign in"), default=False)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick this instead of deleting the account of somebody who has left.")
    )
    is_superuser = models.BooleanField(_("superuser"), default=False, help_text=_("Can do everything, without a role."))
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Brussels", validators=[validate_time_zone]
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.EN)
    first_name = LineField(_("first name"), max_length=150, blank=True)
    last_name = LineField(_("last name"), max_length=150, blank=True)
    email = AddressField(_("email address"), blank=True)
    is_email_confirmed = models.BooleanField(  # entered or confirmed by a superuser, or by the person (`sign_in`)
        _("email address confirmed"), default=True, editable=False
    )

    is_last_resort = False  # a superuser whom others are told to ask because nobody has a role for it
    cached_grants: Any = None  # the user's grants, once they have been read (`meetings.access`)

    def lock(self) -> None:
        """Lock the row of the account until the transaction ends: requests of the same moment wait for each other."""
        list(User.objects.filter(pk=self.pk).select_for_update(no_key=True))

    def check_password(self, raw_password: str) -> bool:
        """Return whether this is the password. One with old parameters is hashed anew, unless it was just replaced."""

        def renew(raw: str) -> None:
            renewed = make_password(raw)
            if User.objects.filter(pk=self.pk, password=self.password).update(password=renewed):
                self.password = renewed

        return check_password(raw_password, self.password, renew)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Return nothing, so that a new SECRET_KEY ends all sessions.

        Django would go on with them under new keys, which no `UserSession` names, so that nobody could end them.
        """
        return iter(())


class Membership(models.Model):
    """A role of a user, for one configuration or for all. Rights follow from memberships only (`meetings.access`).

    A role or configuration that a membership refers to cannot be deleted: without a configuration, the membership would
    apply to all of them.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("role"))
    configuration = models.ForeignKey(
        Configuration,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("Council configuration"),
        help_text=_("Leave blank for all configurations."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language.choices,
        blank=True,
        help_text=_("For translators and revisers only. Leave blank for all languages."),
    )

    class Meta:
        ordering = ("role__name", *SCOPE_ORDERING)
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        permissions = [  # for the rights that are not Django's own (`meetings.access.PERMISSIONS`)
            ("submit_note", _("Can submit for approval")),
            ("approve_note", _("Can approve what others submitted")),
            ("publish_note", _("Can publish, schedule and cancel")),
            ("force_note", _("Can publish without approval, with a reason")),
            ("duty_note", _("Can make same-day changes")),
            ("withdraw_note", _("Can withdraw")),
            ("suppress_note", _("Can remove a past edition from the site")),
            ("share_note", _("Can share preview links")),
            ("travel_site", _("Can view the site at another time")),
            ("read_audit", _("Can read the audit log")),
            ("translate_note", _("Can translate")),
            ("revise_note", _("Can approve translations")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("user", "role", "configuration", "language"),
                name="one_membership_a_configuration",
                violation_error_message=DUPLICATE_MESSAGE,
            ),
            models.UniqueConstraint(  # in a database, two nulls are not equal
                fields=("user", "role", "language"),
                condition=Q(configuration=None),
                name="one_membership_for_all_configurations",
                violation_error_message=DUPLICATE_MESSAGE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.scope}"

    @property
    def scope(self) -> str:
        """The scope of the role: “JHA”, or “all configurations (fr)”."""
        configuration = self.configuration.code if self.configuration else str(_("all configurations"))
        return f"{configuration} ({self.language})" if self.language else configuration

    def clean(self) -> None:
        super().clean()
        is_limited = bool(self.language and self.role_id)
        if is_limited and not self.role.permissions.filter(codename__in=LANGUAGE_CODENAMES).exists():
            message = _("The role “%(role)s” does not include translating or revising. Leave the language blank.")
            raise ValidationError({"language": message % {"role": self.role}})
