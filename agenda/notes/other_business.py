"""Collect the points of “Any other business”: bulleted or lettered, some with points of their own."""

from meetings.documents.choices import ItemKind
from meetings.documents.schema import Item

ROMAN = frozenset("i ii iii iv v vi vii viii ix x".split())


class OtherBusiness:
    """The agenda item “Any other business” while its points are added."""

    def __init__(self, heading: Item) -> None:
        self.heading = heading
        self.open_points: list[tuple[int, str, Item]] = []
        """Indentation, printed letter and item of each open point, from the outermost."""

    @property
    def top_point(self) -> Item | None:
        return self.open_points[0][2] if self.open_points else None

    def add_point(self, item: Item, indent: int) -> None:
        """Add a point, which has only its letter as number. Without a public mark it has that of the item above it."""
        letter = item.number
        parent = self.find_parent(letter, indent)
        item.number = f"{parent.number} {letter}".strip() if letter else ""
        item.kind = ItemKind.ANY_OTHER_BUSINESS
        item.session = self.heading.session
        if not item.public:
            item.public, item.public_basis = parent.public, parent.public_basis
        parent.items.append(item)
        self.open_points.append((indent, letter, item))

    def find_parent(self, letter: str, indent: int) -> Item:
        """Close the points to which the new point does not belong, and return its parent.

        Points are nested by indentation, and roman numbers under letters.
        """
        while self.open_points:
            opened, open_letter, item = self.open_points[-1]
            under_letter = (
                letter in ROMAN
                and bool(open_letter)
                and open_letter not in ROMAN
                and not is_next_letter(open_letter, letter)
            )
            if indent > opened or under_letter:
                return item
            self.open_points.pop()
        return self.heading


def is_next_letter(letter: str, other: str) -> bool:
    return len(letter) == len(other) == 1 and ord(other) == ord(letter) + 1
