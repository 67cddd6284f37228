"""Build the documents of the working copy, as publishing would freeze them, and find what prevents publication."""

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _

from agenda.documents.building import (
    MeetingRows,
    build_meeting,
    build_topic,
    group_names_by_language,
    load_rows,
    load_topic_names,
)
from agenda.documents.checks import Check, CheckLevel, build_check, check_errors
from agenda.documents.translations.segments import TextKey
from agenda.documents.translations.translated_document import (
    TranslatedText,
    TranslatedTexts,
    build_document_in_language,
    compute_source_digests,
    translate_document,
)
from agenda.models import BackgroundTopic
from agenda.workflow.removed_places import find_removed_words, remove_words
from meetings.database.prepared_query import fetch_objects, fetch_rows, pad_keys
from meetings.documents.choices import MeetingStatus
from meetings.documents.document_urls import build_address, find_address
from meetings.documents.encoding import compute_digest, decode_document, encode_document
from meetings.documents.schema import EarlierDate, Item, MeetingDocument, Tombstone, TopicDocument, TopicName
from meetings.documents.traversal import walk_items
from meetings.editions.freezing import SuppressedTextError, refuse_suppressed
from meetings.fields.richtext import RichTextField
from meetings.models import Edition, EditionDocument, Meeting, SubjectType, Translation
from meetings.models.edition import has_address
from meetings.models.meeting import format_meeting_name
from meetings.reference.places import translate_place_name

Subject = Meeting | BackgroundTopic
SubjectDocument = MeetingDocument | TopicDocument
TopicNames = dict[UUID, TopicName]
NO_TOPIC_NAMES: Mapping[str, TopicNames] = MappingProxyType({})
NO_DOCUMENT = "-"  # no edition has this digest, so the working copy counts as changed
Row = TypeVar("Row", bound=Model)


def get_subject_type(subject: Subject | SubjectDocument) -> SubjectType:
    return SubjectType.MEETING if isinstance(subject, Meeting | MeetingDocument) else SubjectType.TOPIC


def get_subject_key(subject: Subject | SubjectDocument) -> dict[str, Any]:
    """Return the columns by which rows refer to a meeting or topic, as keyword arguments."""
    return {"subject_type": get_subject_type(subject), "subject_id": subject.id}


def load_subjects(keys: Iterable[UUID], *, with_texts: bool = True) -> dict[UUID, Any]:
    """Return the meetings and topics with these keys, by key, in two queries. Without keys, there is no query.

    Without texts, `defer_texts` leaves out the formatted ones.
    """
    padded, selects = pad_keys(keys), (select_meetings_by_key, select_topics_by_key)
    if not with_texts:
        selects = select_meetings_without_texts, select_topics_without_texts
    return {subject.pk: subject for select in selects for subject in fetch_objects(select, *padded)}


