"""Which pictures are accepted. The process that decodes them knows this module, and not Django."""

from enum import StrEnum

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 30_000_000  # 90 MB as RGB; more than the photos of most telephones, or a page of A3 at 300 dpi
MAX_SIDE = 12_000  # pixels; WebP has at most 16,383


class Refusal(StrEnum):
    """Why a picture cannot be used."""

    SIZE = "size"
    NO_PIXELS = "no pixels"
    MOVES = "moves"
    DAMAGED = "damaged"
