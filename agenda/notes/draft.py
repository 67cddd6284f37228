"""Collect the parts of the document while a note is read, and record which rule has read which line."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID, uuid4

from agenda.notes.html_text import find_html_anchors
from agenda.notes.marks import Anchor
from agenda.notes.paragraphs import Paragraph
from agenda.notes.rules import Rule
from agenda.notes.words import NotePhrases, compile_phrase, fold_case_and_accents
from meetings.documents.shape import Chair, ConfigurationName, Contact, Footnote, Item, Link, Place, Point, Session
from meetings.vocabulary import LinkKind

T = TypeVar("T")

MAX_TITLE_LENGTH = 500
MAX_URL_LENGTH = 1000


@dataclass(frozen=True)
class UnplacedLine:
    """A line of the note that no rule understood."""

    line: int
    text: str


@dataclass(frozen=True)
class AppliedRule:
    """Lines of the note and the rule that has read them. The attribute names are keys of `import_note --dry-run`."""

    lines: list[int]
    rule: str
    field: str


@dataclass
class DocumentBuilder:
    """The document while it is being read."""

    phrases: NotePhrases
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
    announced_points: list[Point] = field(default_factory=list)
    links: list[tuple[int, Link]] = field(default_factory=list)
    contacts: list[tuple[int, Contact]] = field(default_factory=list)
    footnotes: list[tuple[int, Footnote]] = field(default_factory=list)
    unplaced: list[UnplacedLine] = field(default_factory=list)
    applied_rules: list[AppliedRule] = field(default_factory=list)

    def record(self, rule: Rule, lines: list[int]) -> None:
        self.applied_rules.append(AppliedRule(lines, rule.name, rule.field))

    def keep_unplaced(self, paragraph: Paragraph) -> None:
        self.unplaced += [UnplacedLine(line.number, line.source) for line in paragraph.lines]

    def find_session(self, name: str) -> Session | None:
        """Return the session of this name. “Home Affairs Council” is a name of the session Home Affairs."""
        normalised_name = normalise_session_name(name, self.phrases)
        return next(
            (
                session
                for session in self.sessions
                if normalise_session_name(session.title, self.phrases) == normalised_name
            ),
            None,
        )

    @property
    def programme(self) -> list[Point]:
        """The starts, then the listed points, then those that only running text has. Exported notes keep this order."""
        return [*self.starts, *sort_by_line(self.points), *self.announced_points]

    def build_link(self, anchor: Anchor) -> Link:
        return Link(id=uuid4(), kind=self.detect_link_kind(anchor), title=anchor.title or anchor.url, url=anchor.url)

    def detect_link_kind(self, anchor: Anchor) -> LinkKind:
        kinds = self.phrases.press.link_kinds
        return next((kind for pattern, kind in kinds if pattern.search(anchor.title)), LinkKind.WEB)

    def get_session_date(self, session: UUID | None) -> dt.date | None:
        return next((known.date for known in self.sessions if known.id == session), None)


def sort_by_line(values: Iterable[tuple[int, T]]) -> list[T]:
    """Return the values in the order of their lines in the note."""
    return [value for _line, value in sorted(values, key=lambda pair: pair[0])]


def sort_text_links_first(links: Iterable[Link], *texts: str) -> list[Link]:
    """Return the links with those of the running text before those that have a line of their own."""
    text_anchors = {anchor for html in texts for anchor in find_html_anchors(html)}
    return sorted(links, key=lambda link: Anchor(link.title, link.url) not in text_anchors)


def normalise_session_name(name: str, phrases: NotePhrases) -> str:
    """Return the name without “Council”, article, quotation marks, accents and case, to compare its forms."""
    council, article = phrases.header.council, phrases.opening.article
    name = " ".join(re.sub('["«»“”]', " ", name).split())
    name = compile_phrase(rf"{article}|(?:{article})?{council} | {council}$").sub(
        lambda match: "" if match.start() == 0 or match.end() == len(name) else match[0], name
    )
    return fold_case_and_accents(phrases.agenda.session_spellings.get(fold_case_and_accents(name), name))


def select_usable_anchors(anchors: Iterable[Anchor]) -> list[Anchor]:
    """Return the anchors that can be links of the document: on the web, and not longer than a link may be."""
    return [
        anchor
        for anchor in anchors
        if not anchor.url.startswith("mailto:")
        and len(anchor.url) <= MAX_URL_LENGTH
        and 0 < len(anchor.title or anchor.url) <= MAX_TITLE_LENGTH
    ]
