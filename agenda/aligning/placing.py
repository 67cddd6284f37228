"""The texts of a note that become translations, and what is told of the others."""

import datetime as dt
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.aligning.bearings import elements, in_other_letters, name_alone, who
from agenda.aligning.parts import PROVIDERS, align, in_brackets, name_with_hour, same_address, shared_differences
from agenda.aligning.report import Finding, Locator, Report, Why
from agenda.comparing.labels import kind_of
from agenda.comparing.sides import Side, Standing
from agenda.drafts import draft_of, translations_of
from agenda.notes.lines import NoteError
from agenda.notes.reading import Reading
from agenda.publishing.instants import lock
from agenda.revisions import keep_translations
from agenda.translating import (
    URL,
    Key,
    Kind,
    Made,
    Segment,
    disagreements_in,
    in_any_language,
    owned_segments,
    segments,
)
from agenda.translating.agreeing import MOST_TOLD, words_of
from agenda.translating.borrowed import is_borrowed
from agenda.translations.saving import write_texts
from meetings.audit import Actor, record_about
from meetings.documents.shape import Item, Link, MeetingDocument, Speaker
from meetings.documents.text import InvalidDocument, digest_of
from meetings.models import Act, Meeting
from meetings.reference.places import known_place
from meetings.richtext import clean_html
from meetings.rights import Right, require

WORDS_BEFORE = 3
CHARACTERS = 80


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
        self.standings = {row: standing for (_kind, row), standing in self.side.parts.items()}
        self.said = {segment.key: segment for segment in segments(source)}
        self.texts: dict[Key, Made] = {}
        self.told: set[Key] = set()
        """What of the source the note translates, placed or not."""
        self.numbers: list[tuple[str, str, str, int | None]] = []
        """Of items that have another one in the note: path, what note and source say, line."""
        self.report = Report(self.languages[1])

    def plan(self) -> Plan:
        for note, source in self.alignment.pairs:
            self.compare(note, source)
        for segment, owner in owned_segments(self.note):
            self.take(segment, owner)
        self.links()
        self.renumbered()
        self.report.findings += [
            *self.disordered(),
            *self.without_counterpart(),
            *self.not_in_note(),
            *(Finding(Why.UNREAD, _("Not understood"), line=one.line, text=one.text) for one in self.reading.unplaced),
        ]
        self.report.findings.sort(key=lambda finding: (finding.line is None, finding.line))
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
            line = None if isinstance(note, MeetingDocument) else self.line_of(note)
            told = f"{prefix}{name}", self.side.said(name, said), self.side.said(name, wanted), line
            if name == "number":
                self.numbers.append(told)
            else:
                self.tell_shared(*told)

    def tell_shared(self, path: str, said: str, wanted: str, line: int | None) -> None:
        told = _("%(what)s: the note says “%(note)s”, the source “%(source)s”, which stands")
        if not wanted:
            told = _("%(what)s: the note says “%(note)s”, the source nothing, and so it stays")
        elif path.endswith(".name") and in_other_letters(said, wanted):
            told = _("%(what)s: is “%(note)s” of the note “%(source)s” of the source?")
        message = told % {"what": self.named(path), "note": said, "source": wanted}
        self.report.findings.append(Finding(Why.SHARED, message, path, line))

    def line_of(self, part: Any) -> int | None:
        return self.locator.line_of(known_by(part), kind_of(part))

    def take(self, segment: Segment, owner: Any) -> None:
        row = self.alignment.rows.get(segment.row)
        if row is None:
            return  # its part is told of as a whole
        key = self.key_in_source(segment, owner, row)
        source = self.said.get(key)
        if source is None:
            if isinstance(owner, Speaker):
                told = _("%s is not among the speakers of the source") % owner.name
                self.tell(Why.NO_COUNTERPART, told, "", f"{owner.name}, {owner.role}")
            elif segment.field.split(".")[0] not in PROVIDERS:
                told = _("The source has no text in this place")
                self.tell(Why.NO_COUNTERPART, told, "", in_words(segment, segment.text))
            return
        if is_borrowed(segment, self.languages[0]):
            return
        self.told.add(key)
        self.place(source, clean_html(segment.text) if segment.rich else segment.text)

    def key_in_source(self, segment: Segment, owner: Any, row: UUID) -> Key:
        """Those who inform may be named in another order: a country, an institution is known in both languages.

        So may those who speak: they are known by their names.
        """
        name = segment.field.partition(".")[0]
        if name in PROVIDERS and isinstance(owner, Item):
            theirs = self.counterparts[owner.id]
            ours = who([segment.text], self.languages[1])[0]
            wanted = who(getattr(theirs, name), self.languages[0])
            return row, f"{name}.{wanted.index(ours)}" if wanted.count(ours) == 1 else "?"
        if isinstance(owner, Speaker):
            names = [name_alone(one.name) for one in self.standings[row].part.speakers]
            mine = name_alone(owner.name)
            return row, f"speakers.{names.index(mine)}.role" if names.count(mine) == 1 else "?"
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
            self.tell(Why.KEPT, self.why_kept(path, there.text, text), path, unmarked(text))
            return False
        else:
            self.texts[key] = Made(text, digest_of(said))
            (self.report.replaced if there else self.report.placed).append(path)
        return True

    def why_kept(self, path: str, there: str, text: str) -> str:
        facts = {"what": self.named(path)}
        if there == text:
            told = _("%(what)s has this translation already, made from what the source said once: it stays so")
        elif unmarked(there) == unmarked(text):
            told = _("%(what)s has these words already, with other paragraphs, lists or bold, which stay")
        else:
            told = _("%(what)s has another translation already, which stays: “%(there)s”; the note says “%(note)s”")
            facts["there"], facts["note"] = from_difference(unmarked(there), unmarked(text))
        return told % facts

    def is_another_place(self, source: Segment, text: str) -> bool:
        """A city that is known in both languages, and is another one."""
        ours, theirs = known_place(text, self.languages[1]), known_place(source.text, self.languages[0])
        return source.path.startswith("place.") and bool(ours and theirs) and ours != theirs

    def check(self, source: Segment, text: str) -> None:
        """In one line: a paragraph that is missing lacks its dates and links too."""
        found = list(disagreements_in(source, text, *self.languages))
        told = [one.message for one in found]
        ordered = not source.rich or elements(source.text) == elements(text)
        if not ordered and all(one.kind != Kind.MARKUP for one in found):
            told.append(_("The paragraphs and lists stand in another order than in the source."))
        if told:
            message = f"{self.named(source.path)}: {' '.join(told)}"
            self.tell(Why.DISAGREES, message, source.path, in_words(source, text))

    def links(self) -> None:
        """An address that differs in nothing but the language is the link's own in this language."""
        for note, source in self.alignment.pairs:
            if isinstance(note, Link) and source.url != note.url and same_address(note.url, source.url, self.languages):
                self.settle((source.id, URL), f"links.{source.id}.{URL}", source.url, note.url)

    def renumbered(self) -> None:
        """In one line where there are several: one item that is left out gives all that follow another number."""
        if len(self.numbers) == 1:
            self.tell_shared(*self.numbers[0])
        elif self.numbers:
            _path, _said, _wanted, line = self.numbers[0]
            pairs = [
                _("“%(note)s” for “%(source)s”") % {"note": said, "source": wanted or "–"}
                for _path, said, wanted, _line in self.numbers
            ]
            told = _("%(what)s: %(count)d numbers are others in the note, and those of the source stand: %(pairs)s")
            facts = {"what": self.named("agenda"), "count": len(pairs), "pairs": ", ".join(some_of(pairs))}
            self.report.findings.append(Finding(Why.SHARED, told % facts, "agenda", line))

    def disordered(self) -> Iterator[Finding]:
        for path in self.alignment.disordered:
            told = _("%s: the note has another order, and the source's stands")
            yield Finding(Why.SHARED, told % self.named(path), path)

    def without_counterpart(self) -> Iterator[Finding]:
        """Parts of the note that are none of the source, or could be several; each with the parts that it has."""
        side = Side(self.note)
        texts: dict[UUID, list[str]] = {}
        for standing in side.parts.values():
            whole = outermost(standing, self.alignment.rows)
            if whole:
                texts.setdefault(whole.part.id, []).append(side.described(standing.part).strip())
        for standing in side.parts.values():
            part = standing.part
            if part.id in texts:
                told = self.why_not_placed(part, full_name(standing))
                yield Finding(Why.NO_COUNTERPART, told, line=self.line_of(part), text="\n".join(texts[part.id]))

    def why_not_placed(self, part: Any, where: str) -> str:
        left = [name_with_hour(other) or _("one without a title") for other in self.alignment.left.get(part.id, [])]
        if not left:
            return _("%s is not in the source") % where
        told = _(
            "%(what)s is not placed, since nothing tells for certain which one of the source it is, if any. "
            "Left there: %(left)s"
        )
        return told % {"what": where, "left": "; ".join(some_of(left))}

    def not_in_note(self) -> Iterator[Finding]:
        """Texts of the source; where a whole part is not there, it is told as one."""
        found = set(self.alignment.rows.values())
        lacking: Counter[UUID] = Counter()
        for key, segment in self.said.items():
            if key not in self.told and segment.path not in self.standing:
                whole = outermost(self.standings.get(segment.row), found)
                if whole:
                    lacking[whole.part.id] += 1
                else:
                    told = _("%s is not in the note") % self.named(segment.path)
                    yield Finding(Why.NOT_IN_NOTE, told, segment.path, text=in_words(segment, segment.text))
        for row, count in lacking.items():
            told = ngettext(
                "%(what)s was not found in the note (%(count)d text)",
                "%(what)s was not found in the note (%(count)d texts)",
                count,
            ) % {"what": full_name(self.standings[row]), "count": count}
            yield Finding(Why.NOT_IN_NOTE, told, f"{kind_of(self.standings[row].part)}.{row}")


