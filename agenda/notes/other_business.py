"""Collect the points of “Any other business”: bulleted or lettered, some with points of their own."""

from uuid import uuid4

from agenda.notes.titles import ParsedItemTitle
from agenda.notes.words import NotePhrases
from meetings.documents.shape import Item
from meetings.vocabulary import ItemKind

ROMAN = frozenset("i ii iii iv v vi vii viii ix x".split())


def build_item(facts: ParsedItemTitle) -> Item:
    return Item(
        id=uuid4(),
        number=facts.number,
        kind=facts.kind,
        title=facts.title,
        public=facts.public,
        public_basis=facts.public_basis,
        information_from=facts.information_from,
        supported_by=facts.supported_by,
        documents=facts.documents,
        procedures=facts.procedures,
    )


class OtherBusiness:
    """The agenda item “Any other business” while its points are added."""

    def __init__(self, heading: Item, phrases: NotePhrases) -> None:
        self.heading = heading
        self.phrases = phrases
        self.open_points: list[tuple[int, str, Item]] = []
        """Indentation, printed letter and item of each open point, from the outermost."""

    @property
    def top_point(self) -> Item | None:
        return self.open_points[0][2] if self.open_points else None

    def add_point(self, facts: ParsedItemTitle, indent: int) -> Item:
        """Add a point and return it. It has the public mark of the item above it."""
        letter = facts.number
        parent = self.find_parent(letter, indent)
        facts.number = f"{parent.number} {letter}".strip() if letter else ""
        facts.kind = ItemKind.ANY_OTHER_BUSINESS
        if not facts.public:
            facts.public, facts.public_basis = parent.public, parent.public_basis
        item = build_item(facts)
        item.session = self.heading.session
        parent.items.append(item)
        self.open_points.append((indent, letter, item))
        return item

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
