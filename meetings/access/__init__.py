"""Decide who may do what: the only place for such decisions, for the admin, commands and any API.

A role is a group with permissions. Roles are data and can be changed in the admin. A membership gives a user a role for
one configuration or for all. Nothing else gives a right: `user.groups` and `user.user_permissions` are ignored. The
right to read applies to all configurations; all other rights are limited to those of the membership.
"""

from meetings.access.decisions import (
    PERMISSIONS,
    AnyUser,
    MembershipBackend,
    NotAllowed,
    Right,
    can_change_account,
    can_sign_in,
    describe_administrators,
    find_last_resort,
    find_people_to_ask,
    find_superusers,
    find_users_with_right,
    format_refusal,
    format_user_names,
    format_whom_to_ask,
    get_assignable_roles,
    get_configurations_with_right,
    has_right,
    has_right_by_role,
    has_right_everywhere,
    is_superuser,
    load_holders,
    require_right,
)
