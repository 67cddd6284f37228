"""Comment on a submitted text, answer, and settle: for everybody who writes, translates or reviews the note."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from agenda.documents.diff.document_side import DocumentSide, LocatedPart
from agenda.documents.diff.labels import get_label
from agenda.models import Comment, CommentReply, Revision
from agenda.workflow.approval_rights import may_comment
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_key
from agenda.workflow.errors import WorkflowError, clean_lines
from agenda.workflow.notices import notify_of_comment
from agenda.workflow.revisions import get_revision_documents
from meetings.access import Right, has_right, require_right
from meetings.access.audit import Actor
from meetings.documents.members import get_members
from meetings.documents.plain_text import cut_text, html_to_words
from meetings.documents.traversal import walk_parts
from meetings.editions.freezing import find_suppressed_digests
from meetings.models import User

MAX_COMMENT_LENGTH: int = Comment._meta.get_field("text").max_length or 0
MAX_QUOTE_LENGTH: int = Comment._meta.get_field("quote").max_length or 0
MAX_CONTEXT_LENGTH: int = Comment._meta.get_field("before").max_length or 0
MAX_BY_USER, MAX_LENGTH_BY_USER = 1_000, 300_000
"""How many comments and replies one user may write on a meeting or topic, and how many characters they have with their
passages: every screen about it loads all of them."""
MAX_DETAIL = 60  # characters that tell one part from another of the same name
OWN_TEXTS = ("title", "lead", "text", "notice")
"""The members of a document itself that one can comment on without a passage."""
Act = CommentReply.Act


def require_comment_right(by: Actor, subject: Subject) -> None:
    """Raise NotAllowed if the user has none of the rights to comment."""
    if by.user is None or not may_comment(by.user, subject):
        require_right(by, Right.CHANGE, subject)


@dataclass(frozen=True)
class Passage:
    """What a comment is about: a part of the document, one of its texts if `member` is set, and the quoted words."""

    part_id: UUID
    member: str = ""
    quote: str = ""
    before: str = ""
    after: str = ""


def add_comment(
    subject: Subject, revision: Revision, language: str, passage: Passage, text: str, *, by: Actor, now: dt.datetime
) -> Comment:
    """Add a comment on the text of a revision in one of its languages.

    Raise NotAllowed, and WorkflowError if the text has no such passage, if the comment is empty or too long, or if the
    user has written `MAX_BY_USER`.
    """
    require_comment_right(by, subject)
    refuse_flood(by, subject)
    text = clean_lines(text, "text", MAX_COMMENT_LENGTH, missing=_("Enter your comment."))
    document = get_revision_documents(revision).get(language)
    digest = next((row.document_id for row in revision.documents.all() if row.language == language), "")
    if document is None:
        raise WorkflowError(_("This text cannot be commented on, because it was erased or is not in this language."))
    part = find_part(document, passage.part_id)
    with transaction.atomic():
        comment = Comment.objects.create(
            **get_subject_key(subject),
            **by.sign(now),
            revision=revision,
            language=language,
            document_id=digest,
            part_id=passage.part_id,
            member=passage.member if has_text(part, passage.member) else "",
            place=describe_place(document, part, passage.member)[: Comment._meta.get_field("place").max_length],
            quote=clean_words(passage.quote)[:MAX_QUOTE_LENGTH],
            before=clean_words(passage.before)[-MAX_CONTEXT_LENGTH:],
            after=clean_words(passage.after)[:MAX_CONTEXT_LENGTH],
            text=text,
        )
        notify_of_comment(subject, comment, by, now)
    return comment


def refuse_flood(by: Actor, subject: Subject) -> None:
    """Raise WorkflowError if the user has written `MAX_BY_USER` comments and replies on the meeting or topic.

    Or if these are too long together.
    """
    of_comments = sum((Length(name) for name in ("text", "quote", "before", "after")), start=Value(0))
    replies = CommentReply.objects.filter(comment__in=get_comments(subject), by=by.user)
    written = [
        get_comments(subject).filter(by=by.user).aggregate(number=Count("pk"), length=Sum(of_comments)),
        replies.aggregate(number=Count("pk"), length=Sum(Length("text"))),
    ]
    if sum(found["number"] for found in written) >= MAX_BY_USER:
        message = _("You have commented, answered or settled %d times on this text. More is not possible.")
        raise WorkflowError(message % MAX_BY_USER)
    if sum(found["length"] or 0 for found in written) >= MAX_LENGTH_BY_USER:
        message = _("Your comments on this text have more than %d characters together. More is not possible.")
        raise WorkflowError(message % MAX_LENGTH_BY_USER)


def clean_words(text: str) -> str:
    """Return the text without the characters that a database cannot store."""
    return "".join(sign for sign in text if sign != "\0" and not "\ud800" <= sign <= "\udfff").strip("\n")


def find_part(document: SubjectDocument, part_id: UUID) -> Any:
    """Return the part of the document, or the document itself for its own id. Raise WorkflowError if it has none."""
    if part_id == document.id:
        return document
    part = next((part for part in walk_parts(document) if part.id == part_id), None)
    if part is None:
        raise WorkflowError(_("This text has no such part. Load the page again."))
    return part


def has_text(part: Any, member: str) -> bool:
    """Return whether the part has this member, which may be one of a place (“place.city”)."""
    first, _dot, rest = member.partition(".")
    shape: Any = type(part)
    members = get_members(shape)
    return first in members and (not rest or rest in getattr(type(getattr(part, first)), "__struct_fields__", ()))


def describe_place(document: SubjectDocument, part: Any, member: str = "") -> str:
    """Return the name of a part, and of one of its texts: “Agenda, item 3 “Dublin”: text”."""
    shape: Any = type(part)
    label = get_label(shape, member) if member in get_members(shape) else ""
    if part is document:
        return label[:1].upper() + label[1:]
    where = name_parts(DocumentSide(document))[part.id]
    return f"{where}: {label}" if label else where


def name_parts(side: DocumentSide) -> dict[UUID, str]:
    """Return the name of each part of a document by its id. No two names are equal.

    Where two parts have the same name, such as two links “Photos”, each also has the first of its members that differs,
    or else its number: “Links, link “Photos” (web address: https://…)”.
    """
    places: dict[str, list[LocatedPart]] = {}
    for place in side.parts.values():
        places.setdefault(place.where, []).append(place)
    details_by_name = (tell_apart(side, same_named) for same_named in places.values())
    details = {place.part.id: detail for pairs in details_by_name for place, detail in pairs}
    return {place.part.id: f"{place.where}{details[place.part.id]}" for place in side.parts.values()}


def tell_apart(side: DocumentSide, same_named: list[LocatedPart]) -> Iterator[tuple[LocatedPart, str]]:
    """Yield each of these parts, which have the same name, with what tells it from the others."""
    if len(same_named) == 1:
        yield same_named[0], ""
        return
    parts = [place.part for place in same_named]
    shape: Any = type(parts[0])
    for name, member in get_members(shape).items():
        values = [getattr(part, name) for part in parts if member.label and not member.part]
        words = [cut_text(html_to_words(side.format_value(name, value)), MAX_DETAIL) for value in values]
        if len({*words}) == len(parts):
            yield from zip(same_named, [f" ({member.label}: {word or '–'})" for word in words], strict=True)
            return
    for number, place in enumerate(same_named, 1):
        yield place, " " + _("(%(number)d of %(all)d)") % {"number": number, "all": len(same_named)}


def list_places(document: SubjectDocument) -> list[tuple[str, str]]:
    """Return what a comment can be about without a passage: the texts of the document itself, and all parts.

    Each is an id, for a text with the name of its member (`<id>.lead`), and a name for people.
    """
    parts = [(str(key), name) for key, name in name_parts(DocumentSide(document)).items()]
    texts = [
        (f"{document.id}.{name}", describe_place(document, document, name))
        for name in OWN_TEXTS
        if getattr(document, name, "")
    ]
    return [(str(document.id), _("The whole note")), *texts, *parts]


def reply(subject: Subject, comment_id: int, act: Act | str, text: str = "", *, by: Actor, now: dt.datetime) -> Comment:
    """Answer a comment, settle it or reopen it. It does nothing to settle a settled comment, or reopen an open one.

    Raise NotAllowed, and WorkflowError if the comment is gone, if the answer is empty or to a settled comment, or if
    the user has written `MAX_BY_USER`.
    """
    require_comment_right(by, subject)
    refuse_flood(by, subject)
    missing = _("Enter your answer.") if act == Act.ANSWERED else ""
    text = clean_lines(text, "text", MAX_COMMENT_LENGTH, missing=missing)
    with transaction.atomic():
        comments = Comment.objects.select_for_update(of=("self",), no_key=True)
        comment = comments.filter(pk=comment_id, **get_subject_key(subject)).first()
        if comment is None:
            raise WorkflowError(_("This comment does not exist any more. Load the page again."))
        is_settled = comment.settled_at is not None
        if act == Act.ANSWERED and is_settled:
            raise WorkflowError(_("This comment is settled. Reopen it before you answer."))
        if (act == Act.SETTLED and is_settled) or (act == Act.REOPENED and not is_settled):
            return comment
        CommentReply.objects.create(comment=comment, act=act, text=text, **by.sign(now))
        comment.settled_at = now if act == Act.SETTLED else None
        comment.save(update_fields=["settled_at"])
        if act != Act.SETTLED:
            notify_of_comment(subject, comment, by, now)
    return comment


def get_comments(subject: Subject) -> QuerySet[Comment]:
    return Comment.objects.filter(**get_subject_key(subject))


def load_comments(subject: Subject, user: User) -> list[Comment]:
    """Return all comments, the oldest first, each with its replies.

    Passages of suppressed texts are left out, unless the user may suppress editions.
    """
    replies = Prefetch("replies", CommentReply.objects.order_by("pk"))
    comments = list(get_comments(subject).prefetch_related(replies))
    hide_suppressed_passages(comments, subject, user)
    return comments


def hide_suppressed_passages(comments: Iterable[Comment], subject: Subject, user: User) -> None:
    """Remove the words of suppressed texts from comments, unless the user may suppress editions. Nothing is saved."""
    comments = list(comments)
    if not comments or has_right(user, Right.SUPPRESS, subject):
        return
    closed = find_suppressed_digests({comment.document_id for comment in comments})
    for comment in comments:
        if comment.document_id in closed:
            comment.quote = comment.before = comment.after = comment.place = ""


def count_open_comments(subject: Subject, languages: Iterable[str]) -> int:
    return find_open_comments(subject, languages).count()


def find_open_comments(subject: Subject, languages: Iterable[str]) -> QuerySet[Comment]:
    """Return the open comments on the texts in these languages, the oldest first."""
    return get_comments(subject).filter(settled_at=None, language__in=languages).order_by("pk")


def group_open_comments(subjects: Iterable[Subject]) -> dict[UUID, list[Comment]]:
    """Return the open comments of each subject, the oldest first, in one query."""
    found: dict[UUID, list[Comment]] = {subject.pk: [] for subject in subjects}
    for comment in Comment.objects.filter(subject_id__in=found, settled_at=None):
        found[comment.subject_id].append(comment)
    return found


def find_comments_for(user: int) -> QuerySet[Any]:
    """Return the open comments that wait for the user with this key, the oldest first.

    They are on what the user wrote, submitted or answered. A comment of the user's own counts once somebody has
    answered it. Each has `last_name`, `last_at` and `last_text` of the last answer, if there is one.
    """
    written = Revision.objects.filter(subject_id=OuterRef("subject_id"), by=user)
    answered = CommentReply.objects.filter(comment__subject_id=OuterRef("subject_id"), by=user, act=Act.ANSWERED)
    answers = CommentReply.objects.filter(comment=OuterRef("pk"), act=Act.ANSWERED).order_by("-pk")
    of_others = answers.exclude(by=user)
    own = Q(by=user)
    found = Comment.objects.filter(settled_at=None).filter(
        ~own & (Exists(written) | Exists(answered)) | own & Exists(of_others)
    )
    return found.annotate(
        last_name=Subquery(answers.values("by_name")[:1]),
        last_at=Subquery(answers.values("at")[:1]),
        last_text=Subquery(answers.values("text")[:1]),
    )


def get_comments_version(subject: Subject) -> str:
    """Return a value that changes with every comment and reply, in one query."""
    found = get_comments(subject).aggregate(comments=Count("pk", distinct=True), replies=Count("replies"))
    return f"{found['comments']} {found['replies']}"


def serialize_comments(comments: Collection[Comment]) -> list[dict[str, Any]]:
    """Return the comments as data for the note editor."""
    return [
        {
            "id": comment.pk,
            "part": str(comment.part_id),
            "member": comment.member,
            "language": comment.language,
            "place": comment.place,
            "quote": comment.quote,
            "text": comment.text,
            "by": comment.by_name,
            "at": comment.at.isoformat(),
            "settled": comment.settled_at is not None,
            "replies": [
                {"act": reply.act, "label": reply.get_act_display(), "text": reply.text, "by": reply.by_name,
                 "at": reply.at.isoformat()}
                for reply in comment.replies.all()
            ],
        }
        for comment in comments
    ]  # fmt: skip
