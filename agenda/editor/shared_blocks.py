"""Texts that repeat in many notes, kept once: contacts, links, notices and paragraphs.

A note contains the text of a shared block and no reference to it. What comes from a block is found by comparing texts:
a part belongs to it if it says exactly what the block says or once said. So documents, exports and old editions know
nothing of blocks, and a note that was imported, pasted or written by hand is found as well.
"""

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec import Struct, convert, json, to_builtins

from agenda.editor.saving import build_edited_document
from agenda.editor.templates import ChangedMeanwhile, may_change_template, save_template
from agenda.models import BackgroundTopic, BlockKind, MeetingTemplate, RevisionReason, SharedBlock, SharedBlockVersion
from agenda.workflow.document_length import refuse_long_document
from agenda.workflow.drafts import Subject, SubjectDocument, defer_texts
from agenda.workflow.errors import WorkflowError
from agenda.workflow.restoring import overwrite_document
from agenda.workflow.reviews import select_short_texts
from agenda.workflow.transactions import lock_subject
from meetings.access import NotAllowed, Right, format_whom_to_ask, has_right, has_right_everywhere, require_right
from meetings.access.audit import Actor, record_act
from meetings.documents.encoding import InvalidDocument, decode_document
from meetings.documents.members import get_members
from meetings.documents.schema import Contact, Link, MeetingDocument, Tombstone
from meetings.documents.traversal import walk_parts
from meetings.fields.tag_nesting import check_length
from meetings.models import Act, Configuration, Meeting

MAX_MEETINGS = 300
"""How many meetings are searched for the text of a block, the next ones first."""
MAX_TOPICS = 300
MAX_LENGTH, MAX_VERSIONS = 10_000, 50
"""How many characters a block has, and how many versions are kept: the pages of blocks load all of them."""
MAX_BLOCKS, MAX_TOTAL_LENGTH = 200, 200_000
"""How many blocks there are for one configuration, or for all, in one language, and how many characters they have
together: the note editor's page has all of them."""
MAX_SEARCHED = 40_000_000  # bytes of the texts that are searched for one page
MAX_SEARCH_SECONDS = 1.5  # for one page; many long blocks in many notes would take minutes
TOPIC_KINDS = (BlockKind.LINK, BlockKind.TEXT)
"""The kinds of blocks that a background topic can contain: it has neither contacts nor a notice."""
SHAPES: Mapping[str, Any] = {BlockKind.CONTACT: Contact, BlockKind.LINK: Link}
NO_ID = UUID(int=0)
Owner = Meeting | BackgroundTopic | MeetingTemplate
Content = dict[str, Any]
"""The text of a block as JSON: the members of a contact or link, or only `notice` or `text`."""


@dataclass(frozen=True)
class BlockUse:
    """A meeting, topic or template of a configuration that contains a text of a block: the present one or earlier ones.

    `versions` are the numbers of the block's versions that it contains.
    """

    owner: Owner
    versions: frozenset[int]
    current: int

    @property
    def is_outdated(self) -> bool:
        return self.versions != {self.current}


@dataclass(frozen=True)
class FoundUses:
    """Where blocks are used, by their ids, and the meetings and topics that were not searched.

    Those are too long to be searched together with the others (`MAX_SEARCHED`), or there was no time for them
    (`MAX_SEARCH_SECONDS`), or this version cannot read them.
    """

    by_block: Mapping[UUID, Sequence[BlockUse]]
    not_searched: Sequence[Subject]


@dataclass(frozen=True)
class UpdatedOwners:
    """What an update of notes did: those that were saved, and messages about those that were not."""

    saved: Sequence[Owner]
    problems: Sequence[str] = ()


def may_change_block(by: Actor, desk: Configuration | None) -> bool:
    """Return whether the actor publishes meetings of the configuration, or without one, of all configurations."""
    if by.user is None:
        return True
    return has_right(by.user, Right.PUBLISH, desk) if desk else has_right_everywhere(by.user, Right.PUBLISH)


