"""Inline marks of a note: what is bold, what is a link, and back to the notation and to HTML.

The notation is the part of Markdown that notes use: `**bold**`, `[words](address)` with `(#)` where the address is not
known yet, `<address>`, and backslash escapes. Everything else, a single `*` and `_` too, stands for itself.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any

from markdown_it import MarkdownIt

WEB_ADDRESS = re.compile(r"https?://\S+")
BARE_ADDRESS = re.compile(r"https?://[^\s<>()\[\]]*[^\s<>()\[\].,;:!?'\"’”*]")
NO_ADDRESS = ("", "#")
LONGEST_MARKED = 10_000


@dataclass(frozen=True)
class Run:
    """A piece of text of one kind. `href` is None outside links and empty in a link without an address; runs of the
    same link share its `link`, which is 0 outside links."""

    text: str
    strong: bool = False
    href: str | None = None
    link: int = 0


@dataclass(frozen=True)
class Anchor:
    title: str
    url: str


def is_address(target: str) -> bool:
    return target in NO_ADDRESS or bool(WEB_ADDRESS.fullmatch(target) or re.fullmatch(r"mailto:\S+", target))


@cache
def parser() -> MarkdownIt:
    """Addresses are kept as they are printed; a link to anything but the web or a mailbox stays literal text."""
    markdown: Any = MarkdownIt("zero").enable(["emphasis", "link", "autolink", "escape"])
    markdown.normalizeLink = lambda address: address
    markdown.normalizeLinkText = lambda address: address
    markdown.validateLink = is_address
    return markdown  # type: ignore[no-any-return]


def read_marks(text: str) -> list[Run]:
    """The runs of a paragraph. One that is longer than any paragraph of a note is taken literally, for time's sake."""
    if len(text) > LONGEST_MARKED:
        return [Run(text)]
    runs: list[Run] = []
    strong, href, link, links = 0, None, 0, 0
    title = ""
    for token in parser().parseInline(text)[0].children or []:
        if token.type in ("strong_open", "strong_close") and token.markup == "**":
            strong += token.nesting
        elif token.type == "link_open":
            links += 1
            target = str(token.attrs["href"])
            href, link, title = "" if target in NO_ADDRESS else target, links, str(token.attrs.get("title", ""))
        elif token.type == "link_close":
            if not runs or runs[-1].link != link:
                runs.append(Run(href or "", strong > 0, href, link))
            href, link = None, 0
            runs += [Run(f" ({title})", strong > 0)] if title else []
        else:
            runs.append(Run(token.content or token.markup, strong > 0, href, link))
    return numbered(merged(with_bare_addresses(runs, links)))


def with_bare_addresses(runs: list[Run], links: int) -> Iterator[Run]:
    for run in runs:
        end = 0
        for found in BARE_ADDRESS.finditer(run.text) if run.href is None else ():
            links += 1
            yield Run(run.text[end : found.start()], run.strong)
            yield Run(found[0], run.strong, found[0], links)
            end = found.end()
        yield Run(run.text[end:], run.strong, run.href, run.link)


def merged(runs: Iterable[Run]) -> list[Run]:
    """Neighbours of one kind as one run, without empty ones."""
    kinds = groupby((run for run in runs if run.text), key=lambda run: (run.strong, run.href, run.link))
    return [Run("".join(run.text for run in same), *kind) for kind, same in kinds]


def plain(runs: Iterable[Run]) -> str:
    """The words alone, on one line."""
    return " ".join("".join(run.text for run in runs).split())


def plain_text(text: str) -> str:
    return plain(read_marks(text))


def anchors(runs: Sequence[Run]) -> list[Anchor]:
    links = groupby((run for run in runs if run.href is not None), key=lambda run: (run.link, run.href or ""))
    return [Anchor(plain(same), href) for (_link, href), same in links]


def html_of(runs: Sequence[Run]) -> str:
    pieces = []
    for strong, units in bold_stretches(runs):
        inner = "".join(unit_html(unit, inside=strong) for unit in units)
        pieces.append(f"<strong>{inner}</strong>" if strong else inner)
    return "".join(pieces)


def unit_html(unit: Sequence[Run], inside: bool) -> str:
    words = "".join(
        f"<strong>{escaped(run.text)}</strong>" if run.strong and not inside else escaped(run.text) for run in unit
    )
    href = unit[0].href
    if href is None:
        return words
    return f'<a href="{html.escape(href)}">{words}</a>' if href else f"<a>{words}</a>"


def bold_stretches(runs: Iterable[Run]) -> Iterator[tuple[bool, list[list[Run]]]]:
    """Links as wholes, and gathered with their neighbours into stretches that are bold and such that are not."""
    units: list[list[Run]] = []
    for (href, _link), group in groupby(runs, key=lambda run: (run.href, run.link)):
        same = list(group)
        units += [[run] for run in same] if href is None else [same]
    for strong, stretch in groupby(units, key=lambda unit: all(run.strong for run in unit)):
        yield strong, list(stretch)


def escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\u00a0", "&nbsp;")


def write_marks(runs: Iterable[Run]) -> str:
    """The notation of the runs. Where bold cannot be told in it (within a word beside a sign, say), the words stay."""
    runs = numbered(merged(runs))
    text = marked(runs)
    return text if read_marks(text) == runs else marked([replace(run, strong=False) for run in runs])


def numbered(runs: Sequence[Run]) -> list[Run]:
    """The links counted from one, in their order."""
    order = {
        link: place for place, link in enumerate(dict.fromkeys(run.link for run in runs if run.href is not None), 1)
    }
    return [replace(run, link=order[run.link]) if run.href is not None else run for run in runs]


def marked(runs: Iterable[Run]) -> str:
    pieces = []
    for strong, units in bold_stretches(runs):
        inner = "".join(unit_marks(unit, inside=strong) for unit in units)
        pieces.append(bold(inner) if strong else inner)
    return "".join(pieces)


def unit_marks(unit: Sequence[Run], inside: bool) -> str:
    href = unit[0].href
    if href is None:
        return literal(unit[0].text)
    if len(unit) == 1 and unit[0].text == href and WEB_ADDRESS.fullmatch(href) and not re.search(r"[<>\\]", href):
        return f"<{href}>"
    words = "".join(bold(label(run.text)) if run.strong and not inside else label(run.text) for run in unit)
    return f"[{words}]({target_of(href)})"


def bold(text: str) -> str:
    """Markdown wants the marks next to the words, so white space goes outside."""
    core = text.strip()
    if not core:
        return text
    before, after = text.split(core, 1)
    return f"{before}**{core}**{after}"


def literal(text: str) -> str:
    """A text that is read back as itself: only signs that would be read as marks are escaped."""
    text = re.sub(r"([\\*])", r"\\\1", text)
    return re.sub(r"\](?=\()|<(?=[A-Za-z])", r"\\\g<0>", text)


def label(text: str) -> str:
    return re.sub(r"([\\*()\[\]<])", r"\\\1", text)


def target_of(href: str) -> str:
    if not href:
        return "#"
    return re.sub(r"([\\()<>])", r"\\\1", href)
