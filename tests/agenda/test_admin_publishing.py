"""Around publishing, as a press officer sees it: what will appear, what changed, what is still to come, what went."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from agenda.admin import steps
from agenda.models import AgendaItem, BackgroundTopic
from meetings.models import Chair, Edition, Meeting, User
from tests.agenda.filling import member_of, posted, refusals, saved
from tests.cast import (
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    full_document,
    make_configuration,
    make_meeting,
    make_topic,
    publish,
    published,
    restore,
    withdraw,
)

LIST = "/admin/meetings/meeting/"
TOPICS = "/admin/agenda/backgroundtopic/"
STEPS = ("publish/", "call-off/", "withdraw/")
SCREENS = ("preview/", "editions/")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of these tests stands still, so there is nothing to wait for."""
    monkeypatch.setattr(steps, "wait_for", lambda edition: None)


@pytest.fixture
def editor(db: None, clock: Any) -> Client:
    return member_of("Authors")


@pytest.fixture
def publisher(db: None, clock: Any) -> Client:
    return member_of("Publishers")


def address_of(subject: Meeting | BackgroundTopic, step: str = "") -> str:
    return f"{LIST if isinstance(subject, Meeting) else TOPICS}{subject.pk}/{step}"


def shown(client: Client, subject: Meeting | BackgroundTopic, step: str) -> str:
    """The words of a screen."""
    return words(client.get(address_of(subject, step)))


def words(response: Any) -> str:
    assert response.status_code == 200
    main = response.content.decode()
    main = main[main.index("<body") :]
    return " ".join(strip_tags(main.replace("<", " <")).split()).replace(" .", ".")


def sent(client: Client, subject: Meeting | BackgroundTopic, **values: str) -> Any:
    """The form of the publish step, as it was shown, with these values."""
    page = client.get(address_of(subject, "publish/"))
    digest = page.context["outlook"].digest
    return client.post(address_of(subject, "publish/"), {"shown": digest} | values, follow=True)


def errors_beside(response: Any, field: str) -> list[str]:
    return list(response.context["form"].errors.get(field, []))


def correct(meeting: Meeting, title: str = "Migration and asylum") -> None:
    AgendaItem.objects.filter(meeting=meeting).update(title=title)


def history_of(subject: Meeting | BackgroundTopic) -> list[str]:
    entries = LogEntry.objects.filter(object_id=str(subject.pk)).order_by("pk")
    return [entry.get_change_message() for entry in entries]


