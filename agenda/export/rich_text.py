"""Turn rich text into blocks."""

from msgspec.structs import replace

from agenda.export.blocks import Block, Blocks, Heading, ListBlock, Paragraph, QuoteBlock, TextRun, split_greek_runs
from agenda.notes.inline_markup import is_link_target
from agenda.notes.rich_text_parser import LINE_BREAK, RichTextParagraph, TextPiece, parse_rich_text

HEADING_LEVELS = {"h3": 1, "h4": 2}  # below the heading above the text
# Lists that are nested more deeply are shown at this depth: the libraries that write files would not cope otherwise.
MAX_LIST_DEPTH = 5
STYLE_TAGS = ("strong", "em", "sub", "sup")


def build_rich_text_blocks(html: str, note_language: str, *, language: str = "", parent_level: int = 0) -> Blocks:
    """Return the blocks of a text. `language` is empty if it is that of the note.

    `parent_level` is the level of the heading above the text, or 0 if the text must not contain headings.
    """
    blocks: Blocks = []
    lists: dict[int, ListBlock] = {}
    containers: dict[int, Blocks] = {}
    """The blocks of each quotation and list entry, by its number."""
    for paragraph in parse_rich_text(html):
        target, runs = blocks, trim_runs([build_run(piece, language) for piece in paragraph.pieces])
        runs = split_greek_runs(runs, note_language)
        if not runs:
            continue
        if paragraph.quotation:
            if paragraph.quotation not in containers:
                quote = QuoteBlock()
                blocks.append(quote)
                containers[paragraph.quotation] = quote.blocks
            target = containers[paragraph.quotation]
        for depth, place in enumerate(paragraph.lists):
            if place.number not in lists and depth < MAX_LIST_DEPTH:
                lists[place.number] = ListBlock(place.first_number)
                target.append(lists[place.number])
            elif place.number not in lists:
                lists[place.number] = lists[paragraph.lists[depth - 1].number]
            if place.entry and place.entry not in containers:
                containers[place.entry] = []
                lists[place.number].entries.append(containers[place.entry])
            target = containers.get(place.entry, target)
        target.append(build_text_block(paragraph, runs, parent_level))
    for each in lists.values():
        each.entries = list(filter(None, each.entries))
    return blocks


def build_text_block(paragraph: RichTextParagraph, runs: list[TextRun], parent_level: int) -> Block:
    """Return a heading or paragraph. Within a list, a quotation or a table cell, a heading is only bold text."""
    if not paragraph.heading:
        return Paragraph(runs)
    if parent_level and not paragraph.lists and not paragraph.quotation:
        return Heading(parent_level + HEADING_LEVELS[paragraph.heading], runs)
    return Paragraph([replace(run, strong=True) for run in runs])


def build_run(piece: TextPiece, language: str) -> TextRun:
    href = next((each.attributes.get("href") or "" for each in piece.elements if each.tag == "a"), "")
    style = {tag: tag in piece.tags for tag in STYLE_TAGS}
    return replace(TextRun(piece.text, language, href if is_link_target(href) and href != "#" else ""), **style)


def trim_runs(runs: list[TextRun]) -> list[TextRun]:
    """Return the runs without white space at the ends of the paragraph and without double spaces."""
    kept: list[TextRun] = []
    for run in runs:
        spaced = not kept or kept[-1].text.endswith((" ", LINE_BREAK))
        text = run.text.lstrip(" ") if spaced else run.text
        if text == LINE_BREAK and kept:
            kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
        if kept or text.strip(LINE_BREAK):
            kept.append(replace(run, text=text))
    while kept and not kept[-1].text.rstrip():
        kept.pop()
    if kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return kept
