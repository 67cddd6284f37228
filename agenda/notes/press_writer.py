"""Write information for the press as the text of a note: programme, links, contacts, notice and footnotes."""

from collections.abc import Sequence

from agenda.notes.agenda_writer import TextBlocks, build_labelled_block, build_link_blocks, format_link
from agenda.notes.date_parser import format_day
from agenda.notes.html_to_text import (
    INDENT_STEP,
    convert_html_to_lines,
    is_in_text,
    parse_html_blocks,
)
from agenda.notes.inline_markup import Anchor, escape_markup, write_markup
from agenda.notes.phrases import NotePhrases
from agenda.notes.programme_line import detect_point_kind
from meetings.documents.choices import LinkKind, PointKind, TimePrecision
from meetings.documents.schema import Contact, Footnote, Link, Point


def build_programme_blocks(points: Sequence[Point], phrases: NotePhrases) -> TextBlocks:
    """Return lists under headings that show the kinds of the points, in the editors' order."""
    lists: list[tuple[str, list[str]]] = []
    heading = ""
    for point in points:
        if not heading or not is_listed_under(point, heading, phrases):
            heading = choose_heading(point, phrases)
        if not lists or lists[-1][0] != heading:
            lists.append((heading, []))
        lists[-1][1].extend(format_point_lines(point, phrases, heading == phrases.output.press_heading))
    return [block for heading, lines in lists for block in (heading, "\n".join(lines))]


def can_be_parsed_under(point: Point, heading: str, phrases: NotePhrases) -> bool:
    """Return True if a reader would find the point's kind from its title and this heading."""
    in_margins = heading == phrases.output.margins_heading
    default = PointKind.PRESS_CONFERENCE if heading == phrases.output.press_heading else PointKind.OTHER
    return point.in_margins == in_margins and detect_point_kind(point.title, phrases, default) == point.kind


def is_listed_under(point: Point, heading: str, phrases: NotePhrases) -> bool:
    """Return True if the point can be listed under the heading.

    A point that is not for the press is not listed under the heading for the press, if another heading suits its kind.
    """
    if heading == phrases.output.press_heading and not is_press_event(point):
        return can_be_parsed_under(point, heading, phrases) and not can_be_parsed_under(
            point, phrases.output.other_heading, phrases
        )
    return can_be_parsed_under(point, heading, phrases)


def is_press_event(point: Point) -> bool:
    return point.kind in (PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING)


def choose_heading(point: Point, phrases: NotePhrases) -> str:
    written = phrases.output
    if point.in_margins:
        return written.margins_heading
    return written.press_heading if is_listed_under(point, written.press_heading, phrases) else written.other_heading


def format_point_lines(point: Point, phrases: NotePhrases, in_press_list: bool) -> list[str]:
    title = " ".join(point.title.split()) or phrases.output.point_titles[point.kind]
    time = format_note_time(point, phrases)
    time = "" if is_in_text(time, title) and not in_press_list else time
    line = f"- **{escape_markup(title)}**"
    if point.date:
        line += f": {format_day(point.date, phrases.calendar)}"
    if time:
        joiner = "," if point.date else ":"
        line += f"{joiner} {escape_markup(time)}" if "(" in time else f" ({escape_markup(time)})"
    if point.live:
        line += f" ({phrases.output.live})"
    return [line, *(f"{INDENT_STEP}- {detail}" for detail in build_point_details(point, phrases))]


def format_note_time(point: Point, phrases: NotePhrases) -> str:
    """Return the time as printed, or else as it would be printed."""
    if point.time_text or not point.time:
        unsure = point.time_precision == TimePrecision.TO_BE_CONFIRMED
        return " ".join(point.time_text.split()) or (phrases.output.to_be_confirmed if unsure else "")
    forms = {
        TimePrecision.APPROXIMATE: phrases.output.approximate,
        TimePrecision.FROM: phrases.output.from_then_on,
        TimePrecision.TO_BE_CONFIRMED: f"{{time}} {phrases.output.to_be_confirmed}",
    }
    return forms.get(point.time_precision, "{time}").format(time=point.time)


def build_point_details(point: Point, phrases: NotePhrases) -> list[str]:
    speakers = "; ".join(", ".join(filter(None, (speaker.name, speaker.role))) for speaker in point.speakers)
    details = [write_markup(block.runs) for block in parse_html_blocks(point.text)]
    details += build_labelled_block(phrases, "place", point.place) + build_labelled_block(phrases, "speakers", speakers)
    details += build_labelled_block(phrases, "state", phrases.output.values.get(point.state, ""))
    for earlier in point.previous:
        day = format_day(earlier.date, phrases.calendar) if earlier.date else ""
        time = earlier.time_text or earlier.time or ""
        details += build_labelled_block(phrases, "previous", ", ".join(filter(None, (day, time, earlier.place))))
    return details + build_link_blocks(point.links, point.text, phrases)


def build_meeting_link_blocks(links: Sequence[Link], text_anchors: set[Anchor], phrases: NotePhrases) -> TextBlocks:
    """Return “Label: <address>” for each link.

    The address of broadcast material is below its label, as the press office prints it.
    """
    blocks: TextBlocks = []
    for link in links:
        title = " ".join(link.title.split())
        if Anchor(title, link.url) in text_anchors:
            pass
        elif not link.url or not title or title == link.url:
            blocks.append(format_link(link))
        elif link.kind in (LinkKind.BROADCAST, LinkKind.PHOTOS):
            blocks += [f"{escape_markup(title)} {phrases.output.on}:", f"<{link.url}>"]
        else:
            blocks.append(f"{escape_markup(title)}: <{link.url}>")
        blocks += build_labelled_block(phrases, "image", link.image.alt if link.image else "")
    return blocks


def build_footnote_blocks(notice: str, footnotes: Sequence[Footnote]) -> TextBlocks:
    blocks = [f"* {' '.join(notice.split())}"] if notice.strip() else []
    for footnote in footnotes:
        first, *rest = convert_html_to_lines(footnote.text) or [""]
        blocks += [f"{footnote.mark} {first}".strip(), *rest]
    return blocks


def build_contact_blocks(contacts: Sequence[Contact], phrases: NotePhrases) -> TextBlocks:
    members = ((each.name, each.role, *each.phones, each.email, each.url) for each in contacts)
    return [phrases.output.contact + ", ".join(map(escape_markup, filter(str.strip, parts))) for parts in members]
