"""Editions still to come have the same facts, at their own instant."""

import datetime as dt
from typing import Any

import pytest

from agenda import publishing
from agenda.models import Release
from agenda.publishing import FactsChange
from meetings.editions import freeze
from meetings.models import Edition, Meeting
from tests.agenda.facts.press_day import (
    approved,
    changed,
    document_of,
    live_day,
    press_in,
    press_of,
    saved,
    submitted,
    to_1415,
    translated,
)
from tests.cast import COMMAND, PRESS_DAY, make_topic, publish

pytestmark = pytest.mark.django_db
AT_SIX = PRESS_DAY.replace(hour=16)  # 18:00 in Brussels
AT_SEVEN = PRESS_DAY.replace(hour=17)


def corrected(meeting: Meeting, *, at: dt.datetime = AT_SIX) -> Edition:
    """A correction of the item, approved, for six o'clock."""
    meeting.agenda.update(title="Migration policy: relocation")
    saved(meeting)
    submitted(meeting)
    approved(meeting)
    return publishing.publish(meeting, by=COMMAND, at=at, note="The item.")[0]


def to_come(at: dt.datetime = AT_SIX) -> Edition:
    return Edition.objects.get(available_from=at)


def test_it_is_replaced_at_its_own_instant(clock: Any) -> None:
    meeting = live_day(clock)
    before = corrected(meeting)
    live = changed(clock, meeting, to_1415(meeting))
    after = to_come()
    assert after.pk != before.pk
    assert (after.reason, after.change_note, after.languages) == ("correction", "The item.", ["en", "fr"])
    for language in ("en", "fr"):
        document = document_of(after, language)
        assert press_in(document).time == "14:15"
        assert [alert.at for alert in document.alerts] == [live.available_from]
    assert document_of(after).agenda[0].title == "Migration policy: relocation"
    assert document_of(live).agenda[0].title == "Migration policy"


def test_readers_see_it_at_its_time(clock: Any, visitor: Any) -> None:
    meeting = live_day(clock)
    corrected(meeting)
    changed(clock, meeting, to_1415(meeting))
    clock.move_to(AT_SIX - dt.timedelta(seconds=1))
    assert visitor.json(f"meetings/{meeting.pk}/")["agenda"][0]["title"] == "Migration policy"
    clock.move_to(AT_SIX)
    answer = visitor.json(f"meetings/{meeting.pk}/")
    assert answer["agenda"][0]["title"] == "Migration policy: relocation"
    assert (answer["programme"][1]["time"], answer["edition"]) == ("14:15", 3)


def test_its_release_follows(clock: Any) -> None:
    meeting = live_day(clock)
    corrected(meeting)
    changed(clock, meeting, to_1415(meeting))
    release = publishing.release_of(to_come())
    assert release
    entry = release.entries.get()
    assert entry.revision
    held = {one.language: one.document_id for one in entry.revision.documents.all()}
    assert held == dict(to_come().documents.values_list("language", "document"))
    publishing.move(release, by=COMMAND, at=AT_SEVEN)
    assert not Edition.objects.filter(available_from=AT_SIX).exists()
    assert press_in(document_of(to_come(AT_SEVEN))).time == "14:15"


def test_what_goes_out_with_it_stays(clock: Any) -> None:
    meeting, topic = live_day(clock), make_topic()
    meeting.agenda.update(title="Later")
    publish(meeting, topic, at=AT_SIX)
    changed(clock, meeting, to_1415(meeting))
    release = publishing.release_of(to_come_of(topic))
    assert release
    assert {entry.edition_id for entry in release.entries.all()} == {to_come_of(topic).pk, to_come_of(meeting).pk}


def to_come_of(subject: Any) -> Edition:
    return Edition.objects.get(subject_id=subject.pk, available_from=AT_SIX)


def test_several_to_come(clock: Any) -> None:
    """Two at once are not made today; the database allows them."""
    meeting = live_day(clock)
    first = corrected(meeting)
    freeze([document_of(first)], available_from=AT_SEVEN)
    changed(clock, meeting, to_1415(meeting))
    assert [press_in(document_of(to_come(at))).time for at in (AT_SIX, AT_SEVEN)] == ["14:15", "14:15"]


