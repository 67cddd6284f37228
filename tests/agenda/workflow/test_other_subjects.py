"""Whatever happens to other meetings and topics, a meeting keeps its rows, and the workflow finds the same about it."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from agenda.models import (
    BackgroundTopic,
    Comment,
    ConfirmedDifference,
    EditorDraft,
    Notice,
    ReleaseEntry,
    Revision,
    RevisionDocument,
    Verdict,
)
from agenda.workflow.authors import AuthorData, find_authors, find_authors_after_save
from agenda.workflow.comments import (
    Passage,
    add_comment,
    get_comments_version,
    group_open_comments,
    load_comments,
    reply,
)
from agenda.workflow.confirmed_differences import get_confirmations
from agenda.workflow.document_checks import load_saved_document
from agenda.workflow.drafts import SubjectEditions, get_live_document, get_translations
from agenda.workflow.note_history import HistoryFilter, list_events
from agenda.workflow.planned_releases import plan_release
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, explain_last_submission, send_back, submit
from agenda.workflow.reviews import (
    Review,
    find_approved_review,
    find_unreleased_review,
    get_approved_digests,
    get_approved_translations,
    get_previous_digests,
)
from agenda.workflow.revisions import keep_revision, keep_translation_revision
from agenda.workflow.same_day_changes.carried_revisions import list_sources_in_review
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from agenda.workflow.scheduled_releases import find_held_releases, find_open_release
from agenda.workflow.states import TextStatus, WorkflowState, annotate_publishers, get_review_label, load_states
from agenda.workflow.suppression import erase, get_edition_by_number, suppress
from agenda.workflow.transfers import is_submitted_or_released
from agenda.workflow.translation_writers import find_writers_of_draft
from agenda.workflow.unsaved_editions import get_edition_reason, get_live_digests, list_missing_languages
from agenda.workflow.withdrawal import find_releases_to_hold, get_open_entries, rollback, withdraw
from meetings.access.audit import Actor
from meetings.access.lone_acts import find_lone_acts
from meetings.models import Edition, EditionDocument, Meeting, SearchRow, Translation
from tests import actions
from tests.agenda.workflow.users import get_shown, save_changes, submit_and_approve
from tests.factories import COMMAND, DAY, PRESS_DAY, make_meeting, make_topic, publish_now, translate

People = dict[str, Actor]
OF_SUBJECT = (Comment, ConfirmedDifference, Edition, EditorDraft, Notice, ReleaseEntry, Revision, Translation)
QUIET = ("draft", "review", "planned", "scheduled", "held", "live", "corrected", "withdrawn")


def make_quiet_meeting(kind: str, day: int, people: People, clock: Any) -> Meeting:
    """Create a meeting with a translation in the state of which the name is given."""
    rule = "wait" if kind == "draft" else "follow"
    meeting = make_meeting(start_date=PRESS_DAY.date() + day * DAY, other_languages=rule)
    translate(meeting, lead="<p>Texte.</p>")
    keep_revision(meeting, timezone.now(), people["anna"])
    if kind == "draft":
        return meeting
    submit(meeting, by=people["anna"])
    passage = Passage(meeting.pk)
    comment = add_comment(
        meeting, Revision.objects.latest("pk"), "en", passage, "Why?", by=people["paul"], now=timezone.now()
    )
    if kind == "planned":
        plan_release(meeting, by=people["paul"], at=PRESS_DAY + DAY)
    if kind in ("review", "planned"):
        return meeting
    reply(meeting, comment.pk, "answered", "So.", by=people["anna"], now=timezone.now())
    approve(meeting, by=people["paul"], shown=get_shown(meeting))
    if kind in ("scheduled", "held"):
        publish(meeting, by=people["paul"], at=PRESS_DAY + 2 * DAY)
        if kind == "held":
            actions.hold(meeting)
        return meeting
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    if kind == "corrected":
        submit_and_approve(people, save_changes(meeting, notice="Corrected."))
        keep_revision(save_changes(meeting, notice="Corrected again."), timezone.now(), people["anna"])
    if kind == "withdrawn":
        clock.move_to(withdraw(meeting, by=people["paul"], reason="Sent too early.").available_from)
    return meeting


def do_everything(people: People, clock: Any, meeting: Meeting, topic: BackgroundTopic) -> None:
    """Do what the workflow can do, with another meeting and a topic."""
    for language in ("fr", "de"):
        translate(meeting, None, language, lead="<p>Texte.</p>")
    submit(meeting, topic, by=people["anna"])
    revision = Revision.objects.for_subject("meeting", meeting.pk)[0]
    comment = add_comment(
        meeting, revision, "en", Passage(meeting.pk), "Which room?", by=people["paul"], now=timezone.now()
    )
    reply(meeting, comment.pk, "answered", "This one.", by=people["anna"], now=timezone.now())
    send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Why?")
    plan_release(topic, by=people["paul"], at=PRESS_DAY + DAY)
    approve(topic, by=people["paul"], shown=get_shown(topic))
    submit_and_approve(people, save_changes(meeting, notice="Tomorrow."))
    actions.schedule_approved(meeting, at=PRESS_DAY + DAY)
    actions.move(meeting, at=PRESS_DAY + 3 * DAY)
    actions.hold(meeting)
    actions.call_off_release_on_hold(meeting)
    clock.move_to(publish(meeting, topic, by=people["paul"])[0].available_from)
    publish_now(clock, save_changes(meeting, notice="Corrected."), note="Corrected.")
    clock.move_to(rollback(meeting, by=people["paul"], reason="Wrong.").available_from)
    change = SameDayChange(alert="Wait.", meeting={"status": "provisional"})
    clock.move_to(publish_same_day_change(meeting, change, by=people["dora"]).available_from)
    second = get_edition_by_number(meeting, 2)
    suppress(meeting, second, by=people["paul"], reason="A private number.")
    erase(meeting, second, by=COMMAND, reason="Court order.")
    keep_revision(save_changes(meeting, notice="Later."), timezone.now(), people["anna"])
    keep_translation_revision(meeting, timezone.now(), people["anna"], "fr")
    submit_and_approve(people, save_changes(meeting, notice="Later."))
    clock.move_to(withdraw(meeting, by=people["paul"], reason="Wrong.").available_from)
    publish(meeting, by=people["paul"], force="It is urgent.", note="Back.", at=PRESS_DAY + 4 * DAY)
    clock.move_to(withdraw(topic, by=people["paul"], reason="Wrong.").available_from)


def describe_rows(meeting: Meeting) -> dict[str, list[Any]]:
    """Return the rows that belong to the meeting, by table."""
    rows: dict[Any, QuerySet[Any]] = {
        model: model._default_manager.filter(subject_id=meeting.pk) for model in OF_SUBJECT
    }
    rows[Verdict] = Verdict.objects.filter(revision__subject_id=meeting.pk)
    rows[RevisionDocument] = RevisionDocument.objects.filter(revision__subject_id=meeting.pk)
    rows[SearchRow] = SearchRow.objects.filter(edition__subject_id=meeting.pk)
    rows[Meeting] = Meeting.objects.filter(pk=meeting.pk)
    documents = EditionDocument.objects.filter(edition__subject_id=meeting.pk).order_by("pk")
    releases = ReleaseEntry.objects.filter(subject_id=meeting.pk).order_by("pk")
    return {model.__name__: [*found.order_by("pk").values()] for model, found in rows.items()} | {
        "texts": [*documents.values_list("language", "document__text")],
        "releases": [*releases.values_list("release__state", "release__at", "release__reason")],
        "lone acts": [*find_lone_acts().filter(subject_id=meeting.pk).values_list("pk")],
    }


def describe(meeting: Meeting, user: Any) -> dict[str, Any]:
    """Return what the workflow finds about the meeting."""
    meeting, now = Meeting.objects.get(pk=meeting.pk), timezone.now()
    review, approved = Review.latest(meeting), find_approved_review(meeting)
    editions, places = SubjectEditions(meeting, now), [(meeting.pk, language) for language in ("en", "fr")]
    published = annotate_publishers(Edition.objects.for_subject("meeting", meeting.pk))
    found: dict[str, Any] = {
        "state": vars(WorkflowState(load_states(Meeting, [meeting.pk], now)[meeting.pk])) | {"as_of": None},
        "approved": approved and (approved.revision.pk, get_approved_digests(approved.revision)),
        "unreleased": find_unreleased_review(meeting) is None,
        "translations": get_translations(meeting),
        "approved translations": get_approved_translations(meeting.pk),
        "open release": find_open_release(meeting, now),
        "held releases": find_held_releases([meeting]),
        "entries": [*get_open_entries(meeting, now)],
        "to hold": find_releases_to_hold(meeting, now),
        "live": (get_live_digests(meeting.pk, now), get_live_document(meeting, now)),
        "editions": (editions.visible, editions.pending),
        "publishers": [edition.published_by for edition in published],  # type: ignore[attr-defined]
        "missing": list_missing_languages(meeting, ["en"], now),
        "reason": get_edition_reason(meeting.pk, {"en": "another"}, now, is_editorial=False),
        "comments": [(comment, [*comment.replies.all()]) for comment in load_comments(meeting, user)],
        "comments version": get_comments_version(meeting),
        "open comments": group_open_comments([meeting]),
        "history": [list_events(meeting, which, 0, 99) for which in HistoryFilter],
        "saved": load_saved_document(meeting),
        "label": get_review_label(meeting, "en", meeting.digest),
        "text": TextStatus.for_text("meeting", meeting.pk, meeting.digest, now),
        "submitted": is_submitted_or_released(meeting),
        "texts of authors": [vars(AuthorData([place])) for place in places],
        "writers": [find_writers_of_draft(meeting, language) for _key, language in places],
        "next authors": [find_authors_after_save(meeting, language, user) for language in ("en", "fr")],
        "in review": [*list_sources_in_review(meeting, now)],
        "confirmations": get_confirmations(meeting, "fr"),
    }
    if review:
        digests = {str(text.language): text.digest for text in review.languages}
        found["review"] = [(text.language, text.digest, text.shown, text.state) for text in review.languages]
        found["previous texts"] = get_previous_digests(review)
        found["authors"] = find_authors([(review.revision, language) for language in digests])
        found["last submission"] = explain_last_submission(review, digests, now)
    return found


def test_nothing_that_happens_to_others_changes_a_meeting(people: People, clock: Any) -> None:
    quiet = {kind: make_quiet_meeting(kind, day, people, clock) for day, kind in enumerate(QUIET)}
    user = people["anna"].user
    before = {kind: describe(meeting, user) for kind, meeting in quiet.items()}
    rows = {kind: describe_rows(meeting) for kind, meeting in quiet.items()}
    do_everything(people, clock, make_meeting("env"), make_topic())
    plan_release(make_meeting("gac"), by=people["paul"], at=PRESS_DAY + 2 * DAY)
    for kind, meeting in quiet.items():
        for name, found in describe(meeting, user).items():
            assert found == before[kind][name], (kind, name)
        for table, found in describe_rows(meeting).items():
            assert found == rows[kind][table], (kind, table)
