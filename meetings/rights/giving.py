"""Decide which roles a user may assign to whom, so that nobody can extend their own rights."""

from django.contrib.auth.models import Group
from django.db.models import QuerySet

from meetings.models import User
from meetings.rights.deciding import (
    PERMISSIONS,
    AnyUser,
    Right,
    get_configurations_with_right,
    has_right_everywhere,
    is_superuser,
)


def get_assignable_roles(user: AnyUser) -> QuerySet[Group]:
    """Return the roles that the user may assign.

    Only superusers assign roles with the right to administer: otherwise an administrator could create another one.
    """
    if is_superuser(user):
        return Group.objects.all()
    app, codename = PERMISSIONS[Right.ADMINISTER].split(".")
    administering = Group.objects.filter(permissions__codename=codename, permissions__content_type__app_label=app)
    return Group.objects.exclude(pk__in=administering.values("pk"))


def can_change_account(user: AnyUser, account: User | None) -> bool:
    """Return whether the user may change an account: their own, or one that has only roles that they may assign.

    Setting the password of an account allows signing in with it.
    """
    if is_superuser(user) or account is None or account.pk in (None, user.pk):
        return True
    if account.is_superuser:
        return False
    beyond = account.memberships.exclude(role__in=get_assignable_roles(user))
    if not has_right_everywhere(user, Right.ADMINISTER):
        own = get_configurations_with_right(user, Right.ADMINISTER)
        beyond |= account.memberships.exclude(configuration__in=own)  # also memberships for all configurations
    return not beyond.exists()
