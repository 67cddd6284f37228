"""The roles that come with the reference data."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from meetings.models import Configuration, Presidency
from meetings.reference.groups import GROUPS

pytestmark = pytest.mark.django_db


class TestRoles:
    def test_roles_come_with_the_reference_data(self) -> None:
        call_command("load_reference", verbosity=0)
        for name, permissions in GROUPS.items():
            role_permissions = Group.objects.get(name=name).permissions.select_related("content_type")
            assert {f"{each.content_type.app_label}.{each.codename}" for each in role_permissions} == set(permissions)

    def test_changed_roles_are_kept(self) -> None:
        call_command("load_reference", verbosity=0)
        authors = Group.objects.get(name="Authors")
        authors.permissions.remove(*authors.permissions.filter(codename="delete_meeting"))
        Group.objects.get(name="Translators").permissions.clear()
        before = [*authors.permissions.values_list("codename", flat=True)]
        call_command("load_reference", verbosity=0)
        assert [*authors.permissions.values_list("codename", flat=True)] == before
        assert not Group.objects.get(name="Translators").permissions.exists()

    def test_roles_get_all_permissions_or_none(self) -> None:
        Permission.objects.filter(codename="publish_note").delete()
        with pytest.raises(Exception, match=r"meetings\.publish_note does not exist: run manage\.py migrate first"):
            call_command("load_reference", verbosity=0)
        assert not Group.objects.exists()
        assert not Configuration.objects.exists()
        assert not Presidency.objects.exists()
