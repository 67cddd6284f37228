"""A restored backup: nothing goes out, nobody is signed in, and the operator is told what must be done again.

What happens after the backup runs in a savepoint, and restoring it is rolling back to that.
"""

import gzip
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import Client

from agenda.mail.sending import send_due_notices
from agenda.models import BackgroundTopic, Notice, Release
from agenda.preview.links import revoke_link, share_revision, sign_link
from agenda.workflow.planned_releases import plan_release
from agenda.workflow.review_actions import submit
from agenda.workflow.scheduled_releases import call_off_release, hold_release
from agenda.workflow.suppression import get_edition_by_number, suppress
from agenda.workflow.translation_releases import set_language_rule
from meetings.access.audit import record_account, record_act
from meetings.access.lone_acts import ACTS_WITH_WORDS, LONE_ACTS, PUBLICATIONS
from meetings.editions.freezing import create_edition
from meetings.models import Act, AuditEntry, Edition, PasswordRequest, User
from meetings.sign_in.password_links import LinkTokens
from tests.admin_forms import create_user, sign_in
from tests.agenda.admin.screens import get_actor, get_step_url, read_screen, send_step
from tests.agenda.workflow.users import save_changes
from tests.factories import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DAY,
    make_meeting,
    make_meeting_document,
    make_topic,
    publish,
    publish_now,
    withdraw,
)
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
EVENING = PRESS_DAY + 480 * MINUTE
PAGE = "/en/meetings/jha/2060/09/14/"


def run_after_restore(*arguments: str) -> str:
    out = io.StringIO()
    call_command("after_restore", *arguments, stdout=out)
    return out.getvalue()


def read_log(*options: str) -> str:
    out = io.StringIO()
    call_command("audit", *options, stdout=out)
    return out.getvalue()


def approve_on_screen(petra: Client, topic: BackgroundTopic) -> None:
    submit(topic, by=get_actor("anna"))
    send_step(petra, topic, "review/", approve="x")


@contextmanager
def lose() -> Iterator[None]:
    """Lose what is written in the block, as if a backup from before it was restored."""
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