def full_name(standing: Standing) -> str:
    return f"{standing.where}{in_brackets(standing.part)}"


def some_of(entries: list[str]) -> list[str]:
    return [*entries[:MOST_TOLD], *["…"] * (len(entries) > MOST_TOLD)]


def outermost(standing: Standing | None, paired: Container[UUID]) -> Standing | None:
    """Of a part and those that it stands in, the outermost that has no counterpart."""
    whole = None
    while standing:
        if standing.part.id not in paired:
            whole = standing
        standing = standing.owner
    return whole


def unmarked(text: str) -> str:
    return " ".join(words_of(text).split()) if text.startswith("<") else text


def from_difference(one: str, other: str) -> tuple[str, str]:
    """Both from a few words before the first that differs, and no more than a line can hold."""
    words = one.split(), other.split()
    same = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(*words, strict=False)))
    start = max(0, same - WORDS_BEFORE)
    first, second = ("… " * (start > 0) + Truncator(" ".join(each[start:])).chars(CHARACTERS) for each in words)
    return first, second


def in_words(segment: Segment, text: str) -> str:
    return " ".join(words_of(text).split()) if segment.rich else text


def known_by(part: Any) -> str:
    """The words that a part of a note is found by in it."""
    found = next((value for name in ("title", "name", "text", "url") if (value := getattr(part, name, ""))), "")
    return words_of(found) if found.startswith("<") else found
