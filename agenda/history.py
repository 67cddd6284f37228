"""The public editions of a meeting or topic: all of them, one as it was, and what changed between any two."""

import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Self

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.comparing import compare, summary
from agenda.pages import elsewhere, show, withdrawn
from agenda.rendering import meeting_context
from meetings.answers import html_path
from meetings.clock import minute_of
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import read
from meetings.languages import language_of_words
from meetings.models import EditionDocument, SubjectType
from meetings.past import Digests, Past, PastEdition
from meetings.publications import Publication, live_documents
from meetings.vocabulary import Language

ONE_OR_TWO = re.compile(r"([1-9][0-9]{0,5})(?:\.\.([1-9][0-9]{0,5}))?")
A_PAGE = 100


@dataclass(frozen=True)
class History:
    """Of what is live at an address."""

    live: EditionDocument

    @cached_property
    def current(self) -> Publication:
        return Publication.of(self.live)

    @cached_property
    def past(self) -> Past:
        return Past(self.live, get_language() or "")

    @cached_property
    def path(self) -> str:
        return f"{self.current.path}editions/"

    def show(
        self,
        request: HttpRequest,
        template: str,
        title: str,
        status: int = HTTPStatus.OK,
        publication: Publication | None = None,
        **context: Any,
    ) -> HttpResponse:
        """`publication` is what the page shows of it, where that is not what is live."""
        facts = {"title": title, "current": self.current, "editions": self.path}
        facts["current_from"] = self.live.edition.available_from
        return show(request, f"agenda/{template}", publication or self.current, facts | context, status)

    def find(self, request: HttpRequest, *numbers: int) -> list[PastEdition] | HttpResponse:
        """The editions with these numbers, all of them readable; or the answer that tells why they are not."""
        if max(numbers) > self.live.history.number:
            return self.none_such(request)
        found = self.past.numbered(*numbers)
        for number in numbers:
            if number not in found or found[number].edition.is_tombstone:
                withdrawal = self.past.withdrawal_of(number)
                return withdrawn(request, withdrawal, self.current.path) if withdrawal else self.none_such(request)
        for number in numbers:
            if found[number].suppressed_at:
                return self.suppressed(request, found[number])
        return [found[number] for number in numbers]

    def text(self, request: HttpRequest, number: int) -> tuple[PastEdition, EditionDocument] | HttpResponse:
        """The edition and its text, as `PastEdition` chooses it; or the answer that tells why there is none."""
        found = self.find(request, number)
        if isinstance(found, HttpResponse):
            return found
        [past] = found
        held = EditionDocument.objects.filter(edition=past.edition).in_language(past.language).with_history().first()
        if held is None or not held.document.text:  # it was taken out since the look at the editions
            return self.suppressed(request, past)
        return past, held

    def none_such(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, "no_edition.html", _("No such edition"), HTTPStatus.NOT_FOUND)

    def suppressed(self, request: HttpRequest, past: PastEdition) -> HttpResponse:
        title = _("Edition %d: taken out") % past.number
        return self.show(request, "suppressed.html", title, HTTPStatus.GONE, past=past)


def editions(request: HttpRequest, address: str, subject_type: SubjectType) -> HttpResponse:
    """All public editions, newest first, a hundred a page: `?before=101` shows those below 101.

    `?from=1&to=3`, as the form there asks, leads to what changed between the two.
    """
    live = live_documents(request, subject_type).filter(edition__address=address).first()
    if live is None:
        return elsewhere(request, address, "editions/")
    history = History(live)
    pair = f"{request.GET.get('from', '')}..{request.GET.get('to', '')}"
    if ONE_OR_TWO.fullmatch(pair):
        return HttpResponseRedirect(f"{history.path}{pair}/")
    before = re.fullmatch("[1-9][0-9]{0,5}", request.GET.get("before", ""))
    rows = history.past.below(int(before[0]) if before else live.history.number + 1, A_PAGE + 1)
    shown = rows[:A_PAGE]
    digests = history.past.digests(rows)
    context: dict[str, Any] = {
        "entries": [
            Entry.of(past, rows[place + 1 :], live.history.number, digests) for place, past in enumerate(shown)
        ],
        "older": f"?before={shown[-1].number}" if len(rows) > A_PAGE else "",
        "readable": [past.number for past in shown if past.is_readable],
        "is_first_page": bool(shown) and shown[0].number == live.history.number,
    }
    return history.show(request, "editions.html", _("Editions"), **context)


