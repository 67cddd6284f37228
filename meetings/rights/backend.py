"""The authentication backend that derives Django's permissions from memberships."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from meetings.rights.deciding import get_desk, get_grants, has_permission, is_view_permission


class MembershipBackend(ModelBackend):
    """Authenticate by password, and derive Django's permissions from memberships."""

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return self.get_all_permissions(user_obj, obj)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        desk = get_desk(obj)
        return {
            permission
            for grant in get_grants(user_obj)
            for permission in grant.permissions
            if grant.covers(desk) or is_view_permission(permission)
        }

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return has_permission(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions(user_obj))

    def with_perm(self, *args: Any, **options: Any) -> Any:
        raise NotImplementedError("Call meetings.rights.find_users_with_right instead.")