class TestReleases:
    def test_scheduled_text_does_not_appear_until_somebody_resumes_it(
        self, press_office: Any, visitor: Visitor, clock: Any
    ) -> None:
        publish(make_meeting(), at=EVENING)
        with lose():
            call_off_release(Release.objects.get(), by=COMMAND)
        out = run_after_restore()
        release = Release.objects.get()
        assert f"{release.pk}  14 September 2060, 18:00:00  JHA, 14 September 2060" in out
        clock.move_to(EVENING + MINUTE)
        assert visitor.get(PAGE).status_code == 404
        petra = sign_in("petra")
        screen = read_screen(petra, release, "change/")
        assert "On hold; was scheduled for 14 Sep 18:00" in screen
        assert "A backup of 14 September 2060, 10:00:00 (Brussels time) was restored." in screen
        petra.post(get_step_url(release, "resume/"), {"at": "19:00"})
        clock.move_to(EVENING + 61 * MINUTE)
        assert visitor.get(PAGE).status_code == 200

    def test_edition_without_a_release_does_not_appear(self, visitor: Visitor, clock: Any) -> None:
        create_edition([make_meeting_document()], available_from=EVENING)
        address = Edition.objects.get().address
        run_after_restore()
        clock.move_to(EVENING + MINUTE)
        assert visitor.get(f"/en/{address}").status_code == 404
        assert AuditEntry.objects.filter(act=Act.CALLED_OFF).count() == 1

    def test_planned_text_does_not_appear_once_it_is_approved(
        self, press_office: Any, visitor: Visitor, clock: Any
    ) -> None:
        topic = make_topic()
        release = plan_release(topic, by=get_actor("petra"), at=EVENING)
        run_after_restore()
        petra = sign_in("petra")
        assert "Not approved" in read_screen(petra, release, "change/")
        approve_on_screen(petra, topic)
        clock.move_to(EVENING + MINUTE)
        assert visitor.get("/en/topics/migration-policy/").status_code == 404
        petra.post(get_step_url(release, "resume/"), {"at": "19:00"})
        assert "Scheduled for 14 Sep 19:00" in read_screen(petra, release, "change/")
        clock.move_to(EVENING + 61 * MINUTE)
        assert visitor.get("/en/topics/migration-policy/").status_code == 200

    def test_planned_text_that_is_not_approved_is_planned_again(self, press_office: Any, clock: Any) -> None:
        topic = make_topic()
        release = plan_release(topic, by=get_actor("petra"), at=EVENING)
        run_after_restore()
        for arguments in (["--now", str(release.pk)], ["--move", str(release.pk), "--at", "2060-09-14 09:00"]):
            with pytest.raises(CommandError, match=r"not approved yet|in the future"):
                call_command("releases", *arguments, "--reason", "Agreed.", stdout=io.StringIO())
        assert Release.objects.get().state == Release.State.ON_HOLD
        petra = sign_in("petra")
        petra.post(get_step_url(release, "resume/"), {"at": "19:00"})
        assert "Scheduled for 14 Sep 19:00, not yet approved" in read_screen(petra, release, "change/")
        approve_on_screen(petra, topic)
        assert Edition.objects.get().available_from == EVENING + 60 * MINUTE

    def test_planned_text_that_is_approved_can_be_published_now(self, press_office: Any, clock: Any) -> None:
        topic = make_topic()
        release = plan_release(topic, by=get_actor("petra"), at=EVENING)
        run_after_restore()
        approve_on_screen(sign_in("petra"), topic)
        call_command("releases", "--now", str(release.pk), "--reason", "Agreed.", stdout=io.StringIO())
        assert Edition.objects.get().available_from < PRESS_DAY + MINUTE

    def test_plan_is_not_resumed_beside_another_one(self, press_office: Any, clock: Any) -> None:
        topic = make_topic()
        release = plan_release(topic, by=get_actor("petra"), at=EVENING)
        run_after_restore()
        plan_release(topic, by=get_actor("petra"), at=EVENING + DAY)
        with pytest.raises(CommandError, match="already scheduled"):
            move = ["--move", str(release.pk), "--at", "2060-09-14 19:00"]
            call_command("releases", *move, "--reason", "Agreed.", stdout=io.StringIO())

    def test_second_run_changes_nothing_and_lists_what_is_on_hold(self, clock: Any) -> None:
        publish(make_meeting(), at=EVENING)
        release = Release.objects.get()
        publish(make_meeting("ecofin"), at=EVENING)
        other = Release.objects.exclude(pk=release.pk).get()
        hold_release(other, by=COMMAND, reason="The minister is late.")
        clock.move_to(PRESS_DAY + MINUTE)
        run_after_restore()
        before = list(Release.objects.values())
        entries = AuditEntry.objects.filter(act=Act.PUT_ON_HOLD).count()
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        out = run_after_restore()
        assert "is of 14 September 2060, 10:00:00 (Brussels time)" in out
        assert f"{release.pk}  14 September 2060, 18:00:00  JHA, 14 September 2060" in out
        assert str(other.pk) not in out
        assert list(Release.objects.values()) == before
        assert AuditEntry.objects.filter(act=Act.PUT_ON_HOLD).count() == entries == 2

    def test_what_has_appeared_since_the_backup_is_listed(self, clock: Any) -> None:
        publish_now(clock, make_meeting("ecofin"))
        publish(make_meeting(), at=EVENING)
        clock.move_to(EVENING + MINUTE)
        out = run_after_restore()
        assert "14 September 2060, 18:00:00  /meetings/jha/2060/09/14/" in out
        assert "On hold" not in out