@dataclass(frozen=True)
class Entry:
    """An edition in the list, and the one that it is compared with: the last readable one before it.

    What there is in which language differs: to readers of the others, an edition that adds a language changes nothing.
    """

    past: PastEdition
    before: PastEdition | None
    is_current: bool
    added: list[str]
    removed: list[str]
    changed: list[str]
    unchanged: list[str]

    @classmethod
    def of(cls, past: PastEdition, earlier: list[PastEdition], current: int, digests: Digests) -> Self:
        before = next((one for one in earlier if one.is_readable), None) if past.is_readable else None
        has = digests.get(past.edition.pk, {})
        had = digests.get(before.edition.pk, {}) if before else {}
        return cls(
            past,
            before,
            past.number == current,
            added=sorted(has.keys() - had.keys()) if before else [],
            removed=sorted(had.keys() - has.keys()),
            changed=sorted(each for each in has.keys() & had.keys() if has[each] != had[each]),
            unchanged=sorted(each for each in has.keys() & had.keys() if has[each] == had[each]),
        )

    @property
    def tells_languages_apart(self) -> bool:
        """Not where a text changed in all of its languages."""
        return bool(self.added or self.removed or self.unchanged)

    @property
    def is_worth_comparing(self) -> bool:
        """There is something to see in the language that the two are compared in (`changes`)."""
        return self.before is not None and common_language(self.before, self.past) in self.changed


def edition(request: HttpRequest, address: str, subject_type: SubjectType, which: str) -> HttpResponse:
    """One edition as it was (`2`), or what changed from one to another (`1..2`)."""
    numbers = ONE_OR_TWO.fullmatch(which)
    live = live_documents(request, subject_type).filter(edition__address=address).first()
    if live is None and numbers:
        return elsewhere(request, address, f"editions/{which}/")
    if live is None:
        raise Http404
    history = History(live)
    if not numbers:
        return history.none_such(request)
    if numbers[2] is None:
        return as_it_was(request, history, int(numbers[1]))
    old, new = sorted((int(numbers[1]), int(numbers[2])))
    if old == new:
        return HttpResponseRedirect(f"{history.path}{old}/")
    if old != int(numbers[1]):
        return HttpResponseRedirect(f"{history.path}{old}..{new}/")
    return changes(request, history, old, new)


def as_it_was(request: HttpRequest, history: History, number: int) -> HttpResponse:
    found = history.text(request, number)
    if isinstance(found, HttpResponse):
        return found
    past, held = found
    publication = replace(Publication.of(held), path=history.current.path)
    context: dict[str, Any] = {"past": past, "document": publication.document}
    if isinstance(publication.document, MeetingDocument):
        context |= meeting_context(publication, minute_of(request)) | {"page": "agenda/meeting.html"}
    else:
        context |= {"page": "agenda/topic.html", "topic": publication}
    canonical = html_path(history.live.edition.address, history.live.language)
    context["canonical"] = request.build_absolute_uri(canonical)
    return history.show(request, "edition.html", "", publication=publication, **context)


def changes(request: HttpRequest, history: History, *numbers: int) -> HttpResponse:
    """Word by word, in the page's language where both editions have it, else in one that both have."""
    found = history.find(request, *numbers)
    if isinstance(found, HttpResponse):
        return found
    old, new = found
    language = common_language(old, new)
    held = EditionDocument.objects.filter(edition__in=[old.edition, new.edition], language=language)
    texts = {one.edition_id: one.document.text for one in held.select_related("document")}
    for past in found:
        if language and not texts.get(past.edition.pk):
            return history.suppressed(request, past)
    context: dict[str, Any] = {"both": found, "language": language}
    context["texts_in"] = language if language != language_of_words() else ""
    if language:
        differences = compare(*(read(texts[past.edition.pk]) for past in found))
        context |= {"changes": differences, "summary": summary(differences)}
    had, has = set(old.edition.languages), set(new.edition.languages)
    context |= {"languages_added": sorted(has - had), "languages_removed": sorted(had - has)}
    title = _("What changed from edition %(old)d to edition %(new)d") % {"old": old.number, "new": new.number}
    compared_in = sorted(had & has) or list(Language.values)  # in none: then no language shows more than another
    shown = replace(history.current, languages=compared_in, language=language or history.current.language)
    return history.show(request, "edition_changes.html", title, publication=shown, **context)


def common_language(old: PastEdition, new: PastEdition) -> str:
    """One that both editions have: the reader's, else the one that they are written in, else any; or none."""
    both = set(old.edition.languages) & set(new.edition.languages)
    wanted = (new.language, old.language, new.edition.source_language, old.edition.source_language, *sorted(both))
    return next((language for language in wanted if language in both), "")
