"""Information for the press, wherever it stands: press conferences, other events, links, contacts, notice."""

import datetime as dt
from dataclasses import dataclass, field
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.contacts import EMAIL, read_contact
from agenda.notes.dates import calendar_of, day_near
from agenda.notes.draft import Draft, usable
from agenda.notes.flow import Flow
from agenda.notes.footnotes import read_footnote
from agenda.notes.header import dates_again, letterhead
from agenda.notes.links import announced_label, read_link_line
from agenda.notes.marks import Anchor, Run, anchors, plain, read_marks
from agenda.notes.opening import first_moment
from agenda.notes.paragraphs import Paragraph
from agenda.notes.point_lines import kind_of, read_point_line
from agenda.notes.times import Moment
from agenda.notes.words import phrase
from meetings.documents.shape import Point
from meetings.vocabulary import PointKind, TimePrecision

LONGEST_POINT = 500
LONGEST_ALONE = 80
"""A line that is a programme point without standing in a list is not longer."""


@dataclass
class Programme:
    """The list of points that is open: of which kind, on which day; and the point that indented lines belong to."""

    kind: PointKind | None = None
    in_margins: bool = False
    date: dt.date | None = None
    takes_text: bool = False
    """A paragraph that is no list entry is a point too: the first one under “Other events”."""
    point: Point | None = None
    indent: int = 0
    flow: Flow = field(default_factory=Flow)

    def finish_point(self) -> None:
        if self.point and self.flow:
            self.point.text = self.flow.html()
        self.point, self.flow = None, Flow()


