"""The sample accounts, one a role."""

import secrets
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group

from meetings.models import Configuration, Membership, User

ROLES = {  # account and role; load_reference makes the roles
    "author": "Authors",
    "publisher": "Publishers",
    "duty": "Duty",
    "translator": "Translators",
    "reviser": "Revisers",
    "administrator": "Administrators",
}
PUBLISHER, TRANSLATOR, REVISER = "publisher", "translator", "reviser"
DESKS = {"author": "jha"}  # the others: of all configurations
LANGUAGES = {TRANSLATOR: ("fr", "el"), REVISER: ("fr", "el")}
SUPERUSER = "administrator"


def demo_accounts() -> dict[str, str]:
    """The sample accounts with their passwords, which are made at random once and kept beside the database."""
    store = settings.VAR_DIR / "demo-accounts"
    kept = dict(line.split() for line in store.read_text().splitlines()) if store.exists() else {}
    passwords = {name: kept.get(name) or secrets.token_urlsafe(9) for name in ROLES}
    if passwords != kept:
        store.parent.mkdir(parents=True, exist_ok=True)
        store.touch(mode=0o600)
        store.write_text("".join(f"{name} {password}\n" for name, password in passwords.items()))
    for name, password in passwords.items():
        user, new = User.objects.get_or_create(
            username=name, defaults={"is_staff": True, "is_superuser": name == SUPERUSER}
        )
        if new or not user.check_password(password):
            user.set_password(password)
            user.save()
        for facts in memberships(name):
            Membership.objects.get_or_create(user=user, **facts)
    return passwords


def memberships(name: str) -> Iterator[dict[str, Any]]:
    role = Group.objects.get(name=ROLES[name])
    desk = Configuration.objects.get(slug=DESKS[name]) if name in DESKS else None
    for language in LANGUAGES.get(name, ("",)):
        yield {"role": role, "configuration": desk, "language": language}
