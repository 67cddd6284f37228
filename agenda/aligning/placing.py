"""The texts of a note that become translations, and what is told of the others."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.aligning.bearings import elements, who
from agenda.aligning.parts import PROVIDERS, align, same_address, shared_differences
from agenda.aligning.report import Finding, Locator, Report, Why
from agenda.comparing.labels import kind_of
from agenda.comparing.sides import Side
from agenda.drafts import draft_of, translations_of
from agenda.notes.lines import NoteError
from agenda.notes.reading import Reading
from agenda.publishing.instants import lock
from agenda.revisions import keep_translations
from agenda.translating import URL, Key, Made, Segment, disagreements_in, in_any_language, owned_segments, segments
from agenda.translating.agreeing import words_of
from agenda.translating.borrowed import is_borrowed
from agenda.translations.saving import write_texts
from meetings.audit import Actor, record_about
from meetings.documents.shape import Item, Link, MeetingDocument
from meetings.documents.text import InvalidDocument, digest_of
from meetings.models import Act, Meeting
from meetings.reference.places import known_place
from meetings.richtext import clean_html
from meetings.rights import Right, require


@dataclass
class Plan:
    """What an import would do: `texts` are to be saved, made from the source's as it stands."""

    source: MeetingDocument
    texts: dict[Key, Made]
    report: Report


def import_translation(reading: Reading, meeting: Meeting, *, by: Actor, replace: bool = False) -> Report:
    """Saves the texts of the note as draft translations of the meeting, where the structure agrees.

    A translation that is there and says something else stays, unless it is to be replaced. The meeting's own texts,
    facts and version stay as they are. Raises NoteError where the note is none of this meeting in another language,
    NotAllowed.
    """
    with transaction.atomic():
        standing = lock(meeting)
        assert isinstance(standing, Meeting)
        language = str(reading.document.language)
        require(by, Right.TRANSLATE, standing, language)
        plan = planned(reading, standing, replace=replace)
        if plan.report.changes:
            save(standing, plan, by)
    return plan.report


def save(meeting: Meeting, plan: Plan, by: Actor) -> None:
    now, language = timezone.now(), plan.report.language
    write_texts(meeting, language, plan.texts, by=by, now=now)
    record_about(
        by, Act.IMPORTED, plan.source, language=language,
        placed=len(plan.report.placed), replaced=len(plan.report.replaced),
    )  # fmt: skip
    keep_translations(meeting, now, by, language)


def planned(reading: Reading, meeting: Meeting, *, replace: bool = False, now: dt.datetime | None = None) -> Plan:
    """What importing the note as a translation of the meeting would do. Raises NoteError."""
    note = reading.document
    if note.language == meeting.source_language:
        raise NoteError(None, _("The note is in %s, as the meeting is: it is no translation.") % note.language.label)
    if note.configuration.slug != meeting.configuration.slug:
        raise NoteError(
            None,
            _("The note is of %(note)s, and “%(meeting)s” is of %(configuration)s: name another meeting.")
            % {"note": note.configuration.code, "meeting": meeting, "configuration": meeting.configuration.code},
        )
    try:
        source = draft_of(meeting, now or timezone.now())
    except InvalidDocument as error:
        raise NoteError(None, _("“%(meeting)s” is not as a document can be: %(error)s") % {
            "meeting": meeting, "error": error,
        }) from error  # fmt: skip
    assert isinstance(source, MeetingDocument)
    there = translations_of(meeting, note.language).get(note.language, {})
    return Placing(reading, source, there, replace).plan()


