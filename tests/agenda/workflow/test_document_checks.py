"""Test what the checks load from the database."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from msgspec.structs import replace

from agenda.documents.checks import CheckLevel
from agenda.workflow.document_checks import (
    find_all_checks,
    find_unpublished_topics,
    load_appearances_elsewhere,
    load_saved_document,
)
from agenda.workflow.drafts import build_draft, find_publication_blockers
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.revisions import keep_revision
from agenda.workflow.suppression import erase, get_edition_by_number, suppress
from meetings.documents.choices import MeetingStatus, PointState
from meetings.documents.schema import MeetingDocument, PresidencyName
from meetings.editions.freezing import store_documents
from meetings.models import Meeting, Presidency, ProgrammePoint
from tests.agenda.workflow.users import create_people, get_people, get_shown, save_changes
from tests.factories import (
    COMMAND,
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    make_meeting,
    make_topic,
    make_uuid,
    publish,
    publish_now,
    translate,
)

pytestmark = pytest.mark.django_db


def build(meeting: Meeting) -> MeetingDocument:
    document = build_draft(meeting, PRESS_DAY)
    assert isinstance(document, MeetingDocument)
    return document


def test_blockers_are_checks_with_their_member(clock: Any) -> None:
    meeting = make_meeting()
    publish_now(clock, meeting)
    document = build(meeting)
    document.start_date = document.end_date = PRESS_DATE + DAY
    [check] = [check for check in find_all_checks(document, timezone.now()) if check.level != CheckLevel.ODD]
    assert (check.level, check.kind, check.member) == ("submit", "meeting", "status_reason")
    assert find_publication_blockers(document, timezone.now()) == [check.message]


def test_topic_is_named_from_the_instant_of_its_publication(clock: Any) -> None:
    topic, meeting = make_topic(), make_meeting()
    meeting.agenda.get().topics.add(topic)
    publish(topic, at=PRESS_DAY + DAY)
    for instant, number in ((PRESS_DAY, 1), (PRESS_DAY + DAY, 0)):
        assert len(find_unpublished_topics(meeting, instant)) == number
    assert find_unpublished_topics(meeting, PRESS_DAY, [topic.pk]) == []


def test_text_that_nobody_approved_can_be_submitted_but_not_published() -> None:
    meeting = make_meeting()
    levels = [check.level for check in find_all_checks(build(meeting), PRESS_DAY, meeting)]
    assert levels[0] == "publish"
    assert set(levels[1:]) == {"odd"}


def test_text_that_waits_for_approval_need_not_be_submitted() -> None:
    create_people()
    meeting = make_meeting()
    submit(meeting, by=get_people()["anna"])
    [check, *_others] = find_all_checks(build(meeting), PRESS_DAY, meeting)
    assert check.message == (
        "This text is not approved yet. It was submitted and waits. These people can approve it: paul, petra."
    )


@pytest.mark.once
def test_what_a_text_needs_before_it_can_be_published(clock: Any) -> None:
    create_people()
    people, meeting = get_people(), make_meeting(required_languages=["fr"])
    first = build(meeting)
    second = replace(first, notice="Second.")

    def explain(document: MeetingDocument) -> str:
        checks = find_all_checks(document, PRESS_DAY, Meeting.objects.get())
        [message] = [check.message for check in checks if check.level == CheckLevel.PUBLISH]
        return next(word for word in ("waits", "Submit it", "language rule") if word in message)

    found = [explain(first)]
    submit(meeting, by=people["anna"])
    found += [explain(first), explain(second)]
    store_documents([second])
    found.append(explain(second))
    send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Which room?")
    found.append(explain(first))
    submit(meeting, by=people["anna"])
    approve(meeting, by=people["paul"], shown=get_shown(meeting))
    found.append(explain(first))
    submit(save_changes(meeting, notice="Second."), by=people["anna"])
    found += [explain(first), explain(second)]
    assert found == ["Submit it", "waits", *["Submit it"] * 3, "language rule", "language rule", "waits"]


def test_saved_document_is_the_one_of_the_working_copy(clock: Any) -> None:
    meeting = make_meeting(notice="A private number.")
    assert load_saved_document(meeting) is None
    keep_revision(meeting, PRESS_DAY, COMMAND)
    meeting.refresh_from_db()
    assert load_saved_document(meeting) == build(meeting)
    for values in ({"version": meeting.version + 1}, {"digest": ""}):
        Meeting.objects.filter(pk=meeting.pk).update(**values)
        assert load_saved_document(Meeting.objects.get()) is None
        meeting.save()
    publish_now(clock, meeting)
    publish_now(clock, save_changes(meeting, notice=""))
    edition = get_edition_by_number(meeting, 1)
    suppress(meeting, edition, by=COMMAND, reason="A private number.")
    erase(meeting, edition, by=COMMAND, reason="Court order.")
    assert load_saved_document(meeting) is None


def test_programmes_of_other_meetings_on_the_same_day() -> None:
    document = build(make_meeting())
    elsewhere = make_meeting("ecofin")
    assert [each.meeting for each in load_appearances_elsewhere(document)] == ["ECOFIN, 14 September 2060"]
    ProgrammePoint.objects.filter(meeting=elsewhere).update(date=PRESS_DATE + DAY)
    assert load_appearances_elsewhere(document) == []
    next_day = replace(document, programme=[replace(point, date=PRESS_DATE + DAY) for point in document.programme])
    assert [each.meeting for each in load_appearances_elsewhere(next_day)] == ["ECOFIN, 14 September 2060"]
    undated = replace(document, start_date=None, end_date=None)
    timeless = replace(next_day, programme=[replace(point, time=None) for point in next_day.programme])
    assert load_appearances_elsewhere(undated) == load_appearances_elsewhere(timeless) == []
    ProgrammePoint.objects.filter(meeting=elsewhere).update(time=None, time_precision="")
    assert load_appearances_elsewhere(next_day) == []
    ProgrammePoint.objects.filter(meeting=elsewhere).update(
        date=None, time=dt.time(13), time_precision="exact", state=PointState.CANCELLED
    )
    assert load_appearances_elsewhere(document) == []
    ProgrammePoint.objects.filter(meeting=elsewhere).update(state="")
    Meeting.objects.filter(pk=elsewhere.pk).update(status=MeetingStatus.CANCELLED)
    assert load_appearances_elsewhere(document) == []


def test_translation_of_a_saved_text_that_is_being_changed() -> None:
    meeting = make_meeting()
    translate(meeting, lead="<p>Les ministres.</p>")
    keep_revision(meeting, PRESS_DAY, COMMAND)
    meeting.refresh_from_db()
    document = build(meeting)
    document.lead = "<p>Something else.</p>"
    message = "If you save this text, its translation will be out of date: français."
    assert message in [check.message for check in find_all_checks(document, PRESS_DAY, meeting)]


def test_presidency_is_that_of_the_day_that_was_typed() -> None:
    document = build(make_meeting())
    document.presidency = PresidencyName(country="FI", name="Finland")
    day = document.start_date
    assert day
    Presidency.objects.create(country="EE", year=day.year, half=2)
    assert not [check for check in find_all_checks(document, PRESS_DAY) if check.member == "country"]
    Presidency.objects.update(country="FI")
    assert [check.kind for check in find_all_checks(document, PRESS_DAY) if check.member == "country"] == ["chairs"]


def test_number_of_queries_does_not_depend_on_the_length() -> None:
    meeting = make_meeting()
    short, long = build(meeting), build(meeting)
    long.agenda = [type(item)(id=make_uuid(f"{n}"), title=f"{n}") for n in range(40) for item in short.agenda]
    counts = []
    for document in (short, long):
        with CaptureQueriesContext(connection) as queries:
            find_all_checks(document, PRESS_DAY, meeting)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_topic_that_is_live_or_goes_out_with_the_meeting_is_not_missed(clock: Any) -> None:
    meeting = make_meeting()
    live, together, draft = (make_topic(name) for name in ("live", "together", "draft"))
    meeting.agenda.get().topics.add(live, together, draft)
    publish_now(clock, live)
    checks = find_unpublished_topics(meeting, timezone.now(), [together.pk])
    assert [check.message for check in checks] == ["The topic “Draft” is not published, so it is left out."]
