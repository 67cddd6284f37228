"""The upgrade of a site from before memberships existed."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from agenda.models import BackgroundTopic
from meetings.access import (
    Right,
    has_right,
)
from meetings.models import Meeting, User
from meetings.reference.groups import GROUPS
from tests.factories import (
    make_meeting,
)

pytestmark = pytest.mark.django_db


def get_permission(name: str) -> Permission:
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


class TestUpgradeToMemberships:
    """The groups of a site from before memberships existed."""

    @pytest.fixture
    def old_groups(self) -> dict[str, Group]:
        groups = {name: Group.objects.create(name=name) for name in ("Publishers", "Translators")}
        for name, group in groups.items():
            group.permissions.set([get_permission(each) for each in GROUPS[name]])
        meeting = ContentType.objects.get_for_model(Meeting)
        workflow = Permission.objects.create(codename="publish_meeting", name="Can publish", content_type=meeting)
        groups["Publishers"].permissions.remove(
            *Permission.objects.filter(codename__in=("approve_note", "publish_note", "withdraw_note"))
        )
        groups["Publishers"].permissions.add(workflow)
        return groups

    def migrate(self) -> None:
        migration = import_module("meetings.migrations.0006_memberships")
        migration.give_memberships(apps, None)
        migration.tell_of_lost_permissions(apps, None)
        migration.carry_publishing_over(apps, None)

    def get_permissions(self, name: str) -> set[str]:
        permissions = Group.objects.get(name=name).permissions.select_related("content_type")
        return {f"{each.content_type.app_label}.{each.codename}" for each in permissions}

    def test_group_members_get_the_role_for_all_configurations(self, old_groups: dict[str, Group]) -> None:
        user = User.objects.create_user("petra", is_staff=True)
        user.groups.set([old_groups["Publishers"], old_groups["Translators"]])
        self.migrate()
        assert [*map(str, user.memberships.all())] == [
            "Publishers: all configurations",
            "Translators: all configurations",
        ]
        assert has_right(user, Right.PUBLISH, make_meeting())
        assert not Permission.objects.filter(codename="publish_meeting").exists()

    def test_topic_only_publishers_lose_the_right_with_a_warning(
        self, old_groups: dict[str, Group], capsys: pytest.CaptureFixture[str]
    ) -> None:
        topic = ContentType.objects.get_for_model(BackgroundTopic)
        workflow = Permission.objects.create(codename="publish_backgroundtopic", name="Can publish", content_type=topic)
        both, topics_only = old_groups["Publishers"], Group.objects.create(name="Topic desk")
        for role in (both, topics_only):
            role.permissions.add(workflow)
        self.migrate()
        assert self.get_permissions("Topic desk") == set()
        assert "meetings.publish_note" in self.get_permissions("Publishers")
        messages = capsys.readouterr().err
        assert "The role “Topic desk” could publish topics only" in messages
        assert "Publishers" not in messages
        assert not Permission.objects.filter(codename="publish_backgroundtopic").exists()

    def test_user_permissions_are_ignored_with_a_warning(
        self, old_groups: dict[str, Group], capsys: pytest.CaptureFixture[str]
    ) -> None:
        petra = User.objects.create_user("petra", is_staff=True)
        root = User.objects.create_superuser("root")
        for user in (petra, root):
            user.user_permissions.add(get_permission("meetings.view_meeting"), get_permission("agenda.view_result"))
        self.migrate()
        assert not has_right(User.objects.get(pk=petra.pk), Right.VIEW, make_meeting())
        messages = capsys.readouterr().err
        assert (
            "“petra” had permissions of their own, which count for nothing any more: "
            "agenda.view_result, meetings.view_meeting."
        ) in messages
        assert "root" not in messages
