"""Reference data: the Council's configurations and presidencies."""

import datetime as dt
from collections.abc import Callable
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from meetings.clock import get_half_year
from meetings.documents.choices import ConfigurationKind
from meetings.fields.line import LineField
from meetings.models.base import UUIDModel
from meetings.models.validators import validate_country
from meetings.reference.configuration_names import get_configuration_name, get_meeting_title
from meetings.reference.delegations import DEFAULT_LANGUAGE as ENGLISH
from meetings.reference.delegations import get_country_name


class ConfigurationQuerySet(models.QuerySet["Configuration"]):
    def in_force_on(self, day: dt.date) -> Self:
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


class Configuration(UUIDModel):
    code = models.CharField(
        _("code"),
        max_length=16,
        unique=True,
        validators=[RegexValidator(r"^\w+\Z", _("Use only letters and digits. For example, “JHA”."))],
        help_text=_("For example, “JHA”."),
        error_messages={"unique": _("Another configuration has this code.")},
    )
    slug = models.SlugField(
        _("word in the web address"),
        max_length=16,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9-]*\Z",
                _("Use only lower-case letters, digits and hyphens, and start with a letter. For example, “jha”."),
            )
        ],
        help_text=_(
            "For example, “jha” in /en/meetings/jha/. Published addresses contain it, so you cannot change it later."
        ),
        error_messages={"unique": _("Another configuration already uses this word.")},
    )
    name = LineField(
        _("name"),
        max_length=200,
        help_text=_(
            "Leave out “Council”, which titles add. For example, “Justice and Home Affairs”. Enter the full name of "
            "other bodies."
        ),
    )
    kind = models.CharField(
        _("kind"), max_length=16, choices=ConfigurationKind.choices, default=ConfigurationKind.COUNCIL
    )
    valid_from = models.DateField(
        _("in force from"), help_text=_("The first day on which it can meet. For example, 2009-12-01.")
    )
    valid_until = models.DateField(
        _("last day in force"), null=True, blank=True, help_text=_("Leave blank while the configuration is in force.")
    )
    position = models.PositiveSmallIntegerField(
        _("protocol order"), default=0, help_text=_("The position in lists. Equal numbers are sorted by code.")
    )

    objects = ConfigurationQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("Council configuration")
        verbose_name_plural = _("Council configurations")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="configuration_ends_after_it_begins",
                violation_error_message=_("The last day in force must not be before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"

    def clean(self) -> None:
        super().clean()
        first: dt.date | None = self.valid_from  # None if the form could not parse it
        if first and self.valid_until and self.valid_until < first:
            raise ValidationError({"valid_until": _("The last day in force must not be before the first.")})

    def is_in_force_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def validity(self) -> str:
        """The text “in force since 1 December 2009”, or “in force from … to …”."""
        first = date_format(self.valid_from, "j F Y")
        if self.valid_until is None:
            return _("in force since %(first)s") % {"first": first}
        last = date_format(self.valid_until, "j F Y")
        return _("in force from %(first)s to %(last)s") % {"first": first, "last": last}

    @property
    def meeting_title(self) -> str:
        """The English title of its meetings: “Justice and Home Affairs Council”, or the body's own name."""
        return f"{self.name} Council" if self.kind == ConfigurationKind.COUNCIL else self.name

    def get_name(self, language: str) -> str:
        """Return its name in a language from the reference data; in English or if it is unknown, the stored name."""
        return self.get_reference_name(language, get_configuration_name) or self.name

    def get_meeting_title(self, language: str) -> str:
        """Return the title of its meetings in a language; in English or if it is unknown, `meeting_title`."""
        return self.get_reference_name(language, get_meeting_title) or self.meeting_title

    @property
    def has_reference_name(self) -> bool:
        """True if its name is that of the reference data, not that of another body or one that an editor has typed."""
        return self.kind == ConfigurationKind.COUNCIL and self.name == get_configuration_name(self.slug, ENGLISH)

    def get_reference_name(self, language: str, names: Callable[[str, str], str]) -> str:
        """Return what `names` has for this configuration in a language.

        Return an empty text for other bodies, for a configuration that an editor has renamed, and for English.
        """
        return names(self.slug, language) if self.has_reference_name and language != ENGLISH else ""

    def get_name_language(self, language: str) -> str:
        """Return the language of what `get_name` and `get_meeting_title` return: `language`, or else English."""
        return language if self.get_reference_name(language, get_configuration_name) else ENGLISH


class PresidencyQuerySet(models.QuerySet["Presidency"]):
    def find_by_day(self, day: dt.date) -> "Presidency | None":
        year, half = get_half_year(day)
        return self.filter(year=year, half=half).first()


class Presidency(UUIDModel):
    country = models.CharField(_("country"), max_length=2, validators=[validate_country])
    year = models.PositiveSmallIntegerField(
        _("year"),
        validators=[
            MinValueValidator(1958, _("The first presidency was in 1958.")),
            MaxValueValidator(2100, _("Enter a year before 2101. For example, 2031.")),
        ],
    )
    half = models.PositiveSmallIntegerField(
        _("half-year"), choices=((1, _("January to June")), (2, _("July to December")))
    )

    objects = PresidencyQuerySet.as_manager()

    class Meta:
        ordering = ("year", "half")
        verbose_name = _("presidency")
        verbose_name_plural = _("presidencies")
        constraints = [
            models.UniqueConstraint(
                fields=("year", "half"),
                name="one_presidency_a_half_year",
                violation_error_message=_("There is already a presidency for this half-year."),
            ),
            models.CheckConstraint(condition=Q(half__in=(1, 2)), name="a_year_has_two_halves"),
        ]

    def __str__(self) -> str:
        return f"{get_country_name(self.country)} {self.year}/{self.half}"

    @property
    def name(self) -> str:
        """The name of the country in English."""
        return get_country_name(self.country)

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last_day(self) -> dt.date:
        return dt.date(self.year, 6, 30) if self.half == 1 else dt.date(self.year, 12, 31)
