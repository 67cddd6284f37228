"""Screens of a revision of a meeting or topic: show it as a page, and restore it."""

import datetime as dt
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agenda.admin.editions import render_text
from agenda.admin.screen import Screen, warn_before_saving
from agenda.dashboard.admin_urls import admin_url
from agenda.documents.diff.changes import compare_documents
from agenda.models import Revision, RevisionReason
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_type
from agenda.workflow.errors import StaleTextError
from agenda.workflow.restoring import restore_document
from agenda.workflow.revisions import get_revision_documents, load_working_copy_documents
from agenda.workflow.transactions import lock_subject
from meetings.access import NotAllowed, Right, require_right
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.documents.schema import MeetingDocument
from meetings.documents.traversal import walk_items
from meetings.editions.freezing import find_suppressed_digests, refuse_suppressed
from meetings.models import IndexedItem
from meetings.site import status_labels


def get_revisions(subject: Subject) -> Any:
    return Revision.objects.for_subject(get_subject_type(subject), subject.pk)


def describe_revision(revision: Revision) -> str:
    return _("the draft of %(time)s by %(who)s (%(why)s)") % {
        "time": status_labels.format_brussels_time(revision.at),
        "who": revision.by_name,
        "why": revision.get_why_display(),
    }


def get_digests(revision: Revision) -> dict[str, str]:
    return {document.language: document.document_id for document in revision.documents.all()}


def revision_detail(screen: Screen, revision_id: int) -> HttpResponse:
    """Show a revision as a page; `?language=` chooses one of its languages."""
    revision = get_object_or_404(get_revisions(screen.subject), pk=revision_id)
    documents = get_readable_documents(screen, revision)
    document = documents.get(screen.request.GET.get("language", "")) or documents.get(revision.source_language)
    if document is None:
        return render_closed_revision(screen, revision)
    digest, languages = get_digests(revision)[document.language], sorted(map(Language, documents))
    back = admin_url(screen.subject, "history"), _("Back to the history")
    message = f"{capfirst(describe_revision(revision))}."
    return render_text(screen, document, digest, languages, message=message, back=back)


def get_readable_documents(screen: Screen, revision: Revision) -> dict[str, SubjectDocument]:
    """Return the documents by language, without erased texts.

    Texts of suppressed editions are included only for users who may suppress editions. If the original is one, so is
    each translation, which has words of it where nobody has translated it.
    """
    documents = get_revision_documents(revision)
    if screen.may(Right.SUPPRESS):
        return documents
    digests = get_digests(revision)
    closed = find_suppressed_digests(digests.values())
    if digests.get(revision.source_language) in closed:
        return {}
    return {language: document for language, document in documents.items() if digests[language] not in closed}


def render_closed_revision(screen: Screen, revision: Revision) -> HttpResponse:
    return screen.render(
        "no_revision.html",
        _("Saved draft"),
        status=HTTPStatus.GONE,
        revision=describe_revision(revision),
        digests=list(revision.documents.values_list("language", "document")),
    )


def restore_step(screen: Screen, revision_id: int) -> HttpResponse:
    """Show what restoring the revision would change in the working copy, and restore it when confirmed."""
    subject = screen.subject
    revision = get_object_or_404(get_revisions(subject), pk=revision_id)
    document = get_readable_documents(screen, revision).get(revision.source_language)
    if document is None:
        return render_closed_revision(screen, revision)
    problem = ""
    if screen.posted is not None:
        try:
            restore_revision(screen, revision, document)
        except (InvalidDocument, NotAllowed, StaleTextError) as error:
            problem = error.args[0]
            subject.refresh_from_db()
        else:
            screen.report(_("Restored %s.") % describe_revision(revision))
            return screen.redirect_to("change")
    try:
        current: SubjectDocument | None = load_working_copy_documents(subject, screen.now)[subject.source_language]
    except InvalidDocument:
        current = None
    return screen.render(
        "restore.html",
        _("Restore"),
        draft_name=describe_revision(revision),
        problem=problem,
        is_known=current is not None,
        changes=compare_documents(current, document) if current else [],
        lost=find_lost_items(current, document, screen.now),
        has_translations=len(revision.documents.all()) > 1,
        version=subject.version,
        warning=warn_before_saving(screen, subject.source_language),
    )


def restore_revision(screen: Screen, revision: Revision, document: SubjectDocument) -> None:
    """Restore the document into the working copy, under the lock, and only over the version that was shown.

    Raise StaleTextError, InvalidDocument or NotAllowed.
    """
    with transaction.atomic():
        current = lock_subject(screen.subject)
        require_right(screen.by, Right.CHANGE, current)
        if screen.request.POST.get("based_on") != str(current.version):
            raise StaleTextError(build_outdated_message(current))
        refuse_suppressed([get_digests(revision)[document.language]])
        remark = _("of %s") % status_labels.format_brussels_time(revision.at)
        restore_document(document, by=screen.by, why=RevisionReason.RESTORED, remark=remark)


def build_outdated_message(edited: Subject) -> str:
    """Return a message that says who saved the meeting or topic, when, and what the user can do."""
    kind = ContentType.objects.get_for_model(edited)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(edited.pk), action_time__gte=edited.updated_at)
    entry: Any = entries.select_related("user").order_by("action_time", "pk").first()
    return _(
        "%(who)s saved this %(kind)s on %(when)s, after you opened this page. To avoid overwriting their changes, "
        "nothing was restored. Look at the changes again."
    ) % {
        "who": (entry.user.get_full_name() or entry.user.get_username()) if entry else _("Someone"),
        "kind": edited._meta.verbose_name,
        "when": status_labels.format_brussels_time(edited.updated_at),
    }


@dataclass(frozen=True)
class LostItems:
    """Items of editions that the restored text does not have: readers know them, or will know them at a set time."""

    published: list[str]
    scheduled: list[str]


def find_lost_items(current: SubjectDocument | None, document: SubjectDocument, now: dt.datetime) -> LostItems:
    """Return the items that the restored text does not have: their state should be changed instead. One query."""
    if not (isinstance(current, MeetingDocument) and isinstance(document, MeetingDocument)):
        return LostItems([], [])
    kept = {item.id for item, _parent in walk_items(document.agenda)}
    leaving = {item.id: f"{item.number} {item.title}".strip() for item, _parent in walk_items(current.agenda)}
    editions = IndexedItem.objects.filter(item_id__in=set(leaving) - kept).values("item_id")
    first = dict(editions.annotate(first=Min("edition__available_from")).values_list("item_id", "first"))
    found = [(name, first[key]) for key, name in leaving.items() if key in first]
    return LostItems([name for name, at in found if at <= now], [name for name, at in found if at > now])
