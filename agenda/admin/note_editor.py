"""The note editor of meetings and topics: its page, and the addresses at which it keeps drafts, saves and previews.

It is the page on which the admin changes a meeting or a topic.
"""

import datetime as dt
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.admin.utils import unquote
from django.core.exceptions import RequestDataTooBig
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
    UnreadablePostError,
)
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from msgspec import to_builtins

from agenda.admin.approvals import describe_lost_approvals, get_approved_languages
from agenda.admin.checklist import CHECK_HEADINGS
from agenda.admin.find import MAX_QUERY, search_topics
from agenda.admin.meeting_search import MAX_SEARCH_WORDS
from agenda.admin.note_publication import build_publication_context
from agenda.admin.permissions import explain_read_only
from agenda.admin.screen import Screen, warn_before_saving
from agenda.dashboard.admin_urls import admin_url
from agenda.documents.checks import find_outdated_languages
from agenda.documents.diff.changes import compare_documents
from agenda.documents.diff.word_diff import ComparisonBudget, compare_html, compare_texts
from agenda.documents.translations.translated_document import build_document_in_language, collect_topic_names
from agenda.editor.description import describe_editor, serialize_topics
from agenda.editor.drafts import delete_old_drafts, keep_draft, list_drafts, list_others, load_draft
from agenda.editor.images import upload_image
from agenda.editor.internal_notes import MAX_STRAY_NOTES, delete_stray_notes, list_internal_notes, save_internal_note
from agenda.editor.merging import OWNER, Conflict
from agenda.editor.saving import (
    BaseIsNeeded,
    InvalidNote,
    build_edited_document,
    get_shape,
    read_posted_and_saved,
    read_posted_document,
    save_note,
)
from agenda.editor.shared_blocks import get_content, list_blocks_of
from agenda.editor.typed_values import read_typed
from agenda.models import CommentReply, Revision
from agenda.preview.views import build_publication, render_page
from agenda.workflow.approval_rights import may_comment
from agenda.workflow.comments import (
    get_comments_version,
    load_comments,
    reply,
    serialize_comments,
)
from agenda.workflow.document_checks import find_all_checks
from agenda.workflow.drafts import Subject, SubjectDocument, get_live_document, get_subject_key, get_translations
from agenda.workflow.errors import WorkflowError
from meetings.access import NotAllowed, Right, describe_administrators, has_right
from meetings.clock import BRUSSELS
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.documents.members import get_members
from meetings.documents.traversal import PART_KINDS, walk_parts
from meetings.http.content_length import get_content_length
from meetings.images.cleaning import MAX_UPLOAD_BYTES, InvalidImageError, TooManyImagesError, get_length_message
from meetings.images.files import ADMIN_PATH
from meetings.models import Meeting

log = logging.getLogger(__name__)
FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")
TYPED_KINDS = ("time", "date", "documents", "procedures")
MAX_REMARK = 200  # characters
MAX_FOUND_TOPICS = 20
MAX_WAIT_SECONDS = 1  # for the end of another comparison, preview or check, since those who wait occupy threads
LARGE_BYTES = 300_000  # longer than any note of an office; checking two megabytes takes two seconds
one_comparison, one_preview, one_large_note = threading.Lock(), threading.Lock(), threading.Lock()


def get_editor_urls(model_admin: Any) -> list[URLPattern]:
    start = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    requests = (
        path(f"<path:object_id>/change/{name}/", answer_editor(model_admin, kind), name=f"{start}_note_{name}")
        for name, kind in EDITOR_REQUESTS.items()
    )
    page = path("<path:object_id>/change/", model_admin.build_screen_view(show_editor), name=f"{start}_change")
    return [*requests, page]


class Refused(Exception):
    """The editor's request is refused with this status and message."""

    def __init__(self, status: HTTPStatus, message: str, **more: Any) -> None:
        super().__init__(message)
        self.response = JsonResponse({"message": message, **more}, status=status)


@contextmanager
def hold(lock: threading.Lock, message: str) -> Iterator[None]:
    """Hold the lock of what one request does at a time. Raise Refused if another one does not release it soon."""
    if not lock.acquire(timeout=MAX_WAIT_SECONDS):
        raise Refused(
            HTTPStatus.SERVICE_UNAVAILABLE, f"{message} {_('Try again in a moment. What you typed is kept.')}"
        )
    try:
        yield
    finally:
        lock.release()


