"""Who is told of a comment by mail: the authors of the text and those who talk about it, once, if it still waits."""

from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.mail.sending import send_due_notices
from agenda.models import Comment, DeclinedNotice, Notice, Revision
from agenda.workflow.comments import Act, Passage, add_comment, reply
from agenda.workflow.notices import DECISION_TIME
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.translation_submission import submit_translation
from meetings.models import Meeting, Membership, User
from tests.admin_forms import create_user, give_role
from tests.agenda.mail.people import list_recipients, send_later, set_user
from tests.agenda.workflow.translations import FRENCH, People, approve_english_text, save_translation
from tests.agenda.workflow.users import get_shown
from tests.factories import MINUTE, make_meeting

Mails = list[EmailMessage]


@pytest.fixture
def meeting(people: People) -> Meeting:
    """Anna's text, which Paul and Petra may approve. They were told of it."""
    meeting = make_meeting()
    submit(meeting, by=people["anna"])
    Notice.objects.all().delete()
    return meeting


def comment_as(people: People, name: str, meeting: Meeting, language: str = "en") -> Comment:
    revision = Revision.objects.filter(subject_id=meeting.pk).latest("pk")
    about = Passage(meeting.pk)
    return add_comment(meeting, revision, language, about, "Zanzibar?", by=people[name], now=timezone.now())


def reply_as(people: People, name: str, comment: Comment, act: Act = Act.ANSWERED, text: str = "Room 2.") -> None:
    subject = Meeting.objects.get(pk=comment.subject_id)
    reply(subject, comment.pk, act, text if act == Act.ANSWERED else "", by=people[name], now=timezone.now())


def list_mails_to(mails: Mails, name: str) -> Mails:
    return [mail for mail in mails if mail.to == [f"{name}@example.eu"]]


def send_after_decision_time(clock: Any) -> None:
    send_later(clock, DECISION_TIME)
    send_later(clock)