def test_a_point_that_only_the_edition_to_come_moves(clock: Any) -> None:
    """Its own place stands, where the change says nothing of the place."""
    meeting = live_day(clock)
    press = press_of(meeting)
    press.place, press.speakers = "Agora", []
    press.save()
    publish(meeting, at=AT_SIX)
    changed(clock, meeting, FactsChange(points={press.pk: {"time": "14:15"}}))
    point = press_in(document_of(to_come()))
    assert (point.time, point.place) == ("14:15", "Agora")


def test_a_new_point_of_the_edition_to_come_stays(clock: Any) -> None:
    meeting = live_day(clock)
    meeting.programme.create(kind="doorstep", time=dt.time(17), time_precision="exact", position=9)
    publish(meeting, at=AT_SIX)
    changed(clock, meeting, to_1415(meeting))
    assert [point.kind for point in document_of(to_come()).programme] == ["round_table", "press_conference", "doorstep"]


def test_one_that_is_older_than_what_was_approved_since(clock: Any) -> None:
    """Two corrections are approved; the first is scheduled, and moved after the facts have changed."""
    meeting = live_day(clock)
    release = publishing.release_of(corrected(meeting))
    assert release
    meeting.agenda.update(title="Migration policy: returns")
    saved(meeting)
    submitted(meeting)
    approved(meeting)
    changed(clock, meeting, to_1415(meeting))
    [edition] = publishing.move(Release.objects.get(pk=release.pk), by=COMMAND, at=AT_SEVEN)
    assert press_in(document_of(edition)).time == "14:15"
    assert document_of(edition).agenda[0].title == "Migration policy: relocation"


def test_a_held_release_goes_on_with_the_facts(clock: Any) -> None:
    meeting = live_day(clock)
    release = publishing.release_of(corrected(meeting))
    assert release
    publishing.hold(release, by=COMMAND, reason="Wait.")
    changed(clock, meeting, to_1415(meeting))
    [edition] = publishing.resume(Release.objects.get(pk=release.pk), by=COMMAND, at=AT_SEVEN)
    assert press_in(document_of(edition)).time == "14:15"
    assert document_of(edition).agenda[0].title == "Migration policy: relocation"


def test_a_planned_release_goes_out_with_the_facts(clock: Any) -> None:
    meeting = live_day(clock)
    meeting.agenda.update(title="Migration policy: relocation")
    saved(meeting)
    submitted(meeting)
    release = publishing.plan(meeting, by=COMMAND, at=AT_SIX, note="The item.")
    changed(clock, meeting, to_1415(meeting))
    approved(meeting)
    [edition] = publishing.carry_out(release, by=COMMAND)
    assert (edition.available_from, press_in(document_of(edition)).time) == (AT_SIX, "14:15")


def test_a_language_that_only_the_edition_to_come_has(clock: Any) -> None:
    meeting = live_day(clock)
    translated(meeting.agenda.get(), meeting, language="el", title="Πολιτική μετανάστευσης")
    corrected(meeting)
    live = changed(clock, meeting, to_1415(meeting))
    assert (live.languages, to_come().languages) == (["en", "fr"], ["el", "en", "fr"])
    greek = document_of(to_come(), "el")
    assert (press_in(greek).time, greek.alerts[0].text) == ("14:15", document_of(live).alerts[0].text)
    assert f"alerts.{greek.alerts[0].id}.text" in greek.fallbacks


def test_one_that_was_put_off_without_a_date_stays_so(clock: Any) -> None:
    meeting = live_day(clock)
    Meeting.objects.filter(pk=meeting.pk).update(
        start_date=None, end_date=None, status="postponed", status_reason="Elections."
    )
    meeting.refresh_from_db()
    publish(meeting, at=AT_SIX)
    changed(clock, meeting, FactsChange(meeting={"status": "provisional"}))
    assert (document_of(to_come()).status, Meeting.objects.get().status) == ("postponed", "postponed")