def wait_for_turn(request: HttpRequest) -> AbstractContextManager[None]:
    """Let one very long note be checked at a time, so that nobody keeps all others from saving theirs."""
    is_large = request.content_type == "application/json" and get_content_length(request) > LARGE_BYTES
    return hold(one_large_note, _("Other very long notes are being checked.")) if is_large else nullcontext()


class EditorRequest(NamedTuple):
    """A kind of request: its view, the right that it needs, and the function that reads what is posted."""

    view: Callable[[Screen, Any], HttpResponse]
    right: Right
    read: Callable[[HttpRequest], Any]


def answer_editor(model_admin: Any, kind: EditorRequest) -> Callable[..., HttpResponse]:
    """Return a view for the editor's requests. It answers in JSON, also to those who are signed out or may not."""

    @never_cache
    @csrf_protect
    def answer(request: HttpRequest, object_id: str) -> HttpResponse:
        try:
            screen = open_request(model_admin, request, object_id, kind.right)
            posted = kind.read(request)
            with wait_for_turn(request):
                return kind.view(screen, posted)
        except Refused as refused:
            return refused.response

    return answer


def open_request(model_admin: Any, request: HttpRequest, object_id: str, right: Right) -> Screen:
    """Return the screen. Raise Refused if the user may not see it."""
    if message := find_sign_in_problem(model_admin, request):
        raise Refused(HTTPStatus.UNAUTHORIZED, message)
    try:
        screen = Screen(model_admin, request, model_admin.get_subject_or_404(unquote(object_id)))
    except Http404 as error:
        message = _("This has been deleted. Copy what you need from this page before you close it.")
        raise Refused(HTTPStatus.NOT_FOUND, message) from error
    if not model_admin.has_view_permission(request, screen.subject):
        raise Refused(HTTPStatus.FORBIDDEN, _("You do not have permission to read this."))
    if not screen.may(right):
        raise Refused(HTTPStatus.FORBIDDEN, explain_read_only(request, screen.subject))
    return screen


def find_sign_in_problem(model_admin: Any, request: HttpRequest) -> str:
    """Return a message if nobody is signed in, or if it is not the user who opened the editor; otherwise ""."""
    if not model_admin.admin_site.has_permission(request):
        return _("You are signed out. Sign in in a new tab. What you typed is kept.")
    if request.method == "POST" and request.headers.get("X-User") != str(request.user.pk):
        return _("Somebody else has signed in in this browser. Sign in as yourself again. What you typed is kept.")
    return ""


def read_body(request: HttpRequest) -> dict[str, Any]:
    """Return the posted object. Raise Refused if there is none."""
    if request.method != "POST":
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, _("Use POST."))
    try:
        if request.content_type != "application/json":
            raise ValueError
        posted = json.loads(request.body)
        json.dumps(posted, ensure_ascii=False).encode()  # text that no database can store is a ValueError
        if not isinstance(posted, dict):
            raise ValueError
    except RequestDataTooBig as error:
        message = _("The note is too long to be sent at once. Save it in parts.")
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message) from error
    except (ValueError, RecursionError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, _("The request must be an object in JSON.")) from error
    return posted


def read_picture(request: HttpRequest) -> bytes:
    """Return the posted file. Raise Refused if it is too large, before any of it is read."""
    if request.method != "POST":
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, _("Use POST."))
    if request.content_type in FORM_TYPES:
        raise Refused(HTTPStatus.BAD_REQUEST, _("Send the file itself, not a form."))
    if get_content_length(request) > MAX_UPLOAD_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, get_length_message())
    try:
        return request.read(MAX_UPLOAD_BYTES + 1)
    except UnreadablePostError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, _("The file did not arrive as a whole. Try again.")) from error


def show_editor(screen: Screen) -> HttpResponse:
    """Show the page. It contains the whole document and the description of its controls; the browser does the rest."""
    subject = screen.subject
    if screen.posted is not None:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        document = build_edited_document(subject)
    except InvalidDocument as error:
        message = _("The note cannot be opened in the editor: %s") % error
        return screen.render("no_editor.html", str(subject), message=message)
    may_change = has_right(screen.user, Right.CHANGE, subject)
    data = {
        "document": to_builtins(document),
        "version": subject.version,
        "description": describe_editor(),
        "check_headings": {level.value: str(heading) for level, heading in CHECK_HEADINGS.items()},
        "user": {"id": screen.user.pk, "name": screen.user.get_username()},
        "token": get_token(screen.request),
        "can_change": may_change,
        "can_comment": may_comment(screen.user, subject),
        "approval_note": warn_before_saving(screen, subject.source_language) if may_change else "",
        "shared_blocks": serialize_blocks(subject) if may_change else [],
        "drafts": list_drafts(screen.user, subject) if may_change else [],
        "addresses": {name: admin_url(subject, f"note_{name}") for name in EDITOR_REQUESTS}
        | {name: admin_url(subject, name) for name in ("submit", "languages")}
        | {"login": reverse("admin:login"), "images": ADMIN_PATH},
    }
    return screen.render(
        "note_editor.html",
        str(subject),
        data=data,
        languages=[Language(subject.source_language), *(each for each in Language if each != subject.source_language)],
        read_only_because=explain_read_only(screen.request, subject),
    )


