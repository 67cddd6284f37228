"""Changing what was accepted of the hits of `everywhere`: in the source's rows and in the translations, all or none."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agenda.drafts import Subject, type_of
from agenda.models import Why
from agenda.restoring import save_differences
from agenda.revisions import keep_revision
from agenda.translating import (
    Correction,
    Disagreement,
    Key,
    Made,
    segments,
    with_corrections,
    with_texts_of,
)
from agenda.translations.confirming import carry_confirmations, confirmations, differences_in
from agenda.translations.everywhere import Copy, Hit, Place, Unlike, source_of
from agenda.translations.saving import shown, typed_field, write_texts
from meetings.audit import Actor, record
from meetings.documents.text import InvalidDocument, digest_of
from meetings.models import Act
from meetings.rights import Right, require
from meetings.vocabulary import Language

LONGEST_REMARK = 1000
Difference = tuple[str, Disagreement]
"""In a language."""


class NotCorrected(Exception):
    """Nothing was changed, with the reason, for the one who asked."""


@dataclass(frozen=True)
class Corrected:
    """How many places were changed, and in which languages."""

    places: int
    languages: list[Language]


@transaction.atomic
def correct_everywhere(
    subject: Subject, corrections: Sequence[Correction], accepted: Collection[str], *, by: Actor, now: dt.datetime
) -> Corrected:
    """Changes the hits that are named by their ids, all or none, and keeps one revision.

    A translation that was current stays so, be it changed or not. One that has none of the words although its source
    has is out of date, unless it is named, too. Raises NotCorrected where one of what is named is not there any more or
    cannot be changed, NotAllowed, and InvalidDocument where a row does not take its new text.
    """
    rows: QuerySet[Any] = type(subject)._default_manager.select_for_update(no_key=True, of=("self",))
    copy = Correcting(rows.get(pk=subject.pk), by)
    places = list(copy.places(corrections))
    chosen = copy.chosen(places, {*accepted})
    stale = [one for place in places for one in place.unlike if one.id not in accepted]
    meant = copy.confirmed(chosen)
    copy.correct(chosen, stale, now)
    copy.confirm_again(meant, chosen)
    languages = [language for language in Language if language in {hit.language for hit in chosen}]
    copy.keep(corrections, languages, now)
    return Corrected(len(chosen), languages)


class Correcting(Copy):
    """The working copy, locked."""

    def chosen(self, places: Sequence[Place], accepted: set[str]) -> list[Hit]:
        hits = [hit for place in places for hit in place.hits]
        if not accepted <= {one.id for one in hits} | {one.id for place in places for one in place.unlike}:
            raise NotCorrected(
                _("Some texts were changed after you searched. Nothing was changed: look at the list as it is now.")
            )
        found = [hit for hit in hits if hit.id in accepted]
        if not found:
            raise NotCorrected(_("Nothing is ticked, so nothing was changed."))
        for hit in found:
            if not hit.is_open:
                right = Right.CHANGE if hit.language == self.subject.source_language else Right.TRANSLATE
                require(self.by, right, self.subject, hit.language)
            if hit.occurrence.is_interrupted:
                raise NotCorrected(_("“%s” can only be changed by hand.") % hit.occurrence.said)
        return found

    def correct(self, chosen: Sequence[Hit], stale: Sequence[Unlike], now: dt.datetime) -> None:
        by_text: dict[tuple[Language, Key], list[Hit]] = defaultdict(list)
        for hit in chosen:
            by_text[hit.language, hit.segment.key].append(hit)
        by_language: dict[str, dict[Key, str]] = defaultdict(dict)
        for (of, key), hits in by_text.items():
            by_language[of][key] = corrected_text(hits)
        self.correct_source(by_language.pop(self.subject.source_language, {}), stale)
        made_from = {(row.language, row.row_id, row.field): row.source_digest for row in self.rows()}
        for language, texts in by_language.items():
            made = {key: Made(text, made_from[language, *key]) for key, text in texts.items()}
            write_texts(self.subject, language, made, by=self.by, now=now)

    def correct_source(self, texts: Mapping[Key, str], stale: Sequence[Unlike]) -> None:
        """Translations that were made from a text as it was are made from it as it is, but for those that are stale."""
        if not texts:
            return
        after = with_texts_of(self.source, lambda one, _owner: texts.get(one.key, one.text), names=True)
        save_differences(self.source, after)
        self.subject.refresh_from_db()
        self.subject.move_version()
        left = {key: [one.language for one in stale if one.segment.key == key] for key in texts}
        for segment in segments(source_of(self.subject), names=True):
            if segment.key in texts:
                was, becomes = digest_of(self.segments[segment.key].text), digest_of(segment.text)
                made_from_it = self.rows().filter(row_id=segment.row, field=segment.field, source_digest=was)
                made_from_it.exclude(language__in=left[segment.key]).update(source_digest=becomes)

    def confirmed(self, chosen: Sequence[Hit]) -> dict[Difference, str]:
        """Which differences of the texts that change somebody has confirmed, each with its digest."""
        rows = confirmations(self.subject)
        known = {(row.language, row.path, row.digest) for row in rows}
        found = differences(self, {hit.segment.key for hit in chosen}) if known else {}
        return {one: digest for one, digest in found.items() if (one[0], one[1].path, digest) in known}

    def confirm_again(self, meant: Mapping[Difference, str], chosen: Sequence[Hit]) -> None:
        """What was meant before is meant in the corrected words, by whoever said so."""
        found = differences(Copy(self.subject, self.by), {hit.segment.key for hit in chosen}) if meant else {}
        carry_confirmations(
            self.subject, {(one[0], one[1].path, meant[one]): found[one] for one in meant if one in found}
        )

    def keep(self, corrections: Sequence[Correction], languages: Sequence[Language], now: dt.datetime) -> None:
        changes = ", ".join(f"“{one.find}” → “{one.becomes}”" for one in corrections)
        remark = f"{changes} ({', '.join(str(one.label) for one in languages)})"[:LONGEST_REMARK]
        why = Why.SAVED if self.subject.source_language in languages else Why.TRANSLATED
        revision = keep_revision(self.subject, now, self.by, why, remark)
        if revision is None and why == Why.TRANSLATED:  # no document says it: what was changed is out of date
            record(
                self.by, Act.TRANSLATED, type_of(self.subject), self.subject.pk, title=str(self.subject), remark=remark
            )


def differences(copy: Copy, keys: Set[Key]) -> dict[Difference, str]:
    """Of the translations of these texts, each with its digest."""
    return {
        (row.language, one): digest
        for key in keys & copy.translations.keys()
        for row in copy.translations[key]
        for one, digest in differences_in(copy.segments[key], row.text, copy.source.language, row.language)
    }


def corrected_text(hits: Sequence[Hit]) -> str:
    """Raises InvalidDocument for what the translation desk would refuse."""
    segment = hits[0].segment
    text = with_corrections(segment.text, segment.rich, [hit.occurrence for hit in hits])
    try:
        typed_field(segment).clean(shown(segment, text))
    except ValidationError as error:
        raise InvalidDocument(f"{hits[0].language.label}, “{text[:80]}”: {' '.join(error.messages)}") from error
    return text