@pytest.mark.once
class TestNobodyElse:
    def test_nobody_is_told_of_their_own_comment(
        self, people: People, meeting: Meeting, clock: Any, mailoutbox: Mails
    ) -> None:
        comment = comment_as(people, "anna", meeting)
        reply_as(people, "anna", comment)
        send_after_decision_time(clock)
        assert mailoutbox == []

    @pytest.mark.parametrize("act", ["settled", "deleted", "answered"])
    def test_what_is_done_before_the_mail_goes_is_not_told(
        self, people: People, meeting: Meeting, clock: Any, mailoutbox: Mails, act: str
    ) -> None:
        comment = comment_as(people, "paul", meeting)
        if act == "deleted":
            comment.delete()
        else:
            reply_as(people, "anna", comment, Act(act))
        send_after_decision_time(clock)
        assert list_recipients(mailoutbox) == (["paul"] if act == "answered" else [])
        assert not Notice.objects.filter(sent_at=None).exists()

    @pytest.mark.parametrize("loss", ["role", "desk", "declined", "account"])
    def test_who_may_no_longer_see_it_or_declined_is_not_told(
        self, people: People, meeting: Meeting, clock: Any, mailoutbox: Mails, loss: str
    ) -> None:
        comment_as(people, "paul", meeting)
        anna = User.objects.get(username="anna")
        if loss == "account":
            set_user("anna", is_active=False)
        elif loss == "declined":
            DeclinedNotice.objects.create(user=anna, kind="comments")
        else:
            Membership.objects.filter(user=anna).delete()
            if loss == "desk":
                make_meeting("env")
                give_role(anna, "Duty", of="env")
        send_after_decision_time(clock)
        assert mailoutbox == []

    def test_author_of_another_language_is_not_told(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        meeting = approve_english_text(people)
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        Notice.objects.all().delete()
        comment_as(people, "rita", meeting, "fr")
        send_after_decision_time(clock)
        assert list_recipients(mailoutbox) == ["theo"]


@pytest.mark.once
class TestTold:
    def test_author_is_told_once_of_several_comments_without_their_words(
        self, people: People, meeting: Meeting, clock: Any, mailoutbox: Mails
    ) -> None:
        for _number in range(3):
            comment_as(people, "paul", meeting)
            clock.shift(DECISION_TIME / 2)  # he still reads
            send_due_notices()
        assert mailoutbox == []
        for _run in range(3):
            send_later(clock, DECISION_TIME)
        [mail] = mailoutbox
        assert (mail.to, mail.subject) == (["anna@example.eu"], "Comments for you: JHA, 14 September 2060")
        assert f"/admin/meetings/meeting/{meeting.pk}/change/#comments" in str(mail.body)
        assert "Zanzibar" not in mail.message().as_string()

    def test_whoever_commented_or_answered_is_told_of_an_answer_soon(
        self, people: People, meeting: Meeting, clock: Any, mailoutbox: Mails
    ) -> None:
        comment = comment_as(people, "paul", meeting)
        reply_as(people, "anna", comment)
        send_later(clock)
        assert list_recipients(mailoutbox) == ["paul"]
        reply_as(people, "petra", comment)
        send_after_decision_time(clock)
        assert list_recipients(mailoutbox) == ["anna", "paul", "paul"]

    def test_reopened_comment_is_told(self, people: People, meeting: Meeting, clock: Any, mailoutbox: Mails) -> None:
        comment = comment_as(people, "paul", meeting)
        reply_as(people, "anna", comment, Act.SETTLED)
        clock.shift(MINUTE)
        reply_as(people, "paul", comment, Act.REOPENED)
        send_after_decision_time(clock)
        assert list_recipients(mailoutbox) == ["anna"]


@pytest.mark.once
class TestDecision:
    def test_text_sent_back_with_comments_is_one_mail(
        self, people: People, meeting: Meeting, clock: Any, mailoutbox: Mails
    ) -> None:
        other = make_meeting("env")
        submit(other, by=people["anna"])
        for _number in range(2):
            on_another_language = comment_as(people, "paul", meeting)
            clock.shift(20 * MINUTE)
            send_due_notices()
        on_another_language.pk, on_another_language.language = None, "fr"
        on_another_language.save()
        mailoutbox.clear()
        send_back(other, by=people["petra"], shown=get_shown(other), remark="Another one.")
        send_later(clock)
        assert [mail.subject for mail in mailoutbox] == ["Sent back to you: ENVI, 14 September 2060"]
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="")
        send_after_decision_time(clock)
        assert [mail.subject for mail in mailoutbox[1:]] == ["Sent back to you: JHA, 14 September 2060"]
        assert "with 2 new comments" in str(mailoutbox[1].body)
        assert "COMMENTS FOR YOU" not in str(mailoutbox[1].body)
        assert not Notice.objects.filter(sent_at=None).exists()

    def test_comments_that_were_told_are_not_told_again_when_the_text_is_sent_back(
        self, people: People, meeting: Meeting, clock: Any, mailoutbox: Mails
    ) -> None:
        """Paul thinks for more than an hour after his comment, and once comments again."""
        comment_as(people, "paul", meeting)
        send_after_decision_time(clock)
        assert [mail.subject for mail in mailoutbox] == ["Comments for you: JHA, 14 September 2060"]
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="")
        send_later(clock)
        assert "JHA, 14 September 2060 (English), with no comment that is new to you" in str(mailoutbox[1].body)
        submit(meeting, by=people["anna"])
        comment_as(people, "paul", meeting)
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="")
        send_later(clock)
        assert "with 1 new comment" in str(list_mails_to(mailoutbox, "anna")[2].body)
        submit(meeting, by=people["anna"])
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="")
        send_later(clock)
        assert "with no comment that is new to you" in str(list_mails_to(mailoutbox, "anna")[3].body)

    def test_comments_that_went_with_the_text_are_not_told_again_when_it_is_sent_back_again(
        self, people: People, meeting: Meeting, clock: Any, mailoutbox: Mails
    ) -> None:
        """Anna declined mails about comments alone."""
        DeclinedNotice.objects.create(user=User.objects.get(username="anna"), kind="comments")
        comment_as(people, "paul", meeting)
        for words in ("with 1 new comment", "with no comment that is new to you"):
            send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="")
            send_later(clock)
            assert words in str(list_mails_to(mailoutbox, "anna")[-1].body)
            submit(meeting, by=people["anna"])

    def test_comments_are_told_if_the_other_mail_is_declined(
        self, people: People, meeting: Meeting, clock: Any, mailoutbox: Mails
    ) -> None:
        DeclinedNotice.objects.create(user=User.objects.get(username="anna"), kind="sent_back")
        comment_as(people, "paul", meeting)
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="")
        send_later(clock)
        assert [mail.subject for mail in mailoutbox] == ["Comments for you: JHA, 14 September 2060"]

    def test_comments_on_a_text_that_is_approved_are_told_soon(
        self, people: People, meeting: Meeting, clock: Any, mailoutbox: Mails
    ) -> None:
        comment_as(people, "paul", meeting)
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        send_later(clock)
        assert list_recipients(mailoutbox) == ["anna"]
        comment_as(people, "paul", meeting)
        send_later(clock)
        assert list_recipients(mailoutbox) == ["anna", "anna"]


@pytest.mark.once
def test_comment_takes_the_same_queries_for_few_and_many_people(people: People, meeting: Meeting) -> None:
    comment = comment_as(people, "paul", meeting)
    counts = []
    for number in (1, 6):
        for place in range(number):
            name = f"approver{number}{place}"
            create_user(name, "Publishers")
            set_user(name, email=f"{name}@example.eu")
            comment.replies.create(
                act=Act.ANSWERED, text="Yes.", by=User.objects.get(username=name), by_name=name, at=timezone.now()
            )
        with CaptureQueriesContext(connection) as queries:
            reply_as(people, "anna", comment)
        counts.append(len(queries))
    assert counts[0] == counts[1]
