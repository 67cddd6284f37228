"""Draw the emblems, shared pictures and icons.

    python -m tests.meetings.reference.drawings [FOLDER]  # by default static/img

It draws the emblems for pages (`emblems.svg`), a picture of each configuration for links on other sites (`og/jha.png`:
its emblem, code and name), one picture for all other pages (`og/council.png`), and the icons of the site. The colours
come from static/css/variables.css, the names from `meetings.reference`, and the font is DejaVu (Debian:
`fonts-dejavu-core`).
"""

import re
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from meetings.reference.configurations import CONFIGURATIONS, ReferenceConfiguration
from meetings.reference.emblems import EMBLEM_SIZE, Disc, Emblem, Polygon, get_emblem
from tests.paths import ROOT

FONTS = Path("/usr/share/fonts/truetype/dejavu")
WIDTH, HEIGHT = 1200, 630
MARGIN = 80
OVERSAMPLING = 4  # shapes are drawn so many times larger, then reduced
PALETTE_SIZE = 32  # enough colours for letters with smooth edges on one background
WHITE = (255, 255, 255)
SITE = "Council agendas"
Colour = tuple[int, int, int]


def read_theme_colours() -> dict[str, Colour]:
    """Return the colours of the light theme by name."""
    light = (ROOT / "static/css/variables.css").read_text().partition("@media")[0]
    found = re.findall(r"--([a-z]+): #([0-9a-f]{6});", light)
    return {name: (int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)) for name, code in found}


def mix_colours(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def load_font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"DejaVuSans{'-Bold' if bold else ''}.ttf", size)


def draw_emblem_mask(emblem: Emblem, side: int) -> Image.Image:
    large = Image.new("L", (side * OVERSAMPLING, side * OVERSAMPLING))
    pen, scale = ImageDraw.Draw(large), side * OVERSAMPLING / EMBLEM_SIZE
    for shapes, shade in ((emblem.drawn, 255), (emblem.cut, 0)):
        for shape in shapes:
            draw_shape(pen, shape, scale, shade)
    return large.resize((side, side), Image.Resampling.LANCZOS)


def draw_shape(pen: Any, shape: Polygon | Disc, scale: float, shade: int) -> None:
    if isinstance(shape, Polygon):
        pen.polygon([(x * scale, y * scale) for x, y in shape.points], fill=shade)
    else:
        corners = (shape.x - shape.radius, shape.y - shape.radius, shape.x + shape.radius, shape.y + shape.radius)
        pen.ellipse([corner * scale for corner in corners], fill=shade)


def draw_mark_mask(side: int, *, stroke: float = 5) -> Image.Image:
    """Draw the mark of the site as in static/img/mark.svg: a table open on one side, and a speaker."""
    large = Image.new("L", (side * OVERSAMPLING, side * OVERSAMPLING))
    pen, scale = ImageDraw.Draw(large), side * OVERSAMPLING / 32
    half = stroke / 2

    def scale_all(*numbers: float) -> list[float]:
        return [number * scale for number in numbers]

    pen.rounded_rectangle(scale_all(3.5 - half, 5.5 - half, 40, 26.5 + half), radius=(8.5 + half) * scale, fill=255)
    pen.rounded_rectangle(scale_all(3.5 + half, 5.5 + half, 44, 26.5 - half), radius=(8.5 - half) * scale, fill=0)
    pen.rectangle(scale_all(29, 0, 32, 32), fill=0)
    pen.ellipse(scale_all(21.5, 12.5, 28.5, 19.5), fill=255)
    return large.resize((side, side), Image.Resampling.LANCZOS)


