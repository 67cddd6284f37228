"""The agenda and the results of an exported note, in the same order as on the page."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.export.blocks import Block, Heading, TextRun, join_runs
from agenda.export.note_formatter import NoteFormatter, Runs, build_small_paragraph
from agenda.presentation.meeting_context import AgendaSection
from meetings.documents import register_urls
from meetings.documents.choices import ItemKind
from meetings.documents.schema import Item, Result, Session


def build_agenda_blocks(formatter: NoteFormatter, sections: Iterable[AgendaSection]) -> Iterator[Block]:
    for place, section in enumerate(sections):
        if section.session:
            yield from build_session_blocks(formatter, section.session)
        elif place:
            yield Heading(3, [formatter.format_phrase(_("Other items"))])
        for each in section.items:
            yield from build_item_blocks(formatter, each, 4 if section.session or place else 3)


def build_session_blocks(formatter: NoteFormatter, session: Session) -> Iterator[Block]:
    yield Heading(3, formatter.format_text(session.title, "sessions", session.id, "title"))
    place = formatter.format_text(session.place, "sessions", session.id, "place")
    yield from build_small_paragraph(join_runs([formatter.format_days(session.date, None), place]))
    yield from formatter.format_rich_text(session.text, "sessions", session.id, "text", parent_level=3)


def build_item_blocks(formatter: NoteFormatter, item: Item, level: int) -> Iterator[Block]:
    number = [TextRun(f"{item.number}\u2002")] if item.number else []
    yield Heading(level, number + formatter.format_text(item.title, "agenda", item.id, "title"))
    if item.state:
        state = [formatter.format_label(item.state.label, strong=True)]
        yield from build_small_paragraph(
            join_runs([state, formatter.format_text(item.state_note, "agenda", item.id, "state_note")])
        )
    yield from build_small_paragraph(format_item_marks(formatter, item))
    if item.result:
        yield from build_result_blocks(formatter, item.result, level + 1)
    yield from formatter.format_rich_text(item.text, "agenda", item.id, "text", parent_level=level)
    yield from build_item_details(formatter, item)
    yield from formatter.build_link_list(item.links)
    for each in item.items:
        yield from build_item_blocks(formatter, each, level + 1)


def format_item_marks(formatter: NoteFormatter, item: Item) -> Runs:
    """Return, for example, “Public session (public deliberation) · Legislative · Outcome sought: Policy debate”."""
    kind = str(item.kind.label)
    shows_kind = item.kind != ItemKind.ITEM and kind.casefold() != item.title.casefold()
    public = [formatter.format_label(item.public.label)] if item.public else []
    if item.public and item.public_basis:
        public += [formatter.format_phrase(f" ({item.public_basis.label})")]
    sought = formatter.format_text(item.outcome_sought, "agenda", item.id, "outcome_sought")
    return join_runs(
        [
            [formatter.format_label(kind)] if shows_kind else [],
            public,
            [formatter.format_label(item.procedure_type.label)] if item.procedure_type else [],
            [formatter.format_phrase(_("Outcome sought:")), TextRun(" "), *sought] if sought else [],
        ]
    )


def build_item_details(formatter: NoteFormatter, item: Item) -> Iterator[Block]:
    language = formatter.language
    documents = [(each, register_urls.get_document_url(each, language)) for each in item.documents]
    procedures = [(each, register_urls.get_procedure_url(each, language)) for each in item.procedures]
    labelled_values = (
        (_("Information from"), formatter.format_texts(item.information_from, "agenda", item.id, "information_from")),
        (_("Supported by"), formatter.format_texts(item.supported_by, "agenda", item.id, "supported_by")),
        (_("Documents"), [[TextRun(each, href=address)] for each, address in documents]),
        (_("Procedure"), [[TextRun(each, href=address)] for each, address in procedures]),
        (_("Legal basis"), [format_legal_basis(formatter, item)]),
        (_("Topics"), [formatter.format_topic(topic) for topic in item.topics]),
    )
    labelled_runs = (
        (formatter.format_phrase(f"{label}:\u00a0"), join_runs(values, ", ")) for label, values in labelled_values
    )
    yield from build_small_paragraph(join_runs([[label, *runs] for label, runs in labelled_runs if runs]))


def format_legal_basis(formatter: NoteFormatter, item: Item) -> Runs:
    return [
        replace(run, text=part.text, href=part.url)
        for run in formatter.format_text(item.legal_basis, "agenda", item.id, "legal_basis")
        for part in register_urls.link_treaty_articles(run.text)
    ]


def build_result_blocks(formatter: NoteFormatter, result: Result, level: int) -> Iterator[Block]:
    title = formatter.format_text(result.title, "results", result.id, "title")
    outcome = [formatter.format_label(result.outcome.label, strong=True)] if result.outcome else []
    yield Heading(level, title or outcome or [formatter.format_phrase(_("Result"))])
    yield from build_small_paragraph(join_runs([outcome if title else [], formatter.format_days(result.date, None)]))
    yield from formatter.format_rich_text(result.text, "results", result.id, "text", parent_level=level)
    yield from formatter.build_link_list(result.links)
