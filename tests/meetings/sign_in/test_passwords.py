"""Passwords that are refused: short and very long ones, common ones, and those made of words of this house."""

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from meetings.models import User
from meetings.sign_in.password_validators import build_variants
from tests.admin_forms import create_client_with_role
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


@pytest.mark.django_db
def test_password_that_is_hashed_anew_does_not_replace_a_new_one() -> None:
    """They sign in with the old one, whose salt is too short by now, and set another at the same moment."""
    petra = User.objects.create_user("petra")
    User.objects.update(password=make_password("the old one", salt="short"))
    signing_in = User.objects.get()
    petra.set_password("a new one")
    petra.save()
    assert signing_in.check_password("the old one")
    assert User.objects.get().check_password("a new one")


def test_password_has_at_most_a_thousand_characters() -> None:
    longest = ("correct horse battery staple " * 35)[:1_000]
    validate_password(longest)
    with pytest.raises(ValidationError, match=r"too long\..* at most 1,000 characters"):
        validate_password(f"{longest}!")


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["passwordcouncil1", "correct horse battery staple ", "1927384650"])
def test_much_longer_one_is_refused_in_a_moment(words: str) -> None:
    """Dividing it in two at every place took five seconds, and looking for its end twenty, which stopped all others."""
    client = create_client_with_role("Authors")
    new = f"{words * (40_000 // len(words))}a"
    with within(2):
        page = client.post("/admin/password_change/", {"new_password1": new, "new_password2": new}).content.decode()
    assert "This password is too long." in page
    assert "cannot have more than 1,000 characters" in page


@pytest.mark.parametrize("password", ["1927384650" * 4_000 + "a", "a" + "1927384650" * 4_000])
def test_digits_are_found_at_the_end_in_a_moment(password: str) -> None:
    with within(1):
        variants = build_variants(password)
    assert ("a" in variants) is password.startswith("a")
