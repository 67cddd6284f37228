"""The place of an edition that was removed or withdrawn does not come back as an earlier place of later ones."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from msgspec.structs import replace

from agenda.documents.translations.segments import list_segments
from agenda.models import Release
from agenda.workflow.drafts import build_draft, compute_draft_digest, get_edition_documents, get_live_document
from agenda.workflow.errors import WorkflowError
from agenda.workflow.publication import publish
from agenda.workflow.removed_places import find_removed_words
from agenda.workflow.restoring import restore_document
from agenda.workflow.review_actions import approve, submit
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from agenda.workflow.scheduled_releases import resume_release
from agenda.workflow.suppression import erase, suppress
from agenda.workflow.unsaved_editions import get_edition_digests
from agenda.workflow.withdrawal import rollback
from meetings.documents.schema import EarlierDate, MeetingDocument
from meetings.models import Edition, Meeting
from tests.admin_forms import create_client_with_role
from tests.agenda.workflow.translations import (
    approve_french_translation,
    create_translators,
    release_approved_translations,
)
from tests.agenda.workflow.users import (
    create_people,
    get_people,
    get_shown,
    get_submitted_digests,
    save_changes,
    submit_and_approve,
)
from tests.factories import COMMAND, DAY, MINUTE, PRESS_DATE, PRESS_DAY, make_meeting, publish_now, translate, withdraw
from tests.factories import publish as publish_later
from tests.public_requests import Visitor

SECRET = "Villa Zyx, home of the minister"
REASON = "It named a private address."


@pytest.fixture
def moved(db: None, clock: Any) -> Meeting:
    """A meeting that was published at a private address in Tallinn, and then moved to Brussels."""
    meeting = make_meeting(city="Tallinn", venue=SECRET)
    publish_now(clock, meeting)
    clock.shift(MINUTE)
    change(meeting, city="Brussels", venue="Europa building", status_reason="It moves to Brussels.")
    publish_now(clock, Meeting.objects.get(), note="The meeting moves.")
    clock.shift(MINUTE)
    return Meeting.objects.get()


def change(meeting: Meeting, **values: Any) -> Meeting:
    changed: Meeting = save_changes(Meeting.objects.get(pk=meeting.pk), **values)
    return changed


def remove(number: int) -> Edition:
    edition = Edition.objects.order_by("available_from")[number - 1]
    suppress(Meeting.objects.get(), edition, by=COMMAND, reason=REASON)
    return edition


def get_live() -> MeetingDocument:
    document = get_live_document(Meeting.objects.get(), timezone.now())
    assert isinstance(document, MeetingDocument)
    return document


def get_draft() -> MeetingDocument:
    draft = build_draft(Meeting.objects.get(), timezone.now())
    assert isinstance(draft, MeetingDocument)
    return draft


def open_removal(edition: Edition) -> str:
    client: Client = create_client_with_role("Publishers", "petra")
    page = client.get(f"/admin/meetings/meeting/{edition.subject_id}/editions/{edition.pk}/suppress/")
    return page.content.decode()


def read_page(visitor: Visitor) -> str:
    pages = (f"/en/meetings/jha/{PRESS_DATE:%Y/%m/%d}/{name}" for name in ("", "meeting.ics"))
    return "".join(visitor.get(page).content.decode() for page in pages)


@pytest.mark.parametrize("is_erased", [False, True], ids=["removed", "erased"])
def test_next_edition_does_not_name_a_removed_place(
    moved: Meeting, visitor: Visitor, clock: Any, *, is_erased: bool
) -> None:
    assert "Villa Zyx" in read_page(visitor)
    edition = remove(1)
    if is_erased:
        erase(moved, edition, by=COMMAND, reason=REASON)
    draft = Meeting.objects.get()
    assert draft.version == moved.version + 1  # it has changed: somebody can submit it
    publish_now(clock, draft, note="An address is gone.")
    assert "Villa Zyx" not in read_page(visitor)
    assert get_live().previous == []  # it is on the same day as before


def test_another_date_stays_without_its_place(db: None, clock: Any) -> None:
    meeting = make_meeting(city="Tallinn", venue=SECRET)
    publish_now(clock, meeting)
    clock.shift(MINUTE)
    later = PRESS_DATE + DAY
    change(meeting, start_date=later, end_date=later, status_reason="It is a day later.")
    publish_now(clock, Meeting.objects.get(), note="A day later.")
    clock.shift(MINUTE)
    change(meeting, venue="Creative Hub")
    publish_now(clock, Meeting.objects.get(), note="A better place.")
    clock.shift(MINUTE)
    for number in (1, 2):
        remove(number)
    publish_now(clock, Meeting.objects.get(), note="An address is gone.")
    assert get_live().previous == [EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE, city="Tallinn")]


def test_nor_is_the_place_of_a_withdrawn_note_there_once_it_is_published_again(moved: Meeting, clock: Any) -> None:
    clock.move_to(withdraw(moved, reason=REASON).available_from)
    clock.shift(MINUTE)
    publish_now(clock, change(moved, notice="Again."), note="Again.")
    assert get_live().previous == []


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_previous_edition_is_restored_without_it(moved: Meeting, clock: Any, *, is_withdrawn: bool) -> None:
    """Also if another edition had it, which nobody can read since the withdrawal. No draft has such a text."""
    change(moved, notice="Not finished.")
    remove(1)
    if is_withdrawn:
        clock.move_to(withdraw(moved, reason=REASON).available_from)
    else:
        publish_now(clock, change(moved, notice="A mistake."), note="A mistake.")
    clock.shift(MINUTE)
    restored = rollback(moved, by=COMMAND, reason="The meeting is as before.")
    clock.move_to(restored.available_from)
    live = get_live()
    assert (live.place.city, live.previous) == ("Brussels", [])
    assert [*get_edition_digests(restored).values()] == [compute_draft_digest(live)]


@pytest.mark.parametrize(
    ("places", "removed", "left"),
    [
        ([("Riga", "Old house"), ("Tallinn", SECRET)], [2], [("Riga", "Old house")]),
        ([("Brussels", SECRET), ("Tallinn", "Creative Hub")], [1, 2], []),  # nothing is left that readers do not see
    ],
)
def test_restored_translation_has_the_same_earlier_places(
    db: None, clock: Any, places: list[tuple[str, str]], removed: list[int], left: list[tuple[str, str]]
) -> None:
    """Their words are not translated, which the translation says by their numbers."""
    people = create_translators()
    meeting = make_meeting()
    for number, (city, venue) in enumerate([*places, ("Brussels", "Europa building")]):
        meeting = change(meeting, city=city, venue=venue, status_reason=f"Move {number}.")
        submit_and_approve(people, meeting)
        if venue == "Europa building":
            approve_french_translation(meeting, people, city="Bruxelles")
        clock.move_to(publish(meeting, by=people["petra"], note=f"Move {number}.")[0].available_from)
        clock.shift(MINUTE)
    for number in removed:
        remove(number)
    publish_now(clock, change(meeting, notice="A mistake."), note="A mistake.")
    clock.shift(MINUTE)
    for document in get_edition_documents(rollback(meeting, by=COMMAND, reason="As before.")):
        assert isinstance(document, MeetingDocument)
        assert [(place.city, place.venue) for place in document.previous] == left
        assert {*document.fallbacks} <= {segment.path for segment in list_segments(document)}


def test_edition_that_differs_by_the_place_only_is_not_restored(moved: Meeting, clock: Any) -> None:
    """Readers would read the same text again, with a sentence on what changed."""
    remove(1)
    publish_now(clock, Meeting.objects.get(), note="An address is gone.")
    clock.shift(MINUTE)
    with pytest.raises(WorkflowError, match="There is no previous edition to restore"):
        rollback(moved, by=COMMAND, reason="As before.")


def test_what_is_scheduled_with_it_is_put_on_hold(moved: Meeting, clock: Any) -> None:
    publish_later(change(moved, notice="For tomorrow."), at=PRESS_DAY + DAY, note="A notice.")
    remove(1)
    [release] = Release.objects.filter(state=Release.State.ON_HOLD)
    with pytest.raises(WorkflowError, match="names an earlier place that was removed from the site"):
        resume_release(release, by=COMMAND, at=PRESS_DAY + DAY)


def test_translation_joins_what_still_names_it(moved: Meeting, clock: Any) -> None:
    """Nothing new is read, and the language would be missing until the correction."""
    create_translators()
    people = get_people()
    correction = change(moved, notice="For the press.")
    submit_and_approve(people, correction)
    clock.move_to(publish(correction, by=people["petra"], note="A notice.")[0].available_from)
    clock.shift(MINUTE)
    remove(1)
    approve_french_translation(correction, people)
    edition = release_approved_translations(correction, people["rita"])
    assert edition is not None
    assert edition.edition.languages == ["en", "fr"]


def test_whoever_removes_an_edition_is_no_author_of_the_draft(moved: Meeting) -> None:
    create_people()
    people = get_people()
    suppress(moved, Edition.objects.earliest("available_from"), by=people["petra"], reason=REASON)
    submit(Meeting.objects.get(), by=people["anna"])
    approve(Meeting.objects.get(), by=people["petra"], shown=get_shown(moved))
    assert not find_removed_words(get_draft(), timezone.now())


def test_it_stays_in_a_note_that_was_withdrawn_by_mistake(moved: Meeting, clock: Any) -> None:
    clock.move_to(withdraw(moved, reason=REASON).available_from)
    clock.shift(MINUTE)
    clock.move_to(rollback(moved, by=COMMAND, reason="It was a mistake.").available_from)
    clock.shift(MINUTE)
    publish_now(clock, change(moved, notice="Again."), note="Again.")
    assert [earlier.venue for earlier in get_live().previous] == [SECRET]


def test_place_that_readers_can_read_elsewhere_stays(moved: Meeting, clock: Any) -> None:
    publish_now(clock, change(moved, city="Tallinn", status_reason="It is in Tallinn."), note="Back.")
    clock.shift(MINUTE)
    publish_now(clock, change(moved, city="Brussels", status_reason="It is not."), note="And back.")
    clock.shift(MINUTE)
    remove(1)
    assert [(entry.city, entry.venue) for entry in get_draft().previous] == [
        ("Tallinn", ""),
        ("Brussels", "Europa building"),
        ("Tallinn", "Europa building"),
    ]


def test_earlier_place_that_came_with_an_import_stays(moved: Meeting, clock: Any) -> None:
    """No edition here has it."""
    before = EarlierDate(start_date=PRESS_DATE - DAY, end_date=PRESS_DATE - DAY, city="Sofia", venue="Palace")
    clock.move_to(withdraw(moved, reason=REASON).available_from)
    restore_document(replace(get_draft(), previous=[before]), by=COMMAND)
    assert get_draft().previous == [before]


def test_same_day_change_leaves_out_the_earlier_place_of_a_point(db: None, clock: Any) -> None:
    """Also in other languages, where the place has other words."""
    people = create_translators()
    meeting = make_meeting()
    point = meeting.programme.get()
    point.place = SECRET
    point.save()
    submit_and_approve(people, meeting)
    translate(meeting, point, by=people["theo"], place="Villa Zyx, chez le ministre")
    approve_french_translation(meeting, people)
    clock.move_to(publish(meeting, by=people["petra"])[0].available_from)
    for place in ("VIP entrance", "Main entrance"):
        clock.shift(MINUTE)
        change_of_day = SameDayChange(points={point.pk: {"place": place}})
        edition = publish_same_day_change(Meeting.objects.get(), change_of_day, by=COMMAND)
        clock.move_to(edition.available_from)
        if place == "VIP entrance":
            clock.shift(MINUTE)
            remove(1)
    documents = [document for document in get_edition_documents(edition) if isinstance(document, MeetingDocument)]
    assert [document.language for document in documents] == ["en", "fr"]
    assert not any("Villa Zyx" in str(document.programme) for document in documents)  # somebody can delete the alert
    assert [earlier.place for earlier in get_live().programme[0].previous] == ["VIP entrance"]


def test_text_that_was_approved_before_is_refused(moved: Meeting, clock: Any) -> None:
    create_people()
    people = get_people()
    approved = change(moved, notice="For the press.")
    submit_and_approve(people, approved)
    remove(1)
    with pytest.raises(WorkflowError, match="names an earlier place that was removed from the site"):
        publish(approved, by=people["paul"], note="A notice.", shown=get_submitted_digests(approved))


@pytest.mark.parametrize("name", [SECRET, "St. Olaf's Hall", "what? BAR"])
@pytest.mark.parametrize("is_retyped", [False, True])
def test_screen_lists_the_texts_that_a_same_day_change_wrote(
    db: None, clock: Any, name: str, *, is_retyped: bool
) -> None:
    """Nobody but an author can take a place out of these, also if no edition has it as an earlier place."""
    meeting = make_meeting()
    point = meeting.programme.get()
    point.place = "Hall" if is_retyped else name
    point.save()
    publish_now(clock, meeting)
    clock.shift(MINUTE)
    place = name if is_retyped else "Main entrance"
    edition = publish_same_day_change(
        Meeting.objects.get(), SameDayChange(points={point.pk: {"place": place}}), by=COMMAND
    )
    clock.move_to(edition.available_from)
    clock.shift(MINUTE)
    if is_retyped:
        point.refresh_from_db()
        point.place = "Hall"
        point.save()
        publish_now(clock, change(meeting, notice="As before."), note="As before.")
    removed = Edition.objects.order_by("available_from")[int(is_retyped)]
    page = open_removal(removed)
    assert "Texts of the draft name its places, too" in page
    assert f"{name} instead of Hall" in unescape(page) if is_retyped else f"instead of {name}" in unescape(page)


def test_screen_names_the_editions_that_still_name_it(moved: Meeting) -> None:
    page = open_removal(Edition.objects.earliest("available_from"))
    assert "Texts of the draft" not in page
    assert "Other editions still name its place, as an earlier one" in page
    assert f"Tallinn, {SECRET}, in the edition of 14 September 2060" in page
