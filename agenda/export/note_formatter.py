"""Format the texts of a note, each marked with its language: the note's, the source's, or that of our own phrases."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.export.blocks import (
    Block,
    Blocks,
    ListBlock,
    Paragraph,
    ParagraphStyle,
    PictureBlock,
    TextRun,
    join_runs,
    split_greek_runs,
)
from agenda.export.imprint import Imprint
from agenda.export.rich_text import build_rich_text_blocks
from meetings.clock import BRUSSELS
from meetings.documents.choices import LinkKind
from meetings.documents.fallbacks import get_text_language
from meetings.documents.schema import Link, MeetingDocument, TopicName
from meetings.i18n import date_formats
from meetings.i18n.languages import get_interface_language, get_own_name
from meetings.i18n.page_paths import get_page_path
from meetings.images.files import find_rendition
from meetings.images.store import ImageReader

Runs = list[TextRun]
JPEG_START = b"\xff\xd8"
MAX_PICTURE_BYTES = 20_000_000  # of one file; forty usual pictures have a third of it
PICTURE_WIDTH = 960  # pixels: about 150 for each inch of the page


@dataclass(frozen=True)
class NoteFormatter:
    """A formatter of the texts of one note.

    Activate the note's language first (`override`), so that the site's own phrases are translated into it.
    """

    document: MeetingDocument
    imprint: Imprint
    files: dict[str, bytes] = field(default_factory=dict)
    """The files of the pictures that are shown so far, by name."""
    images: ImageReader = field(default_factory=ImageReader)

    @property
    def language(self) -> str:
        return self.document.language

    def get_foreign_language(self, language: str) -> str:
        """Return the language if it is not that of the note, else an empty string."""
        return "" if language == self.language else language

    def format_phrase(self, phrase: object, **style: bool) -> TextRun:
        """Return one of the site's own phrases."""
        return replace(TextRun(str(phrase), self.get_foreign_language(get_interface_language())), **style)

    def format_label(self, label: object, **style: bool) -> TextRun:
        return self.format_phrase(capfirst(str(label)), **style)

    def format_text(self, text: str, *path: Any, href: str = "", **style: bool) -> Runs:
        """Return a text of the document, or an empty list if the text is empty.

        `path` is as for `get_text_language`.
        """
        language = self.get_foreign_language(get_text_language(self.document, *path))
        runs = [replace(TextRun(" ".join(text.split()), language, href), **style)] if text.strip() else []
        return split_greek_runs(runs, self.language)

    def format_texts(self, texts: Iterable[str], *path: Any) -> list[Runs]:
        """Return the texts of a list; the index of each is the last part of its path."""
        return [self.format_text(text, *path, index) for index, text in enumerate(texts)]

    def format_topic(self, topic: TopicName) -> Runs:
        path = get_page_path(f"topics/{topic.slug}/", self.language)
        href = self.imprint.site_url + path if self.imprint.site_url else ""
        return self.format_text(topic.title, "topics", topic.id, "title", href=href)

    def format_rich_text(self, html: str, *path: Any, parent_level: int = 0) -> Blocks:
        language = self.get_foreign_language(get_text_language(self.document, *path))
        return build_rich_text_blocks(html, self.language, language=language, parent_level=parent_level)

    def format_days(self, start: dt.date | None, end: dt.date | None) -> Runs:
        """Return, for example, “Thursday 15 – Friday 16 November 2018”."""
        if start is None:
            return []
        if end is None or end == start:
            return [TextRun(date_formats.format_weekday_date(start, self.language))]
        return [TextRun(" – ".join(date_formats.format_weekday_range(start, end, self.language)))]

    def format_instant(self, at: dt.datetime | None) -> Runs:
        """Return, for example, “14 September 2017, 18:00 (Brussels)”."""
        if at is None:
            return []
        local = at.astimezone(BRUSSELS).replace(second=0)
        date = TextRun(date_formats.format_datetime(local, self.language))
        return [date, TextRun(" "), self.format_phrase(_("(Brussels)"))]

    def format_day_and_time(self, at: dt.datetime) -> str:
        """Return, for example, “14 September, 18:00”, in the time zone of the meeting."""
        local = at.astimezone(ZoneInfo(self.document.timezone))
        clock = date_formats.format_clock(local.time().replace(second=0), self.language)
        return f"{date_formats.format_month_and_day(local, self.language)}, {clock}"

    def format_session(self, session: object) -> Runs:
        """Return the title of the session with this id, or an empty list if there is none."""
        found = next((each for each in self.document.sessions if session and each.id == session), None)
        return self.format_text(found.title, "sessions", found.id, "title") if found else []

    def build_link_list(self, links: Iterable[Link]) -> list[Block]:
        """Return a list with the links, or no block if there are none."""
        entries: list[Blocks] = []
        for link in links:
            pictures = self.build_picture(link)
            entries.append([Paragraph(self.format_link(link, with_alt=not pictures)), *pictures])
        return [ListBlock(entries=entries)] if entries else []

    def build_picture(self, link: Link) -> list[Block]:
        """Return the picture of the link; no block if there is none, or if its file is not stored.

        Pictures after the first `MAX_PICTURE_BYTES` are left out, since all are in memory at once.
        """
        if link.image is None or sum(map(len, self.files.values())) > MAX_PICTURE_BYTES:
            return []
        file = find_rendition(link.image, PICTURE_WIDTH)
        name = f"{link.image.digest}-{file.name}"
        content = self.files.get(name) or self.images.read(link.image.digest, file.name)
        if content is None or not content.startswith(JPEG_START):
            return []
        self.files[name] = content
        language = self.get_foreign_language(get_text_language(self.document, "links", link.id, "image", "alt"))
        return [PictureBlock(name, link.image.alt, file.width, file.height, language)]

    def format_link(self, link: Link, *, with_alt: bool = True) -> Runs:
        title = self.format_text(link.title or link.url, "links", link.id, "title", href=link.url)
        if not link.url and not link.image:
            title += [TextRun(" "), self.format_phrase(_("(link to be added)"), quiet=True)]
        language = TextRun(get_own_name(link.language), self.get_foreign_language(link.language), quiet=True)
        details = [
            [self.format_label(link.kind.label, quiet=True)] if link.kind != LinkKind.WEB else [],
            [language] if link.language else [],
            self.format_text(
                link.image.alt if link.image and with_alt else "", "links", link.id, "image", "alt", quiet=True
            ),
        ]
        return join_runs([title, *details])


def build_small_paragraph(runs: Runs) -> list[Block]:
    return [Paragraph(runs, ParagraphStyle.SMALL)] if runs else []


def build_paragraph(runs: Runs) -> list[Block]:
    return [Paragraph(runs)] if runs else []
