"""Apply find and replace: change the accepted hits in the source and in the translations, all or none."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agenda.drafts import Subject, get_subject_type
from agenda.models import RevisionReason
from agenda.restoring import save_differences
from agenda.revisions import keep_revision
from agenda.translating import (
    Disagreement,
    Replacement,
    TextKey,
    TranslatedText,
    list_segments,
    replace_occurrences,
    replace_texts,
)
from agenda.translations.confirming import carry_confirmations, find_differences, select_confirmed_differences
from agenda.translations.everywhere import SegmentHits, TextHit, TranslationWithoutHit, WorkingCopyTexts, build_source
from agenda.translations.saving import build_text_field, get_form_text, write_translations
from meetings.audit import Actor, record_act
from meetings.documents.text import InvalidDocument, compute_digest
from meetings.models import Act
from meetings.rights import Right, require_right
from meetings.vocabulary import Language

MAX_REMARK_LENGTH = 1000
LanguageDisagreement = tuple[str, Disagreement]
"""A disagreement in the translation of a language."""


class ReplacementError(Exception):
    """Nothing was replaced. The message says why, for the user."""


@dataclass(frozen=True)
class ReplacementResult:
    """The number of places that were changed, and their languages."""

    places: int
    languages: list[Language]


@transaction.atomic
def replace_everywhere(
    subject: Subject, replacements: Sequence[Replacement], accepted: Collection[str], *, by: Actor, now: dt.datetime
) -> ReplacementResult:
    """Replace the accepted hits, all or none, and keep one revision. `accepted` are ids of hits.

    A current translation stays current, whether it is changed or not. A translation without a hit, whose source has
    one, becomes out of date unless its id is accepted, too. Raise ReplacementError if a hit no longer exists or cannot
    be changed, NotAllowed, and InvalidDocument if a row cannot take its new text.
    """
    rows: QuerySet[Any] = type(subject)._default_manager.select_for_update(no_key=True, of=("self",))
    copy = WorkingCopyReplacer(rows.get(pk=subject.pk), by)
    places = list(copy.find_places(replacements))
    chosen = copy.select_hits(places, {*accepted})
    outdated = [found for place in places for found in place.without_hit if found.id not in accepted]
    confirmed = copy.get_confirmed_disagreements(chosen)
    copy.replace_hits(chosen, outdated, now)
    copy.carry_confirmations(confirmed, chosen)
    languages = [language for language in Language if language in {hit.language for hit in chosen}]
    copy.keep_revision(replacements, languages, now)
    return ReplacementResult(len(chosen), languages)


class WorkingCopyReplacer(WorkingCopyTexts):
    """Replace hits in a working copy whose row is locked."""

    def select_hits(self, places: Sequence[SegmentHits], accepted: set[str]) -> list[TextHit]:
        """Return the accepted hits. Raise ReplacementError or NotAllowed if one cannot be changed."""
        hits = [hit for place in places for hit in place.hits]
        without_hit = {found.id for place in places for found in place.without_hit}
        if not accepted <= {hit.id for hit in hits} | without_hit:
            raise ReplacementError(
                _("Nothing was changed, because some texts have changed since you searched. Check the updated list.")
            )
        found = [hit for hit in hits if hit.id in accepted]
        if not found:
            raise ReplacementError(_("Nothing was changed, because you ticked no place."))
        for hit in found:
            if not hit.may_change:
                right = Right.CHANGE if hit.language == self.subject.source_language else Right.TRANSLATE
                require_right(self.by, right, self.subject, hit.language)
            if hit.occurrence.is_interrupted:
                raise ReplacementError(_("You can only change “%s” in the text itself.") % hit.occurrence.text)
        return found

    def replace_hits(
        self, chosen: Sequence[TextHit], outdated: Sequence[TranslationWithoutHit], now: dt.datetime
    ) -> None:
        """Replace the chosen hits; the outdated translations keep the digest of the old source."""
        by_text: dict[tuple[Language, TextKey], list[TextHit]] = defaultdict(list)
        for hit in chosen:
            by_text[hit.language, hit.segment.key].append(hit)
        by_language: dict[str, dict[TextKey, str]] = defaultdict(dict)
        for (language_of_text, key), hits in by_text.items():
            by_language[language_of_text][key] = apply_hits(hits)
        self.replace_in_source(by_language.pop(self.subject.source_language, {}), outdated)
        source_digests = {
            (row.language, row.row_id, row.field): row.source_digest for row in self.select_translations()
        }
        for language, texts in by_language.items():
            translated = {key: TranslatedText(text, source_digests[language, *key]) for key, text in texts.items()}
            write_translations(self.subject, language, translated, by=self.by, now=now)

    def replace_in_source(self, texts: Mapping[TextKey, str], outdated: Sequence[TranslationWithoutHit]) -> None:
        """Save new source texts. Current translations get the new source digest, except the outdated ones."""
        if not texts:
            return
        changed = replace_texts(self.source, lambda segment, _owner: texts.get(segment.key, segment.text), names=True)
        save_differences(self.source, changed)
        self.subject.refresh_from_db()
        self.subject.increase_version()
        excluded = {key: [found.language for found in outdated if found.segment.key == key] for key in texts}
        for segment in list_segments(build_source(self.subject), names=True):
            if segment.key in texts:
                old_digest, new_digest = compute_digest(self.segments[segment.key].text), compute_digest(segment.text)
                current = self.select_translations().filter(
                    row_id=segment.row, field=segment.field, source_digest=old_digest
                )
                current.exclude(language__in=excluded[segment.key]).update(source_digest=new_digest)

    def get_confirmed_disagreements(self, chosen: Sequence[TextHit]) -> dict[LanguageDisagreement, str]:
        """Return the confirmed disagreements of the texts that will change, each with its digest."""
        rows = select_confirmed_differences(self.subject)
        known = {(row.language, row.path, row.digest) for row in rows}
        found = compute_disagreement_digests(self, {hit.segment.key for hit in chosen}) if known else {}
        return {each: digest for each, digest in found.items() if (each[0], each[1].path, digest) in known}

    def carry_confirmations(self, confirmed: Mapping[LanguageDisagreement, str], chosen: Sequence[TextHit]) -> None:
        """Copy confirmations of disagreements that are the same in the changed texts."""
        found = (
            compute_disagreement_digests(WorkingCopyTexts(self.subject, self.by), {hit.segment.key for hit in chosen})
            if confirmed
            else {}
        )
        carry_confirmations(
            self.subject, {(each[0], each[1].path, confirmed[each]): found[each] for each in confirmed if each in found}
        )

    def keep_revision(
        self, replacements: Sequence[Replacement], languages: Sequence[Language], now: dt.datetime
    ) -> None:
        """Keep a revision whose comment names the replacements and the languages."""
        changes = ", ".join(f"“{each.find}” → “{each.replace_with}”" for each in replacements)
        remark = f"{changes} ({', '.join(str(language.label) for language in languages)})"[:MAX_REMARK_LENGTH]
        why = RevisionReason.SAVED if self.subject.source_language in languages else RevisionReason.TRANSLATED
        revision = keep_revision(self.subject, now, self.by, why, remark)
        if (
            revision is None and why == RevisionReason.TRANSLATED
        ):  # every changed text is out of date, so no document has changed
            record_act(
                self.by,
                Act.TRANSLATED,
                get_subject_type(self.subject),
                self.subject.pk,
                title=str(self.subject),
                remark=remark,
            )


def compute_disagreement_digests(copy: WorkingCopyTexts, keys: Set[TextKey]) -> dict[LanguageDisagreement, str]:
    """Return the disagreements in the translations of these texts, each with its digest."""
    return {
        (row.language, found): digest
        for key in keys & copy.translations.keys()
        for row in copy.translations[key]
        for found, digest in find_differences(copy.segments[key], row.text, copy.source.language, row.language)
    }


def apply_hits(hits: Sequence[TextHit]) -> str:
    """Return the text with the hits replaced. Raise InvalidDocument if the translation editor would refuse it."""
    segment = hits[0].segment
    text = replace_occurrences(segment.text, segment.rich, [hit.occurrence for hit in hits])
    try:
        build_text_field(segment).clean(get_form_text(segment, text))
    except ValidationError as error:
        raise InvalidDocument(f"{hits[0].language.label}, “{text[:80]}”: {' '.join(error.messages)}") from error
    return text
