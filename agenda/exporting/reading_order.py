"""A document as blocks in reading order: the one walk that files of every kind are written from."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import override

from agenda.exporting.about_part import about, contacts, footnote_place, footnotes
from agenda.exporting.agenda_part import agenda_blocks, result_blocks
from agenda.exporting.blocks import (
    Block,
    Blocks,
    Facts,
    Heading,
    Listing,
    Note,
    Paragraph,
    Run,
    Style,
    joined,
    without_gaps,
)
from agenda.exporting.facts_part import fact_rows, links
from agenda.exporting.imprint import Imprint
from agenda.exporting.programme_part import programme_blocks
from agenda.exporting.references import with_references
from agenda.exporting.telling import Runs, Telling, note
from agenda.rendering import sections
from meetings.calendars.words import said_of_status
from meetings.documents.shape import MeetingDocument
from meetings.licence import licence
from meetings.reference.emblems import emblem_of
from meetings.templatetags.publishing import date_range, own_name
from meetings.vocabulary import MeetingStatus


def note_of(document: MeetingDocument, imprint: Imprint) -> Note:
    """In the document's language, our own words in it too as far as there are any."""
    with override(document.language):
        telling = Telling(document, imprint)
        places = {each.mark: footnote_place(number) for number, each in enumerate(document.footnotes, start=1)}
        when = date_range(document.start_date, document.end_date)
        return Note(
            title=", ".join(filter(None, (document.title, when))),
            language=document.language,
            badge=document.configuration.code,
            emblem=emblem_of(document.configuration.slug),
            author=licence().attribution,
            short=joined([telling.text(document.title, "title"), [Run(when)] if when else []], ", "),
            mark=[telling.word(imprint.mark)] if imprint.mark else [],
            blocks=with_references(list(without_gaps(list(blocks(telling)))), places),
        )


def blocks(telling: Telling) -> Iterator[Block]:
    document = telling.document
    yield Paragraph(kicker(telling), Style.KICKER)
    yield Heading(1, telling.text(document.title, "title"))
    yield from status(telling)
    yield from language(telling)
    yield from alerts(telling)
    yield Facts(list(fact_rows(telling)))
    yield from part(telling, _("Results"), [b for each in document.results for b in result_blocks(telling, each, 3)])
    yield from part(telling, _("In brief"), telling.rich(document.lead, "lead", above=2))
    if document.programme:
        yield from part(telling, _("Programme"), programme_blocks(telling))
    yield from part(telling, _("Agenda"), agenda(telling))
    yield from part(telling, _("Further information"), telling.links(links(document)[1]))
    yield from part(telling, _("Press contacts"), contacts(telling))
    yield from part(telling, _("Footnotes"), footnotes(telling))
    yield from part(telling, _("About this note"), about(telling))


def part(telling: Telling, title: str, within: Iterator[Block] | Blocks) -> Iterator[Block]:
    """Under its heading, where there is anything in it."""
    if held := list(within):
        yield Heading(2, [telling.word(title)])
        yield from held


def kicker(telling: Telling) -> Runs:
    document = telling.document
    number = _("Meeting no. %(number)s") % {"number": document.number} if document.number else ""
    return joined(
        [
            telling.text(document.configuration.name, "configuration", "name"),
            [telling.label(document.form.label)],
            [telling.word(number)] if number else [],
            [telling.word(_("Sample"))] if "Sample" in document.references else [],
        ]
    )


def status(telling: Telling) -> Iterator[Block]:
    document = telling.document
    said = said_of_status(document)
    if document.status != MeetingStatus.CONFIRMED or document.status_reason:
        word = [telling.word(said, strong=True)] if said else []
        yield Paragraph(joined([word, telling.text(document.status_reason, "status_reason")], " "), Style.NOTICE)


def language(telling: Telling) -> Iterator[Block]:
    if any(not path.startswith("topics.") for path in telling.document.fallbacks):  # names, which are the topics' own
        source = telling.document.source_language
        said = telling.word(_("Parts of this text have not been translated. You read those in:"))
        yield from note([said, Run(" "), Run(own_name(source), telling.marked(source)), Run(".")])


def alerts(telling: Telling) -> Iterator[Block]:
    entries: list[Blocks] = []
    for alert in telling.document.alerts:
        at = [Run(telling.day_and_time(alert.at), strong=True)]
        entries.append([Paragraph(joined([at, telling.text(alert.text, "alerts", alert.id, "text")]))])
    yield from part(telling, _("Latest changes"), [Listing(entries=entries)] if entries else [])


def agenda(telling: Telling) -> Iterator[Block]:
    document = telling.document
    if document.agenda_status and document.agenda:
        yield from note([telling.label(document.agenda_status.label)])
    yield from agenda_blocks(telling, sections(document))