def wrap_lines(text: str, letters: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and letters.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def draw_picture(ground: Colour, mask: Image.Image, large: str, name: str) -> Image.Image:
    """Draw a shared picture: the shape at the right on its own background, the code, name and site at the left."""
    image = Image.new("RGB", (WIDTH, HEIGHT), ground)
    pen = ImageDraw.Draw(image)
    left = WIDTH - HEIGHT + 90
    pen.rectangle([left, 0, WIDTH, HEIGHT], fill=mix_colours(ground, WHITE, 0.88))
    place = (left + (WIDTH - left - mask.width) // 2, (HEIGHT - mask.height) // 2)
    image.paste(ground, place, mask)
    size = 132
    while load_font(size, bold=True).getlength(large) > left - 2 * MARGIN + 20:
        size -= 4
    pen.text((MARGIN, 250), large, font=load_font(size, bold=True), fill=WHITE, anchor="ls")
    smaller = load_font(38)
    for number, line in enumerate(wrap_lines(name, smaller, left - 2 * MARGIN + 20)):
        pen.text((MARGIN, 330 + number * 52), line, font=smaller, fill=WHITE, anchor="ls")
    own = draw_mark_mask(44)
    image.paste(WHITE, (MARGIN, HEIGHT - MARGIN - 44), own)
    pen.text((MARGIN + 62, HEIGHT - MARGIN - 22), SITE, font=load_font(30), fill=WHITE, anchor="lm")
    return image


def draw_configuration_picture(facts: ReferenceConfiguration, palette: dict[str, Colour]) -> Image.Image:
    emblem = get_emblem(facts.slug)
    assert emblem is not None
    return draw_picture(palette[emblem.colour], draw_emblem_mask(emblem, 360), facts.code, f"{facts.name} Council")


def draw_site_picture(palette: dict[str, Colour]) -> Image.Image:
    about = "What ministers discuss in the Council of the European Union"
    return draw_picture(palette["accent"], draw_mark_mask(360), "Agendas", about)


def draw_icon(side: int, ground: Colour) -> Image.Image:
    """Draw the mark on its background as in static/img/favicon.svg, with a margin for phones that round the corners."""
    image = Image.new("RGB", (side, side), ground)
    inner = round(side * 0.68)
    image.paste(WHITE, ((side - inner) // 2, (side - inner) // 2), draw_mark_mask(inner))
    return image


def build_svg_outline(shape: Polygon | Disc) -> str:
    if isinstance(shape, Polygon):
        return f"M{' '.join(f'{x:g},{y:g}' for x, y in shape.points)}z"
    half = f"a{shape.radius:g},{shape.radius:g} 0 1 0"
    return f"M{shape.x - shape.radius:g},{shape.y:g}{half} {2 * shape.radius:g},0{half} {-2 * shape.radius:g},0z"


def build_svg_symbol(code: str, emblem: Emblem) -> str:
    """Return an emblem in the colour of the text beside it. Cut-outs are subpaths of the first shape."""
    first, *others = map(build_svg_outline, emblem.drawn)
    cut = "".join(map(build_svg_outline, emblem.cut))
    paths = "".join(f'<path d="{path}"/>' for path in (first + cut, *others))
    box = f"0 0 {EMBLEM_SIZE} {EMBLEM_SIZE}"
    return f'<symbol id="{code}" viewBox="{box}" fill="currentColor" fill-rule="evenodd">{paths}</symbol>'


def build_svg_sprite() -> str:
    drawn = [(facts.code, get_emblem(facts.slug)) for facts in CONFIGURATIONS]
    symbols = "\n".join(build_svg_symbol(code, emblem) for code, emblem in drawn if emblem)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def save_png(image: Image.Image, path: Path) -> None:
    image.quantize(PALETTE_SIZE, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "static" / "img"
    (folder / "og").mkdir(parents=True, exist_ok=True)
    (folder / "emblems.svg").write_text(build_svg_sprite())
    palette = read_theme_colours()
    for facts in CONFIGURATIONS:
        save_png(draw_configuration_picture(facts, palette), folder / "og" / f"{facts.slug}.png")
    save_png(draw_site_picture(palette), folder / "og" / "council.png")
    save_png(draw_icon(180, palette["accent"]), folder / "apple-touch-icon.png")
    sizes = [draw_icon(side, palette["accent"]) for side in (48, 32, 16)]
    sizes[0].save(folder / "favicon.ico", append_images=sizes[1:], sizes=[image.size for image in sizes])


if __name__ == "__main__":
    main()
