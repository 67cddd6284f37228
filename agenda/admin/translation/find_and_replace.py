"""Find and replace: the text to correct, and a list of hits in all languages, each with a box to tick."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.admin.approvals import warn_of_lost_approvals
from agenda.admin.screen import Screen, warn_before_saving
from agenda.admin.translation.editor_texts import TextNames, format_key
from agenda.dashboard.admin_urls import admin_url
from agenda.documents.diff.word_diff import DiffKind, DiffRun
from agenda.documents.translations.occurrences import Occurrence, Replacement
from agenda.documents.translations.segments import Segment
from agenda.models import BackgroundTopic
from agenda.translation.find_and_replace import (
    BEGINNING,
    MAX_HITS,
    FindResult,
    ReplacementError,
    ReplacementResult,
    SearchStart,
    find_everywhere,
    replace_everywhere,
)
from agenda.workflow.approval_rights import may_review
from agenda.workflow.drafts import Subject
from meetings.access import NotAllowed, Right, format_refusal
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.models import Meeting

MAX_SPELLING_LENGTH = 200
MAX_SPELLINGS = 12


class ReplacementForm(forms.Form):
    """One spelling to find, and its replacement."""

    find = forms.CharField(
        label=gettext_lazy("Find"),
        min_length=2,
        max_length=MAX_SPELLING_LENGTH,
        error_messages={
            "min_length": gettext_lazy("Enter at least two characters."),
            "required": gettext_lazy("Enter the text to find."),
        },
    )
    becomes = forms.CharField(
        label=gettext_lazy("Replace with"),
        max_length=MAX_SPELLING_LENGTH,
        error_messages={"required": gettext_lazy("Enter the replacement text.")},
    )

    def clean(self) -> Any:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("find") and cleaned.get("find") == cleaned.get("becomes"):
            self.add_error("becomes", _("This is the same as the text to find, so nothing would change."))
        return cleaned

    @property
    def replacement(self) -> Replacement:
        return Replacement(self.cleaned_data["find"], self.cleaned_data["becomes"])


def build_forms(asked: QueryDict) -> list[ReplacementForm]:
    """Return a form for each spelling in the query, without empty ones."""
    spellings = zip(asked.getlist("find"), asked.getlist("becomes"), strict=False)
    filled = [pair for pair in spellings if any(text.strip() for text in pair)][:MAX_SPELLINGS]
    return [
        ReplacementForm({"find": find, "becomes": becomes}, auto_id=f"%s-{number}")
        for number, (find, becomes) in enumerate(filled, 1)
    ]


def find_and_replace(screen: Screen) -> HttpResponse:
    """Show the hits of a search (GET), and replace those that are ticked (POST)."""
    subject, by, posted = screen.subject, screen.by, screen.posted
    bound_forms = build_forms(screen.request.GET if posted is None else posted)
    replacements = [form.replacement for form in bound_forms if form.is_valid()]
    is_searched = bool(bound_forms) and len(replacements) == len(bound_forms)
    start = read_start(screen.request.GET if posted is None else posted)
    problem, found = "", None
    try:
        if posted is not None and is_searched:
            return apply_replacements(screen, replacements, start)
        found = find_everywhere(subject, replacements, by, start) if is_searched else None
    except (ReplacementError, InvalidDocument, NotAllowed) as error:
        problem = str(error)
        if posted is not None:
            with suppress(InvalidDocument, ReplacementError):
                found = find_everywhere(subject, replacements, by, start)
    ticked = posted.getlist("hit") if posted is not None else None
    places = list(list_segment_rows(subject, found, ticked)) if found else []
    next_start = found.next_start if found else None
    blank = ReplacementForm(auto_id=f"%s-{len(bound_forms) + 1}")
    return screen.render(
        "translation/find_and_replace.html",
        _("Find and replace"),
        forms=bound_forms,
        spellings=[*bound_forms, *[blank] * (len(bound_forms) < MAX_SPELLINGS)],
        is_searched=found is not None,
        places=places,
        number=(number := found.count if found else 0),
        languages=(languages := count_changeable(places)),
        warning=warn_before_replacing(screen, [language for language, _count in languages]),
        refusal="" if not places or languages else format_refusal(Right.CHANGE, subject),
        max_number=MAX_HITS,
        has_too_many=number > MAX_HITS,
        start="" if start == BEGINNING else start,
        first_url="" if start == BEGINNING else admin_url(subject, "everywhere", **build_query(bound_forms)),
        next_url=admin_url(subject, "everywhere", **build_query(bound_forms), start=[str(next_start)])
        if next_start is not None
        else "",
        problem=problem,
        related=[(other, admin_url(other, "everywhere", **build_query(bound_forms))) for other in list_related(subject)]
        if is_searched
        else [],
    )


def warn_before_replacing(screen: Screen, languages: Iterable[Language]) -> str:
    """Return a message for users who may approve one of these languages, but not after changing it; otherwise ""."""
    own = [language for language in languages if may_review(screen.by, screen.subject, language)]
    source = screen.subject.source_language
    warnings = [warn_before_saving(screen, source)] * (source in own)
    if translations := [language.label for language in own if language != source]:
        message = _("If you change these translations, another reviser must approve them: %s.")
        warnings.append(message % ", ".join(translations))
    return " ".join(warnings)


def read_start(asked: QueryDict) -> SearchStart:
    """Return where to start the search. What is not written as `SearchStart` writes it is the beginning."""
    found = re.fullmatch("([0-9]{1,6})(?:-([a-z]{2})-([0-9]{1,9}))?", asked.get("start", ""), re.ASCII)
    return SearchStart(int(found[1]), found[2] or "", int(found[3] or 0)) if found else BEGINNING


def apply_replacements(screen: Screen, replacements: Sequence[Replacement], start: SearchStart) -> HttpResponse:
    """Replace the ticked hits, and redirect to the same search. Warn of approvals that no longer count."""
    request, subject = screen.request, screen.subject
    with warn_of_lost_approvals(request, subject):
        accepted = request.POST.getlist("hit")
        result = replace_everywhere(subject, replacements, accepted, by=screen.by, now=screen.now, start=start)
        subject.refresh_from_db()
        message = format_result(result)
        screen.log(message)
        next_step = _(
            "Now submit it for approval. Readers will see the change when it is approved and published. In languages "
            "in which it is not approved by then, readers will see the original text there."
        )
        messages.success(request, f"{message} {next_step}")
    query = build_query(build_forms(request.POST)) | ({"start": [str(start)]} if start != BEGINNING else {})
    return HttpResponseRedirect(admin_url(subject, "everywhere", **query))


def format_result(result: ReplacementResult) -> str:
    languages = get_text_list([str(language.label) for language in result.languages], _("and"))
    message = ngettext(
        "%(number)d place changed: %(languages)s.", "%(number)d places changed: %(languages)s.", result.places
    )
    return message % {"number": result.places, "languages": languages}


def build_query(bound_forms: Iterable[ReplacementForm]) -> dict[str, list[str]]:
    return {name: [form.data[name] for form in bound_forms] for name in ("find", "becomes")}


def list_segment_rows(subject: Subject, found: FindResult, ticked: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    """Yield the texts with hits, up to `MAX_HITS`.

    `without_hit` are translations without a hit, each with whether it is ticked, and its URL. At first, hits that are
    whole words are ticked, and translations without a hit that are probably still correct. After an error, `ticked`
    are the ids that the user ticked.
    """
    names, left = TextNames(found.source), MAX_HITS
    for place in found.places:
        rows = []
        for hit in place.hits[:left]:
            is_wanted = not hit.occurrence.is_within_word if ticked is None else hit.id in ticked
            is_changeable = hit.may_change and not hit.occurrence.is_interrupted
            rows.append(
                {
                    "hit": hit,
                    "runs": build_runs(hit.occurrence),
                    "is_changeable": is_changeable,
                    "is_ticked": is_wanted and is_changeable,
                    "edit_url": get_edit_url(subject, hit.language, place.segment),
                }
            )
        left -= len(rows)
        without_hit = [
            (
                translation,
                place.is_found_in_translation if ticked is None else translation.id in ticked,
                get_edit_url(subject, translation.language, place.segment),
            )
            for translation in place.without_hit
        ]
        where, label = names.get_names(place.segment)
        yield {"where": where, "label": label, "hits": rows, "without_hit": without_hit}
        if left <= 0:
            return


def build_runs(occurrence: Occurrence) -> list[DiffRun]:
    return [
        DiffRun(DiffKind.KEPT, occurrence.before),
        DiffRun(DiffKind.DELETED, occurrence.text),
        DiffRun(DiffKind.INSERTED, occurrence.replacement),
        DiffRun(DiffKind.KEPT, occurrence.after),
    ]


def get_edit_url(subject: Subject, language: str, segment: Segment) -> str:
    """Return the URL where the text can be edited: the note editor, or the translation editor."""
    if language == subject.source_language:
        return admin_url(subject, "change")
    return f"{admin_url(subject, 'translate', language)}#{format_key(segment.key)}"


def count_changeable(places: Iterable[dict[str, Any]]) -> list[tuple[Language, int]]:
    """Return the number of hits that the user can change, by language."""
    found = Counter(row["hit"].language for place in places for row in place["hits"] if row["is_changeable"])
    return [(language, found[language]) for language in Language if language in found]


def list_related(subject: Subject) -> Iterable[Subject]:
    """Return the topics of a meeting, or the meetings of a topic: they have their own texts."""
    if isinstance(subject, BackgroundTopic):
        return Meeting.objects.filter(agenda__topics=subject).distinct().select_related("configuration")
    return BackgroundTopic.objects.filter(items__meeting=subject).distinct()
