"""The document while it is being read, and the account of which rule read which line."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID, uuid4

from agenda.notes.html_text import html_anchors
from agenda.notes.marks import Anchor
from agenda.notes.paragraphs import Paragraph
from agenda.notes.rules import Rule
from agenda.notes.words import NoteWords, phrase, unaccented
from meetings.documents.shape import Chair, ConfigurationName, Contact, Footnote, Item, Link, Place, Point, Session
from meetings.vocabulary import LinkKind

T = TypeVar("T")

LONGEST_TITLE = 500
LONGEST_ADDRESS = 1000


@dataclass(frozen=True)
class Unplaced:
    """A line of the note that no rule understood."""

    line: int
    text: str


@dataclass(frozen=True)
class RuleRead:
    lines: list[int]
    rule: str
    field: str


@dataclass
class Draft:
    words: NoteWords
    configuration: ConfigurationName | None = None
    title: str = ""
    start: dt.date = dt.date.min
    end: dt.date = dt.date.min
    place: Place = field(default_factory=Place)
    issued_on: dt.date | None = None
    document_number: str = ""
    references: list[str] = field(default_factory=list)
    notice: str = ""
    chairs: list[Chair] = field(default_factory=list)
    lead: str = ""
    sessions: list[Session] = field(default_factory=list)
    agenda: list[Item] = field(default_factory=list)
    starts: list[Point] = field(default_factory=list)
    points: list[tuple[int, Point]] = field(default_factory=list)
    points_in_text: list[Point] = field(default_factory=list)
    links: list[tuple[int, Link]] = field(default_factory=list)
    contacts: list[tuple[int, Contact]] = field(default_factory=list)
    footnotes: list[tuple[int, Footnote]] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    read: list[RuleRead] = field(default_factory=list)

    def used(self, rule: Rule, lines: list[int]) -> None:
        self.read.append(RuleRead(lines, rule.name, rule.field))

    def keep_unplaced(self, paragraph: Paragraph) -> None:
        self.unplaced += [Unplaced(line.number, line.source) for line in paragraph.lines]

    def session_named(self, name: str) -> Session | None:
        """The session of this name; “Home Affairs Council” names the session Home Affairs."""
        wanted = folded(name, self.words)
        return next((session for session in self.sessions if folded(session.title, self.words) == wanted), None)

    @property
    def programme(self) -> list[Point]:
        """The starts, then what is listed, then what only running text tells: the order a written note gives back."""
        return [*self.starts, *in_order(self.points), *self.points_in_text]

    def link(self, anchor: Anchor) -> Link:
        return Link(id=uuid4(), kind=self.link_kind(anchor), title=anchor.title or anchor.url, url=anchor.url)

    def link_kind(self, anchor: Anchor) -> LinkKind:
        kinds = self.words.press.link_kinds
        return next((kind for pattern, kind in kinds if pattern.search(anchor.title)), LinkKind.WEB)

    def day_of_session(self, session: UUID | None) -> dt.date | None:
        return next((each.date for each in self.sessions if each.id == session), None)


def in_order(found: Iterable[tuple[int, T]]) -> list[T]:
    """By the lines of the note."""
    return [each for _line, each in sorted(found, key=lambda pair: pair[0])]


def texts_first(links: Iterable[Link], *texts: str) -> list[Link]:
    """Links that stand in the running text before those that have a line of their own."""
    standing = {anchor for html in texts for anchor in html_anchors(html)}
    return sorted(links, key=lambda link: Anchor(link.title, link.url) not in standing)


def folded(name: str, words: NoteWords) -> str:
    """What a session is called wherever it is named: without “Council”, article, quotation marks, accents and case."""
    council, article = words.header.council, words.opening.article
    name = " ".join(re.sub('["«»“”]', " ", name).split())
    name = phrase(rf"{article}|(?:{article})?{council} | {council}$").sub(
        lambda match: "" if match.start() == 0 or match.end() == len(name) else match[0], name
    )
    return unaccented(words.agenda.spellings.get(unaccented(name), name))


def usable(anchors: Iterable[Anchor]) -> list[Anchor]:
    """Those that the document can hold as links: of the web, and not longer than a link may be."""
    return [
        anchor
        for anchor in anchors
        if not anchor.url.startswith("mailto:")
        and len(anchor.url) <= LONGEST_ADDRESS
        and 0 < len(anchor.title or anchor.url) <= LONGEST_TITLE
    ]