def serialize_blocks(subject: Subject) -> list[dict[str, Any]]:
    """Return the shared blocks that the meeting or topic can use, each with its present text."""
    return [
        {"id": str(block.pk), "kind": block.kind, "name": block.name, "content": get_content(block)}
        for block in list_blocks_of(subject)
    ]


def show_publication(screen: Screen, _posted: Any) -> HttpResponse:
    """Show what is published, what the next step is, and the menu, as parts of the page."""
    return screen.render("note_publication.html", str(screen.subject), **build_publication_context(screen))


def save(screen: Screen, posted: Any) -> HttpResponse:
    """Save the posted document. Answer the document as it is saved now, and what two people changed at once."""
    approved = get_approved_languages(screen.subject)
    remark = str(posted.get("remark") or "").replace("\0", "")[:MAX_REMARK]
    try:
        saved = save_note(screen.subject, posted, by=screen.by, remark=remark)
    except BaseIsNeeded:
        raise Refused(HTTPStatus.CONFLICT, _("Somebody else has saved meanwhile."), needs_base=True) from None
    except InvalidNote as error:
        return JsonResponse({"problems": to_builtins(error.mistakes)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except NotAllowed as error:
        raise Refused(HTTPStatus.FORBIDDEN, str(error)) from error
    except WorkflowError as error:  # it was deleted at this moment
        raise Refused(HTTPStatus.NOT_FOUND, str(error)) from error
    if saved.version != screen.subject.version:
        screen.log(_("Saved in the note editor."), remark)
    budget = ComparisonBudget()
    is_own = bool(saved.conflicts) and not have_others_saved(screen, posted.get("version"))
    conflicts = [
        to_builtins(each) | {"html": compare_versions(screen.subject, each, budget), "is_own": is_own}
        for each in saved.conflicts
    ]
    return JsonResponse({
        "document": to_builtins(saved.document),
        "version": saved.version,
        "time": format_clock(screen.now),
        "conflicts": conflicts,
        "message": describe_lost_approvals(screen.subject, approved, screen.now),
    })  # fmt: skip


def have_others_saved(screen: Screen, version: Any) -> bool:
    """Return whether anybody but the user may have saved after a version: else the user did, in another browser."""
    if not isinstance(version, int):
        return True
    later = Revision.objects.filter(**get_subject_key(screen.subject), version__gt=version)
    return later.exclude(by=screen.user).exists()


def format_clock(instant: dt.datetime) -> str:
    """Return the time in Brussels, such as “14:03”. The editor shows this clock, whatever that of the browser says."""
    return f"{instant.astimezone(BRUSSELS):%H:%M}"


def compare_versions(subject: Subject, conflict: Conflict, budget: ComparisonBudget) -> str:
    """Return the HTML of the saved text and what the user typed instead, word by word; empty for other values."""
    theirs, ours = conflict.theirs, conflict.ours
    if conflict.member == OWNER or not (isinstance(theirs, str) and isinstance(ours, str)):
        return ""
    shape = next((shape for shape, kind in PART_KINDS.items() if kind == conflict.kind), get_shape(subject))
    is_html = get_members(shape)[conflict.member].is_html
    runs = (compare_html if is_html else compare_texts)(theirs, ours, budget)
    return render_to_string("admin/agenda/note_conflict.html", {"runs": runs})


def keep_typed(screen: Screen, posted: Any) -> HttpResponse:
    """Keep what is typed in one tab, or delete it. Answer who else has the note open, and what there is to check."""
    may_change = has_right(screen.user, Right.CHANGE, screen.subject)
    if may_change:
        keep_draft(screen.user, screen.subject, posted, screen.now)
    answer: dict[str, Any] = {"others": list_others(screen.user, screen.subject, screen.now)}
    answer |= {"version": screen.subject.version, "time": format_clock(screen.now)}
    version = get_comments_version(screen.subject)
    if posted.get("comments") != version:
        answer |= list_comments(screen, version)
    content = posted.get("content")
    if may_change and isinstance(content, dict):
        answer |= list_remarks(screen.subject, content.get("document"), screen.now)
    elif posted.get("checks"):  # the editor was just opened
        answer["notes"] = list_internal_notes(screen.subject)
        delete_old_drafts(screen.now)
        with suppress(InvalidDocument):  # the page says so
            document = build_edited_document(screen.subject)
            answer |= list_checks(screen.subject, document, document, screen.now)
    return JsonResponse(answer)


def load_typed(screen: Screen, posted: Any) -> HttpResponse:
    """Answer what the user typed in one tab and did not save."""
    content = load_draft(screen.user, screen.subject, str(posted.get("tab") or "").replace("\0", ""))
    if content is None:
        raise Refused(HTTPStatus.NOT_FOUND, _("This text is saved already, or it was discarded."))
    return JsonResponse({"content": content})


def list_remarks(subject: Subject, posted: Any, now: dt.datetime) -> dict[str, Any]:
    """Return the mistakes in the posted document, or if there are none, what there is to check."""
    try:
        document, saved = read_posted_and_saved(posted, subject)
    except InvalidNote as error:
        return {"problems": to_builtins(error.mistakes)}
    return {"problems": []} | list_checks(subject, document, saved, now)


def list_checks(
    subject: Subject, document: SubjectDocument, saved: SubjectDocument, now: dt.datetime
) -> dict[str, Any]:
    """Return what there is to check in the document, and the parts of which translations are out of date.

    `saved` is the document as it was last saved.
    """
    translations = get_translations(subject)
    return {
        "checks": to_builtins(find_all_checks(document, now, subject, translations, saved)),
        "outdated": find_outdated_languages(document, translations),
    }


def write_internal_note(screen: Screen, posted: Any) -> HttpResponse:
    """Write a note for colleagues on the meeting or topic, or on one of its parts. Answer all notes."""
    text, shown = posted.get("text"), posted.get("shown")
    try:
        part_id = UUID(str(posted.get("part")))
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, _("The part has no valid id.")) from None
    if not isinstance(text, str) or "\0" in text:
        raise Refused(HTTPStatus.BAD_REQUEST, _("Send a text without null characters."))
    shown = shown if isinstance(shown, str) else None
    try:
        save_internal_note(screen.subject, part_id, text, by=screen.by, now=screen.now, shown=shown)
    except WorkflowError as error:
        raise Refused(HTTPStatus.CONFLICT, str(error)) from error
    notes = list_internal_notes(screen.subject)
    if len(notes) > MAX_STRAY_NOTES:
        with suppress(InvalidDocument):  # the page says so
            document = build_edited_document(screen.subject)
            delete_stray_notes(screen.subject, {document.id, *(part.id for part in walk_parts(document))})
            notes = list_internal_notes(screen.subject)
    return JsonResponse({"notes": notes})


def list_comments(screen: Screen, version: str) -> dict[str, Any]:
    """Return the comments of colleagues, and the version by which the browser asks for newer ones.

    The version is of the time before the comments are read: one that is added meanwhile is sent again.
    """
    return {
        "comments": serialize_comments(load_comments(screen.subject, screen.user)),
        "comments_version": version,
    }


def reply_to_comment(screen: Screen, posted: Any) -> HttpResponse:
    """Answer, settle or reopen a comment. Answer all comments."""
    key, act, text = posted.get("comment"), posted.get("act"), posted.get("text", "")
    if type(key) is not int or act not in CommentReply.Act.values or not isinstance(text, str):
        raise Refused(HTTPStatus.BAD_REQUEST, _("Send the number of a comment, and what to do with it."))
    try:
        reply(screen.subject, key, act, text, by=screen.by, now=screen.now)
    except NotAllowed as error:
        raise Refused(HTTPStatus.FORBIDDEN, str(error)) from error
    except WorkflowError as error:
        raise Refused(HTTPStatus.CONFLICT, str(error)) from error
    return JsonResponse(list_comments(screen, get_comments_version(screen.subject)))


def show_preview(screen: Screen, posted: Any) -> HttpResponse:
    """Show the page of the posted document in a language, as readers would see it."""
    subject, now = screen.subject, screen.now
    language = posted.get("language") or subject.source_language
    if language not in Language.values:
        raise Refused(HTTPStatus.BAD_REQUEST, _("There is no language “%s”.") % language)
    with hold(one_preview, _("Previews of other long notes are being made.")):
        source = read_unsaved_document(screen, posted, _("The preview waits until this is corrected: %s"))
        texts = get_translations(subject, language).get(language, {}) if language != source.language else {}
        document = build_document_in_language(source, language, texts, collect_topic_names(source))
        number = screen.editions.visible(now).count() + 1
        publication = build_publication(document, "", at=now, number=number, languages=[language])
        return render_page(screen.request, publication, now, None)


def read_unsaved_document(screen: Screen, posted: Any, message: str) -> SubjectDocument:
    """Return the posted document, to be shown; that of the working copy for users who cannot change it.

    Raise Refused with the message and a reason if it has mistakes.
    """
    try:
        if not screen.may(Right.CHANGE):
            saved: SubjectDocument = build_edited_document(screen.subject)
            return saved
        return read_posted_document(posted.get("document"), screen.subject)
    except InvalidNote as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, message % error.mistakes[0].message) from error
    except InvalidDocument as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, message % error) from error


