"""Turn a document into blocks in reading order, from which PDF and Word files are written."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import override

from agenda.export.about_section import (
    build_about_blocks,
    build_contact_blocks,
    build_footnote_blocks,
    get_footnote_anchor,
)
from agenda.export.agenda_section import build_agenda_blocks, build_result_blocks
from agenda.export.blocks import (
    Block,
    Blocks,
    DefinitionList,
    Heading,
    ListBlock,
    Paragraph,
    ParagraphStyle,
    PrintableNote,
    TextRun,
    close_heading_gaps,
    join_runs,
)
from agenda.export.footnote_links import link_footnotes
from agenda.export.imprint import Imprint
from agenda.export.key_facts_section import build_key_facts, split_document_links
from agenda.export.note_formatter import NoteFormatter, Runs, build_small_paragraph
from agenda.export.programme_section import build_programme_blocks
from agenda.presentation.meeting_context import group_items_by_session
from meetings.documents.choices import MeetingStatus
from meetings.documents.schedule import leave_out_cancelled_streams
from meetings.documents.schema import MeetingDocument
from meetings.http.licence import get_licence
from meetings.i18n.event_texts import describe_status
from meetings.i18n.languages import get_own_name
from meetings.i18n.page_dates import format_page_date_range
from meetings.reference.emblems import get_emblem


def build_printable_note(document: MeetingDocument, imprint: Imprint) -> PrintableNote:
    """Return the note in the document's language. The site's own phrases are translated as far as possible."""
    document = leave_out_cancelled_streams(document)
    with override(document.language):
        formatter = NoteFormatter(document, imprint)
        anchors = {each.mark: get_footnote_anchor(number) for number, each in enumerate(document.footnotes, start=1)}
        blocks = list(close_heading_gaps(build_note_blocks(formatter)))
        link_footnotes(blocks, anchors)
        dates = format_page_date_range(document.start_date, document.end_date)
        return PrintableNote(
            title=", ".join(filter(None, (document.title, dates))),
            language=document.language,
            badge=document.configuration.code,
            emblem=get_emblem(document.configuration.slug),
            author=get_licence().attribution,
            attribution=[formatter.format_phrase(get_licence().attribution, strong=True)],
            footer=join_runs([formatter.format_text(document.title, "title"), [TextRun(dates)] if dates else []], ", "),
            status_label=[formatter.format_phrase(imprint.status_label)] if imprint.status_label else [],
            blocks=blocks,
            files=formatter.files,
        )


def build_note_blocks(formatter: NoteFormatter) -> Iterator[Block]:
    document = formatter.document
    yield Paragraph(format_kicker(formatter), ParagraphStyle.KICKER)
    yield Heading(1, formatter.format_text(document.title, "title"))
    yield from build_status_blocks(formatter)
    yield from build_language_blocks(formatter)
    yield from build_alert_blocks(formatter)
    yield DefinitionList(list(build_key_facts(formatter)))
    yield from build_part(
        formatter, _("Results"), [b for each in document.results for b in build_result_blocks(formatter, each, 3)]
    )
    yield from build_part(formatter, _("In brief"), formatter.format_rich_text(document.lead, "lead", parent_level=2))
    if document.programme:
        yield from build_part(formatter, _("Programme"), build_programme_blocks(formatter))
    yield from build_part(formatter, _("Agenda"), build_agenda_part(formatter))
    yield from build_part(
        formatter, _("Further information"), formatter.build_link_list(split_document_links(document)[1])
    )
    yield from build_part(formatter, _("Press contacts"), build_contact_blocks(formatter))
    yield from build_part(formatter, _("Footnotes"), build_footnote_blocks(formatter))
    yield from build_part(formatter, _("About this document"), build_about_blocks(formatter))


def build_part(formatter: NoteFormatter, title: str, content: Iterator[Block] | Blocks) -> Iterator[Block]:
    """Yield the blocks under a heading; nothing if there are no blocks."""
    if blocks := list(content):
        yield Heading(2, [formatter.format_phrase(title)])
        yield from blocks


def format_kicker(formatter: NoteFormatter) -> Runs:
    document = formatter.document
    number = _("Meeting no. %(number)s") % {"number": document.number} if document.number else ""
    return join_runs(
        [
            formatter.format_text(document.configuration.name, "configuration", "name"),
            [formatter.format_label(document.form.label)],
            [formatter.format_phrase(number)] if number else [],
            [formatter.format_phrase(_("Sample"))] if "Sample" in document.references else [],
        ]
    )


def build_status_blocks(formatter: NoteFormatter) -> Iterator[Block]:
    document = formatter.document
    sentence = describe_status(document)
    if document.status != MeetingStatus.CONFIRMED or document.status_reason:
        status = [formatter.format_phrase(sentence, strong=True)] if sentence else []
        reason = formatter.format_text(document.status_reason, "status_reason")
        yield Paragraph(join_runs([status, reason], " "), ParagraphStyle.NOTICE)


def build_language_blocks(formatter: NoteFormatter) -> Iterator[Block]:
    # Titles of topics do not count: they are translated with the topic, not with the meeting.
    if any(not path.startswith("topics.") for path in formatter.document.fallbacks):
        source = formatter.document.source_language
        notice = formatter.format_phrase(_("Parts of this text have not been translated. They are shown in:"))
        yield from build_small_paragraph(
            [notice, TextRun(" "), TextRun(get_own_name(source), formatter.get_foreign_language(source)), TextRun(".")]
        )


def build_alert_blocks(formatter: NoteFormatter) -> Iterator[Block]:
    entries: list[Blocks] = []
    for alert in formatter.document.alerts:
        at = [TextRun(formatter.format_day_and_time(alert.at), strong=True)]
        entries.append([Paragraph(join_runs([at, formatter.format_text(alert.text, "alerts", alert.id, "text")]))])
    yield from build_part(formatter, _("Latest changes"), [ListBlock(entries=entries)] if entries else [])


def build_agenda_part(formatter: NoteFormatter) -> Iterator[Block]:
    document = formatter.document
    if document.agenda_status and document.agenda:
        yield from build_small_paragraph([formatter.format_label(document.agenda_status.label)])
    yield from build_agenda_blocks(formatter, group_items_by_session(document))
