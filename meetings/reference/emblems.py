"""The emblem of each configuration: a plain shape that tells badges and pictures apart by more than their colour.

A shape stands in a square of 24 by 24, its first corner at the top left, as SVG counts. What is `cut` is taken out of
what is `drawn`, and lies wholly within the first shape drawn. They are ours, and no mark of the Council.
"""

from dataclasses import dataclass
from math import sqrt

from meetings.reference.configurations import CONFIGURATIONS

SIZE = 24


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
    """`colour` is the one of static/css/variables.css that goes with it, without its dashes."""

    colour: str
    drawn: tuple[Polygon | Disc, ...]
    cut: tuple[Polygon | Disc, ...] = ()


def polygon(*numbers: float) -> Polygon:
    """`x, y, x, y, …`"""
    return Polygon(tuple(zip(numbers[::2], numbers[1::2], strict=True)))


def box(left: float, top: float, right: float, bottom: float) -> Polygon:
    return polygon(left, top, right, top, right, bottom, left, bottom)


def globe(radius: float, gap: float) -> tuple[Polygon, ...]:
    """Six pieces of a disc: between them lie a meridian and two circles of latitude."""
    centre, half, steps = SIZE / 2, gap / 2, 6
    rim = sqrt(radius**2 - half**2)  # how high the edge is beside the meridian
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
    # Four parts that make one.
    "gac": Emblem("gac", (box(2, 2, 11, 11), box(13, 2, 22, 11), box(2, 13, 11, 22), Disc(17.5, 17.5, 4.5))),
    "fac": Emblem("fac", globe(radius=11, gap=1.6)),
    # Columns that rise.
    "ecofin": Emblem("ecofin", (box(2, 14, 7, 22), box(9.5, 8, 14.5, 22), box(17, 2, 22, 22))),
    # A shield.
    "jha": Emblem(
        "jha", (polygon(3, 2, 21, 2, 21, 12, 18, 17.5, 12, 22.5, 6, 17.5, 3, 12),), (box(11, 4.5, 13, 18.5),)
    ),
    # People, side by side.
    "epsco": Emblem(
        "epsco",
        (Disc(6.5, 6, 4), Disc(17.5, 6, 4), box(1.5, 12, 11.3, 22), box(12.7, 12, 22.5, 22)),
    ),
    # A nut: six sides and a hole.
    "compet": Emblem(
        "compet", (polygon(12, 1, 21.5, 6.5, 21.5, 17.5, 12, 23, 2.5, 17.5, 2.5, 6.5),), (Disc(12, 12, 4.5),)
    ),
    # A flash.
    "tte": Emblem("tte", (polygon(14, 1, 4, 14, 11, 14, 9, 23, 20, 9.5, 13, 9.5),)),
    # An ear of grain.
    "agrifish": Emblem(
        "agrifish",
        tuple(polygon(12, y + 5, 3, y, 3, y + 4.5, 12, y + 9.5, 21, y + 4.5, 21, y) for y in (1, 7.5, 14)),
    ),
    # A tree.
    "env": Emblem("env", (polygon(12, 1, 19, 10, 5, 10), polygon(12, 6, 21.5, 18, 2.5, 18), box(10, 18, 14, 23))),
    # An open book.
    "eycs": Emblem("eycs", (polygon(1.5, 4, 11, 7, 11, 21, 1.5, 18), polygon(22.5, 4, 13, 7, 13, 21, 22.5, 18))),
}
CODES = frozenset(facts.code for facts in CONFIGURATIONS)  # the names of the shapes in static/img/emblems.svg
SUCCESSORS = {"gaerc": "gac", "eyc": "eycs"}  # those that there were before have the emblem of who followed them


def emblem_of(slug: str) -> Emblem | None:
    """That of a configuration of the Council; other bodies have none, and show the mark of the site."""
    return EMBLEMS.get(SUCCESSORS.get(slug, slug))