def show_changes(screen: Screen, posted: Any) -> HttpResponse:
    """Show what the posted document changes, compared with the live edition, as a part of a page."""
    document = read_unsaved_document(screen, posted, _("This waits until it is corrected: %s"))
    live = get_live_document(screen.subject, screen.now)
    if live is None:
        raise Refused(HTTPStatus.NOT_FOUND, _("Nothing is published yet."))
    with hold(one_comparison, _("Other long notes are being compared.")):
        found = compare_documents(live, document)
    return render(screen.request, "admin/agenda/note_changes.html", {"changes": found})


def read(screen: Screen, posted: Any) -> HttpResponse:
    """Read a time, a day or numbers as they were typed. Answer the value, or why it cannot be read."""
    subject, kind, text = screen.subject, posted.get("kind"), posted.get("text")
    if kind not in TYPED_KINDS or not isinstance(text, str):
        raise Refused(HTTPStatus.BAD_REQUEST, _("Send a kind and a text."))
    near = subject.start_date if isinstance(subject, Meeting) else None
    with suppress(ValueError):  # no such day
        near = parse_date(str(posted.get("near") or "")) or near
    return JsonResponse(to_builtins(read_typed(kind, text, subject.source_language, near=near)))


def find_topics(screen: Screen, posted: Any) -> HttpResponse:
    """Answer the first background topics whose title or address has the posted words."""
    text = posted.get("text")
    if not isinstance(text, str) or "\0" in text:
        raise Refused(HTTPStatus.BAD_REQUEST, _("Send a text without null characters."))
    words = text[:MAX_QUERY].split()[:MAX_SEARCH_WORDS]
    found = serialize_topics(search_topics(words)[: MAX_FOUND_TOPICS + 1])
    return JsonResponse({"topics": found[:MAX_FOUND_TOPICS], "has_more": len(found) > MAX_FOUND_TOPICS})


