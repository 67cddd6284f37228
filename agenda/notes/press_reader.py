"""Read information for the press, wherever it is: press conferences, other events, links, contacts, notice."""

import datetime as dt
from dataclasses import dataclass, field
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.contacts import EMAIL, parse_contact
from agenda.notes.date_parser import find_date_near, get_date_parser
from agenda.notes.document_builder import DocumentBuilder
from agenda.notes.footnotes import read_footnote
from agenda.notes.header import get_letterhead_rule, is_repeated_title
from agenda.notes.inline_markup import Anchor, TextRun, get_anchors, get_plain_text, parse_markup
from agenda.notes.links import build_links, parse_announced_label, parse_link_line
from agenda.notes.opening_sentences import find_first_time
from agenda.notes.paragraphs import Paragraph
from agenda.notes.phrases import compile_phrase
from agenda.notes.programme_line import detect_point_kind, parse_point_line
from agenda.notes.rich_text_builder import RichTextBuilder
from agenda.notes.time_parser import PrintedTime
from meetings.documents.choices import LinkKind, PointKind
from meetings.documents.schema import Link, Point

MEETING_LINK_KINDS = (LinkKind.LIVE_STREAM, LinkKind.BROADCAST, LinkKind.PHOTOS, LinkKind.REGISTRATION)
"""Links of these kinds belong to the meeting, wherever they are in the note."""
MAX_POINT_LENGTH = 500
MAX_LONE_POINT_LENGTH = 80
"""A line that is a programme point outside a list is not longer."""


@dataclass
class OpenProgramme:
    """The open list of points: its kind and day, and the point to which indented lines belong."""

    kind: PointKind | None = None
    in_margins: bool = False
    date: dt.date | None = None
    accepts_paragraph: bool = False
    """True if a paragraph that is no list entry is a point, too: the first one under “Other events”."""
    point: Point | None = None
    indent: int = 0
    rich_text: RichTextBuilder = field(default_factory=RichTextBuilder)

    def finish_point(self) -> None:
        if self.point and self.rich_text:
            self.point.text = self.rich_text.render()
        self.point, self.rich_text = None, RichTextBuilder()


