"""What editors do to what readers see, for the tests that prove what holds of every such act.

The signatures of publishing are known here and nowhere else among them.
"""

import datetime as dt

from agenda import publishing
from agenda.drafts import Subject
from meetings.models import Edition

REASON = "Sent too early."


def publish(*subjects: Subject) -> list[Edition]:
    """Now, and beside what is still to come."""
    return publishing.publish(*subjects, pending="keep")


def schedule(*subjects: Subject, at: dt.datetime) -> list[Edition]:
    return publishing.publish(*subjects, at=at)


def replace(*subjects: Subject, at: dt.datetime) -> list[Edition]:
    """Puts another edition in the place of the one still to come, or the same one at another time."""
    return publishing.publish(*subjects, at=at, pending="replace")


def call_off(*subjects: Subject) -> None:
    for subject in subjects:
        publishing.call_off(subject)


def withdraw(subject: Subject) -> Edition:
    return publishing.withdraw(subject, reason=REASON)
