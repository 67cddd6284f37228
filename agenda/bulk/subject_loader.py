"""Load one meeting or topic into the working copy, with the functions that imports and restoring use.

This is for what exists already, and for whatever the bulk writer refuses, so that people get the usual messages.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from msgspec.structs import replace

from agenda.bulk.line_parsing import DocumentLine, SubjectLines
from agenda.documents.translations.segments import Segment, replace_texts
from agenda.documents.translations.translated_document import TranslatedText, extract_translated_texts
from agenda.models import BackgroundTopic
from agenda.translation.save import write_translations
from agenda.workflow.drafts import (
    Subject,
    SubjectDocument,
    build_draft,
    build_drafts,
    get_subject_type,
    get_translations,
)
from agenda.workflow.restoring import restore_document
from agenda.workflow.revisions import collect_topic_names_by_language, keep_translation_revision
from meetings.access.audit import Actor
from meetings.documents.encoding import InvalidDocument
from meetings.documents.schema import MeetingDocument
from meetings.fields.line import validate_line
from meetings.fields.richtext import clean_html
from meetings.models import Edition, Meeting


class LoadOutcome(Enum):
    """The outcome of loading a meeting or topic."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    PUBLISHED = "published"
    ALREADY_PUBLISHED = "left"
    """Not published, because there already is an edition. A change of that needs a note to readers."""


def has_edition(subject: Subject) -> bool:
    return Edition.objects.for_subject(get_subject_type(subject), subject.pk).exists()


def has_unpublished_changes(subject: Subject) -> bool:
    """Return True if the working copy differs from the last edition, which may be live or scheduled."""
    last = Edition.objects.for_subject(get_subject_type(subject), subject.pk).latest("available_from")
    saved: Subject = type(subject)._default_manager.get(pk=subject.pk)
    return not last.documents.filter(language=last.source_language, document__digest=saved.digest).exists()


def load_subject(entry: SubjectLines, by: Actor) -> tuple[Subject, LoadOutcome]:
    """Write the lines to the working copy, unless it is the same already. Raise InvalidDocument.

    Names that are in the reference data come from there. So a line may differ from the working copy both before and
    after loading; that is not a change either.
    """
    model = Meeting if isinstance(entry.document, MeetingDocument) else BackgroundTopic
    existing: Subject | None = model._default_manager.filter(pk=entry.document.id).first()
    before = list_current_documents(existing, entry) if existing else {}
    if existing and before == {
        line.document.language: normalize_document(line.document, before) for line in entry.lines
    }:
        return existing, LoadOutcome.UNCHANGED
    with transaction.atomic():
        subject = restore_document(entry.document, by=by)
        for line in entry.translations:
            load_translation(subject, line, entry, by)
        if existing and before and list_current_documents(subject, entry) == before:
            transaction.set_rollback(True)
            return existing, LoadOutcome.UNCHANGED
    return subject, LoadOutcome.CHANGED if existing else LoadOutcome.ADDED


def list_current_documents(subject: Subject, entry: SubjectLines) -> Mapping[str, SubjectDocument]:
    """Return the documents of the working copy in the languages of the entry; empty if it has no valid document."""
    names = collect_topic_names_by_language({line.document.language: line.document for line in entry.lines})
    try:
        documents = build_drafts(subject, timezone.now(), names=names)
    except InvalidDocument:
        return {}
    wanted = {line.document.language for line in entry.lines}
    return {document.language: document for document in documents if document.language in wanted}


def load_translation(subject: Subject, line: DocumentLine, entry: SubjectLines, by: Actor) -> None:
    """Write the translations of a line as drafts, to be reviewed.

    In a language that has a line, translations are deleted if the line has a fallback instead.
    """
    now, language = timezone.now(), line.document.language
    source = build_draft(subject, now, names=collect_topic_names_by_language({entry.document.language: entry.document}))
    texts = extract_translated_texts(source, sanitize_document(line.document))
    emptied = dict.fromkeys(get_translations(subject, language).get(language, {}), TranslatedText("", ""))
    write_translations(subject, {language: emptied | texts}, by=by, now=now)
    keep_translation_revision(subject, now, by, language)


def normalize_document(document: SubjectDocument, before: Mapping[str, SubjectDocument]) -> SubjectDocument:
    """Return the document with what lines do not decide: the presidency and the name of the configuration.

    The presidency follows from the date, the name from the slug.
    """
    document, current = sanitize_document(document), before.get(document.language)
    if not (isinstance(document, MeetingDocument) and isinstance(current, MeetingDocument)):
        return document
    if document.start_date == current.start_date:
        document = replace(document, presidency=current.presidency)
    if document.configuration.slug == current.configuration.slug:
        document = replace(document, configuration=current.configuration)
    return document


def sanitize_document(document: SubjectDocument) -> SubjectDocument:
    """Return the document with its rich text sanitised, as every way into the working copy does.

    Raise InvalidDocument if a text cannot be stored.
    """
    return replace_texts(document, sanitize_text)


def sanitize_text(segment: Segment, _owner: Any) -> str:
    try:
        if segment.rich:
            return clean_html(segment.text)
        validate_line(segment.text)
    except ValidationError as error:
        raise InvalidDocument(f"{segment.field}: {' '.join(error.messages)}") from error
    return segment.text
