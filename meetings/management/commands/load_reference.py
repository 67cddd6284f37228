from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from meetings.models import Act, AuditEntry, Configuration, Presidency
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.groups import GROUPS
from meetings.reference.presidencies import list_presidencies


class Command(BaseCommand):
    help = (
        "Add the configurations since 2002, the presidencies from 2007 to 2030, and the roles with their permissions. "
        "Existing rows are not changed, and roles that were renamed or deleted do not come back."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            added = len(self.add_configurations()) + len(self.add_presidencies())
            added += self.add_groups()
        known = len(CONFIGURATIONS) + len(list(list_presidencies())) + len(GROUPS)
        self.stdout.write(f"Reference data: {added} added, {known - added} existed already.")

    def add_configurations(self) -> list[Configuration]:
        existing = set(Configuration.objects.values_list("slug", flat=True))
        return Configuration.objects.bulk_create(
            Configuration(
                position=position,
                **{name: getattr(each, name) for name in ("slug", "code", "name", "valid_from", "valid_until")},
            )
            for position, each in enumerate(CONFIGURATIONS)
            if each.slug not in existing
        )

    def add_presidencies(self) -> list[Presidency]:
        existing = set(Presidency.objects.values_list("year", "half"))
        return Presidency.objects.bulk_create(
            Presidency(year=each.year, half=each.half, country=each.country)
            for each in list_presidencies()
            if (each.year, each.half) not in existing
        )

    def add_groups(self) -> int:
        """Add missing roles with their permissions, and return their number.

        Existing roles are not changed, because a superuser may have removed permissions on purpose. Nor do roles come
        back under a name that somebody changed or deleted (`RoleAdmin` records it): they would have these permissions.
        """
        existing = {*Group.objects.values_list("name", flat=True), *find_former_names()}
        new = {name: permissions for name, permissions in GROUPS.items() if name not in existing}
        known = index_permissions() if new else {}
        granted = {name: get_permission_keys(permissions, known) for name, permissions in new.items()}
        groups = Group.objects.bulk_create(Group(name=name) for name in new)
        through = Group.permissions.through
        through.objects.bulk_create(
            through(group=group, permission_id=key) for group in groups for key in granted[group.name]
        )
        return len(new)


def find_former_names() -> set[str]:
    """Return the names of roles that were renamed or deleted."""
    details = AuditEntry.objects.filter(act=Act.ROLE_CHANGED).values_list("details", flat=True)
    changes = [change for change in details if "role" in change]
    return {change.get("was", "") for change in changes} | {change["role"] for change in changes if "deleted" in change}


def get_permission_keys(names: Iterable[str], known: Mapping[str, int]) -> list[int]:
    if missing := [name for name in names if name not in known]:
        raise CommandError(f"The permission {missing[0]} does not exist: run manage.py migrate first.", returncode=2)
    return [known[name] for name in names]


def index_permissions() -> dict[str, int]:
    """Return the keys of all permissions by name, such as `meetings.view_meeting`."""
    rows = Permission.objects.order_by().values_list("content_type__app_label", "codename", "pk")
    return {f"{app}.{codename}": key for app, codename, key in rows}
