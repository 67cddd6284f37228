"""Places of Council meetings.

The Council meets in Brussels, in three months of the year in Luxembourg, and informally in the presidency's country.
"""

import datetime as dt

from council.demo.working_days import get_presidency_on
from meetings.documents.choices import Form
from meetings.documents.schema import Place
from meetings.reference.places import MONTHS_IN_LUXEMBOURG, TIME_ZONES

BRUSSELS = Place(city="Brussels", venue="Europa building")
LUXEMBOURG = Place(city="Luxembourg", venue="European Convention Center")
CAPITALS = dict(
    pair.split("=")
    for pair in (
        "BE=Brussels BG=Sofia CZ=Prague DK=Copenhagen DE=Berlin EE=Tallinn IE=Dublin EL=Athens ES=Madrid FR=Paris "
        "HR=Zagreb IT=Rome CY=Nicosia LV=Riga LT=Vilnius LU=Luxembourg HU=Budapest MT=Valletta NL=Amsterdam AT=Vienna "
        "PL=Warsaw PT=Lisbon RO=Bucharest SI=Ljubljana SK=Bratislava FI=Helsinki SE=Stockholm UK=London"
    ).split()
)


def get_meeting_place(form: Form, day: dt.date) -> Place:
    presidency = get_presidency_on(day)
    if form == Form.VIDEO_CONFERENCE:
        return Place()
    if form == Form.INFORMAL and presidency:
        return Place(city=CAPITALS[presidency.country])
    return LUXEMBOURG if day.month in MONTHS_IN_LUXEMBOURG else BRUSSELS


def get_time_zone(place: Place) -> str:
    """Return the time zone of an informal meeting's city. The Council's own places have Brussels time."""
    return "Europe/Brussels" if place in (BRUSSELS, LUXEMBOURG) else TIME_ZONES.get(place.city, "Europe/Brussels")
