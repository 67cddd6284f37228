"""User accounts and their time zones."""

from difflib import get_close_matches
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.vocabulary import Language


@cache
def get_time_zones() -> frozenset[str]:
    """Return the names of the time zones of places, without the technical ones `localtime` and `Factory`."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def validate_time_zone(name: str) -> None:
    if name not in get_time_zones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Enter a name such as %(suggestion)s."),
            params={"name": name, "suggestion": suggest_time_zone(name)},
        )


def suggest_time_zone(name: str) -> str:
    """Return the time zone whose city is most similar to `name`, or Europe/Brussels if none is similar."""
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(get_time_zones(), reverse=True)}
    wanted = name.strip().rpartition("/")[2].replace(" ", "_").casefold()[:40]
    return next((cities[city] for city in get_close_matches(wanted, cities, n=1)), "Europe/Brussels")


class User(AbstractUser):
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Brussels", validators=[validate_time_zone]
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.EN)

    cached_grants: Any = None  # the user's grants, once they have been read (`meetings.rights`)
