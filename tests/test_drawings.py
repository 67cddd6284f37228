"""The pictures and icons that are checked in are those of the colours and the shapes that there are."""

from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.emblems import EMBLEMS, Disc, Polygon, get_emblem
from tests.drawings import colours, emblem_mask, picture, sprite

pytestmark = pytest.mark.once
IMAGES = Path(__file__).resolve().parents[1] / "static" / "img"


def test_every_configuration_has_an_emblem_in_a_colour_of_the_site() -> None:
    palette = colours()
    for facts in CONFIGURATIONS:
        emblem = get_emblem(facts.slug)
        assert emblem is not None
        assert emblem.colour in palette
    assert get_emblem("eurogroup") is None


def test_emblems_are_told_apart_without_their_colour() -> None:
    masks = {slug: emblem_mask(emblem, 48) for slug, emblem in EMBLEMS.items()}
    for one, other in combinations(masks, 2):
        differing = ImageStat.Stat(ImageChops.difference(masks[one], masks[other])).mean[0] / 255
        assert differing > 0.1, (one, other)


def test_no_shape_leaves_its_square() -> None:
    for emblem in EMBLEMS.values():
        for shape in emblem.drawn:
            if isinstance(shape, Polygon):
                numbers = [number for point in shape.points for number in point]
            else:
                assert isinstance(shape, Disc)
                numbers = [each + side for each in (shape.x, shape.y) for side in (-shape.radius, shape.radius)]
            assert min(numbers) >= 0
            assert max(numbers) <= 24


def test_pages_show_the_present_shapes() -> None:
    assert (IMAGES / "emblems.svg").read_text() == sprite(), "run python -m tests.drawings"


@pytest.mark.parametrize("facts", CONFIGURATIONS, ids=lambda facts: facts.slug)
def test_the_picture_checked_in_has_the_present_colour_and_shape(facts: object) -> None:
    """Letters may differ from one machine to another, so only the part without any is compared."""
    slug = getattr(facts, "slug", "")
    emblem = get_emblem(slug)
    assert emblem is not None
    drawn = picture(colours()[emblem.colour], emblem_mask(emblem, 360), "", "").crop((700, 0, 1200, 630))
    with Image.open(IMAGES / f"og/{slug}.png") as kept:
        differing = ImageChops.difference(drawn, kept.convert("RGB").crop((700, 0, 1200, 630)))
    assert max(ImageStat.Stat(differing).mean) < 1, "run python -m tests.drawings"


def test_icons_have_the_sizes_that_are_asked_for() -> None:
    with Image.open(IMAGES / "favicon.ico") as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    with Image.open(IMAGES / "apple-touch-icon.png") as touched:
        assert touched.size == (180, 180)
