"""Parse and write inline markup: bold text and links, as plain text notation and as HTML.

The notation is the part of Markdown that notes use: `**bold**`, `[words](address)` with `(#)` if the address is not
known yet, `<address>`, and backslash escapes. Everything else, including a single `*` or `_`, is literal text.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

WEB_ADDRESS = re.compile(r"https?://\S+")
BARE_ADDRESS = re.compile(r"https?://[^\s<>()\[\]]*[^\s<>()\[\].,;:!?'\"’”*]")
EMPTY_TARGETS = ("", "#")
ESCAPED = re.compile(r"\\(.)")
# What `write_markup` and the writers of notes write.
WRITTEN_MARKUP = re.compile(
    r"\\(?P<escaped>.)|\*\*|<(?P<address>https?://[^\s<>]+)>"
    r"|\[(?P<label>(?:\\.|[^\[\]\\])*)\]\((?P<target>(?:\\.|[^()\\])*)\)"
)
MARKUP_CHARACTERS = re.compile(r"[\\*\[\]<>]")
NEEDED_FOR_MARKUP = ("**", "](", "<", "\\")
"""A text with none of them is literal, and need not be parsed."""
MAX_MARKUP_LENGTH = 10_000


@dataclass(frozen=True)
class TextRun:
    """A piece of text with one formatting.

    `href` is None outside links and empty in a link without an address. Runs of the same link have the same
    `link_number`, which is 0 outside links.
    """

    text: str
    strong: bool = False
    href: str | None = None
    link_number: int = 0


@dataclass(frozen=True)
class Anchor:
    """A link in a text: its words and its web address."""

    title: str
    url: str


def is_link_target(target: str) -> bool:
    return target in EMPTY_TARGETS or bool(WEB_ADDRESS.fullmatch(target) or re.fullmatch(r"mailto:\S+", target))


@cache
def get_parser() -> "MarkdownIt":
    """Return the Markdown parser.

    It keeps addresses as printed. A link to anything but the web or a mailbox is literal text.
    """
    from markdown_it import MarkdownIt

    markdown: Any = MarkdownIt("zero").enable(["emphasis", "link", "autolink", "escape"])
    markdown.normalizeLink = lambda address: address
    markdown.normalizeLinkText = lambda address: address
    markdown.validateLink = is_link_target
    return markdown  # type: ignore[no-any-return]


def parse_markup(text: str) -> list[TextRun]:
    """Return the runs of a paragraph.

    A text that is longer than any paragraph of a note is taken literally, because parsing it could take very long.
    """
    if len(text) > MAX_MARKUP_LENGTH:
        return [TextRun(text)]
    has_markup = any(sign in text for sign in NEEDED_FOR_MARKUP)
    runs, links = read_runs(text) if has_markup else ([TextRun(text)], 0)
    return number_links(merge_runs(link_bare_addresses(runs, links)))


def read_runs(text: str) -> tuple[list[TextRun], int]:
    """Return the runs that the Markdown parser finds, and how many links they have."""
    runs: list[TextRun] = []
    strong, href, link, links = 0, None, 0, 0
    title = ""
    for token in get_parser().parseInline(text)[0].children or []:
        if token.type in ("strong_open", "strong_close") and token.markup == "**":
            strong += token.nesting
        elif token.type == "link_open":
            links += 1
            target = str(token.attrs["href"])
            href, link, title = "" if target in EMPTY_TARGETS else target, links, str(token.attrs.get("title", ""))
        elif token.type == "link_close":
            if not runs or runs[-1].link_number != link:
                runs.append(TextRun(href or "", strong > 0, href, link))
            href, link = None, 0
            runs += [TextRun(f" ({title})", strong > 0)] if title else []
        else:
            runs.append(TextRun(token.content or token.markup, strong > 0, href, link))
    return runs, links


def link_bare_addresses(runs: list[TextRun], links: int) -> Iterator[TextRun]:
    for run in runs:
        end = 0
        for match in BARE_ADDRESS.finditer(run.text) if run.href is None else ():
            links += 1
            yield TextRun(run.text[end : match.start()], run.strong)
            yield TextRun(match[0], run.strong, match[0], links)
            end = match.end()
        yield TextRun(run.text[end:], run.strong, run.href, run.link_number)


def merge_runs(runs: Iterable[TextRun]) -> list[TextRun]:
    """Return the runs with neighbours of the same formatting joined and empty ones left out."""
    kinds = groupby((run for run in runs if run.text), key=lambda run: (run.strong, run.href, run.link_number))
    return [TextRun("".join(run.text for run in same), *kind) for kind, same in kinds]


def get_plain_text(runs: Iterable[TextRun]) -> str:
    """Return the text of the runs without markup, with single spaces."""
    return " ".join("".join(run.text for run in runs).split())


def strip_markup(text: str) -> str:
    return get_plain_text(parse_markup(text))


def remove_markup(text: str) -> str:
    """Return a whole note without markup, for readers. A link becomes its words and its address in brackets.

    Each sign is looked at once, since a note can be long.
    """
    return WRITTEN_MARKUP.sub(remove_one, text)


def remove_one(found: re.Match[str]) -> str:
    if found["escaped"] or found["address"]:
        return str(found["escaped"] or found["address"])
    if found["label"] is None:  # bold
        return ""
    words, target = remove_markup(found["label"]), ESCAPED.sub(r"\1", found["target"]).removeprefix("mailto:")
    return words if target in (*EMPTY_TARGETS, words) else f"{words} ({target})"


def get_anchors(runs: Sequence[TextRun]) -> list[Anchor]:
    """Return the links of the runs in their order."""
    links = groupby((run for run in runs if run.href is not None), key=lambda run: (run.link_number, run.href or ""))
    return [Anchor(get_plain_text(same), href) for (_link, href), same in links]


def render_runs(runs: Sequence[TextRun]) -> str:
    """Return the runs as HTML."""
    pieces = []
    for strong, units in split_by_boldness(runs):
        inner = "".join(render_unit(unit, inside=strong) for unit in units)
        pieces.append(f"<strong>{inner}</strong>" if strong else inner)
    return "".join(pieces)


def render_unit(unit: Sequence[TextRun], inside: bool) -> str:
    words = "".join(
        f"<strong>{escape_text(run.text)}</strong>" if run.strong and not inside else escape_text(run.text)
        for run in unit
    )
    href = unit[0].href
    if href is None:
        return words
    return f'<a href="{html.escape(href)}">{words}</a>' if href else f"<a>{words}</a>"


def split_by_boldness(runs: Iterable[TextRun]) -> Iterator[tuple[bool, list[list[TextRun]]]]:
    """Yield stretches that are bold or not bold, each with its units. A unit is a whole link or a run outside links."""
    units: list[list[TextRun]] = []
    for (href, _link), group in groupby(runs, key=lambda run: (run.href, run.link_number)):
        same = list(group)
        units += [[run] for run in same] if href is None else [same]
    for strong, stretch in groupby(units, key=lambda unit: all(run.strong for run in unit)):
        yield strong, list(stretch)


def escape_text(text: str) -> str:
    return html.escape(text, quote=False).replace("\u00a0", "&nbsp;")


def write_markup(runs: Iterable[TextRun]) -> str:
    """Return the runs in the notation.

    If the notation cannot express where bold begins or ends, for example within a word, the text is written without
    bold.
    """
    runs = number_links(merge_runs(runs))
    text = join_markup(runs)
    return text if parse_markup(text) == runs else join_markup([replace(run, strong=False) for run in runs])


def number_links(runs: Sequence[TextRun]) -> list[TextRun]:
    """Return the runs with the links numbered from one in their order."""
    order = {
        link: place
        for place, link in enumerate(dict.fromkeys(run.link_number for run in runs if run.href is not None), 1)
    }
    return [replace(run, link_number=order[run.link_number]) if run.href is not None else run for run in runs]


def join_markup(runs: Iterable[TextRun]) -> str:
    pieces = []
    for strong, units in split_by_boldness(runs):
        inner = "".join(write_unit(unit, inside=strong) for unit in units)
        pieces.append(wrap_in_bold(inner) if strong else inner)
    return "".join(pieces)


def write_unit(unit: Sequence[TextRun], inside: bool) -> str:
    href = unit[0].href
    if href is None:
        return escape_markup(unit[0].text)
    if len(unit) == 1 and unit[0].text == href and WEB_ADDRESS.fullmatch(href) and not re.search(r"[<>\\]", href):
        return f"<{href}>"
    words = "".join(
        wrap_in_bold(escape_label(run.text)) if run.strong and not inside else escape_label(run.text) for run in unit
    )
    return f"[{words}]({escape_target(href)})"


def wrap_in_bold(text: str) -> str:
    """Return the text in bold markup. Markdown needs the stars next to a word, so white space stays outside."""
    core = text.strip()
    if not core:
        return text
    before, after = text.split(core, 1)
    return f"{before}**{core}**{after}"


def escape_markup(text: str) -> str:
    """Return the text so that it is parsed as itself. Only signs that would be parsed as markup are escaped."""
    text = re.sub(r"([\\*])", r"\\\1", text)
    return re.sub(r"\](?=\()|<(?=[A-Za-z])", r"\\\g<0>", text)


def escape_label(text: str) -> str:
    return re.sub(r"([\\*()\[\]<])", r"\\\1", text)


def escape_target(href: str) -> str:
    if not href:
        return "#"
    return re.sub(r"([\\()<>])", r"\\\1", href)
