"""Information for the press as note text: programme, links, contacts, notice and footnotes."""

from collections.abc import Sequence

from agenda.notes.agenda_text import Blocks, labelled, link_text
from agenda.notes.dates import write_day
from agenda.notes.html_text import STEP, html_anchors, html_lines, read_blocks, stands_in
from agenda.notes.marks import Anchor, literal, write_marks
from agenda.notes.point_lines import kind_of
from agenda.notes.words import NoteWords
from meetings.documents.shape import Contact, Footnote, Link, Point
from meetings.vocabulary import LinkKind, PointKind, TimePrecision


def programme_blocks(points: Sequence[Point], words: NoteWords) -> Blocks:
    """Lists under headings that tell the points' kinds, in the editors' order."""
    blocks: Blocks = []
    heading = ""
    lines: list[str] = []
    for point in points:
        wanted = heading if heading and belongs(point, heading, words) else heading_for(point, words)
        if wanted != heading:
            blocks += ["\n".join(lines)] if lines else []
            blocks.append(wanted)
            heading, lines = wanted, []
        lines += point_lines(point, words, in_press_list=heading == words.written.press_heading)
    return blocks + (["\n".join(lines)] if lines else [])


def default_kind(heading: str, words: NoteWords) -> PointKind:
    return PointKind.PRESS_CONFERENCE if heading == words.written.press_heading else PointKind.OTHER


def suits(point: Point, heading: str, words: NoteWords) -> bool:
    in_margins = heading == words.written.margins_heading
    return point.in_margins == in_margins and kind_of(point.title, words, default_kind(heading, words)) == point.kind


def belongs(point: Point, heading: str, words: NoteWords) -> bool:
    """Nor does what is not for the press stand under its heading, where another tells its kind as well."""
    if heading == words.written.press_heading and not is_for_the_press(point):
        return suits(point, heading, words) and not suits(point, words.written.other_heading, words)
    return suits(point, heading, words)


def is_for_the_press(point: Point) -> bool:
    return point.kind in (PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING)


def heading_for(point: Point, words: NoteWords) -> str:
    written = words.written
    if point.in_margins:
        return written.margins_heading
    return written.press_heading if belongs(point, written.press_heading, words) else written.other_heading


def point_lines(point: Point, words: NoteWords, in_press_list: bool) -> list[str]:
    title = " ".join(point.title.split()) or words.written.points[point.kind]
    time = time_text(point, words)
    time = "" if stands_in(time, title) and not in_press_list else time
    line = f"- **{literal(title)}**"
    if point.date:
        line += f": {write_day(point.date, words.calendar)}"
    if time:
        joiner = "," if point.date else ":"
        line += f"{joiner} {literal(time)}" if "(" in time else f" ({literal(time)})"
    if point.live:
        line += f" ({words.written.live})"
    return [line, *(f"{STEP}- {detail}" for detail in point_details(point, words))]


def time_text(point: Point, words: NoteWords) -> str:
    """As printed, else as it would be printed."""
    if point.time_text or not point.time:
        unsure = point.time_precision == TimePrecision.TO_BE_CONFIRMED
        return " ".join(point.time_text.split()) or (words.written.to_be_confirmed if unsure else "")
    forms = {
        TimePrecision.APPROXIMATE: words.written.approximate,
        TimePrecision.FROM: words.written.from_then_on,
        TimePrecision.TO_BE_CONFIRMED: f"{{time}} {words.written.to_be_confirmed}",
    }
    return forms.get(point.time_precision, "{time}").format(time=point.time)


def point_details(point: Point, words: NoteWords) -> list[str]:
    speakers = "; ".join(", ".join(filter(None, (speaker.name, speaker.role))) for speaker in point.speakers)
    details = [write_marks(block.runs) for block in read_blocks(point.text)]
    details += labelled(words, "place", point.place) + labelled(words, "speakers", speakers)
    details += labelled(words, "state", point.state.replace("_", " "))
    for earlier in point.previous:
        day = write_day(earlier.date, words.calendar) if earlier.date else ""
        time = earlier.time_text or earlier.time or ""
        details += labelled(words, "previous", ", ".join(filter(None, (day, time, earlier.place))))
    standing = set(html_anchors(point.text))
    for link in point.links:
        details += [] if Anchor(link.title, link.url) in standing else [link_text(link)]
        details += labelled(words, "image", link.image.alt if link.image else "")
    return details


def meeting_link_blocks(links: Sequence[Link], standing: set[Anchor], words: NoteWords) -> Blocks:
    """“Label: <address>”; for broadcast material the address stands under its label, as the press office prints it."""
    blocks: Blocks = []
    for link in links:
        title = " ".join(link.title.split())
        if Anchor(title, link.url) in standing:
            pass
        elif not link.url or not title or title == link.url:
            blocks.append(link_text(link))
        elif link.kind in (LinkKind.BROADCAST, LinkKind.PHOTOS):
            blocks += [f"{literal(title)} {words.written.on}:", f"<{link.url}>"]
        else:
            blocks.append(f"{literal(title)}: <{link.url}>")
        blocks += labelled(words, "image", link.image.alt if link.image else "")
    return blocks


def footnote_blocks(notice: str, footnotes: Sequence[Footnote]) -> Blocks:
    blocks = [f"* {' '.join(notice.split())}"] if notice.strip() else []
    for footnote in footnotes:
        first, *rest = html_lines(footnote.text) or [""]
        blocks += [f"{footnote.mark} {first}".strip(), *rest]
    return blocks


def contact_blocks(contacts: Sequence[Contact], words: NoteWords) -> Blocks:
    return [
        words.written.contact
        + ", ".join(
            literal(part) for part in (each.name, each.role, *each.phones, each.email, each.url) if part.strip()
        )
        for each in contacts
    ]
