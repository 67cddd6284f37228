"""The emblem of each configuration: a simple shape, so that badges and pictures differ in more than their colour.

Shapes are drawn in a square of 24 by 24 with the origin at the top left, as in SVG. The shapes in `cut` are cut out of
those in `drawn`, and lie entirely within the first of them. The emblems are our own and not marks of the Council.
"""

from dataclasses import dataclass
from math import sqrt

from meetings.reference.configurations import CONFIGURATIONS

EMBLEM_SIZE = 24


@dataclass(frozen=True)
class Polygon:
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Disc:
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Emblem:
    """An emblem. `colour` is the name of its colour in static/css/variables.css, without the dashes."""

    colour: str
    drawn: tuple[Polygon | Disc, ...]
    cut: tuple[Polygon | Disc, ...] = ()


def build_polygon(*numbers: float) -> Polygon:
    """Return a polygon from its coordinates `x, y, x, y, …`."""
    return Polygon(tuple(zip(numbers[::2], numbers[1::2], strict=True)))


def build_box(left: float, top: float, right: float, bottom: float) -> Polygon:
    return build_polygon(left, top, right, top, right, bottom, left, bottom)


def build_globe(radius: float, gap: float) -> tuple[Polygon, ...]:
    """Return six pieces of a disc, separated by a meridian and two circles of latitude."""
    centre, half, steps = EMBLEM_SIZE / 2, gap / 2, 6
    rim = sqrt(radius**2 - half**2)  # the height of the edge beside the meridian
    third = radius / 3
    pieces = []
    for top, bottom in ((-rim, -third - half), (half - third, third - half), (third + half, rim)):
        heights = [top + (bottom - top) * step / steps for step in range(steps + 1)]
        edge = [(sqrt(radius**2 - y**2), y) for y in heights]
        for side in (-1, 1):
            outline = [(side * half, top), *((side * x, y) for x, y in edge), (side * half, bottom)]
            pieces.append(Polygon(tuple((round(centre + x, 1), round(centre + y, 1)) for x, y in outline)))
    return tuple(pieces)


EMBLEMS = {
    # Four parts of a whole.
    "gac": Emblem(
        "gac", (build_box(2, 2, 11, 11), build_box(13, 2, 22, 11), build_box(2, 13, 11, 22), Disc(17.5, 17.5, 4.5))
    ),
    "fac": Emblem("fac", build_globe(radius=11, gap=1.6)),
    # Columns that rise.
    "ecofin": Emblem("ecofin", (build_box(2, 14, 7, 22), build_box(9.5, 8, 14.5, 22), build_box(17, 2, 22, 22))),
    # A shield.
    "jha": Emblem(
        "jha",
        (build_polygon(3, 2, 21, 2, 21, 12, 18, 17.5, 12, 22.5, 6, 17.5, 3, 12),),
        (build_box(11, 4.5, 13, 18.5),),
    ),
    # People, side by side.
    "epsco": Emblem(
        "epsco",
        (Disc(6.5, 6, 4), Disc(17.5, 6, 4), build_box(1.5, 12, 11.3, 22), build_box(12.7, 12, 22.5, 22)),
    ),
    # A nut: six sides and a hole.
    "compet": Emblem(
        "compet", (build_polygon(12, 1, 21.5, 6.5, 21.5, 17.5, 12, 23, 2.5, 17.5, 2.5, 6.5),), (Disc(12, 12, 4.5),)
    ),
    # A flash.
    "tte": Emblem("tte", (build_polygon(14, 1, 4, 14, 11, 14, 9, 23, 20, 9.5, 13, 9.5),)),
    # An ear of grain.
    "agrifish": Emblem(
        "agrifish",
        tuple(build_polygon(12, y + 5, 3, y, 3, y + 4.5, 12, y + 9.5, 21, y + 4.5, 21, y) for y in (1, 7.5, 14)),
    ),
    # A tree.
    "env": Emblem(
        "env", (build_polygon(12, 1, 19, 10, 5, 10), build_polygon(12, 6, 21.5, 18, 2.5, 18), build_box(10, 18, 14, 23))
    ),
    # An open book.
    "eycs": Emblem(
        "eycs", (build_polygon(1.5, 4, 11, 7, 11, 21, 1.5, 18), build_polygon(22.5, 4, 13, 7, 13, 21, 22.5, 18))
    ),
}
EMBLEM_CODES = frozenset(facts.code for facts in CONFIGURATIONS)  # the names of the shapes in static/img/emblems.svg
SUCCESSORS = {"gaerc": "gac", "eyc": "eycs"}  # former configurations have the emblem of their successor


def get_emblem(slug: str) -> Emblem | None:
    """Return the emblem of a Council configuration; None for other bodies, which show the mark of the site."""
    return EMBLEMS.get(SUCCESSORS.get(slug, slug))
