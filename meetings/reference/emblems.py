"""The emblem of each configuration: a simple shape, so that badges and pictures differ in more than their colour.

Shapes are drawn in a square of 24 by 24 with the origin at the top left, as in SVG. The shapes in `cut` are cut out of
those in `drawn`, and lie entirely within the first of them. The emblems are our own and not marks of the Council.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from meetings.reference.configurations import CONFIGURATIONS, SUCCESSORS

EMBLEM_SIZE = 24


@dataclass(frozen=True)
class Polygon:
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Disc:
    x: float
    y: float
    radius: float


Shapes = tuple[Polygon | Disc, ...]


@dataclass(frozen=True)
class Emblem:
    """An emblem. `colour` is the name of its colour in static/css/variables.css, without the dashes."""

    colour: str
    drawn: Shapes
    cut: Shapes = ()


def build_shapes(shapes: Iterable[dict[str, list[float]]]) -> Shapes:
    """Return shapes from their kind and numbers, as `emblems.toml` has them."""
    return tuple(build_shape(kind, numbers) for shape in shapes for kind, numbers in shape.items())


def build_shape(kind: str, numbers: list[float]) -> Polygon | Disc:
    if kind == "disc":
        return Disc(*numbers)
    if kind == "box":
        left, top, right, bottom = numbers
        numbers = [left, top, right, top, right, bottom, left, bottom]
    return Polygon(tuple(zip(numbers[::2], numbers[1::2], strict=True)))


EMBLEMS = {
    slug: Emblem(slug, **{part: build_shapes(shapes) for part, shapes in emblem.items()})
    for slug, emblem in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
EMBLEM_CODES = frozenset(facts.code for facts in CONFIGURATIONS)  # the names of the shapes in static/img/emblems.svg


def get_emblem(slug: str) -> Emblem | None:
    """Return the emblem of a Council configuration; None for other bodies, which show the mark of the site.

    A former configuration has the emblem of its first successor.
    """
    return EMBLEMS.get(SUCCESSORS[slug][0] if slug in SUCCESSORS else slug)
