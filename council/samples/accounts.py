"""The sample accounts, one a role."""

import secrets

from django.conf import settings
from django.contrib.auth.models import Group, Permission

from meetings.models import User

EDITORIAL = {
    "meetings": "meeting session chair contact footnote alert programmepoint",
    "agenda": "agendaitem result medialink backgroundtopic",
}
ROLES = {  # the groups are those of load_reference
    "editor": "Editors",
    "publisher": "Publishers",
    "translator": "Translators",
    "administrator": "Administrators",
}
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
        user.groups.add(group_of(name))
    return passwords


def group_of(account: str) -> Group:
    group, new = Group.objects.get_or_create(name=ROLES[account])
    if new:
        publishing = Permission.objects.filter(codename__in=("publish_meeting", "publish_backgroundtopic"))
        group.permissions.set([*editorial_permissions(), *(publishing if account == "publisher" else ())])
    return group


def editorial_permissions() -> list[Permission]:
    """Viewing, adding and changing all that makes up a note, without publishing it."""
    wanted = [
        f"{action}_{model}"
        for models in EDITORIAL.values()
        for model in models.split()
        for action in ("view", "add", "change", "delete")
    ]
    return list(Permission.objects.filter(content_type__app_label__in=EDITORIAL, codename__in=wanted))