def add_picture(screen: Screen, posted: Any) -> HttpResponse:
    """Store the posted file as a picture. Answer what the document says about it."""
    try:
        image = upload_image(screen.subject, posted, screen.request.GET.get("name", ""), by=screen.by, now=screen.now)
    except InvalidImageError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    except TooManyImagesError as error:
        message = _("Other pictures are being uploaded at this moment. Try again in half a minute.")
        raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, message) from error
    except NotAllowed as error:
        raise Refused(HTTPStatus.FORBIDDEN, str(error)) from error
    except OSError as error:
        log.exception("A picture could not be stored.")
        message = _("The picture could not be stored. Try again, and if it happens again, contact %s.")
        message %= describe_administrators()
        raise Refused(HTTPStatus.INSUFFICIENT_STORAGE, message) from error
    return JsonResponse({"image": to_builtins(image)})


EDITOR_REQUESTS: Mapping[str, EditorRequest] = {
    "save": EditorRequest(save, Right.CHANGE, read_body),
    "draft": EditorRequest(keep_typed, Right.VIEW, read_body),
    "load": EditorRequest(load_typed, Right.CHANGE, read_body),
    "preview": EditorRequest(show_preview, Right.VIEW, read_body),
    "changes": EditorRequest(show_changes, Right.VIEW, read_body),
    "publication": EditorRequest(show_publication, Right.VIEW, read_body),
    "read": EditorRequest(read, Right.VIEW, read_body),
    "topics": EditorRequest(find_topics, Right.CHANGE, read_body),
    "internal": EditorRequest(write_internal_note, Right.CHANGE, read_body),
    "picture": EditorRequest(add_picture, Right.CHANGE, read_picture),
    "comment": EditorRequest(reply_to_comment, Right.VIEW, read_body),
}
"""The requests of the browser by the last word of their address."""
