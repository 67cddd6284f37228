from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from meetings.models import Configuration, Presidency
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.groups import GROUPS, GROUPS_BEFORE_MEMBERSHIPS, RENAMED_GROUPS
from meetings.reference.presidencies import presidencies


class Command(BaseCommand):
    help = (
        "Adds the configurations since 2002, the presidencies from 2007 to 2030, and the roles with their permissions. "
        "What is there stays as it is; roles from before there were memberships are carried over once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            added = len(self.add_configurations()) + len(self.add_presidencies())
            self.update_old_groups()
            added += self.add_groups()
        known = len(CONFIGURATIONS) + len(list(presidencies())) + len(GROUPS)
        self.stdout.write(f"Reference data: {added} added, {known - added} already there.")

    def add_configurations(self) -> list[Configuration]:
        there = set(Configuration.objects.values_list("slug", flat=True))
        return Configuration.objects.bulk_create(
            Configuration(
                position=position,
                **{name: getattr(facts, name) for name in ("slug", "code", "name", "valid_from", "valid_until")},
            )
            for position, facts in enumerate(CONFIGURATIONS)
            if facts.slug not in there
        )

    def add_presidencies(self) -> list[Presidency]:
        there = set(Presidency.objects.values_list("year", "half"))
        return Presidency.objects.bulk_create(
            Presidency(year=facts.year, half=facts.half, country=facts.country)
            for facts in presidencies()
            if (facts.year, facts.half) not in there
        )

    def update_old_groups(self) -> None:
        """Brings a site from before there were memberships to the new roles, once: none that somebody changed."""
        if Group.objects.filter(
            name__in=set(GROUPS) - set(GROUPS_BEFORE_MEMBERSHIPS) | set(RENAMED_GROUPS.values())
        ).exists():
            return
        for old, new in RENAMED_GROUPS.items():
            Group.objects.filter(name=old).update(name=new)
        for role in Group.objects.filter(name__in=GROUPS_BEFORE_MEMBERSHIPS):
            held = set(index_permissions(role.permissions))
            if held == GROUPS_BEFORE_MEMBERSHIPS[role.name]:
                role.permissions.set(get_permissions(GROUPS[role.name], index_permissions(Permission.objects)))
            elif lacking := set(GROUPS[role.name]) - held:
                self.stdout.write(
                    f"The role “{role.name}” was changed on this site and stays as it is. In a new site it may also: "
                    f"{', '.join(sorted(lacking))}."
                )

    def add_groups(self) -> int:
        """How many are new. Permissions are given to these only: an administrator may have taken some away since."""
        there = set(Group.objects.values_list("name", flat=True))
        new = {name: permissions for name, permissions in GROUPS.items() if name not in there}
        known = index_permissions(Permission.objects) if new else {}
        for name, permissions in new.items():
            Group.objects.create(name=name).permissions.set(get_permissions(permissions, known))
        return len(new)


def get_permissions(names: Iterable[str], known: Mapping[str, Permission]) -> list[Permission]:
    if missing := [name for name in names if name not in known]:
        raise CommandError(f"There is no permission {missing[0]}: run manage.py migrate first.", returncode=2)
    return [known[name] for name in names]


def index_permissions(permissions: Any) -> dict[str, Permission]:
    return {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in permissions.select_related("content_type")
    }
