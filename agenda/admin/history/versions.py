"""The texts of a meeting or topic that can be compared: saved drafts, editions, and the working copy."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agenda.admin.revisions import describe_revision, get_digests, get_readable_documents, get_revisions
from agenda.admin.screen import Screen
from agenda.dashboard.admin_urls import admin_url
from agenda.documents.diff.changes import DocumentChange, compare_documents
from agenda.documents.diff.word_diff import ComparisonBudget
from agenda.models import Revision
from agenda.workflow.drafts import SubjectDocument, get_edition_documents
from agenda.workflow.revisions import load_working_copy_documents
from agenda.workflow.transactions import format_instant
from meetings.access import Right
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.editions.freezing import find_suppressed_digests
from meetings.models import Edition

CURRENT_DRAFT = "now"


@dataclass(frozen=True)
class ComparedVersion:
    """One of the two texts to compare. `closed` are languages whose text was erased or suppressed."""

    name: str
    at: dt.datetime
    documents: dict[str, SubjectDocument]
    closed: Collection[str] = ()


def find_version(screen: Screen, key: str) -> Revision | Edition | None:
    """Return the revision with this number or the edition with this id, or None."""
    if key.isascii() and key.isdigit():
        return get_revisions(screen.subject).filter(pk=int(key[:18])).first()  # type: ignore[no-any-return]
    try:
        return screen.editions.filter(pk=UUID(key)).first()  # type: ignore[no-any-return]
    except ValueError:
        return None


def name_version(version: Revision | Edition, now: dt.datetime) -> str:
    if isinstance(version, Revision):
        return describe_revision(version)
    template = _("the edition of %s") if version.available_from <= now else _("the edition scheduled for %s")
    return template % format_instant(version.available_from)


def load_version(screen: Screen, key: str) -> ComparedVersion | None:
    """Load the texts of a version. Raise InvalidDocument if it is the working copy and makes no document."""
    if key == CURRENT_DRAFT:
        documents = load_working_copy_documents(screen.subject, screen.now)
        return ComparedVersion(_("the current draft"), screen.now, documents)
    version = find_version(screen, key)
    if version is None:
        return None
    name = name_version(version, screen.now)
    if isinstance(version, Revision):
        documents, digests = get_readable_documents(screen, version), get_digests(version)
        return ComparedVersion(name, version.at, documents, [each for each in digests if each not in documents])
    digests = dict(version.documents.values_list("language", "document__digest"))
    documents = {str(document.language): document for document in get_edition_documents(version)}
    if not screen.may(Right.SUPPRESS):
        closed = find_suppressed_digests(digests.values())
        documents = {language: document for language, document in documents.items() if digests[language] not in closed}
    missing = [] if version.is_tombstone else [language for language in digests if language not in documents]
    return ComparedVersion(name, version.available_from, documents, missing)


def compare_versions(screen: Screen) -> HttpResponse:
    """Compare the versions `?old=12&new=now`: the number of a revision, the id of an edition, or the working copy."""
    try:
        old, new = (load_version(screen, screen.request.GET.get(name, "")) for name in ("old", "new"))
    except InvalidDocument as error:
        messages.error(screen.request, _("The draft cannot be compared: %s") % error)
        return screen.redirect_to("history")
    if old is None or new is None:
        messages.error(screen.request, _("Choose two versions to compare."))
        return screen.redirect_to("history")
    languages = list(compare_languages(old, new))
    return screen.render("compared_versions.html", _("What changed"), old=old, new=new, languages=languages)


def compare_languages(
    old: ComparedVersion, new: ComparedVersion
) -> Iterator[tuple[Language, str, list[DocumentChange]]]:
    """Yield the changes by language, or a message that says why there is nothing to compare."""
    budget = ComparisonBudget()
    for language in dict.fromkeys([*new.documents, *new.closed, *old.documents, *old.closed]):
        message, changes = "", list[DocumentChange]()
        if language in (*old.closed, *new.closed):
            message = _("The text of one of the two was removed or erased, so it cannot be shown.")
        elif language not in old.documents:
            message = _("This language is new.")
        elif language not in new.documents:
            message = _("This language was removed.")
        else:
            changes = compare_documents(old.documents[language], new.documents[language], budget)
        yield Language(language), message, changes


def edition_changes(screen: Screen, edition_id: UUID) -> HttpResponse:
    """Lead to the comparison of an edition with the one before it that is not a withdrawal."""
    edition = get_object_or_404(screen.editions, pk=edition_id)
    before = screen.editions.filter(is_tombstone=False, available_from__lt=edition.available_from).last()
    if edition.is_tombstone or before is None:
        message = _("There is nothing to compare it with: it is the first edition, or a withdrawal.")
        messages.info(screen.request, message)
        return screen.redirect_to("history")
    return HttpResponseRedirect(admin_url(screen.subject, "compare", old=before.pk, new=edition.pk))
