"""The agenda and the results of a note in reading order, as the page has them."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from agenda import registers
from agenda.exporting.blocks import Block, Heading, Run, joined
from agenda.exporting.telling import Runs, Telling, note
from agenda.rendering import Section
from meetings.documents.shape import Item, Result, Session
from meetings.vocabulary import ItemKind


def agenda_blocks(telling: Telling, sections: Iterable[Section]) -> Iterator[Block]:
    for place, section in enumerate(sections):
        if section.session:
            yield from session_blocks(telling, section.session)
        elif place:
            yield Heading(3, [telling.word(_("Other items"))])
        for each in section.items:
            yield from item_blocks(telling, each, 4 if section.session or place else 3)


def session_blocks(telling: Telling, session: Session) -> Iterator[Block]:
    yield Heading(3, telling.text(session.title, "sessions", session.id, "title"))
    place = telling.text(session.place, "sessions", session.id, "place")
    yield from note(joined([telling.days(session.date, None), place]))
    yield from telling.rich(session.text, "sessions", session.id, "text", above=3)


def item_blocks(telling: Telling, item: Item, level: int) -> Iterator[Block]:
    number = [Run(f"{item.number}\u2002")] if item.number else []
    yield Heading(level, number + telling.text(item.title, "agenda", item.id, "title"))
    if item.state:
        state = [telling.label(item.state.label, strong=True)]
        yield from note(joined([state, telling.text(item.state_note, "agenda", item.id, "state_note")]))
    yield from note(marks(telling, item))
    if item.result:
        yield from result_blocks(telling, item.result, level + 1)
    yield from telling.rich(item.text, "agenda", item.id, "text", above=level)
    yield from details(telling, item)
    yield from telling.links(item.links)
    for each in item.items:
        yield from item_blocks(telling, each, level + 1)


def marks(telling: Telling, item: Item) -> Runs:
    """“Public session (public deliberation) · Legislative · Outcome sought: Policy debate”."""
    kind = str(item.kind.label)
    says_kind = item.kind != ItemKind.ITEM and kind.casefold() != item.title.casefold()
    public = [telling.label(item.public.label)] if item.public else []
    if item.public and item.public_basis:
        public += [telling.word(f" ({item.public_basis.label})")]
    sought = telling.text(item.outcome_sought, "agenda", item.id, "outcome_sought")
    return joined(
        [
            [telling.label(kind)] if says_kind else [],
            public,
            [telling.label(item.procedure_type.label)] if item.procedure_type else [],
            [telling.word(_("Outcome sought:")), Run(" "), *sought] if sought else [],
        ]
    )


def details(telling: Telling, item: Item) -> Iterator[Block]:
    language, is_sample = telling.language, "Sample" in telling.document.references
    documents = [(each, registers.document_address(each, language)) for each in item.documents]
    procedures = [(each, registers.procedure_address(each, language)) for each in item.procedures]
    told = (
        (_("Information from"), telling.texts(item.information_from, "agenda", item.id, "information_from")),
        (_("Supported by"), telling.texts(item.supported_by, "agenda", item.id, "supported_by")),
        (_("Documents"), [[Run(each, href="" if is_sample else address)] for each, address in documents]),
        (_("Procedure"), [[Run(each, href="" if is_sample else address)] for each, address in procedures]),
        (_("Legal basis"), [telling.text(item.legal_basis, "agenda", item.id, "legal_basis")]),
        (_("Topics"), [telling.topic(topic) for topic in item.topics]),
    )
    named = ((telling.word(f"{name}:\u00a0"), joined(values, ", ")) for name, values in told)
    yield from note(joined([[name, *values] for name, values in named if values]))


def result_blocks(telling: Telling, result: Result, level: int) -> Iterator[Block]:
    title = telling.text(result.title, "results", result.id, "title")
    outcome = [telling.label(result.outcome.label, strong=True)] if result.outcome else []
    yield Heading(level, title or outcome or [telling.word(_("Result"))])
    yield from note(joined([outcome if title else [], telling.days(result.date, None)]))
    yield from telling.rich(result.text, "results", result.id, "text", above=level)
    yield from telling.links(result.links)
