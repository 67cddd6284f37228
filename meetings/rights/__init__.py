"""Decide who may do what: the only place for such decisions, for the admin, commands and any API.

A role is a group with permissions. Roles are data and can be changed in the admin. A membership gives a user a role for
one configuration or for all. Nothing else gives a right: `user.groups` and `user.user_permissions` are ignored. The
right to read applies to all configurations; all other rights are limited to those of the membership.
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
