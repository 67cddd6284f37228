"""Passwords that are refused: short ones, common ones, and those made of words of this house."""

from contextlib import suppress

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from meetings.models import User
from tests.processor_time import within


@pytest.mark.parametrize(
    "password",
    [
        "Brussels1",
        "long-enough",  # eleven characters
        "Brussels2026!",
        "CouncilPresidency",
        "C0unc1l-Brussel5-2026",
        "presidency.presidency",
        "Justus Lipsius 175",
        "Password2026!!",
        "qwertyuiop12",
        "P@ssw0rd12345",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "192837465019283746",
        "anna.lindqvist2026",
        "abcdefghijkl",
        "0987654321poiuyt",
        "footballfootball",
        "princessprincess1",
        "trustno1trustno1",
        "michaeljordan23",
        "Justice2026Home",
        "rueDeLaLoi175",
        "Luxembourg2026",
        "Strasbourg2026",
        "Netherlands2026",
        "Commission2026",
        "Parliament2026",
        "Translator2026",
        "Rapporteur12",
        "EuropaBuilding1",
        "Kobenhavn2025",
        "København2026!!",
        "Bruksela2026!",
        "BRÜSSZEL-2026!",
        "БрюкселБрюксел26",
        "Βρυξέλλες2026!!",
        "Presidenza2026!!",
        "Ratsvorsitz2026!!",
        "Consiglio2026!!",
        "Neuvosto2026!!",
        "Tagesordnung2026!!",
        "Settembre-Martedì",
        "ÅnnåLïndqvist2026",
    ],
)
def test_weak_password_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(username="anna.lindqvist", email="anna.lindqvist@example.eu"))


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "kvXw9-2mPq-77tz",
        "наш длинный пароль",
        "the council sleeps at noon",
        "xvyz1éq" * 30,
    ],
)
def test_strong_password_is_accepted(password: str) -> None:
    validate_password(password, User(username="anna.lindqvist"))


@pytest.mark.parametrize("words", ["passwordcouncil1", "correct horse battery staple "])
def test_long_password_is_checked_in_a_moment(words: str) -> None:
    """It was divided in two at every place: five seconds for this one."""
    with within(2), suppress(ValidationError):
        validate_password(words * 3_750, User(username="anna.lindqvist"))