class TestAccess:
    def test_everybody_is_signed_out(self, petra: Client, clock: Any) -> None:
        assert petra.get("/admin/").status_code == 200
        assert "Ended: 2 sessions" in run_after_restore()  # of anna, too
        assert petra.get("/admin/")["Location"].startswith("/admin/login/")

    def test_revoked_preview_link_does_not_open(self, petra: Client, clock: Any) -> None:
        meeting, by = make_meeting(), get_actor("petra")
        [revision] = submit(meeting, by=get_actor("anna"))
        link = share_revision(meeting, revision, by=by, now=PRESS_DAY, for_whom="Ada", until=PRESS_DAY + DAY)
        address = f"/preview/{sign_link(link)}/"
        assert Client().get(address).status_code == 200
        with lose():
            revoke_link(meeting, link, by=by, now=PRESS_DAY)
        assert "1 preview links" in run_after_restore()
        assert Client().get(address).status_code == 404
        assert AuditEntry.objects.filter(act=Act.PREVIEW_REVOKED).count() == 1

    @pytest.mark.parametrize("kind", ["invited", "forgotten", "never signed in"])
    def test_link_to_set_a_password_does_not_work(self, petra: Client, clock: Any, kind: str) -> None:
        account = create_user("piet", "Publishers")
        if kind == "invited":
            account.set_unusable_password()
        account.last_login = PRESS_DAY - DAY if kind == "forgotten" else None
        account.save()
        token = LinkTokens().make_token(account)
        run_after_restore()
        assert not LinkTokens().check_token(User.objects.get(pk=account.pk), token)

    def test_no_link_is_mailed_that_was_asked_for_before(
        self, press_office: Any, clock: Any, mailoutbox: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("petra", "anna"):
            User.objects.filter(username=name).update(email=f"{name}@example.eu")
        PasswordRequest.objects.create(name="petra", at=PRESS_DAY)
        with monkeypatch.context() as patch:  # the mail server was down when the backup was made
            patch.setattr("agenda.mail.sending.can_send_mail", lambda: False)
            send_due_notices()
        PasswordRequest.objects.create(name="anna", at=PRESS_DAY)
        assert Notice.objects.count() == 1
        run_after_restore()
        send_due_notices()
        assert mailoutbox == []


class TestLog:
    def test_what_was_removed_since_the_backup_is_listed(self, press_office: Any, clock: Any, tmp_path: Path) -> None:
        meeting, other = make_meeting(notice="First."), make_meeting("ecofin")
        publish_now(clock, meeting)
        publish_now(clock, save_changes(meeting, notice="Second."), note="The notice.")
        publish_now(clock, other)
        with lose():
            withdraw(other, reason="It leaked.")
            suppress(meeting, get_edition_by_number(meeting, 1), by=COMMAND, reason="A private number.")
            record_account(COMMAND, Act.ACCOUNT_CHANGED, User.objects.get(username="petra"), is_active=False)
            record_act(get_actor("anna"), Act.SIGNED_IN, second_factor="recovery")
            record_act(get_actor("anna"), Act.SIGNED_IN, second_factor="app")
            submit(save_changes(meeting, notice="Third."), by=get_actor("anna"))
            log = read_log()
        (tmp_path / "log").write_text(f'{log}{log}{{"id": 1, "at": "20', encoding="utf-8")
        out = run_after_restore(str(tmp_path / "log"))
        accounts, removed, others = re.split("Done since the backup|Lost as well", out)
        lost = [line for line in removed.splitlines() if "a test" in line]
        assert len(lost) == 2
        assert "a test withdrew the page  meetings/ecofin/2060/09/14/" in lost[0]
        assert "It leaked." in lost[0]
        assert "a test removed a past edition from the site  meetings/jha/2060/09/14/" in lost[1]
        assert accounts.count("a test changed an account") == 1
        assert '"account":"petra"' in accounts
        assert accounts.count("anna signed in") == 1
        assert "1 × signed in" in others
        assert "1 × submitted for approval" in others

    def test_text_that_counts_as_approved_again_is_listed(self, press_office: Any, clock: Any, tmp_path: Path) -> None:
        meeting, petra = make_meeting(), sign_in("petra")
        submit(meeting, by=get_actor("anna"))
        send_step(petra, meeting, "review/", approve="x")
        with lose():
            send_step(petra, meeting, "review/", send_back="x", remark="The minister has other plans.")
            set_language_rule(meeting, by=get_actor("petra"), required=["el"], others="follow")
            (tmp_path / "log").write_text(read_log(), encoding="utf-8")
        out = run_after_restore(str(tmp_path / "log"))
        listed = out.partition("Done since the backup")[2].partition("Lost as well")[0]
        assert "petra sent back  meetings/jha/2060/09/14/" in listed
        assert "petra set which languages to wait for" in listed

    @pytest.mark.parametrize("act", [*LONE_ACTS, *ACTS_WITH_WORDS, *PUBLICATIONS])
    def test_act_that_a_colleague_may_have_to_confirm_is_listed(
        self, press_office: Any, clock: Any, tmp_path: Path, act: Act
    ) -> None:
        with lose():
            record_act(get_actor("petra"), act, address="meetings/jha/2060/09/14/")
            (tmp_path / "log").write_text(read_log(), encoding="utf-8")
        out = run_after_restore(str(tmp_path / "log"))
        listed = out.partition("Done since the backup")[2].partition("Lost as well")[0]
        assert listed.count("petra") == listed.count("meetings/jha/2060/09/14/") == 1

    def test_log_can_come_from_standard_input(
        self, press_office: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        with lose():
            withdraw(meeting, reason="It leaked.")
            log = read_log()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(log.encode())))
        assert "It leaked." in run_after_restore("-")

    def test_without_a_log_the_press_office_must_be_asked(self, press_office: Any, clock: Any) -> None:
        assert "No audit log was given. Nothing here says what was done since the backup. Ask" in run_after_restore()

    def test_log_that_ends_with_the_backup_has_nothing_more(self, clock: Any, tmp_path: Path) -> None:
        publish_now(clock, make_meeting())
        log = read_log()
        (tmp_path / "log").write_text(log, encoding="utf-8")
        out = run_after_restore(str(tmp_path / "log"))
        assert f"has {log.count(chr(10))} entries. The last one is of 14 September 2060, 10:00:00 (Brussels" in out
        assert "It has nothing that this backup lacks." in out
        assert "Ask the press office" not in out

    def test_log_that_ends_before_the_backup_says_nothing_of_the_time_since(self, clock: Any, tmp_path: Path) -> None:
        publish_now(clock, make_meeting())
        (tmp_path / "log").write_text(read_log(), encoding="utf-8")
        clock.move_to(EVENING)
        publish_now(clock, make_meeting("ecofin"))
        out = run_after_restore(str(tmp_path / "log"))
        assert "It ends before the last entry of this backup. Nothing here says" in out
        assert "has nothing that this backup lacks" not in out

    @pytest.mark.parametrize("kept", [b"", b"Not a log.\n", gzip.compress(b"{}\n")], ids=["empty", "text", "gzip"])
    def test_file_without_an_entry_is_refused_before_anything_is_done(
        self, clock: Any, tmp_path: Path, kept: bytes
    ) -> None:
        publish(make_meeting(), at=EVENING)
        (tmp_path / "log").write_bytes(kept)
        with pytest.raises(CommandError, match=r"Nothing was done. There is no entry") as refusal:
            run_after_restore(str(tmp_path / "log"))
        assert refusal.value.returncode == 2
        assert Edition.objects.exists()

    def test_unreadable_log_is_refused_before_anything_is_done(self, clock: Any, tmp_path: Path) -> None:
        publish(make_meeting(), at=EVENING)
        with pytest.raises(CommandError, match="Nothing was done") as refusal:
            run_after_restore(str(tmp_path / "none"))
        assert refusal.value.returncode == 2
        assert Edition.objects.exists()
