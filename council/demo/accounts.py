"""The sample accounts, one for each role."""

import secrets
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import DatabaseError

from meetings.models import Configuration, Membership, User

PUBLISHER, TRANSLATOR, REVISER = "publisher", "translator", "reviser"
ACCOUNTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def create_demo_accounts() -> dict[str, str]:
    """Create the sample accounts and return their passwords by name.

    The passwords are random. They are stored in a file beside the database, so that they stay the same.
    """
    password_file = settings.VAR_DIR / "demo-accounts"
    saved = dict(line.split() for line in password_file.read_text().splitlines()) if password_file.exists() else {}
    passwords = {name: saved.get(name) or secrets.token_urlsafe(9) for name in ACCOUNTS}
    if passwords != saved:
        password_file.parent.mkdir(parents=True, exist_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text("".join(f"{name} {password}\n" for name, password in passwords.items()))
    for name, password in passwords.items():
        user, is_new = User.objects.get_or_create(
            username=name,
            defaults={
                "is_staff": True,
                "is_superuser": ACCOUNTS[name].get("superuser", False),
                "email": f"{name}@agenda.example",  # an address that nobody can have (RFC 2606)
            },
        )
        if is_new or not user.check_password(password):
            user.set_password(password)
            user.save()
        for values in build_membership_values(name):
            Membership.objects.get_or_create(user=user, **values)
    return passwords


def has_other_accounts() -> bool:
    """Return whether the database has accounts that are not of the demo."""
    try:
        return User.objects.exclude(username__in=ACCOUNTS).exists()
    except DatabaseError:  # it has no tables yet
        return False


def build_membership_values(name: str) -> Iterator[dict[str, Any]]:
    """Yield the values of each membership of the account `name`: one for each of its languages."""
    account = ACCOUNTS[name]
    role = Group.objects.get(name=account["role"])
    slug = account.get("configuration")
    configuration = Configuration.objects.get(slug=slug) if slug else None
    for language in account.get("languages", [""]):
        yield {"role": role, "configuration": configuration, "language": language}
