"""The order in which member states hold the presidency of the Council, from 2007 to 2030.

It follows Decision 2007/5/EC, Euratom of 1 January 2007, as replaced by Decision 2009/908/EU and amended, after the
British withdrawal, by Decision (EU) 2016/1316. There are two a year, from 1 January and from 1 July. Country codes are
those of the Interinstitutional Style Guide (EL is Greece).
"""

from collections.abc import Iterator
from dataclasses import dataclass

FIRST_PRESIDENCY_YEAR = 2007
PRESIDENCY_ORDER = (
    *("DE", "PT", "SI", "FR", "CZ", "SE", "ES", "BE", "HU", "PL", "DK", "CY", "IE", "LT", "EL", "IT"),  # to 2014
    *("LV", "LU", "NL", "SK", "MT", "EE", "BG", "AT", "RO", "FI", "HR", "DE", "PT", "SI", "FR", "CZ"),  # to 2022
    *("SE", "ES", "BE", "HU", "PL", "DK", "CY", "IE", "LT", "EL", "IT", "LV", "LU", "NL", "SK", "MT"),  # to 2030
)


@dataclass(frozen=True)
class ReferencePresidency:
    """A presidency as reference data. `half` is 1 from January and 2 from July."""

    country: str
    year: int
    half: int


def list_presidencies() -> Iterator[ReferencePresidency]:
    for place, country in enumerate(PRESIDENCY_ORDER):
        yield ReferencePresidency(country, FIRST_PRESIDENCY_YEAR + place // 2, place % 2 + 1)
