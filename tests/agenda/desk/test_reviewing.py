"""Reviewing: somebody else reads what was submitted, word by word, and approves it or sends it back."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from agenda import publishing
from agenda.admin.steps import reviewing
from agenda.models import AgendaItem, Release, Revision, Verdict
from agenda.publishing import Refused, approve
from agenda.reviews import Review
from meetings.models import Edition, Meeting, User
from tests.agenda.desk.screens import (
    actor,
    address_of,
    buttons,
    correct,
    errors_beside,
    hidden,
    history_of,
    person_with,
    sent,
    shown,
    submitted,
    words,
)
from tests.agenda.filling import member_of, saved
from tests.cast import make_meeting, make_topic, publish, published, translate

pytestmark = pytest.mark.once

AT_SIX = dt.datetime(2060, 9, 14, 16, tzinfo=dt.UTC)


@pytest.fixture
def meeting(anna: Client, petra: Client) -> Meeting:
    """Submitted by anna."""
    meeting = make_meeting()
    submitted(meeting, by="anna", remark="Please look at item 1.")
    return meeting


def checked(response: Any) -> list[str]:
    return re.findall(r'name="language" value="(\w+)" checked', response.content.decode())


def verdicts() -> list[bool]:
    return [verdict.approved for verdict in Verdict.objects.order_by("pk")]


class TestRefused:
    def test_nothing_was_submitted(self, petra: Client) -> None:
        response = petra.get(address_of(make_meeting(), "review/"))
        assert "Nothing has been submitted for approval." in words(response)
        assert buttons(response) == []

    def test_an_author_reads_and_is_told_who_decides(self, anna: Client, meeting: Meeting) -> None:
        response = anna.get(address_of(meeting, "review/"))
        assert "somebody else has to approve it. Who may: petra. You may read this, and not decide" in words(response)
        assert buttons(response) == []
        page = words(anna.post(address_of(meeting, "review/"), {"approve": "x", "language": "en"}), 403)
        assert f"You may not approve: “{meeting}”. Who may: petra." in page
        assert verdicts() == []

    def test_ones_own_text_and_the_button_is_not_there(self, petra: Client, piet: Client) -> None:
        meeting = make_meeting()
        submitted(meeting, by="petra")
        page = petra.get(address_of(meeting, "review/"))
        told = "You wrote or submitted this text (English) since it was last approved: somebody else has to approve it."
        assert f"{told} Who may: piet." in words(page)
        assert buttons(page) == ["Send back"]
        forged = {"approve": "x", "language": "en", "shown": hidden(page, "shown")}
        message = "You wrote or submitted this text (English) since it was last approved. Someone else must approve it."
        assert message in words(petra.post(address_of(meeting, "review/"), forged))
        assert verdicts() == []
        assert "Approve" in buttons(piet.get(address_of(meeting, "review/")))

    def test_a_text_one_wrote_and_another_submitted(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        saved(petra, address_of(meeting, "change/"), notice="Petra's words.")
        submitted(meeting, by="anna")
        assert "Approve" not in buttons(petra.get(address_of(meeting, "review/")))

    def test_another_text_submitted_meanwhile(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        page = petra.get(address_of(meeting, "review/"))
        correct(meeting)
        submitted(meeting, by="anna")
        values = {"approve": "x", "language": "en", "shown": hidden(page, "shown")}
        response = petra.post(address_of(meeting, "review/"), values)
        assert "Someone submitted another text after you opened this page" in words(response)
        assert "Migration and asylum" in words(response)  # and here it is
        assert verdicts() == []

    @pytest.mark.parametrize(
        ("first", "told"),
        [
            ("approve", "piet approved this text (English) on 14 September 2060, 10:00:00 (Brussels time)"),
            ("send_back", "piet sent this text (English) back on 14 September 2060, 10:00:00 (Brussels time)"),
        ],
    )
    def test_a_verdict_given_meanwhile_is_not_overturned_unseen(
        self, petra: Client, piet: Client, meeting: Meeting, first: str, told: str
    ) -> None:
        then = {"approve": "send_back", "send_back": "approve"}[first]
        page = petra.get(address_of(meeting, "review/"))
        sent(piet, meeting, "review/", remark="By piet.", **{first: "x"})
        values = {then: "x", "remark": "By petra.", "language": "en", "shown": hidden(page, "shown")}
        response = petra.post(address_of(meeting, "review/"), values)
        assert f"{told}, after you opened the page. Nothing was decided. Check the text again." in words(response)
        assert "By petra.</textarea>" in response.content.decode()
        assert verdicts() == [first == "approve"]
        carried = {"language": "en", "shown": hidden(response, "shown")}  # now it was seen
        petra.post(address_of(meeting, "review/"), {then: "x", "remark": "By petra."} | carried)
        assert verdicts() == [first == "approve", then == "approve"]

    def test_what_was_sent_back_is_submitted_again_meanwhile(
        self, anna: Client, petra: Client, piet: Client, meeting: Meeting
    ) -> None:
        sent(piet, meeting, "review/", send_back="x", remark="Which policy?")
        page = petra.get(address_of(meeting, "review/"))
        submitted(meeting, by="anna", remark="It says so.")
        values = {"approve": "x", "language": "en", "shown": hidden(page, "shown")}
        response = petra.post(address_of(meeting, "review/"), values)
        assert "This decision (English) is out of date" in words(response)
        assert verdicts() == [False]

    def test_a_form_that_shows_nothing_approves_nothing(self, petra: Client, meeting: Meeting) -> None:
        petra.post(address_of(meeting, "review/"), {"approve": "x", "language": "en"})
        assert verdicts() == []

    @pytest.mark.parametrize("values", [{}, {"language": "zz"}])
    def test_without_a_language(self, petra: Client, meeting: Meeting, values: dict[str, str]) -> None:
        page = petra.get(address_of(meeting, "review/"))
        sent_with = {"approve": "x", "shown": hidden(page, "shown"), **values}
        assert petra.post(address_of(meeting, "review/"), sent_with).status_code == 200
        assert verdicts() == []

    def test_sending_back_without_a_remark(self, petra: Client, meeting: Meeting) -> None:
        response = sent(petra, meeting, "review/", send_back="x")
        assert errors_beside(response, "remark") == ["Enter a comment that says what needs to be corrected."]
        assert verdicts() == []

    @pytest.mark.parametrize("revision", ["x", "0", "9" * 30, "²"])
    def test_a_revision_that_was_never_submitted(self, petra: Client, meeting: Meeting, revision: str) -> None:
        assert petra.get(address_of(meeting, f"review/?revision={revision}")).status_code == 404


class TestReading:
    def test_a_first_edition(self, petra: Client, meeting: Meeting) -> None:
        page = shown(petra, meeting, "review/")
        assert "anna submitted this text on 14 Sep 10:00. Please look at item 1." in page
        assert "What will appear, for the first time Title Justice and Home Affairs Council" in page
        assert "Migratory pressures" in page  # the checklist

    def test_its_text_is_read_as_the_page_that_it_will_be(self, petra: Client, meeting: Meeting) -> None:
        correct(meeting, "Saved since")
        for step in ("review/", "release/"):
            page = petra.get(address_of(meeting, step)).content.decode()
            [way] = re.findall(r'href="([^"]*)">Preview: the page as it will be', page)
            text = petra.get(unescape(way)).content.decode()
            assert "Migration policy" in text
            assert "Saved since" not in text
            if step == "review/":
                sent(petra, meeting, "review/", approve="x")

    def test_against_what_is_live_and_what_was_submitted_before(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        correct(meeting, "First try")
        submitted(meeting, by="anna")
        sent(petra, meeting, "review/", send_back="x", remark="Too short.")
        correct(meeting, "Second <try> & άσυλο")
        submitted(meeting, by="anna")
        live, before = shown(petra, meeting, "review/").split("Against what was submitted before")
        assert "Against edition 1, which is live" in live
        assert "removed: Migration policy" in live
        assert "removed: First" in before
        assert "<try> & άσυλο" in before


class TestDecided:
    def test_approved(self, petra: Client, meeting: Meeting) -> None:
        response = sent(petra, meeting, "review/", approve="x", remark="Fine.")
        assert "Approved: English." in words(response)
        assert "Approved by petra, 14 Sep 10:00" in words(response)
        assert history_of(meeting)[-1] == "Approved: English. “Fine.”"
        assert verdicts() == [True]
        assert buttons(petra.get(address_of(meeting, "review/"))) == ["Send back"]  # nothing is left to approve

    def test_sent_back(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        sent(petra, meeting, "review/", send_back="x", remark="Item 1: which policy?")
        assert "Sent back by petra: “Item 1: which policy?”" in shown(anna, meeting, "change/")
        assert verdicts() == [False]

    def test_an_approval_is_taken_back(self, petra: Client, meeting: Meeting) -> None:
        sent(petra, meeting, "review/", approve="x")
        sent(petra, meeting, "review/", send_back="x", remark="Wait.")
        assert "Sent back by petra: “Wait.”" in shown(petra, meeting, "change/")

    def test_one_language_of_two(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        item = meeting.agenda.get()
        translate(meeting, item, title="Politique migratoire")
        submitted(meeting, by="anna")
        page = petra.get(address_of(meeting, "review/"))
        assert hidden(page, "language") == ["en", "fr"]
        refused = sent(petra, meeting, "review/", send_back="x", language=["fr"])  # without a remark
        assert checked(refused) == ["fr"]
        sent(petra, meeting, "review/", approve="x", language=["fr"])
        told = shown(petra, meeting, "change/")
        assert "English In review since 14 Sep 10:00, submitted by anna" in told
        assert "français Approved by petra" in told

    def test_one_submission_is_not_compared_with_itself(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        """With new words beside approved ones it is kept as two revisions."""
        member_of("Revisers", "rita", language="fr")
        item = meeting.agenda.get()
        translate(meeting, item, title="Politique migratoire")
        submitted(meeting, by="anna")
        sent(petra, meeting, "review/", approve="x", language=["en"])
        review = Review.last(meeting)
        assert review
        approve(meeting, by=actor("rita"), shown=[one.shown for one in review.languages], languages=["fr"])
        correct(meeting)
        translate(meeting, item, title="Migration et asile")
        submitted(meeting, by="anna")
        page = shown(petra, meeting, "review/")
        assert "Against what was submitted before" in page
        assert "Nothing changed." not in page


class TestPlannedRelease:
    """What is planned is scheduled at once by the approval that was missing."""

    @pytest.fixture
    def release(self, meeting: Meeting) -> Release:
        return publishing.plan(meeting, by=actor("petra"), at=AT_SIX)

    def test_the_screen_says_so_beforehand(self, petra: Client, meeting: Meeting, release: Release) -> None:
        response = petra.get(address_of(meeting, "review/"))
        assert "Nothing else of it is missing: once you approve, it appears then by itself." in words(response)
        assert "Approve; it then appears 14 Sep 18:00 as planned" in buttons(response)

    def test_it_is_scheduled(self, petra: Client, meeting: Meeting, release: Release) -> None:
        response = sent(petra, meeting, "review/", approve="x")
        told = "All of it is approved: it appears on 14 September 2060, 18:00:00 (Brussels time), as planned."
        assert told in words(response)
        assert Edition.objects.get().available_from == AT_SIX
        release.refresh_from_db()
        assert release.state == Release.State.SCHEDULED

    def test_it_waits_for_the_rest(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        topic = make_topic()
        publishing.plan(meeting, topic, by=actor("petra"), at=AT_SIX)
        response = petra.get(address_of(meeting, "review/"))
        assert "Besides this, it waits for the approval of: Migration policy." in words(response)
        assert "Approve" in buttons(response)
        assert "waits for the approval of the rest" in words(sent(petra, meeting, "review/", approve="x"))
        assert not Edition.objects.exists()
        submitted(topic, by="anna")
        sent(petra, topic, "review/", approve="x")
        assert Edition.objects.count() == 2

    def test_its_time_is_over(self, petra: Client, meeting: Meeting, release: Release, clock: Any) -> None:
        clock.move_to(AT_SIX + dt.timedelta(minutes=2))
        assert "which is over: release it when you have approved it" in shown(petra, meeting, "review/")
        response = sent(petra, meeting, "review/", approve="x")
        assert "The approval stands, but the planned release was not scheduled" in words(response)
        assert verdicts() == [True]
        assert not Edition.objects.exists()

    def test_whoever_planned_it_may_publish_no_more(self, meeting: Meeting, release: Release, piet: Client) -> None:
        User.objects.get(username="petra").memberships.all().delete()
        response = sent(piet, meeting, "review/", approve="x")
        assert "The approval stands, but the planned release was not scheduled: You may not publish" in words(response)
        assert verdicts() == [True]
        assert not Edition.objects.exists()

    def test_whoever_approves_need_not_be_who_publishes(
        self, meeting: Meeting, release: Release, petra: Client
    ) -> None:
        rita = person_with("rita", "view_meeting", "approve_note")
        assert "All of it is approved: it appears on" in words(sent(rita, meeting, "review/", approve="x"))
        assert Edition.objects.get().available_from == AT_SIX

    def test_a_reviser_gives_the_last_approval(self, meeting: Meeting, release: Release, petra: Client) -> None:
        publishing.set_rule(meeting, by=actor("petra"), required=["el", "fr"], others="follow")
        rita, elena = (member_of("Revisers", name, language=of) for name, of in (("rita", "fr"), ("elena", "el")))
        for language, title in (("fr", "Politique migratoire"), ("el", "Μεταναστευτική πολιτική")):
            translate(meeting, meeting.agenda.get(), language, title=title)
        submitted(meeting, by="anna")
        assert "Besides this, it waits for the approval of: ελληνικά, English." in words(
            rita.get(address_of(meeting, "review/"))
        )
        sent(petra, meeting, "review/", approve="x", language=["en"])
        told = words(sent(rita, meeting, "review/", approve="x", language=["fr"]))
        assert "The planned release waits for the approval of the rest of it." in told
        page = elena.get(address_of(meeting, "review/"))
        assert "Approve; it then appears 14 Sep 18:00 as planned" in buttons(page)
        assert "All of it is approved: it appears on" in words(
            sent(elena, meeting, "review/", approve="x", language=["el"])
        )
        assert Edition.objects.get().languages == ["el", "en", "fr"]

    def test_a_refusal_loses_nothing(
        self, petra: Client, meeting: Meeting, release: Release, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_arguments: Any) -> None:
            raise Refused("Another meeting has the address.")

        monkeypatch.setattr(reviewing, "schedule_as_planned", refuse)
        response = sent(petra, meeting, "review/", approve="x")
        assert "was not scheduled: Another meeting has the address. Release it from its page." in words(response)
        assert verdicts() == [True]
        release.refresh_from_db()
        assert release.state == Release.State.PLANNED


class TestAfterTheFact:
    """What was forced goes through the same screen, also where something newer has been submitted since."""

    @pytest.fixture
    def forced(self, anna: Client, petra: Client, clock: Any) -> Meeting:
        meeting = make_meeting()
        [edition] = publishing.publish(meeting, by=actor("petra"), force="The press is waiting.")
        clock.move_to(edition.available_from)
        return meeting

    def test_not_by_who_forced_it(self, petra: Client, forced: Meeting) -> None:
        assert "Approve" not in buttons(petra.get(address_of(forced, "review/")))

    def test_by_another(self, piet: Client, forced: Meeting) -> None:
        page = shown(piet, forced, "review/")
        assert "petra published this text without approval, on 14 Sep 10:00. It needs the approval" in page
        assert "The press is waiting." in page
        sent(piet, forced, "review/", approve="x")
        assert "Approved by piet" in shown(piet, forced, "change/")

    def test_beside_something_newer(self, piet: Client, forced: Meeting) -> None:
        correct(forced)
        submitted(forced, by="anna")
        first = Revision.objects.get(why="forced")
        step = f"review/?revision={first.pk}"
        assert "Something newer has been submitted since." in shown(piet, forced, step)
        sent(piet, forced, step, approve="x")
        assert [one.revision for one in Verdict.objects.all()] == [first]


def test_a_save_of_what_makes_no_document_is_a_draft_again(anna: Client, petra: Client, meeting: Meeting) -> None:
    sent(petra, meeting, "review/", approve="x")
    item = meeting.agenda.get()
    second = AgendaItem.objects.create(meeting=meeting, title="Second", parent=item)
    AgendaItem.objects.filter(pk=item.pk).update(parent=second)
    point = meeting.programme.get()
    saved(anna, f"/admin/meetings/programmepoint/{point.pk}/change/", title="Another")
    assert "Changed since it was approved by petra" in shown(anna, meeting, "change/")


def test_a_topic_called_otherwise_is_submitted_again_without_a_save(anna: Client, petra: Client, clock: Any) -> None:
    meeting, topic = make_meeting(), make_topic()
    meeting.agenda.get().topics.add(topic)
    published(clock, topic)
    submitted(meeting, by="anna")
    topic.title = "Asylum and migration"
    topic.save()
    published(clock, topic)
    submitted(meeting, by="anna")
    assert "Asylum and migration" in shown(petra, meeting, "review/").split("what was submitted before")[1]


def test_what_was_released_last_is_the_oldest_text_that_may_be_released(
    anna: Client, petra: Client, meeting: Meeting, clock: Any
) -> None:
    """Once a newer text is out, one that was approved before it does not come back by releasing."""
    sent(petra, meeting, "review/", approve="x")
    clock.move_to(publishing.publish(meeting, by=actor("petra"))[0].available_from)
    correct(meeting)
    clock.move_to(publish(meeting)[0].available_from)
    assert "There is nothing to release." in shown(petra, meeting, "release/")
