"""What the desk offers for a text: translations of the same text or of its sentences, and the source itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.translating import Segment, Standing
from agenda.translations import Begun, Offer
from agenda.translations.saving import shown
from meetings.richtext import clean_html


@dataclass(frozen=True)
class Proposal:
    """What can be taken over with one press. `text` is shown, `typed` what the field has then."""

    name: str
    told: str
    text: str
    typed: str


def proposals(name: str, standing: Standing, offers: Iterable[Offer], begun: Begun | None) -> Iterator[Proposal]:
    """The best first; the source, which always can be taken, last."""
    segment = standing.source.segment
    for place, one in enumerate(offers):
        facts = {"where": one.where, "who": one.by_name}
        told = _("Take that of %(where)s, by %(who)s") if one.by_name else _("Take that of %(where)s")
        text = clean_html(one.text) if segment.rich else one.text
        yield Proposal(f"{name}:{place}", told % facts, text, shown(segment, text))
    if begun:
        yield Proposal(f"{name}:begun", in_words(begun), known_of(begun, segment), shown(segment, begun.text))
    source = standing.known or segment.text
    told = _("Take “%s”") % source if standing.known else _("Copy the source")
    yield Proposal(f"{name}:source", told, "", shown(segment, source))


def in_words(begun: Begun) -> str:
    told = ngettext(
        "Take what an earlier edition has: %(known)d of %(number)d sentence",
        "Take what an earlier edition has: %(known)d of %(number)d sentences",
        begun.number,
    )
    return told % {"known": begun.done, "number": begun.number}


def known_of(begun: Begun, segment: Segment) -> str:
    """Only what is in the translation's language."""
    known = " … ".join(begun.known)
    return clean_html(f"<p>{known}</p>") if segment.rich else known
