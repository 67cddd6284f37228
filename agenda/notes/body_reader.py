"""Read the body of a note: sessions, agenda items with text and links, any other business."""

from collections.abc import Sequence
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.document_builder import (
    MAX_TITLE_LENGTH,
    DocumentBuilder,
    select_usable_anchors,
    sort_text_links_first,
)
from agenda.notes.headings import SessionHeading, is_item_heading, parse_session_heading
from agenda.notes.inline_markup import Anchor, get_anchors, strip_markup
from agenda.notes.item_title import ParsedItemTitle, parse_item_title, read_public_mark
from agenda.notes.link_lines import parse_link_line
from agenda.notes.other_business import OtherBusiness, build_item
from agenda.notes.paragraphs import LEADING_NUMBER, Paragraph
from agenda.notes.press_reader import PressReader
from agenda.notes.providers import parse_providers
from agenda.notes.rich_text_builder import RichTextBuilder
from meetings.documents.choices import ItemKind
from meetings.documents.document_numbers import find_document_numbers, find_procedure_codes
from meetings.documents.schema import Item, Session


class BodyReader:
    """A reader of the body. It keeps the session and the item to which the next paragraphs belong."""

    def __init__(self, builder: DocumentBuilder, press: PressReader) -> None:
        self.builder = builder
        self.phrases = builder.phrases
        self.press = press
        self.session: Session | None = None
        self.session_facts = ParsedItemTitle()
        self.item: Item | None = None
        self.subitem: Item | None = None
        """The point of any other business or the lettered part of the item to which texts and links belong."""
        self.other_business: OtherBusiness | None = None
        self.rich_text = RichTextBuilder()
        self.follows_title = False
        """True if the paragraph before was a title, so that this one may say the outcome sought or who informs."""

    def read(self, paragraphs: Sequence[Paragraph]) -> None:
        """Read all paragraphs of the body."""
        at = 0
        while at < len(paragraphs):
            paragraph = paragraphs[at]
            following = paragraphs[at + 1] if at + 1 < len(paragraphs) else None
            count = self.press.read(paragraph, following)
            if not count and not self.apply_rules(paragraph):
                self.add_text(paragraph)
            at += count or 1
        self.finish_text()

    def apply_rules(self, paragraph: Paragraph) -> bool:
        """Try the rules for headings, facts and links in their order. Return True if one of them read the paragraph."""
        rules_in_order = (
            self.read_other_business_heading,
            self.read_session_heading,
            self.read_provider,
            self.read_outcome,
            self.read_other_business_point,
            self.read_lettered_part,
            self.read_item_heading,
            self.read_link,
        )
        return not paragraph.is_long and any(reads(paragraph) for reads in rules_in_order)

    def read_session_heading(self, paragraph: Paragraph) -> bool:
        heading = parse_session_heading(self.builder, paragraph)
        if heading is None:
            return False
        self.finish_text()
        self.item = self.subitem = self.other_business = None
        self.session, self.session_facts = self.get_or_add_session(heading), heading.facts
        self.builder.record(rules.SESSION, paragraph.line_numbers)
        return True

    def get_or_add_session(self, heading: SessionHeading) -> Session:
        """Return the session of the heading. A heading that comes again continues its session."""
        session = next(
            (known for known in self.builder.sessions if known.title.casefold() == heading.title.casefold()), None
        )
        if session is None or heading.date not in (None, session.date):
            session = Session(id=uuid4(), title=heading.title, date=heading.date)
            self.builder.sessions.append(session)
        return session

    def read_other_business_heading(self, paragraph: Paragraph) -> bool:
        agenda, text = self.phrases.agenda, paragraph.text
        number = LEADING_NUMBER.match(text)
        bare = strip_markup(text[number.end() :] if number else text)
        heading, inline = agenda.other_business.fullmatch(bare), agenda.inline_other_business.fullmatch(bare)
        if paragraph.bullet or not (heading or inline):
            return False
        facts = ParsedItemTitle()
        mark = heading["mark"] if heading else None
        if mark and not read_public_mark(mark, facts, self.phrases):
            return False
        facts.title = bare.rstrip(":").partition(f" ({mark})")[0] if heading else self.phrases.output.other_business
        facts.number = parse_item_title(text, self.phrases).number
        facts.kind = ItemKind.ANY_OTHER_BUSINESS
        self.start_item(facts)
        self.builder.record(rules.ITEM_TITLE, paragraph.line_numbers)
        if mark or inline:
            self.builder.record(rules.ITEM_FACTS, paragraph.line_numbers)
        if self.item:
            self.other_business = OtherBusiness(self.item, self.phrases)
        if inline and self.other_business:
            self.subitem = self.other_business.add_point(
                parse_item_title(text.partition(":")[2], self.phrases), paragraph.indent
            )
        return True

    def read_other_business_point(self, paragraph: Paragraph) -> bool:
        """Read a point of any other business: a list entry, a lettered line, or a line that says who informs."""
        business = self.other_business
        if business is None:
            return False
        facts = parse_item_title(paragraph.text, self.phrases)
        if (
            not (paragraph.bullet or facts.number or facts.information_from)
            or not 0 < len(facts.title) <= MAX_TITLE_LENGTH * 2
        ):
            return False
        self.finish_text()
        self.subitem = business.add_point(facts, paragraph.indent)
        self.subitem.links += [self.builder.build_link(anchor) for anchor in select_usable_anchors(facts.links)]
        self.record_title(facts, paragraph)
        return True

    def read_lettered_part(self, paragraph: Paragraph) -> bool:
        """Read “a) …” directly after the title of an item, or after another such part, as an item of its own."""
        number = LEADING_NUMBER.match(paragraph.text)
        if self.item is None or not number or not number["letter"] or self.rich_text or self.item.text:
            return False
        if not is_item_heading(self.phrases, paragraph):
            return False
        facts = parse_item_title(paragraph.text, self.phrases)
        self.finish_text()
        facts.number = f"{self.item.number} {facts.number}".strip()
        facts.public, facts.public_basis = (
            facts.public or self.item.public,
            facts.public_basis or self.item.public_basis,
        )
        self.subitem = build_item(facts)
        self.subitem.session = self.item.session
        self.item.items.append(self.subitem)
        self.subitem.links += [self.builder.build_link(anchor) for anchor in select_usable_anchors(facts.links)]
        self.record_title(facts, paragraph)
        return True

    def read_item_heading(self, paragraph: Paragraph) -> bool:
        if not is_item_heading(self.phrases, paragraph) or (
            self.rich_text.continues_numbering(paragraph) and not self.is_next_number(paragraph)
        ):
            return False
        facts = parse_item_title(paragraph.text, self.phrases)
        if not facts.title:
            return False
        if self.phrases.agenda.a_items.fullmatch(facts.title):
            facts.kind = ItemKind.A_ITEMS
        self.start_item(facts)
        self.record_title(facts, paragraph)
        return True

    def is_next_number(self, paragraph: Paragraph) -> bool:
        """Return True if the paragraph has the number after the item's and comes after a gap: it is a new item."""
        number = LEADING_NUMBER.match(paragraph.text)
        return bool(
            paragraph.follows_gap and number and number["digits"] and self.item and self.item.number.isdigit()
            and int(number["digits"]) == int(self.item.number) + 1
        )  # fmt: skip

    def start_item(self, facts: ParsedItemTitle) -> None:
        self.finish_text()
        self.subitem = self.other_business = None
        if not facts.public:
            facts.public, facts.public_basis = self.session_facts.public, self.session_facts.public_basis
        self.item = build_item(facts)
        self.item.session = self.session.id if self.session else None
        self.item.links += [self.builder.build_link(anchor) for anchor in select_usable_anchors(facts.links)]
        self.builder.agenda.append(self.item)

    def record_title(self, facts: ParsedItemTitle, paragraph: Paragraph) -> None:
        self.builder.record(rules.ITEM_TITLE, paragraph.line_numbers)
        if facts.has_removed_facts:
            self.builder.record(rules.ITEM_FACTS, paragraph.line_numbers)
        self.follows_title = True

    def read_provider(self, paragraph: Paragraph) -> bool:
        """Read “Information from the Presidency” on a line of its own."""
        owner = self.other_business.top_point if self.other_business else self.subitem or self.item
        match = self.phrases.agenda.information.fullmatch(paragraph.plain_text.strip(" ()."))
        providers = parse_providers(match["providers"], self.phrases) if match else None
        if owner is None or providers is None or owner.information_from or self.rich_text or owner.text:
            return False
        owner.information_from, owner.supported_by = providers.information_from, providers.supported_by
        self.builder.record(rules.PROVIDER, paragraph.line_numbers)
        return True

    def read_outcome(self, paragraph: Paragraph) -> bool:
        owner = self.subitem or self.item
        titled, self.follows_title = self.follows_title, False
        if not titled or owner is None or owner.outcome_sought or paragraph.bullet:
            return False
        if not self.phrases.agenda.outcomes.fullmatch(paragraph.plain_text) or len(paragraph.plain_text) > 200:
            return False
        owner.outcome_sought = paragraph.plain_text
        self.builder.record(rules.OUTCOME, paragraph.line_numbers)
        return True

    def read_link(self, paragraph: Paragraph) -> bool:
        owner = self.subitem or self.item
        anchor = parse_link_line(paragraph.text)
        if (
            anchor is None
            and self.phrases.press.link_without_address.fullmatch(paragraph.plain_text)
            and not get_anchors(paragraph.runs)
        ):
            anchor = next(iter(select_usable_anchors([Anchor(paragraph.plain_text, "")])), None)
        if anchor is None or paragraph.bullet:
            return False
        if owner:
            owner.links.append(self.builder.build_link(anchor))
        else:
            self.builder.links.append((paragraph.first_line, self.builder.build_link(anchor)))
        self.builder.record(rules.ITEM_LINK if owner else rules.LINK, paragraph.line_numbers)
        return True

    def add_text(self, paragraph: Paragraph) -> None:
        owner = self.subitem or self.item
        if owner is None and self.session is None:
            self.builder.keep_unplaced(paragraph)
            return
        self.rich_text.add(paragraph)
        links = [self.builder.build_link(anchor) for anchor in select_usable_anchors(get_anchors(paragraph.runs))]
        if owner:
            add_missing(owner.documents, find_document_numbers(paragraph.plain_text, self.phrases.agenda.act_reference))
            add_missing(owner.procedures, find_procedure_codes(paragraph.plain_text))
            owner.links += links
        else:
            self.builder.links += [(paragraph.first_line, link) for link in links]
        self.builder.record(rules.ITEM_TEXT if owner else rules.SESSION_TEXT, paragraph.line_numbers)

    def finish_text(self) -> None:
        owner = self.subitem or self.item or self.session
        if owner and self.rich_text:
            owner.text += self.rich_text.render()
        if isinstance(owner, Item):
            owner.links = sort_text_links_first(owner.links, owner.text)
        self.rich_text, self.follows_title = RichTextBuilder(), False


def add_missing(known: list[str], found: list[str]) -> None:
    known += [value for value in found if value not in known]
