"""What a mail says: what to do, and nothing that may be under embargo."""

from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.mail import messages
from agenda.mail.sending import send_due_notices
from agenda.models import Notice
from agenda.workflow.notices import SENT_BACK, TEST, build_notices, write_notices
from agenda.workflow.review_actions import send_back, submit
from meetings.models import Configuration, User
from tests.agenda.mail.people import send_later, set_user
from tests.agenda.workflow.translations import People
from tests.agenda.workflow.users import get_shown
from tests.factories import DAY, PRESS_DAY, make_meeting, make_topic

Mails = list[EmailMessage]
SECRET = "Zanzibar"


@pytest.mark.once
class TestSecrets:
    @pytest.fixture
    def sent(self, people: People, clock: Any, mailoutbox: Mails) -> list[str]:
        """Every mail about texts that all say the secret, with its headers."""
        words: dict[str, Any] = {
            "title": SECRET,
            "lead": f"<p>{SECRET}</p>",
            "city": SECRET,
            "venue": SECRET,
            "notice": SECRET,
        }
        meeting = make_meeting(**words, address_word=SECRET.lower())
        topic = make_topic(SECRET.lower(), title=SECRET)
        set_user("petra", first_name=SECRET)
        submit(meeting, topic, by=people["anna"], remark=SECRET)
        send_later(clock)
        for subject in (meeting, topic):
            send_back(subject, by=people["petra"], shown=get_shown(subject), languages=["en"], remark=SECRET)
        send_later(clock)
        return [mail.message().as_string() for mail in mailoutbox]

    def test_no_mail_contains_words_of_a_text_or_a_comment(self, sent: list[str]) -> None:
        assert len(sent) == 3
        assert not [text for text in sent if SECRET.casefold() in text.casefold()]

    def test_mails_name_configuration_and_date(self, sent: list[str]) -> None:
        assert all("JHA, 14 September 2060" in text and "A background topic" in text for text in sent)


@pytest.mark.once
class TestHeaders:
    def test_name_with_a_line_break_adds_no_header(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        meeting = make_meeting()
        Configuration.objects.filter(pk=meeting.configuration_id).update(code="J\r\nBcc: a@b.eu")
        set_user("anna", first_name="A\r\nBcc: a@b.eu", username="anna\r\nBcc: a@b.eu")
        submit(meeting, by=people["anna"])
        assert send_later(clock).failures == []
        for mail in mailoutbox:
            assert mail.message()["Bcc"] is None
            assert mail.recipients() == mail.to
            assert len(mail.to) == 1

    def test_no_program_answers(self, people: People, clock: Any, mailoutbox: Mails, settings: Any) -> None:
        settings.SITE_URL = "https://agenda.example.eu"
        submit(make_meeting(), by=people["anna"])
        send_later(clock)
        message = mailoutbox[0].message()
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Message-ID"].endswith("@agenda.example.eu>")
        assert message["Reply-To"] is None
        assert message.get_content_type() == "text/plain"
        assert "https://agenda.example.eu/admin/your-settings/" in message.get_payload()


def test_test_mail_says_that_mail_arrives(people: People, mailoutbox: Mails) -> None:
    anna = User.objects.filter(username="anna")
    write_notices(build_notices(TEST, anna, PRESS_DAY, instant=PRESS_DAY), PRESS_DAY)
    send_due_notices()
    assert mailoutbox[0].subject == "Test mail"
    assert mailoutbox[0].to == ["anna@example.eu"]


def test_kind_that_this_version_does_not_know_is_left_out(people: People, clock: Any, mailoutbox: Mails) -> None:
    submit(make_meeting(), by=people["anna"])
    Notice.objects.update(kind="of_tomorrow")
    send_later(clock)
    assert mailoutbox == []


@pytest.mark.once
def test_long_mail_is_cut_and_takes_the_same_queries(
    people: People, clock: Any, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MAX_LINES", 2)
    counts = []
    for number in (2, 5):
        mailoutbox.clear()
        meetings = [make_meeting("env", PRESS_DAY.date() + (number * 50 + day) * DAY) for day in range(number)]
        revisions = [submit(meeting, by=people["anna"])[0] for meeting in meetings]
        Notice.objects.exclude(recipient__username="paul").delete()
        paul = User.objects.filter(username="paul")
        for meeting, revision in zip(meetings, revisions, strict=True):
            facts: dict[str, Any] = {"subject_type": "meeting", "subject_id": meeting.pk}
            now = timezone.now()
            write_notices(
                build_notices(SENT_BACK, paul, now, instant=now, subject_key=facts, about=revision.pk, language="en"),
                now,
            )
        clock.shift(DAY / 24)
        with CaptureQueriesContext(connection) as queries:
            send_due_notices()
        assert len(mailoutbox) == 1
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "- and 3 more: see “Your work”" in str(mailoutbox[0].body)