def require_block_right(by: Actor, desk: Configuration | None) -> None:
    """Raise NotAllowed if the actor may not change the shared blocks of the configuration, or those for all."""
    if not may_change_block(by, desk):
        raise NotAllowed(explain_who_can_change(desk))


def explain_who_can_change(desk: Configuration | None) -> str:
    if desk is None:
        return _("Only publishers of all configurations can change a block that is for all of them.")
    message = _("Only publishers of %s can change its shared blocks.") % desk.code
    return f"{message} {format_whom_to_ask(Right.PUBLISH, desk)}"


def save_block(block: SharedBlock, content: Content, *, by: Actor, number: int) -> bool:
    """Save the name and the text of a new or existing block. Return whether its text has changed.

    A changed text becomes a new version, and the last `MAX_VERSIONS` are kept. No note changes. `number` is the version
    that the user saw, 0 for a new block. Raise ChangedMeanwhile if there is a newer one, NotAllowed, and WorkflowError
    if the text is longer than `MAX_LENGTH`, or the configuration has too many blocks.
    """
    require_block_right(by, block.desk)
    with transaction.atomic():
        if block._state.adding:
            block.save()
        else:
            check_version(block, number)
        last = block.versions.first()
        has_changed = last is None or last.content != content
        if has_changed:
            refuse_long_text(block, content, last)
            block.number += 1
            SharedBlockVersion.objects.create(
                block=block, number=block.number, content=content, by_name=by.display_name, at=timezone.now()
            )
            block.versions.filter(number__lte=block.number - MAX_VERSIONS).delete()
        block.save()
        record_block(by, block, version=block.number, text=describe_content(content) if has_changed else "")
    return has_changed


def refuse_long_text(block: SharedBlock, content: Content, last: SharedBlockVersion | None) -> None:
    """Raise WorkflowError if the text is too long, alone or with the other blocks that the same notes can use.

    `last` is the version before, if there is one: a text that becomes shorter always passes the second limit.
    """
    length = len(describe_content(content))
    if length > MAX_LENGTH:
        raise WorkflowError(_("A shared block may have %d characters at most. Make it shorter.") % MAX_LENGTH)
    others = select_blocks().filter(desk=block.desk, language=block.language).exclude(pk=block.pk)
    lengths = [len(describe_content(get_content(other))) for other in others]
    if last is None and len(lengths) >= MAX_BLOCKS:
        message = _("There can be %d shared blocks for one configuration in one language. Delete some first.")
        raise WorkflowError(message % MAX_BLOCKS)
    is_longer = last is None or length > len(describe_content(last.content))
    if is_longer and sum(lengths) + length > MAX_TOTAL_LENGTH:
        message = _(
            "The shared blocks for one configuration in one language can have %d characters together. Make this text "
            "or others shorter, or delete a block."
        )
        raise WorkflowError(message % MAX_TOTAL_LENGTH)


def delete_block(block: SharedBlock, *, by: Actor, number: int) -> None:
    """Delete the block with its versions. Notes keep their texts. Raise what `save_block` raises."""
    require_block_right(by, block.desk)
    with transaction.atomic():
        check_version(block, number)
        record_block(by, block, deleted=True)
        block.delete()


def check_version(block: SharedBlock, number: int) -> None:
    """Lock the block. Raise ChangedMeanwhile if it is gone or has another version than `number`."""
    saved = SharedBlock.objects.select_for_update(no_key=True).filter(pk=block.pk).first()
    last = saved and saved.versions.first()
    if not last or last.number != number:
        name = last.by_name if last else _("Somebody else")
        raise ChangedMeanwhile(_("%s has changed this since you opened the page.") % name)


def record_block(by: Actor, block: SharedBlock, **details: Any) -> None:
    about: dict[str, Any] = {"title": block.name, "key": str(block.pk), "desk": block.desk.code if block.desk else ""}
    record_act(by, Act.BLOCK_CHANGED, **about, **details)