class PressReader:
    """Reads a paragraph, sometimes with the next, if it is information for the press; `read` tells how many it took."""

    def __init__(self, draft: Draft, referred: set[str], in_lead: bool) -> None:
        self.draft = draft
        self.words = draft.words
        self.referred = referred
        self.in_lead = in_lead
        self.programme = Programme()
        self.in_contacts = False

    def read(self, paragraph: Paragraph, following: Paragraph | None) -> int:
        if paragraph.is_long:
            self.close()
            return 0
        if any(take(paragraph) for take in (self.paper, self.heading, self.contact, self.detail, self.link)):
            return 1
        if following is not None and self.announced_link(paragraph, following):
            return 2
        if self.point(paragraph):
            return 1
        self.close()
        return int(self.point_alone(paragraph))

    def close(self) -> None:
        self.programme.finish_point()
        self.programme = Programme()
        self.in_contacts = False

    def paper(self, paragraph: Paragraph) -> bool:
        """Letterhead, notice, footnotes, and the title or the dates once more."""
        rule = letterhead(self.words, paragraph)
        if rule is None and dates_again(self.draft, paragraph):
            rule = rules.DATE_AGAIN
        if rule:
            self.draft.used(rule, paragraph.numbers)
            return True
        return read_footnote(self.draft, paragraph, self.referred)

    def heading(self, paragraph: Paragraph) -> bool:
        words, text = self.words.press, paragraph.words
        if paragraph.bullet:
            return False
        if phrase(rf"(?:{words.press_heading.pattern})\s*:?").fullmatch(text):
            self.close()
            self.programme.kind = PointKind.PRESS_CONFERENCE
            self.draft.used(rules.PRESS_HEADING, paragraph.numbers)
            return True
        if other := words.other_heading.fullmatch(text.removesuffix(":")):
            self.close()
            self.programme = Programme(
                PointKind.OTHER, in_margins=bool(words.margins.search(text)), takes_text=not other["text"]
            )
            if other["text"] and not self.add_point(paragraph, read_marks(paragraph.text.partition(":")[2])):
                return False
            self.draft.used(rules.OTHER_HEADING, paragraph.numbers)
            return True
        return self.day_heading(paragraph)

    def day_heading(self, paragraph: Paragraph) -> bool:
        day = calendar_of(self.words.calendar).day(paragraph.words.rstrip(":")) if self.programme.kind else None
        if day is None or not (day.month or day.weekday is not None):
            return False
        date = day_near(day, self.draft.start, self.draft.end, paragraph.first)
        if date is None:
            return False
        self.programme.finish_point()
        self.programme.date = date
        self.draft.used(rules.DAY_HEADING, paragraph.numbers)
        return True

    def contact(self, paragraph: Paragraph) -> bool:
        words, text = self.words.press, paragraph.words
        if words.contacts_heading.fullmatch(text):
            self.close()
            self.in_contacts = True
            self.draft.used(rules.CONTACT_HEADING, paragraph.numbers)
            return True
        contact = read_contact(self.words, text, listed=self.in_contacts and bool(paragraph.bullet))
        if contact:
            self.draft.contacts.append((paragraph.first, contact))
            self.draft.used(rules.CONTACT, paragraph.numbers)
            return True
        if words.office_address.fullmatch(text) or EMAIL.match(text):
            self.draft.keep_unplaced(paragraph)
            return True
        return False

    def link(self, paragraph: Paragraph) -> bool:
        """In a list only a link of a kind that belongs to the whole meeting: others belong to the list's matter."""
        anchor = read_link_line(paragraph.text)
        if anchor is None or (paragraph.bullet and self.draft.link_kind(anchor) not in self.words.press.of_the_meeting):
            return False
        return self.add_link(anchor, paragraph)

    def add_link(self, anchor: Anchor, *paragraphs: Paragraph) -> bool:
        """In the body only links of a kind that belongs to the whole meeting."""
        link = self.draft.link(anchor)
        if not self.in_lead and link.kind not in self.words.press.of_the_meeting:
            return False
        self.draft.links.append((paragraphs[0].first, link))
        self.draft.used(rules.LINK, [number for paragraph in paragraphs for number in paragraph.numbers])
        return True

    def announced_link(self, paragraph: Paragraph, following: Paragraph) -> bool:
        label = announced_label(self.words, paragraph.text)
        anchor = read_link_line(following.text) if label else None
        if label is None or anchor is None or anchor.title != anchor.url:
            return False
        found = usable([Anchor(label, anchor.url)])
        return bool(found) and self.add_link(found[0], paragraph, following)

    def detail(self, paragraph: Paragraph) -> bool:
        """A list entry under a point: a link of the point, or its text."""
        programme = self.programme
        if not paragraph.bullet or programme.point is None or paragraph.indent <= programme.indent:
            return False
        if anchor := read_link_line(paragraph.text):
            programme.point.links.append(self.draft.link(anchor))
            self.draft.used(rules.LINK, paragraph.numbers)
        else:
            programme.flow.add(paragraph)
            self.draft.used(rules.POINT_TEXT, paragraph.numbers)
        return True

    def point(self, paragraph: Paragraph) -> bool:
        programme = self.programme
        if programme.kind is None:
            return False
        if not paragraph.bullet and not programme.takes_text:
            timed = programme.date is not None and read_point_line(paragraph.words, self.words).moment is not None
            if not timed or self.words.agenda.finite_verbs.search(paragraph.words):
                return False
        if not self.add_point(paragraph, paragraph.runs):
            return False
        programme.takes_text = programme.takes_text and bool(paragraph.bullet)
        return True

    def point_alone(self, paragraph: Paragraph) -> bool:
        """“Press conference: +/- 13.00”, in no list."""
        line = read_point_line(paragraph.words, self.words)
        named = kind_of(line.title, self.words, PointKind.OTHER) != PointKind.OTHER
        if not self.in_lead or line.moment is None or not named or len(line.title) > LONGEST_ALONE:
            return False
        if self.words.agenda.finite_verbs.search(line.title):
            return False
        added = self.add_point(paragraph, paragraph.runs)
        self.close()
        return added

    def add_point(self, paragraph: Paragraph, runs: list[Run]) -> bool:
        """False where the line is too long to be a point."""
        programme, draft, text = self.programme, self.draft, plain(runs)
        line = read_point_line(text, self.words)
        if not line.title or len(line.title) > LONGEST_POINT:
            return False
        date = day_near(line.day, draft.start, draft.end, paragraph.first) if line.day else programme.date
        if line.day and date is None:
            line.title = text
        moment = line.moment or (first_moment(self.words, line.title) if programme.kind == PointKind.OTHER else None)
        moment = moment or Moment(None, TimePrecision.NOT_STATED, "")
        programme.finish_point()
        programme.indent = paragraph.indent
        programme.point = Point(
            id=uuid4(),
            kind=kind_of(line.title, self.words, programme.kind or PointKind.OTHER),
            title=line.title,
            date=date,
            time=moment.time,
            time_precision=moment.precision,
            time_text=moment.text,
            live=line.live,
            in_margins=programme.in_margins,
            links=[draft.link(anchor) for anchor in usable(anchors(runs))],
        )
        draft.points.append((paragraph.first, programme.point))
        draft.used(rules.POINT, paragraph.numbers)
        return True
