"""Write sessions and agenda items as the text of a note."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from agenda.notes.date_parser import format_day
from agenda.notes.html_to_text import (
    INDENT_STEP,
    convert_html_to_lines,
    escape_list_marker,
    find_html_anchors,
    is_in_text,
)
from agenda.notes.inline_markup import Anchor, TextRun, escape_label, escape_markup, write_markup
from agenda.notes.item_title import parse_item_title
from agenda.notes.phrases import NotePhrases, convert_to_capitals
from agenda.notes.providers import format_providers
from meetings.documents.choices import ItemKind
from meetings.documents.plain_text import html_to_line
from meetings.documents.schema import Item, Link, Result, Session

TextBlocks = list[str]


def build_agenda_blocks(sessions: Sequence[Session], agenda: Sequence[Item], phrases: NotePhrases) -> TextBlocks:
    """Return the blocks of all sessions and items.

    The heading of a session is before its items, and again where the session continues after another. A session without
    items keeps its place among the sessions.
    """
    blocks: TextBlocks = []
    with_items = {item.session for item in agenda}
    headed: set[UUID] = set()
    current: UUID | None = None
    for item in agenda:
        if item.session != current:
            current = item.session
            for session in select_sessions_to_head(sessions, current, headed, with_items):
                is_headed = session.id in headed
                headed.add(session.id)
                heading = format_session_heading(session, phrases)
                blocks += [heading] if is_headed else build_session_blocks(session, phrases)
        blocks += build_item_blocks(item, phrases)
    rest = (session for session in sessions if session.id not in headed)
    return blocks + [block for session in rest for block in build_session_blocks(session, phrases)]


def select_sessions_to_head(
    sessions: Sequence[Session], current: UUID | None, headed: set[UUID], with_items: set[UUID | None]
) -> list[Session]:
    """Return the sessions whose headings come before the next item: its own, after earlier ones without items."""
    index = next((index for index, session in enumerate(sessions) if session.id == current), None)
    if index is None:
        return []
    empty = [session for session in sessions[:index] if session.id not in headed and session.id not in with_items]
    return [*empty, sessions[index]]


def format_session_heading(session: Session, phrases: NotePhrases) -> str:
    day = f" - {format_day(session.date, phrases.calendar)}" if session.date else ""
    return escape_markup(convert_to_capitals(f"{session.title}{day}", phrases.language))


def build_session_blocks(session: Session, phrases: NotePhrases) -> TextBlocks:
    blocks = [format_session_heading(session, phrases), *convert_html_to_lines(session.text)]
    return blocks + build_labelled_block(phrases, "place", session.place)


def build_item_blocks(item: Item, phrases: NotePhrases, parent: Item | None = None) -> TextBlocks:
    blocks = [format_title_line(item, phrases, parent)]
    blocks += build_item_details(item, phrases)
    if item.kind == ItemKind.ANY_OTHER_BUSINESS:
        return blocks + build_other_business_blocks(item, phrases, 0)
    for part in item.items:
        blocks += build_item_blocks(part, phrases, item)
    return blocks


def build_item_details(item: Item, phrases: NotePhrases) -> TextBlocks:
    """Return the blocks below the title: outcome sought, state, text, legal basis, links and result."""
    state = ". ".join(filter(None, (phrases.output.values.get(item.state, ""), item.state_note)))
    own_text = f"{item.title} {html_to_line(item.text)}"
    blocks = [escape_markup(item.outcome_sought)] if item.outcome_sought else []
    blocks += build_labelled_block(phrases, "state", state)
    blocks += convert_html_to_lines(item.text)
    if not is_in_text(item.legal_basis, own_text):
        blocks += build_labelled_block(phrases, "legal_basis", item.legal_basis)
    blocks += build_link_blocks(item.links, item.text, phrases)
    return blocks + (build_result_blocks(item.result, phrases) if item.result else [])


def build_other_business_blocks(parent: Item, phrases: NotePhrases, depth: int) -> TextBlocks:
    """Return the blocks of the points. Consecutive points without texts of their own form one list."""
    blocks: TextBlocks = []
    joins = False
    for item in parent.items:
        lines = [INDENT_STEP * depth + format_title_line(item, phrases, parent)]
        details = build_item_details(item, phrases)
        inner = build_other_business_blocks(item, phrases, depth + 1)
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


def format_title_line(item: Item, phrases: NotePhrases, parent: Item | None) -> str:
    """Return the title with its number before it and its facts after it, so that the line can be parsed back."""
    in_list = parent is not None and parent.kind == ItemKind.ANY_OTHER_BUSINESS
    number = item.number.removeprefix(f"{parent.number} ") if parent and parent.number else item.number
    start = format_item_number(number) or ("- " if in_list else "")
    bold = "**" if in_list and not number else ""
    lunch = phrases.output.lunch if item.kind == ItemKind.MEAL and not phrases.agenda.meal.fullmatch(item.title) else ""
    facts = format_title_facts(item, phrases, in_list)
    line = f"{start}{bold}{lunch}{escape_markup(item.title)}{bold}{facts}"
    parsed = parse_item_title(line.removeprefix("- ") if in_list else line, phrases)
    if (parsed.title, parsed.number) == (" ".join(item.title.split()), number):
        return line
    return f"{start}{bold}{lunch}{escape_title(item.title)}{bold}{facts}"


def format_item_number(number: str) -> str:
    if not number:
        return ""
    return f"{number}. " if number[0].isdigit() else f"{number}) "


def escape_title(title: str) -> str:
    """Return the title with escapes before all that could be parsed as a number, a bracket with facts or a provider."""
    return escape_list_marker(escape_label(title).replace(": ", "\\: "))


def format_title_facts(item: Item, phrases: NotePhrases, in_list: bool) -> str:
    """Return the facts to write after the title. Numbers that the title or the text contains already are left out."""
    own_text = f"{item.title} {html_to_line(item.text)}"
    numbers = [number for number in (*item.documents, *item.procedures) if not is_in_text(number, own_text)]
    facts = f" ({', '.join(numbers)})" if numbers else ""
    informing, supporting = (format_providers(names, phrases) for names in (item.information_from, item.supported_by))
    supported = phrases.output.supported.format(providers=supporting) if supporting else ""
    if informing:
        information = phrases.output.information.format(providers=informing) + supported
        facts += f": {information}" if in_list else f" ({information})"
    elif supported:
        facts += f" ({supported.lstrip(' ,')})"
    if item.public:
        marks = [mark for mark in phrases.output.public if mark[0] == item.public]
        facts += f" ({max(marks, key=lambda mark: mark[1] == item.public_basis)[2]})"
    return facts


def build_link_blocks(links: Iterable[Link], html: str, phrases: NotePhrases) -> TextBlocks:
    """Return the blocks of the links that the text does not contain already."""
    text_anchors = find_html_anchors(html)
    blocks: TextBlocks = []
    for link in links:
        if Anchor(" ".join(link.title.split()), link.url) not in text_anchors:
            blocks.append(format_link(link))
        blocks += build_labelled_block(phrases, "image", link.image.alt if link.image else "")
    return blocks


def format_link(link: Link) -> str:
    return write_markup([TextRun(link.title or link.url, href=link.url, link_number=1)])


def build_result_blocks(result: Result, phrases: NotePhrases) -> TextBlocks:
    day = format_day(result.date, phrases.calendar) if result.date else ""
    heading = " - ".join(filter(None, (day, phrases.output.values.get(result.outcome, ""), result.title)))
    return [
        *build_labelled_block(phrases, "result", heading),
        *convert_html_to_lines(result.text),
        *build_link_blocks(result.links, result.text, phrases),
    ]


def build_labelled_block(phrases: NotePhrases, name: str, text: str) -> TextBlocks:
    return [f"{phrases.output.labels[name]}: {escape_markup(' '.join(text.split()))}"] if text.strip() else []
