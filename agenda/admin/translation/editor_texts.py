"""The rows of the translation editor: each source text with its translation, status, proposals and differences."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from msgspec import Struct

from agenda.admin.translation.proposals import Proposal, build_proposals
from agenda.documents.diff.document_side import DocumentSide, LocatedPart
from agenda.documents.diff.word_diff import ComparisonBudget, DiffRun, compare_html, compare_texts
from agenda.documents.fact_check.disagreements import Disagreement
from agenda.documents.translations.segments import Segment, TextKey
from agenda.documents.translations.status import (
    DRAFT_STATES,
    TextState,
    TranslationCounts,
    TranslationStatus,
    get_translation_statuses,
)
from agenda.documents.translations.translated_document import URL_FIELD, TranslatedText
from agenda.translation.memory import (
    MemoryMatch,
    PartialTranslation,
    build_partial_translation,
    find_memory_matches,
    load_sentence_memory,
)
from agenda.translation.save import SaveResult, TranslationInput, build_text_field, compute_fingerprint, get_form_text
from agenda.translation.source_history import find_past_source_texts
from agenda.workflow.confirmed_differences import (
    ComparisonTime,
    Confirmation,
    find_differences,
    find_kept_sentences,
    get_confirmations,
)
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_type
from agenda.workflow.reviews import VerdictRow as Verdict
from agenda.workflow.reviews import get_approved_translations
from agenda.workflow.states import format_to_the_minute
from meetings.documents.choices import Language
from meetings.documents.encoding import compute_digest
from meetings.documents.members import get_members
from meetings.documents.schema import MeetingDocument, Place
from meetings.fields.richtext import clean_html
from meetings.models import Translation

LETTERS_PER_LINE, MAX_LINES = 52, 24
UNFINISHED_STATES = (TextState.MISSING, TextState.OUT_OF_DATE)
AUTOMATIC_STATES = (TextState.KNOWN, TextState.OPTIONAL)


@dataclass(frozen=True)
class ShownDifference:
    """A disagreement with its digest. `confirmed` says who confirmed that it is intended, and when."""

    found: Disagreement
    digest: str
    confirmed: Confirmation | None


def list_differences(
    segment: Segment,
    text: str,
    source_language: str,
    language: str,
    confirmed: Mapping[tuple[str, str], Confirmation],
) -> list[ShownDifference]:
    found = find_differences(segment, text, source_language, language)
    return [ShownDifference(each, digest, confirmed.get((each.path, digest))) for each, digest in found]


@dataclass
class TranslationRow:
    """A text in the translation editor.

    `source_change` compares the source with what was translated. `input` is what was typed but not saved, and `error`
    says why. `has_conflict`: someone else saved a different translation meanwhile. `is_sent_back`: it is a draft that
    nobody has changed since a reviser sent the language back.
    """

    status: TranslationStatus
    where: str
    label: str
    language: Language
    saved_by: str = ""
    saved_at: str = ""
    source_change: tuple[DiffRun, ...] | None = None
    memory_matches: list[MemoryMatch] = field(default_factory=list)
    partial: PartialTranslation | None = None
    differences: list[ShownDifference] = field(default_factory=list)
    input: TranslationInput | None = None
    error: str = ""
    has_conflict: bool = False
    is_sent_back: bool = False

    @property
    def segment(self) -> Segment:
        return self.status.source.segment

    @property
    def name(self) -> str:
        """The name used in form fields and in the anchors of the page."""
        return format_key(self.segment.key)

    @property
    def state(self) -> TextState:
        return self.status.state

    @property
    def is_out_of_date(self) -> bool:
        return self.state == TextState.OUT_OF_DATE

    @property
    def is_automatic(self) -> bool:
        """Return whether the text needs no translation, but may have one."""
        return self.state in AUTOMATIC_STATES

    @property
    def is_to_do(self) -> bool:
        is_doubtful = self.is_sent_back or any(not difference.confirmed for difference in self.differences)
        return self.state in UNFINISHED_STATES or (self.state in DRAFT_STATES and is_doubtful)

    @property
    def typed(self) -> str:
        return self.input.typed if self.input else get_form_text(self.segment, self.status.text)

    @property
    def html(self) -> str:
        """Return the saved translation, sanitized here too, since not every way of saving does."""
        return clean_html(self.status.text)

    @property
    def source_and_fingerprint(self) -> str:
        """Return the digest of the source and the fingerprint of the translation that the form shows.

        Unsaved input keeps those that it started from. After a conflict, the fingerprint is that of the translation
        shown now, so that saving again replaces it.
        """
        source, shown = self.status.source.digest, compute_fingerprint(self.segment, self.status.text)
        if self.input and self.input.source_digest:
            source, shown = self.input.source_digest, shown if self.has_conflict else self.input.shown_fingerprint
        return f"{source} {shown}"

    @property
    def text(self) -> str:
        """Return the text that would be saved. If it is not valid, set `error` and return ""."""
        if self.input is None:
            return self.status.text
        try:
            return build_text_field(self.segment).clean(self.input.typed) or ""
        except ValidationError as error:
            self.error = self.error or " ".join(error.messages)
            return ""

    def show_input(self, sent: TranslationInput) -> None:
        """Show what was sent, if the text was changed, has an error, or if a box was ticked."""
        self.input = sent
        if compute_digest(self.text) == sent.shown_fingerprint and not (
            self.error or sent.is_still_right or sent.confirmed_digests
        ):
            self.input = None

    @property
    def line_count(self) -> int:
        text = max(self.typed, self.segment.text, key=len)
        count = sum(1 + len(line) // LETTERS_PER_LINE for line in text.splitlines())
        return min(MAX_LINES, max(1, count))

    @property
    def proposals(self) -> Iterator[Proposal]:
        return build_proposals(self.name, self.status, self.memory_matches, self.partial)


def format_key(key: TextKey) -> str:
    return f"{key[0]}-{key[1]}"


def parse_key(name: str) -> TextKey:
    """Return the key of a text. Raise ValueError if the name is not valid."""
    return UUID(name[:36]), name[37:]


class EditorTexts:
    """All texts of a meeting or topic beside their translations in a language."""

    def __init__(
        self,
        subject: Subject,
        source: SubjectDocument,
        language: Language,
        now: dt.datetime,
        *,
        inputs: Mapping[TextKey, TranslationInput],
        result: SaveResult,
        proposal: str,
        sent_back: Verdict | None,
    ) -> None:
        """Load all texts. Those of `inputs` are shown and checked as they were typed, the others as they are saved.

        `result` is that of saving the inputs, and `proposal` the name of a proposal to apply.
        """
        self.source, self.language = source, language
        saved = {
            (row.row_id, row.field): row
            for row in Translation.objects.filter(
                subject_type=get_subject_type(subject), subject_id=subject.pk, language=language
            )
        }
        texts = {key: TranslatedText(row.text, row.source_digest) for key, row in saved.items()}
        approved = get_approved_translations(subject.pk, language).get(language, {})
        confirmed = get_confirmations(subject, language)
        statuses = get_translation_statuses(
            source,
            language,
            texts,
            approved,
            is_confirmed=lambda path, digest: (path, digest) in confirmed,
            find_sentences=partial(ComparisonTime().compare, find_kept_sentences),
        )
        names = TextNames(source)
        self.rows: list[TranslationRow] = []
        for status in statuses:
            segment = status.source.segment
            row = TranslationRow(
                status,
                *names.get_names(segment),
                language,
                error=result.errors.get(segment.key, ""),
                has_conflict=segment.key in result.conflicts,
            )
            if segment.key in inputs:
                row.show_input(inputs[segment.key])
            if translation := saved.get(segment.key):
                row.saved_by = translation.by_name
                row.saved_at = format_to_the_minute(translation.at, now) if translation.at else ""
                row.is_sent_back = row.state in DRAFT_STATES and is_older_than_verdict(translation.at, sent_back)
            self.rows.append(row)
        self.add_source_changes(subject, {key: row.at for key, row in saved.items()})
        self.add_proposals(now)
        self.apply_proposal(proposal)
        self.add_differences(confirmed)

    def add_source_changes(self, subject: Subject, saved_at: Mapping[TextKey, dt.datetime | None]) -> None:
        """Compare the source of each translation that is out of date with the source that was translated."""
        outdated = [row for row in self.rows if row.is_out_of_date]
        past_texts = find_past_source_texts(
            subject, {row.status.source_digest: saved_at[row.segment.key] for row in outdated}
        )
        budget = ComparisonBudget()
        for row in outdated:
            if (past_text := past_texts.get(row.status.source_digest)) is not None:
                compare = compare_html if row.segment.rich else compare_texts
                row.source_change = compare(past_text, row.segment.text, budget)

    def add_proposals(self, now: dt.datetime) -> None:
        """Look up earlier translations of missing texts and of those out of date; sentences only of missing ones."""
        wanted = {row.status.source.digest: row for row in self.rows if row.state in UNFINISHED_STATES}
        found = find_memory_matches(self.source.language, self.language, wanted)
        for row in self.rows:
            if row.state in UNFINISHED_STATES:
                row.memory_matches = found.get(row.status.source.digest, [])
        missing = [row for row in self.rows if row.state == TextState.MISSING and not row.memory_matches]
        known = load_sentence_memory(self.source, self.language, now) if missing else {}
        for row in missing:
            row.partial = build_partial_translation(row.segment, known)

    def apply_proposal(self, name: str) -> None:
        """Put the text of the proposal into its field, unsaved."""
        for row in self.rows:
            for proposal in row.proposals if name.startswith(f"{row.name}:") else ():
                if proposal.name == name:
                    source_digest, fingerprint = row.source_and_fingerprint.split(" ")
                    sent = row.input or TranslationInput("", source_digest, fingerprint)
                    row.input = replace(sent, typed=proposal.typed)

    def add_differences(self, confirmed: Mapping[tuple[str, str], Confirmation]) -> None:
        """Compare unsaved texts and drafts with their source.

        Reviewed texts have been checked, and texts that are out of date will be. Of very long ones, only the first are
        compared.
        """
        comparison_time, languages = ComparisonTime(), (self.source.language, self.language)
        for row in self.rows:
            segment, text = row.segment, row.text
            if text and segment.field != URL_FIELD and (row.input or row.state in DRAFT_STATES):
                found = comparison_time.compare(list_differences, segment, text, *languages, confirmed)
                row.differences = list(found)

    @property
    def counts(self) -> TranslationCounts:
        return TranslationCounts.count(row.status for row in self.rows)

    @property
    def to_do_count(self) -> int:
        return sum(row.is_to_do for row in self.rows)

    def group_rows(self, only_to_do: bool) -> list[tuple[str, list[TranslationRow]]]:
        rows = [row for row in self.rows if not only_to_do or row.is_to_do or row.input]
        return [(part, list(group)) for part, group in groupby(rows, key=lambda row: row.where)]


def is_older_than_verdict(saved: dt.datetime | None, sent_back: Verdict | None) -> bool:
    """Return whether a text was saved before the verdict. Texts without a time are older than any verdict."""
    return sent_back is not None and (saved is None or saved <= sent_back.at)


class TextNames:
    """The names of texts and of the parts of the document that they belong to, as shown to people."""

    def __init__(self, document: SubjectDocument) -> None:
        self.document, self.side = document, DocumentSide(document)
        self.whole = _("The meeting") if isinstance(document, MeetingDocument) else _("The topic")

    def get_names(self, segment: Segment) -> tuple[str, str]:
        """Return the names of the part and of the text in it.

        For example “Programme, press conference “Home Affairs”” and “Speakers 1, role”.
        """
        kind, *rest = segment.path.split(".")
        located = self.find_part(kind, rest[0]) if rest else None
        if located is None:
            return self.whole, format_path(type(self.document), [kind, *rest])
        return located.where, format_path(type(located.part), rest[1:])

    def find_part(self, kind: str, key: str) -> LocatedPart | None:
        try:
            return self.side.parts.get((kind, UUID(key)))
        except ValueError:
            return None


def format_path(owner: type[Struct], path: list[str]) -> str:
    """Return a path within a part as text: ["speakers", "0", "role"] becomes “Speakers 1, role”."""
    words = ""
    for step in path:
        if step.isdecimal():
            words += f" {int(step) + 1}"
        else:
            member = get_members(owner)[step]
            owner = member.part or owner
            if member.part is not Place:  # a city or venue is named alone
                words += f"{', ' if words else ''}{member.label}"
    return str(capfirst(words))