class TestWhoMayWhat:
    @pytest.mark.parametrize("step", [*STEPS, *SCREENS])
    def test_a_visitor_is_asked_to_sign_in(self, client: Client, db: None, step: str) -> None:
        response = client.get(address_of(make_meeting(), step))
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")

    @pytest.mark.parametrize("step", STEPS)
    def test_an_editor_takes_no_step_that_readers_see(self, editor: Client, clock: Any, step: str) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        assert editor.get(address_of(meeting, step)).status_code == 403
        assert editor.post(address_of(meeting, step), {"confirmed": "1", "reason": "x"}).status_code == 403
        assert Edition.objects.count() == 1

    def test_an_editor_learns_which_right_is_missing_and_who_has_it(self, editor: Client) -> None:
        member_of("Publishers", "petra")
        member_of("Publishers", "emil", of="env")
        for subject, names in ((make_meeting(), "petra"), (make_topic(), "emil, petra")):
            page = editor.get(address_of(subject, "publish/")).content.decode()
            assert f"You may not publish: “{subject}”. Who may: {names}. Nothing was changed." in page
            assert f'<a href="{address_of(subject, "change/")}">Back to the working copy</a>' in page
            assert f"Who may publish it: {names}." in shown(editor, subject, "change/")
        User.objects.get(username="petra").memberships.all().delete()
        page = editor.get(address_of(make_meeting(start_date=PRESS_DATE + DAY), "publish/")).content.decode()
        assert "Nobody has that right there: ask an administrator." in page

    def test_a_publisher_is_not_told_who_publishes(self, publisher: Client) -> None:
        assert "Who may publish it" not in shown(publisher, make_meeting(), "change/")

    def test_an_editor_looks_at_previews_and_editions(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        edition = published(clock, meeting)
        for step in (*SCREENS, f"editions/{edition.pk}/", f"editions/{edition.pk}/changes/"):
            assert editor.get(address_of(meeting, step)).status_code == 200
        assert "Withdraw…" not in shown(editor, meeting, "editions/")

    @pytest.mark.parametrize("step", [*STEPS, *SCREENS])
    def test_staff_without_a_permission_look_at_nothing(self, db: None, clock: Any, step: str) -> None:
        clerk = Client()
        clerk.force_login(User.objects.create_user(username="clerk", is_staff=True))
        response = clerk.get(address_of(make_meeting(), step))
        assert response.status_code == 403
        assert "JHA" not in response.content.decode()

    @pytest.mark.parametrize("key", ["nonsense", "6f0f6b9e-52a4-4f0e-9a55-5d6a5a1c0009"])
    @pytest.mark.parametrize("step", [*STEPS, *SCREENS])
    def test_an_unknown_meeting(self, publisher: Client, key: str, step: str) -> None:
        assert publisher.get(f"{LIST}{key}/{step}").status_code == 404

    def test_the_edition_of_another_meeting(self, publisher: Client, clock: Any) -> None:
        meeting, other = make_meeting(), make_meeting("env")
        edition = published(clock, other)
        assert publisher.get(address_of(meeting, f"editions/{edition.pk}/")).status_code == 404
        assert publisher.get(address_of(meeting, f"editions/{edition.pk}/changes/")).status_code == 404


class TestSaveAndGoOn:
    """A meeting (or topic) is saved as by “Save”; then comes the step."""

    @pytest.mark.parametrize("button", ["_preview", "_publish"])
    def test_what_is_wrong_is_not_saved_and_not_published(self, publisher: Client, button: str) -> None:
        meeting = make_meeting()
        assert "start_date" in refusals(publisher, address_of(meeting, "change/"), start_date="soon", **{button: "x"})
        assert Meeting.objects.get().start_date == PRESS_DATE

    def test_an_editor_has_no_button_to_publish_and_a_made_up_one_only_saves(self, editor: Client) -> None:
        meeting = make_meeting()
        page = editor.get(address_of(meeting, "change/")).content.decode()
        assert 'name="_preview"' in page
        assert 'name="_publish"' not in page
        response = saved(editor, address_of(meeting, "change/"), notice="Typed.", _publish="x")
        assert response["Location"] == LIST
        assert Meeting.objects.get().notice == "Typed."

    def test_whoever_only_reads_has_no_button(self, db: None, clock: Any) -> None:
        page = member_of("Translators").get(address_of(make_meeting(), "change/")).content.decode()
        assert 'name="_preview"' not in page
        assert "Preview as last saved" in page

    @pytest.mark.parametrize("step", ["preview", "publish"])
    @pytest.mark.parametrize(("make", "field"), [(make_meeting, "notice"), (make_topic, "title")])
    def test_what_was_typed_is_in_the_step(self, publisher: Client, step: str, make: Any, field: str) -> None:
        subject = make()
        assert f'name="_{step}"' in publisher.get(address_of(subject, "change/")).content.decode()
        response = saved(publisher, address_of(subject, "change/"), **{field: "Just typed", f"_{step}": "x"})
        assert response["Location"] == address_of(subject, f"{step}/")
        subject.refresh_from_db()
        assert getattr(subject, field) == "Just typed"

    def test_a_new_meeting(self, publisher: Client) -> None:
        values = {"configuration": str(make_configuration().pk), "start_date": "2060-09-14", "_publish": "x"}
        response = saved(publisher, f"{LIST}add/", **values)
        assert response["Location"] == address_of(Meeting.objects.get(), "publish/")


class TestFirstEdition:
    def test_a_summary_of_what_will_appear(self, publisher: Client) -> None:
        page = shown(publisher, make_meeting(), "publish/")
        assert "Title Justice and Home Affairs Council" in page
        assert "Dates 14 September 2060 Place Brussels, Europa building" in page
        assert "Agenda items 1 Programme points 1 Links 2" in page
        assert "Migratory pressures" in page  # the link without an address is worth a look
        assert "What changed" not in page  # readers know nothing yet

    def test_now(self, publisher: Client) -> None:
        response = sent(publisher, make_meeting())
        assert "appears on 14 September 2060, 10:00:01 (Brussels time)." in words(response)
        assert 'href="/en/meetings/jha/2060/09/14/">View on site</a>' in response.content.decode()
        assert Edition.objects.get().change_note == ""

    def test_at_a_time_in_brussels(self, publisher: Client) -> None:
        response = sent(publisher, make_meeting(), at="2060-09-14 18:00")
        assert Edition.objects.get().available_from.isoformat() == "2060-09-14T16:00:00+00:00"
        assert "It goes out without what is changed here now." in words(response)

    def test_what_is_still_to_come_is_not_sought_on_the_site(self, publisher: Client, editor: Client) -> None:
        meeting = make_meeting()
        page = sent(publisher, meeting, at="2060-09-14 18:00").content.decode()
        see = f'href="{address_of(meeting, f"editions/{Edition.objects.get().pk}/")}"'
        call_off = f'href="{address_of(meeting, "call-off/")}"'
        assert "View on site" not in page
        assert page.count(see) == page.count(call_off) == 2  # in the message and among the tools
        page = editor.get(address_of(meeting, "change/")).content.decode()
        assert (page.count(see), page.count(call_off)) == (1, 0)

    @pytest.mark.parametrize(
        ("at", "message"),
        [
            ("tomorrow", "“tomorrow” is no time. Write it as 2017-09-14 18:00 (Brussels time)."),
            ("14/09/2060", "is no time"),
            ("25:00", "is no time"),
            ("09/14/2060 18:00", "is no time"),
            ("9" * 5000, f"“{'9' * 40}…” is no time"),
            ("2061-03-27 02:30", "clocks go forward"),
            ("2017-09-14 18:00", "14 September 2017, 18:00:00 is not in the future: it is 14 September 2060, 10:00:00"),
            ("9:59", "14 September 2060, 09:59:00 is not in the future"),
            ("10:00", "14 September 2060, 10:00:00 is not in the future"),
        ],
    )
    @pytest.mark.parametrize("check", [{}, {"check": "Check the time"}])
    def test_a_wrong_time_is_explained_beside_it(
        self, publisher: Client, at: str, message: str, check: dict[str, str]
    ) -> None:
        response = sent(publisher, make_meeting(), at=at, **check)
        assert message in " ".join(errors_beside(response, "at"))
        assert not response.context["clocks"]
        assert not Edition.objects.exists()

    @pytest.mark.parametrize(
        "at",
        [
            "18:00", "18.00", " 18h00 ", "14/09/2060 18:00", "14.9.2060, 18h00", "14 September 2060 18.00",
            "2060-09-14 18.00", "2060-09-14T18:00", "2060-09-14 16:00:00+00:00",
        ],
    )  # fmt: skip
    def test_a_time_is_written_as_in_all_forms_and_alone_it_is_of_today(self, publisher: Client, at: str) -> None:
        page = words(sent(publisher, make_meeting(), at=at, check="Check the time"))
        assert "Brussels Tuesday 14 September 2060, 18:00:00, today" in page

    def test_a_time_may_be_checked_first(self, publisher: Client) -> None:
        User.objects.update(time_zone="Europe/Athens")
        page = words(sent(publisher, make_meeting(), at="2060-09-15 18:00", check="Check the time"))
        assert "Brussels Wednesday 15 September 2060, 18:00:00" in page
        assert "UTC Wednesday 15 September 2060, 16:00:00" in page
        assert "Europe/Athens Wednesday 15 September 2060, 19:00:00" in page
        assert "00, today" not in page
        assert not Edition.objects.exists()

    def test_what_keeps_it_from_being_published(self, publisher: Client) -> None:
        page = shown(publisher, make_meeting(status="cancelled"), "publish/")
        assert "Give the public reason why the meeting is postponed or cancelled." in page
        assert "It cannot be published as it stands." in page
        assert "Check the time" not in page

    def test_an_agenda_in_a_circle(self, publisher: Client) -> None:
        meeting = make_meeting()
        first, second = meeting.agenda.get(), AgendaItem.objects.create(meeting=meeting, title="Second", parent=None)
        AgendaItem.objects.filter(pk=first.pk).update(parent=second)
        AgendaItem.objects.filter(pk=second.pk).update(parent=first)
        assert "in a circle" in shown(publisher, meeting, "publish/")
        assert "in a circle" in shown(publisher, meeting, "preview/")

    def test_a_topic(self, publisher: Client) -> None:
        topic = make_topic()
        assert "Title Migration policy Links 0" in shown(publisher, topic, "publish/")
        sent(publisher, topic)
        assert Edition.objects.get().address == "topics/migration-policy/"


class TestCorrection:
    @pytest.fixture
    def meeting(self, clock: Any, db: None) -> Meeting:
        meeting = make_meeting()
        published(clock, meeting)
        return meeting

    def test_the_changes_word_by_word(self, publisher: Client, meeting: Meeting) -> None:
        correct(meeting, "Migration <policy> & άσυλο")
        response = publisher.get(address_of(meeting, "publish/"))
        assert "against edition 1, which is live" in words(response)
        assert (
            "Agenda, item “Migration <policy> &amp; άσυλο”: title".replace("<", "&lt;").replace(">", "&gt;")
            in response.content.decode()
        )
        assert re.search(r"<ins><span[^>]*>new: </span> ?&lt;", response.content.decode())

    def test_nothing_changed(self, publisher: Client, meeting: Meeting) -> None:
        page = shown(publisher, meeting, "publish/")
        assert "Nothing has changed: the working copy says just what readers see." in page
        assert "Check the time" not in page
        response = sent(publisher, meeting, note="Nothing.")
        assert "nothing has changed" in " ".join(errors_beside(response, "__all__"))

    @pytest.mark.parametrize("note", ["", "   "])
    def test_readers_are_told_what_changed(self, publisher: Client, meeting: Meeting, note: str) -> None:
        correct(meeting)
        response = sent(publisher, meeting, note=note)
        assert errors_beside(response, "note") == ["Say in a sentence what changed; readers see it."]
        sent(publisher, meeting, note="The title of item 1.")
        assert Edition.objects.last().change_note == "The title of item 1."  # type: ignore[union-attr]

    def test_a_note_that_is_too_long(self, publisher: Client, meeting: Meeting) -> None:
        correct(meeting)
        response = sent(publisher, meeting, note="α" * 501)
        assert errors_beside(response, "note") == ["This has 501 characters; at most 500 are possible."]
        assert "maxlength" not in response.content.decode()  # a browser would cut what is pasted, and say nothing

    def test_a_time_is_checked_before_the_note_is_written(self, publisher: Client, meeting: Meeting) -> None:
        correct(meeting)
        response = sent(publisher, meeting, at="2060-09-14 18:00", check="Check the time")
        assert response.context["form"].errors == {}
        assert "UTC Tuesday 14 September 2060, 16:00:00" in words(response)

    def test_what_was_saved_since_is_not_published_unseen(self, publisher: Client, meeting: Meeting) -> None:
        correct(meeting)
        page = publisher.get(address_of(meeting, "publish/"))
        values = {"shown": page.context["outlook"].digest, "note": "The title."}
        correct(meeting, "What a colleague saved meanwhile")
        response = publisher.post(address_of(meeting, "publish/"), values)
        assert "Somebody has saved a change since this page was shown" in words(response)
        assert "a colleague saved meanwhile" in words(response)  # the new changes, to look at
        assert Edition.objects.count() == 1
        digest = response.context["outlook"].digest
        publisher.post(address_of(meeting, "publish/"), values | {"shown": digest})
        assert Edition.objects.count() == 2

    def test_a_form_that_shows_nothing_publishes_nothing(self, publisher: Client, meeting: Meeting) -> None:
        correct(meeting)
        publisher.post(address_of(meeting, "publish/"), {"note": "The title."})
        assert Edition.objects.count() == 1

    def test_a_move_without_a_public_reason_is_told_before(self, publisher: Client, meeting: Meeting) -> None:
        Meeting.objects.update(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY)
        page = shown(publisher, meeting, "publish/")
        assert "give the public reason for the change first" in page
        assert "Earlier dates and places" in page

    def test_the_reason_of_the_last_move_does_not_serve_again(
        self, publisher: Client, meeting: Meeting, clock: Any
    ) -> None:
        Meeting.objects.update(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY, status_reason="Room not free")
        meeting.refresh_from_db()
        published(clock, meeting, note="Moved.")
        told = "still that of the earlier change (“Room not free”): write the one for this change."
        saved(publisher, address_of(meeting, "change/"), city="Luxembourg")
        assert told in words(publisher.get(LIST))  # after saving
        assert told in shown(publisher, meeting, "publish/")
        saved(publisher, address_of(meeting, "change/"), status_reason="Room still not free")
        assert told not in shown(publisher, meeting, "publish/")

    def test_looking_changes_nothing(self, publisher: Client, meeting: Meeting) -> None:
        Meeting.objects.update(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY, status_reason="Snow.")
        before = Meeting.objects.values().get()
        for step in ("publish/", "preview/"):
            shown(publisher, meeting, step)
        assert Meeting.objects.values().get() == before


class TestStillToCome:
    @pytest.fixture
    def meeting(self, clock: Any, db: None) -> Meeting:
        """Live as edition 1, with a correction at noon."""
        meeting = make_meeting()
        published(clock, meeting)
        correct(meeting, "To come")
        publish(meeting, at=PRESS_DAY + dt.timedelta(hours=2), note="At noon.")
        return meeting

    def test_both_are_held_against_the_working_copy(self, publisher: Client, meeting: Meeting) -> None:
        correct(meeting, "Newer")
        page = shown(publisher, meeting, "publish/")
        assert "An edition is still to come, on 14 September 2060, 12:00:00 (Brussels time)" in page
        live, pending = page.split("An edition is still to come")
        assert "removed: Migration policy" in live
        assert "removed: To come" in pending

    def test_it_asks_what_is_to_become_of_it(self, publisher: Client, meeting: Meeting) -> None:
        correct(meeting, "Newer")
        response = sent(publisher, meeting, note="Newer.")
        assert "is already to appear on 14 September 2060, 12:00:00" in " ".join(errors_beside(response, "pending"))
        response = sent(publisher, meeting, note="Newer.", at="2060-09-14 13:00", pending="keep")
        assert errors_beside(response, "pending")
        sent(publisher, meeting, note="Newer.", at="2060-09-14 13:00", pending="replace")
        assert [edition.change_note for edition in Edition.objects.all()] == ["", "Newer."]

    def test_a_way_that_is_none(self, publisher: Client, meeting: Meeting) -> None:
        response = sent(publisher, meeting, note="Newer.", pending="nonsense")
        assert errors_beside(response, "pending")

    def test_beside_it(self, publisher: Client, meeting: Meeting) -> None:
        correct(meeting, "Newer")
        sent(publisher, meeting, note="Newer.", pending="keep")
        assert [edition.change_note for edition in Edition.objects.all()] == ["", "Newer.", "At noon."]

    def test_the_same_at_another_time(self, publisher: Client, meeting: Meeting) -> None:
        assert "Replace it to have it appear at another time." in shown(publisher, meeting, "publish/")
        sent(publisher, meeting, note="Later.", at="2060-09-14 20:00", pending="replace")
        assert Edition.objects.last().available_from.hour == 18  # type: ignore[union-attr]

    def test_it_is_called_off(self, publisher: Client, meeting: Meeting) -> None:
        assert "will be deleted, and will not appear" in shown(publisher, meeting, "call-off/")
        assert Edition.objects.count() == 2
        response = publisher.post(address_of(meeting, "call-off/"), follow=True)
        told = "Called off the edition that was to appear on 14 September 2060, 12:00:00 (Brussels time)."
        assert told in words(response)
        assert Edition.objects.count() == 1
        assert history_of(meeting) == [told]

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_one_that_has_appeared_is_not_called_off(
        self, publisher: Client, clock: Any, meeting: Meeting, method: str
    ) -> None:
        clock.move_to(PRESS_DAY + DAY)
        response = getattr(publisher, method)(address_of(meeting, "call-off/"), follow=True)
        assert "No edition is still to come" in words(response)
        assert Edition.objects.count() == 2


class TestPreview:
    def test_the_working_copy_in_the_public_page(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        correct(meeting, "Only in the working copy")
        response = editor.get(address_of(meeting, "preview/"))
        assert "Preview of the working copy: not public" in words(response)
        assert "Only in the working copy" in words(response)
        assert 'name="robots" content="noindex"' in response.content.decode()
        assert response["X-Robots-Tag"] == "noindex"
        assert "no-store" in response["Cache-Control"]

    def test_a_topic_with_its_meetings(self, editor: Client, clock: Any) -> None:
        topic, meeting = make_topic(), make_meeting()
        meeting.agenda.get().topics.add(topic)
        published(clock, topic, meeting)
        BackgroundTopic.objects.update(title="Asylum")
        page = shown(editor, topic, "preview/")
        assert "Asylum" in page
        assert "Justice and Home Affairs Council" in page

    def test_an_empty_meeting(self, editor: Client) -> None:
        meeting = Meeting.objects.create(configuration=make_configuration(), start_date=PRESS_DATE)
        assert "Justice and Home Affairs Council" in shown(editor, meeting, "preview/")


class TestEditions:
    def test_none_yet(self, editor: Client) -> None:
        assert "Nothing has been published yet." in shown(editor, make_meeting(), "editions/")

    def test_each_with_its_state_newest_first(self, publisher: Client, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        withdrawal = withdraw(meeting, reason="Sent too early.")
        clock.move_to(withdrawal.available_from)
        published(clock, meeting, note="Back again.")
        correct(meeting)
        published(clock, meeting, note="The title.")
        correct(meeting, "Later")
        publish(meeting, at=PRESS_DAY + DAY, note="Tomorrow.")
        with CaptureQueriesContext(connection) as queries:
            entries = publisher.get(address_of(meeting, "editions/")).context["entries"]
        assert [(entry.number, entry.state, entry.note) for entry in entries] == [
            (0, "To come", "Tomorrow."),
            (4, "Live", "The title."),
            (3, "Earlier", "Back again."),
            (2, "Withdrawal", "Sent too early."),
            (1, "Earlier, no longer shown", ""),
        ]
        # session, user, the roles, meeting and configuration, editions, reasons
        assert len(queries) == 7

    def test_an_edition_as_it_was_and_as_it_will_be(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        first = published(clock, meeting)
        correct(meeting)
        [second] = publish(meeting, at=PRESS_DAY + DAY, note="The title.")
        before = shown(editor, meeting, f"editions/{first.pk}/")
        assert "The edition of 14 September 2060, 10:00:01 (Brussels time) as it was" in before
        assert "Migration policy" in before
        after = shown(editor, meeting, f"editions/{second.pk}/?language=fr")
        assert "An edition still to come, on 15 September 2060, 10:00:00 (Brussels time): not public" in after
        assert "Migration and asylum" in after

    def test_a_withdrawal(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        edition = withdraw(meeting, reason="Sent too early.")
        clock.move_to(edition.available_from)
        assert "Sent too early." in shown(editor, meeting, f"editions/{edition.pk}/")
        assert "It is a withdrawal" in shown(editor, meeting, f"editions/{edition.pk}/changes/")

    def test_what_changed(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        first = published(clock, meeting)
        correct(meeting)
        second = published(clock, meeting, note="The title.")
        edition = withdraw(meeting, reason="Sent too early.")
        clock.move_to(edition.available_from)
        third = published(clock, meeting)
        changes = {x: shown(editor, meeting, f"editions/{x.pk}/changes/") for x in (first, second, third)}
        assert "It is the first edition" in changes[first]
        assert "Agenda, item “Migration and asylum”: title changed" in changes[second]
        assert "It came after a withdrawal" in changes[third]
        assert "Nothing changed in this language." in changes[third]


class TestWithdrawal:
    @pytest.fixture
    def meeting(self, clock: Any, db: None) -> Meeting:
        meeting = make_meeting()
        published(clock, meeting)
        return meeting

    def test_nothing_to_withdraw(self, publisher: Client) -> None:
        assert "Nothing is published that could be withdrawn." in shown(publisher, make_meeting("env"), "withdraw/")

    def test_only_with_a_reason(self, publisher: Client, meeting: Meeting) -> None:
        response = publisher.post(address_of(meeting, "withdraw/"), {"reason": " ", "confirmed": "1"})
        assert errors_beside(response, "reason") == ["Give the public reason for the withdrawal."]
        response = publisher.post(address_of(meeting, "withdraw/"), {"reason": "α" * 501, "confirmed": "1"})
        assert errors_beside(response, "reason") == ["This has 501 characters; at most 500 are possible."]
        assert "maxlength" not in response.content.decode()
        assert Edition.objects.count() == 1

    def test_what_readers_will_see_is_shown_before(self, publisher: Client, meeting: Meeting) -> None:
        response = publisher.post(address_of(meeting, "withdraw/"), {"reason": "Sent <too> early."})
        assert "Just this is what readers will see at /en/meetings/jha/2060/09/14/" in words(response)
        assert "Sent &lt;too&gt; early." in response.content.decode()
        assert Edition.objects.count() == 1

    def test_confirmed(self, publisher: Client, meeting: Meeting, client: Client, clock: Any) -> None:
        values = {"reason": "Sent too early.", "confirmed": "Withdraw now"}
        response = publisher.post(address_of(meeting, "withdraw/"), values, follow=True)
        assert "is withdrawn from 14 September 2060, 10:00:02 (Brussels time)." in words(response)
        assert history_of(meeting) == ["Withdrawn from 14 September 2060, 10:00:02 (Brussels time). “Sent too early.”"]
        clock.move_to(PRESS_DAY + DAY)
        page = client.get("/en/meetings/jha/2060/09/14/")
        assert page.status_code == 410
        assert "Sent too early." in page.content.decode()

    def test_what_is_to_come_goes_with_it_and_that_is_said(self, publisher: Client, meeting: Meeting) -> None:
        correct(meeting)
        publish(meeting, at=PRESS_DAY + DAY, note="The title.")
        assert "is deleted with it" in shown(publisher, meeting, "withdraw/")

    def test_back_again(self, publisher: Client, meeting: Meeting, clock: Any) -> None:
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert "What will appear again, after the withdrawal" in shown(publisher, meeting, "publish/")
        sent(publisher, meeting)
        assert Edition.objects.count() == 3


def test_the_history_tells_who_published_what_when(publisher: Client, clock: Any) -> None:
    meeting = make_meeting()
    sent(publisher, meeting)
    clock.move_to(PRESS_DAY + DAY)
    correct(meeting)
    sent(publisher, meeting, at="2060-09-16 18:00", note="The title.")
    assert history_of(meeting) == [
        "Published edition 1, from 14 September 2060, 10:00:01 (Brussels time).",
        "Published edition 2, from 16 September 2060, 18:00:00 (Brussels time). “The title.”",
    ]
    assert "publisher" in shown(publisher, meeting, "history/")


def state_of(client: Client, subject: Meeting | BackgroundTopic) -> str:
    page = client.get(LIST if isinstance(subject, Meeting) else TOPICS).content.decode()
    row = page[page.index(f'value="{subject.pk}"') :].partition("</tr>")[0]
    return " · ".join(re.findall('<span class="state">(.*?)</span>', row))


class TestState:
    def test_from_draft_to_withdrawn(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        assert state_of(editor, meeting) == "Draft"
        [pending] = publish(meeting, at=PRESS_DAY + DAY)
        assert state_of(editor, meeting) == "Appears 15 Sep 10:00"
        clock.move_to(pending.available_from)
        assert state_of(editor, meeting) == "Live, edition 1"
        posted(editor, address_of(meeting, "change/"), lead="<p>Another.</p>")
        assert state_of(editor, meeting) == "Changed since edition 1"
        publish(meeting, at=dt.datetime(2061, 1, 2, 9, tzinfo=dt.UTC))
        assert state_of(editor, meeting) == "Live, edition 1 · Appears 2 Jan 2061 10:00"
        posted(editor, address_of(meeting, "change/"), lead="<p>Yet another.</p>")
        assert state_of(editor, meeting) == (
            "Live, edition 1 · Appears 2 Jan 2061 10:00 · Changed since the edition to come"
        )
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert state_of(editor, meeting) == "Withdrawn"

    def test_a_topic(self, editor: Client, clock: Any) -> None:
        topic = make_topic()
        published(clock, topic)
        assert state_of(editor, topic) == "Live, edition 1"
        posted(editor, address_of(topic, "change/"), title="Asylum")
        assert state_of(editor, topic) == "Changed since edition 1"
        posted(editor, address_of(topic, "change/"), title="Migration policy")
        assert state_of(editor, topic) == "Live, edition 1"

    def test_a_save_without_a_change_is_no_change(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting, make_topic())
        posted(editor, address_of(meeting, "change/"))
        assert state_of(editor, meeting) == "Live, edition 1"

    @pytest.mark.parametrize("part", ["agendaitem", "programmepoint"])
    def test_a_part_saved_on_its_own_screen(self, editor: Client, clock: Any, part: str) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        row: Any = meeting.agenda.get() if part == "agendaitem" else meeting.programme.get()
        address = f"/admin/{row._meta.app_label}/{part}/{row.pk}/change/"
        none: dict[str, Any] = {"topics": [], "points": []} if part == "agendaitem" else {}
        posted(editor, address, **none)
        assert state_of(editor, meeting) == "Live, edition 1"
        assert posted(editor, address, title="Another", **none).status_code == 302
        assert state_of(editor, meeting) == "Changed since edition 1"

    def test_a_part_deleted_on_its_own_screen(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        item = AgendaItem.objects.create(meeting=meeting, title="Not yet published")
        posted(editor, address_of(meeting, "change/"))
        assert state_of(editor, meeting) == "Changed since edition 1"
        editor.post(f"/admin/agenda/agendaitem/{item.pk}/delete/", {"post": "yes"})
        assert state_of(editor, meeting) == "Live, edition 1"

    def test_what_restoring_changed(self, editor: Client, clock: Any) -> None:
        make_configuration()
        document = full_document()
        meeting = restore(document)
        published(clock, meeting)
        restore(document)
        assert state_of(editor, meeting) == "Live, edition 1"
        document.notice = "Another."
        restore(document)
        assert state_of(editor, meeting) == "Changed since edition 1"

    def test_a_topic_is_named_as_the_edition_names_it(self, editor: Client, clock: Any) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        published(clock, meeting, topic)
        posted(editor, address_of(meeting, "change/"))
        assert state_of(editor, meeting) == "Live, edition 1"

    def test_what_makes_no_document_is_changed(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        AgendaItem.objects.create(meeting=meeting, title="Two", parent=AgendaItem.objects.get())
        AgendaItem.objects.exclude(title="Two").update(parent=AgendaItem.objects.get(title="Two"))
        point = meeting.programme.get()
        posted(editor, f"/admin/meetings/programmepoint/{point.pk}/change/", title="Another")
        assert state_of(editor, meeting) == "Changed since edition 1"

    def test_unknown_from_before_digests_were_noted_is_not_changed(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        Meeting.objects.update(digest="")
        assert state_of(editor, meeting) == "Live, edition 1"

    def test_the_form_says_it_too(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        assert "Live, edition 1" in shown(editor, meeting, "change/")


def found(client: Client, **query: str) -> set[UUID]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return {row.pk for row in response.context["cl"].result_list}


class TestDeletingSeveral:
    def test_nothing_goes_where_something_has_an_edition_and_that_is_named(self, publisher: Client, clock: Any) -> None:
        live, to_come, draft = make_meeting("jha"), make_meeting("env"), make_meeting("gac")
        published(clock, live)
        publish(to_come, at=PRESS_DAY + DAY)
        chosen = {"action": "delete_selected", "_selected_action": [str(x.pk) for x in (live, to_come, draft)]}
        for confirmed in ({}, {"post": "yes"}):
            page = words(publisher.post(LIST, chosen | confirmed, follow=True))
            assert "Nothing was deleted." in page
            assert "“JHA, 14 September 2060”" in page
            assert "“ENVI, 14 September 2060”" in page
            assert "“GAC, 14 September 2060”" not in page
            assert "have editions: withdraw or cancel them instead" in page
        assert Meeting.objects.count() == 3

    def test_a_topic(self, publisher: Client, clock: Any) -> None:
        topic = make_topic()
        published(clock, topic)
        chosen = {"action": "delete_selected", "_selected_action": [str(topic.pk)]}
        page = words(publisher.post(TOPICS, chosen, follow=True))
        assert "“Migration policy” has an edition: withdraw or cancel it instead" in page

    def test_drafts_go_when_that_is_confirmed(self, publisher: Client) -> None:
        chosen = {
            "action": "delete_selected",
            "_selected_action": [str(make_meeting().pk), str(make_meeting("env").pk)],
        }
        assert "Are you sure" in words(publisher.post(LIST, chosen))
        publisher.post(LIST, chosen | {"post": "yes"})
        assert not Meeting.objects.exists()

    def test_whoever_may_not_delete_has_no_such_action(self, db: None, clock: Any) -> None:
        make_meeting()
        assert "delete_selected" not in member_of("Translators").get(LIST).content.decode()


class TestDays:
    def test_all_days_of_a_meeting_sorted_by_the_first(self, editor: Client) -> None:
        first = dt.date(2027, 1, 27)
        make_meeting(start_date=first + 5 * DAY, end_date=first + 5 * DAY)
        make_meeting("env", start_date=first, end_date=first + DAY)
        make_meeting("gac", start_date=None, status="postponed")
        rows = editor.get(LIST, {"o": "1"}).content.decode()
        days = re.findall(r'class="field-days"><a [^>]*>(.*?)</a>', rows)
        assert [day for day in days if day != "no date"] == ["27–28 January 2027", "1 February 2027"]
        assert "no date" in days  # where it stands is the database's choice


class TestFilters:
    """14 September 2060 is a Tuesday."""

    @pytest.mark.parametrize(
        ("when", "days"),
        [
            ("today", {0}),
            ("week", {-1, 0, 5}),
            ("next-week", {6, 12}),
            ("month", {0, 5, 6, 12, 30}),
            ("past", {-2, -1}),
            ("nonsense", {-2, -1, 0, 5, 6, 12, 30, 31, None}),
        ],
    )
    def test_when(self, editor: Client, when: str, days: set[int | None]) -> None:
        made: dict[UUID, int | None] = {}
        for day in (-2, -1, 0, 5, 6, 12, 30, 31):
            made[make_meeting(start_date=PRESS_DATE + day * DAY).pk] = day
        made[make_meeting("env", start_date=None, status="postponed").pk] = None
        assert {made[key] for key in found(editor, when=when)} == days

    def test_a_meeting_of_several_days_and_one_without_a_date(self, editor: Client) -> None:
        long = make_meeting(start_date=PRESS_DATE - DAY, end_date=PRESS_DATE + DAY)
        none = make_meeting("env", start_date=None, status="postponed")
        assert found(editor, when="today") == {long.pk}
        assert found(editor, when="no-date") == {none.pk}

    def test_publication(self, editor: Client, clock: Any) -> None:
        slugs = "jha env ecofin gac fac".split()
        draft, live, changed, to_come, withdrawn = meetings = [make_meeting(slug) for slug in slugs]
        published(clock, live, changed, withdrawn)
        posted(editor, address_of(changed, "change/"), lead="<p>Another.</p>")
        publish(to_come, at=PRESS_DAY + DAY)
        clock.move_to(withdraw(withdrawn, reason="Sent too early.").available_from)
        assert found(editor, publication="never") == {draft.pk}
        assert found(editor, publication="live") == {live.pk, changed.pk}
        assert found(editor, publication="changed") == {changed.pk}
        assert found(editor, publication="to-come") == {to_come.pk}
        assert found(editor, publication="withdrawn") == {withdrawn.pk}
        assert found(editor, publication="nonsense") == {meeting.pk for meeting in meetings}

    def test_configurations_that_have_meetings_by_code_the_current_ones_first(self, editor: Client) -> None:
        old = make_configuration("gaerc")
        Meeting.objects.create(configuration=old, start_date=dt.date(2005, 5, 5))
        new = make_meeting("jha")
        make_configuration("env")
        page = editor.get(LIST)
        [choices] = [spec for spec in page.context["cl"].filter_specs if spec.title == "configuration"]
        assert choices.lookup_choices == [("jha", "JHA"), ("gaerc", "GAERC")]
        assert found(editor, configuration="jha") == {new.pk}
        assert found(editor, configuration="nonsense") == set()

    def test_topics_by_publication(self, editor: Client, clock: Any) -> None:
        live, _draft = make_topic(), make_topic("asylum")
        published(clock, live)
        response = editor.get(TOPICS, {"publication": "live"})
        assert [row.pk for row in response.context["cl"].result_list] == [live.pk]


class TestSearch:
    @pytest.fixture
    def meeting(self, db: None, clock: Any) -> Meeting:
        """The one that is searched for, and some that are not."""
        make_meeting("env", start_date=dt.date(2060, 9, 14), city="Tallinn", title="Umwelt")
        make_meeting("jha", start_date=dt.date(2016, 9, 14), document_number="1/16")
        Chair.objects.update(name="Somebody else")
        days = {"start_date": dt.date(2017, 9, 13), "end_date": dt.date(2017, 9, 14)}
        meeting = make_meeting("jha", **days, address_word="informal")
        Chair.objects.filter(meeting=meeting).update(name="Ανδρέας Anvelt")
        meeting.document_number, meeting.references, meeting.number = "12035/17", ["OJ CONS 57"], "3560"
        meeting.save()
        AgendaItem.objects.filter(meeting=meeting).update(
            title="Κοινό σύστημα ασύλου: Dublin", documents=["14996/1/22 REV 1"], procedures=["2016/0133 (COD)"]
        )
        return meeting

    @pytest.mark.parametrize(
        "query",
        [
            "JHA 2017",
            "jha 2017",
            "2017-09-14",
            "2017-9-13",
            "14/09/2017",
            "14.9.2017",
            "14 September 2017",
            "14 sept 2017",
            "JHA 13 Sep 2017",
            "september 2017",
            "2017",
            "12035/17",
            "OJ CONS 57",
            "ojcons57",
            "3560",
            "14996/1/22 REV 1",
            "14996/1/22rev1",
            "14996 / 1/22 REV1",
            "2016/0133 (COD)",
            "2016/0133(cod)",
            "2016 / 0133 ( COD )",
            "2016/0133",
            "dublin",
            "Justice Council Dublin",
            "Κοινό σύστημα",
            "jha dublin 2017 14996/1/22",
            "JHA 2017-09",
            "2017-9 dublin",
            "dublin September",
            "14 September dublin",
            "14 sept dublin",
            "3560 13 sep.",
            "Anvelt",
            "Ανδρέας anvelt",
            "JHA informal",
            "informal",
            "JHA Estonia",
            "estonia 2017",
        ],
    )
    def test_it_is_found(self, editor: Client, meeting: Meeting, query: str) -> None:
        assert found(editor, q=query) == {meeting.pk}

    @pytest.mark.parametrize(
        "query",
        ["JHA 2018", "JHA 2017-10", "JHA 2017-00", "JHA 2017-13", "JHA December 2017", "15 September dublin",
         "dublin October", "31 September", "30 February", "JHA Malta", "Estonia 2018", "anvelt env",
         "env 2017", "31/02/2017", "2017-13-40", "0000-00-00", "strong", "%", "_", "'", "Dublin Tallinn",
         "x" * 5000, "Ω " * 5000, "99999999999999999999", "14/09/20177"],
    )  # fmt: skip
    def test_nothing_is_found_and_nothing_breaks(self, editor: Client, meeting: Meeting, query: str) -> None:
        assert found(editor, q=query) == set()

    def test_the_list_says_that_nothing_fits_and_what_to_do(self, editor: Client, meeting: Meeting) -> None:
        told = "Nothing fits all of “JHA <Dublín>”. Try fewer words, or choose among the filters."
        page = words(editor.get(LIST, {"q": "JHA <Dublín>"}))
        assert told.replace("<", "&lt;").replace(">", "&gt;") in page
        assert "The filters that are chosen" in words(editor.get(LIST, {"q": "JHA Dublin", "when": "today"}))
        assert "Nothing fits" not in words(editor.get(LIST, {"q": "JHA Dublin"}))
        assert "Nothing fits" not in words(editor.get(LIST, {"when": "no-date"}))  # nothing was searched for

    @pytest.mark.parametrize("query", ["", "   "])
    def test_no_search(self, editor: Client, meeting: Meeting, query: str) -> None:
        assert len(found(editor, q=query)) == 3


def test_the_list_takes_the_same_queries_for_3_and_for_60_meetings(editor: Client, clock: Any) -> None:
    counts = []
    for first, last in ((0, 3), (3, 60)):
        for n in range(first, last):
            meeting = make_meeting(start_date=PRESS_DATE + n * DAY)
            if n % 3:
                publish(meeting, at=PRESS_DAY + DAY)
        with CaptureQueriesContext(connection) as queries:
            assert len(found(editor)) == last
        counts.append(len(queries))
    # session, user, the roles, configurations for the filter, two counts, the rows, two for the
    # dates above the list
    assert counts == [9, 9]
