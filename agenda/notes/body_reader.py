"""Read the body of a note: sessions, agenda items with text and links, any other business."""

from collections.abc import Sequence
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.document_builder import DocumentBuilder
from agenda.notes.headings import SessionHeading, is_item_heading, parse_session_heading
from agenda.notes.inline_markup import Anchor, get_anchors, strip_markup
from agenda.notes.item_title import NO_PUBLIC_MARK, add_numbers, find_public_mark, parse_item_title
from agenda.notes.links import MAX_TITLE_LENGTH, build_links, parse_link_line, sort_text_links_first
from agenda.notes.other_business import OtherBusiness
from agenda.notes.paragraphs import LEADING_NUMBER, Paragraph
from agenda.notes.press_reader import PressReader
from agenda.notes.providers import parse_providers
from agenda.notes.rich_text_builder import RichTextBuilder
from meetings.documents.choices import ItemKind
from meetings.documents.schema import Item, Session


class BodyReader:
    """A reader of the body. It keeps the session and the item to which the next paragraphs belong."""

    def __init__(self, builder: DocumentBuilder, press: PressReader) -> None:
        self.builder = builder
        self.phrases = builder.phrases
        self.press = press
        self.session: Session | None = None
        self.public_mark = NO_PUBLIC_MARK
        """The public mark of the session."""
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
        self.press.close()

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
        self.session, self.public_mark = self.get_or_add_session(heading), heading.public_mark
        self.builder.record(rules.SESSION, paragraph)
        return True

    def get_or_add_session(self, heading: SessionHeading) -> Session:
        """Return the session of the heading. A heading that comes again continues its session."""
        sessions, title = self.builder.document.sessions, heading.title
        session = next((known for known in sessions if known.title.casefold() == title.casefold()), None)
        if session is None or heading.date not in (None, session.date):
            session = Session(id=uuid4(), title=title, date=heading.date)
            sessions.append(session)
        return session

    def read_other_business_heading(self, paragraph: Paragraph) -> bool:
        agenda, text = self.phrases.agenda, paragraph.text
        printed = strip_leading_number(text)
        heading, inline = agenda.other_business.fullmatch(printed), agenda.inline_other_business.fullmatch(printed)
        if paragraph.bullet or not (heading or inline):
            return False
        printed_mark = heading["mark"] if heading else None
        mark = find_public_mark(printed_mark, self.phrases) if printed_mark else NO_PUBLIC_MARK
        if mark is None:
            return False
        item = Item(id=uuid4(), kind=ItemKind.ANY_OTHER_BUSINESS, title=self.phrases.output.other_business)
        item.number = parse_item_title(text, self.phrases).number
        item.public, item.public_basis = mark
        if heading:
            item.title = printed.rstrip(":").partition(f" ({printed_mark})")[0]
        self.start_item(item)
        self.builder.record(rules.ITEM_TITLE, paragraph)
        if printed_mark or inline:
            self.builder.record(rules.ITEM_FACTS, paragraph)
        self.other_business = OtherBusiness(item)
        if inline:
            self.subitem = parse_item_title(text.partition(":")[2], self.phrases)
            self.other_business.add_point(self.subitem, paragraph.indent)
        return True

    def read_other_business_point(self, paragraph: Paragraph) -> bool:
        """Read a point of any other business: a list entry, a lettered line, or a line that says who informs."""
        if self.other_business is None:
            return False
        item = parse_item_title(paragraph.text, self.phrases)
        is_point = paragraph.bullet or item.number or item.information_from
        if not is_point or not 0 < len(item.title) <= MAX_TITLE_LENGTH * 2:
            return False
        self.finish_text()
        self.other_business.add_point(item, paragraph.indent)
        self.subitem = item
        self.record_title(item, paragraph)
        return True

    def read_lettered_part(self, paragraph: Paragraph) -> bool:
        """Read “a) …” directly after the title of an item, or after another such part, as an item of its own."""
        number = LEADING_NUMBER.match(paragraph.text)
        if self.item is None or not number or not number["letter"] or self.rich_text or self.item.text:
            return False
        if not is_item_heading(self.phrases, paragraph):
            return False
        self.finish_text()
        item = parse_item_title(paragraph.text, self.phrases)
        item.number = f"{self.item.number} {item.number}".strip()
        item.public, item.public_basis = item.public or self.item.public, item.public_basis or self.item.public_basis
        item.session = self.item.session
        self.item.items.append(item)
        self.subitem = item
        self.record_title(item, paragraph)
        return True

    def read_item_heading(self, paragraph: Paragraph) -> bool:
        if not is_item_heading(self.phrases, paragraph) or (
            self.rich_text.continues_numbering(paragraph) and not self.is_next_number(paragraph)
        ):
            return False
        item = parse_item_title(paragraph.text, self.phrases)
        if not item.title:
            return False
        if self.phrases.agenda.a_items.fullmatch(item.title):
            item.kind = ItemKind.A_ITEMS
        self.start_item(item)
        self.record_title(item, paragraph)
        return True

    def is_next_number(self, paragraph: Paragraph) -> bool:
        """Return True if the paragraph has the number after the item's and comes after a gap: it is a new item."""
        number = LEADING_NUMBER.match(paragraph.text)
        return bool(
            paragraph.follows_gap and number and number["digits"] and self.item and self.item.number.isdigit()
            and int(number["digits"]) == int(self.item.number) + 1
        )  # fmt: skip

    def start_item(self, item: Item) -> None:
        self.finish_text()
        self.subitem = self.other_business = None
        if not item.public:
            item.public, item.public_basis = self.public_mark
        item.session = self.session.id if self.session else None
        self.builder.document.agenda.append(item)
        self.item = item

    def record_title(self, item: Item, paragraph: Paragraph) -> None:
        self.builder.record(rules.ITEM_TITLE, paragraph)
        if item.title != strip_leading_number(paragraph.text):  # the other words are only in the facts
            self.builder.record(rules.ITEM_FACTS, paragraph)
        self.follows_title = True

    def read_provider(self, paragraph: Paragraph) -> bool:
        """Read “Information from the Presidency” on a line of its own."""
        owner = self.other_business.top_point if self.other_business else self.subitem or self.item
        match = self.phrases.agenda.information.fullmatch(paragraph.plain_text.strip(" ()."))
        providers = parse_providers(match["providers"], self.phrases) if match else None
        if owner is None or providers is None or owner.information_from or self.rich_text or owner.text:
            return False
        owner.information_from, owner.supported_by = providers
        self.builder.record(rules.PROVIDER, paragraph)
        return True

    def read_outcome(self, paragraph: Paragraph) -> bool:
        owner = self.subitem or self.item
        titled, self.follows_title = self.follows_title, False
        if not titled or owner is None or owner.outcome_sought or paragraph.bullet:
            return False
        if not self.phrases.agenda.outcomes.fullmatch(paragraph.plain_text) or len(paragraph.plain_text) > 200:
            return False
        owner.outcome_sought = paragraph.plain_text
        self.builder.record(rules.OUTCOME, paragraph)
        return True

    def read_link(self, paragraph: Paragraph) -> bool:
        link, text = parse_link_line(self.phrases, paragraph.text), paragraph.plain_text
        if link is None and self.phrases.press.link_without_address.fullmatch(text) and not get_anchors(paragraph.runs):
            link = next(iter(build_links([Anchor(text, "")], self.phrases)), None)
        if link is None or paragraph.bullet:
            return False
        owner = self.subitem or self.item
        (owner or self.builder.document).links.append(link)
        self.builder.record(rules.ITEM_LINK if owner else rules.LINK, paragraph)
        return True

    def add_text(self, paragraph: Paragraph) -> None:
        owner = self.subitem or self.item
        if owner is None and self.session is None:
            self.builder.keep_unplaced(paragraph)
            return
        self.rich_text.add(paragraph)
        if owner:
            add_numbers(owner, paragraph.plain_text, self.phrases)
        (owner or self.builder.document).links += build_links(get_anchors(paragraph.runs), self.phrases)
        self.builder.record(rules.ITEM_TEXT if owner else rules.SESSION_TEXT, paragraph)

    def finish_text(self) -> None:
        owner = self.subitem or self.item or self.session
        if owner and self.rich_text:
            owner.text += self.rich_text.render()
        if isinstance(owner, Item):
            owner.links = sort_text_links_first(owner.links, owner.text)
        self.rich_text, self.follows_title = RichTextBuilder(), False


def strip_leading_number(text: str) -> str:
    """Return the plain text of a line without the number of its item."""
    number = LEADING_NUMBER.match(text)
    return strip_markup(text[number.end() :] if number else text)
