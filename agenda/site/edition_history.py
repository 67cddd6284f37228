"""Views of the public editions of a meeting or topic: the list, a past edition, and a comparison of two."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import pairwise
from typing import Any, Self
from uuid import UUID

from django.core.cache.backends.locmem import LocMemCache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.documents.diff.changes import DocumentChange, compare_documents, summarize_changes
from agenda.presentation.meeting_context import build_meeting_context, list_days
from agenda.site.redirects import redirect_or_gone, render_withdrawn
from agenda.site.views import render_document_page
from meetings.clock import get_minute_near
from meetings.documents.choices import Language
from meetings.documents.encoding import compute_digest, decode_document
from meetings.documents.schema import MeetingDocument
from meetings.editions.change_summary import describe_edition
from meetings.editions.edition_history import (
    DocumentsByEdition,
    EditionHistory,
    PastEdition,
    load_document_keys,
    load_effects,
)
from meetings.i18n.languages import get_interface_language
from meetings.i18n.page_paths import get_page_path
from meetings.models import ChangeEffect, EditionDocument, SubjectType
from meetings.site.publications import Publication, find_live_document

EDITION_OR_RANGE = re.compile(r"([1-9][0-9]{0,5})(?:\.\.([1-9][0-9]{0,5}))?")
EDITIONS_PER_PAGE = 100
comparisons = LocMemCache("comparisons", {"TIMEOUT": 3600, "OPTIONS": {"MAX_ENTRIES": 50}})


@dataclass(frozen=True)
class EditionPages:
    """The pages about the editions of a meeting or topic. `live` is its live document."""

    live: EditionDocument

    @cached_property
    def current(self) -> Publication:
        return Publication.from_row(self.live)

    @cached_property
    def past(self) -> EditionHistory:
        return EditionHistory(self.live, get_language() or "")

    @cached_property
    def path(self) -> str:
        return f"{self.current.path}editions/"

    def render(
        self,
        request: HttpRequest,
        template: str,
        title: str,
        status: int = HTTPStatus.OK,
        publication: Publication | None = None,
        **context: Any,
    ) -> HttpResponse:
        """Render a page. `publication` is the one that the page shows, if that is not the live one."""
        common = {"title": title, "current": self.current, "editions": self.path}
        common["current_from"] = self.live.edition.available_from
        shown = publication or self.current
        return render_document_page(request, f"agenda/{template}", shown, common | context, status)

    def find_editions(self, request: HttpRequest, *numbers: int) -> list[PastEdition] | HttpResponse:
        """Return the editions with these numbers, or a response with the reason if any of them cannot be read."""
        if max(numbers) > self.live.history.number:
            return self.render_not_found(request)
        found = self.past.get_by_number(*numbers)
        for number in numbers:
            if number not in found or found[number].edition.is_tombstone:
                withdrawal = self.past.find_withdrawal(number)
                if withdrawal:
                    return render_withdrawn(request, withdrawal, self.current.path)
                return self.render_not_found(request)
        for number in numbers:
            if found[number].suppressed_at:
                return self.render_suppressed(request, found[number])
        return [found[number] for number in numbers]

    def find_text(self, request: HttpRequest, number: int) -> tuple[PastEdition, EditionDocument] | HttpResponse:
        """Return the edition and its text in the language of `PastEdition`, or a response with the reason if there is
        none.
        """
        found = self.find_editions(request, number)
        if isinstance(found, HttpResponse):
            return found
        [past] = found
        documents = EditionDocument.objects.filter(edition=past.edition).in_language(past.language)
        edition_document = documents.with_history().first()
        if edition_document is None or not edition_document.document.text:  # suppressed since the first query
            return self.render_suppressed(request, past)
        return past, edition_document

    def render_not_found(self, request: HttpRequest) -> HttpResponse:
        return self.render(request, "no_edition.html", _("Edition not found"), HTTPStatus.NOT_FOUND)

    def render_suppressed(self, request: HttpRequest, past: PastEdition) -> HttpResponse:
        title = _("Edition %d: text removed") % past.number
        return self.render(request, "suppressed.html", title, HTTPStatus.GONE, past=past)


def editions(request: HttpRequest, address: str, subject_type: SubjectType) -> HttpResponse:
    """List all public editions, newest first, a hundred per page: `?before=101` shows the editions below 101.

    The form on the page sends `?from=1&to=3`, which redirects to the comparison of the two editions.
    """
    live = find_live_document(request, subject_type, address)
    if live is None:
        return redirect_or_gone(request, address, "editions/")
    pages = EditionPages(live)
    pair = f"{request.GET.get('from', '')}..{request.GET.get('to', '')}"
    if EDITION_OR_RANGE.fullmatch(pair):
        return HttpResponseRedirect(f"{pages.path}{pair}/")
    before = re.fullmatch("[1-9][0-9]{0,5}", request.GET.get("before", ""))
    rows = pages.past.list_below(int(before[0]) if before else live.history.number + 1, EDITIONS_PER_PAGE + 1)
    shown = rows[:EDITIONS_PER_PAGE]
    documents = load_document_keys(past.edition for past in rows)
    after_suppressed = {past.edition.pk for past, before in pairwise(rows) if before.suppressed_at}
    effects = load_effects((past.edition for past in shown if past.is_readable), after_suppressed)
    context: dict[str, Any] = {
        "entries": [
            EditionListEntry.build(past, rows[index + 1 :], live.history.number, documents, effects)
            for index, past in enumerate(shown)
        ],
        "older": f"?before={shown[-1].number}" if len(rows) > EDITIONS_PER_PAGE else "",
        "readable": [past.number for past in shown if past.is_readable],
        "is_first_page": bool(shown) and shown[0].number == live.history.number,
    }
    return pages.render(request, "editions.html", _("Editions"), **context)


@dataclass(frozen=True)
class EditionListEntry:
    """An edition in the list, with the one that it is compared with: the last readable one before it.

    If another one between them was suppressed, nothing is called unchanged: it may have been changed and changed back.
    Languages are compared one by one: for readers of other languages, an edition that adds a language changes nothing.
    """

    past: PastEdition
    compared_with: PastEdition | None
    is_current: bool
    label: str
    added: list[str]
    removed: list[str]
    changed: list[str]
    unchanged: list[str]

    @classmethod
    def build(
        cls,
        past: PastEdition,
        earlier: list[PastEdition],
        current: int,
        documents: DocumentsByEdition,
        effects: Mapping[UUID, Sequence[ChangeEffect]],
    ) -> Self:
        before = next((each for each in earlier if each.is_readable), None) if past.is_readable else None
        new = documents.get(past.edition.pk, {})
        old = documents.get(before.edition.pk, {}) if before else {}
        is_next = before is not None and before.number == past.number - 1
        return cls(
            past,
            before,
            past.number == current,
            label=describe_edition(past.edition, effects.get(past.edition.pk, ()), before.edition if before else None),
            added=sorted(new.keys() - old.keys()) if before else [],
            removed=sorted(old.keys() - new.keys()),
            changed=sorted(language for language in new.keys() & old.keys() if new[language] != old[language]),
            unchanged=sorted(name for name in new.keys() & old.keys() if is_next and new[name] == old[name]),
        )

    @property
    def has_language_differences(self) -> bool:
        """Return whether the edition differs by language; False if the text changed in all of its languages."""
        return bool(self.added or self.removed or self.unchanged)

    @property
    def has_visible_changes(self) -> bool:
        """Return whether the text changed in the language in which `render_comparison` compares the two editions."""
        return self.compared_with is not None and find_common_language(self.compared_with, self.past) in self.changed


def edition(request: HttpRequest, address: str, subject_type: SubjectType, which: str) -> HttpResponse:
    """Show a past edition (`2`) or what changed between two editions (`1..2`)."""
    numbers = EDITION_OR_RANGE.fullmatch(which)
    live = find_live_document(request, subject_type, address)
    if live is None and numbers:
        return redirect_or_gone(request, address, f"editions/{which}/")
    if live is None:
        raise Http404
    pages = EditionPages(live)
    if not numbers:
        return pages.render_not_found(request)
    if numbers[2] is None:
        return render_past_edition(request, pages, int(numbers[1]))
    old, new = sorted((int(numbers[1]), int(numbers[2])))
    if old == new:
        return HttpResponseRedirect(f"{pages.path}{old}/")
    if old != int(numbers[1]):
        return HttpResponseRedirect(f"{pages.path}{old}..{new}/")
    return render_comparison(request, pages, old, new)


def render_past_edition(request: HttpRequest, pages: EditionPages, number: int) -> HttpResponse:
    found = pages.find_text(request, number)
    if isinstance(found, HttpResponse):
        return found
    past, edition_document = found
    publication = replace(Publication.from_row(edition_document), path=pages.current.path)
    context: dict[str, Any] = {"past": past, "document": publication.document}
    if isinstance(publication.document, MeetingDocument):
        minute = get_minute_near(request, list_days(publication.document))
        context |= build_meeting_context(publication, minute) | {"page": "agenda/meeting.html"}
    else:
        context |= {"page": "agenda/topic.html", "topic": publication}
    canonical = get_page_path(pages.live.edition.address, pages.live.language)
    context["canonical"] = request.build_absolute_uri(canonical)
    return pages.render(request, "edition.html", "", publication=publication, **context)


def render_comparison(request: HttpRequest, pages: EditionPages, *numbers: int) -> HttpResponse:
    """Compare two editions word by word, in the page's language if both have it, else in one that both have."""
    found = pages.find_editions(request, *numbers)
    if isinstance(found, HttpResponse):
        return found
    old, new = found
    language = find_common_language(old, new)
    documents = EditionDocument.objects.filter(edition__in=[old.edition, new.edition], language=language)
    texts = {each.edition_id: each.document.text for each in documents.select_related("document")}
    for past in found:
        if language and not texts.get(past.edition.pk):
            return pages.render_suppressed(request, past)
    context: dict[str, Any] = {"both": found, "language": language}
    context["texts_in"] = language if language != get_interface_language() else ""
    if language:
        differences = compare_texts(*(texts[past.edition.pk] for past in found))
        context |= {"changes": differences, "summary": summarize_changes(differences)}
    old_languages, new_languages = set(old.edition.languages), set(new.edition.languages)
    context["languages_added"] = sorted(new_languages - old_languages)
    context["languages_removed"] = sorted(old_languages - new_languages)
    title = _("Changes from edition %(old)d to edition %(new)d") % {"old": old.number, "new": new.number}
    # If there is no common language, no language shows more than another.
    compared_in = sorted(old_languages & new_languages) or list(Language.values)
    shown = replace(pages.current, languages=compared_in, language=language or pages.current.language)
    return pages.render(request, "edition_changes.html", title, publication=shown, **context)


def compare_texts(old: str, new: str) -> list[DocumentChange]:
    """Return the changes between two stored texts, in words of the page's language. Kept, as they never change."""
    key = f"{compute_digest(old)}..{compute_digest(new)}-{get_interface_language()}"
    found: list[DocumentChange] | None = comparisons.get(key)
    if found is None:
        found = compare_documents(decode_document(old), decode_document(new))
        comparisons.set(key, found)
    return found


def find_common_language(old: PastEdition, new: PastEdition) -> str:
    """Return a language that both editions have: the reader's, else the source language, else any, else an empty
    string.
    """
    both = set(old.edition.languages) & set(new.edition.languages)
    candidates = (new.language, old.language, new.edition.source_language, old.edition.source_language, *sorted(both))
    return next((language for language in candidates if language in both), "")
