"""All revisions of a meeting or topic: the list, each as a page, what changed between any two, and restoring one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agenda.admin.editing import outdated
from agenda.admin.preview import Text, text_page
from agenda.admin.screens import address_in, go_to, show
from agenda.comparing import Change, compare
from agenda.drafts import Subject, SubjectDocument, drafts_of, type_of
from agenda.models import ReleaseEntry, Revision, Why
from agenda.publishing.instants import lock
from agenda.restoring import restore, restore_topic
from agenda.revisions import documents_of_revision, latest, names_in
from meetings import marks
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.closed import closed_digests, refuse_closed
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import InvalidDocument
from meetings.indexing import walk
from meetings.models import Edition, IndexedItem
from meetings.rights import NotAllowed, Right, may, require
from meetings.vocabulary import Language

A_PAGE = 50
NOW = "now"


@dataclass(frozen=True)
class Entry:
    """A revision in the list, with what became of it."""

    revision: Revision
    became: list[str]

    @property
    def time(self) -> str:
        return marks.brussels(self.revision.at)

    @property
    def digests(self) -> list[tuple[Language, str]]:
        return [(Language(one.language), one.document_id[:8]) for one in self.revision.documents.all()]


def revisions_of(subject: Subject) -> Any:
    return Revision.objects.for_subject(type_of(subject), subject.pk)


def revisions_list(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Fifty a page, the newest first; `?before=` is the key of the last one of the page before."""
    found = revisions_of(subject).prefetch_related("documents", "verdicts")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit():
        found = found.filter(pk__lt=int(before[:18]))
    revisions = list(found[: A_PAGE + 1])
    shown = revisions[:A_PAGE]
    released = released_as(subject, shown, request)
    return show(
        desk,
        request,
        subject,
        "revisions.html",
        _("Revisions"),
        entries=[Entry(one, [*said_of(one), *released.get(one.pk, [])]) for one in shown],
        older=shown[-1].pk if len(revisions) > A_PAGE else None,
        may_change=may(request.user, Right.CHANGE, subject),
        may_share=may(request.user, Right.SHARE, subject),
    )


def said_of(revision: Revision) -> Iterator[str]:
    """The verdicts, oldest first."""
    several = len(revision.documents.all()) > 1
    for verdict in reversed(revision.verdicts.all()):
        facts = {
            "who": verdict.by_name,
            "time": marks.brussels(verdict.at),
            "language": f" ({verdict.language})" if several else "",
            "remark": f" “{verdict.remark}”" if verdict.remark else "",
        }
        told = _("Approved%(language)s by %(who)s, %(time)s.%(remark)s")
        if not verdict.approved:
            told = _("Sent back%(language)s by %(who)s, %(time)s:%(remark)s")
        yield told % facts


def released_as(subject: Subject, revisions: list[Revision], request: HttpRequest) -> dict[int, list[str]]:
    """As which editions the revisions were released, by their keys."""
    entries = ReleaseEntry.objects.filter(revision__in=revisions).exclude(edition_id=None)
    editions = Edition.objects.of(type_of(subject), subject.pk).values_list("pk", "available_from")
    places = {key: (number, instant) for number, (key, instant) in enumerate(editions, 1)}
    found: dict[int, list[str]] = {}
    for entry in entries:
        if entry.revision_id is None or entry.edition_id not in places:
            continue
        number, instant = places[entry.edition_id]
        told = _("Edition %(number)d, from %(time)s.")
        if instant > instant_of(request):
            told = _("To be edition %(number)d: %(time)s.")
        words = told % {"number": number, "time": marks.brussels(instant)}
        if entry.forced_reason:
            words += " " + _("Without approval: “%s”") % entry.forced_reason
        found.setdefault(entry.revision_id, []).append(words)
    return found


def found(subject: Subject, key: int) -> Revision:
    revision = revisions_of(subject).filter(pk=key).first()
    if revision is None:
        raise Http404
    return revision  # type: ignore[no-any-return]


def named(revision: Revision) -> str:
    return _("the revision of %(time)s, by %(who)s (%(why)s)") % {
        "time": marks.brussels(revision.at),
        "who": revision.by_name,
        "why": revision.get_why_display(),
    }


def one_revision(desk: ModelAdmin, request: HttpRequest, subject: Subject, revision_id: int) -> HttpResponse:
    """As a page; `?language=` chooses one that it has."""
    revision = found(subject, revision_id)
    documents = readable(request, subject, revision)
    document = documents.get(request.GET.get("language", "")) or documents.get(revision.source_language)
    if document is None:
        return gone(desk, request, subject, revision)
    digest = next(one.document_id for one in revision.documents.all() if one.language == document.language)
    back = address_in(desk, "revisions", subject.pk), _("Back to the revisions")
    told = f"{capfirst(named(revision))}."
    text = Text(document, digest, sorted(map(Language, documents)))
    return text_page(request, subject, text, told, back)


def readable(request: HttpRequest, subject: Subject, revision: Revision) -> dict[str, SubjectDocument]:
    """By language: not what was erased, nor, for those who may take out editions only, what was taken out."""
    documents = documents_of_revision(revision)
    if may(request.user, Right.SUPPRESS, subject):
        return documents
    digests = {one.language: one.document_id for one in revision.documents.all()}
    closed = closed_digests(digests.values())
    return {language: document for language, document in documents.items() if digests[language] not in closed}


