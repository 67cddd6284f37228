"""Save translations, text by text: only those of texts in the source, and never over what someone else just saved."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.documents.fact_check.disagreements import Disagreement
from agenda.documents.translations.segments import Segment, TextKey
from agenda.documents.translations.status import SourceText, list_source_texts
from agenda.documents.translations.translated_document import URL_FIELD, TranslatedText, TranslatedTexts
from agenda.workflow.confirmed_differences import ComparisonTime, confirm_differences, find_differences
from agenda.workflow.drafts import Subject, SubjectDocument, build_draft, get_subject_key
from agenda.workflow.revisions import keep_translation_revision, record_about_subject
from agenda.workflow.transactions import lock_subject
from agenda.workflow.translation_writers import record_writers
from meetings.access import Right, require_right
from meetings.access.audit import Actor
from meetings.documents.choices import Language
from meetings.documents.encoding import compute_digest
from meetings.fields.line import join_lines, validate_line
from meetings.fields.richtext import format_as_typed, parse_typed_text
from meetings.models import Act, Translation
from meetings.models.validators import validate_web_address

MAX_TEXT_LENGTH = 1000
MAX_GROWTH, MIN_RICH_LENGTH = 3, 1000
"""A translation of a rich text may be so many times as long as its source, and this longer: both are compared."""
MAX_LANGUAGE_LENGTH = 500_000
"""How many characters the translations into one language have together. A long note has a hundred thousand."""
TOO_LONG_MESSAGES = {
    "max_length": gettext_lazy("This text has %(show_value)d characters. The maximum is %(limit_value)d: shorten it.")
}


@dataclass(frozen=True)
class TranslationInput:
    """One text of the translation form, as sent.

    `source_digest` is the digest of the source text that the form showed. `shown_fingerprint` is the fingerprint of the
    translation that it showed (`compute_fingerprint`). `is_still_right`: the translation is correct for this source
    without a change. `confirmed_digests` are the digests of differences that are intended.
    """

    typed: str
    source_digest: str
    shown_fingerprint: str
    is_still_right: bool = False
    confirmed_digests: tuple[str, ...] = ()


@dataclass
class SaveResult:
    """The result of saving a translation form.

    `saved` and `confirmed` are numbers of texts and differences. `errors` has a message for each text that was not
    saved. `conflicts` are those among them that someone else saved meanwhile. `orphaned` has what was typed for texts
    that the source no longer has.
    """

    saved: int = 0
    confirmed: int = 0
    errors: dict[TextKey, str] = field(default_factory=dict)
    conflicts: set[TextKey] = field(default_factory=set)
    orphaned: list[str] = field(default_factory=list)


class TranslationTextField(forms.CharField):
    """A single line of text. Line breaks become spaces."""

    def to_python(self, value: Any) -> Any:
        return join_lines(super().to_python(value) or "")


class TranslationRichTextField(forms.CharField):
    """Rich text as it is typed, cleaned to HTML with at most `longest` characters."""

    def __init__(self, longest: int, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        cleaned = parse_typed_text(typed)
        if typed and not cleaned:
            raise ValidationError(_("This contains no text. Enter some words."), code="blank")
        if len(cleaned) > self.longest:
            message = _("This text has %(length)d characters. For this original, %(longest)d are possible: shorten it.")
            raise ValidationError(message % {"length": len(cleaned), "longest": self.longest}, code="max_length")
        return cleaned


def build_text_field(segment: Segment) -> forms.CharField:
    """Return the form field that validates the translation of a text."""
    if segment.rich:
        longest = MAX_GROWTH * len(segment.text) + MIN_RICH_LENGTH
        return TranslationRichTextField(longest, required=False, error_messages=TOO_LONG_MESSAGES)
    checks = [validate_line, *([validate_web_address] if segment.field == URL_FIELD else [])]
    return TranslationTextField(
        required=False, max_length=MAX_TEXT_LENGTH, error_messages=TOO_LONG_MESSAGES, validators=checks
    )


def get_form_text(segment: Segment, text: str) -> str:
    """Return the text as the form shows it for editing."""
    return format_as_typed(text) if segment.rich and text else text


def find_length_error(before: int, after: int) -> str:
    """Return why all texts in a language together may not become so long, or "" if they may. Both are characters."""
    if after <= max(before, MAX_LANGUAGE_LENGTH):
        return ""
    message = _("All texts in this language together can have up to %s characters. Shorten some of them.")
    return message % f"{MAX_LANGUAGE_LENGTH:,}"


def compute_fingerprint(segment: Segment, text: str) -> str:
    """Return a digest of the text as an untouched form sends it back, to see whether somebody changed it."""
    with suppress(ValidationError):  # other ways of saving may allow texts that the form refuses
        text = build_text_field(segment).clean(get_form_text(segment, text))
    return compute_digest(text)


def save_translations(
    subject: Subject, language: str, inputs: Mapping[TextKey, TranslationInput], *, by: Actor, now: dt.datetime
) -> SaveResult:
    """Save the texts that changed and confirm the ticked differences. Texts with errors do not stop the others.

    The version of the meeting or topic stays the same. Raise NotAllowed, and InvalidDocument if the working copy has
    errors.
    """
    require_right(by, Right.TRANSLATE, subject, language)
    with transaction.atomic():
        saver = TranslationSaver(lock_subject(subject), language, by, now)
        saver.save(inputs)
    saver.confirm(inputs)
    return saver.result


class TranslationSaver:
    """Save the translations of one form, whose row must be locked, and confirm differences afterwards."""

    def __init__(self, subject: Subject, language: str, by: Actor, now: dt.datetime) -> None:
        self.subject, self.language, self.by, self.now = subject, Language(language), by, now
        self.source: SubjectDocument = build_draft(subject, now)
        self.texts: dict[TextKey, SourceText] = {
            source_text.segment.key: source_text for source_text in list_source_texts(self.source)
        }
        self.stored = {(row.row_id, row.field): row for row in self.select_translations()}
        self.lengths = {key: len(row.text) for key, row in self.stored.items() if key in self.texts}
        self.result = SaveResult()

    def select_translations(self) -> QuerySet[Translation]:
        return Translation.objects.filter(**get_subject_key(self.subject), language=self.language)

    def save(self, inputs: Mapping[TextKey, TranslationInput]) -> None:
        changed: dict[TextKey, tuple[str, str]] = {}
        for key, sent in inputs.items():
            if key not in self.texts:
                self.result.orphaned += [sent.typed] * was_changed(sent)
                continue
            text = self.get_text_to_save(self.texts[key].segment, sent)
            if text is not None:
                changed[key] = text, sent.source_digest
        growth = {key: len(text) - self.lengths.get(key, 0) for key, (text, _digest) in changed.items()}
        for key in sorted(growth, key=growth.__getitem__):  # those that become shorter make room
            if not self.has_room(key, changed[key][0]):
                del changed[key]
        self.write(changed)

    def get_text_to_save(self, segment: Segment, sent: TranslationInput) -> str | None:
        """Return the text, or None if it has not changed or has an error."""
        row = self.stored.get(segment.key)
        try:
            text: str = build_text_field(segment).clean(sent.typed) or ""
        except ValidationError as error:
            if row is None or was_changed(sent):
                self.result.errors[segment.key] = " ".join(error.messages)
                return None
            text = row.text  # the original was longer when it was translated
        stored = compute_fingerprint(segment, row.text if row else "")
        typed = compute_digest(text)
        if typed == sent.shown_fingerprint:
            is_renewed = sent.is_still_right and text and stored == typed
            return row.text if row and is_renewed and row.source_digest != sent.source_digest else None
        if typed == stored:
            return text if row and row.source_digest != sent.source_digest else None
        if stored != sent.shown_fingerprint:
            self.result.errors[segment.key] = format_conflict(row)
            self.result.conflicts.add(segment.key)
            return None
        return text

    def has_room(self, key: TextKey, text: str) -> bool:
        """Return whether the texts are not too long with this one. If they are, this is its error."""
        lengths = self.lengths | {key: len(text)}
        if error := find_length_error(sum(self.lengths.values()), sum(lengths.values())):
            self.result.errors[key] = error
            return False
        self.lengths = lengths
        return True

    def write(self, changed: Mapping[TextKey, tuple[str, str]]) -> None:
        """Write the changed texts, and keep a revision."""
        if not changed:
            return
        texts = {key: TranslatedText(text, digest) for key, (text, digest) in changed.items()}
        write_translations(self.subject, {self.language: texts}, by=self.by, now=self.now)
        self.result.saved = len(changed)
        if keep_translation_revision(self.subject, self.now, self.by, self.language) is None:
            # No document has changed, if every changed text is or was out of date.
            remark, paths = str(self.language.label), [self.texts[key].segment.path for key in changed]
            record_about_subject(self.by, Act.TRANSLATED, self.subject, remark=remark, texts=paths)

    def confirm(self, inputs: Mapping[TextKey, TranslationInput]) -> None:
        """Confirm the ticked differences of the saved texts. A tick for another wording has no effect.

        Finding them takes long in long texts, so the row must not be locked any more: a withdrawal would wait. A digest
        stands for both wordings. What there is no time for is not confirmed.
        """
        if ticked := {
            key: {*sent.confirmed_digests}
            for key, sent in inputs.items()
            if sent.confirmed_digests and key in self.texts
        }:
            saved = {(row.row_id, row.field): row.text for row in self.select_translations()}
            found = list(self.find_ticked_differences(ticked, saved))
            with transaction.atomic():
                self.result.confirmed = confirm_differences(self.subject, self.language, found, self.by, self.now)

    def find_ticked_differences(
        self, ticked: Mapping[TextKey, set[str]], saved: Mapping[TextKey, str]
    ) -> Iterator[tuple[Disagreement, str]]:
        comparison_time, languages = ComparisonTime(), (self.source.language, self.language)
        for key, digests in ticked.items():
            segment, text = self.texts[key].segment, saved.get(key, "")
            for found in comparison_time.compare(find_differences, segment, text, *languages) if text else ():
                if found[1] in digests:
                    yield found


def was_changed(sent: TranslationInput) -> bool:
    """Return whether somebody typed a new text. The text is no longer in the source, so it may be plain or rich."""
    untouched = {compute_digest(text) for text in (sent.typed, parse_typed_text(sent.typed))}
    return bool(sent.typed.strip()) and sent.shown_fingerprint not in untouched


def write_translations(subject: Subject, texts: Mapping[str, TranslatedTexts], *, by: Actor, now: dt.datetime) -> None:
    """Write translations, by language, over those that are stored; delete empty ones; and record who wrote them.

    This checks no permission and keeps no revision. The caller must have locked the row of the subject.
    """
    record_writers(subject, texts, by)
    emptied = {(language, *key) for language, saved in texts.items() for key, text in saved.items() if not text.text}
    if emptied:
        stored = Translation.objects.filter(**get_subject_key(subject), language__in=texts)
        rows = stored.values_list("pk", "language", "row_id", "field")
        Translation.objects.filter(pk__in=[key for key, *place in rows if (*place,) in emptied]).delete()
    Translation.objects.bulk_create(
        (
            row
            for language, saved in texts.items()
            for row in build_translations(subject, language, saved, by=by, now=now)
            if row.text
        ),
        update_conflicts=True,
        unique_fields=["subject_type", "subject_id", "language", "row_id", "field"],
        update_fields=["text", "source_digest", "by", "by_name", "at"],
    )


def build_translations(
    subject: Subject, language: str, texts: Mapping[TextKey, TranslatedText], *, by: Actor, now: dt.datetime
) -> list[Translation]:
    """Return the rows of translations, without writing them."""
    common = get_subject_key(subject) | by.sign(now) | {"language": language}
    return [
        Translation(row_id=row, field=name, text=text.text, source_digest=text.source_digest, **common)
        for (row, name), text in texts.items()
    ]


def format_conflict(row: Translation | None) -> str:
    if row is None:
        return _(
            "Someone deleted this translation after you opened it. Your text was not saved. To keep it, save again."
        )
    message = _(
        "%s saved a different translation of this text after you opened it. Your text was not saved. "
        "Combine the two texts and save again."
    )
    return message % (row.by_name or _("Someone"))
