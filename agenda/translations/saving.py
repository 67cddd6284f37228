"""Saving translations, text by text: never over what somebody else saved meanwhile, and only texts of the source."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.drafts import Subject, SubjectDocument, draft_of, type_of
from agenda.revisions import keep_translations
from agenda.translating import URL, Disagreement, Key, Made, Segment, SourceText, texts_of_source
from agenda.translations.confirming import confirm, differences_in
from meetings.audit import Actor, record
from meetings.documents.text import digest_of
from meetings.models import Act, Translation
from meetings.models.web import validate_web_address
from meetings.richtext import TypedRichText, as_typed, clean_html, from_typed
from meetings.rights import Right, require
from meetings.vocabulary import Language

LONGEST = 1000
LONGEST_RICH = 100_000
TOO_LONG = {
    "max_length": gettext_lazy("This has %(show_value)d characters; at most %(limit_value)d can be kept: shorten it.")
}
BREAKS = re.compile(r"[ \t\r\n]+")  # not the spaces that keep words together, which French has before “:”


@dataclass(frozen=True)
class Given:
    """One text of the form. `made_from` is the digest of the source text that was shown beside it, `was` says what
    translation was (`fingerprint`); `still`: it holds for that source as it is; `meant`: differences by their digest.
    """

    typed: str
    made_from: str
    was: str
    still: bool = False
    meant: tuple[str, ...] = ()


@dataclass
class Kept:
    """What became of a form. `refused`: why, by text; `gone`: what was typed for texts that the source has no more.

    `overtaken` are those that are refused because somebody else saved them meanwhile.
    """

    saved: int = 0
    confirmed: int = 0
    refused: dict[Key, str] = field(default_factory=dict)
    overtaken: set[Key] = field(default_factory=set)
    gone: list[str] = field(default_factory=list)


class PlainText(forms.CharField):
    """A line, however it was typed or pasted."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return BREAKS.sub(" ", text).strip(" ") if text else text


class RichText(TypedRichText):
    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        cleaned = clean_html(typed or "")
        if typed and not cleaned:
            raise ValidationError(_("Nothing of this can stand in a text: write some words."), code="blank")
        return cleaned


def typed_field(segment: Segment) -> forms.CharField:
    """What may be typed as the text's translation."""
    if segment.rich:
        return RichText(required=False, max_length=LONGEST_RICH, error_messages=TOO_LONG)
    checks = [validate_web_address] if segment.field == URL else []
    return PlainText(required=False, max_length=LONGEST, error_messages=TOO_LONG, validators=checks)


def shown(segment: Segment, text: str) -> str:
    """The text as a form shows it, to be typed over."""
    return as_typed(text) if segment.rich and text else text


def fingerprint(segment: Segment, text: str) -> str:
    """Of the text as a form would send it back that nobody has touched."""
    with suppress(ValidationError):  # it may have been saved by another way than the desk
        text = typed_field(segment).clean(shown(segment, text))
    return digest_of(text)


@transaction.atomic
def save_translations(
    subject: Subject, language: str, given: Mapping[Key, Given], *, by: Actor, now: dt.datetime
) -> Kept:
    """Saves what was typed, and confirms what was ticked; what cannot be saved is told, and all else is saved.

    The version of the meeting or topic does not move. Raises NotAllowed, and InvalidDocument where the working copy
    makes no document.
    """
    require(by, Right.TRANSLATE, subject, language)
    rows: QuerySet[Any] = type(subject)._default_manager.select_for_update(no_key=True, of=("self",))
    subject = rows.get(pk=subject.pk)
    return Saving(subject, language, by, now).save(given)


