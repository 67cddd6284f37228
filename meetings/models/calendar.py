"""Reference data: the configurations of the Council and its presidencies."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from meetings.models.rows import Row
from meetings.reference.delegations import country_name
from meetings.vocabulary import ConfigurationKind


class ConfigurationQuerySet(models.QuerySet["Configuration"]):
    def valid_on(self, day: dt.date) -> Self:
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


class Configuration(Row):
    code = models.CharField(_("code"), max_length=16, unique=True)
    slug = models.SlugField(_("word in addresses"), max_length=16, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(
        _("kind"), max_length=16, choices=ConfigurationKind.choices, default=ConfigurationKind.COUNCIL
    )
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("last day in force"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("protocol order"), default=0)

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

    def valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def meeting_title(self) -> str:
        """What a meeting of it is called: “Justice and Home Affairs Council”, or the body's own name."""
        return f"{self.name} Council" if self.kind == ConfigurationKind.COUNCIL else self.name


class PresidencyQuerySet(models.QuerySet["Presidency"]):
    def on(self, day: dt.date) -> "Presidency | None":
        return self.filter(year=day.year, half=1 if day.month <= 6 else 2).first()


class Presidency(Row):
    country = models.CharField(_("country"), max_length=2)
    year = models.PositiveSmallIntegerField(_("year"))
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
