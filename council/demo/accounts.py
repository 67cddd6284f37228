"""The sample accounts, one for each role."""

import secrets
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group

from meetings.models import Configuration, Membership, User

ACCOUNT_ROLES = {  # the account and its role; load_reference creates the roles
    "author": "Authors",
    "publisher": "Publishers",
    "duty": "Duty",
    "translator": "Translators",
    "reviser": "Revisers",
    "administrator": "Administrators",
}
PUBLISHER, TRANSLATOR, REVISER = "publisher", "translator", "reviser"
ACCOUNT_CONFIGURATIONS = {"author": "jha"}  # the other accounts work on all configurations
ACCOUNT_LANGUAGES = {TRANSLATOR: ("fr", "el"), REVISER: ("fr", "el")}
SUPERUSER = "administrator"


def create_demo_accounts() -> dict[str, str]:
    """Create the sample accounts and return their passwords by name.

    The passwords are random. They are stored in a file beside the database, so that they stay the same.
    """
    password_file = settings.VAR_DIR / "demo-accounts"
    saved = dict(line.split() for line in password_file.read_text().splitlines()) if password_file.exists() else {}
    passwords = {name: saved.get(name) or secrets.token_urlsafe(9) for name in ACCOUNT_ROLES}
    if passwords != saved:
        password_file.parent.mkdir(parents=True, exist_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text("".join(f"{name} {password}\n" for name, password in passwords.items()))
    for name, password in passwords.items():
        user, is_new = User.objects.get_or_create(
            username=name, defaults={"is_staff": True, "is_superuser": name == SUPERUSER}
        )
        if is_new or not user.check_password(password):
            user.set_password(password)
            user.save()
        for values in build_membership_values(name):
            Membership.objects.get_or_create(user=user, **values)
    return passwords


def build_membership_values(name: str) -> Iterator[dict[str, Any]]:
    """Yield the values of each membership of the account `name`: one for each of its languages."""
    role = Group.objects.get(name=ACCOUNT_ROLES[name])
    configuration = (
        Configuration.objects.get(slug=ACCOUNT_CONFIGURATIONS[name]) if name in ACCOUNT_CONFIGURATIONS else None
    )
    for language in ACCOUNT_LANGUAGES.get(name, ("",)):
        yield {"role": role, "configuration": configuration, "language": language}