def describe_content(content: Content) -> str:
    """Return the content in one line, for lists and the audit log."""
    values = (value if isinstance(value, list) else [value] for value in content.values())
    return ", ".join(str(each) for value in values for each in value if each)


def select_blocks(*, with_earlier: bool = False) -> QuerySet[SharedBlock]:
    """Return the shared blocks, each with its latest version, or with all of them, in two queries."""
    versions = SharedBlockVersion.objects.all()
    if not with_earlier:
        versions = versions.filter(number=F("block__number"))
    return SharedBlock.objects.select_related("desk").prefetch_related(Prefetch("versions", versions))


def list_blocks(desk: Configuration, language: str) -> list[SharedBlock]:
    """Return the blocks that meetings of the configuration in this language use, each with its latest version."""
    return list(select_blocks().filter(Q(desk=None) | Q(desk=desk), language=language))


def list_blocks_of(subject: Subject) -> list[SharedBlock]:
    """Return the shared blocks that a meeting or topic can contain, each with its latest version, in two queries."""
    if isinstance(subject, Meeting):
        return list_blocks(subject.configuration, subject.source_language)
    blocks = select_blocks().filter(kind__in=TOPIC_KINDS, language=subject.source_language)
    return list(blocks.filter(Q(desk=None) | Q(desk=subject.desk_id)))


def get_content(block: SharedBlock) -> Content:
    """Return the present text of a block whose latest version is loaded, or load it."""
    content: Content = block.versions.all()[0].content
    return content


def build_part(block: SharedBlock) -> Contact | Link:
    """Return a new contact or link with the text of a block of this kind."""
    part: Contact | Link = convert(get_content(block) | {"id": uuid4()}, SHAPES[block.kind])
    return part


def add_block(document: MeetingDocument, block: SharedBlock) -> None:
    """Add the present text of a block to a document, unless it is there already."""
    if block.number in BlockMatcher(block).find_versions(document):
        return
    if block.kind == BlockKind.CONTACT:
        document.contacts = [*document.contacts, build_part(block)]  # type: ignore[list-item]
    elif block.kind == BlockKind.LINK:
        document.links = [*document.links, build_part(block)]  # type: ignore[list-item]
    elif block.kind == BlockKind.NOTICE:
        document.notice = get_content(block)["notice"]
    else:
        document.lead += get_content(block)["text"]


def read_content(owner: Struct, kind: str) -> Content:
    """Return what a part, or the notice of a document, says, as the content of a block of this kind."""
    if kind not in SHAPES:
        return {kind: getattr(owner, kind)}
    values: Content = to_builtins(owner)
    return {name: value for name, value in values.items() if name not in ("id", "image")}