class Saving:
    def __init__(self, subject: Subject, language: str, by: Actor, now: dt.datetime) -> None:
        self.subject, self.language, self.by, self.now = subject, Language(language), by, now
        self.source: SubjectDocument = draft_of(subject, now)
        self.texts: dict[Key, SourceText] = {one.segment.key: one for one in texts_of_source(self.source)}
        self.standing = {(row.row_id, row.field): row for row in self.rows()}
        self.kept = Kept()

    def rows(self) -> QuerySet[Translation]:
        return Translation.objects.filter(
            subject_type=type_of(self.subject), subject_id=self.subject.pk, language=self.language
        )

    def save(self, given: Mapping[Key, Given]) -> Kept:
        changed: dict[Key, tuple[str, str]] = {}
        for key, one in given.items():
            if key not in self.texts:
                self.kept.gone += [one.typed] * is_typed(one)
                continue
            text = self.text_to_save(self.texts[key].segment, one)
            if text is not None:
                changed[key] = text, one.made_from
        self.write(changed)
        self.confirm(given)
        return self.kept

    def text_to_save(self, segment: Segment, given: Given) -> str | None:
        """Nothing where there is nothing to do, or it is refused."""
        try:
            text: str = typed_field(segment).clean(given.typed) or ""
        except ValidationError as error:
            self.kept.refused[segment.key] = " ".join(error.messages)
            return None
        row = self.standing.get(segment.key)
        stands = fingerprint(segment, row.text if row else "")
        typed = digest_of(text)
        if typed == given.was:
            renews = given.still and row and text and stands == given.was and row.source_digest != given.made_from
            return row.text if row and renews else None
        if typed == stands:
            return text if row and row.source_digest != given.made_from else None
        if stands != given.was:
            self.kept.refused[segment.key] = overtaken(row)
            self.kept.overtaken.add(segment.key)
            return None
        return text

    def write(self, changed: Mapping[Key, tuple[str, str]]) -> None:
        """Empty texts go. One statement for all that is written, one for all that goes."""
        if not changed:
            return
        filled = {key: Made(*made) for key, made in changed.items() if made[0]}
        write_texts(self.subject, self.language, filled, by=self.by, now=self.now)
        if emptied := [Q(row_id=row, field=name) for (row, name), (text, _from) in changed.items() if not text]:
            self.rows().filter(reduce(or_, emptied)).delete()
        self.kept.saved = len(changed)
        if keep_translations(self.subject, self.now, self.by, self.language) is None:
            record(  # no document says it: a text that is out of date, or was, is in none
                self.by,
                Act.TRANSLATED,
                type_of(self.subject),
                self.subject.pk,
                title=str(self.subject),
                remark=str(self.language.label),
                texts=[self.texts[key].segment.path for key in changed],
            )

    def confirm(self, given: Mapping[Key, Given]) -> None:
        """Differences of the texts as they are saved now: a tick at another text means nothing."""
        if ticked := {key: {*one.meant} for key, one in given.items() if one.meant and key in self.texts}:
            standing = {(row.row_id, row.field): row.text for row in self.rows()}
            found = self.differences(ticked, standing)
            self.kept.confirmed = confirm(self.subject, self.language, found, self.by, self.now)

    def differences(
        self, ticked: Mapping[Key, set[str]], standing: Mapping[Key, str]
    ) -> Iterator[tuple[Disagreement, str]]:
        for key, digests in ticked.items():
            segment, text = self.texts[key].segment, standing.get(key, "")
            for found in differences_in(segment, text, self.source.language, self.language) if text else ():
                if found[1] in digests:
                    yield found


def is_typed(given: Given) -> bool:
    """Of a text that is no more: whether it was plain or rich is not known."""
    untouched = {digest_of(text) for text in (given.typed, from_typed(given.typed))}
    return bool(given.typed.strip()) and given.was not in untouched


def write_texts(subject: Subject, language: str, texts: Mapping[Key, Made], *, by: Actor, now: dt.datetime) -> None:
    """In one statement, over what is there. Nothing is asked, and no revision kept: the caller holds the subject."""
    Translation.objects.bulk_create(
        [
            Translation(
                subject_type=type_of(subject),
                subject_id=subject.pk,
                language=language,
                row_id=row,
                field=name,
                text=made.text,
                source_digest=made.source_digest,
                by=by.user,
                by_name=by.shown,
                at=now,
            )
            for (row, name), made in texts.items()
        ],
        update_conflicts=True,
        unique_fields=["subject_type", "subject_id", "language", "row_id", "field"],
        update_fields=["text", "source_digest", "by", "by_name", "at"],
    )


def overtaken(row: Translation | None) -> str:
    if row is None:
        return _("Somebody deleted this translation after you opened it. Yours was not saved: save again to keep it.")
    told = _(
        "%s saved another translation of this text after you opened it. Yours was not saved. Make one of the two, and "
        "save again."
    )
    return told % (row.by_name or _("Somebody"))
