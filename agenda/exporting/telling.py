"""Words of a note in their languages: its own, that which parts of it are borrowed from, and ours."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.exporting.blocks import Block, Blocks, Listing, Paragraph, Run, Style, joined
from agenda.exporting.imprint import Imprint
from agenda.exporting.rich import rich_blocks
from meetings import dates
from meetings.answers import html_path
from meetings.clock import BRUSSELS
from meetings.documents.shape import Link, MeetingDocument, TopicName
from meetings.languages import language_of_words
from meetings.templatetags.publishing import language_of_text, own_name
from meetings.vocabulary import LinkKind

Runs = list[Run]


@dataclass(frozen=True)
class Telling:
    """Of one note. The site's words have to be in the note's language (`override`), as far as there are any."""

    document: MeetingDocument
    imprint: Imprint

    @property
    def language(self) -> str:
        return self.document.language

    def marked(self, language: str) -> str:
        """The language where it is another than the note's."""
        return "" if language == self.language else language

    def word(self, said: object, **kind: bool) -> Run:
        """A word of ours."""
        return replace(Run(str(said), self.marked(language_of_words())), **kind)

    def label(self, said: object, **kind: bool) -> Run:
        return self.word(capfirst(str(said)), **kind)

    def text(self, text: str, *path: Any, href: str = "", **kind: bool) -> Runs:
        """A text of the document; `path` is as of `lang_of`. None of an empty one."""
        language = self.marked(language_of_text(self.document, *path))
        return [replace(Run(" ".join(text.split()), language, href), **kind)] if text.strip() else []

    def texts(self, texts: Iterable[str], *path: Any) -> list[Runs]:
        """Those of a list, each by its place in it."""
        return [self.text(text, *path, place) for place, text in enumerate(texts)]

    def topic(self, topic: TopicName) -> Runs:
        path = html_path(f"topics/{topic.slug}/", self.language)
        href = self.imprint.site + path if self.imprint.site else ""
        return self.text(topic.title, "topics", topic.id, "title", href=href)

    def rich(self, html: str, *path: Any, above: int = 0) -> Blocks:
        return rich_blocks(html, language=self.marked(language_of_text(self.document, *path)), above=above)

    def days(self, start: dt.date | None, end: dt.date | None) -> Runs:
        """“Thursday 15 – Friday 16 November 2018”."""
        if start is None:
            return []
        if end is None or end == start:
            return [Run(dates.weekday(start, self.language))]
        return [Run(" – ".join(dates.weekdays(start, end, self.language)))]

    def moment(self, at: dt.datetime | None) -> Runs:
        """“14 September 2017, 18:00 (Brussels)”."""
        if at is None:
            return []
        return [Run(_("%s (Brussels)") % dates.moment(at.astimezone(BRUSSELS).replace(second=0), self.language))]

    def day_and_time(self, at: dt.datetime) -> str:
        """“14 September, 18:00” at the place of the meeting."""
        local = at.astimezone(ZoneInfo(self.document.timezone))
        clock = dates.clock(local.time().replace(second=0), self.language)
        return f"{dates.month_and_day(local, self.language)}, {clock}"

    def session(self, session: object) -> Runs:
        found = next((one for one in self.document.sessions if session and one.id == session), None)
        return self.text(found.title, "sessions", found.id, "title") if found else []

    def links(self, links: Iterable[Link]) -> list[Block]:
        """A list, where there are any."""
        entries: list[Blocks] = [[Paragraph(self.link(link))] for link in links]
        return [Listing(entries=entries)] if entries else []

    def link(self, link: Link) -> Runs:
        title = self.text(link.title or link.url, "links", link.id, "title", href=link.url)
        if not link.url:
            title += [Run(" "), self.word(_("(address to follow)"), quiet=True)]
        notes = [
            [self.label(link.kind.label, quiet=True)] if link.kind != LinkKind.WEB else [],
            [Run(own_name(link.language), self.marked(link.language), quiet=True)] if link.language else [],
            self.text(link.image.alt if link.image else "", "links", link.id, "image", quiet=True),
        ]
        return joined([title, *notes])


def note(runs: Runs) -> list[Block]:
    return [Paragraph(runs, Style.NOTE)] if runs else []


def plain(runs: Runs) -> list[Block]:
    return [Paragraph(runs)] if runs else []