class BlockMatcher:
    """Find the texts of a block, present and earlier ones, in documents, as far as the block's versions are loaded.

    `numbers` has the number of the version by its text; the latest one counts if two versions say the same.
    """

    def __init__(self, block: SharedBlock) -> None:
        self.block, self.kind = block, block.kind
        self.numbers: dict[bytes | str, int] = {}
        for version in block.versions.all():
            self.numbers.setdefault(self.build_key(version.content), version.number)
        self.current: Any = build_part(block) if self.kind in SHAPES else SimpleNamespace(**get_content(block))
        self.members = tuple(get_content(block))

    def build_key(self, content: Content) -> bytes | str:
        """Return what identifies the text: as it is, or a whole contact or link without its id and image."""
        if self.kind not in SHAPES:
            return str(content[self.kind])
        return json.encode(convert(content | {"id": NO_ID, "image": None}, SHAPES[self.kind]))

    def find_versions(self, document: SubjectDocument) -> frozenset[int]:
        """Return the numbers of the versions whose text the document contains."""
        return frozenset(number for number, _replace in self.find_texts(document))

    def replace_earlier(self, document: SubjectDocument) -> bool:
        """Replace every earlier text by the present one, in place. Return whether there was one.

        Parts keep their ids, so that their translations stay, and count as out of date where the text differs. Raise
        WorkflowError if a text would become too long.
        """
        earlier = {replace_text for number, replace_text in self.find_texts(document) if number != self.block.number}
        for replace_text in earlier:
            replace_text()
        return bool(earlier)

    def find_texts(self, document: SubjectDocument) -> list[tuple[int, Callable[[], None]]]:
        """Return the version of each text that is one of the block, and a function that writes the present one.

        Texts of one member have the same function, which writes all of them at once.
        """
        if self.kind == BlockKind.TEXT:
            return [found for owner in (document, *walk_parts(document)) for found in self.find_paragraphs(owner)]
        if self.kind in SHAPES:
            owners: list[Any] = [part for part in walk_parts(document) if isinstance(part, SHAPES[self.kind])]
        else:
            owners = [document] if isinstance(document, MeetingDocument) else []
        keys = ((owner, self.build_key(read_content(owner, self.kind))) for owner in owners)
        return [(self.numbers[key], partial(self.write, owner)) for owner, key in keys if key in self.numbers]

    def find_paragraphs(self, owner: Struct) -> Iterator[tuple[int, Callable[[], None]]]:
        for name in (name for name, member in get_members(type(owner)).items() if member.is_html):
            write = partial(self.write_paragraphs, owner, name)
            for text in {text for _start, text in self.find_passages(getattr(owner, name))}:
                yield self.numbers[text], write

    def find_passages(self, whole: str) -> Iterator[tuple[int, str]]:
        """Yield where texts of the block begin in a longer text, from left to right. Of two at one place, the longer.

        A regular expression of all texts would take seconds to compile.
        """
        end, next_places = 0, {text: whole.find(text) for text in filter(None, map(str, self.numbers))}
        while True:
            for text, start in next_places.items():
                if 0 <= start < end:
                    next_places[text] = whole.find(text, end)
            found = [(start, -len(text), text) for text, start in next_places.items() if start >= 0]
            if not found:
                return
            start, _length, text = min(found)
            yield start, text
            end = start + len(text)

    def write(self, owner: Struct) -> None:
        for name in self.members:
            setattr(owner, name, getattr(self.current, name))

    def write_paragraphs(self, owner: Struct, name: str) -> None:
        """Write the present text over all earlier ones of a member."""
        before, end, pieces = getattr(owner, name), 0, []
        for start, text in self.find_passages(before):
            pieces += [before[end:start], self.current.text]
            end = start + len(text)
        pieces.append(before[end:])
        try:
            check_length(sum(map(len, pieces)))
        except ValidationError as error:
            raise WorkflowError(error.messages[0]) from error
        setattr(owner, name, "".join(pieces))


def find_uses(blocks: Sequence[SharedBlock], today: dt.date, *, with_past: bool = False) -> FoundUses:
    """Return where the blocks are used: templates, topics, and meetings, the next ones first.

    Past meetings are left out unless `with_past`. The longest notes are not searched, if all together have more than
    `MAX_SEARCHED` bytes, nor those that are left after `MAX_SEARCH_SECONDS`. It takes four queries, however many blocks
    and meetings there are.
    """
    end = time.monotonic() + MAX_SEARCH_SECONDS
    topics = defer_texts(BackgroundTopic.objects.exclude(digest=""))
    subjects: list[Subject] = [*topics.order_by("title", "pk")[:MAX_TOPICS]]
    subjects += select_meetings(today, with_past=with_past)
    by_digest: dict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        by_digest[subject.digest].append(subject)
    matchers = [BlockMatcher(block) for block in blocks]

    def find_versions(document: SubjectDocument, desk: UUID | None) -> dict[UUID, frozenset[int]]:
        """Return the versions of each block that the document of this desk contains."""
        possible = [
            matcher
            for matcher in matchers
            if matcher.block.language == document.source_language and matcher.block.desk_id in (None, desk)
        ]
        return {matcher.block.pk: matcher.find_versions(document) for matcher in possible}

    templates = list(MeetingTemplate.objects.select_related("configuration").order_by("configuration__position"))
    found = {template.pk: find_versions(template.document, template.pk) for template in templates}
    for digest, text in select_short_texts(MAX_SEARCHED, *by_digest).iterator(10):
        if time.monotonic() > end:
            break
        with suppress(InvalidDocument):  # a text that this version cannot read
            document = decode_document(text)
            if not isinstance(document, Tombstone):
                for subject in by_digest[digest]:
                    desk = subject.configuration_id if isinstance(subject, Meeting) else subject.desk_id
                    found[subject.pk] = find_versions(document, desk)
    owners: list[Owner] = [*templates, *subjects]
    uses = {
        block.pk: [
            BlockUse(owner, versions, block.number)
            for owner in owners
            if (versions := found.get(owner.pk, {}).get(block.pk))
        ]
        for block in blocks
    }
    return FoundUses(uses, [subject for subject in subjects if subject.pk not in found])


