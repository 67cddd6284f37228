"""Collect the parts of the document while a note is read, and record which rule has read which line."""

import datetime as dt
import re
from dataclasses import dataclass, field

from agenda.notes.paragraphs import Paragraph
from agenda.notes.phrases import NotePhrases, compile_phrase, fold_case_and_accents
from agenda.notes.rules import AppliedRule, Rule
from meetings.documents.schema import MeetingDocument, Point, Session


@dataclass(frozen=True)
class UnplacedLine:
    """A line of the note that no rule understood."""

    line: int
    text: str


@dataclass
class DocumentBuilder:
    """The document while it is being read. Its programme consists of `starts`, `points` and `announced_points`."""

    phrases: NotePhrases
    document: MeetingDocument
    starts: list[Point] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    announced_points: list[Point] = field(default_factory=list)
    unplaced: list[UnplacedLine] = field(default_factory=list)
    applied_rules: list[AppliedRule] = field(default_factory=list)

    @property
    def start(self) -> dt.date:
        return self.document.start_date or dt.date.min

    @property
    def end(self) -> dt.date:
        return self.document.end_date or self.start

    @property
    def programme(self) -> list[Point]:
        """The starts, then the listed points, then those that only running text has. Exported notes keep this order."""
        return [*self.starts, *self.points, *self.announced_points]

    def record(self, rule: Rule, *paragraphs: Paragraph) -> None:
        lines = [line.number for paragraph in paragraphs for line in paragraph.lines]
        self.applied_rules.append(AppliedRule(lines, rule.name, rule.field))

    def keep_unplaced(self, *paragraphs: Paragraph) -> None:
        self.unplaced += [UnplacedLine(line.number, line.source) for each in paragraphs for line in each.lines]

    def find_session(self, name: str) -> Session | None:
        """Return the session of this name. “Home Affairs Council” is a name of the session Home Affairs."""
        wanted = normalise_session_name(name, self.phrases)
        sessions = self.document.sessions
        return next((each for each in sessions if normalise_session_name(each.title, self.phrases) == wanted), None)


def normalise_session_name(name: str, phrases: NotePhrases) -> str:
    """Return the name without “Council”, article, quotation marks, accents and case, to compare its forms."""
    council, article = phrases.header.council, phrases.opening.article
    name = " ".join(re.sub('["«»“”]', " ", name).split())
    name = compile_phrase(rf"{article}|(?:{article})?{council} | {council}$").sub(
        lambda match: "" if match.start() == 0 or match.end() == len(name) else match[0], name
    )
    return fold_case_and_accents(phrases.agenda.session_spellings.get(fold_case_and_accents(name), name))
