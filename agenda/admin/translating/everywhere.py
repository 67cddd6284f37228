"""The same change everywhere: what is to be corrected, the list of hits in all languages, each accepted or not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.admin.approvals import approved_languages, tell_voided
from agenda.admin.screens import show
from agenda.admin.translating.rows import Names, name_of
from agenda.comparing import Run, RunKind
from agenda.desk.ways import way_to
from agenda.drafts import Subject
from agenda.models import BackgroundTopic
from agenda.translating import Correction, Segment
from agenda.translations import Corrected, Found, Hit, NotCorrected, Unlike, correct_everywhere, find_everywhere
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.documents.text import InvalidDocument
from meetings.models import Meeting
from meetings.rights import NotAllowed, Right, refusal
from meetings.vocabulary import Language

LONGEST = 200
MOST_SPELLINGS = 12
MOST = 800
"""Hits on one page: those beyond are found again once these are corrected."""


class CorrectionForm(forms.Form):
    find = forms.CharField(
        label=gettext_lazy("Find"),
        min_length=2,
        max_length=LONGEST,
        error_messages={
            "min_length": gettext_lazy("Give at least two letters."),
            "required": gettext_lazy("Say what is looked for."),
        },
    )
    becomes = forms.CharField(
        label=gettext_lazy("Put there"),
        max_length=LONGEST,
        error_messages={"required": gettext_lazy("Say what stands there afterwards.")},
    )

    def clean(self) -> Any:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("find") and cleaned.get("find") == cleaned.get("becomes"):
            self.add_error("becomes", _("That is what is looked for: nothing would change."))
        return cleaned

    @property
    def correction(self) -> Correction:
        return Correction(self.cleaned_data["find"], self.cleaned_data["becomes"])


def forms_of(asked: QueryDict) -> list[CorrectionForm]:
    """One for each spelling that is given, without those that are left empty."""
    given = zip(asked.getlist("find"), asked.getlist("becomes"), strict=False)
    filled = [pair for pair in given if any(text.strip() for text in pair)][:MOST_SPELLINGS]
    return [
        CorrectionForm({"find": find, "becomes": becomes}, auto_id=f"%s-{number}")
        for number, (find, becomes) in enumerate(filled, 1)
    ]


@dataclass(frozen=True)
class HitLine:
    """`way` leads to where it is changed by hand."""

    hit: Hit
    is_wanted: bool
    way: str

    @property
    def runs(self) -> list[Run]:
        one = self.hit.occurrence
        return [
            Run(RunKind.KEPT, one.before),
            Run(RunKind.DELETED, one.said),
            Run(RunKind.INSERTED, one.becomes),
            Run(RunKind.KEPT, one.after),
        ]

    @property
    def is_ticked(self) -> bool:
        return self.is_wanted and self.is_changeable

    @property
    def is_changeable(self) -> bool:
        return self.hit.is_open and not self.hit.occurrence.is_interrupted


@dataclass(frozen=True)
class UnlikeLine:
    unlike: Unlike
    is_ticked: bool
    way: str


@dataclass(frozen=True)
class PlaceLines:
    """A text with its hits, and the translations that have none of the words."""

    where: str
    label: str
    lines: list[HitLine]
    unlike: list[UnlikeLine]


def everywhere_screen(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    by = Actor.of(request)
    given = forms_of(request.POST if request.method == "POST" else request.GET)
    corrections = [form.correction for form in given if form.is_valid()]
    is_searched = bool(given) and len(corrections) == len(given)
    problem, found = "", None
    try:
        if request.method == "POST" and is_searched:
            return corrected(desk, request, subject, corrections)
        found = find_everywhere(subject, corrections, by) if is_searched else None
    except (NotCorrected, InvalidDocument, NotAllowed) as error:
        problem = str(error)
        with suppress(InvalidDocument):
            found = find_everywhere(subject, corrections, by)
    ticked = request.POST.getlist("hit") if request.method == "POST" else None
    lines = list(lines_of(subject, found, ticked)) if found else []
    number = sum(len(place.hits) for place in found.places) if found else 0
    blank = CorrectionForm(auto_id=f"%s-{len(given) + 1}")
    return show(
        desk,
        request,
        subject,
        "translating/everywhere.html",
        _("Same change everywhere"),
        given=given,
        spellings=[*given, *[blank] * (len(given) < MOST_SPELLINGS)],
        is_searched=is_searched,
        places=lines,
        number=number,
        languages=counted(lines),
        may_not="" if not lines or counted(lines) else refusal(Right.CHANGE, subject),
        is_cut=number > sum(len(place.lines) for place in lines),
        problem=problem,
        related=[(one, way_to(one, "everywhere", **asked(given))) for one in related(subject)] if is_searched else [],
    )


def corrected(
    desk: ModelAdmin, request: HttpRequest, subject: Subject, corrections: Sequence[Correction]
) -> HttpResponse:
    accepted, now = request.POST.getlist("hit"), instant_of(request)
    before = approved_languages(subject)
    done = correct_everywhere(subject, corrections, accepted, by=Actor.of(request), now=now)
    subject.refresh_from_db()
    told = in_words(done)
    desk.log_change(request, subject, told)
    then = _(
        "Submit it: readers see it once it is approved and released. A language whose corrected words nobody has "
        "approved by then has the source's words there."
    )
    messages.success(request, f"{told} {then}")
    tell_voided(request, subject, now, before, approved_languages(subject))
    return HttpResponseRedirect(way_to(subject, "everywhere", **asked(forms_of(request.POST))))


def in_words(done: Corrected) -> str:
    languages = get_text_list([str(one.label) for one in done.languages], _("and"))
    told = ngettext(
        "%(number)d place changed: %(languages)s.", "%(number)d places changed: %(languages)s.", done.places
    )
    return told % {"number": done.places, "languages": languages}


def asked(given: Iterable[CorrectionForm]) -> dict[str, list[str]]:
    """The query by which the same is searched."""
    return {name: [form.data[name] for form in given] for name in ("find", "becomes")}


def lines_of(subject: Subject, found: Found, ticked: Sequence[str] | None) -> Iterator[PlaceLines]:
    """First ticked is what is a word of its own, and what may well be right as it is; then what somebody had ticked."""
    names, left = Names(found.source), MOST
    for place in found.places:
        lines = []
        for hit in place.hits[:left]:
            is_wanted = not hit.occurrence.is_within_word if ticked is None else hit.id in ticked
            lines.append(HitLine(hit, is_wanted, way_by_hand(subject, hit.language, place.segment)))
        left -= len(lines)
        unlike = [
            UnlikeLine(
                one,
                place.is_alike if ticked is None else one.id in ticked,
                way_by_hand(subject, one.language, place.segment),
            )
            for one in place.unlike
        ]
        yield PlaceLines(*names.of(place.segment), lines, unlike)
        if left <= 0:
            return


def way_by_hand(subject: Subject, language: str, segment: Segment) -> str:
    if language == subject.source_language:
        return way_to(subject, "change")
    return f"{way_to(subject, 'translate', language)}#{name_of(segment.key)}"


def counted(places: Iterable[PlaceLines]) -> list[tuple[Language, int]]:
    """How many places of each language can be changed."""
    found = Counter(line.hit.language for place in places for line in place.lines if line.is_changeable)
    return [(language, found[language]) for language in Language if language in found]


def related(subject: Subject) -> Iterable[Subject]:
    """Whose texts are others: the topics of a meeting, the meetings of a topic."""
    if isinstance(subject, BackgroundTopic):
        return Meeting.objects.filter(agenda__topics=subject).distinct().select_related("configuration")
    return BackgroundTopic.objects.filter(items__meeting=subject).distinct()
