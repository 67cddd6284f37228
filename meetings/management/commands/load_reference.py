from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from meetings.models import Configuration, Presidency
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.groups import GROUPS
from meetings.reference.presidencies import presidencies


class Command(BaseCommand):
    help = (
        "Adds the configurations since 2002, the presidencies from 2007 to 2030, and the groups of users with their "
        "permissions. What is there stays as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            added = [
                *(self.configuration(position, facts) for position, facts in enumerate(CONFIGURATIONS)),
                *(
                    Presidency.objects.get_or_create(
                        year=facts.year, half=facts.half, defaults={"country": facts.country}
                    )[1]
                    for facts in presidencies()
                ),
                *(self.group(name, permissions) for name, permissions in GROUPS.items()),
            ]
        self.stdout.write(f"Reference data: {sum(added)} added, {len(added) - sum(added)} already there.")

    def configuration(self, position: int, facts: Any) -> bool:
        values = {name: getattr(facts, name) for name in ("code", "name", "valid_from", "valid_until")}
        return Configuration.objects.get_or_create(slug=facts.slug, defaults=values | {"position": position})[1]

    def group(self, name: str, permissions: Iterable[str]) -> bool:
        """Permissions are given to a new group only: an administrator may have taken some away since."""
        group, new = Group.objects.get_or_create(name=name)
        if new:
            group.permissions.set(permissions_named(permissions))
        return new


def permissions_named(names: Iterable[str]) -> list[Permission]:
    found = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    if missing := [name for name in names if name not in found]:
        raise CommandError(f"There is no permission {missing[0]}: run manage.py migrate first.", returncode=2)
    return [found[name] for name in names]
