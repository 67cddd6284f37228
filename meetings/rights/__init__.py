"""Who may what: the one place that decides, for the admin, for commands and for any API.

A role is a group with permissions, and data: what it holds is changed in the admin. A membership gives somebody a role
for one configuration or for all. Nothing else gives a right: `user.groups` and `user.user_permissions` do not count.
Whoever may read, reads all configurations; everything else ends at those of the membership.
"""

from meetings.rights.backend import MembershipBackend
from meetings.rights.deciding import PERMISSIONS, Person, Right, configurations_of, is_superuser, may, may_everywhere
from meetings.rights.giving import givable_roles, may_change_account
from meetings.rights.refusing import NotAllowed, names_of, refusal, require, who_may

__all__ = [
    "PERMISSIONS",
    "MembershipBackend",
    "NotAllowed",
    "Person",
    "Right",
    "configurations_of",
    "givable_roles",
    "is_superuser",
    "may",
    "may_change_account",
    "may_everywhere",
    "names_of",
    "refusal",
    "require",
    "who_may",
]
