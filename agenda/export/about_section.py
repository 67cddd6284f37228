"""The end of an exported note: press contacts, footnotes, and where the note comes from."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.export.blocks import Block, DefinitionList, LabelledContent, Paragraph, TextRun, join_runs
from agenda.export.note_formatter import NoteFormatter, Runs, build_paragraph
from meetings.documents import register_urls
from meetings.documents.document_urls import format_dial_number
from meetings.http.licence import get_licence


def build_contact_blocks(formatter: NoteFormatter) -> Iterator[Block]:
    for contact in formatter.document.contacts:
        role = formatter.format_text(contact.role, "contacts", contact.id, "role")
        phones = [[TextRun(phone, href=f"tel:{format_dial_number(phone)}")] for phone in contact.phones]
        mail = [TextRun(contact.email, href=f"mailto:{contact.email}")] if contact.email else []
        web = [TextRun(contact.url, href=contact.url)] if contact.url else []
        name = join_runs([[TextRun(contact.name, strong=True)], role], ", ")
        channels = join_runs([*phones, mail, web])
        yield Paragraph(join_runs([name, channels], "\n"))


def get_footnote_anchor(number: int) -> str:
    return f"footnote_{number}"


def build_footnote_blocks(formatter: NoteFormatter) -> Iterator[Block]:
    entries = [
        LabelledContent(
            [TextRun(each.mark)],
            formatter.format_rich_text(each.text, "footnotes", each.id, "text"),
            get_footnote_anchor(number),
        )
        for number, each in enumerate(formatter.document.footnotes, start=1)
    ]
    if entries:
        yield DefinitionList(entries)


def build_about_blocks(formatter: NoteFormatter) -> Iterator[Block]:
    """Yield the note's own notice, then its edition, address and licence."""
    document, imprint = formatter.document, formatter.imprint
    licence = get_licence()
    name = replace(formatter.format_phrase(licence.name), href=licence.url)
    terms = [formatter.format_phrase(f"{licence.attribution}, "), name]
    yield from build_paragraph(formatter.format_text(document.notice, "notice"))
    change_note = (
        [TextRun(imprint.change_note, formatter.get_foreign_language(imprint.change_language))]
        if imprint.change_note
        else []
    )
    labels_and_runs: list[tuple[str, Runs]] = [
        (_("First issued"), formatter.format_days(document.issued_on, None)),
        (
            _("Document number"),
            formatter.format_text(
                document.document_number,
                href=register_urls.get_document_url(document.document_number, formatter.language),
            ),
        ),
        (_("References"), join_runs([[TextRun(each)] for each in document.references], ", ")),
        (_("Edition"), [TextRun(str(imprint.edition_number))] if imprint.edition_number else []),
        (_("Published"), formatter.format_instant(imprint.published_at)),
        (_("Last updated"), formatter.format_instant(imprint.modified_at)),
        (_("What changed"), change_note),
        (_("Web address"), [TextRun(imprint.page_url, href=imprint.page_url)] if imprint.page_url else []),
        (_("Licence"), terms if imprint.edition_number else []),
    ]
    entries = [
        LabelledContent([formatter.format_phrase(label)], build_paragraph(runs))
        for label, runs in labels_and_runs
        if runs
    ]
    if entries:
        yield DefinitionList(entries, small=True)
