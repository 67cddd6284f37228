"""Memberships in the place of groups: who was in a group has the same role, for all configurations.

Who could publish meetings, could do alone what takes approval from now on: those roles get the rights that this was made
of. What cannot be carried over is told: roles that published topics only, and permissions of single users.
"""

import sys

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from meetings.migrations._operations import RunPython

WAS_PUBLISHING = {
    "approve_note": "Can approve what others submitted",
    "publish_note": "Can publish, schedule and call off",
    "withdraw_note": "Can withdraw",
}


def give_memberships(apps, schema_editor):
    user, membership = apps.get_model("meetings", "User"), apps.get_model("meetings", "Membership")
    pairs = user.groups.through.objects.order_by("pk").values_list("user_id", "group_id")
    membership.objects.bulk_create(membership(user_id=user, role_id=group) for user, group in pairs.iterator())


def tell(told):
    sys.stderr.write(f"\n  {told}")


def tell_of_lost_permissions(apps, schema_editor):
    """A membership is the only way to a right from now on; superusers need none."""
    user = apps.get_model("meetings", "User")
    held = user.objects.filter(is_superuser=False, user_permissions__isnull=False).order_by("username").distinct()
    for one in held:
        labels = one.user_permissions.order_by("content_type__app_label", "codename")
        names = [".".join(label) for label in labels.values_list("content_type__app_label", "codename")]
        tell(
            f"The user “{one.username}” had permissions of their own, which count for nothing any more: "
            f"{', '.join(names)}. Give them a role instead (“Users”, in the admin)."
        )


def carry_publishing_over(apps, schema_editor):
    permission, group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    of_meetings = permission.objects.filter(codename="publish_meeting", content_type__app_label="meetings")
    of_topics = permission.objects.filter(codename="publish_backgroundtopic", content_type__app_label="agenda")
    roles = list(group.objects.filter(permissions__in=of_meetings).distinct())
    for role in group.objects.filter(permissions__in=of_topics).exclude(pk__in=[each.pk for each in roles]).distinct():
        tell(
            f"The role “{role.name}” could publish topics only, which no right says any more: it publishes nothing now. "
            "If its people are to approve and publish meetings and topics, give it the permissions for that "
            "(“Groups”, in the admin), or give them another role."
        )
    if roles:
        kind, _new = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="meetings", model="membership"
        )
        for codename, name in WAS_PUBLISHING.items():
            right, _new = permission.objects.get_or_create(
                codename=codename, content_type=kind, defaults={"name": name}
            )
            for role in roles:
                role.permissions.add(right)
    of_meetings.delete()
    of_topics.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("meetings", "0005_audit_and_reasons"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="meeting",
            options={"ordering": ("-start_date", "id"), "verbose_name": "meeting", "verbose_name_plural": "meetings"},
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("bg", "български"),
                            ("es", "español"),
                            ("cs", "čeština"),
                            ("da", "dansk"),
                            ("de", "Deutsch"),
                            ("et", "eesti"),
                            ("el", "ελληνικά"),
                            ("en", "English"),
                            ("fr", "français"),
                            ("ga", "Gaeilge"),
                            ("hr", "hrvatski"),
                            ("it", "italiano"),
                            ("lv", "latviešu"),
                            ("lt", "lietuvių"),
                            ("hu", "magyar"),
                            ("mt", "Malti"),
                            ("nl", "Nederlands"),
                            ("pl", "polski"),
                            ("pt", "português"),
                            ("ro", "română"),
                            ("sk", "slovenčina"),
                            ("sl", "slovenščina"),
                            ("fi", "suomi"),
                            ("sv", "svenska"),
                        ],
                        help_text="Only for translators: the one that they translate into. Empty: all of them.",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "configuration",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: all of them.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="meetings.configuration",
                        verbose_name="configuration",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="auth.group",
                        verbose_name="role",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": (
                    "role__name",
                    models.F("configuration__position").asc(nulls_first=True),
                    "configuration__code",
                    "language",
                    "pk",
                ),
                "permissions": [
                    ("submit_note", "Can submit for approval"),
                    ("approve_note", "Can approve what others submitted"),
                    ("publish_note", "Can publish, schedule and call off"),
                    ("force_note", "Can publish without approval, with a reason"),
                    ("duty_note", "Can change facts on the day itself"),
                    ("withdraw_note", "Can withdraw"),
                    ("suppress_note", "Can suppress a past edition"),
                    ("share_note", "Can give out preview links"),
                    ("travel_site", "Can see the site at another time"),
                    ("read_audit", "Can read the audit log"),
                    ("translate_note", "Can translate"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "role", "configuration", "language"),
                        name="one_membership_a_configuration",
                        violation_error_message="They have this role there already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("configuration", None)),
                        fields=("user", "role", "language"),
                        name="one_membership_for_all_configurations",
                        violation_error_message="They have this role there already.",
                    ),
                ],
            },
        ),
        RunPython(give_memberships, RunPython.noop),
        RunPython(tell_of_lost_permissions, RunPython.noop),
        RunPython(carry_publishing_over, RunPython.noop),
    ]