def defer_texts(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Leave out the formatted texts until they are used. A list of rows that does not show them may need megabytes."""
    columns = rows.model._meta.fields
    return rows.defer(*(column.name for column in columns if isinstance(column, RichTextField)))


def select_meetings_by_key(*keys: UUID) -> QuerySet[Meeting]:
    return Meeting.objects.filter(pk__in=keys).select_related("configuration")


def select_topics_by_key(*keys: UUID) -> QuerySet[BackgroundTopic]:
    return BackgroundTopic.objects.filter(pk__in=keys).select_related("desk")


def select_meetings_without_texts(*keys: UUID) -> QuerySet[Meeting]:
    return defer_texts(select_meetings_by_key(*keys))


def select_topics_without_texts(*keys: UUID) -> QuerySet[BackgroundTopic]:
    return defer_texts(select_topics_by_key(*keys))


def get_meeting_name(meeting: Meeting | MeetingDocument) -> str:
    """Return the name of the meeting for screens. For a document, it is the name that the working copy had."""
    return format_meeting_name(meeting.configuration.code, meeting.start_date, meeting.address_word)


def build_draft(
    subject: Subject, now: dt.datetime, *, language: str = "", names: Mapping[str, TopicNames] = NO_TOPIC_NAMES
) -> SubjectDocument:
    """Build the document in a language, by default the source language, even if it is not translated.

    No row is changed. Topics have the names that they have in `names` (by language), otherwise in their live edition
    at `now`. Raise InvalidDocument.
    """
    language = language or subject.source_language
    topic_names_by_language = get_topic_names(subject, now, (), names, {language})
    source = build_source_draft(subject, now, topic_names_by_language)
    texts = get_translations(subject, language).get(language, {}) if language != source.language else {}
    return build_document_in_language(source, language, texts, topic_names_by_language.get(language))


def build_drafts(
    subject: Subject,
    now: dt.datetime,
    released: Sequence[TopicDocument] = (),
    *,
    names: Mapping[str, TopicNames] = NO_TOPIC_NAMES,
    translations: Mapping[str, TranslatedTexts] | None = None,
    rows: MeetingRows | None = None,
) -> list[SubjectDocument]:
    """Build the documents in the source language, which comes first, and in each translated language.

    A language counts if at least one text has a current translation. `translations` replace those of the working copy.
    Topics have the names that they have in `released` (topics that go out together with a meeting), otherwise as in
    `build_draft`. `rows` are those of the meeting, if they are loaded already.
    """
    translations = get_translations(subject) if translations is None else translations
    topic_names_by_language: dict[str, TopicNames] = {}
    if isinstance(subject, Meeting):
        rows = rows or load_rows(subject)
    if rows and rows.topics:
        topic_names_by_language = get_topic_names(subject, now, released, names, translations)
    source = build_source_draft(subject, now, topic_names_by_language, rows)
    digests = compute_source_digests(source) if translations else {}
    others = (
        translate_document(source, language, translations[language], topic_names_by_language.get(language), digests)
        for language in sorted(translations)
    )
    return [source, *(document for document in others if document)]


def build_source_draft(
    subject: Subject, now: dt.datetime, called: Mapping[str, TopicNames], rows: MeetingRows | None = None
) -> SubjectDocument:
    if isinstance(subject, BackgroundTopic):
        return build_topic(subject)
    meeting = copy.copy(subject)
    meeting.previous = get_earlier_dates(subject, get_live_document(subject, now))
    document = build_meeting(meeting, called.get(subject.source_language), rows)
    return remove_words(document, document, find_removed_words(document, now))


def get_topic_names(
    subject: Subject,
    now: dt.datetime,
    released: Sequence[TopicDocument],
    names: Mapping[str, TopicNames],
    languages: Iterable[str],
) -> dict[str, TopicNames]:
    """Return the names of the topics of a meeting's agenda items, by language.

    A topic that goes out together with the meeting has only the names of that text: its name in another language may be
    out of date.
    """
    if isinstance(subject, BackgroundTopic):
        return {}
    source = subject.source_language
    all_languages = {source, *languages}
    live = load_topic_names(subject, now, all_languages)
    released_names = group_names_by_language(released, source)
    released_ids = {topic.id for topic in released}

    def called(language: str) -> TopicNames:
        known = live.get(language, {}) | names.get(language, {})
        return {topic: name for topic, name in known.items() if topic not in released_ids} | released_names.get(
            language, {}
        )

    return {language: called(language) for language in all_languages}


def get_translations(subject: Subject, *languages: str) -> dict[str, dict[TextKey, TranslatedText]]:
    """Return the translated texts of the working copy by language, whether out of date or not, in one query."""
    translations: dict[str, dict[TextKey, TranslatedText]] = defaultdict(dict)
    for language, row, field, text, source in fetch_rows(
        select_translations, get_subject_type(subject), subject.pk, *pad_keys(languages)
    ):
        if languages or language != subject.source_language:
            translations[language][row, field] = TranslatedText(text, source)
    return dict(translations)


def select_translations(subject_type: str, subject_id: UUID, *languages: str) -> QuerySet[Translation, Any]:
    rows = Translation.objects.filter(subject_type=subject_type, subject_id=subject_id)
    rows = rows.filter(language__in=languages) if languages else rows
    return rows.values_list("language", "row_id", "field", "text", "source_digest")


def compute_draft_digest(document: SubjectDocument) -> str:
    return compute_digest(encode_document(document))


def save_digest(subject: Subject, digest: str) -> None:
    subject.digest = digest
    type(subject)._default_manager.filter(pk=subject.pk).update(digest=digest)


def get_edition_documents(edition: Edition) -> list[SubjectDocument]:
    """Return the documents of an edition, one for each language, without tombstones and erased texts."""
    documents = [decode_document(text) for (text,) in fetch_rows(select_texts_of_edition, edition.pk)]
    return [document for document in documents if not isinstance(document, Tombstone)]


def select_texts_of_edition(edition: UUID) -> QuerySet[EditionDocument, Any]:
    return EditionDocument.objects.filter(edition=edition).exclude(document__text="").values_list("document__text")


class SubjectEditions:
    """All editions of a meeting or topic, as of an instant, oldest first, in one query."""

    def __init__(self, subject: Subject, now: dt.datetime) -> None:
        editions = fetch_objects(select_editions, get_subject_type(subject), subject.pk)
        self.visible = [edition for edition in editions if edition.available_from <= now]
        self.pending = [edition for edition in editions if edition.available_from > now]

    @property
    def current(self) -> Edition | None:
        return self.visible[-1] if self.visible else None

    @property
    def live(self) -> Edition | None:
        return self.current if self.current and not self.current.is_tombstone else None


def select_editions(subject_type: str, subject_id: UUID) -> QuerySet[Edition]:
    return Edition.objects.for_subject(subject_type, subject_id)


def get_source_document(edition: Edition) -> SubjectDocument:
    """Return the document of an edition, which is neither a tombstone nor erased, in its source language."""
    row = edition.documents.select_related("document").get(language=edition.source_language)
    document = decode_document(row.document.text)
    assert not isinstance(document, Tombstone), "the edition is a tombstone"
    return document


def get_live_document(subject: Subject | SubjectDocument, now: dt.datetime) -> SubjectDocument | None:
    for (text,) in fetch_rows(select_live_text, get_subject_type(subject), subject.id, now):
        document = decode_document(text)
        return None if isinstance(document, Tombstone) else document
    return None


def select_live_text(subject_type: str, subject_id: UUID, now: dt.datetime) -> QuerySet[EditionDocument, Any]:
    about = {"edition__subject_type": subject_type, "edition__subject_id": subject_id}
    live = EditionDocument.objects.live(now).filter(**about, language=F("edition__source_language"))
    return live.values_list("document__text")


def has_moved(live: MeetingDocument, now: Meeting | MeetingDocument) -> bool:
    city = now.city if isinstance(now, Meeting) else now.place.city
    old_place, new_place = (
        translate_place_name(place_city, live.language, live.language) for place_city in (live.place.city, city)
    )
    return (live.start_date, live.end_date, old_place) != (now.start_date, now.end_date, new_place)


def explain_missing_reason(meeting: Meeting | MeetingDocument, live: SubjectDocument | None) -> str:
    """Return a message if somebody moves or calls off a published meeting without a new public reason; otherwise ""."""
    if not isinstance(live, MeetingDocument):
        return ""
    called_off = meeting.status != live.status and meeting.status in ("postponed", "cancelled")
    if not (called_off or has_moved(live, meeting)) or meeting.status_reason not in ("", live.status_reason):
        return ""
    message = _(
        "“%(meeting)s” is published with another date, place or status. Enter the public reason for the change first."
    )
    if meeting.status_reason:
        message = _(
            "“%(meeting)s” is published with another date, place or status. "
            "The public reason is still the one for the earlier change (“%(reason)s”). Enter the reason for this one."
        )
    return message % {"meeting": get_meeting_name(meeting), "reason": live.status_reason}


def get_earlier_dates(meeting: Meeting, live: SubjectDocument | None) -> list[EarlierDate]:
    """Return when and where the meeting was published to be before, with the live date if it has moved since."""
    if not isinstance(live, MeetingDocument):
        return list(meeting.previous)
    if not has_moved(live, meeting) or live.start_date is None:
        return list(live.previous)
    return [*live.previous, build_earlier_date(live)]


def build_earlier_date(meeting: MeetingDocument) -> EarlierDate:
    place = meeting.place
    return EarlierDate(start_date=meeting.start_date, end_date=meeting.end_date, city=place.city, venue=place.venue)


def explain_unchanged_date(meeting: MeetingDocument, live: SubjectDocument | None) -> str:
    """Return a message if somebody postpones a published meeting but keeps its published date; otherwise ""."""
    if not isinstance(live, MeetingDocument) or meeting.start_date is None:
        return ""
    if meeting.status != MeetingStatus.POSTPONED or live.status == MeetingStatus.POSTPONED:
        return ""
    if (meeting.start_date, meeting.end_date) != (live.start_date, live.end_date):
        return ""
    message = _(
        "“%s” is postponed but still has the published date. Enter the new date, or delete the old one if no new date "
        "is known."
    )
    return message % get_meeting_name(meeting)


@dataclass(frozen=True)
class RelatedEditions:
    """What the checks of a document need to know about editions that are live or scheduled.

    `live` is the live edition of the document's meeting or topic. `address_is_taken` says whether another one has its
    address, and `live_topics` are those of its topics that are live.
    """

    live: Edition | None
    address_is_taken: bool
    live_topics: Set[UUID]


def find_publication_blockers(document: SubjectDocument, now: dt.datetime, *, is_released: bool = False) -> list[str]:
    """Return why the document cannot be published, as messages. That it is published already is not a reason.

    `is_released` is as for `find_blocking_checks`.
    """
    return [check.message for check in find_blocking_checks(document, now, is_released=is_released)]


def find_blocking_checks(
    document: SubjectDocument,
    now: dt.datetime,
    editions: RelatedEditions | None = None,
    *,
    is_new_text: bool = False,
    is_released: bool = False,
) -> list[Check]:
    """Return why the document can neither be submitted nor published, with the member that each reason is about.

    `editions` are those of `load_related_editions`, if they are loaded already. `is_new_text` means that no stored
    document has this text, so that it cannot be suppressed. `is_released` means that it is live or scheduled, and that
    only a language is added.
    """
    checks = [*check_errors(document)]
    editions = editions or load_related_editions(document, now)
    if editions.live and any(check.member == "state_note" for check in checks):  # of a rule that came after it
        published = check_errors(get_source_document(editions.live))
        known = {check.id for check in published if check.member == "state_note"}
        checks = [check for check in checks if check.member != "state_note" or check.id not in known]

    def refuse(member: str, message: str) -> None:
        if message:
            checks.append(build_check(CheckLevel.SUBMIT, document, member, message))

    try:
        if not is_new_text:
            refuse_suppressed([compute_draft_digest(document)])
    except SuppressedTextError as error:
        refuse("", str(error))
    if isinstance(document, MeetingDocument) and editions.live and has_other_facts(editions.live, document):
        live = get_source_document(editions.live)
        refuse("status_reason", explain_missing_reason(document, live))
        refuse("start_date", explain_unchanged_date(document, live))
    if isinstance(document, MeetingDocument) and not is_released and find_removed_words(document, now):
        refuse("", _("This text names an earlier place that was removed from the site. Submit it again, without it."))
    member = "address_word" if isinstance(document, MeetingDocument) else "slug"
    refuse(member, explain_address_conflict(document, editions))
    return checks


def has_other_facts(live: Edition, document: MeetingDocument) -> bool:
    """Return whether the document has another status, day or city than its live edition, as written."""
    old = (live.status, live.start_date, live.end_date, live.city)
    return old != (document.status, document.start_date, document.end_date, document.place.city)


def load_related_editions(document: SubjectDocument, now: dt.datetime) -> RelatedEditions:
    """Load what the checks of the document need to know about editions, in one query."""
    address = find_address(document)  # check_errors reports that there is none
    topics = {topic.id for _item, topic in list_topics(document)}
    found = fetch_objects(
        select_related_editions, get_subject_type(document), document.id, address, now, *pad_keys(topics)
    )
    live = {edition.subject_id: edition for edition in found if edition.available_from <= now}
    return RelatedEditions(
        live.get(document.id),
        any(edition.address == address and edition.subject_id != document.id for edition in found),
        topics & live.keys(),
    )


def select_related_editions(
    subject_type: str, subject_id: UUID, address: str, now: dt.datetime, *topics: UUID
) -> QuerySet[Edition]:
    own, of_topics = (
        Q(subject_type=subject_type, subject_id=subject_id),
        Q(subject_type=SubjectType.TOPIC, subject_id__in=topics),
    )
    editions = Edition.objects.filter(own | has_address(address) | of_topics)
    return editions.live(now) | editions.pending(now)


def list_topics(document: SubjectDocument) -> list[tuple[Item, TopicName]]:
    """Return the topics of the agenda items, each with its item."""
    agenda = document.agenda if isinstance(document, MeetingDocument) else []
    return [(item, topic) for item, _parent in walk_items(agenda) for topic in item.topics]


def explain_address_conflict(document: SubjectDocument, editions: RelatedEditions) -> str:
    """Return a message if another meeting or topic has the document's address; otherwise ""."""
    if not editions.address_is_taken:
        return ""
    message = _("Another meeting or topic has the address %s. Add a word to the address of this one.")
    return message % build_address(document)
