"""Reference data: the configurations of the Council and its presidencies."""

import datetime as dt
from collections.abc import Callable
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from meetings.models.countries import validate_country
from meetings.models.rows import Row
from meetings.reference.configuration_names import configuration_name, meeting_title
from meetings.reference.delegations import DEFAULT_LANGUAGE as ENGLISH
from meetings.reference.delegations import country_name
from meetings.vocabulary import ConfigurationKind


class ConfigurationQuerySet(models.QuerySet["Configuration"]):
    def valid_on(self, day: dt.date) -> Self:
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


class Configuration(Row):
    code = models.CharField(
        _("code"),
        max_length=16,
        unique=True,
        validators=[RegexValidator(r"^\w+\Z", _("Letters and digits only, as “JHA”."))],
        help_text=_("As in “JHA”."),
        error_messages={"unique": _("Another configuration has this code.")},
    )
    slug = models.SlugField(
        _("word in addresses"),
        max_length=16,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9-]*\Z", _("Lower-case letters, digits and hyphens, first a letter: “jha”."))
        ],
        help_text=_("As “jha” in /en/meetings/jha/. Published addresses hold it, so it cannot be changed later."),
        error_messages={"unique": _("Another configuration has this word in its addresses.")},
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        help_text=_(
            "Without “Council”, which is added in titles: “Justice and Home Affairs”. Of other bodies in full."
        ),
    )
    kind = models.CharField(
        _("kind"), max_length=16, choices=ConfigurationKind.choices, default=ConfigurationKind.COUNCIL
    )
    valid_from = models.DateField(
        _("in force from"), help_text=_("Meetings can be entered from this day on. Write the date as 2009-12-01.")
    )
    valid_until = models.DateField(
        _("last day in force"), null=True, blank=True, help_text=_("Empty while the configuration is in force.")
    )
    position = models.PositiveSmallIntegerField(
        _("protocol order"), default=0, help_text=_("The place in lists; equal ones follow by their code.")
    )

    objects = ConfigurationQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("configuration")
        verbose_name_plural = _("configurations")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="configuration_ends_after_it_begins",
                violation_error_message=_("The last day in force lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"

    def clean(self) -> None:
        super().clean()
        first: dt.date | None = self.valid_from  # None where it could not be read
        if first and self.valid_until and self.valid_until < first:
            raise ValidationError({"valid_until": _("The last day in force lies before the first.")})

    def valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def validity(self) -> str:
        """“in force since 1 December 2009”, or from when to when it was."""
        first = date_format(self.valid_from, "j F Y")
        if self.valid_until is None:
            return _("in force since %(first)s") % {"first": first}
        return _("in force from %(first)s to %(last)s") % {
            "first": first,
            "last": date_format(self.valid_until, "j F Y"),
        }

    @property
    def meeting_title(self) -> str:
        """What a meeting of it is called: “Justice and Home Affairs Council”, or the body's own name."""
        return f"{self.name} Council" if self.kind == ConfigurationKind.COUNCIL else self.name

    def name_in(self, language: str) -> str:
        """Its name in the language, where reference data say it; else, and in English, as it is written here."""
        return self.said_in(language, configuration_name) or self.name

    def title_in(self, language: str) -> str:
        """What a meeting of it is called in the language, likewise."""
        return self.said_in(language, meeting_title) or self.meeting_title

    def said_in(self, language: str, names: Callable[[str, str], str]) -> str:
        """Empty of other bodies, of what was renamed here since, and in English, which is written here."""
        known = self.kind == ConfigurationKind.COUNCIL and self.name == configuration_name(self.slug, ENGLISH)
        return names(self.slug, language) if known and language != ENGLISH else ""

    def named_in(self, language: str) -> bool:
        return language == ENGLISH or bool(self.said_in(language, configuration_name))


class PresidencyQuerySet(models.QuerySet["Presidency"]):
    def on(self, day: dt.date) -> "Presidency | None":
        return self.filter(year=day.year, half=1 if day.month <= 6 else 2).first()


class Presidency(Row):
    country = models.CharField(_("country"), max_length=2, validators=[validate_country])
    year = models.PositiveSmallIntegerField(
        _("year"),
        validators=[
            MinValueValidator(1958, _("The first presidency was in 1958.")),
            MaxValueValidator(2100, _("No presidency is decided so far ahead: write the year as 2031.")),
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
                violation_error_message=_("This half-year has its presidency already."),
            ),
            models.CheckConstraint(condition=Q(half__in=(1, 2)), name="a_year_has_two_halves"),
        ]

    def __str__(self) -> str:
        return f"{country_name(self.country)} {self.year}/{self.half}"

    @property
    def name(self) -> str:
        return country_name(self.country)

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last_day(self) -> dt.date:
        return dt.date(self.year, 6, 30) if self.half == 1 else dt.date(self.year, 12, 31)
