"""The users of the workflow's tests, with email addresses."""

import datetime as dt

from django.core.mail import EmailMessage

from agenda.mail.sending import SendReport, send_due_notices
from agenda.workflow.notices import GATHERING_TIME
from meetings.models import User
from tests.agenda.workflow.translations import People, create_translators
from tests.factories import SECOND

LATER = GATHERING_TIME + SECOND


def create_people_with_addresses() -> People:
    people = create_translators()
    for actor in people.values():
        assert actor.user
        actor.user.email = f"{actor.name}@example.eu"
        actor.user.save()
    return people


def send_later(clock: object, wait: dt.timedelta = LATER) -> SendReport:
    """Wait until gathered notices are due, and send them."""
    clock.shift(wait)  # type: ignore[attr-defined]
    return send_due_notices()


def list_recipients(mails: list[EmailMessage]) -> list[str]:
    return sorted(address.partition("@")[0] for mail in mails for address in mail.to)


def set_user(name: str, **values: object) -> None:
    User.objects.filter(username=name).update(**values)
