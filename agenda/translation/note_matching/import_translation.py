"""Import a note as a translation: plan which texts become translations, report the others, and save."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from agenda.documents.diff.document_side import DocumentSide, LocatedPart
from agenda.documents.fact_check.disagreements import MAX_LISTED, find_text_disagreements
from agenda.documents.fact_check.facts import FactKind
from agenda.documents.translations.fallback_marks import has_fallback_mark
from agenda.documents.translations.segments import (
    Segment,
    TextKey,
    list_segments,
    list_segments_with_owner,
    list_translated_segments,
)
from agenda.documents.translations.translated_document import URL_FIELD, TranslatedText, build_document_in_language
from agenda.notes.line_reader import NoteError
from agenda.notes.note_parser import ParsedNote
from agenda.translation.note_matching.alignment import (
    align_note,
    find_shared_differences,
    format_name_with_time,
    format_time_in_brackets,
    is_same_url,
)
from agenda.translation.note_matching.evidence import (
    has_other_alphabet,
    identify_providers,
    list_elements,
    normalize_person_name,
)
from agenda.translation.note_matching.report import FindingReason, ImportFinding, ImportReport, NoteLocator
from agenda.translation.save import write_translations
from agenda.workflow.drafts import build_draft, get_translations
from agenda.workflow.revisions import keep_translation_revision
from agenda.workflow.transactions import lock_subject
from meetings.access import Right, require_right
from meetings.access.audit import Actor, record_about_document
from meetings.documents.encoding import InvalidDocument, compute_digest
from meetings.documents.members import get_members
from meetings.documents.plain_text import cut_text, html_to_line
from meetings.documents.schema import Link, MeetingDocument, Speaker
from meetings.documents.traversal import get_part_kind
from meetings.fields.richtext import clean_html
from meetings.models import Act, Meeting
from meetings.reference.places import find_english_place_name

WORDS_BEFORE = 3
MAX_QUOTE_LENGTH = 80


@dataclass
class ImportPlan:
    """The outcome of an import. `texts` are the translations to save, of the current source texts."""

    source: MeetingDocument
    texts: dict[TextKey, TranslatedText]
    report: ImportReport


def import_translation(reading: ParsedNote, meeting: Meeting, *, by: Actor, replace: bool = False) -> ImportReport:
    """Save the texts of the note as draft translations of the meeting, where the structure is the same.

    A different translation that is stored is kept, unless `replace` is True. The source texts, facts and version of the
    meeting do not change. Raise NoteError if the note is not about this meeting in another language, and NotAllowed.
    """
    with transaction.atomic():
        locked = lock_subject(meeting)
        assert isinstance(locked, Meeting)
        language = str(reading.document.language)
        require_right(by, Right.TRANSLATE, locked, language)
        plan = plan_import(reading, locked, replace=replace)
        if plan.report.has_changes:
            save_plan(locked, plan, by)
    return plan.report


def save_plan(meeting: Meeting, plan: ImportPlan, by: Actor) -> None:
    now, language = timezone.now(), plan.report.language
    write_translations(meeting, {language: plan.texts}, by=by, now=now)
    placed, replaced = len(plan.report.placed), len(plan.report.replaced)
    record_about_document(by, Act.IMPORTED, plan.source, language=language, placed=placed, replaced=replaced)
    keep_translation_revision(meeting, now, by, language)


def plan_import(reading: ParsedNote, meeting: Meeting, *, replace: bool) -> ImportPlan:
    """Return what importing the note as a translation of the meeting would do. Raise NoteError if it cannot be one."""
    note = reading.document
    if note.language == meeting.source_language:
        message = _("The note is in %s, the original language of the meeting. It is not a translation.")
        raise NoteError(None, message % note.language.label)
    if note.configuration.slug != meeting.configuration.slug:
        message = _(
            "The note is about %(note)s, but “%(meeting)s” is a meeting of %(configuration)s. Choose another meeting."
        )
        facts = {"note": note.configuration.code, "meeting": meeting, "configuration": meeting.configuration.code}
        raise NoteError(None, message % facts)
    try:
        source = build_draft(meeting, timezone.now())
    except InvalidDocument as error:
        message = _("The draft of “%(meeting)s” has errors: %(error)s")
        raise NoteError(None, message % {"meeting": meeting, "error": error}) from error
    assert isinstance(source, MeetingDocument)
    stored = get_translations(meeting, note.language).get(note.language, {})
    return ImportPlanner(reading, source, stored, replace).plan()


class ImportPlanner:
    """Match the texts of a note with those of the source document, and report what does not match."""

    def __init__(
        self, reading: ParsedNote, source: MeetingDocument, stored: Mapping[TextKey, TranslatedText], replace: bool
    ) -> None:
        self.reading, self.note, self.source = reading, reading.document, source
        self.stored, self.replace = stored, replace
        self.languages = (str(source.language), str(self.note.language))
        self.alignment = align_note(self.note, source)
        self.counterparts = {note.id: part for note, part in self.alignment.pairs}
        self.side, self.locator = DocumentSide(source), NoteLocator(reading)
        self.parts_by_row = {row: found for (_kind, row), found in self.side.parts.items()}
        self.source_segments = {segment.key: segment for segment in list_segments(source)}
        self.texts: dict[TextKey, TranslatedText] = {}
        self.matched_keys: set[TextKey] = set()
        """The source texts that the note translates, imported or not."""
        self.renumbered_items: list[tuple[str, str, str, int | None]] = []
        """The items with another number in the note, as (path, number in the note, number in the source, line)."""
        self.report = ImportReport(self.languages[1])

    def plan(self) -> ImportPlan:
        for note, source in self.alignment.pairs:
            self.compare_parts(note, source)
        for segment, owner in list_segments_with_owner(self.note):
            self.place_segment(segment, owner)
        self.place_links()
        self.report_renumbered()
        self.report.findings += [
            *self.find_disordered(),
            *self.find_unmatched_parts(),
            *self.find_missing_texts(),
            *(
                ImportFinding(FindingReason.UNREAD, _("Not understood"), line=unread.line, text=unread.text)
                for unread in self.reading.unplaced
            ),
        ]
        self.report.findings.sort(key=lambda finding: (finding.line is None, finding.line))
        return ImportPlan(self.source, self.texts, self.report)

    @cached_property
    def current_texts(self) -> dict[str, str]:
        """The current texts of the document in the language by path: stored translations and reference data."""
        document = build_document_in_language(self.source, self.languages[1], self.stored)
        return {segment.path: segment.text for segment in list_translated_segments(document)}

    def add_finding(self, why: FindingReason, message: str, path: str, text: str) -> None:
        line = self.locator.find_line(text, path.partition(".")[0])
        self.report.findings.append(ImportFinding(why, message, path, line, text))

    def compare_parts(self, note: Any, source: Any) -> None:
        prefix = "" if isinstance(source, MeetingDocument) else f"{get_part_kind(source)}.{source.id}."
        for name, value, expected in find_shared_differences(note, source, self.languages):
            line = None if isinstance(note, MeetingDocument) else self.find_line(note)
            shown, shown_expected = self.side.format_value(name, value), self.side.format_value(name, expected)
            difference = f"{prefix}{name}", shown, shown_expected, line
            if name == "number":
                self.renumbered_items.append(difference)
            else:
                self.add_shared_finding(*difference)

    def add_shared_finding(self, path: str, value: str, expected: str, line: int | None) -> None:
        """Report a value of the note that differs from that of the source, which is kept."""
        message = _("%(what)s: the note says “%(note)s”. The original says “%(source)s”, which was kept")
        if not expected:
            message = _("%(what)s: the note says “%(note)s”. The original says nothing and was not changed")
        elif path.endswith(".name") and has_other_alphabet(value, expected):
            message = _("%(what)s: is “%(note)s” in the note the same as “%(source)s” in the original?")
        message %= {"what": self.side.describe_path(path), "note": value, "source": expected}
        self.report.findings.append(ImportFinding(FindingReason.SHARED, message, path, line))

    def find_line(self, part: Any) -> int | None:
        return self.locator.find_line(get_search_text(part), get_part_kind(part))

    def place_segment(self, segment: Segment, owner: Any) -> None:
        """Find the source text of a text of the note, and import the text as its translation."""
        row = self.alignment.rows.get(segment.row)
        if row is None:
            return  # `find_unmatched_parts` reports the whole part
        key = self.find_source_key(segment, owner, row)
        source = self.source_segments.get(key)
        if source is None:
            if isinstance(owner, Speaker):
                message = _("%s is not a speaker in the original") % owner.name
                self.add_finding(FindingReason.NO_COUNTERPART, message, "", f"{owner.name}, {owner.role}")
            elif not is_provider(segment, owner):
                message = _("The original has no text here")
                self.add_finding(FindingReason.NO_COUNTERPART, message, "", format_segment_text(segment, segment.text))
            return
        if has_fallback_mark(segment, self.languages[0]):
            return
        self.matched_keys.add(key)
        self.place_text(source, clean_html(segment.text) if segment.rich else segment.text)

    def find_source_key(self, segment: Segment, owner: Any, row: UUID) -> TextKey:
        """Return the key of the text in the source.

        The note may have another order of delegations and institutions, whose names are known in both languages, and of
        speakers, who are found by their names.
        """
        name = segment.field.partition(".")[0]
        if is_provider(segment, owner):
            theirs = self.counterparts[owner.id]
            ours = identify_providers([segment.text], self.languages[1])[0]
            providers = identify_providers(getattr(theirs, name), self.languages[0])
            return row, f"{name}.{providers.index(ours)}" if providers.count(ours) == 1 else "?"
        if isinstance(owner, Speaker):
            names = [normalize_person_name(speaker.name) for speaker in self.parts_by_row[row].part.speakers]
            name = normalize_person_name(owner.name)
            return row, f"speakers.{names.index(name)}.role" if names.count(name) == 1 else "?"
        return row, segment.field

    def place_text(self, source: Segment, text: str) -> None:
        if self.is_other_city(source, text):
            self.add_shared_finding(source.path, text, source.text, self.locator.find_line(text, "title"))
        elif self.accept_translation(source.key, source.path, source.text, text):
            self.check_agreement(source, text)

    def accept_translation(self, key: TextKey, path: str, source_text: str, text: str) -> bool:
        """Plan to save the translation, and return whether the text is the translation now, new or not."""
        stored = self.stored.get(key)
        is_current = stored is not None and stored.source_digest == compute_digest(source_text)
        if self.current_texts.get(path) == text or (stored and stored.text == text and is_current):
            self.report.standing.append(path)
        elif stored and not self.replace:
            reason = self.format_kept_reason(path, stored.text, text)
            self.add_finding(FindingReason.KEPT, reason, path, strip_if_html(text))
            return False
        else:
            self.texts[key] = TranslatedText(text, compute_digest(source_text))
            (self.report.replaced if stored else self.report.placed).append(path)
        return True

    def format_kept_reason(self, path: str, stored: str, text: str) -> str:
        facts = {"what": self.side.describe_path(path)}
        if stored == text:
            message = _(
                "%(what)s already has this translation, of an earlier version of the original. It was not changed"
            )
        elif strip_if_html(stored) == strip_if_html(text):
            message = _("%(what)s already has these words with other paragraphs, lists or bold. They were not changed")
        else:
            message = _(
                "%(what)s already has a different translation, which was kept: “%(stored)s”; the note says “%(note)s”"
            )
            facts["stored"], facts["note"] = cut_before_difference(strip_if_html(stored), strip_if_html(text))
        return message % facts

    def is_other_city(self, source: Segment, text: str) -> bool:
        """Return whether the text names another city than the source: both are in the reference data."""
        ours = find_english_place_name(text, self.languages[1])
        theirs = find_english_place_name(source.text, self.languages[0])
        return source.path.startswith("place.") and bool(ours and theirs) and ours != theirs

    def check_agreement(self, source: Segment, text: str) -> None:
        """Report all disagreements of a text as one finding: a missing paragraph also lacks its dates and links."""
        found = list(find_text_disagreements(source, text, *self.languages))
        messages = [disagreement.message for disagreement in found]
        is_ordered = not source.rich or list_elements(source.text) == list_elements(text)
        if not is_ordered and all(disagreement.kind != FactKind.MARKUP for disagreement in found):
            messages.append(_("The paragraphs and lists are in a different order from the original."))
        if messages:
            message = f"{self.side.describe_path(source.path)}: {' '.join(messages)}"
            self.add_finding(FindingReason.DISAGREES, message, source.path, format_segment_text(source, text))

    def place_links(self) -> None:
        """Import URLs that differ from the source only in the language that they name."""
        for note, source in self.alignment.pairs:
            if isinstance(note, Link) and source.url != note.url and is_same_url(note.url, source.url, self.languages):
                self.accept_translation((source.id, URL_FIELD), f"links.{source.id}.{URL_FIELD}", source.url, note.url)

    def report_renumbered(self) -> None:
        """Report all changed item numbers as one finding: an item left out changes the numbers of all that follow."""
        if len(self.renumbered_items) == 1:
            self.add_shared_finding(*self.renumbered_items[0])
        elif self.renumbered_items:
            _path, _number, _expected, line = self.renumbered_items[0]
            pairs = [
                _("“%(note)s” instead of “%(source)s”") % {"note": number, "source": expected or "–"}
                for _path, number, expected, _line in self.renumbered_items
            ]
            message = _("%(what)s: %(count)d numbers differ in the note. Those of the original were kept: %(pairs)s")
            facts = {
                "what": self.side.describe_path("agenda"),
                "count": len(pairs),
                "pairs": ", ".join(limit_list(pairs)),
            }
            self.report.findings.append(ImportFinding(FindingReason.SHARED, message % facts, "agenda", line))

    def find_disordered(self) -> Iterator[ImportFinding]:
        for path in self.alignment.disordered:
            message = _("%s: the note has a different order. That of the original was kept")
            yield ImportFinding(FindingReason.SHARED, message % self.side.describe_path(path), path)

    def find_unmatched_parts(self) -> Iterator[ImportFinding]:
        """Yield the parts of the note that are not in the source, or may be several, each with the parts inside it."""
        side = DocumentSide(self.note)
        texts: dict[UUID, list[str]] = {}
        for located in side.parts.values():
            whole = find_outermost_unmatched(located, self.alignment.rows)
            if whole:
                texts.setdefault(whole.part.id, []).append(side.describe_part(located.part).strip())
        for located in side.parts.values():
            part = located.part
            if part.id in texts:
                message = self.format_not_placed_reason(part, format_full_name(located))
                yield ImportFinding(
                    FindingReason.NO_COUNTERPART, message, line=self.find_line(part), text="\n".join(texts[part.id])
                )

    def format_not_placed_reason(self, part: Any, where: str) -> str:
        candidates = [
            format_name_with_time(other) or _("one without a title")
            for other in self.alignment.candidates.get(part.id, [])
        ]
        if not candidates:
            return _("%s is not in the original") % where
        message = _(
            "%(what)s was not imported, because it is not certain which part of the original it translates. "
            "Possible parts: %(candidates)s"
        )
        return message % {"what": where, "candidates": "; ".join(limit_list(candidates))}

    def find_missing_texts(self) -> Iterator[ImportFinding]:
        """Yield the texts of the source that the note does not translate. A missing part is one finding."""
        found = set(self.alignment.rows.values())
        missing: Counter[UUID] = Counter()
        for key, segment in self.source_segments.items():
            if key not in self.matched_keys and segment.path not in self.current_texts:
                whole = find_outermost_unmatched(self.parts_by_row.get(segment.row), found)
                if whole:
                    missing[whole.part.id] += 1
                else:
                    message = _("%s is not in the note") % self.side.describe_path(segment.path)
                    text = format_segment_text(segment, segment.text)
                    yield ImportFinding(FindingReason.NOT_IN_NOTE, message, segment.path, text=text)
        for row, count in missing.items():
            message = ngettext(
                "%(what)s was not found in the note (%(count)d text)",
                "%(what)s was not found in the note (%(count)d texts)",
                count,
            ) % {"what": format_full_name(self.parts_by_row[row]), "count": count}
            path = f"{get_part_kind(self.parts_by_row[row].part)}.{row}"
            yield ImportFinding(FindingReason.NOT_IN_NOTE, message, path)


def format_full_name(located: LocatedPart) -> str:
    """Return where a part is and what it is called, with the time of a programme point."""
    return f"{located.where}{format_time_in_brackets(located.part)}"


def limit_list(entries: list[str]) -> list[str]:
    return [*entries[:MAX_LISTED], *["…"] * (len(entries) > MAX_LISTED)]


def find_outermost_unmatched(located: LocatedPart | None, matched: Container[UUID]) -> LocatedPart | None:
    """Return the outermost unmatched part among a part and those around it, or None."""
    outermost = None
    while located:
        if located.part.id not in matched:
            outermost = located
        located = located.owner
    return outermost


def strip_if_html(text: str) -> str:
    return html_to_line(text) if text.startswith("<") else text


def cut_before_difference(text: str, other: str) -> tuple[str, str]:
    """Return both texts from a few words before the first difference, each cut to fit on a line."""
    words = text.split(), other.split()
    same = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(*words, strict=False)))
    start = max(0, same - WORDS_BEFORE)
    first, second = ("… " * (start > 0) + cut_text(" ".join(each[start:]), MAX_QUOTE_LENGTH) for each in words)
    return first, second


def is_provider(segment: Segment, owner: Struct) -> bool:
    """Return whether the text is the name of a delegation or institution, whose order may differ between languages."""
    member = get_members(type(owner)).get(segment.field.partition(".")[0])
    return member is not None and member.in_note == "provider"


def format_segment_text(segment: Segment, text: str) -> str:
    return html_to_line(text) if segment.rich else text


def get_search_text(part: Any) -> str:
    """Return the words by which a part is found in the note."""
    values = (getattr(part, name, "") for name in ("title", "name", "text", "url"))
    return strip_if_html(next(filter(None, values), ""))
