"""Propose translations of a text: earlier ones of the same text or of its sentences, and the source text itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.documents.translations.segments import Segment
from agenda.documents.translations.status import TranslationStatus
from agenda.translation.memory import MemoryMatch, PartialTranslation
from agenda.translation.save import get_form_text
from meetings.fields.richtext import clean_html


@dataclass(frozen=True)
class Proposal:
    """A text that one click puts into the field. `text` is shown to the user; `typed` is put into the field."""

    name: str
    label: str
    text: str
    typed: str


def build_proposals(
    name: str, status: TranslationStatus, matches: Iterable[MemoryMatch], partial: PartialTranslation | None
) -> Iterator[Proposal]:
    """Yield the best proposal first, and the source text last."""
    segment = status.source.segment
    for number, match in enumerate(matches):
        values = {"where": match.subject_name, "who": match.by_name}
        label = (
            _("Use the translation from %(where)s by %(who)s")
            if match.by_name
            else _("Use the translation from %(where)s")
        )
        text = clean_html(match.text) if segment.rich else match.text
        yield Proposal(f"{name}:{number}", label % values, text, get_form_text(segment, text))
    if partial:
        yield Proposal(
            f"{name}:begun",
            format_partial(partial),
            format_known_sentences(partial, segment),
            get_form_text(segment, partial.text),
        )
    source = status.known or segment.text
    label = _("Use “%s”") % source if status.known else _("Copy the original")
    yield Proposal(f"{name}:source", label, "", get_form_text(segment, source))


def format_partial(partial: PartialTranslation) -> str:
    """Return the label of the button that uses a partial translation."""
    label = ngettext(
        "Use earlier translations: %(known)d of %(number)d sentence",
        "Use earlier translations: %(known)d of %(number)d sentences",
        partial.sentence_count,
    )
    return label % {"known": partial.known_count, "number": partial.sentence_count}


def format_known_sentences(partial: PartialTranslation, segment: Segment) -> str:
    """Return the translated sentences only, without those in the source language."""
    known = " … ".join(partial.known_sentences)
    return clean_html(f"<p>{known}</p>") if segment.rich else known
