"""The Council's configurations since 2002 and the periods in which they are in force.

Nine since the Council's Rules of Procedure of 22 July 2002 (Decision 2002/682/EC, after the Seville European Council
of June 2002); ten since the Treaty of Lisbon (1 December 2009, Decision 2009/878/EU, which splits the General Affairs
and External Relations Council; sport was added by Decision 2010/594/EU). The names are the current ones.
"""

import datetime as dt
from dataclasses import dataclass

SEVILLE = dt.date(2002, 7, 22)
FIRST_YEAR = SEVILLE.year  # the first year with meetings on this site
LISBON = dt.date(2009, 12, 1)
EVE_OF_LISBON = dt.date(2009, 11, 30)


@dataclass(frozen=True)
class ReferenceConfiguration:
    """A configuration as reference data. `valid_until` is its last day, or None while it is in force."""

    code: str
    slug: str
    name: str
    valid_from: dt.date = SEVILLE
    valid_until: dt.date | None = None

    def is_in_force_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


CONFIGURATIONS = (
    ReferenceConfiguration("GAC", "gac", "General Affairs", valid_from=LISBON),
    ReferenceConfiguration("FAC", "fac", "Foreign Affairs", valid_from=LISBON),
    ReferenceConfiguration("ECOFIN", "ecofin", "Economic and Financial Affairs"),
    ReferenceConfiguration("JHA", "jha", "Justice and Home Affairs"),
    ReferenceConfiguration("EPSCO", "epsco", "Employment, Social Policy, Health and Consumer Affairs"),
    ReferenceConfiguration("COMPET", "compet", "Competitiveness"),
    ReferenceConfiguration("TTE", "tte", "Transport, Telecommunications and Energy"),
    ReferenceConfiguration("AGRIFISH", "agrifish", "Agriculture and Fisheries"),
    ReferenceConfiguration("ENVI", "env", "Environment"),
    ReferenceConfiguration("EYCS", "eycs", "Education, Youth, Culture and Sport", valid_from=LISBON),
    ReferenceConfiguration("GAERC", "gaerc", "General Affairs and External Relations", valid_until=EVE_OF_LISBON),
    ReferenceConfiguration("EYC", "eyc", "Education, Youth and Culture", valid_until=EVE_OF_LISBON),
)
CONFIGURATIONS_BY_SLUG = {facts.slug: facts for facts in CONFIGURATIONS}


def get_configuration_code(slug: str) -> str:
    """Return the code of a configuration. That of other bodies is their slug in capitals."""
    facts = CONFIGURATIONS_BY_SLUG.get(slug)
    return facts.code if facts else slug.upper()


SUCCESSORS = {"gaerc": ("gac", "fac"), "eyc": ("eycs",)}
"""The slugs of the configurations that replaced each former one."""