def gone(desk: ModelAdmin, request: HttpRequest, subject: Subject, revision: Revision) -> HttpResponse:
    return show(
        desk,
        request,
        subject,
        "no_revision.html",
        _("Revision"),
        status=HTTPStatus.GONE,
        revision=named(revision),
        digests=list(revision.documents.values_list("language", "document")),
    )


@dataclass(frozen=True)
class Side:
    """One of the two that are compared. `closed` are the languages whose text was erased or taken out."""

    name: str
    documents: dict[str, SubjectDocument]
    closed: Collection[str] = ()


def working_copy(subject: Subject, request: HttpRequest) -> Side:
    """As last saved. Topics are called as in the last revision, as `keep_revision` does. Raises InvalidDocument."""
    last = latest(subject)
    names = names_in(documents_of_revision(last)) if last else {}
    drafts = drafts_of(subject, instant_of(request), names=names)
    return Side(_("the working copy, as it is now"), {str(draft.language): draft for draft in drafts})


def side(subject: Subject, request: HttpRequest, which: str) -> Side | None:
    if which == NOW:
        return working_copy(subject, request)
    if not (which.isascii() and which.isdigit()):
        return None
    revision = revisions_of(subject).filter(pk=int(which[:18])).first()
    if revision is None:
        return None
    documents = readable(request, subject, revision)
    closed = [one.language for one in revision.documents.all() if one.language not in documents]
    return Side(named(revision), documents, closed)


def compare_revisions(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """`?old=12&new=15`, either of them `now` for the working copy."""
    try:
        old, new = (side(subject, request, request.GET.get(name, "")) for name in ("old", "new"))
    except InvalidDocument as error:
        messages.error(request, _("The working copy cannot be compared: %s") % error)
        return go_to(desk, "revisions", subject.pk)
    if old is None or new is None:
        messages.error(request, _("Choose two revisions to compare."))
        return go_to(desk, "revisions", subject.pk)
    return show(
        desk,
        request,
        subject,
        "revision_changes.html",
        _("What changed"),
        old=old,
        new=new,
        languages=list(changes(old, new)),
    )


def changes(old: Side, new: Side) -> Iterator[tuple[Language, str, list[Change]]]:
    """By language: why there is nothing to compare, or what changed."""
    for language in dict.fromkeys([*new.documents, *new.closed, *old.documents, *old.closed]):
        told, found = "", list[Change]()
        if language in (*old.closed, *new.closed):
            told = _("The text of one of the two was taken out or erased: it is not shown.")
        elif language not in old.documents:
            told = _("This language is new.")
        elif language not in new.documents:
            told = _("This language is no longer there.")
        else:
            found = compare(old.documents[language], new.documents[language])
        yield Language(language), told, found


def restore_step(desk: ModelAdmin, request: HttpRequest, subject: Subject, revision_id: int) -> HttpResponse:
    """Shows what the working copy would become, and makes it so when that is confirmed."""
    revision = found(subject, revision_id)
    document = readable(request, subject, revision).get(revision.source_language)
    if document is None:
        return gone(desk, request, subject, revision)
    problem = ""
    if request.method == "POST":
        try:
            put_back(request, subject, revision, document)
        except (InvalidDocument, NotAllowed, Outdated) as error:
            problem = error.args[0]
            subject.refresh_from_db()
        else:
            told = _("Restored %s.") % named(revision)
            desk.log_change(request, subject, told)
            messages.success(request, told)
            return go_to(desk, "change", subject.pk)
    try:
        current: SubjectDocument | None = working_copy(subject, request).documents[subject.source_language]
    except InvalidDocument:
        current = None
    return show(
        desk,
        request,
        subject,
        "restore.html",
        _("Restore"),
        revision=revision,
        named=named(revision),
        problem=problem,
        is_known=current is not None,
        changes=compare(current, document) if current else [],
        lost=published_items_lost(current, document),
        has_translations=len(revision.documents.all()) > 1,
        version=subject.version,
    )


class Outdated(Exception):
    """Somebody has saved since the step was shown."""


def put_back(request: HttpRequest, subject: Subject, revision: Revision, document: SubjectDocument) -> None:
    """Under the lock, and only over the version that was shown. Raises Outdated, InvalidDocument, NotAllowed."""
    by = Actor.of(request)
    with transaction.atomic():
        standing = lock(subject)
        require(by, Right.CHANGE, standing)
        if request.POST.get("based_on") != str(standing.version):
            raise Outdated(outdated(standing))
        refuse_closed([one.document_id for one in revision.documents.all() if one.language == document.language])
        remark = _("of %s") % marks.brussels(revision.at)
        if isinstance(document, MeetingDocument):
            restore(document, by=by, why=Why.RESTORED, remark=remark)
        else:
            restore_topic(document, by=by, why=Why.RESTORED, remark=remark)


def published_items_lost(current: SubjectDocument | None, document: SubjectDocument) -> list[str]:
    """Items that readers know, and that the restored text does not have: they should leave by their state."""
    if not (isinstance(current, MeetingDocument) and isinstance(document, MeetingDocument)):
        return []
    kept = {item.id for item, _parent in walk(document.agenda)}
    leaving = {item.id: f"{item.number} {item.title}".strip() for item, _parent in walk(current.agenda)}
    known = IndexedItem.objects.filter(item_id__in=set(leaving) - kept).values_list("item_id", flat=True).distinct()
    return [leaving[key] for key in known]
