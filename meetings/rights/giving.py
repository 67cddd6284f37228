"""Who may give which role to whom, so that nobody makes more of themselves than they are."""

from django.contrib.auth.models import Group
from django.db.models import QuerySet

from meetings.models import User
from meetings.rights.deciding import PERMISSIONS, Person, Right, configurations_of, is_superuser, may_everywhere


def givable_roles(giver: Person) -> QuerySet[Group]:
    """A role that administers is given by superusers only: else one administrator would make the next."""
    if is_superuser(giver):
        return Group.objects.all()
    app, codename = PERMISSIONS[Right.ADMINISTER].split(".")
    administering = Group.objects.filter(permissions__codename=codename, permissions__content_type__app_label=app)
    return Group.objects.exclude(pk__in=administering.values("pk"))


def may_change_account(giver: Person, account: User | None) -> bool:
    """One's own, and those with no role that one could not give: whoever sets a password can sign in with it."""
    if is_superuser(giver) or account is None or account.pk in (None, giver.pk):
        return True
    if account.is_superuser:
        return False
    beyond = account.memberships.exclude(role__in=givable_roles(giver))
    if not may_everywhere(giver, Right.ADMINISTER):
        own = configurations_of(giver, Right.ADMINISTER)
        beyond |= account.memberships.exclude(configuration__in=own)  # none of them is for all
    return not beyond.exists()