class PressReader:
    """A reader of information for the press."""

    def __init__(self, builder: DocumentBuilder, referenced_marks: set[str], in_lead: bool) -> None:
        self.builder = builder
        self.phrases = builder.phrases
        self.referenced_marks = referenced_marks
        self.in_lead = in_lead
        self.programme = OpenProgramme()
        self.in_contacts = False

    def read(self, paragraph: Paragraph, next_paragraph: Paragraph | None) -> int:
        """Read the paragraph, sometimes together with the next one. Return how many paragraphs were read."""
        if paragraph.is_long:
            self.close()
            return 0
        if any(
            take(paragraph)
            for take in (self.read_paper, self.read_heading, self.read_contact, self.read_detail, self.read_link)
        ):
            return 1
        if next_paragraph is not None and self.read_announced_link(paragraph, next_paragraph):
            return 2
        if self.read_point(paragraph):
            return 1
        self.close()
        return int(self.read_lone_point(paragraph))

    def close(self) -> None:
        self.programme.finish_point()
        self.programme = OpenProgramme()
        self.in_contacts = False

    def read_paper(self, paragraph: Paragraph) -> bool:
        """Read letterhead, notice, footnotes, a repeated title or repeated dates, and the sentence about the plan."""
        rule = get_letterhead_rule(self.phrases, paragraph)
        if paragraph.plain_text == self.phrases.output.as_planned:
            rule = rules.AS_PLANNED
        if rule is None and is_repeated_title(self.builder, paragraph):
            rule = rules.REPEATED_DATES
        if rule:
            self.builder.record(rule, paragraph)
            return True
        return read_footnote(self.builder, paragraph, self.referenced_marks)

    def read_heading(self, paragraph: Paragraph) -> bool:
        phrases, text = self.phrases.press, paragraph.plain_text
        if paragraph.bullet:
            return False
        if compile_phrase(rf"(?:{phrases.press_heading.pattern})\s*:?").fullmatch(text):
            self.close()
            self.programme.kind = PointKind.PRESS_CONFERENCE
            self.builder.record(rules.PRESS_HEADING, paragraph)
            return True
        if other := phrases.other_heading.fullmatch(text.removesuffix(":")):
            self.close()
            in_margins = bool(phrases.margins.search(text))
            self.programme = OpenProgramme(PointKind.OTHER, in_margins, accepts_paragraph=not other["text"])
            if other["text"] and not self.add_point(paragraph, parse_markup(paragraph.text.partition(":")[2])):
                return False
            self.builder.record(rules.OTHER_HEADING, paragraph)
            return True
        return self.read_day_heading(paragraph)

    def read_day_heading(self, paragraph: Paragraph) -> bool:
        if not self.programme.kind:
            return False
        day = get_date_parser(self.phrases.calendar).parse_day(paragraph.plain_text.rstrip(":"))
        if day is None or not (day.month or day.weekday is not None):
            return False
        date = find_date_near(day, self.builder.start, self.builder.end, paragraph.first_line)
        if date is None:
            return False
        self.programme.finish_point()
        self.programme.date = date
        self.builder.record(rules.DAY_HEADING, paragraph)
        return True

    def read_contact(self, paragraph: Paragraph) -> bool:
        phrases, text = self.phrases.press, paragraph.plain_text
        if phrases.contacts_heading.fullmatch(text):
            self.close()
            self.in_contacts = True
            self.builder.record(rules.CONTACT_HEADING, paragraph)
            return True
        contact = parse_contact(self.phrases, text, listed=self.in_contacts and bool(paragraph.bullet))
        if contact:
            self.builder.document.contacts.append(contact)
            self.builder.record(rules.CONTACT, paragraph)
            return True
        if phrases.office_address.fullmatch(text) or EMAIL.match(text):
            self.builder.keep_unplaced(paragraph)
            return True
        return False

    def read_link(self, paragraph: Paragraph) -> bool:
        """Read a link. In a list, read only links of the whole meeting: others belong to the subject of the list."""
        link = parse_link_line(self.phrases, paragraph.text)
        if link is None or (paragraph.bullet and link.kind not in MEETING_LINK_KINDS):
            return False
        return self.add_link(link, paragraph)

    def add_link(self, link: Link, *paragraphs: Paragraph) -> bool:
        """Add a link to the meeting. In the body, add only links of kinds that belong to the whole meeting."""
        if not self.in_lead and link.kind not in MEETING_LINK_KINDS:
            return False
        self.builder.document.links.append(link)
        self.builder.record(rules.LINK, *paragraphs)
        return True

    def read_announced_link(self, paragraph: Paragraph, following: Paragraph) -> bool:
        label = parse_announced_label(self.phrases, paragraph.text)
        link = parse_link_line(self.phrases, following.text) if label else None
        if label is None or link is None or link.title != link.url:
            return False
        usable = build_links([Anchor(label, link.url)], self.phrases)
        return bool(usable) and self.add_link(usable[0], paragraph, following)

    def read_detail(self, paragraph: Paragraph) -> bool:
        """Read a list entry under a point: a link of the point, or its text."""
        programme = self.programme
        if not paragraph.bullet or programme.point is None or paragraph.indent <= programme.indent:
            return False
        if link := parse_link_line(self.phrases, paragraph.text):
            programme.point.links.append(link)
            self.builder.record(rules.LINK, paragraph)
        else:
            programme.rich_text.add(paragraph)
            self.builder.record(rules.POINT_TEXT, paragraph)
        return True

    def read_point(self, paragraph: Paragraph) -> bool:
        programme = self.programme
        if programme.kind is None:
            return False
        if not paragraph.bullet and not programme.accepts_paragraph:
            timed = programme.date and parse_point_line(paragraph.plain_text, self.phrases).printed_time
            if not timed or self.phrases.agenda.finite_verbs.search(paragraph.plain_text):
                return False
        if not self.add_point(paragraph, paragraph.runs):
            return False
        programme.accepts_paragraph = programme.accepts_paragraph and bool(paragraph.bullet)
        return True

    def read_lone_point(self, paragraph: Paragraph) -> bool:
        """Read a point outside a list: “Press conference: +/- 13.00”."""
        line = parse_point_line(paragraph.plain_text, self.phrases)
        named = detect_point_kind(line.title, self.phrases, PointKind.OTHER) != PointKind.OTHER
        if not self.in_lead or line.printed_time is None or not named or len(line.title) > MAX_LONE_POINT_LENGTH:
            return False
        if self.phrases.agenda.finite_verbs.search(line.title):
            return False
        added = self.add_point(paragraph, paragraph.runs)
        self.close()
        return added

    def add_point(self, paragraph: Paragraph, runs: list[TextRun]) -> bool:
        """Add a point to the programme. Return False if the line is too long to be a point."""
        programme, builder, text = self.programme, self.builder, get_plain_text(runs)
        line = parse_point_line(text, self.phrases)
        if not line.title or len(line.title) > MAX_POINT_LENGTH:
            return False
        date = programme.date
        if line.day:
            date = find_date_near(line.day, builder.start, builder.end, paragraph.first_line)
            line.title = line.title if date else text
        printed_time = line.printed_time
        if printed_time is None and programme.kind == PointKind.OTHER:
            printed_time = find_first_time(self.phrases, line.title)
        programme.finish_point()
        programme.indent = paragraph.indent
        programme.point = Point(
            id=uuid4(),
            kind=detect_point_kind(line.title, self.phrases, programme.kind or PointKind.OTHER),
            title=line.title,
            date=date,
            live=line.live,
            in_margins=programme.in_margins,
            links=build_links(get_anchors(runs), self.phrases),
            **(printed_time or PrintedTime())._asdict(),
        )
        builder.points.append(programme.point)
        builder.record(rules.POINT, paragraph)
        return True
