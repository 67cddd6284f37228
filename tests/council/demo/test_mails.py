"""The demo shows the mails to its accounts on the console, also if a mail server is set up, until it ends."""

import threading
from typing import Any

import pytest
from django.db import DatabaseError

from agenda.workflow.review_actions import submit
from council.demo import mails
from council.demo.mails import keep_showing_mails
from tests.agenda.mail.people import LATER, create_people_with_addresses
from tests.factories import make_meeting


class StopAfter(threading.Event):
    """Stops the loop after so many rounds."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.rounds = rounds

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds -= 1
        return self.rounds < 0


def test_mails_are_shown_after_a_round_that_failed(
    db: None, clock: Any, capsys: pytest.CaptureFixture[str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_HOST = "mail.example.eu"
    submit(make_meeting(), by=create_people_with_addresses()["anna"])
    clock.shift(LATER)
    send, rounds = mails.send_due_notices, []

    def fail_once(*arguments: Any) -> Any:
        rounds.append(arguments)
        if len(rounds) == 1:
            raise DatabaseError("database is locked")
        return send(*arguments)

    monkeypatch.setattr(mails, "send_due_notices", fail_once)
    monkeypatch.setattr(mails, "close_old_connections", lambda: None)
    keep_showing_mails(StopAfter(3))
    assert capsys.readouterr().out.count("Subject: Waiting for your approval: JHA, 14 September 2060") == 2
