"""Pictures of the sample meetings, drawn here."""

import io
from collections.abc import Callable, Mapping
from functools import cache
from itertools import count

from PIL import Image, ImageDraw, ImageFont

from meetings.images.cleaning import CleanImage, clean_image

Pen = ImageDraw.ImageDraw
SIZE = (1920, 760)
PANEL_WIDTH, PANEL_HEIGHT, GAP = 320, 520, 48
GROUND, PANEL, INK, GREY, WATER = "#eaf3ee", "#ffffff", "#10312a", "#7b8a86", "#2b7fb8"
DIRTY = "#8a7a4d"


@cache
def draw_picture(name: str) -> CleanImage:
    """Return the picture of that name as an upload of it would be stored."""
    picture = Image.new("RGB", SIZE, GROUND)
    PICTURES[name](ImageDraw.Draw(picture))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return clean_image(file.getvalue())


def draw_tap_to_river(pen: Pen) -> None:
    """Draw five panels with arrows between them."""
    pen.text((SIZE[0] / 2, 70), "From tap to river", INK, ImageFont.load_default(64), anchor="mm")
    left = (SIZE[0] - 5 * PANEL_WIDTH - 4 * GAP) / 2
    for number, (caption, draw) in zip(count(1), PANELS.items(), strict=False):
        top, middle = 150, left + PANEL_WIDTH / 2
        pen.rounded_rectangle((left, top, left + PANEL_WIDTH, top + PANEL_HEIGHT), 24, PANEL)
        pen.ellipse((left + 24, top + 24, left + 88, top + 88), INK)
        pen.text((left + 56, top + 56), str(number), "white", ImageFont.load_default(40), anchor="mm")
        draw(pen, middle, top + 270)
        pen.text((middle, top + PANEL_HEIGHT - 56), caption, INK, ImageFont.load_default(40), anchor="mm")
        if number < len(PANELS):
            tip = left + PANEL_WIDTH + GAP - 8
            pen.polygon(((tip, top + 260), (tip - 30, top + 240), (tip - 30, top + 280)), INK)
        left += PANEL_WIDTH + GAP


def draw_tap(pen: Pen, x: float, y: float) -> None:
    pen.rectangle((x - 90, y - 70, x + 40, y - 30), GREY)
    pen.rectangle((x + 10, y - 70, x + 50, y + 10), GREY)
    pen.rectangle((x - 60, y - 110, x - 40, y - 70), GREY)
    pen.rectangle((x - 85, y - 125, x - 15, y - 105), GREY)
    draw_drop(pen, x + 30, y + 70, WATER)


def draw_drop(pen: Pen, x: float, y: float, colour: str) -> None:
    pen.ellipse((x - 26, y - 20, x + 26, y + 32), colour)
    pen.polygon(((x, y - 52), (x - 24, y - 4), (x + 24, y - 4)), colour)


def draw_drain(pen: Pen, x: float, y: float) -> None:
    pen.ellipse((x - 100, y - 60, x + 100, y + 60), GREY)
    for offset in (-60, -20, 20, 60):
        pen.line((x + offset, y - 28, x + offset, y + 28), "white", 14)
    draw_drop(pen, x, y - 80, DIRTY)


def draw_sewer(pen: Pen, x: float, y: float) -> None:
    pen.ellipse((x - 100, y - 100, x + 100, y + 100), GREY)
    pen.ellipse((x - 76, y - 76, x + 76, y + 76), "white")
    pen.chord((x - 76, y - 76, x + 76, y + 76), 10, 170, DIRTY)


def draw_treatment_plant(pen: Pen, x: float, y: float) -> None:
    for row, colour in enumerate((DIRTY, "#5a7d8a", WATER)):
        top = y - 100 + row * 72
        pen.rounded_rectangle((x - 110, top, x + 110, top + 56), 12, colour)
        pen.line((x - 90, top + 28, x + 90, top + 28), "white", 6)


def draw_river(pen: Pen, x: float, y: float) -> None:
    for row in range(4):
        top = y - 70 + row * 48
        for step in range(-3, 3):
            start, bend = (180, 360) if step % 2 else (0, 180)
            pen.arc((x + step * 36, top, x + step * 36 + 38, top + 36), start, bend, WATER, 12)


PANELS: Mapping[str, Callable[[Pen, float, float], None]] = {
    "Tap": draw_tap,
    "Drain": draw_drain,
    "Sewer": draw_sewer,
    "Treatment": draw_treatment_plant,
    "River": draw_river,
}
PICTURES: Mapping[str, Callable[[Pen], None]] = {"tap_to_river": draw_tap_to_river}
