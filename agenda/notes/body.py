"""The body of a note: sessions, agenda items with text and links, any other business."""

from collections.abc import Sequence
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.draft import LONGEST_TITLE, Draft, texts_first, usable
from agenda.notes.flow import Flow
from agenda.notes.headings import SessionHeading, is_item_heading, session_heading
from agenda.notes.links import read_link_line
from agenda.notes.marks import Anchor, anchors, plain_text
from agenda.notes.other_business import OtherBusiness, item_of
from agenda.notes.paragraphs import NUMBERED, Paragraph
from agenda.notes.press import PressReader
from agenda.notes.providers import read_providers
from agenda.notes.references import documents_in, procedures_in
from agenda.notes.titles import TitleFacts, public_mark, read_title
from meetings.documents.shape import Item, Session
from meetings.vocabulary import ItemKind


class BodyReader:
    def __init__(self, draft: Draft, press: PressReader) -> None:
        self.draft = draft
        self.words = draft.words
        self.press = press
        self.session: Session | None = None
        self.session_facts = TitleFacts()
        self.item: Item | None = None
        self.part: Item | None = None
        """The point of any other business, or the lettered part of the item, that texts and links belong to."""
        self.other_business: OtherBusiness | None = None
        self.flow = Flow()
        self.titled = False
        """The paragraph before was a title, so that this one may say the outcome sought or who informs."""

    def read(self, paragraphs: Sequence[Paragraph]) -> None:
        at = 0
        while at < len(paragraphs):
            paragraph = paragraphs[at]
            following = paragraphs[at + 1] if at + 1 < len(paragraphs) else None
            taken = self.press.read(paragraph, following)
            if not taken and not self.tells_facts(paragraph):
                self.text(paragraph)
            at += taken or 1
        self.finish_text()

    def tells_facts(self, paragraph: Paragraph) -> bool:
        """Whether one of the rules for headings, facts and links took the paragraph; the first that can does."""
        rules_in_order = (
            self.other_business_heading,
            self.session_heading,
            self.says_provider,
            self.says_outcome,
            self.other_business_point,
            self.lettered_part,
            self.item_heading,
            self.link_line,
        )
        return not paragraph.is_long and any(takes(paragraph) for takes in rules_in_order)

    def session_heading(self, paragraph: Paragraph) -> bool:
        heading = session_heading(self.draft, paragraph)
        if heading is None:
            return False
        self.finish_text()
        self.item = self.part = self.other_business = None
        self.session, self.session_facts = self.session_of(heading), heading.facts
        self.draft.used(rules.SESSION, paragraph.numbers)
        return True

    def session_of(self, heading: SessionHeading) -> Session:
        """A heading that comes again goes on with its session."""
        session = next(
            (each for each in self.draft.sessions if each.title.casefold() == heading.title.casefold()), None
        )
        if session is None or heading.date not in (None, session.date):
            session = Session(id=uuid4(), title=heading.title, date=heading.date)
            self.draft.sessions.append(session)
        return session

    def other_business_heading(self, paragraph: Paragraph) -> bool:
        agenda, text = self.words.agenda, paragraph.text
        number = NUMBERED.match(text)
        bare = plain_text(text[number.end() :] if number else text)
        heading, one = agenda.other_business.fullmatch(bare), agenda.one_other_business.fullmatch(bare)
        if paragraph.bullet or not (heading or one):
            return False
        facts = TitleFacts()
        mark = heading["mark"] if heading else None
        if mark and not public_mark(mark, facts, self.words):
            return False
        facts.title = bare.rstrip(":").partition(f" ({mark})")[0] if heading else self.words.written.other_business
        facts.number = read_title(text, self.words).number
        facts.kind = ItemKind.ANY_OTHER_BUSINESS
        self.start_item(facts)
        self.draft.used(rules.ITEM_TITLE, paragraph.numbers)
        if mark or one:
            self.draft.used(rules.ITEM_FACTS, paragraph.numbers)
        if self.item:
            self.other_business = OtherBusiness(self.item, self.words)
        if one and self.other_business:
            self.part = self.other_business.add(read_title(text.partition(":")[2], self.words), paragraph.indent)
        return True

    def other_business_point(self, paragraph: Paragraph) -> bool:
        """In a list, lettered, or a line that says who informs."""
        business = self.other_business
        if business is None:
            return False
        facts = read_title(paragraph.text, self.words)
        if (
            not (paragraph.bullet or facts.number or facts.information_from)
            or not 0 < len(facts.title) <= LONGEST_TITLE * 2
        ):
            return False
        self.finish_text()
        self.part = business.add(facts, paragraph.indent)
        self.part.links += [self.draft.link(anchor) for anchor in usable(facts.links)]
        self.account_for_title(facts, paragraph)
        return True

    def lettered_part(self, paragraph: Paragraph) -> bool:
        """“a) …” right behind the title of an item, or behind such a part: a point of the item by itself."""
        number = NUMBERED.match(paragraph.text)
        if self.item is None or not number or not number["letter"] or self.flow or self.item.text:
            return False
        if not is_item_heading(self.words, paragraph):
            return False
        facts = read_title(paragraph.text, self.words)
        self.finish_text()
        facts.number = f"{self.item.number} {facts.number}".strip()
        facts.public, facts.public_basis = (
            facts.public or self.item.public,
            facts.public_basis or self.item.public_basis,
        )
        self.part = item_of(facts)
        self.part.session = self.item.session
        self.item.items.append(self.part)
        self.part.links += [self.draft.link(anchor) for anchor in usable(facts.links)]
        self.account_for_title(facts, paragraph)
        return True

    def item_heading(self, paragraph: Paragraph) -> bool:
        if not is_item_heading(self.words, paragraph) or (
            self.flow.continues_numbers(paragraph) and not self.numbered_next(paragraph)
        ):
            return False
        facts = read_title(paragraph.text, self.words)
        if not facts.title:
            return False
        if self.words.agenda.a_items.fullmatch(facts.title):
            facts.kind = ItemKind.A_ITEMS
        self.start_item(facts)
        self.account_for_title(facts, paragraph)
        return True

    def numbered_next(self, paragraph: Paragraph) -> bool:
        """The number that follows on the item's own, with an empty line before it, is the next item's."""
        number = NUMBERED.match(paragraph.text)
        return bool(
            paragraph.after_gap and number and number["digits"] and self.item and self.item.number.isdigit()
            and int(number["digits"]) == int(self.item.number) + 1
        )  # fmt: skip

    def start_item(self, facts: TitleFacts) -> None:
        self.finish_text()
        self.part = self.other_business = None
        if not facts.public:
            facts.public, facts.public_basis = self.session_facts.public, self.session_facts.public_basis
        self.item = item_of(facts)
        self.item.session = self.session.id if self.session else None
        self.item.links += [self.draft.link(anchor) for anchor in usable(facts.links)]
        self.draft.agenda.append(self.item)

    def account_for_title(self, facts: TitleFacts, paragraph: Paragraph) -> None:
        self.draft.used(rules.ITEM_TITLE, paragraph.numbers)
        if facts.consumed:
            self.draft.used(rules.ITEM_FACTS, paragraph.numbers)
        self.titled = True

    def says_provider(self, paragraph: Paragraph) -> bool:
        """“Information from the Presidency” as a line of its own."""
        owner = self.other_business.top if self.other_business else self.part or self.item
        match = self.words.agenda.information.fullmatch(paragraph.words.strip(" ()."))
        providers = read_providers(match["providers"], self.words) if match else None
        if owner is None or providers is None or owner.information_from or self.flow or owner.text:
            return False
        owner.information_from, owner.supported_by = providers.information_from, providers.supported_by
        self.draft.used(rules.PROVIDER, paragraph.numbers)
        return True

    def says_outcome(self, paragraph: Paragraph) -> bool:
        owner = self.part or self.item
        titled, self.titled = self.titled, False
        if not titled or owner is None or owner.outcome_sought or paragraph.bullet:
            return False
        if not self.words.agenda.outcomes.fullmatch(paragraph.words) or len(paragraph.words) > 200:
            return False
        owner.outcome_sought = paragraph.words
        self.draft.used(rules.OUTCOME, paragraph.numbers)
        return True

    def link_line(self, paragraph: Paragraph) -> bool:
        owner = self.part or self.item
        anchor = read_link_line(paragraph.text)
        if anchor is None and self.words.press.unlinked.fullmatch(paragraph.words) and not anchors(paragraph.runs):
            anchor = next(iter(usable([Anchor(paragraph.words, "")])), None)
        if anchor is None or paragraph.bullet:
            return False
        if owner:
            owner.links.append(self.draft.link(anchor))
        else:
            self.draft.links.append((paragraph.first, self.draft.link(anchor)))
        self.draft.used(rules.ITEM_LINK if owner else rules.LINK, paragraph.numbers)
        return True

    def text(self, paragraph: Paragraph) -> None:
        owner = self.part or self.item
        if owner is None and self.session is None:
            self.draft.keep_unplaced(paragraph)
            return
        self.flow.add(paragraph)
        links = [self.draft.link(anchor) for anchor in usable(anchors(paragraph.runs))]
        if owner:
            add_new(owner.documents, documents_in(paragraph.words, self.words.agenda.regulations))
            add_new(owner.procedures, procedures_in(paragraph.words))
            owner.links += links
        else:
            self.draft.links += [(paragraph.first, link) for link in links]
        self.draft.used(rules.ITEM_TEXT if owner else rules.SESSION_TEXT, paragraph.numbers)

    def finish_text(self) -> None:
        owner = self.part or self.item or self.session
        if owner and self.flow:
            owner.text += self.flow.html()
        if isinstance(owner, Item):
            owner.links = texts_first(owner.links, owner.text)
        self.flow, self.titled = Flow(), False


def add_new(known: list[str], found: list[str]) -> None:
    known += [each for each in found if each not in known]
