"""The roles that come with the reference data."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse

from meetings.models import Configuration, Presidency, User
from meetings.reference.groups import GROUPS
from tests.admin_forms import create_client_with_role, get_change_url, sign_in

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

    def test_roles_that_were_renamed_or_deleted_do_not_come_back(self) -> None:
        """They would come with the permissions that a superuser took away, and administrators could assign them."""
        User.objects.create_superuser("root")
        administrator, superuser = create_client_with_role("Administrators"), sign_in("root")
        publishers, duty = (Group.objects.get(name=name) for name in ("Publishers", "Duty"))
        renamed = administrator.post(get_change_url(publishers), {"name": "Press officers"})
        deleted = superuser.post(reverse("admin:auth_group_delete", args=[duty.pk]), {"post": "yes"})
        assert [renamed.status_code, deleted.status_code] == [302, 302]
        call_command("load_reference", verbosity=0)
        assert not Group.objects.filter(name__in=["Publishers", "Duty"]).exists()

    def test_roles_get_all_permissions_or_none(self) -> None:
        Permission.objects.filter(codename="publish_note").delete()
        with pytest.raises(Exception, match=r"meetings\.publish_note does not exist: run manage\.py migrate first"):
            call_command("load_reference", verbosity=0)
        assert not Group.objects.exists()
        assert not Configuration.objects.exists()
        assert not Presidency.objects.exists()
