"""The end of a note: whom to call, footnotes, and where it comes from."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from agenda import registers
from agenda.exporting.blocks import Block, Fact, Facts, Paragraph, Run, joined
from agenda.exporting.telling import Runs, Telling, plain
from meetings.licence import licence
from meetings.templatetags.publishing import dialled


def contacts(telling: Telling) -> Iterator[Block]:
    for contact in telling.document.contacts:
        role = telling.text(contact.role, "contacts", contact.id, "role")
        phones = [[Run(phone, href=f"tel:{dialled(phone)}")] for phone in contact.phones]
        mail = [Run(contact.email, href=f"mailto:{contact.email}")] if contact.email else []
        web = [Run(contact.url, href=contact.url)] if contact.url else []
        name = joined([[Run(contact.name, strong=True)], role], ", ")
        reached = joined([*phones, mail, web])
        yield Paragraph(joined([name, reached], "\n"))


def footnote_place(number: int) -> str:
    return f"footnote_{number}"


def footnotes(telling: Telling) -> Iterator[Block]:
    told = [
        Fact([Run(each.mark)], telling.rich(each.text, "footnotes", each.id, "text"), footnote_place(number))
        for number, each in enumerate(telling.document.footnotes, start=1)
    ]
    if told:
        yield Facts(told)


def about(telling: Telling) -> Iterator[Block]:
    """The note's own imprint, then which edition this is, where it stands and on what terms."""
    document, imprint = telling.document, telling.imprint
    terms = [Run(f"{licence().attribution}, "), Run(licence().name, href=licence().url)]
    yield from plain(telling.text(document.notice, "notice"))
    number = "" if "Sample" in document.references else document.document_number
    changed = [Run(imprint.change_note, telling.marked(imprint.change_language))] if imprint.change_note else []
    told: list[tuple[str, Runs]] = [
        (_("Issued"), telling.days(document.issued_on, None)),
        (
            _("Document number"),
            telling.text(document.document_number, href=registers.document_address(number, telling.language)),
        ),
        (_("References"), joined([[Run(each)] for each in document.references], ", ")),
        (_("Edition"), [Run(str(imprint.number))] if imprint.number else []),
        (_("Published"), telling.moment(imprint.published_at)),
        (_("Text last changed"), telling.moment(imprint.modified_at)),
        (_("What changed"), changed),
        (_("Address"), [Run(imprint.page, href=imprint.page)] if imprint.page else []),
        (_("Licence"), terms if imprint.number else []),
    ]
    if shown := [Fact([telling.word(name)], plain(runs)) for name, runs in told if runs]:
        yield Facts(shown, small=True)
