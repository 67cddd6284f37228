"""Sessions and agenda items as note text."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from agenda.notes.dates import write_day
from agenda.notes.html_text import STEP, guarded, html_anchors, html_lines, html_words, stands_in
from agenda.notes.marks import Anchor, Run, label, literal, write_marks
from agenda.notes.providers import write_providers
from agenda.notes.titles import read_title
from agenda.notes.words import NoteWords, capitals
from meetings.documents.shape import Item, Link, Result, Session
from meetings.vocabulary import ItemKind, PublicSession

Blocks = list[str]


def agenda_blocks(sessions: Sequence[Session], agenda: Sequence[Item], words: NoteWords) -> Blocks:
    """A session has its heading before its items, or in its turn where it has none; and again where it goes on."""
    blocks: Blocks = []
    with_items = {item.session for item in agenda}
    begun: set[UUID] = set()
    current: UUID | None = None
    for item in agenda:
        if item.session != current:
            current = item.session
            for session in headed_now(sessions, current, begun, with_items):
                blocks += (
                    [session_heading_text(session, words)] if session.id in begun else session_blocks(session, words)
                )
                begun.add(session.id)
        blocks += item_blocks(item, words)
    return blocks + [
        block for session in sessions if session.id not in begun for block in session_blocks(session, words)
    ]


def headed_now(
    sessions: Sequence[Session], current: UUID | None, begun: set[UUID], with_items: set[UUID | None]
) -> list[Session]:
    """The session of the next item, after those without items whose turn is before it."""
    place = next((place for place, session in enumerate(sessions) if session.id == current), None)
    if place is None:
        return []
    empty = [each for each in sessions[:place] if each.id not in begun and each.id not in with_items]
    return [*empty, sessions[place]]


def session_heading_text(session: Session, words: NoteWords) -> str:
    day = f" - {write_day(session.date, words.calendar)}" if session.date else ""
    return literal(capitals(f"{session.title}{day}", words.language))


def session_blocks(session: Session, words: NoteWords) -> Blocks:
    blocks = [session_heading_text(session, words), *html_lines(session.text)]
    return blocks + labelled(words, "place", session.place)


def item_blocks(item: Item, words: NoteWords, parent: Item | None = None) -> Blocks:
    blocks = [title_line(item, words, parent)]
    blocks += item_details(item, words)
    if item.kind == ItemKind.ANY_OTHER_BUSINESS:
        return blocks + other_business_blocks(item, words, 0)
    for part in item.items:
        blocks += item_blocks(part, words, item)
    return blocks


def item_details(item: Item, words: NoteWords) -> Blocks:
    state = " ".join(filter(None, (item.state, item.state_note)))
    standing = f"{item.title} {html_words(item.text)}"
    blocks = [literal(item.outcome_sought)] if item.outcome_sought else []
    blocks += labelled(words, "state", state)
    blocks += html_lines(item.text)
    blocks += labelled(words, "legal_basis", "" if stands_in(item.legal_basis, standing) else item.legal_basis)
    blocks += link_blocks(item.links, item.text, words)
    return blocks + (result_blocks(item.result, words) if item.result else [])


def other_business_blocks(parent: Item, words: NoteWords, depth: int) -> Blocks:
    """Points without a text of their own stand in one list."""
    blocks: Blocks = []
    joins = False
    for item in parent.items:
        lines = [STEP * depth + title_line(item, words, parent)]
        details = item_details(item, words)
        inner = other_business_blocks(item, words, depth + 1)
        if not details and len(inner) == 1:
            lines += inner
            inner = []
        if joins:
            blocks[-1] = "\n".join([blocks[-1], *lines])
        else:
            blocks.append("\n".join(lines))
        blocks += details + inner
        joins = not details and not inner
    return blocks


def title_line(item: Item, words: NoteWords, parent: Item | None) -> str:
    """The title with its number before and its facts behind, so that reading it gives both again."""
    in_list = parent is not None and parent.kind == ItemKind.ANY_OTHER_BUSINESS
    number = item.number.removeprefix(f"{parent.number} ") if parent and parent.number else item.number
    start = number_text(number) or ("- " if in_list else "")
    bold = "**" if in_list and not number else ""
    lunch = words.written.lunch if item.kind == ItemKind.MEAL and not words.agenda.meal.fullmatch(item.title) else ""
    facts = title_facts(item, words, in_list)
    line = f"{start}{bold}{lunch}{literal(item.title)}{bold}{facts}"
    return (
        line
        if reads_back(line, item, number, in_list, words)
        else f"{start}{bold}{lunch}{escaped_title(item.title)}{bold}{facts}"
    )


def number_text(number: str) -> str:
    if not number:
        return ""
    return f"{number}. " if number[0].isdigit() else f"{number}) "


def reads_back(line: str, item: Item, number: str, in_list: bool, words: NoteWords) -> bool:
    facts = read_title(line.removeprefix("- ") if in_list else line, words)
    return (facts.title, facts.number) == (" ".join(item.title.split()), number)


def escaped_title(title: str) -> str:
    """With escapes before all that could be read as a number, a bracket with facts, or who informs."""
    return guarded(label(title).replace(": ", "\\: "))


def title_facts(item: Item, words: NoteWords, in_list: bool) -> str:
    """Numbers that stand in title or text already are not written again."""
    standing = f"{item.title} {html_words(item.text)}"
    numbers = [each for each in (*item.documents, *item.procedures) if not stands_in(each, standing)]
    facts = f" ({', '.join(numbers)})" if numbers else ""
    if item.information_from:
        information = words.written.information.format(providers=write_providers(item.information_from, words))
        information += (
            words.written.supported.format(providers=write_providers(item.supported_by, words))
            if item.supported_by
            else ""
        )
        facts += f": {information}" if in_list else f" ({information})"
    elif item.supported_by:
        facts += (
            f" ({words.written.supported.format(providers=write_providers(item.supported_by, words)).lstrip(' ,')})"
        )
    if item.public != PublicSession.NOT_STATED:
        marks = words.written.public
        mark = marks.get((item.public, item.public_basis)) or next(
            text for key, text in marks.items() if key[0] == item.public
        )
        facts += f" ({mark})"
    return facts


def link_blocks(links: Iterable[Link], html: str, words: NoteWords) -> Blocks:
    """Those that do not stand in the text already."""
    standing = set(html_anchors(html))
    blocks: Blocks = []
    for link in links:
        if Anchor(" ".join(link.title.split()), link.url) not in standing:
            blocks.append(link_text(link))
        blocks += labelled(words, "image", link.image.alt if link.image else "")
    return blocks


def link_text(link: Link) -> str:
    return write_marks([Run(link.title or link.url, href=link.url, link=1)])


def result_blocks(result: Result, words: NoteWords) -> Blocks:
    day = write_day(result.date, words.calendar) if result.date else ""
    told = " - ".join(filter(None, (day, result.outcome.replace("_", " "), result.title)))
    return [*labelled(words, "result", told), *html_lines(result.text), *link_blocks(result.links, result.text, words)]


def labelled(words: NoteWords, name: str, text: str) -> Blocks:
    return [f"{words.written.labels[name]}: {literal(' '.join(text.split()))}"] if text.strip() else []