class Placing:
    def __init__(self, reading: Reading, source: MeetingDocument, there: Mapping[Key, Made], replace: bool) -> None:
        self.reading, self.note, self.source = reading, reading.document, source
        self.there, self.replace = there, replace
        self.languages = (str(source.language), str(self.note.language))
        self.alignment = align(self.note, source)
        self.counterparts = {note.id: part for note, part in self.alignment.pairs}
        self.side, self.locator = Side(source), Locator(reading)
        self.said = {segment.key: segment for segment in segments(source)}
        self.texts: dict[Key, Made] = {}
        self.told: set[Key] = set()
        """What of the source the note translates, placed or not."""
        self.report = Report(self.languages[1])

    def plan(self) -> Plan:
        for note, source in self.alignment.pairs:
            self.compare(note, source)
        for segment, owner in owned_segments(self.note):
            self.take(segment, owner)
        self.links()
        self.report.findings += [
            *self.disordered(),
            *self.without_counterpart(),
            *self.not_in_note(),
            *(Finding(Why.UNREAD, _("Not understood"), line=one.line, text=one.text) for one in self.reading.unplaced),
        ]
        return Plan(self.source, self.texts, self.report)

    @cached_property
    def standing(self) -> dict[str, str]:
        """What the document in the language says already, by path: what is translated, and what reference data know."""
        document = in_any_language(self.source, self.languages[1], self.there)
        return {one.path: one.text for one in segments(document) if one.path not in document.fallbacks}

    def tell(self, why: Why, message: str, path: str, text: str) -> None:
        self.report.findings.append(
            Finding(why, message, path, self.locator.line_of(text, path.partition(".")[0]), text)
        )

    def named(self, path: str) -> str:
        return self.side.text_named(path)

    def compare(self, note: Any, source: Any) -> None:
        prefix = "" if isinstance(source, MeetingDocument) else f"{kind_of(source)}.{source.id}."
        for name, said, wanted in shared_differences(note, source, self.languages):
            line = None if isinstance(note, MeetingDocument) else self.locator.line_of(known_by(note), kind_of(note))
            self.tell_shared(f"{prefix}{name}", said, wanted, line)

    def tell_shared(self, path: str, said: str, wanted: str, line: int | None) -> None:
        told = _("%(what)s is the same in every language: the note says “%(note)s”, the source “%(source)s”")
        if not wanted:
            told = _("%(what)s is the same in every language: the note says “%(note)s”, the source nothing")
        message = told % {"what": self.named(path), "note": said, "source": wanted}
        self.report.findings.append(Finding(Why.SHARED, message, path, line))

    def take(self, segment: Segment, owner: Any) -> None:
        row = self.alignment.rows.get(segment.row)
        if row is None:
            return  # its part is told of as a whole
        key = self.key_in_source(segment, owner, row)
        source = self.said.get(key)
        if source is None:
            if segment.field.split(".")[0] not in PROVIDERS:
                told = _("The source has no text in this place")
                self.tell(Why.NO_COUNTERPART, told, "", in_words(segment, segment.text))
            return
        if is_borrowed(segment, self.languages[0]):
            return
        self.told.add(key)
        self.place(source, clean_html(segment.text) if segment.rich else segment.text)

    def key_in_source(self, segment: Segment, owner: Any, row: UUID) -> Key:
        """Those who inform may be named in another order: a country, an institution is known in both languages."""
        name = segment.field.partition(".")[0]
        if name in PROVIDERS and isinstance(owner, Item):
            theirs = self.counterparts[owner.id]
            ours = who([segment.text], self.languages[1])[0]
            wanted = who(getattr(theirs, name), self.languages[0])
            return row, f"{name}.{wanted.index(ours)}" if wanted.count(ours) == 1 else "?"
        return row, segment.field

    def place(self, source: Segment, text: str) -> None:
        if self.is_another_place(source, text):
            self.tell_shared(source.path, text, source.text, self.locator.line_of(text, "title"))
        elif self.settle(source.key, source.path, source.text, text):
            self.check(source, text)

    def settle(self, key: Key, path: str, said: str, text: str) -> bool:
        """Whether the text is the translation from now on, be it new or not."""
        there = self.there.get(key)
        current = there is not None and there.source_digest == digest_of(said)
        if self.standing.get(path) == text or (there and there.text == text and current):
            self.report.standing.append(path)
        elif there and not self.replace:
            told = _("%s has another translation already, which stays")
            if there.text == text:
                told = _("%s has this translation already, made from what the source said once: it stays so")
            self.tell(
                Why.KEPT,
                told % self.named(path),
                path,
                " ".join(words_of(text).split()) if text.startswith("<") else text,
            )
            return False
        else:
            self.texts[key] = Made(text, digest_of(said))
            (self.report.replaced if there else self.report.placed).append(path)
        return True

    def is_another_place(self, source: Segment, text: str) -> bool:
        """A city that is known in both languages, and is another one."""
        ours, theirs = known_place(text, self.languages[1]), known_place(source.text, self.languages[0])
        return source.path.startswith("place.") and bool(ours and theirs) and ours != theirs

    def check(self, source: Segment, text: str) -> None:
        if source.rich and elements(source.text) != elements(text):
            told = _("%s has other paragraphs or lists than the source: compare the two")
            self.tell(Why.DISAGREES, told % self.named(source.path), source.path, in_words(source, text))
        for found in disagreements_in(source, text, *self.languages):
            told = f"{self.named(source.path)}: {found.message}"
            self.tell(Why.DISAGREES, told, source.path, in_words(source, text))

    def links(self) -> None:
        """An address that differs in nothing but the language is the link's own in this language."""
        for note, source in self.alignment.pairs:
            if isinstance(note, Link) and source.url != note.url and same_address(note.url, source.url, self.languages):
                self.settle((source.id, URL), f"links.{source.id}.{URL}", source.url, note.url)

    def disordered(self) -> Iterator[Finding]:
        for path in self.alignment.disordered:
            told = _("%s: the note has another order, and the source's stands")
            yield Finding(Why.SHARED, told % self.named(path), path)

    def without_counterpart(self) -> Iterator[Finding]:
        """Parts of the note that are none of the source, or could be several."""
        side = Side(self.note)
        for standing in side.parts.values():
            part = standing.part
            if part.id not in self.alignment.rows:
                told = _("%s has no counterpart in the source, or several") % standing.where
                text = side.described(part).strip()
                yield Finding(
                    Why.NO_COUNTERPART, told, line=self.locator.line_of(known_by(part), kind_of(part)), text=text
                )

    def not_in_note(self) -> Iterator[Finding]:
        for key, segment in self.said.items():
            if key not in self.told and segment.path not in self.standing:
                told = _("%s is not in the note") % self.named(segment.path)
                yield Finding(Why.NOT_IN_NOTE, told, segment.path, text=in_words(segment, segment.text))


def in_words(segment: Segment, text: str) -> str:
    return " ".join(words_of(text).split()) if segment.rich else text


def known_by(part: Any) -> str:
    """The words that a part of a note is found by in it."""
    found = next((value for name in ("title", "name", "text", "url") if (value := getattr(part, name, ""))), "")
    return words_of(found) if found.startswith("<") else found
