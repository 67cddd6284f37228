"""What was approved before goes out if a newer translation is sent back, unless it is sent back, too."""

from typing import Any

import pytest

from agenda.models import Revision
from agenda.workflow.drafts import get_edition_documents
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import Review
from agenda.workflow.translation_submission import find_replacements, submit_translation
from meetings.documents.choices import Language
from meetings.models import Meeting
from tests.agenda.workflow.french_notice import correct_original, submit_and_approve, write
from tests.agenda.workflow.translations import People, create_translators
from tests.agenda.workflow.users import get_people, get_shown
from tests.factories import make_meeting
from tests.worlds import share_world


@share_world
def world(clock: Any) -> None:
    """A meeting that was never public. Rita approved one French notice, and has a newer one before her."""
    people = create_translators()
    submit(meeting := make_meeting(notice="For the press."), by=people["anna"])
    approve(meeting, by=people["paul"], shown=get_shown(meeting))
    write(people["theo"], "Pour la presse.")
    submit_and_approve(people, "theo", "rita")
    write(people["theo"], "Pour toute la presse.")
    submit_translation(meeting, "fr", by=people["theo"])


@pytest.fixture
def people(world: None) -> People:
    return get_people()


@pytest.fixture
def meeting(world: None) -> Meeting:
    return Meeting.objects.get()


def refuse(people: People, revision: Revision | None = None) -> None:
    meeting = Meeting.objects.get()
    review = Review.for_revision(meeting, revision) if revision else Review.latest(meeting)
    assert review
    facts = dict[str, Any](languages=["fr"], remark="Wrong.", revision=revision)
    send_back(meeting, by=people["rita"], shown=[each.shown for each in review.languages], **facts)


def find_replacement() -> Revision:
    meeting = Meeting.objects.get()
    review = Review.latest(meeting)
    assert review
    return Revision.objects.get(pk=find_replacements(meeting, review)[Language.FR])


def publish_french(people: People) -> str:
    edition = publish(Meeting.objects.get(), by=people["paul"], note="Corrected.")[0]
    return next((str(each) for each in get_edition_documents(edition) if each.language == "fr"), "")


@pytest.mark.parametrize("is_refused_too", [False, True])
@pytest.mark.parametrize("is_corrected", [False, True])
def test_it_goes_out_unless_it_is_sent_back_too(
    people: People, meeting: Meeting, *, is_corrected: bool, is_refused_too: bool
) -> None:
    if is_corrected:
        correct_original(people["anna"], venue="Room 1")
        submit(Meeting.objects.get(), by=people["anna"])
    replacement = find_replacement()
    refuse(people)
    assert find_replacement() == replacement
    if is_refused_too:
        refuse(people, replacement)
    if is_corrected:
        approve(meeting, by=people["paul"], shown=get_shown(Meeting.objects.get()), languages=["en"])
    assert ("Pour la presse." in publish_french(people)) == (not is_refused_too)


def test_what_readers_have_is_none(people: People, meeting: Meeting, clock: Any) -> None:
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    review = Review.latest(meeting)
    assert review
    assert find_replacements(meeting, review) == {}
    write(people["theo"], "Pour la radio.")
    submit_and_approve(people, "theo", "rita")
    clock.shift(60)
    clock.move_to(publish(meeting, by=people["paul"], note="Corrected.")[0].available_from)
    write(people["theo"], "Pour la télévision.")
    submit_translation(meeting, "fr", by=people["theo"])
    review = Review.latest(meeting)
    assert review
    assert find_replacements(meeting, review) == {}


@pytest.mark.parametrize("is_refused", [False, True])
def test_whoever_approves_an_older_translation_does_not_replace_the_newer_one(
    people: People, meeting: Meeting, clock: Any, *, is_refused: bool
) -> None:
    older = Review.latest(meeting)
    write(people["theo"], "Pour les journalistes.")
    submit_and_approve(people, "theo", "rita")
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    if is_refused:
        correct_original(people["anna"], venue="Room 1")
        submit(Meeting.objects.get(), by=people["anna"])
        refuse(people)
    assert older
    shown = [each.shown for each in Review.for_revision(meeting, older.revision).languages]
    approve(meeting, by=people["rita"], shown=shown, languages=["fr"], revision=older.revision)
    correct_original(people["anna"], venue="Room 2")
    submit(Meeting.objects.get(), by=people["anna"], languages=())
    approve(meeting, by=people["paul"], shown=get_shown(Meeting.objects.get()), languages=["en"])
    assert ("Pour les journalistes." in (french := publish_french(people))) == (not is_refused)
    assert "Pour toute la presse." not in french