def select_meetings(today: dt.date, *, with_past: bool) -> QuerySet[Meeting]:
    meetings = defer_texts(Meeting.objects.select_related("configuration").exclude(digest=""))
    if with_past:
        return meetings.order_by(F("start_date").desc(nulls_first=True), "pk")[:MAX_MEETINGS]
    is_coming = Q(start_date=None) | Q(end_date__gte=today)
    return meetings.filter(is_coming).order_by(F("start_date").asc(nulls_last=True), "pk")[:MAX_MEETINGS]


def update_owners(
    block: SharedBlock, subjects: Iterable[Subject], templates: Iterable[MeetingTemplate], *, by: Actor, number: int
) -> UpdatedOwners:
    """Save new drafts of these meetings and topics, and these templates, with the present text of a block.

    Nothing is published: each draft is submitted and approved as any other. Each is saved by itself, so one that cannot
    be saved does not stop the others. Raise ChangedMeanwhile if the block has another version than `number`, the one
    that the user saw.
    """
    with transaction.atomic():
        check_version(block, number)
    saved: list[Owner] = []
    problems = []
    owners: list[Owner] = [*templates, *subjects]
    for owner in owners:
        update: Any = update_template if isinstance(owner, MeetingTemplate) else update_subject
        try:
            is_saved = update(owner, block, by)
        except (InvalidDocument, NotAllowed, WorkflowError, ChangedMeanwhile) as error:
            problems.append(f"{owner}: {error}")
        else:
            if is_saved:
                saved.append(owner)
            else:
                problems.append(_("%s no longer contains an earlier text of this block.") % owner)
    return UpdatedOwners(saved, problems)


def update_subject(subject: Subject, block: SharedBlock, by: Actor) -> bool:
    with transaction.atomic():
        locked = lock_subject(subject)
        require_right(by, Right.CHANGE, locked)
        document = build_edited_document(locked)
        if not BlockMatcher(block).replace_earlier(document):
            return False
        refuse_long_document(document, locked)
        remark = _("Shared block “%s”") % block.name
        overwrite_document(locked, document, by=by, why=RevisionReason.SAVED, remark=remark)
    return True


def update_template(template: MeetingTemplate, block: SharedBlock, by: Actor) -> bool:
    document = template.document
    if not BlockMatcher(block).replace_earlier(document):
        return False
    refuse_long_document(document)
    remark = _("Shared block “%s”") % block.name
    save_template(template.configuration, document, by=by, version=template.version, remark=remark)
    return True


def may_update(by: Actor, owner: Owner) -> bool:
    """Return whether the actor may save a new draft of the meeting or topic, or change the template."""
    if isinstance(owner, MeetingTemplate):
        return may_change_template(by, owner.configuration)
    return by.user is None or has_right(by.user, Right.CHANGE, owner)
